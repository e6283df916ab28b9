"""Webhooks: endpoints of organisations, what is sent to them, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from consultation.domain.period import Phase
from consultation.domain.webhooks import Health


@dataclass(frozen=True, slots=True)
class Webhook:
    """An endpoint. Its secret, and the one before, are kept sealed. Empty `events`: all of them."""

    key: int
    uid: UUID
    url: str
    events: frozenset[str]
    created_at: datetime
    sealed_secret: bytes = field(repr=False)
    health: Health = field(default_factory=Health)
    rotated_at: datetime | None = None
    former_until: datetime | None = None
    sealed_former: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """Something to send: what happened, where and when. A ping is about no debate."""

    uid: UUID
    webhook_key: int
    event: str
    at: datetime
    debate_key: int | None = None
    sequence: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What is to be sent, with all that its body tells, and the endpoint. `page` is a path of ours."""

    webhook: Webhook
    uid: UUID
    event: str
    at: datetime
    debate: UUID | None
    page: str | None
    sequence: int | None
    number: int | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Attempted:
    """How an attempt went. `status` None: there was no answer, and `error` says of what kind."""

    at: datetime
    state: str
    status: int | None
    error: str | None


class Unsent(Exception):
    """There was no answer. The text says of what kind, and holds no address and nothing of the answer."""


class Sender(Protocol):
    """Makes the call to an endpoint."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer, of which nothing else is kept. Raises Unsent."""


class Webhooks(Protocol):
    """The endpoints and their deliveries."""

    def add(self, organisation_key: int, webhook: Webhook) -> None:
        """Insert an endpoint (its `key` is ignored)."""

    def of(self, organisation_key: int) -> list[Webhook]:
        """The endpoints of an organisation, oldest first."""

    def lock(self, organisation_key: int, uid: UUID) -> Webhook | None:
        """An endpoint of the organisation, locked until the transaction ends."""

    def rotate(self, webhook: Webhook) -> None:
        """Write the secrets of an endpoint and until when the former one signs."""

    def remove(self, key: int) -> None:
        """Delete an endpoint and what was sent to it."""

    def subscribed(self, debate_key: int, event: str) -> Sequence[int]:
        """Keys of the endpoints of a debate's organisation that want an event and work."""

    def deliver(self, delivery: NewDelivery) -> None:
        """Insert something to send."""

    def dispatch(self, uid: UUID, *, locked: bool = False) -> Dispatch | None:
        """What is to be sent, if its endpoint is still there; `locked` keeps the endpoint as it is."""

    def note(self, dispatch: Dispatch, attempted: Attempted, health: Health) -> None:
        """Write how an attempt went, and how the endpoint does after it."""

    def give_up(self, uid: UUID, at: datetime, error: str) -> None:
        """Write that a delivery failed, if it is pending."""

    def again(self, webhook_key: int, uid: UUID) -> bool:
        """Make a delivery to this endpoint pending; false when there is none."""

    def forget(self, until: datetime) -> int:
        """Delete the deliveries of what happened until an instant; how many."""

    def unannounced(self, now: datetime, limit: int) -> list[UUID]:
        """Published debates that are in another phase than the one last told of."""

    def announced(self, debate_key: int) -> tuple[bool, Phase | None]:
        """Did the debate come from elsewhere, untold of here? And the phase last told of."""

    def announce(self, debate_key: int, phase: Phase) -> None:
        """Write which phase of a debate was told of."""
