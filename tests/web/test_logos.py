"""The logo of an organisation on its pages: at the top, of a size that is known, in frames and on paper."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from consultation.application.notices.links import APPEAL
from consultation.localisation.languages import Language
from tests.api.bodies import RULING
from tests.api.logos import ADDRESS
from tests.api.worlds import World
from tests.builders import NOW, SLUG, Town
from tests.docs.outline import Page
from tests.pictures import in_base64, png
from tests.web.reader import Reader, address_of, links

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


def test_so_does_every_page_of_its_desk(reader: Reader, town: Town, logo: Any) -> None:
    """Whatever the page is about: a debate, a key, a case, or nothing yet."""
    debate = town.debate()
    number = town.contribution(debate)
    town.citizen("voisine").post(f"/debates/{debate}/posts/{number}/reports", {"reason": "charter"})
    cases = f"/organisations/{SLUG}/moderation/cases?debate={debate}"
    (case,) = town.moderator.get(cases).json()["items"]
    desk, queue = f"/desk/{SLUG}", f"/moderation/{SLUG}"
    of_staff = {
        town.administrator: {
            address
            for address in links(reader.as_(town.administrator).read(desk))
            if address.startswith(desk)
        },
        town.organiser: {desk, f"{desk}/new", f"{desk}/{debate}", f"{desk}/{debate}/themes"},
        town.moderator: {queue, f"{queue}/{case['id']}", f"{queue}/{case['id']}/decide"},
    }
    assert len(of_staff[town.administrator]) > 6, "the desk leads to all its pages"
    for caller, paths in of_staff.items():
        for path in paths:
            shown = [one["alt"] for one in pictures(reader.as_(caller).read(path))]
            assert shown[:1] == [logo["alt"]], path


def test_so_does_the_page_of_a_decision_for_its_author(
    here: World, reader: Reader, town: Town, logo: Any
) -> None:
    author, debate = town.citizen("autrice-du-logo"), town.debate()
    number = town.contribution(debate, author)
    town.citizen("voisine").post(f"/debates/{debate}/posts/{number}/reports", {"reason": "charter"})
    cases = f"/organisations/{SLUG}/moderation/cases"
    (case,) = town.moderator.get(f"{cases}?debate={debate}").json()["items"]
    assert town.moderator.post(f"{cases}/{case['id']}/decisions", RULING).status_code in {200, 201}
    link = here.services.sealed_links.seal(APPEAL, NOW + timedelta(days=30), case["id"])
    for page in (
        reader.read(f"/appeals/{link}"),
        reader.as_(author).read(f"/account/appeals/{case['id']}"),
    ):
        assert [one["alt"] for one in pictures(page)] == [logo["alt"]]


def test_pages_of_nobody_in_particular_bear_none(reader: Reader, town: Town, logo: Any) -> None:
    assert logo
    assert pictures(reader.as_(town.organiser).read("/desk")) == []
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
