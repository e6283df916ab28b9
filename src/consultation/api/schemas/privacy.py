"""What is kept, one's archive, one's votes, and erasing oneself."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.people import DebateTitle
from consultation.api.schemas.posts import NumberOut
from consultation.api.schemas.types import DebateId, Input, NextCursor, Output, PageUrl
from consultation.application.documents import BEGINNING

ModeName = Literal["unsigned", "erase"]
Texts = Annotated[dict[str, str], Field(description="A sentence in each language: fr, nl, de, en.")]


class ErasureWish(Input):
    """How to be erased."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "unsigned"}]})

    mode: ModeName = Field(
        description="`unsigned`: texts stay, without a name. `erase`: texts go, tombstones keep their "
        "numbers. Votes stay as counts in both."
    )


class Erasure(Output):
    """The account is closed; nobody can sign in to it any more."""

    mode: ModeName = Field(description="As asked for.")
    finished: bool = Field(
        description="Is everything done? Else the service goes on by itself, within the hour."
    )


class StandingVote(Output):
    """A standing vote of one's own."""

    debate: DebateId
    debate_title: DebateTitle
    number: NumberOut
    kind: Literal["contribution", "argument", "source"] = Field(description="What was voted on.")
    state: Literal["visible", "withdrawn", "hidden", "erased"] = Field(description="Of what was voted on.")
    title: str | None = Field(description="Of a contribution or a source, while it is shown.")
    beginning: str | None = Field(
        description=f"The first {BEGINNING} characters of its text, Markdown as written; null when it is not "
        "shown."
    )
    lang: str = Field(description="Language of that text.")
    value: Literal["agree", "mixed", "disagree", "support"] = Field(description="The vote.")
    revision: int = Field(description="Revision of the text that it was cast on.")
    cast_at: datetime = Field(description="When.")
    on_earlier_revision: bool = Field(description="Was the text edited since?")
    url: PageUrl


class StandingVotes(Output):
    """One's own votes, the newest debate first."""

    items: list[StandingVote] = Field(description="Standing votes of one's own.")
    next_cursor: NextCursor


class PersonArchive(Output):
    """Everything that is kept of a person, table by table."""

    format: Literal["consultation-archive"] = Field(description="What this is.")
    version: Literal[1] = Field(description="Of the format; within one version only additions are made.")
    produced_at: datetime = Field(description="As of when.")
    language: str = Field(description="Language of the headings in the HTML form.")
    kept: dict[str, list[dict[str, Any]]] = Field(
        description="By name of the table, the rows that are the person's; `docs/privacy.md` explains them."
    )


class OrderedArchive(Output):
    """A large archive, which is written in the background."""

    id: UUID = Field(description="Id of the archive.")
    state: Literal["pending", "ready"] = Field(description="Can it be fetched?")
    requested_at: datetime = Field(description="When it was asked for.")
    finished_at: datetime | None = Field(description="When it was complete.")
    expires_at: datetime = Field(description="When it is deleted.")
    url: str = Field(description="Where it can be fetched, while one is signed in.")


class KeptClass(Output):
    """A class of data, and for how long it is kept."""

    name: str = Field(description="Name of the class.")
    kept_for: str | None = Field(
        description="At most how long, as ISO 8601 duration; null where a person or a debate decides."
    )
    text: Texts


class Right(Output):
    """What a person can ask for."""

    name: str = Field(description="Name of the right, as in the GDPR.")
    operation: str | None = Field(description="The operation that grants it; null where one writes to staff.")
    text: Texts


class Privacy(Output):
    """What is kept of people, for how long, and what they can ask for."""

    service: str = Field(description="Name of the service.")
    classes: list[KeptClass] = Field(description="Everything that is kept.")
    never: list[str] = Field(description="What is never stored.")
    rights: list[Right] = Field(description="What a person can ask for.")
