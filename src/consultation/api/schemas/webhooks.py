"""Webhooks of organisations."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from consultation.api.schemas.types import Input, NextCursor, NoCursor, Output
from consultation.domain.webhooks import EVENTS, LONGEST_OVERLAP, URL_MAX

_HOURS: Final = int(LONGEST_OVERLAP.total_seconds()) // 3600
_USUAL_HOURS: Final = 24

EventName = Annotated[str, Field(json_schema_extra={"enum": list(EVENTS)}, pattern=f"^({'|'.join(EVENTS)})$")]
EventNames = Annotated[
    list[EventName],
    Field(max_length=len(EVENTS), description="Which events; an empty list for all, those to come too."),
]


class Webhook(Output):
    """An endpoint of an organisation, without its secret."""

    id: UUID = Field(description="Id of the endpoint.")
    url: str = Field(description="Where events are sent.")
    events: list[str] = Field(description="Which events are sent; all when the list is empty.")
    state: Literal["working", "failing", "disabled"] = Field(
        description="`failing`: the last attempt failed, and is made again. `disabled`: nothing more is sent "
        "until a ping or a redelivery arrives."
    )
    created_at: datetime = Field(description="When it was made.")
    rotated_at: datetime | None = Field(description="When it got its present secret, if by a rotation.")
    former_until: datetime | None = Field(description="Until when the secret before signs as well.")
    failing_since: datetime | None = Field(description="First failure after the last success.")
    disabled_at: datetime | None = Field(description="When it was given up.")
    ending: Literal["gone", "failing"] | None = Field(
        description="Why it was given up: it answered 410, or nothing arrived for five days."
    )


class WebhookList(Output):
    """The endpoints of an organisation, oldest first."""

    items: list[Webhook] = Field(description="Endpoints.")
    next_cursor: NoCursor


class ToldWebhook(Webhook):
    """An endpoint with its secret, which is shown once."""

    secret: str | None = Field(
        description="What signs, `whsec_` and base64. Null when the call is repeated with its "
        "Idempotency-Key: it is shown once."
    )


class NewWebhook(Input):
    """An endpoint to make."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"url": "https://www.ville.example/hooks", "events": ["contribution_posted"]}]
        }
    )

    url: Annotated[
        str, Field(max_length=URL_MAX, description="`https`, a public host, no user and no fragment.")
    ]
    events: EventNames = Field(default_factory=list)


class Overlap(Input):
    """A new secret for an endpoint."""

    overlap_hours: Annotated[
        int, Field(ge=0, le=_HOURS, description="How long the present secret goes on signing beside it.")
    ] = _USUAL_HOURS


class WebhookDelivery(Output):
    """An event that was sent to an endpoint, or is to be."""

    id: UUID = Field(description="The `webhook-id` of every attempt.")
    event: str = Field(description="What happened.")
    at: datetime = Field(description="When it happened.")
    debate: UUID | None = Field(description="In which debate; null for a ping.")
    sequence: int | None = Field(description="In which entry of its journal, if in one.")
    number: int | None = Field(description="To which post, if to one.")
    state: Literal["pending", "delivered", "failed"] = Field(description="What became of it.")
    attempts: int = Field(description="Made so far.")
    attempted_at: datetime | None = Field(description="When the last one was made.")
    status: int | None = Field(description="HTTP status of the last answer; null without one.")
    error: str | None = Field(description="How the last attempt failed.")


class WebhookDeliveryPage(Output):
    """A page of deliveries, the newest first. They are kept for 30 days, bodies not at all."""

    items: list[WebhookDelivery] = Field(description="Deliveries.")
    next_cursor: NextCursor


class Sent(Output):
    """Something that is being sent."""

    id: UUID = Field(description="Id of the delivery, and its `webhook-id`.")
