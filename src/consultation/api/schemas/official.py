"""Official responses and outcomes: what staff send, and what everybody reads."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from consultation.api.schemas.types import Input, LanguageCode, LongText, NoCursor, Output


class OfficialText(Output):
    """A version of what the organiser says officially."""

    version: int = Field(description="From 1. The newest is what is shown.")
    body: str = Field(description="Markdown as written.")
    body_html: str = Field(default="", description="Only with `render=html`: safe to insert.")
    lang: str = Field(description="Language of the text.")
    published_at: datetime = Field(description="Since when this version stands.")


OfficialResponse = Annotated[
    OfficialText | None, Field(description="The organiser's response that stands; null without one.")
]
Outcome = Annotated[
    OfficialText | None, Field(description="What the organiser says became of it; null before that.")
]


class OfficialVersions(Output):
    """Every version of a response or of an outcome; none before the first."""

    items: list[OfficialText] = Field(description="Oldest first.")
    next_cursor: NoCursor


class NewOfficialText(Input):
    """A response or an outcome to publish."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"body": "The council keeps **twelve of the fifteen trees** and plants eight more."}]
        }
    )

    body: LongText = Field(description="Markdown.")
    lang: LanguageCode | None = Field(default=None, description="The debate's, unless given.")
