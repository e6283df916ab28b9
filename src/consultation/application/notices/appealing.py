"""The author's answer to a decision by the link of the message, without a session."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from consultation.application.moderation.appealing import Appealed, lodge_appeal
from consultation.application.moderation.reading import case_of_author
from consultation.application.notices.links import APPEAL, SealedLinks
from consultation.application.ports import Transaction
from consultation.application.readers import Document, Snapshot
from consultation.domain.actors import Person
from consultation.domain.appeals import check_appealable
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.held import HeldPost
from consultation.domain.moderation import CaseState, Ground
from consultation.domain.posts import Post

_NOBODY: Final = 0


@dataclass(frozen=True, slots=True)
class AppealForm:
    """What the form of an appeal says of the decision, if there is one."""

    debate_title: str
    time_zone: str
    number: int | None
    state: CaseState
    appeal_until: datetime | None
    appealed_at: datetime | None
    ground: Ground | None
    ground_words: str | None
    facts: str | None
    explanation: str | None
    author_key: int | None
    language: str | None
    """The author's, as in messages; both None for a post that is nobody's any more."""


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A case as its author sees it, whoever opened the link of the message."""

    case: Document
    language: str


def read_case_by_link(snapshot: Snapshot, links: SealedLinks, token: str) -> LinkedCase | Refused:
    """The decision in full, and the answer to it, as long as the link is good; reading decides nothing."""
    words = links.open(APPEAL, token)
    if isinstance(words, Refused):
        return words
    uid = UUID(words[0])
    form = snapshot.appeal_form(uid)
    if form is None or form.author_key is None or form.language is None:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    case = case_of_author(snapshot, form.author_key, uid)
    return case if isinstance(case, Refused) else LinkedCase(case, form.language)


def read_appeal_form(snapshot: Snapshot, links: SealedLinks, token: str) -> AppealForm | Refused:
    """What the form says, while an appeal can be lodged; reading it decides nothing."""
    words = links.open(APPEAL, token)
    if isinstance(words, Refused):
        return words
    form = snapshot.appeal_form(UUID(words[0]))
    if form is None:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    decision = check_appealable(form, links.clock(), form.time_zone)
    return decision if isinstance(decision, Refused) else form


def lodge_appeal_by_link(tx: Transaction, links: SealedLinks, token: str, text: str) -> Appealed | Refused:
    """Answer a decision as its author, who received the link, under the rules of every appeal."""
    words = links.open(APPEAL, token)
    if isinstance(words, Refused):
        return words
    uid = UUID(words[0])
    post = _about(tx, uid)
    if post is None or post.author_key is None:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    return lodge_appeal(tx, uid, Person(post.author_key, post.author_name or ""), text)


def _about(tx: Transaction, uid: UUID) -> Post | HeldPost | None:
    """What a case is about, locked: a post, or what was held."""
    found = tx.cases.lock(uid, _NOBODY)
    if found is not None:
        return found.post
    waiting = tx.held.lock(uid, _NOBODY)
    return None if waiting is None else waiting.held
