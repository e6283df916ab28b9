"""Values to test the rules on: plain functions with sensible defaults and keyword overrides."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from consultation.domain.actors import Key, Person, Role
from consultation.domain.debates import Debate, Owner, Theme
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.keys import Scope
from consultation.domain.moderation import Case, CaseState
from consultation.domain.period import Period
from consultation.domain.posts import Post, PostKind, PostState, PostText, Side

US: Final = timedelta(microseconds=1)
HOUR: Final = timedelta(hours=1)

ZONE: Final = "Europe/Brussels"
CREATED_AT: Final = datetime(2026, 2, 1, 8, 0, tzinfo=UTC)
PUBLISHED_AT: Final = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
OPENS_AT: Final = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CLOSES_AT: Final = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
MIDWAY: Final = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)

KEY_UID: Final = UUID("019c5a10-7d00-7000-8000-000000000021")
DEBATE_UID: Final = UUID("019c5a10-7d00-7000-8000-000000000001")

BODY: Final = "Plant a tree in every street that has none."


def person(*roles: Role, key: int = 1, name: str = "Camille") -> Person:
    """Somebody who has signed in, with these roles in the debate's organisation."""
    return Person(key=key, name=name, roles=frozenset(roles))


def key(*scopes: Scope, organisation: int = 1) -> Key:
    """A server with these scopes, of the debate's organisation unless another is given."""
    return Key(21, KEY_UID, "Town site", organisation, frozenset(scopes))


PARTICIPANT: Final = person()
MODERATOR: Final = person(Role.MODERATOR, key=11, name="Moderator")
ORGANISER: Final = person(Role.ORGANISER, key=12, name="Organiser")
ADMINISTRATOR: Final = person(Role.ADMINISTRATOR, key=13, name="Administrator")


def period(opens_at: datetime = OPENS_AT, closes_at: datetime = CLOSES_AT) -> Period:
    return Period(opens_at, closes_at)


def debate(**changes: Any) -> Debate:
    """A published debate with two themes, whose last act was its publication."""
    published = Debate(
        key=1,
        uid=DEBATE_UID,
        owner=Owner(1, "ville-exemple", "Ville Exemple"),
        slug="trees",
        title="More trees",
        description="Where should the town plant?",
        language="en",
        time_zone=ZONE,
        period=period(),
        published_at=PUBLISHED_AT,
        last_act_at=PUBLISHED_AT,
        themes=(Theme("streets", "Streets"), Theme("parks", "Parks", "Large and small")),
        journal_length=2,
    )
    return replace(published, **changes)


def draft(**changes: Any) -> Debate:
    """A debate that only the organisation's staff knows of."""
    return debate(**{"published_at": None, "last_act_at": CREATED_AT, "journal_length": 1} | changes)


def contribution_text(**changes: Any) -> PostText:
    return replace(PostText(body=BODY, title="Trees in every street", theme="streets"), **changes)


def argument_text(**changes: Any) -> PostText:
    return replace(PostText(body="Shade cools the town."), **changes)


def source_text(**changes: Any) -> PostText:
    text = PostText(body="Page 3.", title="Heat in towns", link="https://example.org/heat")
    return replace(text, **changes)


def text_for(kind: PostKind) -> PostText:
    """A text that fits the kind under the default limits."""
    texts = {
        PostKind.CONTRIBUTION: contribution_text,
        PostKind.ARGUMENT: argument_text,
        PostKind.SOURCE: source_text,
    }
    return texts[kind]()


def contribution(**changes: Any) -> Post:
    """Number 1, by the participant, as posted."""
    post = Post(
        number=1,
        kind=PostKind.CONTRIBUTION,
        contribution=None,
        side=None,
        author_key=PARTICIPANT.key,
        author_name=PARTICIPANT.name,
        text=contribution_text(),
        language="en",
        created_at=OPENS_AT + HOUR,
    )
    return replace(post, **changes)


def argument(**changes: Any) -> Post:
    """Number 2, for number 1."""
    reply = {"number": 2, "kind": PostKind.ARGUMENT, "contribution": 1, "side": Side.PRO}
    return contribution(**reply | {"text": argument_text()} | changes)


def source(**changes: Any) -> Post:
    """Number 3, under number 1."""
    reply = {"number": 3, "kind": PostKind.SOURCE, "contribution": 1, "text": source_text()}
    return contribution(**reply | changes)


def post_of(kind: PostKind) -> Post:
    posts = {
        PostKind.CONTRIBUTION: contribution,
        PostKind.ARGUMENT: argument,
        PostKind.SOURCE: source,
    }
    return posts[kind]()


TOMBSTONE_CODES: Final[Mapping[PostState, RefusalCode]] = {
    PostState.WITHDRAWN: RefusalCode.POST_WITHDRAWN,
    PostState.HIDDEN: RefusalCode.POST_HIDDEN,
    PostState.ERASED: RefusalCode.POST_ERASED,
}


def tombstone(state: PostState, **changes: Any) -> Post:
    """The contribution, of which only the place is left."""
    gone = {"state": state, "state_reason": "why", "state_since": MIDWAY}
    return contribution(**gone | changes)


def code_of(answer: object) -> RefusalCode | None:
    """The code of a refusal, None for Allowed or for the value that was asked for."""
    return answer.code if isinstance(answer, Refused) else None


def refusal(answer: object) -> Refused:
    """The answer, which must be a refusal."""
    assert isinstance(answer, Refused), answer
    return answer


def case(**changes: Any) -> Case:
    """A case about the first post, just opened by one report."""
    opened = Case(
        key=1, uid=UUID(int=7), debate_key=1, number=1, state=CaseState.OPEN, opened_at=MIDWAY, reports=1
    )
    return replace(opened, **changes)
