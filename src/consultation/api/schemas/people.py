"""Signing in, one's own account, members."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from consultation.api.schemas.posts import Argument, Contribution, Source, Tombstone
from consultation.api.schemas.types import Input, LanguageCode, Output, Text

Email = Annotated[str, Field(min_length=3, max_length=254, description="An e-mail address.")]
RoleName = Literal["moderator", "organiser", "administrator"]


class CodeRequest(Input):
    """An address to send a sign-in code to."""

    email: Email


class CodeSent(Output):
    """The same answer for every address."""

    expires_in_seconds: int


class SignIn(Input):
    """A code received, to be exchanged for a session."""

    email: Email
    code: Annotated[str, Field(pattern="^[0-9]{6}$")]
    cookie: bool = Field(
        default=False, description="True sets a session cookie instead of returning a token."
    )


class Account(Output):
    """One's own account."""

    id: UUID
    name: str
    email: str | None
    locale: str


class SessionOut(Output):
    """A session. The token is shown once; only its hash is kept."""

    token: str | None = Field(description="For `Authorization: Bearer`; null with a cookie.")
    expires_at: datetime
    person: Account


class AccountEdit(Input):
    """What to change of one's account; what is left out stays."""

    name: Text | None = None
    locale: LanguageCode | None = None


class OwnContribution(Contribution):
    """One's own contribution, with the title of its debate."""

    debate_title: str


class OwnArgument(Argument):
    """One's own argument, with the title of its debate."""

    debate_title: str


class OwnSource(Source):
    """One's own source, with the title of its debate."""

    debate_title: str


class OwnTombstone(Tombstone):
    """A post of one's own that is not shown, with the title of its debate."""

    debate_title: str


class OwnPosts(Output):
    """One's own posts, the newest debate first."""

    items: list[OwnContribution | OwnArgument | OwnSource | OwnTombstone]
    next_cursor: str | None


class Member(Output):
    """A person with roles in the organisation."""

    id: UUID
    name: str
    email: str | None
    roles: list[RoleName]


class Members(Output):
    """Everybody with a role, by name."""

    items: list[Member]
    next_cursor: None


class NewMember(Input):
    """A role to give; the person may be new."""

    email: Email
    role: RoleName
