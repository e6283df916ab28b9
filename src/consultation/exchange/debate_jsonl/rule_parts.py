"""What a debate allows and what it asks, as the lines of debate-jsonl bear it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from consultation.domain.limits import FEWEST_REPORTS, HARD_BODY_LIMIT, MOST_POSTS_PER_HOUR, MOST_REPORTS
from consultation.domain.participation import ASSURANCE_MAX, PROVIDERS_MAX, SpeaksAs
from consultation.exchange.debate_jsonl.values import Line, Part, Slug

Length: TypeAlias = Annotated[int, Field(ge=0, le=HARD_BODY_LIMIT)]
CapacityName: TypeAlias = Annotated[str, Field(pattern=f"^({'|'.join(SpeaksAs)})$")]


class LimitsPart(Part):
    """Shortest and longest texts that the debate takes, in code points, and its cap if it has one."""

    title_min: Length
    title_max: Length
    contribution_min: Length
    contribution_max: Length
    argument_min: Length
    argument_max: Length
    source_title_min: Length
    source_title_max: Length
    link_max: Length
    note_max: Length
    posts_per_hour: int | None = Field(
        default=None,
        ge=1,
        le=MOST_POSTS_PER_HOUR,
        description="Of one person; left out when there is no cap.",
    )
    hide_after_reports: int | None = Field(
        default=None,
        ge=FEWEST_REPORTS,
        le=MOST_REPORTS,
        description="Left out when reports hide no post.",
    )
    pre_moderation: Literal[True] | None = Field(
        default=None, description="Left out unless a moderator reads everything before it is published."
    )


class ParticipationPart(Part):
    """What the debate asks of participants, all of it."""

    email: Annotated[bool, Field(description="A verified address.")]
    providers: Annotated[list[Slug], Field(max_length=PROVIDERS_MAX, description="Of one of these.")]
    assurance: Annotated[
        list[Annotated[Line, Field(min_length=1, max_length=ASSURANCE_MAX)]],
        Field(max_length=PROVIDERS_MAX, description="At one of these levels."),
    ]
    code: Annotated[bool, Field(description="A participation code.")]
    capacities: Annotated[list[CapacityName], Field(description="As what people may say they speak.")]
    capacity_required: bool
