"""What the scene has of webhooks and of the worker: endpoints, deliveries, dead letters."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from httpx2 import Response

from consultation.application.ports import JobKind, NewJob, Transaction
from consultation.bootstrap import Services
from consultation.domain.decisions import RefusalCode
from tests.api.bodies import BODIES
from tests.builders import Town

if TYPE_CHECKING:
    from tests.api.attempts import Attempt
    from tests.api.scene import Scene

ENDPOINTS: Final = "/organisations/ville-exemple/webhooks"
OPERATIONS: Final = (
    *("list_webhook_deliveries", "rotate_webhook", "remove_webhook"),
    *("ping_webhook", "redeliver_webhook", "replay_dead_letter"),
)
"""Operations on something of the kind."""


LONG_DUE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before all else that waits: a shared world holds any number of jobs that nobody carries out."""


def dead_letter(services: Services, error: str = "TimeoutError") -> str:
    """The id of a new job that was given up."""

    def bury(tx: Transaction) -> UUID:
        uid = tx.ids.uid()
        tx.jobs.add(uid, NewJob(JobKind.RETENTION, {}, LONG_DUE), tx.now())
        (claimed,) = tx.jobs.claim(tx.now(), tx.now(), 1)
        assert claimed.uid == uid
        tx.jobs.bury(claimed.key, error)
        return uid

    return str(services.work.perform(bury))


def webhook(town: Town) -> str:
    """The id of a new endpoint of the town; the oldest goes, for there can be only so many."""
    listed = town.administrator.get(ENDPOINTS).json()["items"]
    for one in listed[:-5]:
        town.administrator.delete(f"{ENDPOINTS}/{one['id']}")
    return str(town.administrator.post(ENDPOINTS, BODIES["add_webhook"]).json()["id"])


def prepared(scene: "Scene", attempt: "Attempt") -> "Attempt":
    """The call on a dead letter of its own, or on an endpoint of its own, to which a ping was sent."""
    if "job" in attempt.places:
        return attempt.at(job=dead_letter(scene.world.services))
    uid = webhook(scene.town)
    ping = scene.town.administrator.post(f"{ENDPOINTS}/{uid}/ping").json()["id"]
    places = {"webhook": uid, "delivery": ping}
    return attempt.at(**{name: one for name, one in places.items() if name in attempt.places})


ADDRESS_RECIPES: Final[Mapping[str, Callable[["Scene", "Attempt"], Response]]] = {
    RefusalCode.WEBHOOK_URL_INVALID: lambda _, attempt: attempt.saying(
        url="ftp://www.ville.example/hooks"
    ).send(),
    RefusalCode.WEBHOOK_HOST_PRIVATE: lambda _, attempt: attempt.saying(url="https://10.0.0.7/hooks").send(),
}
"""Addresses of endpoints that are refused: recipes of `refusals`."""
