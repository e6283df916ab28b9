"""Recording an act: number, counters, journal entry and receipt, under the debate's lock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from consultation.application.ports import Counts, Mark, Transaction
from consultation.domain.actors import Actor, key_of
from consultation.domain.contents import attributed
from consultation.domain.debates import Debate
from consultation.domain.journal import Canonical, Entry, EntryKind, Receipt, digest_of

NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class Place:
    """What `take_place` took: the next sequence and, for a new post, the next number."""

    number: int
    sequence: int


def take_place(
    tx: Transaction,
    debate: Debate,
    at: datetime,
    *,
    numbers: int = 0,
    counts: Counts = NOTHING,
    joining: int | None = None,
) -> Place:
    """Advance a locked debate by one journal entry and perhaps one number.

    The person `joining`, by key, counts as a participant unless they are one already.
    """
    number, sequence = tx.debates.advance(debate.key, at, numbers, counts, joining)
    return Place(number, sequence)


def record(
    tx: Transaction,
    debate: Debate,
    at: datetime,
    kind: EntryKind,
    sequence: int,
    number: int | None,
    content: Mapping[str, Canonical],
    actor: Actor,
    salt: bytes | None = None,
) -> tuple[Entry, Mark, Receipt]:
    """Append the entry of an act whose place was taken. It says through which key, if any.

    `salt` is that of what has been written already, None to draw one.
    """
    salt = salt or tx.ids.salt()
    key = key_of(actor)
    entry = Entry(debate.uid, sequence, at, kind, number, digest_of(salt, attributed(content, key)))
    leaf_hash = tx.journal.append(debate.key, entry, key)
    return entry, Mark(sequence, salt), Receipt(debate.uid, sequence, leaf_hash)


def acted(debate: Debate, at: datetime) -> Debate:
    """A locked debate as it stands after an act on itself at an instant, which it has yet to save."""
    return replace(debate, last_act_at=at, journal_length=debate.journal_length + 1)


def advanced(debate: Debate, at: datetime, place: Place) -> Debate:
    """The debate as it stands after an act took its place."""
    return replace(
        debate,
        last_act_at=at,
        last_number=place.number,
        journal_length=place.sequence,
    )
