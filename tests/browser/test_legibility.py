"""What readers change on every page: more space, larger text, a narrow window, own colours, less motion.

German has the longest words; the rules that depend on them are looked at in all languages in
`test_accessibility.py`.
"""

from typing import Final

import pytest
from playwright.sync_api import Page

from consultation.localisation.languages import Language
from tests.browser.accessibility import NARROW, tabbed
from tests.browser.crawling import Crawl
from tests.browser.legibility import forced, hidden_focus, moving, without_room
from tests.browser.sites import Service
from tests.browser.writing import sign_in

STARTS: Final = ("/", "/no-such-page", "/problems/period_closed")
SHOW_NEWS: Final = """() => {
    const live = document.getElementById("live");
    if (!live) return;
    live.querySelector(".news").textContent = "3 neue Argumente";
    live.hidden = false;
}"""
PEOPLE: Final = ("visitor", "resident", "organiser")


def walk(page: Page, demonstration: Service, who: str) -> Crawl:
    """Every page as somebody."""
    if who != "visitor":
        sign_in(page, demonstration, demonstration.people[who])
    return Crawl(page, demonstration.url, Language.DE)


@pytest.mark.slow
@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_is_cut_off_or_covered_however_readers_set_the_text(
    page: Page, demonstration: Service, who: str
) -> None:
    crawl = walk(page, demonstration, who)
    assert [f"{path} {one}" for path in crawl.paths(*STARTS) for one in without_room(page)] == []


@pytest.mark.slow
@pytest.mark.parametrize("who", PEOPLE)
def test_with_forced_colours_and_less_motion_all_can_be_told_and_nothing_moves(
    page: Page, demonstration: Service, who: str
) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    crawl = walk(page, demonstration, who)
    wrong = [f"{path}: {one}" for path in crawl.paths(*STARTS) for one in (*forced(page), *moving(page))]
    assert wrong == []


def test_with_forced_colours_the_focus_is_seen(page: Page, demonstration: Service) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    sign_in(page, demonstration, demonstration.people["resident"])
    for path in ("/valbruyere/place-des-tilleuls/1", "/valbruyere/place-des-tilleuls/contribute"):
        page.goto(f"{demonstration.url}{path}")
        assert tabbed(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_lies_over_what_has_the_focus(page: Page, demonstration: Service, who: str) -> None:
    """Also while the bar that says what is new stands at the foot of the window."""
    page.set_viewport_size({"width": NARROW, "height": 480})
    wrong: list[str] = []
    crawl = walk(page, demonstration, who)
    for path in crawl.paths("/"):
        page.evaluate(SHOW_NEWS)
        wrong += [f"{path}: {one}" for one in hidden_focus(page)]
    assert wrong == []
