"""The author's answer to a decision."""

from dataclasses import dataclass
from uuid import UUID

from consultation.application.journal import record, take_place
from consultation.application.ports import Transaction
from consultation.domain import moderation as rules
from consultation.domain.actors import Person
from consultation.domain.contents import appeal_content
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.moderation import Case
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
    held = tx.cases.lock(uid, author.key)
    if held is None or held.post.author_key != author.key:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    debate, case, post = held.debate, held.case, held.post
    at = debate.effective(tx.now())
    text = tidy(text)
    appealed = rules.appeal(case, post, text, author.key, at, debate.time_zone)
    if isinstance(appealed, Refused):
        return appealed

    place = take_place(tx, debate, at)
    content = appeal_content(case.number, text)
    kind = EntryKind.APPEAL_LODGED
    _, mark, receipt = record(tx, debate, at, kind, place.sequence, case.number, content, author)
    tx.cases.save(appealed)
    tx.cases.add_appeal(appealed, author.key, text, at, mark)
    return Appealed(appealed, receipt)
