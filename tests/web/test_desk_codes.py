"""Participation codes at the desk: made, shown once, counted, revoked."""

import re

import pytest

from consultation.localisation.languages import Language
from tests.api.worlds import World
from tests.builders import SLUG, Town
from tests.web.reader import Reader, links, words
from tests.web.sender import form_on, send, shown, went_to

CODE = re.compile(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}")


@pytest.fixture
def debate(town: Town) -> str:
    return town.debate(participation={"code": True})


@pytest.fixture
def organiser(reader: Reader, town: Town) -> Reader:
    return reader.as_(town.organiser)


def test_codes_are_made_shown_once_and_counted(
    organiser: Reader, town: Town, here: World, debate: str
) -> None:
    desk = f"/desk/{SLUG}/{debate}"
    assert f"{desk}/codes" in links(organiser.read(desk))
    form = form_on(organiser.get(f"{desk}/codes"), "/codes/new").with_(count="3", note="Quartier nord")
    made = send(organiser, form)
    page = shown(made)
    assert made.headers["cache-control"] == "no-store"
    codes = set(CODE.findall(words(page)))
    assert len(codes) == 3
    (saved,) = [link for link in links(page) if link.startswith("data:text/csv")]
    assert set(CODE.findall(saved)) == codes, "saved without script"
    assert went_to(send(organiser, form)) == f"{desk}/codes", "pressed twice makes them once"
    listed = organiser.get(f"{desk}/codes")
    assert not CODE.search(listed.text), "and nowhere else"
    assert "Quartier nord" in words(shown(listed))
    assert "3 codes · 0 utilisé" in words(shown(listed))

    town.citizen(here.name()).post(f"/debates/{debate}/participation-codes/redemption", {"code": codes.pop()})
    assert "1 utilisé" in words(organiser.read(f"{desk}/codes"))
    revoke = form_on(organiser.get(f"{desk}/codes"), "/codes/revoke")
    assert "2 révoqués" in words(organiser.read(went_to(send(organiser, revoke))))
    refused = town.citizen(here.name()).post(
        f"/debates/{debate}/participation-codes/redemption", {"code": codes.pop()}
    )
    assert refused.json()["code"] == "participation_code_spent"


@pytest.mark.parametrize("count", ["", "0", "10001", "-1", "2.5", "beaucoup", "٣"])
def test_what_is_no_number_of_codes_is_asked_for_again(organiser: Reader, debate: str, count: str) -> None:
    form = form_on(organiser.get(f"/desk/{SLUG}/{debate}/codes"), "/codes/new")
    page = shown(send(organiser, form.with_(count=count, note="Nord")), 422)
    assert "#field-count" in links(page)
    assert [one for one in page.all("input") if one.attributes.get("value") == "Nord"]


def test_a_debate_that_asks_for_no_code_says_so(organiser: Reader, town: Town) -> None:
    debate = town.debate()
    assert f"/desk/{SLUG}/{debate}/codes" not in links(organiser.read(f"/desk/{SLUG}/{debate}"))
    assert "ne demande pas de code" in words(organiser.read(f"/desk/{SLUG}/{debate}/codes"))


def test_codes_of_another_organisation_are_nobodys_business(
    organiser: Reader, here: World, debate: str
) -> None:
    slug, _ = here.organisation()
    assert organiser.get(f"/desk/{slug}/{debate}/codes").status_code == 403


@pytest.mark.parametrize("language", Language)
def test_the_page_speaks_every_language(organiser: Reader, debate: str, language: Language) -> None:
    page = organiser.read(f"/{language.value}/desk/{SLUG}/{debate}/codes")
    assert page.one("html").attributes["lang"] == language.value
