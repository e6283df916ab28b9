"""Publishing what the organiser says officially, and reading what was said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consultation.application.callers import staff_actor
from consultation.application.journal import record, take_place
from consultation.application.ports import Official, Staff, Transaction
from consultation.application.posts import post_not_found
from consultation.domain.actors import Key, Person
from consultation.domain.contents import official_content
from consultation.domain.debates import Debate, check_act
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.official import OfficialText, conclude, respond
from consultation.domain.permissions import Act, acting_role
from consultation.domain.texts import tidy


@dataclass(frozen=True, slots=True)
class OfficialDraft:
    """What is to be published. `language` None means the debate's."""

    body: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What stands after an act, on which debate, and the act's receipt (None when nothing changed)."""

    debate: Debate
    official: Official
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A debate that is locked for an official act, which will stand in the journal `at`."""

    debate: Debate
    actor: Person | Key
    at: datetime


def _open(tx: Transaction, debate_uid: UUID, caller: Staff, act: Act) -> _Opened | Refused:
    debate = tx.debates.lock(debate_uid)
    if debate is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    now = tx.now()
    actor = staff_actor(tx, caller, debate.owner.key)
    decision = check_act(debate, act, actor, now)
    return decision if isinstance(decision, Refused) else _Opened(debate, actor, debate.effective(now))


def publish_response(
    tx: Transaction, debate_uid: UUID, number: int, caller: Staff, draft: OfficialDraft
) -> Published | Refused:
    """Answer a contribution, or put a new version in the place of the answer that stands."""
    opened = _open(tx, debate_uid, caller, Act.RESPOND)
    if isinstance(opened, Refused):
        return opened
    debate = opened.debate
    answerable = tx.officials.answerable(debate.key, number)
    if answerable is None:
        return post_not_found(number)
    standing = answerable.response
    body, language = tidy(draft.body), draft.language or debate.language
    text = respond(debate, answerable.head, None if standing is None else standing.text, body, language)
    return text if isinstance(text, Refused) else _publish(tx, opened, Act.RESPOND, number, standing, text)


def publish_outcome(
    tx: Transaction, debate_uid: UUID, caller: Staff, draft: OfficialDraft
) -> Published | Refused:
    """Say what became of a debate, or put a new version in the place of what was said."""
    opened = _open(tx, debate_uid, caller, Act.PUBLISH_OUTCOME)
    if isinstance(opened, Refused):
        return opened
    standing = tx.officials.outcome(opened.debate.key)
    body, language = tidy(draft.body), draft.language or opened.debate.language
    text = conclude(None if standing is None else standing.text, body, language)
    if isinstance(text, Refused):
        return text
    return _publish(tx, opened, Act.PUBLISH_OUTCOME, None, standing, text)


def _publish(
    tx: Transaction,
    opened: _Opened,
    act: Act,
    number: int | None,
    standing: Official | None,
    text: OfficialText,
) -> Published:
    debate, actor, at = opened.debate, opened.actor, opened.at
    if standing is not None and standing.text == text:
        return Published(debate, standing, None)
    kind = EntryKind.OUTCOME_PUBLISHED if number is None else EntryKind.RESPONSE_PUBLISHED
    content = official_content(number, text)
    place = take_place(tx, debate, at)
    entry, mark, receipt = record(tx, debate, at, kind, place.sequence, number, content, actor)
    person_key = actor.key if isinstance(actor, Person) else None
    tx.debates.record_act(debate.key, entry, acting_role(act, actor), person_key, "", content, mark.salt)
    return Published(debate, Official(text, at), receipt)
