"""The logo of an organisation on its pages: at the top, of a size that is known, in frames and on paper."""

from collections.abc import Iterator
from typing import Any

import pytest

from consultation.localisation.languages import Language
from tests.api.logos import ADDRESS
from tests.api.worlds import World
from tests.builders import SLUG, Town
from tests.docs.outline import Page
from tests.pictures import in_base64, png
from tests.web.reader import Reader, address_of

ALT = "Blason de la ville"


@pytest.fixture
def logo(here: World, town: Town) -> Iterator[Any]:
    """The town shows a logo; afterwards it shows none."""
    answer = town.administrator.put(ADDRESS, {"image": in_base64(png(240, 80)), "alt": ALT})
    here.process.ticks.step(2)
    yield answer.json()["logo"]
    town.administrator.delete(ADDRESS)
    here.process.ticks.step(2)


def pictures(page: Page) -> list[dict[str, str]]:
    return [dict(one.attributes) for one in page.all("img")]


def test_every_page_of_the_organisation_bears_it_with_its_words_and_size(
    reader: Reader, town: Town, logo: Any
) -> None:
    debate = town.debate()
    town.contribution(debate)
    address = address_of(reader.client, debate)
    for path in (f"/{SLUG}", address, f"{address}/1", f"{address}/statistics", f"/embed/{SLUG}{address}"):
        page = reader.read(path)
        (shown,) = pictures(page)
        (icon,) = (one.attributes["href"] for one in page.all("link") if one.attributes["rel"] == "icon")
        assert icon == shown["src"], "no second file"
        assert (shown["alt"], shown["lang"]) == (ALT, "fr"), path
        assert (shown["width"], shown["height"]) == ("240", "80"), "nothing moves when it comes"
        assert shown["src"] == logo["url"].removeprefix("http://testserver")
        answer = reader.get(shown["src"])
        assert (answer.status_code, answer.content) == (200, png(240, 80))


@pytest.mark.parametrize("language", Language)
def test_its_words_keep_their_language_on_pages_in_others(
    reader: Reader, logo: Any, language: Language
) -> None:
    (shown,) = pictures(reader.read(f"/{language.value}/{SLUG}"))
    assert (shown["alt"], shown["lang"]) == (logo["alt"], "fr")


def test_on_paper_it_stands_above_the_debate(reader: Reader, town: Town, logo: Any) -> None:
    address = address_of(reader.client, town.debate())
    page = reader.read(f"{address}/print")
    assert len([one for one in pictures(page) if one["alt"] == logo["alt"]]) == 2, "the header is not printed"


def test_pages_of_nobody_in_particular_bear_none(reader: Reader, logo: Any) -> None:
    assert logo
    for path in ("/", "/accessibility", "/sign-in"):
        page = reader.read(path)
        assert pictures(page) == []
        assert [one.attributes["type"] for one in page.all("link") if one.attributes["rel"] == "icon"]


def test_a_page_shows_another_logo_at_once_and_none_once_it_is_gone(
    here: World, reader: Reader, town: Town, logo: Any
) -> None:
    address = address_of(reader.client, town.debate())
    assert pictures(reader.read(address))[0]["src"].endswith(logo["url"][-64:])
    town.administrator.put(ADDRESS, {"image": in_base64(png(50, 50)), "alt": "Sceau"})
    here.process.ticks.step(2)
    assert pictures(reader.read(address))[0]["alt"] == "Sceau"
    town.administrator.delete(ADDRESS)
    here.process.ticks.step(2)
    assert pictures(reader.read(address)) == []
