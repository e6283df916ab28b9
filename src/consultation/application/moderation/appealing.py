"""The author's answer to a decision."""

from dataclasses import dataclass
from uuid import UUID

from consultation.application.journal import record, take_place
from consultation.application.ports import Transaction
from consultation.domain.actors import Person
from consultation.domain.appeals import appeal
from consultation.domain.contents import appeal_content
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.moderation import Authored, Case
from consultation.domain.texts import tidy


@dataclass(frozen=True, slots=True)
class Appealed:
    """A case with the author's answer, and the receipt."""

    case: Case
    receipt: Receipt


def lodge_appeal(tx: Transaction, uid: UUID, author: Person, text: str) -> Appealed | Refused:
    """Answer a decision on one's own post: once, in time. In any phase of the debate.

    To whoever is not the author, the case is not there.
    """
    found = _found(tx, uid, author)
    if found is None or found[2].author_key != author.key:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    debate, case, post = found
    at = debate.effective(tx.now())
    text = tidy(text)
    appealed = appeal(case, post, text, author.key, at, debate.time_zone)
    if isinstance(appealed, Refused):
        return appealed

    place = take_place(tx, debate, at)
    content = appeal_content(case.number, text)
    kind = EntryKind.APPEAL_LODGED
    _, mark, receipt = record(tx, debate, at, kind, place.sequence, case.number, content, author)
    tx.cases.save(appealed)
    tx.cases.add_appeal(appealed, author.key, text, at, mark)
    return Appealed(appealed, receipt)


def _found(tx: Transaction, uid: UUID, author: Person) -> tuple[Debate, Case, Authored] | None:
    """A case with its debate and what it is about, a post or what was held, all locked."""
    about_post = tx.cases.lock(uid, author.key)
    if about_post is not None:
        return about_post.debate, about_post.case, about_post.post
    waiting = tx.held.lock(uid, author.key)
    return None if waiting is None else (waiting.debate, waiting.case, waiting.held)
