"""What links in messages lead to, for the tests of the interface."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from consultation.application.notices.links import APPEAL, UNSUBSCRIBE
from consultation.application.notices.sending import ALL_NOTICES
from tests.api.cases import new_case
from tests.builders import NOW

if TYPE_CHECKING:
    from httpx2 import Response

    from tests.api.attempts import Attempt
    from tests.api.scene import Scene

APPEALING: Final = ("lodge_appeal_by_link",)
UNSUBSCRIBING: Final = ("get_unsubscription", "unsubscribe_by_link")
OPERATIONS: Final = (*APPEALING, *UNSUBSCRIBING)
LATER: Final = NOW + timedelta(days=30)


def appeal_token(scene: "Scene", case: str) -> str:
    """The token of the link to an appeal."""
    return scene.world.services.sealed_links.seal(APPEAL, LATER, case)


def token_of(scene: "Scene", name: str) -> str:
    """The token for the good call of an operation."""
    if name in APPEALING:  # whoever calls spends it: the case that others share stays
        return appeal_token(scene, new_case(scene, scene.neighbour, "decided"))
    person = scene.author.get("/me").json()["id"]
    return scene.world.services.sealed_links.seal(UNSUBSCRIBE, LATER, person, ALL_NOTICES)


def prepared(scene: "Scene", attempt: "Attempt") -> "Attempt":
    """The call on something of its own."""
    if attempt.operation.operation_id not in APPEALING:
        return attempt
    return attempt.at(token=appeal_token(scene, new_case(scene, scene.neighbour, "decided")))


def or_by_link(
    recipe: "Callable[[Scene, Attempt], Response]", state: str
) -> "Callable[[Scene, Attempt], Response]":
    """One way for operations behind links, on a case of a state; another for the others."""

    def spoil(scene: "Scene", attempt: "Attempt") -> "Response":
        if attempt.operation.operation_id not in APPEALING:
            return recipe(scene, attempt)
        case = str(UUID(int=0)) if state == "none" else new_case(scene, scene.neighbour, state)
        return attempt.at(token=appeal_token(scene, case)).send()

    return spoil


FRESH: "Final[Mapping[str, Callable[[Scene, Attempt], Attempt]]]" = dict.fromkeys(OPERATIONS, prepared)
