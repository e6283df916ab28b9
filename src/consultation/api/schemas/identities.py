"""Identity providers and identities."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.types import Input, NoCursor, Output, Slug

# A path of this service: one slash, then no slash or backslash, so that no browser takes it for a host.
RETURN_PATH = r"^/([!-.0-\[\]-~][!-\[\]-~]*)?$"
AuthMethod = Literal["client_secret_basic", "client_secret_post"]
Token = Annotated[str, Field(pattern="^[!-~]+$", min_length=1, max_length=255)]
Tokens = Annotated[list[Token], Field(max_length=20)]
ProviderName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
ReturnPath = Annotated[str, Field(pattern=RETURN_PATH, max_length=1000)]


class OfferedProvider(Output):
    """An identity provider that people may choose."""

    slug: str = Field(description="Its name in addresses.")
    name: str = Field(description="As people know it.")
    organisation: str | None = Field(
        description="Slug of the organisation whose it is; null for one of the whole service."
    )
    start_url: str = Field(description="Where to send the browser to sign in.")


class OfferedProviders(Output):
    """Identity providers that people may choose."""

    items: list[OfferedProvider] = Field(description="Those of the whole service first.")
    next_cursor: NoCursor


class Identity(Output):
    """Who one is to an identity provider."""

    id: UUID = Field(description="Id of the identity.")
    provider: str = Field(description="Slug of the provider through which it came last.")
    provider_name: str | None = Field(description="That provider's name; null when it is gone.")
    issuer: str = Field(description="Who vouches for it: the provider's issuer identifier.")
    assurance: str | None = Field(description="Level (`acr`) of the last sign-in; null when none was said.")
    linked_at: datetime = Field(description="Since when it belongs to the account.")
    used_at: datetime = Field(description="Last sign-in with it.")
    usable: bool = Field(
        description="Can one sign in with it now? Not when no provider has its issuer, nor when the service "
        "cannot read the provider's secret: the organisation must enter it anew."
    )


class Identities(Output):
    """One's own identities."""

    items: list[Identity] = Field(description="Oldest first.")
    next_cursor: NoCursor


class NewIdentity(Input):
    """A provider at which to prove an identity that shall be linked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"provider": "franceconnect", "next": "/account"}]}
    )

    provider: Slug = Field(description="Slug of the identity provider.")
    next: ReturnPath = Field(default="/", description="Path of this service to go to at the end.")


class LinkBegun(Output):
    """Where the browser goes on."""

    url: str = Field(description="The provider's page. Send the browser there that got this answer's cookie.")
    expires_in_seconds: int = Field(description="How long it may take.")


class SignedOut(Output):
    """The session here has ended."""

    url: str | None = Field(
        description="Send the browser there to end its session at the provider as well; null where there "
        "is none or the provider has no such page."
    )


class IdentityProvider(Output):
    """An identity provider of an organisation, as its administrators see it. Its secret is never shown."""

    slug: str = Field(description="Its name in addresses.")
    name: str = Field(description="As people know it.")
    issuer: str = Field(description="Issuer identifier.")
    client_id: str = Field(description="What the provider calls this service.")
    auth_method: AuthMethod = Field(description="How the secret is shown to the provider.")
    scopes: list[str] = Field(description="What is asked for.")
    acr_values: list[str] = Field(description="Levels that are asked for, in order of preference.")
    acr_accepted: list[str] = Field(description="Levels that are enough; empty for any.")
    redirect_uri: str = Field(description="Declare it at the provider: people come back there.")
    post_logout_redirect_uri: str = Field(
        description="Declare it at the provider: people come back there after signing out."
    )


class IdentityProviders(Output):
    """The identity providers of an organisation."""

    items: list[IdentityProvider] = Field(description="By name.")
    next_cursor: NoCursor


class NewIdentityProvider(Input):
    """An identity provider to add to an organisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "ville-exemple",
                    "name": "Mon compte Ville d'Exemple",
                    "issuer": "https://compte.ville.example",
                    "client_id": "consultation",
                    "client_secret": "as the provider gave it",  # nosec B105 - an example of none
                }
            ]
        }
    )

    slug: Slug
    name: ProviderName = Field(description="As people know it.")
    issuer: Annotated[str, Field(pattern=r"^https?://[!-~]+$", max_length=255)] = Field(
        description="Issuer identifier, to the letter; its description is read at "
        "`/.well-known/openid-configuration` below it."
    )
    client_id: Annotated[str, Field(pattern="^[ -~]+$", min_length=1, max_length=255)] = Field(
        description="What the provider calls this service."
    )
    client_secret: Annotated[str, Field(pattern="^[ -~]+$", min_length=1, max_length=1000)] = Field(
        description="What proves to the provider that it is this service. Kept encrypted, never shown."
    )
    auth_method: AuthMethod = Field(
        default="client_secret_basic", description="How the secret is shown to the provider."
    )
    scopes: Tokens = Field(default=["openid"], description="What is asked for; `openid` is added.")
    acr_values: Tokens = Field(default=[], description="Levels to ask for, in order of preference.")
    acr_accepted: Tokens = Field(
        default=[], description="Levels that are enough; unless given, those that are asked for."
    )
