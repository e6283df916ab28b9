"""What debates ask of participants, and participation codes."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.posts import CapacityName
from consultation.api.schemas.types import DebateId, Input, NoCursor, Output, Slug, Text
from consultation.domain.participation import ASSURANCE_MAX, PROVIDERS_MAX
from consultation.domain.participation_codes import BATCH_MAX

_LEVELS = "Levels of assurance, compared as they are written (OpenID Connect Core 1.0, section 2, `acr`)"


class ParticipationOut(Output):
    """What a debate asks of participants beyond signing in: all of it. Reading never asks for anything."""

    email: bool = Field(description="A verified e-mail address.")
    providers: list[str] = Field(
        description="Slugs of identity providers, one of which must vouch for the person; empty: not asked."
    )
    assurance: list[str] = Field(
        description=f"{_LEVELS}, one of which the same identity must have; empty for any."
    )
    code: bool = Field(description="A participation code, which the organisation hands out.")
    capacities: list[CapacityName] = Field(description="As what people may say they speak; empty: not asked.")
    capacity_required: bool = Field(description="Must each post say so?")


class ParticipationIn(Input):
    """What a debate shall ask of participants: all of it; nothing, if nothing is given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": True, "capacities": ["citizen", "association"], "capacity_required": True}]
        }
    )

    email: bool = Field(default=False, description="A verified e-mail address.")
    providers: Annotated[list[Slug], Field(max_length=PROVIDERS_MAX)] = Field(
        default_factory=list, description="Identity providers, one of which must vouch for the person."
    )
    assurance: Annotated[
        list[Annotated[Text, Field(min_length=1, max_length=ASSURANCE_MAX, pattern=r"^[!-~]+$")]],
        Field(max_length=PROVIDERS_MAX),
    ] = Field(
        default_factory=list,
        description=f"{_LEVELS}; of an identity from one of `providers`, which must be named.",
    )
    code: bool = Field(default=False, description="A participation code.")
    capacities: Annotated[list[CapacityName], Field(max_length=5)] = Field(
        default_factory=list, description="As what people may say they speak."
    )
    capacity_required: bool = Field(default=False, description="Must each post say so?")


class MissingProvider(Output):
    """A provider through which what is missing can be had."""

    provider: str = Field(description="Its slug.")
    start_url: str = Field(description="Where a browser goes to sign in through it.")


class Missing(Output):
    """One thing that the debate asks for and that is not known of whoever asks."""

    kind: Literal["email", "identity", "code"] = Field(description="What is missing.")
    code: str = Field(description="Code of the refusal that it leads to.")
    detail: str = Field(description="What is asked and how to get it, in the caller's language.")
    url: str = Field(
        description="Where to get it: for `email`, send a code to the address (POST); for `code`, redeem it "
        "(POST); for `identity`, the list of providers (GET)."
    )
    providers: list[MissingProvider] = Field(
        description="For `identity`: the providers that the debate names."
    )
    assurance: list[str] = Field(description="For `identity`: the levels that it takes; empty for any.")


class NewCodes(Input):
    """How many codes to make."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 500, "note": "Letters, district 3"}]})

    count: Annotated[int, Field(ge=1, le=BATCH_MAX)] = Field(description="How many.")
    note: Text = Field(default="", description="What they are for, for the organisers.")


class CodeBatch(Output):
    """Codes that were made together, in figures."""

    batch: UUID = Field(description="Id of the batch.")
    note: str = Field(description="What they are for; may be empty.")
    made_at: datetime = Field(description="When they were made.")
    made: int = Field(description="How many there are.")
    used: int = Field(description="How many of them people have redeemed.")
    revoked: int = Field(description="How many of them were revoked before anybody used them.")


class CodesMade(CodeBatch):
    """A new batch with its codes. They are shown this once; only their hashes are kept."""

    codes: list[str] | None = Field(
        description="The codes as they are to be printed; null when the answer is a repeated one."
    )


class CodeBatches(Output):
    """The batches of a debate, oldest first."""

    items: list[CodeBatch] = Field(description="Oldest first.")
    next_cursor: NoCursor


class CodeToRedeem(Input):
    """A participation code as printed; case, spaces and hyphens do not matter."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "K7M4P-9RWXT-3HDQG"}]})

    code: Annotated[Text, Field(max_length=100, description="The code on the letter.")]


class CodeRedeemed(Output):
    """The person has redeemed a code of the debate, now or before."""

    debate: DebateId
    redeemed: Literal[True] = Field(description="Always true.")
