"""The author's answer to a decision by the link of the message, without a session."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from consultation.application.moderation.appealing import Appealed, lodge_appeal
from consultation.application.moderation.reading import case_of_author
from consultation.application.notices.links import APPEAL, SealedLinks
from consultation.application.ports import Transaction
from consultation.application.readers import Document, Snapshot
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.held import HeldPost
from consultation.domain.posts import Post

_NOBODY: Final = 0


@dataclass(frozen=True, slots=True)
class Author:
    """Whom a decision concerns: the person's key, and the language of the messages to them."""

    key: int
    language: str


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
    author = snapshot.author_of_case(uid)
    if author is None:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    case = case_of_author(snapshot, author.key, uid)
    return case if isinstance(case, Refused) else LinkedCase(case, author.language)


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
