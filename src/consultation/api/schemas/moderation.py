"""Reports, cases, decisions, appeals."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.people import Email
from consultation.api.schemas.posts import Author, Receipt
from consultation.api.schemas.types import Input, Instant, NextCursor, Output, Text

Reason = Literal["charter", "illegal", "personal_data", "spam", "off_topic"]
MeasureName = Literal["keep", "hide", "mask", "move", "restore", "publish", "refuse"]
StateName = Literal["open", "decided", "appealed", "final"]
ReasonField = Annotated[
    Reason,
    Field(description="Breaks the charter, is illegal, gives away personal data, is spam, is off topic."),
]


class NewReport(Input):
    """What is wrong with a post."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "charter", "text": "It insults a person by name."}]}
    )

    reason: ReasonField
    text: Text = Field(default="", description="Why; needed, 20 characters or more, for `illegal`.")


class Report(Output):
    """A report as it was taken."""

    id: UUID = Field(description="Id of the report.")
    number: int = Field(description="Number of the post.")
    reason: ReasonField
    text: str = Field(description="As written.")
    created_at: datetime = Field(description="When.")
    receipt: Receipt


class NewNotice(Input):
    """What is illegal about a post, from somebody who need not have an account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "The second sentence calls for violence against a named family.",
                    "good_faith": True,
                    "email": "camille@example.org",
                }
            ]
        }
    )

    text: Text = Field(description="Why it is illegal, 20 to 2,000 characters.")
    good_faith: Literal[True] = Field(description="You believe that this is accurate and complete.")
    email: Email | None = Field(default=None, description="Where to answer; deleted a week after the case.")
    proof: str | None = Field(
        default=None, max_length=4_096, description="Solved challenge, when `proof_required` asked for it."
    )
    website: str | None = Field(
        default=None,
        max_length=2_000,
        description="Leave it out. A form may have it where nobody sees it: what fills it in is a machine.",
    )


class TakenNotice(Output):
    """A notice was taken."""

    number: int = Field(description="Number of the post.")
    reason: Literal["illegal"] = Field(description="What a notice is about.")


class Staff(Output):
    """A member of the organisation's staff."""

    id: UUID = Field(description="Id of the person.")
    name: str = Field(description="Display name.")


class CaseSummary(Output):
    """A case as the queue shows it."""

    id: UUID = Field(description="Id of the case.")
    debate: UUID = Field(description="Id of the debate.")
    debate_title: str = Field(description="Title of the debate.")
    number: int | None = Field(description="Number of the post; null for what is held or was never shown.")
    held: bool = Field(description="Is it about something that waits, or waited, for its publication?")
    kind: Literal["contribution", "argument", "source"] = Field(description="Kind of the post.")
    state: StateName = Field(description="How far the case has come.")
    opened_at: datetime = Field(description="First report; of what is held, when it arrived.")
    reports_count: int = Field(description="How many reported the post.")
    claimed_by: Staff | None = Field(description="Who works on it.")
    claimed_at: datetime | None = Field(description="Since when.")
    measure: MeasureName | None = Field(description="What stands decided.")
    decided_at: datetime | None = Field(description="First decision.")
    appeal_until: datetime | None = Field(description="First instant at which an appeal is too late.")
    appealed_at: datetime | None = Field(description="When the author answered.")
    closed_at: datetime | None = Field(description="Last word.")
    due_at: datetime | None = Field(description="From when on a decision is late; null when none is due.")
    late: bool = Field(description="Is it late?")


class CasePage(Output):
    """A page of the queue, the oldest case first."""

    items: list[CaseSummary] = Field(description="The cases.")
    next_cursor: NextCursor


class CaseReport(Output):
    """A report in a case; who reported is not shown."""

    id: UUID = Field(description="Id of the report.")
    reason: ReasonField
    text: str = Field(description="As written.")
    created_at: datetime = Field(description="When.")


class CasePost(Output):
    """The post of a case as it stands, whether or not it may be shown; or what is held, as it arrived."""

    number: int | None = Field(description="Its number; null for what is held or was never shown.")
    revises: int | None = Field(description="Of an edit that is held: the number of the post.")
    kind: Literal["contribution", "argument", "source"] = Field(description="Its kind.")
    contribution: int | None = Field(description="What it hangs on.")
    author: Author
    title: str | None = Field(description="As written.")
    body: str = Field(description="Markdown as written; of a source, its note.")
    link: str | None = Field(description="Of a source.")
    theme: str | None = Field(description="Slug of the theme.")
    lang: str = Field(description="Language of the text.")
    revision: int = Field(description="Present revision; 0 for what is held or was never shown.")
    state: Literal["visible", "withdrawn", "hidden", "erased", "held", "refused"] = Field(
        description="Its state."
    )


class Reasons(Output):
    """A statement of reasons (Regulation (EU) 2022/2065, Article 17)."""

    id: UUID = Field(description="Id of the statement.")
    instance: Literal["automatic", "first", "appeal"] = Field(description="Who decided.")
    measure: MeasureName = Field(description="What was done.")
    decided_at: datetime = Field(description="When.")
    reason: ReasonField
    reason_words: str | None = Field(
        description="How the organisation words the reason; null where it leaves it to the service."
    )
    reason_lang: str | None = Field(description="Language of `reason_words`; null where there are none.")
    reference: str = Field(description="The law, or the article of the charter.")
    facts: str = Field(description="Facts and circumstances.")
    explanation: str = Field(description="Why the ground applies.")
    until: datetime | None = Field(description="End of the restriction; null for none.")
    detected_automatically: bool = Field(description="Were automated means used to find it?")
    decided_automatically: bool = Field(description="Were automated means used to decide?")


class CaseDecision(Reasons):
    """A decision, as staff see it."""

    decided_by: Staff | None = Field(description="Who; null for a rule of the debate.")
    note: str = Field(description="For staff only.")


class CaseAppeal(Output):
    """The author's answer."""

    text: str = Field(description="As written.")
    created_at: datetime = Field(description="When.")


class Case(CaseSummary):
    """A case with everything in it."""

    post: CasePost
    reports: list[CaseReport] = Field(description="Oldest first.")
    decisions: list[CaseDecision] = Field(description="Oldest first.")
    appeal: CaseAppeal | None = Field(description="The author's answer, if there is one.")


class NewDecision(Input):
    """What is to happen to the post, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "measure": "hide",
                    "reason": "charter",
                    "reference": "Charter, article 4",
                    "facts": "The second paragraph calls a neighbour a thief.",
                    "explanation": "The charter excludes insults.",
                }
            ]
        }
    )

    measure: Annotated[
        MeasureName,
        Field(
            description="`keep` changes nothing; on appeal it upholds. `refuse` is for what is held, and "
            "`publish` for an appeal against that; neither has an `until`."
        ),
    ]
    reason: ReasonField
    reference: Text = Field(
        default="", description="The law, or the article of the charter; public, so it names nobody."
    )
    facts: Text = Field(default="", description="Facts and circumstances.")
    explanation: Text = Field(description="Why the ground applies, or why it does not.")
    until: Instant | None = Field(
        default=None,
        description="When what is hidden is shown again by itself. With another measure none is kept.",
    )
    detected_automatically: bool = Field(default=False, description="Did automated means find it?")
    passage: Text | None = Field(default=None, description="What to mask, exactly as it stands in the body.")
    theme: str | None = Field(default=None, max_length=80, description="Slug of the theme to move to.")
    note: Text = Field(default="", description="For staff only.")


class DecidedCase(Output):
    """A case right after a decision."""

    id: UUID = Field(description="Id of the case.")
    state: StateName = Field(description="How far it has come.")
    measure: MeasureName | None = Field(description="What stands decided.")
    appeal_until: datetime | None = Field(description="Until when the author may answer.")
    number: int | None = Field(description="Number of the post; null for what was never shown.")
    statement: UUID = Field(description="Id of the statement of reasons.")
    receipt: Receipt


class ClaimedCase(Output):
    """A case in the hands of whoever claimed it."""

    id: UUID = Field(description="Id of the case.")
    state: StateName = Field(description="How far it has come.")
    claimed_at: datetime = Field(description="Since when.")


class NewAppeal(Input):
    """An author's answer to a decision."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "The sentence reports what was said at the meeting."}]}
    )

    text: Text = Field(description="Why the decision is wrong, 20 to 5,000 characters.")


class LodgedAppeal(Output):
    """A case with the author's answer."""

    id: UUID = Field(description="Id of the case.")
    state: StateName = Field(description="How far it has come.")
    appealed_at: datetime = Field(description="When.")
    receipt: Receipt
