"""What a screen reader is told of the main pages, written down in `heard/` to be read by people.

Who changes a page deletes its file, runs the test, and reads what the new one says.
"""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from consultation.localisation.languages import Language
from tests.browser.crawling import Crawl
from tests.browser.hearing import differences, told, unclear
from tests.browser.sites import Service
from tests.browser.writing import follow, sign_in, signed_in
from tests.builders import SLUG, Caller, Town

CLOSED: Final = "/fr/valbruyere/demarches-en-ligne/2150"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh profile, of somebody who reads French."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def debate(town: Town) -> str:
    """A debate with one contribution, two arguments for it, none against and a source; one has voted."""
    debate = town.debate(slug="ecoute")
    number = town.contribution(debate, _named(town, "camille", "Camille"))
    author = _named(town, "sacha", "Sacha")
    for _ in range(2):
        town.argument(debate, number, "pro", author)
    source = {"title": "Arbres et chaleur", "link": "https://example.org/arbres", "note": "Une étude."}
    assert author.post(f"/debates/{debate}/contributions/{number}/sources", source).status_code == 201
    assert author.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"}).status_code == 200
    return debate


def _named(town: Town, email: str, name: str) -> Caller:
    caller = town.citizen(email)
    assert caller.patch("/me", {"name": name}).status_code == 200
    return caller


def test_the_debate_the_thread_its_vote_and_a_form_with_faults_are_told_as_written_down(
    page: Page, running: Service, town: Town, debate: str
) -> None:
    address = f"{running.url}/fr/{SLUG}/ecoute"
    heard = {}
    page.goto(address)
    heard["debate"] = told(page)
    page.goto(f"{address}/1")
    heard["thread"] = told(page)
    signed_in(page, running, _named(town, "sacha", "Sacha"))
    page.goto(f"{address}/1")
    heard["thread-signed-in"] = told(page)
    page.goto(f"{address}/contribute")
    page.get_by_label("Titre").fill("Non")
    follow(page, page.get_by_role("button", name="Publier"))
    page.locator("#summary").wait_for()
    heard["contribute-with-faults"] = told(page)
    assert [line for name, one in heard.items() for line in differences(name, one)] == []


def test_a_case_is_told_to_its_moderator_as_written_down(page: Page, running: Service, town: Town) -> None:
    debate = town.debate(slug="dossier")
    number = town.contribution(debate, _named(town, "autrice", "Lou"), title="Ma voisine")
    report = {"reason": "charter", "text": "Il insulte une personne."}
    town.citizen("voisine").post(f"/debates/{debate}/posts/{number}/reports", report)
    (case,) = town.moderator.get(f"/organisations/{SLUG}/moderation/cases?debate={debate}").json()["items"]
    assert town.moderator.patch("/me", {"name": "Une modératrice"}).status_code == 200
    signed_in(page, running, town.moderator)
    address = f"{running.url}/fr/moderation/{SLUG}/{case['id']}"
    page.goto(address)
    heard = {"case": told(page)}
    page.goto(f"{address}/decide")
    heard["decision"] = told(page)
    assert [line for name, one in heard.items() for line in differences(name, one)] == []


def test_a_closed_thread_is_told_as_written_down(page: Page, demonstration: Service) -> None:
    page.goto(f"{demonstration.url}{CLOSED}")
    assert differences("closed-thread", told(page)) == []


@pytest.mark.slow
@pytest.mark.parametrize("who", ["visitor", "resident", "organiser"])
def test_what_one_can_press_or_fill_in_has_words_and_no_two_links_of_one_name_part(
    page: Page, demonstration: Service, who: str
) -> None:
    if who != "visitor":
        sign_in(page, demonstration, demonstration.people[who])
    crawl = Crawl(page, demonstration.url, Language.FR)
    wrong = [
        f"{path}: {one}"
        for path in crawl.paths("/", "/no-such-page")
        for one in (*unclear(told(page)), *_parting(page))
    ]
    assert wrong == []


def _parting(page: Page) -> list[str]:
    """Names of links that lead to two places: in a list of links nobody could tell them apart."""
    found: list[str] = page.evaluate("""() => {
        const places = new Map();
        for (const one of document.querySelectorAll("main a[href]")) {
            if (!one.checkVisibility({visibilityProperty: true})) continue;
            const name = one.textContent.replace(/\\s+/g, " ").trim();
            places.set(name, (places.get(name) || new Set()).add(one.href));
        }
        return [...places].filter(([, to]) => to.size > 1)
            .map(([name, to]) => `${name}: ${[...to].join(" ")}`);
    }""")
    return found
