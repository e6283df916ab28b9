"""Notices to oneself, and what one follows."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.moderation import MeasureName, Reason, Reasons
from consultation.api.schemas.types import DebateId, Input, NextCursor, Output, PageUrl

KindName = Literal[
    "statement_of_reasons",
    "appeal_outcome",
    "report_outcome",
    "report_appeal_outcome",
    "post_published",
    "closing_soon",
]
_READ_AT_ONCE = 100


class Notification(Output):
    """A notice: what became of a post, a report or an appeal, or a close to come."""

    id: UUID = Field(description="Id of the notice.")
    kind: KindName = Field(description="What it is about.")
    debate: DebateId
    debate_title: str = Field(description="Title of the debate.")
    time_zone: str = Field(description="IANA zone of the debate, in which its instants are shown.")
    number: int | None = Field(description="Number of the post; null for the debate, or what is held.")
    url: PageUrl
    created_at: datetime = Field(description="When.")
    read_at: datetime | None = Field(description="When it was marked as read.")
    measure: MeasureName | None = Field(description="What was decided.")
    still_hidden: bool = Field(
        description="With `restore`: whether another decision hides the post now, although this one lifted "
        "what its own case did."
    )
    reason: Reason | None = Field(description="On what it rests.")
    reason_words: str | None = Field(
        description="How the organisation words the reason; null where it leaves it to the service."
    )
    reason_lang: str | None = Field(description="Language of `reason_words`; null where there are none.")
    statement: Reasons | None = Field(description="The statement of reasons, for the author of the post.")
    case: UUID | None = Field(description="For the author of the post: id of the case, to appeal.")
    appeal_until: datetime | None = Field(
        description="For the author: first instant at which an appeal is too late."
    )


class Notifications(Output):
    """A page of one's notices, the newest first."""

    items: list[Notification] = Field(description="Notices.")
    next_cursor: NextCursor


class Reading(Input):
    """Notices that were read."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ids": ["01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a8f"]}]}
    )

    ids: Annotated[
        list[UUID], Field(min_length=1, max_length=_READ_AT_ONCE, description="Ids of notices of one's own.")
    ]


class Unread(Output):
    """What is left to read."""

    unread: int = Field(description="How many notices are not marked as read.")


class Follow(Output):
    """Something that one follows: a whole debate, a theme of it, or a contribution."""

    debate: DebateId
    debate_title: str = Field(description="Title of the debate.")
    theme: str | None = Field(description="Slug of the theme; null for none in particular.")
    contribution: int | None = Field(description="Number of the contribution; null for none in particular.")
    since: datetime = Field(description="Since when.")
    url: PageUrl


class Follows(Output):
    """A page of what one follows, what was chosen last first."""

    items: list[Follow] = Field(description="What one follows.")
    next_cursor: NextCursor
