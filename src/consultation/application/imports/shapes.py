"""Which fields each kind of post has, also where the limits of new posts do not apply."""

from collections.abc import Collection
from typing import Any, Final, TypeAlias

from consultation.application.exports import Record
from consultation.application.imports.ports import (
    BODY_MAX,
    LINK_MAX,
    NAME_MAX,
    POST_TITLE_MAX,
    REFERENCE_MAX,
    STATE_REASON_MAX,
)
from consultation.domain.decisions import Refused
from consultation.domain.posts import PostKind, PostState
from consultation.domain.texts import check_link, check_text

Misfit: TypeAlias = tuple[str, str]
"""A field, and what is wrong with it."""

_HAS: Final = {
    PostKind.CONTRIBUTION: frozenset({"title", "theme"}),
    PostKind.ARGUMENT: frozenset({"contribution", "side"}),
    PostKind.SOURCE: frozenset({"contribution", "title", "link"}),
}
_NEEDS: Final = {
    PostKind.CONTRIBUTION: ("title",),
    PostKind.ARGUMENT: ("contribution", "side"),
    PostKind.SOURCE: ("contribution",),
}
"""What cannot be missing. Sources of other platforms can lack title and link."""
_ALL: Final = ("contribution", "side", "title", "link", "theme")
_OF_TOMBSTONES: Final = ("state_reason", "state_since")
"""A restored post is visible by an entry of its own, and names it."""
_LONGEST: Final = {
    "title": POST_TITLE_MAX,
    "body": BODY_MAX,
    "author_name": NAME_MAX,
    "state_reason": STATE_REASON_MAX,
    "reference": REFERENCE_MAX,
}


def misfit(post: Record, themes: Collection[str]) -> Misfit | None:
    """The first field of a post that does not fit its kind, its state or the debate's themes."""
    kind, state = PostKind(post["kind"]), PostState(post["state"])
    for name in _ALL:
        if post[name] is not None and name not in _HAS[kind]:
            return name, f"has no place in a post of kind {kind}"
    for name in _NEEDS[kind]:
        # An erased post has lost its title.
        if post[name] is None and not (name == "title" and state is PostState.ERASED):
            return name, f"is missing in a post of kind {kind}"
    if post["theme"] is not None and post["theme"] not in themes:
        return "theme", "is no theme of the debate"
    if state is PostState.VISIBLE:
        for name in _OF_TOMBSTONES:
            if post[name] is not None:
                return name, "has no place in a visible post"
    elif post["state_reason"] is None and post["state_since"] is None:
        return "state_reason", "is missing, as is state_since, in a post that is not visible"
    return None


def unfit_text(post: Record) -> Misfit | None:
    """The first text of a post that is too long for the store or that the domain forbids."""
    for name, longest in _LONGEST.items():
        if post[name] is None:
            continue
        decision = check_text(name, post[name], 0, longest)
        if isinstance(decision, Refused):
            facts = ", ".join(f"{fact} {value}" for fact, value in decision.facts.items() if fact != "field")
            return name, f"{decision.code} ({facts})"
    if post["link"] is not None and not check_link("link", post["link"], LINK_MAX).allowed:
        return "link", "is no http or https address"
    return None


def printable(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The same with U+FFFD for every character that the domain forbids: reports quote sources."""
    if isinstance(value, str):
        if check_text("", value, 0, len(value)).allowed:
            return value
        return "".join(char if check_text("", char, 0, 1).allowed else "\ufffd" for char in value)
    if isinstance(value, dict):
        return {printable(name): printable(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    return value
