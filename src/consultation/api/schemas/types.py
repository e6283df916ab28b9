"""Types that several schemas share."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from consultation.application.organisations import SLUG_MAX, require_slug, require_zone

SLUG_PATTERN: Final = "^[a-z0-9]+(-[a-z0-9]+)*$"
# RFC 3339, section 5.6, with an upper-case T or a space and at most six fractional digits. A
# leap second has no instant of its own here and is refused.
_RFC_3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:[0-5]\d(\.\d{1,6})?([Zz]|[+-]\d{2}:[0-5]\d)", re.ASCII
)
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9000


def _instant(value: Any) -> datetime:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        message = "an instant is written as RFC 3339, such as 2026-03-01T18:00:00+01:00"
        raise ValueError(message)
    instant = datetime.fromisoformat(value.upper())
    if not _FIRST_YEAR < instant.year < _LAST_YEAR:
        message = f"the year must lie between {_FIRST_YEAR} and {_LAST_YEAR}"
        raise ValueError(message)
    return instant.astimezone(UTC)


def _encodable(text: str) -> str:
    if "\x00" in text:
        message = "a NUL character cannot stand in a text"
        raise ValueError(message)
    return text


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339"}),
]
"""An instant on the way in: RFC 3339 with an offset, to the microsecond."""

Slug = Annotated[
    str,
    Field(
        pattern=SLUG_PATTERN,
        max_length=SLUG_MAX,
        description="Name in addresses: lower-case letters, digits and single hyphens.",
    ),
]
NewSlug = Annotated[Slug, AfterValidator(require_slug)]
"""A slug for an organisation, which may not be the first word of another kind of address."""

TimeZone = Annotated[
    str,
    Field(max_length=64, description="IANA time zone, such as Europe/Brussels."),
    AfterValidator(require_zone),
]
Query = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_encodable)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]

_PLAIN_NUMBER: Final = re.compile(r"[1-9][0-9]*")


def _plain_digits(written: Any) -> Any:  # noqa: ANN401 - whatever an address holds
    if isinstance(written, str) and not _PLAIN_NUMBER.fullmatch(written):
        message = "a number is written with the digits 0 to 9, without a sign or zeros before it"
        raise ValueError(message)
    return written


PathNumber = Annotated[Number, BeforeValidator(_plain_digits)]
"""A number in an address: one way to write it, so that a post has one address."""

LanguageCode = Annotated[str, Field(pattern="^(fr|nl|de|en)$", description="`fr`, `nl`, `de` or `en`.")]
Text = Annotated[str, Field(max_length=200_000)]
"""A text whose true limits the debate's rules set."""
LongText = Annotated[str, Field(max_length=400_000)]
"""A text of up to 100,000 characters as stored, which may come decomposed."""

DebateId = Annotated[UUID, Field(description="Id of the debate.")]
NextCursor = Annotated[
    str | None, Field(description="Pass it as `cursor` to get the next page; null on the last.")
]
NoCursor = Annotated[None, Field(description="Always null: the list comes whole.")]
PageUrl = Annotated[str, Field(description="Address of its page, for people.")]


class Input(BaseModel):
    """A request body: unknown members are refused, so that a typing error is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Output(BaseModel):
    """A response body: every member is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)
