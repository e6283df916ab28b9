"""The lines of moderation in debate-jsonl, version 1. Who reported, worked or decided is in none."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from consultation.domain.moderation import (
    APPEAL_MAX,
    FACTS_MAX,
    NOTE_MAX,
    REPORT_MAX,
    CaseState,
    Ground,
    Measure,
)
from consultation.domain.moderation import REFERENCE_MAX as LAW_MAX
from consultation.domain.moderation import Instance as Decider
from consultation.exchange.debate_jsonl.values import Instant, Number, Part, Salt, Sequence, Text, Uid

GroundName: TypeAlias = Annotated[str, Field(pattern=f"^({'|'.join(Ground)})$")]
MeasureName: TypeAlias = Annotated[str, Field(pattern=f"^({'|'.join(Measure)})$")]


class CaseLine(Part):
    """A moderation case, in the order of the ids."""

    type: Literal["case"]
    id: Uid
    number: Annotated[
        Number | None, Field(description="Of the post; null for what is held or was never published.")
    ]
    state: Annotated[str, Field(pattern=f"^({'|'.join(CaseState)})$")]
    opened_at: Instant
    measure: Annotated[MeasureName | None, Field(description="Of the decision that stands.")]
    decided_at: Annotated[Instant | None, Field(description="First decision.")]
    appeal_until: Annotated[Instant | None, Field(description="First instant at which it is too late.")]
    appealed_at: Instant | None
    closed_at: Annotated[Instant | None, Field(description="Last word.")]


class ReportLine(Part):
    """A report or a notice, in the order of the ids."""

    type: Literal["report"]
    id: Uid
    case: Uid
    ground: GroundName
    text: Annotated[Text, Field(max_length=REPORT_MAX)]
    created_at: Instant
    sequence: Sequence
    salt: Salt | None


class DecisionLine(Part):
    """A decision with its statement of reasons, in the order of the ids."""

    type: Literal["decision"]
    id: Uid
    case: Uid
    instance: Annotated[str, Field(pattern=f"^({'|'.join(Decider)})$")]
    measure: MeasureName
    decided_at: Instant
    ground: GroundName
    reference: Annotated[Text, Field(max_length=LAW_MAX)]
    facts: Annotated[Text, Field(max_length=FACTS_MAX)]
    explanation: Annotated[Text, Field(max_length=FACTS_MAX)]
    until: Annotated[Instant | None, Field(description="End of the restriction; null for none.")]
    detected_automatically: bool
    decided_automatically: bool
    note: Annotated[Text, Field(max_length=NOTE_MAX, description="For the organisation's staff.")]
    sequence: Sequence
    salt: Salt | None


class AppealLine(Part):
    """The author's answer to a decision, one a case, in the order of the cases' ids."""

    type: Literal["appeal"]
    case: Uid
    text: Annotated[Text, Field(max_length=APPEAL_MAX)]
    created_at: Instant
    sequence: Sequence
    salt: Salt | None
