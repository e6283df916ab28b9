"""Posts: everything that bears a number. Revisions, withdrawal and tombstones."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from consultation.domain.actors import Actor, Person
from consultation.domain.debates import Debate, check_act, check_theme
from consultation.domain.decisions import ALLOWED, Decision, Facts, RefusalCode, Refused, first_refusal
from consultation.domain.participation import SpeaksAs, check_capacity
from consultation.domain.permissions import Act
from consultation.domain.texts import check_link, check_text, tidy, tidy_line
from consultation.domain.wording import worded


class PostKind(StrEnum):
    """The three kinds of posts; they share one series of numbers."""

    CONTRIBUTION = "contribution"
    ARGUMENT = "argument"
    SOURCE = "source"


class Side(StrEnum):
    """Which way an argument speaks."""

    PRO = "pro"
    CONTRA = "contra"


class PostState(StrEnum):
    """Whether the text may be shown. All but `visible` are tombstones and keep their place."""

    VISIBLE = "visible"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    ERASED = "erased"


TOMBSTONE_CODES = {
    PostState.WITHDRAWN: RefusalCode.POST_WITHDRAWN,
    PostState.HIDDEN: RefusalCode.POST_HIDDEN,
    PostState.ERASED: RefusalCode.POST_ERASED,
}


@dataclass(frozen=True, slots=True)
class PostText:
    """What an author writes.

    A contribution has a title and a body, an argument a body, a source a title, a link and
    perhaps a note, which is its body.
    """

    body: str
    title: str | None = None
    link: str | None = None
    theme: str | None = None

    def tidied(self) -> "PostText":
        """The text as it is measured and stored."""
        return PostText(
            body=tidy(self.body),
            title=None if self.title is None else tidy_line(self.title),
            link=None if self.link is None else self.link.strip(),
            theme=self.theme,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHead:
    """What most rules need to know of a numbered post: everything but its text.

    `contribution` is the number it hangs on, None for a contribution itself. `revision`
    starts at 1. `author_key` is None once nobody stands behind the post.
    """

    number: int
    kind: PostKind
    contribution: int | None = None
    author_key: int | None = None
    revision: int = 1
    state: PostState = PostState.VISIBLE
    state_reason: str | None = None
    state_since: datetime | None = None

    @property
    def is_visible(self) -> bool:
        """May its text be shown?"""
        return self.state is PostState.VISIBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(PostHead):
    """A numbered post with the present revision of its text.

    `capacity` is as what the author speaks in it, None where nobody asked or said.
    """

    side: Side | None = None
    author_name: str | None = None
    capacity: SpeaksAs | None = None
    text: PostText
    language: str
    created_at: datetime
    revised_at: datetime | None = None


def check_standing(post: PostHead, debate: Debate) -> Decision:
    """Is the post of the debate visible, as everything that one does with it asks?"""
    if post.state is PostState.VISIBLE:
        return ALLOWED
    facts: Facts = {
        "number": post.number,
        "kind": post.kind.value,
        "state": post.state.value,
        "reason": post.state_reason,
        "since": post.state_since,
        "time_zone": debate.time_zone,
    }
    if post.state is PostState.HIDDEN:
        facts = {**facts, **worded(debate.owner.reasons, debate.owner.locale, post.state_reason)}
    return Refused(TOMBSTONE_CODES[post.state], facts)


def check_post_text(debate: Debate, kind: PostKind, text: PostText) -> Decision:
    """Does a tidied text fit the kind of post and the debate's limits and themes?"""
    limits = debate.limits
    match kind:
        case PostKind.CONTRIBUTION:
            return first_refusal(
                _absent("link", text.link),
                check_text("title", text.title or "", limits.title_min, limits.title_max),
                check_text("body", text.body, limits.contribution_min, limits.contribution_max),
                check_theme(debate, text.theme),
            )
        case PostKind.ARGUMENT:
            return first_refusal(
                _absent("title", text.title),
                _absent("link", text.link),
                _absent("theme", text.theme),
                check_text("body", text.body, limits.argument_min, limits.argument_max),
            )
        case PostKind.SOURCE:
            title = text.title or ""
            return first_refusal(
                _absent("theme", text.theme),
                check_text("title", title, limits.source_title_min, limits.source_title_max),
                check_link("link", text.link or "", limits.link_max),
                check_text("note", text.body, 0, limits.note_max),
            )


def _absent(field: str, value: str | None) -> Decision:
    if value is None:
        return ALLOWED
    return Refused(RefusalCode.FIELD_NOT_ALLOWED, {"field": field})


def check_contribution(post: PostHead, debate: Debate) -> Decision:
    """Can arguments and sources hang on this post?"""
    if post.kind is PostKind.CONTRIBUTION:
        return check_standing(post, debate)
    facts: Facts = {"number": post.number, "kind": post.kind.value}
    return Refused(RefusalCode.NOT_A_CONTRIBUTION, facts)


POSTING = {
    PostKind.CONTRIBUTION: Act.CONTRIBUTE,
    PostKind.ARGUMENT: Act.ARGUE,
    PostKind.SOURCE: Act.ADD_SOURCE,
}
"""The act of posting each kind."""


def check_posting(
    debate: Debate,
    kind: PostKind,
    parent: PostHead | None,
    text: PostText,
    actor: Actor,
    instant: datetime,
    capacity: SpeaksAs | None = None,
) -> Decision:
    """May the actor post this tidied text, under this contribution where the kind has one?"""
    return first_refusal(
        check_act(debate, POSTING[kind], actor, instant),
        ALLOWED if parent is None else check_contribution(parent, debate),
        check_post_text(debate, kind, text),
        check_capacity(debate.participation, capacity),
    )


def check_own(post: PostHead, actor: Actor) -> Decision:
    """Is the actor the author?"""
    if isinstance(actor, Person) and post.author_key == actor.key:
        return ALLOWED
    return Refused(RefusalCode.NOT_AUTHOR)


def check_own_act(debate: Debate, post: PostHead, act: Act, actor: Actor, instant: datetime) -> Decision:
    """May the actor edit or withdraw this post now?"""
    return first_refusal(
        check_act(debate, act, actor, instant),
        check_own(post, actor),
        check_standing(post, debate),
    )


def check_revision(post: PostHead, expected: int | None) -> Decision:
    """Does the author edit the text they read? None asks for nothing."""
    if expected is None or expected == post.revision:
        return ALLOWED
    return Refused(RefusalCode.REVISION_OUTDATED, {"revision": post.revision})


def revise(
    debate: Debate,
    post: Post,
    text: PostText,
    expected: int | None,
    actor: Actor,
    instant: datetime,
    capacity: SpeaksAs | None = None,
) -> Post | Refused:
    """The post with a new revision of its tidied text; unchanged when nothing differs.

    The new revision is signed with the name that the author bears now, and in the given
    capacity; None keeps that of the post.
    """
    decision = first_refusal(
        check_own_act(debate, post, Act.EDIT, actor, instant),
        check_revision(post, expected),
        check_post_text(debate, post.kind, text),
        ALLOWED if capacity in {None, post.capacity} else check_capacity(debate.participation, capacity),
    )
    if isinstance(decision, Refused):
        return decision
    capacity = capacity or post.capacity
    if text == post.text and capacity is post.capacity:
        return post
    return replace(
        post,
        text=text,
        capacity=capacity,
        author_name=actor.name if isinstance(actor, Person) else post.author_name,
        revision=post.revision + 1,
        revised_at=debate.effective(instant),
    )


def withdraw(debate: Debate, post: Post, actor: Actor, instant: datetime) -> Post | Refused:
    """The post as its author's tombstone. Replies and tallies stay."""
    decision = check_own_act(debate, post, Act.WITHDRAW, actor, instant)
    if isinstance(decision, Refused):
        return decision
    return replace(
        post,
        state=PostState.WITHDRAWN,
        state_reason="author",
        state_since=debate.effective(instant),
    )
