"""Signing in and one's own account."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.posts import Argument, Contribution, Source, Tombstone
from consultation.api.schemas.types import Input, LanguageCode, NextCursor, Output, Text

Email = Annotated[str, Field(min_length=3, max_length=254, description="An e-mail address.")]
FrequencyName = Literal["at_once", "daily", "weekly", "never"]
DebateTitle = Annotated[str, Field(description="Title of its debate.")]


class CodeRequest(Input):
    """An address to send a sign-in code to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "camille@example.org"}]})

    email: Email
    proof: str | None = Field(
        default=None, max_length=4_096, description="Solved challenge, when `proof_required` asked for it."
    )
    website: str | None = Field(
        default=None,
        max_length=2_000,
        description="Leave it out. A form may have it where nobody sees it: what fills it in is a machine.",
    )


class ChallengeParameters(Output):
    """What to calculate."""

    algorithm: str = Field(description="How keys are derived: `PBKDF2/SHA-256`.")
    cost: int = Field(description="Iterations of one derivation.")
    key_length: int = Field(alias="keyLength", description="Octets of a derived key.")
    key_prefix: str = Field(alias="keyPrefix", description="How the right key begins, hexadecimal.")
    nonce: str = Field(description="The password's first octets, hexadecimal; the counter follows.")
    salt: str = Field(description="Hexadecimal.")
    expires_at: int = Field(alias="expiresAt", description="Until when the proof is taken, Unix time.")


class Challenge(Output):
    """A challenge of ALTCHA, version 2, with the names that its clients know."""

    parameters: ChallengeParameters
    signature: str = Field(description="By which the service knows its own challenge.")


class CodeSent(Output):
    """The same answer for every address."""

    expires_in_seconds: int = Field(description="How long the code can be used.")


class SignIn(Input):
    """A code received, to be exchanged for a session."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "camille@example.org", "code": "123456"}]}
    )

    email: Email
    code: Annotated[str, Field(pattern="^[0-9]{6}$", description="The six digits of the mail.")]
    cookie: bool = Field(
        default=False, description="True sets a session cookie instead of returning a token."
    )


class Account(Output):
    """One's own account."""

    id: UUID = Field(description="Id of the person.")
    name: str = Field(description="Signs what one writes; may be a pseudonym.")
    email: str | None = Field(description="Address for signing in; shown to nobody else.")
    locale: str = Field(description="Language of mail to the person.")


class MailOff(Output):
    """Since when nothing is sent to one's address, and why."""

    since: datetime = Field(description="Since when. Signing in with a code sent by mail ends it.")
    reason: Literal["refused", "bounced"] = Field(
        description="The mail server refused the address, or a message came back."
    )


class MailWishes(Output):
    """What one wants of mail."""

    follows: FrequencyName = Field(description="How often about what one follows; decisions always come.")
    notices: bool = Field(description="Mail about the outcome of one's reports?")
    off: MailOff | None = Field(description="Null while mail gets through.")


class OwnAccount(Account):
    """One's own account, with what one wants of mail."""

    mail: MailWishes


class SessionOut(Output):
    """A session. The token is shown once; only its hash is kept."""

    token: str | None = Field(description="For `Authorization: Bearer`; null with a cookie.")
    expires_at: datetime = Field(description="When it ends by itself.")
    person: Account


class MailEdit(Input):
    """What to change of what one wants of mail; what is left out stays."""

    follows: FrequencyName | None = Field(
        default=None, description="At once, in a digest each day or week (06:00 UTC), or never."
    )
    notices: bool | None = Field(default=None, description="Mail about the outcome of one's reports?")


class AccountEdit(Input):
    """What to change of one's account; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Camille from the square"}]})

    name: Text | None = Field(default=None, description="Display name, 1 to 100 characters.")
    locale: LanguageCode | None = Field(default=None, description="Language of mail to the person.")
    mail: MailEdit | None = Field(default=None, description="What one wants of mail.")


class OwnContribution(Contribution):
    """One's own contribution, with the title of its debate."""

    debate_title: DebateTitle


class OwnArgument(Argument):
    """One's own argument, with the title of its debate."""

    debate_title: DebateTitle


class OwnSource(Source):
    """One's own source, with the title of its debate."""

    debate_title: DebateTitle


class OwnTombstone(Tombstone):
    """A post of one's own that is not shown, with the title of its debate."""

    debate_title: DebateTitle


class OwnPosts(Output):
    """One's own posts, the newest debate first."""

    items: list[OwnContribution | OwnArgument | OwnSource | OwnTombstone] = Field(
        description="Posts and tombstones of one's own."
    )
    next_cursor: NextCursor
