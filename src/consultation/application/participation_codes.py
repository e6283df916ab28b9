"""Participation codes: made and revoked by organisers, redeemed by people.

Only keyed hashes of codes are kept, and nothing says who redeemed which: see
`persistence.tables.participation` and `docs/participation.md`.
"""

import math
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from consultation.application.ports import Account, CodeBatch, Digests, Transaction, WrongTries
from consultation.application.readers import Document, Snapshot
from consultation.domain.actors import Person
from consultation.domain.debates import Debate, check_act
from consultation.domain.decisions import RefusalCode, Refused, first_refusal
from consultation.domain.participation_codes import (
    CODE_SPACE,
    TRIES,
    TRIES_WINDOW,
    check_code,
    check_codes_wanted,
    check_redeeming,
    code_of,
    printed,
    typed,
)
from consultation.domain.permissions import Act
from consultation.domain.texts import check_text, tidy_line

NOTE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class CodesMade:
    """A new batch and its codes as they are to be printed; they are never seen again."""

    batch: CodeBatch
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The person takes part with a code: this one, or one redeemed before."""

    debate: Debate


@dataclass(frozen=True, slots=True)
class Counted:
    """A refusal that leaves something written: a result, so that the wrong try is committed."""

    refused: Refused


def make_codes(
    tx: Transaction, digests: Digests, debate_uid: UUID, account: Account, count: int, note: str
) -> CodesMade | Refused:
    """Make a batch of codes for a debate that asks for them, published or not."""
    debate = _managed(tx, debate_uid, account)
    if isinstance(debate, Refused):
        return debate
    now, note = tx.now(), tidy_line(note)
    decision = first_refusal(check_codes_wanted(debate, now), check_text("note", note, 0, NOTE_MAX))
    if isinstance(decision, Refused):
        return decision
    codes = [code_of(tx.ids.below(CODE_SPACE)) for _ in range(count)]
    batch = CodeBatch(tx.ids.uid(), note, now, count, 0, 0)
    made = [digests.participation_code(debate.uid, code) for code in codes]
    tx.participations.add_batch(debate.key, batch.uid, note, now, made)
    return CodesMade(batch, tuple(map(printed, codes)))


def revoke_batch(
    tx: Transaction, debate_uid: UUID, account: Account, batch: UUID
) -> list[CodeBatch] | Refused:
    """Revoke the codes of a batch that nobody has used. Whoever used one goes on taking part."""
    debate = _managed(tx, debate_uid, account)
    if isinstance(debate, Refused):
        return debate
    if not tx.participations.revoke_batch(debate.key, batch):
        return Refused(RefusalCode.CODE_BATCH_NOT_FOUND)
    return tx.participations.batches(debate.key)


def _managed(tx: Transaction, debate_uid: UUID, account: Account) -> Debate | Refused:
    debate = tx.debates.lock(debate_uid)
    if debate is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    roles = tx.people.roles(account.key, debate.owner.key)
    decision = check_act(debate, Act.MANAGE_CODES, Person(account.key, account.name, roles), tx.now())
    return decision if isinstance(decision, Refused) else debate


def read_batches(snapshot: Snapshot, debate_uid: UUID, account: Account) -> list[CodeBatch] | Refused:
    """How many codes of each batch were made, used and revoked, for the organisers."""
    found = snapshot.debate_for(debate_uid, account.key)
    if found is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    debate, roles = found
    person = Person(account.key, account.name, roles)
    decision = check_act(debate, Act.MANAGE_CODES, person, debate.last_act_at)
    return decision if isinstance(decision, Refused) else snapshot.code_batches(debate.key)


def redeem_code(
    tx: Transaction, digests: Digests, debate_uid: UUID, account: Account, text: str
) -> Redeemed | Counted | Refused:
    """Redeem a code as a signed-in person: one code each, each code once.

    Whoever has redeemed one already is told so whatever they send now: nothing is used up, and
    nothing learnt of other codes.
    """
    debate = tx.debates.lock(debate_uid)
    if debate is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    now = tx.now()
    decision = check_redeeming(debate, now)
    if isinstance(decision, Refused):
        return decision
    code = typed(text)
    if code is None:
        return Refused(RefusalCode.PARTICIPATION_CODE_MISTYPED)
    digest = digests.participation_code(debate.uid, code)
    found = tx.participations.redeeming(debate.key, account.key, digest)
    if found.redeemed:
        return Redeemed(debate)

    wrong = WrongTries(now, 0)
    if found.wrong is not None and now - found.wrong.window_started_at < TRIES_WINDOW:
        wrong = found.wrong
    if wrong.tries >= TRIES:
        wait = wrong.window_started_at + TRIES_WINDOW - now
        facts = {"retry_after": math.ceil(wait.total_seconds())}
        return Refused(RefusalCode.TOO_MANY_WRONG_CODES, facts)
    decision = check_code(found.code, TRIES - wrong.tries - 1)
    if isinstance(decision, Refused):
        tx.participations.save_wrong(account.key, replace(wrong, tries=wrong.tries + 1))
        return Counted(decision)
    tx.participations.redeem(debate.key, account.key, digest)
    return Redeemed(debate)


def batch_document(batch: CodeBatch) -> Document:
    """A batch of participation codes in figures, for the organisers."""
    return {
        "batch": batch.uid,
        "note": batch.note,
        "made_at": batch.made_at,
        "made": batch.made,
        "used": batch.used,
        "revoked": batch.revoked,
    }
