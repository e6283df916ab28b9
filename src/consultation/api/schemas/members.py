"""Organisations as they are set up and changed, their members, and invitations."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.debates import NamedOrganisation
from consultation.api.schemas.moderation import Reason
from consultation.api.schemas.people import Email
from consultation.api.schemas.types import Input, LanguageCode, NewSlug, NoCursor, Output, Text, TimeZone

RoleName = Literal["moderator", "organiser", "administrator"]
_AS_IN_A_MAIL: Final = "3q2-7wEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJo"
_DOTS: Final = (
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgAQMAAABJtOi3AAAAA1BMVEUPSGjX71aAAAAADElEQVR42mNgGNwAAACgAAGO+7G0"
    "AAAAAElFTkSuQmCC"
)
Role = Annotated[RoleName, Field(description="What the person may do here.")]


class NewOrganisation(Input):
    """A public body to set up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "stad-gent",
                    "name": "Stad Gent",
                    "locale": "nl",
                    "time_zone": "Europe/Brussels",
                }
            ]
        }
    )

    slug: NewSlug
    name: Text = Field(description="Its full name, 1 to 200 characters.")
    locale: LanguageCode = Field(description="Language of its debates and of mail to its people.")
    time_zone: TimeZone


class OrganisationEdit(Input):
    """What to change of an organisation; what is left out stays.

    Language and time zone are those of debates to come: debates that there are keep theirs.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Stad Gent en deelgemeenten"}]})

    name: Text | None = Field(default=None, description="Its full name, 1 to 200 characters.")
    locale: LanguageCode | None = Field(default=None, description="Language of debates to come.")
    time_zone: TimeZone | None = Field(default=None, description="IANA time zone of debates to come.")
    reasons: dict[Reason, Text] = Field(
        default_factory=dict,
        description="Own words for reasons of moderation, up to 200 characters; empty ones drop them.",
    )
    accent: Annotated[str, Field(pattern="^(#[0-9a-f]{6})?$")] | None = Field(
        default=None,
        description="Colour of links and buttons on its pages, `#rrggbb` in lower case, with a contrast of "
        "7 to 1 on their ground; empty for that of the service. Dark pages lighten it by themselves.",
    )


class NewLogo(Input):
    """A logo to show from now on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"image": _DOTS, "alt": "Blason de la ville : trois tilleuls"}]}
    )

    image: Annotated[
        str,
        Field(
            pattern="^[A-Za-z0-9+/]*={0,2}$",
            description="The file in Base64 (RFC 4648, section 4): PNG, JPEG or WebP, 32 to 1,200 dots wide "
            "and high, of at most 24,000 bytes without its metadata, which are not kept.",
        ),
    ]
    alt: Text = Field(description="What it shows, in the organisation's language, 1 to 200 characters.")


class Member(Output):
    """A person with roles in the organisation."""

    id: UUID = Field(description="Id of the person.")
    name: str = Field(description="Display name.")
    email: str | None = Field(description="Address for signing in.")
    roles: list[RoleName] = Field(description="What the person may do here.")


class Members(Output):
    """Everybody with a role, by name."""

    items: list[Member] = Field(description="By name.")
    next_cursor: NoCursor


class NewMember(Input):
    """A role to give; the person may be new."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "moderation@example.org", "role": "moderator"}]}
    )

    email: Email
    role: Role


class NewInvitation(Input):
    """A role to offer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "moderation@example.org", "role": "moderator"}]}
    )

    email: Email
    role: Role


class FirstAdministrator(Input):
    """Whom to invite as the first administrator of an organisation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "secretariat@example.org"}]})

    email: Email


class Invitation(Output):
    """A role offered by e-mail. The token is in the mail only; its hash is kept."""

    id: UUID = Field(description="Id of the invitation.")
    email: str | None = Field(description="Where it was sent; null once it was accepted.")
    role: Role
    invited_at: datetime = Field(description="When it was sent.")
    invited_by: str | None = Field(description="Display name of who sent it.")
    expires_at: datetime = Field(description="Until when it can be accepted.")
    accepted_at: datetime | None = Field(description="When it was accepted; null while it is pending.")
    accepted_by: str | None = Field(description="Display name of who accepted.")


class Invitations(Output):
    """Invitations that can be accepted, and those of the last 90 days that were."""

    items: list[Invitation] = Field(description="Newest first.")
    next_cursor: NoCursor


class Acceptance(Input):
    """The code of an invitation, as the mail has it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": _AS_IN_A_MAIL}]})

    token: Annotated[str, Field(min_length=1, max_length=200, description="From the mail.")]


class AcceptedInvitation(Output):
    """What somebody may do in an organisation from now on."""

    organisation: NamedOrganisation
    role: Role
    roles: list[RoleName] = Field(description="All that the person may do there now.")
