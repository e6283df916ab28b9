"""What is held: posts and edits that wait until a moderator has read them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from consultation.api.schemas.moderation import MeasureName, StateName
from consultation.api.schemas.posts import Author, Receipt
from consultation.api.schemas.types import DebateId, NextCursor, Output


class _Held(Output):
    id: UUID = Field(description="By which its author addresses it; it is no number, and that of its case.")
    debate: DebateId
    state: Literal["held", "published", "refused", "withdrawn", "erased"] = Field(
        description="`held` while it waits; what became of it then."
    )
    kind: Literal["contribution", "argument", "source"] = Field(description="What it is.")
    contribution: int | None = Field(description="Number of the contribution it shall stand under.")
    side: Literal["pro", "contra"] | None = Field(description="Of an argument.")
    revises: int | None = Field(description="Number of the post that it is an edit of; null for a new post.")
    author: Author
    title: str | None = Field(description="Of a contribution or a source.")
    body: str = Field(description="Markdown as written; of a source, its note.")
    link: str | None = Field(description="Of a source.")
    theme: str | None = Field(description="Slug of the theme, of a contribution.")
    lang: str = Field(description="Language of the text.")
    arrived_at: datetime = Field(description="When it was accepted; that is what the period counts.")


class HeldPost(_Held):
    """Accepted, and read by a moderator before anybody else: it has no number yet."""

    receipt: Receipt


class OwnHeldPost(_Held):
    """One's own text that waits or waited."""

    debate_title: str = Field(description="Title of the debate.")
    time_zone: str = Field(description="IANA zone of the debate, in which its instants are shown.")
    decided_at: datetime | None = Field(description="When a moderator published or refused it first.")
    appeal_until: datetime | None = Field(description="Until when a refusal can be appealed.")
    case_state: StateName = Field(description="How far its case has come.")
    number: int | None = Field(description="Its number, once it is published.")
    url: str | None = Field(description="Address of its page, once it is published.")


class OwnHeldPosts(Output):
    """A page of one's own texts that wait or waited."""

    items: list[OwnHeldPost] = Field(description="Newest first.")
    next_cursor: NextCursor


class PublishedCase(Output):
    """The case of something held, right after its publication."""

    id: UUID = Field(description="Id of the case.")
    state: StateName = Field(description="How far it has come.")
    measure: MeasureName | None = Field(description="What stands decided.")
    number: int | None = Field(description="Number of the post, in the debate's one series.")
    receipt: Receipt
