"""Running a debate: what staff send, and what they get back."""

from typing import Annotated

from pydantic import ConfigDict, Field

from consultation.api.schemas.debates import Debate
from consultation.api.schemas.participation import ParticipationIn
from consultation.api.schemas.posts import ActReceipt
from consultation.api.schemas.types import Input, Instant, LanguageCode, NoCursor, Output, Slug, Text
from consultation.domain.limits import FEWEST_REPORTS, HARD_BODY_LIMIT, MOST_POSTS_PER_HOUR, MOST_REPORTS

Reason = Annotated[Text, Field(description="Why, for the public history; plain text.")]
ThemeList = Annotated[
    list["NewTheme"],
    Field(max_length=100, description="Headings in order; in an edit, all that shall stand."),
]


class NewTheme(Input):
    """A theme to set up."""

    slug: Slug
    title: Text = Field(description="Plain text.")
    description: Text = Field(default="", description="Markdown.")


class Rules(Input):
    """Limits to change from the defaults, in code points, and a cap on posts."""

    title_min: Annotated[int, Field(ge=0, le=500)] | None = Field(
        default=None, description="Shortest, of a contribution's title."
    )
    title_max: Annotated[int, Field(ge=1, le=500)] | None = Field(
        default=None, description="Longest, of a contribution's title."
    )
    contribution_min: Annotated[int, Field(ge=0, le=HARD_BODY_LIMIT)] | None = Field(
        default=None, description="Shortest, of a contribution's body."
    )
    contribution_max: Annotated[int, Field(ge=1, le=HARD_BODY_LIMIT)] | None = Field(
        default=None, description="Longest, of a contribution's body."
    )
    argument_min: Annotated[int, Field(ge=0, le=HARD_BODY_LIMIT)] | None = Field(
        default=None, description="Shortest, of an argument's body."
    )
    argument_max: Annotated[int, Field(ge=1, le=HARD_BODY_LIMIT)] | None = Field(
        default=None, description="Longest, of an argument's body."
    )
    source_title_min: Annotated[int, Field(ge=0, le=500)] | None = Field(
        default=None, description="Shortest, of a source's title."
    )
    source_title_max: Annotated[int, Field(ge=1, le=500)] | None = Field(
        default=None, description="Longest, of a source's title."
    )
    link_max: Annotated[int, Field(ge=1, le=2_000)] | None = Field(
        default=None, description="Longest, of a source's link."
    )
    note_max: Annotated[int, Field(ge=0, le=HARD_BODY_LIMIT)] | None = Field(
        default=None, description="Longest, of a source's note."
    )
    posts_per_hour: Annotated[int, Field(ge=1, le=MOST_POSTS_PER_HOUR)] | None = Field(
        default=None, description="Posts that one person may publish within an hour; null for any number."
    )
    hide_after_reports: Annotated[int, Field(ge=FEWEST_REPORTS, le=MOST_REPORTS)] | None = Field(
        default=None,
        description="People who report a post until it is hidden, for a moderator to decide; null for never.",
    )
    pre_moderation: bool | None = Field(
        default=None, description="A moderator reads everything before it is published."
    )


class NewDebate(Input):
    """A debate to draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Which trees for our streets?",
                    "description": "Tell us where shade is missing.",
                    "opens_at": "2029-03-01T09:00:00+01:00",
                    "closes_at": "2029-03-31T18:00:00+02:00",
                    "themes": [{"slug": "streets", "title": "Streets"}],
                }
            ]
        }
    )

    title: Text = Field(description="The question, plain text.")
    description: Text = Field(default="", description="Markdown.")
    slug: Slug | None = Field(default=None, description="Made from the title, unless given.")
    lang: LanguageCode | None = Field(default=None, description="The organisation's, unless given.")
    opens_at: Instant = Field(description="First instant of the period.")
    closes_at: Instant = Field(description="First instant after the period.")
    themes: ThemeList = Field(default_factory=list)
    rules: Rules | None = Field(default=None, description="Limits that differ from the defaults.")
    participation: ParticipationIn | None = Field(
        default=None, description="What it asks of participants; that they sign in, unless given."
    )


class DebateEdit(Input):
    """What to change of a debate; what is left out stays.

    Slug, language, instants and rules stand fast once it is published; what it asks of participants can
    then only be eased.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"description": "Tell us where shade is missing, and where not."}]}
    )

    title: Text | None = Field(default=None, description="The question, plain text.")
    description: Text | None = Field(default=None, description="Markdown.")
    slug: Slug | None = Field(default=None, description="Its name in addresses; in a draft only.")
    lang: LanguageCode | None = Field(default=None, description="Of its texts; in a draft only.")
    opens_at: Instant | None = Field(default=None, description="In a draft only.")
    closes_at: Instant | None = Field(default=None, description="In a draft only.")
    themes: ThemeList | None = Field(default=None, description="All headings that shall stand, in order.")
    rules: Rules | None = Field(default=None, description="In a draft only.")
    participation: ParticipationIn | None = Field(
        default=None, description="All that shall be asked; once published, it can only be eased."
    )


class ActedDebate(Debate):
    """A debate right after an act of its organisation."""

    receipt: ActReceipt


class Drafts(Output):
    """The drafts of an organisation, newest first."""

    items: list[Debate] = Field(description="Newest first.")
    next_cursor: NoCursor


class Publication(Input):
    """Why now; may be left out."""

    reason: Reason = ""


class Extension(Input):
    """A later close, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "closes_at": "2029-06-30T18:00:00+02:00",
                    "reason": "The mail arrived late in two districts.",
                }
            ]
        }
    )

    closes_at: Instant = Field(description="The new close, later than the present one.")
    reason: Reason


class Closure(Input):
    """Why the debate closes early."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "The council has withdrawn the project."}]}
    )

    reason: Reason


class Reopening(Input):
    """Until when the debate is open again, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"closes_at": "2029-06-30T18:00:00+02:00", "reason": "The project is back."}]
        }
    )

    closes_at: Instant = Field(description="The new close, in the future.")
    reason: Reason
