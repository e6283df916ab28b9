"""Setting up organisations, changing them, and leaving them."""

from typing import Any

import pytest

from consultation.domain.actors import Role
from tests.api.bodies import DEBATE
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import API, Caller

NEW = {"name": "Stad  Gent ", "locale": "nl", "time_zone": "Europe/Brussels"}


@pytest.fixture
def platform(here: World) -> Caller:
    return here.platform_administrator()


def test_an_organisation_is_set_up_and_found_by_everybody(here: World, platform: Caller) -> None:
    slug = f"stad-{here.name()}"
    made = platform.post("/organisations", {"slug": slug, **NEW})
    assert made.status_code == 201
    assert made.json()["name"] == "Stad Gent"
    location = made.headers["location"].partition(API)[2]
    assert location == f"/organisations/{slug}"
    assert here.town.anonymous.get(location).json() == made.json()
    # Whoever set it up does not belong to it.
    assert platform.post(f"{location}/debates", DEBATE).json()["code"] == "not_permitted"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"slug": "api"}, "/slug"),
        ({"slug": "Gent"}, "/slug"),
        ({"slug": "x" * 81}, "/slug"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"time_zone": ""}, "/time_zone"),
        ({"locale": "es"}, "/locale"),
    ],
)
def test_an_organisation_that_could_not_be_used_is_malformed(
    platform: Caller, changes: dict[str, str], pointer: str
) -> None:
    answer = platform.post("/organisations", {"slug": "stad-gent", **NEW, **changes})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def renamed(administrator: Caller, slug: str, **changes: str) -> Any:
    answer = administrator.patch(f"/organisations/{slug}", changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_new_name_is_on_debates_at_once_also_on_closed_ones(here: World) -> None:
    slug, staff = here.organisation()
    organiser, administrator = staff[Role.ORGANISER], staff[Role.ADMINISTRATOR]
    debate = organiser.post(f"/organisations/{slug}/debates", DEBATE).json()["id"]
    organiser.post(f"/debates/{debate}/publication")
    organiser.post(f"/debates/{debate}/closure", {"reason": "Assez."})
    before = here.town.anonymous.get(f"/debates/{debate}")
    assert renamed(administrator, slug, name="Une autre ville")["name"] == "Une autre ville"
    for caller in (here.neighbour.as_caller(administrator), administrator):
        after = caller.get(f"/debates/{debate}")
        assert after.json()["organisation"]["name"] == "Une autre ville"
        assert after.json()["journal_length"] == before.json()["journal_length"]
        assert after.headers["etag"] != before.headers["etag"]
        # The tag of the old name gets the document with the new one.
        assert caller.get(f"/debates/{debate}", If_None_Match=before.headers["etag"]).status_code == 200
    here.process.ticks.step(1.0)
    public = here.town.anonymous.get(f"/debates/{debate}")
    assert public.json()["organisation"]["name"] == "Une autre ville"


def test_time_zone_and_language_are_those_of_debates_to_come(here: World) -> None:
    slug, staff = here.organisation()
    organiser, administrator = staff[Role.ORGANISER], staff[Role.ADMINISTRATOR]
    path = f"/organisations/{slug}/debates"
    earlier = organiser.post(path, DEBATE).json()
    changed = renamed(administrator, slug, time_zone="Europe/Paris", locale="de")
    assert (changed["time_zone"], changed["locale"]) == ("Europe/Paris", "de")
    later = organiser.post(path, DEBATE).json()
    draft = organiser.get(f"/debates/{earlier['id']}/draft").json()
    assert (draft["time_zone"], draft["lang"]) == ("Europe/Brussels", "nl")
    assert (later["time_zone"], later["lang"]) == ("Europe/Paris", "de")


def test_what_changes_nothing_leaves_the_tags_of_debates_as_they_are(scene: Scene) -> None:
    before = scene.town.anonymous.get(f"/debates/{scene.open}").headers["etag"]
    for changes in ({}, {"name": "Ville d'Exemple"}, {"time_zone": "Europe/Paris"}):
        renamed(scene.town.administrator, "ville-exemple", **changes)
    assert scene.town.administrator.get(f"/debates/{scene.open}").headers["etag"] == before


def test_a_change_costs_no_more_statements_than_other_writes(here: World) -> None:
    slug, staff = here.organisation()
    with here.statements() as seen:
        answer = staff[Role.ADMINISTRATOR].patch(
            f"/organisations/{slug}", {"name": "Une autre ville"}, Idempotency_Key=here.name()
        )
    assert answer.status_code == 200
    assert len(seen) == 5


def test_a_member_leaves_with_all_roles_and_is_none_from_the_next_call_on(here: World) -> None:
    slug, staff = here.organisation()
    organiser, administrator = staff[Role.ORGANISER], staff[Role.ADMINISTRATOR]
    email = organiser.get("/me").json()["email"]
    members = f"/organisations/{slug}/members"
    administrator.post(members, {"email": email, "role": "administrator"})
    assert organiser.delete(f"{members}/me").status_code == 204
    assert organiser.get(members).json()["code"] == "not_permitted"
    assert organiser.delete(f"{members}/me").json()["code"] == "member_not_found"
    assert email not in administrator.get(members).text


def test_the_last_administrator_cannot_leave_until_there_is_another(here: World) -> None:
    slug, staff = here.organisation()
    administrator, members = staff[Role.ADMINISTRATOR], f"/organisations/{slug}/members"
    assert administrator.delete(f"{members}/me").json()["code"] == "last_administrator"
    administrator.post(members, {"email": f"{here.name()}@ville.example", "role": "administrator"})
    assert administrator.delete(f"{members}/me").status_code == 204


def test_the_last_administrator_cannot_be_demoted_with_other_roles_left(here: World) -> None:
    slug, staff = here.organisation()
    administrator, members = staff[Role.ADMINISTRATOR], f"/organisations/{slug}/members"
    own = administrator.get("/me").json()
    administrator.post(members, {"email": own["email"], "role": "organiser"})
    answer = administrator.delete(f"{members}/{own['id']}?role=administrator")
    assert answer.json()["code"] == "last_administrator"
    kept = administrator.get(members).json()["items"]
    assert [one["roles"] for one in kept if one["id"] == own["id"]] == [["administrator", "organiser"]]
