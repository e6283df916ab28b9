"""Every page in every language, light and dark, at 320 pixels and with large text: axe finds nothing."""

from typing import Final

import pytest
from playwright.sync_api import Page

from consultation.localisation.languages import Language
from tests.browser.accessibility import HEIGHT, WIDE, looked_at, tabbed
from tests.browser.crawling import Crawl
from tests.browser.sites import Service
from tests.browser.writing import sign_in

STARTS: Final = ("/", "/no-such-page", "/problems/period_closed")


@pytest.mark.slow
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
