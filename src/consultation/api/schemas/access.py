"""Sessions, and the origins of other sites that an organisation lets in."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.types import Input, NoCursor, Output
from consultation.domain.origins import ORIGIN_MAX

OriginText = Annotated[
    str, Field(max_length=ORIGIN_MAX, description="`https://`, a host name, a port unless it is 443.")
]


class Session(Output):
    """A session of one's own. Where it was opened from is not kept."""

    id: UUID = Field(description="Id of the session.")
    created_at: datetime = Field(description="When one signed in.")
    last_used: datetime = Field(description="The hour in which it was last used, at its beginning.")
    expires_at: datetime = Field(description="When it ends unless it is used before.")
    method: Literal["code", "oidc", "operator"] = Field(
        description="How one signed in: by a code, through an identity provider, or an operator did."
    )
    current: bool = Field(description="Is it the session of this call?")


class Sessions(Output):
    """One's own sessions that have not ended, the newest first, at most a hundred."""

    items: list[Session] = Field(description="The newest first.")
    next_cursor: NoCursor


class EmbedOrigin(Output):
    """An origin whose pages may frame the organisation's debates and read its answers."""

    id: UUID = Field(description="Id of the entry.")
    origin: str = Field(description="As browsers send it: scheme, host, port unless it is the usual.")
    created_at: datetime = Field(description="Since when.")
    added_by: str | None = Field(description="Name of who added it; null when the person is gone.")


class EmbedOrigins(Output):
    """The embed origins of an organisation, oldest first."""

    items: list[EmbedOrigin] = Field(description="Oldest first.")
    next_cursor: NoCursor


class NewOrigin(Input):
    """An origin to let in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"origin": "https://www.town.example"}]})

    origin: OriginText
