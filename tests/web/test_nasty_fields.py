"""Whatever stands in a field of a form or in the query of a page, the answer is a page and no failure.

A text may hold NUL where it stands in a form or an address; PostgreSQL takes none. A field that goes into
a statement before a rule has looked at it would make the answer a failure.
"""

import pytest

from consultation.web.pages import CitizenPages
from consultation.web.requests import PageRoute
from tests.api.worlds import World
from tests.builders import Town
from tests.web.reader import Reader, address_of
from tests.web.sender import post
from tests.web.test_writing_access import FIELDS, WRITING, filled

NUL = "a\x00b"
FORMS = {
    "account": ("name", "locale", "session", "identity", "provider", "debate", "theme", "contribution"),
    "desk": (
        *("title", "description", "slug", "lang", "theme", "body", "reason", "closes_at", "token", "name"),
        *("id", "email", "role", "person", "invitation", "origin", "url", "accent", "providers"),
    ),
    "moderation": ("passage", "theme", "reference", "until", "note", "explanation", "reason", "measure"),
    "sign-in": ("email", "code", "next", "kept", "proof"),
    "{organisation:organisation}": (
        *("title", "body", "note", "link", "theme", "lang", "capacity", "side", "kind", "revision", "value"),
        *("reason", "text", "code"),
    ),
}
"""The fields of forms, by the first word of their addresses."""
QUERIES = ("q", "theme", "sort", "side", "cursor", "done", "phase", "state", "reason", "next", "lang")
READING = sorted(
    route.path
    for router in CitizenPages.routers
    for route in router.routes
    if isinstance(route, PageRoute) and "GET" in (route.methods or ())
)


@pytest.fixture
def debate(town: Town) -> str:
    return town.debate()


@pytest.mark.parametrize("path", WRITING)
def test_no_field_of_a_form_makes_it_fail(
    reader: Reader, here: World, town: Town, debate: str, path: str
) -> None:
    author = town.citizen(here.name())
    number = town.contribution(debate, author)
    target = filled(path, address_of(reader.client, debate), number, debate)
    whole = FIELDS | {"mode": "", "session": "", "measure": "keep", "explanation": "La charte l’exclut."}
    whose = town.administrator if path.startswith(("/desk", "/moderation")) else author
    for name in FORMS.get(path.split("/")[1], ("id",)):
        answer = post(reader.as_(whose), target, whole | {"key": here.name(), name: NUL})
        assert answer.status_code < 500, name


@pytest.mark.parametrize("path", READING)
def test_no_query_makes_a_page_fail(reader: Reader, town: Town, debate: str, path: str) -> None:
    number = town.contribution(debate)
    target = filled(path, address_of(reader.client, debate), number, debate)
    whose = town.administrator if path.startswith(("/desk", "/moderation")) else None
    for name in QUERIES:
        answer = (reader if whose is None else reader.as_(whose)).get(f"{target}?{name}=a%00b")
        assert answer.status_code < 500, name
