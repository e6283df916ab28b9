"""Every page of the desk and of moderation, asked for as everybody: as the table of permissions says."""

from collections.abc import Iterator
from typing import Final

import pytest

from consultation.domain.actors import Role
from consultation.domain.permissions import PERMISSIONS, Act
from consultation.web.pages import CitizenPages
from consultation.web.requests import PageRoute
from tests.api.worlds import World
from tests.web.reader import Reader
from tests.web.sender import post

NOBODY: Final = "01900000-0000-7000-8000-000000000000"
PLACES: Final = {
    "{organisation:organisation}": "ville-exemple",
    "{theme:word}": "rues",
    "{case:uuid}": NOBODY,
    "{webhook:uuid}": NOBODY,
    "{key:uuid}": NOBODY,
    "{number:post}": "1",
}


def staff_routes() -> Iterator[tuple[str, str, Act]]:
    """Method, template and act of every page that asks for a role in an organisation."""
    for router in CitizenPages.routers:
        for route in router.routes:
            assert isinstance(route, PageRoute)
            extra = route.openapi_extra or {}
            if extra.get("x-access") == "staff" and "{organisation" in route.path:
                method = next(iter(route.methods or ()))
                yield method, route.path, Act(extra["x-act"])


ROUTES: Final = sorted(set(staff_routes()))


def test_there_are_pages_to_walk() -> None:
    assert len(ROUTES) > 40


@pytest.mark.parametrize(("method", "template", "act"), ROUTES)
def test_a_page_is_for_the_roles_of_its_act_and_nobody_else(
    here: World, reader: Reader, method: str, template: str, act: Act
) -> None:
    town = here.town
    path = template
    for place, value in {**PLACES, "{debate:uuid}": town.draft()}.items():
        path = path.replace(place, value)
    _, foreign = here.organisation()
    staff = {
        Role.MODERATOR: town.moderator,
        Role.ORGANISER: town.organiser,
        Role.ADMINISTRATOR: town.administrator,
    }

    def status(who: Reader) -> int:
        if method == "GET":
            return who.get(path).status_code
        return post(who, path, {"key": here.name()}).status_code

    assert status(reader) in {303, 401}, "a stranger signs in first"
    for outsider in (town.citizen(), foreign[Role.ADMINISTRATOR]):
        assert status(reader.as_(outsider)) == 403
    for role, caller in staff.items():
        allowed, answered = role.value in PERMISSIONS[act].to, status(reader.as_(caller))
        assert answered < 500, role
        assert (answered == 403) is not allowed, role


def test_a_form_from_another_site_is_refused(here: World, reader: Reader) -> None:
    debate = here.town.debate()
    organiser = reader.as_(here.town.organiser)
    path = f"/desk/ville-exemple/{debate}/close"
    answer = post(
        organiser,
        path,
        {"key": "1", "reason": "Piège", "intent": "confirm"},
        Sec_Fetch_Site="cross-site",
        Origin="https://ailleurs.example",
    )
    assert answer.status_code == 403
    assert here.town.anonymous.get(f"/debates/{debate}").json()["phase"] == "open"


def test_nothing_is_done_by_a_get(here: World, reader: Reader) -> None:
    debate = here.town.debate()
    reader.as_(here.town.organiser).get(f"/desk/ville-exemple/{debate}/close?intent=confirm&reason=Piège")
    assert here.town.anonymous.get(f"/debates/{debate}").json()["phase"] == "open"
