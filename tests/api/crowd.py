"""A process that has as many listeners as it takes."""

from httpx2 import Response

from consultation.api.live.hub import Hub
from consultation.api.threads import Threads
from consultation.application.versions import Versions
from tests.api.attempts import Attempt
from tests.api.scene import Scene


def with_all_places_taken(scene: Scene, attempt: Attempt) -> Response:
    """The call, when no more listeners are let in."""
    services = scene.world.services
    full = Hub(
        *(services.readers, Threads(1), services.clock, Versions(), services.changes),
        public_url="",
        capacity=0,
    )
    with scene.world.kit(hub=full):
        return attempt.send()
