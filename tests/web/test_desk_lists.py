"""Long lists at the desk: debates by phase, page by page, and what was done with a key."""

from datetime import timedelta

import pytest

from consultation.domain.actors import Role
from consultation.domain.keys import Scope
from consultation.localisation.languages import Language
from consultation.web.routes import desk_debates, desk_keys
from tests.api.worlds import World
from tests.builders import CONTRIBUTION, NOW, SLUG, Caller, Town, rfc3339
from tests.web.reader import Reader, links, words


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of two things a page."""
    monkeypatch.setattr(desk_debates, "_FIRST", 2)
    monkeypatch.setattr(desk_debates, "_PAGE", 2)
    monkeypatch.setattr(desk_keys, "_USES", 2)


@pytest.mark.usefixtures("short")
def test_every_debate_is_found_by_its_phase_page_by_page(reader: Reader, here: World) -> None:
    slug, staff = here.organisation()
    organiser, period = staff[Role.ORGANISER], (NOW - timedelta(days=1), NOW + timedelta(days=1))
    for number in range(5):
        body = {"title": f"Débat {number}", "description": ""}
        times = {"opens_at": rfc3339(period[0]), "closes_at": rfc3339(period[1])}
        made = organiser.post(f"/organisations/{slug}/debates", {**body, **times}).json()
        organiser.post(f"/debates/{made['id']}/publication")
    browser, home = reader.as_(organiser), f"/desk/{slug}"
    first = browser.read(home)
    assert [number for number in range(5) if f"Débat {number}" in words(first)] == [3, 4]
    assert f"{home}?phase=open" in links(first)
    found: list[int] = []
    addresses = [f"{home}?phase=open"]
    for address in addresses:  # which grows by the way on
        page = browser.read(address)
        found += [number for number in range(4, -1, -1) if f"Débat {number}" in words(page)]
        addresses += [f"{home}{link}" for link in links(page) if link.startswith("?phase=open&cursor=")]
    assert found == [4, 3, 2, 1, 0]
    assert browser.get(f"{home}?phase=open&cursor=x").status_code == 422


@pytest.mark.usefixtures("short")
def test_what_was_done_with_a_key_is_told_page_by_page_and_not_for_whom(
    reader: Reader, here: World, town: Town
) -> None:
    keys = f"/organisations/{SLUG}/keys"
    made = town.administrator.post(keys, {"name": "Site", "scopes": [Scope.PARTICIPATION_WRITE]}).json()
    debate = town.debate()
    administrator = reader.as_(town.administrator)
    address = f"/desk/{SLUG}/keys/{made['id']}"
    assert address in links(administrator.read(f"/desk/{SLUG}/keys"))
    assert "jamais utilisée" in words(administrator.read(address))
    server = Caller(town.client, made["token"]).naming("usager-7")
    for number in range(3):
        body = {**CONTRIBUTION, "body": f"{CONTRIBUTION['body']} {number} {here.name()}"}
        assert server.post(f"/debates/{debate}/contributions", body).status_code == 201
    page = administrator.read(address)
    assert words(page).count("contribution_posted") == 2
    assert "usager-7" not in page.one("main").text
    assert f"/desk/{SLUG}/{debate}" in links(page)
    (following,) = [link for link in links(page) if link.startswith(("?cursor=", "?phase=open&cursor="))]
    assert words(administrator.read(f"{address}{following}")).count("contribution_posted") == 1
    other = f"/desk/{SLUG}/keys/01900000-0000-7000-8000-000000000000"
    assert administrator.get(other).status_code == 404


@pytest.mark.parametrize("language", Language)
def test_the_page_of_a_key_speaks_every_language(reader: Reader, town: Town, language: Language) -> None:
    keys = f"/organisations/{SLUG}/keys"
    made = town.administrator.post(keys, {"name": "Site", "scopes": [Scope.PARTICIPATION_WRITE]}).json()
    page = reader.as_(town.administrator).read(f"/{language.value}/desk/{SLUG}/keys/{made['id']}")
    assert page.one("html").attributes["lang"] == language.value
