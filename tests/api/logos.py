"""Logos in the tests of the interface: one that is shown, one to take away, and files that are refused."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from httpx2 import Response

from consultation.api.problems import TransportCode
from consultation.domain.decisions import RefusalCode
from consultation.domain.logos import HEAVIEST
from tests.api.attempts import Attempt
from tests.builders import SLUG
from tests.pictures import heavy_png, in_base64, png

if TYPE_CHECKING:
    from tests.api.scene import Scene

ADDRESS: Final = f"/organisations/{SLUG}/logo"


def shown(scene: "Scene") -> str:
    """The digest of the town's logo, which it has from now on."""
    body = {"image": in_base64(png(120, 40)), "alt": "Blason de la ville"}
    answer = scene.town.administrator.put(ADDRESS, body)
    return str(answer.json()["logo"]["url"]).rpartition("/")[2]


def to_remove(scene: "Scene", attempt: Attempt) -> Attempt:
    """A call for a town that has a logo."""
    shown(scene)
    return attempt


def _with_file(content: bytes) -> "Callable[[Scene, Attempt], Response]":
    return lambda _, attempt: attempt.saying(image=in_base64(content)).send()


LOGO_RECIPES: "Final[Mapping[str, Callable[[Scene, Attempt], Response]]]" = {
    RefusalCode.LOGO_FORMAT_UNKNOWN: _with_file(b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    RefusalCode.LOGO_DAMAGED: _with_file(png(120, 40)[:-1]),
    RefusalCode.LOGO_SIZE_UNFIT: _with_file(png(2_000, 40)),
    RefusalCode.LOGO_TOO_HEAVY: _with_file(heavy_png(HEAVIEST)),
    TransportCode.NOT_FOUND: lambda _, attempt: attempt.at(digest="0" * 64).send(),
}
"""How the refusals of logos come about."""
