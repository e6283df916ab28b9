"""Posting, editing and withdrawing."""

from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from consultation.application.holding import Held, hold
from consultation.application.journal import advanced, record, take_place
from consultation.application.locking import lock_for
from consultation.application.ports import NO_COUNTERS, Counters, Counts, Mark, Transaction
from consultation.application.search import closest, search_terms
from consultation.domain.actors import Person
from consultation.domain.contents import post_content, state_content
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused, first_refusal
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.participation import SpeaksAs, remembered_capacity
from consultation.domain.permissions import Act
from consultation.domain.posts import (
    POSTING,
    Post,
    PostKind,
    PostText,
    Side,
    check_posting,
    revise,
    withdraw,
)
from consultation.domain.repetition import Wording, check_pace, check_repetition

POSTED = {
    PostKind.CONTRIBUTION: EntryKind.CONTRIBUTION_POSTED,
    PostKind.ARGUMENT: EntryKind.ARGUMENT_POSTED,
    PostKind.SOURCE: EntryKind.SOURCE_POSTED,
}
_REPLY_FIELD = {Side.PRO: "pro", Side.CONTRA: "contra", None: "sources"}
_DEBATE_FIELD = {Side.PRO: "arguments_pro", Side.CONTRA: "arguments_contra", None: "sources"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to post. `contribution` is the number it shall hang on.

    `language` None means the debate's; `capacity` None the one in which the person last spoke here.
    """

    kind: PostKind
    text: PostText
    contribution: int | None = None
    side: Side | None = None
    language: str | None = None
    capacity: SpeaksAs | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A post and its debate as they stand after an act, and the act's receipt (None when nothing changed)."""

    debate: Debate
    post: Post
    counters: Counters
    receipt: Receipt | None


Accepted: TypeAlias = Posted | Held
"""What comes of sending a text: it stands there for everybody, or it waits."""


@dataclass(frozen=True, slots=True)
class Written:
    """A post with a text that everybody reads from now on, its debate as it stands, and the receipt."""

    debate: Debate
    post: Post
    receipt: Receipt


def post_not_found(number: int) -> Refused:
    """The refusal for a number that the debate has not given."""
    return Refused(RefusalCode.POST_NOT_FOUND, {"number": number})


def reply_field(side: Side | None) -> str:
    """The counter of a contribution that a reply moves; a source has no side."""
    return _REPLY_FIELD[side]


def counts_of(kind: PostKind, side: Side | None, change: int) -> Counts:
    """What posts that come or go add to the counters of their debate."""
    field = "contributions" if kind is PostKind.CONTRIBUTION else _DEBATE_FIELD[side]
    return Counts(**{field: change})


def set_state(tx: Transaction, debate: Debate, post: Post, mark: Mark, change: int) -> None:
    """Write the state of a post; its contribution has so many more replies by it."""
    if change and post.contribution is not None:
        tx.posts.set_reply_state(debate.key, post, mark, reply_field(post.side), change)
    else:
        tx.posts.set_state(debate.key, post, mark)


def add_post(tx: Transaction, debate_uid: UUID, actor: Person, draft: Draft) -> Accepted | Refused:
    """Post a contribution, an argument or a source; in some debates, for a moderator to read first.

    Locks the debate, then reads the clock, then decides; number, post, counters and journal
    entry are written together or not at all.
    """
    locked = lock_for(tx, debate_uid, POSTING[draft.kind], actor)
    if isinstance(locked, Refused):
        return locked
    debate, now, at, actor = locked.debate, locked.now, locked.at, locked.actor
    waits = debate.limits.pre_moderation
    before = tx.posts.background(
        debate.key,
        draft.contribution,
        actor.key,
        draft.kind,
        draft.side,
        debate.limits.posts_per_hour,
        waits=waits,
    )
    if draft.contribution is not None and before.head is None:
        return post_not_found(draft.contribution)
    text = draft.text.tidied()
    capacity = draft.capacity or remembered_capacity(debate.participation, actor.standing)
    decision = check_posting(debate, draft.kind, before.head, text, actor, now, capacity)
    if isinstance(decision, Refused):
        return decision
    terms = search_terms(debate.language, text.title, text.body)
    wording = Wording(terms, len(text.title or "") + len(text.body), draft.contribution, text.link)
    decision = first_refusal(
        check_pace(debate.limits.posts_per_hour, before.oldest_counted, at, debate.time_zone),
        check_repetition(wording, before.earlier, closest),
    )
    if isinstance(decision, Refused):
        return decision

    post = Post(
        number=debate.last_number + 1,
        kind=draft.kind,
        contribution=draft.contribution,
        author_key=actor.key,
        side=draft.side,
        author_name=actor.name,
        capacity=capacity,
        text=text,
        language=draft.language or debate.language,
        created_at=at,
    )
    if waits:
        return hold(tx, debate, post, at, actor, terms)
    written = publish_post(tx, debate, post, actor, terms)
    if post.contribution is not None:
        tx.posts.count_reply(debate.key, post.contribution, reply_field(post.side), 1)
    return Posted(written.debate, written.post, NO_COUNTERS, written.receipt)


def publish_post(tx: Transaction, debate: Debate, post: Post, actor: Person, terms: str) -> Written:
    """Put a post into a locked debate, under the next number, at the instant of its making.

    Its contribution has yet to count it.
    """
    written, mark = enter_post(tx, debate, post, actor)
    tx.posts.add(debate.key, written.post, mark, terms)
    return written


def enter_post(tx: Transaction, debate: Debate, post: Post, actor: Person) -> tuple[Written, Mark]:
    """The next number and the next place in the journal for a post, whose row has yet to be written."""
    at, counts = post.created_at, counts_of(post.kind, post.side, 1)
    place = take_place(tx, debate, at, numbers=1, counts=counts, joining=post.author_key)
    post = replace(post, number=place.number)
    content = post_content(post)
    _, mark, receipt = record(tx, debate, at, POSTED[post.kind], place.sequence, post.number, content, actor)
    return Written(advanced(debate, at, place), post, receipt), mark


def _terms(debate: Debate, post: Post) -> str:
    return search_terms(debate.language, post.text.title, post.text.body)


@dataclass(frozen=True, slots=True)
class Edit:
    """What an author wants to change: None leaves a part as it is.

    `drop_theme` files a contribution under no theme. `expected_revision` is the revision that
    the author read, None to edit whatever stands.
    """

    title: str | None = None
    body: str | None = None
    link: str | None = None
    note: str | None = None
    theme: str | None = None
    drop_theme: bool = False
    capacity: SpeaksAs | None = None
    expected_revision: int | None = None

    def applied_to(self, post: Post) -> PostText | Refused:
        """The whole text as it would be, tidied. A source's body goes by the name of note."""
        is_source = post.kind is PostKind.SOURCE
        other = "body" if is_source else "note"
        if getattr(self, other) is not None:
            return Refused(RefusalCode.FIELD_NOT_ALLOWED, {"field": other})
        text = post.text
        body = self.note if is_source else self.body
        return PostText(
            body=text.body if body is None else body,
            title=text.title if self.title is None else self.title,
            link=text.link if self.link is None else self.link,
            theme=None if self.drop_theme else self.theme or text.theme,
        ).tidied()


def edit_post(
    tx: Transaction, debate_uid: UUID, number: int, actor: Person, edit: Edit
) -> Accepted | Refused:
    """Add a revision to one's own post. An edit that changes nothing adds none.

    Where posts wait to be read, so do edits, one of each post: else they were a way around.
    """
    locked = lock_for(tx, debate_uid, Act.EDIT, actor)
    if isinstance(locked, Refused):
        return locked
    debate, now, at, actor = locked.debate, locked.now, locked.at, locked.actor
    is_waiting = False
    if debate.limits.pre_moderation:
        editable = tx.held.editable(debate.key, number)
        found = None if editable is None else editable[:2]
        is_waiting = editable is not None and editable[2]
    else:
        found = tx.posts.find(debate.key, number)
    if found is None:
        return post_not_found(number)
    before, counters = found
    text = edit.applied_to(before)
    if isinstance(text, Refused):
        return text
    after = revise(debate, before, text, edit.expected_revision, actor, now, edit.capacity)
    if isinstance(after, Refused):
        return after
    if after == before:
        return Posted(debate, before, counters, None)
    if is_waiting:
        return Refused(RefusalCode.EDIT_WAITING)
    if debate.limits.pre_moderation:
        return hold(tx, debate, after, at, actor, _terms(debate, after), revises=number)
    place = take_place(tx, debate, at)
    kind, content = EntryKind.POST_REVISED, post_content(after)
    _, mark, receipt = record(tx, debate, at, kind, place.sequence, number, content, actor)
    tx.posts.revise(debate.key, number, after, at, mark, _terms(debate, after))
    return Posted(advanced(debate, at, place), after, counters.on_new_revision(), receipt)


def withdraw_post(tx: Transaction, debate_uid: UUID, number: int, actor: Person) -> Posted | Refused:
    """Withdraw one's own post: its tombstone keeps the number, replies and votes stay."""
    locked = lock_for(tx, debate_uid, Act.WITHDRAW, actor)
    if isinstance(locked, Refused):
        return locked
    debate, now, at = locked.debate, locked.now, locked.at
    found = tx.posts.find(debate.key, number)
    if found is None:
        return post_not_found(number)
    before, counters = found
    after = withdraw(debate, before, actor, now)
    if isinstance(after, Refused):
        return after

    place = take_place(tx, debate, at, counts=counts_of(before.kind, before.side, -1))
    content = state_content(after)
    _, mark, receipt = record(
        tx, debate, at, EntryKind.POST_WITHDRAWN, place.sequence, number, content, actor
    )
    set_state(tx, debate, after, mark, -1)
    return Posted(advanced(debate, at, place), after, counters, receipt)
