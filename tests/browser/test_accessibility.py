"""Every page in every language, light and dark, at 320 pixels and with large text: axe finds nothing."""

from typing import Final

import pytest
from playwright.sync_api import Page

from consultation.localisation.languages import Language
from tests.browser.accessibility import NARROW, enlarge, overflow, tabbed, violations
from tests.browser.crawling import Crawl
from tests.browser.sites import Service
from tests.browser.writing import sign_in

STARTS: Final = ("/", "/no-such-page", "/problems/period_closed")
WIDE: Final = 1280
HEIGHT: Final = 800


def looked_at(page: Page, path: str) -> list[str]:
    """What is wrong with the page that is open, in each state in which somebody may meet it.

    All rules once; again those that depend on colours in the dark, on room in a narrow window, and
    whether anything runs over there, with text as it is and twice its size.
    """
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    wrong = [f"{path}: {one}" for one in violations(page)]
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    narrow = (*violations(page, "color-contrast", "color-contrast-enhanced", "target-size"), *overflow(page))
    wrong += [f"{path} dark at {NARROW}: {one}" for one in narrow]
    enlarge(page)
    page.set_viewport_size({"width": 2 * NARROW, "height": HEIGHT})
    return wrong + [f"{path} at 200 %: {one}" for one in overflow(page)]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("who", ["visitor", "resident", "organiser"])
def test_no_page_breaks_a_rule_that_a_machine_can_check(
    page: Page, demonstration: Service, language: Language, who: str
) -> None:
    if who != "visitor":
        sign_in(page, demonstration, demonstration.people[who])
    crawl = Crawl(page, demonstration.url, language)
    wrong = [one for path in crawl.paths(*STARTS) for one in looked_at(page, path)]
    assert wrong == []
    assert len(crawl.found) >= len(STARTS)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", ["visitor", "resident", "organiser"])
def test_every_page_can_be_walked_through_with_the_tab_key(
    page: Page, demonstration: Service, who: str
) -> None:
    if who != "visitor":
        sign_in(page, demonstration, demonstration.people[who])
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    crawl = Crawl(page, demonstration.url, Language.FR)
    wrong = [
        f"{path}: {one}"
        for path in crawl.paths("/", "/no-such-page")
        if path != "/docs"  # thousands of links
        for one in tabbed(page)
    ]
    assert wrong == []
