"""Keys of organisations, and the users whom their servers name."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.types import DebateId, Input, Instant, LanguageCode, NextCursor, Output, Text
from consultation.domain.keys import LONGEST_GRACE

_HOURS: Final = int(LONGEST_GRACE.total_seconds()) // 3600
_USUAL_HOURS: Final = 24

ScopeName = Literal[
    "debates:read", "debates:write", "participation:write", "moderation", "exports", "webhooks"
]
KeyState = Literal["usable", "expired", "revoked"]
KeyName = Annotated[Text, Field(description="What it is for.")]


class Key(Output):
    """A key of an organisation, without its secret."""

    id: UUID = Field(description="Id of the key; the journal's digests name it.")
    name: str = Field(description="What it is for.")
    scopes: list[ScopeName] = Field(description="What it may do.")
    hint: str = Field(description="How its secret begins, to tell one key from another.")
    state: KeyState = Field(description="Whether it works now.")
    created_at: datetime = Field(description="When it was made.")
    expires_at: datetime = Field(description="When it stops working by itself.")
    rotated_at: datetime | None = Field(description="When it got its present secret, if by a rotation.")
    former_until: datetime | None = Field(description="Until when the secret before the present one works.")
    revoked_at: datetime | None = Field(description="When it was revoked.")
    used_at: datetime | None = Field(description="Last use, to the minute; null before the first.")


class KeyPage(Output):
    """A page of an organisation's keys, newest first, those that work no more among them."""

    items: list[Key] = Field(description="Keys.")
    next_cursor: NextCursor


class IssuedKey(Key):
    """A key with its secret, which is shown once."""

    token: str | None = Field(
        description="The secret, for `Authorization: Bearer`. Null when the call is repeated with its "
        "Idempotency-Key: it is shown once, and only its hash is kept."
    )


class NewKey(Input):
    """A key to make."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Site de la ville", "scopes": ["participation:write"]}]}
    )

    name: KeyName
    scopes: Annotated[list[ScopeName], Field(min_length=1, max_length=6, description="What it may do.")]
    expires_at: Instant | None = Field(
        default=None, description="When it stops working; in a year, unless given, in two at most."
    )


class Rotation(Input):
    """A new secret for a key."""

    grace_hours: Annotated[
        int, Field(ge=0, le=_HOURS, description="How long the present secret goes on working.")
    ] = _USUAL_HOURS


class KeyUse(Output):
    """Something that was done through a key."""

    debate: DebateId
    sequence: int = Field(description="Place in the debate's journal.")
    kind: str = Field(description="What happened.")
    at: datetime = Field(description="When.")


class KeyUses(Output):
    """A page of what was done through a key: the newest debate first, in it the newest act."""

    items: list[KeyUse] = Field(description="Acts.")
    next_cursor: NextCursor


class NamedParticipant(Output):
    """One of an organisation's own users, as the service knows them."""

    name: str = Field(description="Signs what the user writes through the organisation's keys.")
    locale: str = Field(description="Language of the user.")


class ParticipantName(Input):
    """How one of an organisation's own users shall be called. What is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Camille", "locale": "fr"}]})

    name: Text | None = Field(
        default=None, description="Signs what the user writes from now on; may be a pseudonym."
    )
    locale: LanguageCode | None = Field(default=None, description="`fr`, `nl`, `de` or `en`.")
