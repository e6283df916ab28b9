"""Figures of moderation, public statements of reasons, one's own reports."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from consultation.api.schemas.moderation import MeasureName, ReasonField, StateName
from consultation.api.schemas.types import NextCursor, Output, PageUrl

YesOrNo = Literal["Yes", "No"]


class ReasonFigures(Output):
    """Figures by reason."""

    charter: int = Field(description="Breaks the charter.")
    illegal: int = Field(description="Is illegal.")
    personal_data: int = Field(description="Gives away personal data.")
    spam: int = Field(description="Is spam.")
    off_topic: int = Field(description="Is off topic.")


class MeasureFigures(Output):
    """Figures by measure."""

    keep: int = Field(description="Nothing was done.")
    hide: int = Field(description="Hidden.")
    mask: int = Field(description="A passage was masked.")
    move: int = Field(description="Moved to another theme.")
    restore: int = Field(description="Shown again.")
    refuse: int = Field(description="Not published, of what was held.")


class ReportFigures(Output):
    """Reports and notices."""

    total: int = Field(description="All of them.")
    by_reason: ReasonFigures


class CaseFigures(Output):
    """Cases, each of one post."""

    total: int = Field(description="All of them.")
    open: int = Field(description="Not decided yet.")
    appealed: int = Field(description="With an appeal that is not decided yet.")


class DecisionFigures(Output):
    """Decisions in the first instance."""

    total: int = Field(description="All of them.")
    automatic: int = Field(description="By a rule of the debate.")
    by_reason: ReasonFigures
    by_measure: MeasureFigures


class AppealFigures(Output):
    """Answers of authors."""

    total: int = Field(description="All of them.")
    upheld: int = Field(description="Decided: the first decision stands.")
    reversed: int = Field(description="Decided: something else was done in its place.")


class HeldFigures(Output):
    """What became of what arrived in debates that are moderated before publication."""

    total: int = Field(description="All that arrived and was held, edits among it.")
    waiting: int = Field(description="Not decided yet.")
    published: int = Field(description="Published, some of it on appeal.")
    refused: int = Field(description="Refused, and that stands.")
    withdrawn: int = Field(description="Taken back by its author while it waited.")
    erased: int = Field(description="Erased with its author's account before it was published.")
    median_seconds_to_decision: int | None = Field(
        description="Median time from arrival to the first decision; null before there is one."
    )


class ModerationInFigures(Output):
    """Moderation in figures."""

    reports: ReportFigures
    cases: CaseFigures
    decisions: DecisionFigures
    median_seconds_to_decision: int | None = Field(
        description="Median time from the first report to the first decision; null before there is one."
    )
    appeals: AppealFigures
    held: HeldFigures


class OrganisationModeration(ModerationInFigures):
    """An organisation's moderation in figures, over all its published debates."""

    organisation: str = Field(description="Slug of the organisation.")


class Statement(Output):
    """A statement of reasons, with attributes of the DSA Transparency Database and without personal data."""

    puid: UUID = Field(description="Id of the statement.")
    decision_visibility: list[
        Literal["DECISION_VISIBILITY_CONTENT_DISABLED", "DECISION_VISIBILITY_OTHER"]
    ] = Field(description="The restriction: hidden, or another one.")
    decision_visibility_other: str | None = Field(description="Which other one.")
    end_date_visibility_restriction: date | None = Field(description="Until when; null for no end.")
    decision_ground: Literal["DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"] = (
        Field(description="Illegal, or against the charter.")
    )
    illegal_content_legal_ground: str | None = Field(description="The law.")
    illegal_content_explanation: str | None = Field(description="Why it applies, in a set sentence.")
    incompatible_content_ground: str | None = Field(description="The article of the charter.")
    incompatible_content_explanation: str | None = Field(description="Why it applies, in a set sentence.")
    incompatible_content_illegal: YesOrNo | None = Field(description="Is it held to be illegal too?")
    category: Literal[
        "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    ] = Field(description="Category of the database.")
    content_type: list[Literal["CONTENT_TYPE_TEXT"]] = Field(description="Always text.")
    content_language: str = Field(description="ISO 639-1, in capitals.")
    content_date: date = Field(description="Day (UTC) on which it was posted.")
    application_date: date = Field(description="Day (UTC) of the decision.")
    decision_facts: str = Field(
        description="How often it was reported; the moderator's words go to the author."
    )
    source_type: Literal["SOURCE_ARTICLE_16", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY"] = Field(
        description="How it came to notice."
    )
    automated_detection: YesOrNo = Field(description="Did automated means find it?")
    automated_decision: Literal["AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_NOT_AUTOMATED"] = Field(
        description="Did automated means decide it?"
    )


class StatementPage(Output):
    """A page of statements, the oldest first."""

    items: list[Statement] = Field(description="The statements.")
    next_cursor: NextCursor


class OwnReport(Output):
    """A report and what became of it."""

    id: UUID = Field(description="Id of the report.")
    debate: UUID = Field(description="Id of the debate.")
    debate_title: str = Field(description="Title of the debate.")
    number: int = Field(description="Number of the post.")
    url: PageUrl
    reason: ReasonField
    text: str = Field(description="As you wrote it.")
    created_at: datetime = Field(description="When.")
    state: StateName = Field(description="How far the case has come.")
    measure: MeasureName | None = Field(description="What stands decided.")
    decided_at: datetime | None = Field(description="When it was first decided.")
    closed_at: datetime | None = Field(description="When the last word was spoken.")
    may_change_until: datetime | None = Field(description="Until when the author may appeal.")


class OwnReports(Output):
    """A page of one's own reports."""

    items: list[OwnReport] = Field(description="The reports.")
    next_cursor: NextCursor
