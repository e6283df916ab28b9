"""The author's answer to a decision."""

from dataclasses import dataclass
from uuid import UUID

from consultation.application.callers import participant_actor
from consultation.application.journal import record, take_place
from consultation.application.keys import acting_participant
from consultation.application.ports import Delegate, Transaction
from consultation.domain.actors import Person
from consultation.domain.appeals import appeal
from consultation.domain.contents import appeal_content
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.moderation import Authored, Case
from consultation.domain.permissions import Act, check_permission
from consultation.domain.texts import tidy


@dataclass(frozen=True, slots=True)
class Appealed:
    """A case with the author's answer, and the receipt."""

    case: Case
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class _Own:
    """A case about something that one wrote, with its debate, all locked."""

    debate: Debate
    case: Case
    about: Authored


def lodge_appeal(tx: Transaction, uid: UUID, author: Person, text: str) -> Appealed | Refused:
    """Answer a decision on one's own post: once, in time. In any phase of the debate.

    To whoever is not the author, the case is not there.
    """
    own = _own(tx, uid, author)
    return Refused(RefusalCode.CASE_NOT_FOUND) if own is None else _lodged(tx, own, author, text)


def lodge_appeal_of_user(
    tx: Transaction, slug: str, delegate: Delegate, uid: UUID, text: str
) -> Appealed | Refused:
    """The same for one of an organisation's own users, through a key of this organisation.

    Whose case it is says in which organisation; only where none is found, that is looked up.
    """
    author = participant_actor(delegate)
    own = _own(tx, uid, author)
    if own is None or own.debate.owner.slug != slug:
        acting = acting_participant(tx, slug, delegate)
        return acting if isinstance(acting, Refused) else Refused(RefusalCode.CASE_NOT_FOUND)
    decision = check_permission(Act.NAME_PARTICIPANT, delegate.holder.key.within(own.debate.owner.key))
    return decision if isinstance(decision, Refused) else _lodged(tx, own, author, text)


def _lodged(tx: Transaction, own: _Own, author: Person, text: str) -> Appealed | Refused:
    debate, case = own.debate, own.case
    at = debate.effective(tx.now())
    text = tidy(text)
    appealed = appeal(case, own.about, text, author.key, at, debate.time_zone)
    if isinstance(appealed, Refused):
        return appealed

    place = take_place(tx, debate, at)
    content = appeal_content(case.number, text)
    kind = EntryKind.APPEAL_LODGED
    _, mark, receipt = record(tx, debate, at, kind, place.sequence, case.number, content, author)
    tx.cases.save(appealed)
    tx.cases.add_appeal(appealed, author.key, text, at, mark)
    return Appealed(appealed, receipt)


def _own(tx: Transaction, uid: UUID, author: Person) -> _Own | None:
    """A case about a post of the author's, or about what was held of theirs; None for any other."""
    found = tx.cases.lock(uid, author.key)
    if found is not None:
        own = _Own(found.debate, found.case, found.post)
    else:
        waiting = tx.held.lock(uid, author.key)
        if waiting is None:
            return None
        own = _Own(waiting.debate, waiting.case, waiting.held)
    return own if own.about.author_key == author.key else None
