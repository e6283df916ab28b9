"""Every page that takes a form: whom it lets write, walked over all routes of the pages."""

import re
from uuid import UUID

import pytest
from sqlalchemy import func, select

from consultation.persistence.tables import metadata
from consultation.web.pages import CitizenPages
from consultation.web.requests import PageRoute
from tests.api.worlds import World
from tests.builders import Town
from tests.web.reader import Reader, address_of
from tests.web.sender import post

WRITING = sorted(
    route.path
    for router in CitizenPages.routers
    for route in router.routes
    if isinstance(route, PageRoute) and "POST" in (route.methods or ())
)
FIELDS = {
    "title": "Des arbres",
    "body": "Un arbre dans chaque rue, au moins.",
    "side": "pro",
    "value": "agree",
    "reason": "spam",
    "name": "Camille",
    "locale": "fr",
    "mode": "erase",
    "sure": "yes",
    "session": "others",
    "link": "https://example.org/",
    "kind": "contribution",
    "revision": "1",
}


def rows(here: World) -> dict[str, int]:
    """How many rows each table has."""
    with here.services.database.reading() as connection:
        return {
            table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in metadata.sorted_tables
        }


def filled(path: str, address: str, number: int, debate: str) -> str:
    """The address of a route in one debate."""
    path = path.replace("{debate:uuid}", debate)
    path = path.replace("/{organisation:organisation}/{debate:word}", address)
    path = path.replace("{number:post}", str(number)).replace("{organisation:organisation}", "ville-exemple")
    return re.sub(r"\{[^}]+\}", str(UUID(int=0)), path)


def test_the_walk_finds_the_forms() -> None:
    assert len(WRITING) >= 15
    assert "/sign-in" in WRITING


@pytest.mark.parametrize("path", WRITING)
def test_no_other_site_writes_with_the_cookie_of_its_visitor(
    reader: Reader, here: World, town: Town, path: str
) -> None:
    debate = town.debate()
    author = town.citizen("visée")
    number = town.contribution(debate, author)
    target = filled(path, address_of(reader.client, debate), number, debate)
    whose = town.administrator if path.startswith(("/desk", "/moderation")) else author
    victim = reader.as_(whose)
    before = rows(here)
    for site in ("cross-site", "same-site"):
        answer = post(victim, target, FIELDS, Sec_Fetch_Site=site)
        assert answer.status_code == 403, (target, answer.text)
        assert "set-cookie" not in answer.headers
    assert rows(here) == before
    assert whose.get("/me").status_code == 200, "still signed in"


@pytest.mark.parametrize("path", WRITING)
def test_whoever_is_not_signed_in_writes_nothing(reader: Reader, here: World, town: Town, path: str) -> None:
    debate = town.debate()
    number = town.contribution(debate)
    before = rows(here)
    answer = post(reader, filled(path, address_of(reader.client, debate), number, debate), FIELDS)
    assert answer.status_code in {200, 401, 404, 422}, answer.text
    assert rows(here) == before
    assert "idempotent-replayed" not in answer.headers


UPLOADS = {"/desk/{organisation:organisation}/settings/logo"}
"""Forms with a file: sent in parts, which two brackets are not."""


@pytest.mark.parametrize("path", WRITING)
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_what_is_no_form_is_refused(reader: Reader, town: Town, path: str, kind: str) -> None:
    debate = town.debate()
    caller = town.citizen("programme")
    number = town.contribution(debate, caller)
    target = filled(path, address_of(reader.client, debate), number, debate)
    answer = post(reader.as_(caller), target, b"{}", Content_Type=kind)
    is_kind_of_uploads = kind.startswith("multipart/") and path in UPLOADS
    assert answer.status_code == (422 if is_kind_of_uploads else 415), answer.text
