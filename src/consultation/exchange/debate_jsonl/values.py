"""What the fields of debate-jsonl may hold. The file that is read may come from anywhere."""

from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from consultation.application.imports.ports import (
    BODY_MAX,
    LINK_MAX,
    NAME_MAX,
    NUMBER_MAX,
    POST_TITLE_MAX,
    THEME_MAX,
)
from consultation.application.organisations import SLUG, SLUG_MAX
from consultation.domain.texts import check_link, check_text

_DEEPEST: Final = 20
_LARGEST_INTEGER: Final = 2**53 - 1


def _allowed(text: str) -> str:
    """A text without characters that the domain forbids."""
    # None of those can be printed, and this asks several times faster than `check_text`.
    if not text.replace("\n", " ").isprintable():
        decision = check_text("", text, 0, len(text))
        if not decision.allowed:
            raise ValueError(f"holds the character {decision.facts['character']}, which no text may hold")
    return text


def _on_one_line(text: str) -> str:
    if any(character in text for character in "\t\n\r\x85"):
        raise ValueError("holds a line break or a tab")
    return _allowed(text)


def _of_the_calendar(instant: str) -> str:
    datetime.fromisoformat(instant)
    return instant


def _address(link: str) -> str:
    if not check_link("", link, LINK_MAX).allowed:
        raise ValueError("is no http or https address")
    return link


def _plain(value: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """An object without forbidden texts and without numbers that readers could round."""
    _require_plain(value, _DEEPEST)
    return value


def _require_plain(value: Any, depth: int) -> None:  # noqa: ANN401 - whatever JSON can hold
    if depth == 0:
        raise ValueError(f"is nested deeper than {_DEEPEST} levels")
    if isinstance(value, dict):
        for name, member in value.items():
            _require_plain(name, depth - 1)
            _require_plain(member, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _require_plain(item, depth - 1)
    elif isinstance(value, str):
        _allowed(value)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) > _LARGEST_INTEGER):
        raise ValueError(f"holds {value}, which is no whole number of at most 53 bits")


Text: TypeAlias = Annotated[str, AfterValidator(_allowed)]
"""A text; tabs and line breaks may stand in it."""

Line: TypeAlias = Annotated[str, AfterValidator(_on_one_line)]
"""A text on one line."""

Name: TypeAlias = Annotated[Line, Field(max_length=NAME_MAX)]
Title: TypeAlias = Annotated[Line, Field(max_length=POST_TITLE_MAX)]
Body: TypeAlias = Annotated[Text, Field(max_length=BODY_MAX)]
ThemeSlug: TypeAlias = Annotated[Line, Field(min_length=1, max_length=THEME_MAX)]
"""Texts of posts, as long as the store takes them."""

Instant: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$"),
    AfterValidator(_of_the_calendar),
]
"""RFC 3339 in UTC with exactly six fractional digits and `Z`, as the journal hashes it."""

_HEX: Final = "[0-9a-f]"
Uid: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=f"^{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}$"),
]
"""A UUID with hyphens, in lower case (RFC 9562)."""

Salt: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{_HEX}{{32}}$")]
"""A journal salt, 16 octets; null once it was destroyed."""

Hash: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{_HEX}{{64}}$")]
"""A SHA-256 value."""

Slug: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{SLUG.pattern}$", max_length=SLUG_MAX)]
"""A part of an address."""

Link: TypeAlias = Annotated[
    str, StringConstraints(pattern="^[Hh][Tt][Tt][Pp][Ss]?://", max_length=LINK_MAX), AfterValidator(_address)
]
"""An absolute http or https address (RFC 3986)."""

Language: TypeAlias = Annotated[str, StringConstraints(pattern="^(fr|nl|de|en)$")]
TimeZone: TypeAlias = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_+/-]+$", max_length=64)]
"""An IANA time zone."""

Number: TypeAlias = Annotated[int, Field(ge=1, le=NUMBER_MAX)]
"""A number of the debate's one series."""

Sequence: TypeAlias = Annotated[int, Field(ge=1, le=_LARGEST_INTEGER)]
"""The sequence of a journal entry."""

Count: TypeAlias = Annotated[int, Field(ge=0, le=_LARGEST_INTEGER)]

Plain: TypeAlias = Annotated[dict[str, JsonValue], AfterValidator(_plain)]
"""An object of texts, whole numbers, booleans, null, lists and such objects."""


class Part(BaseModel):
    """An object with exactly these fields, each of exactly this type."""

    model_config = ConfigDict(extra="forbid", strict=True)
