"""What the organiser said before: every version of a response and of an outcome, with what each changed."""

import pytest

from consultation.localisation.languages import Language
from tests.builders import Town
from tests.web.reader import Reader, address_of, links, words


@pytest.fixture
def debate(town: Town) -> str:
    """A debate with a response in two versions and, closed, an outcome in two versions."""
    debate = town.debate()
    town.contribution(debate)
    for body in ("Le conseil étudie cette idée.", "Le conseil retient cette idée."):
        town.organiser.put(f"/debates/{debate}/posts/1/response", {"body": body})
    town.organiser.post(f"/debates/{debate}/closure", {"reason": "Fini."})
    for body in ("Neuf idées sont retenues.", "Dix idées sont retenues."):
        town.organiser.put(f"/debates/{debate}/outcome", {"body": body})
    return debate


def test_versions_of_a_response_show_what_changed(reader: Reader, debate: str) -> None:
    address = address_of(reader.client, debate)
    assert links(reader.read(f"{address}/1"))[f"{address}/1/response"] == "version 2"
    page = reader.read(f"{address}/1/response")
    assert [one.text for one in page.all("del")] == ["étudie"]
    assert [one.text for one in page.all("ins")] == ["retient"]
    assert "Version 2, en vigueur" in words(page)
    assert "Le conseil étudie cette idée." in words(page)
    assert f"{address}/1" in links(page)


def test_versions_of_an_outcome_show_what_changed(reader: Reader, debate: str) -> None:
    address = address_of(reader.client, debate)
    assert f"{address}/outcome" in links(reader.read(address))
    page = reader.read(f"{address}/outcome")
    assert ([one.text for one in page.all("del")], [one.text for one in page.all("ins")]) == (
        ["Neuf"],
        ["Dix"],
    )


def test_where_nothing_was_said_the_page_says_so(reader: Reader, town: Town) -> None:
    debate = town.debate()
    town.contribution(debate)
    address = address_of(reader.client, debate)
    assert f"{address}/1/response" not in links(reader.read(f"{address}/1"))
    for path in (f"{address}/1/response", f"{address}/outcome"):
        assert "Rien n’a été publié" in words(reader.read(path))
    assert reader.get(f"{address}/9/response").status_code == 404


def test_a_text_that_never_changed_is_shown_whole(reader: Reader, town: Town) -> None:
    debate = town.debate()
    town.contribution(debate)
    town.organiser.put(f"/debates/{debate}/posts/1/response", {"body": "Le conseil **retient** cette idée."})
    page = reader.read(f"{address_of(reader.client, debate)}/1/response")
    assert "Le conseil retient cette idée." in words(page)
    assert page.all("del") == page.all("ins") == []


@pytest.mark.parametrize("language", Language)
def test_the_pages_speak_every_language(reader: Reader, debate: str, language: Language) -> None:
    address = address_of(reader.client, debate)
    for path in (f"{address}/1/response", f"{address}/outcome"):
        page = reader.read(f"/{language.value}{path}")
        assert page.one("html").attributes["lang"] == language.value
        assert page.all("h1")
