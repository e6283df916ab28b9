"""Holding what arrives in a debate that is moderated before publication, and taking it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consultation.application.journal import advanced, record, take_place
from consultation.application.ports import Transaction
from consultation.domain.actors import Person
from consultation.domain.contents import held_content, held_state_content
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.held import HeldPost, withdraw
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.moderation import Case, CaseState
from consultation.domain.posts import Post


@dataclass(frozen=True, slots=True)
class Held:
    """What was accepted and waits, its case and its debate as they stand, and the receipt."""

    debate: Debate
    held: HeldPost
    case: Case
    receipt: Receipt


def hold(
    tx: Transaction,
    debate: Debate,
    post: Post,
    at: datetime,
    actor: Person,
    terms: str,
    *,
    revises: int | None = None,
) -> Held:
    """Hold a post that fits every rule, or an edit of the one that bears a number.

    `terms` are the analysed words of its text. It is an accepted act with an entry of its own, whose digest
    proves what arrived and when; it takes no number, and nothing that the public reads or counts changes.
    """
    held = HeldPost(
        key=0,
        uid=tx.ids.uid(),
        kind=post.kind,
        contribution=post.contribution,
        side=post.side,
        revises=revises,
        author_key=actor.key,
        author_name=post.author_name,
        capacity=post.capacity,
        text=post.text,
        language=post.language,
        arrived_at=at,
    )
    place = take_place(tx, debate, at)
    content = held_content(held)
    _, mark, receipt = record(tx, debate, at, EntryKind.POST_HELD, place.sequence, None, content, actor)
    held = tx.held.add(debate.key, held, mark, terms)
    case = tx.cases.add(
        Case(
            key=0,
            uid=held.uid,
            debate_key=debate.key,
            number=None,
            held_key=held.key,
            state=CaseState.OPEN,
            opened_at=at,
        )
    )
    return Held(advanced(debate, at, place), held, case, receipt)


def withdraw_held(tx: Transaction, uid: UUID, author: Person) -> Held | Refused:
    """Take back what one sent while it waits. In any phase of the debate.

    To whoever is not the author, it is not there.
    """
    found = tx.held.lock(uid, author.key)
    if found is None or found.held.author_key != author.key:
        return Refused(RefusalCode.HELD_POST_NOT_FOUND)
    debate = found.debate
    at = debate.effective(tx.now())
    after = withdraw(found.case, found.held, at)
    if isinstance(after, Refused):
        return after
    case, held = after
    place = take_place(tx, debate, at)
    content = held_state_content(held.uid, held.kept.value, at)
    kind = EntryKind.HELD_WITHDRAWN
    _, mark, receipt = record(tx, debate, at, kind, place.sequence, None, content, author)
    tx.held.set_kept(held, at, mark)
    tx.cases.save(case)
    return Held(advanced(debate, at, place), held, case, receipt)
