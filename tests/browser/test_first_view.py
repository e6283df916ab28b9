"""The first view of a thread: what it asks for, when it can be read, and that it looks as it will."""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from consultation.web.statics import stylesheet
from tests.browser.sites import Service
from tests.builders import Town
from tests.web.reader import address_of

_PAINTED: Final = """() => new Promise(done => {
    new PerformanceObserver(list => list.getEntriesByName("first-contentful-paint").forEach(() => done(true)))
        .observe({type: "paint", buffered: true});
})"""
_SHIFTED: Final = """() => new Promise(done => {
    let shifted = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => { shifted += one.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(shifted), 300);
})"""
_RULES: Final = """async file => {
    const rules = sheet => [...sheet.cssRules].map(rule => rule.cssText);
    const linked = new CSSStyleSheet();
    await linked.replace(await (await fetch(file)).text());
    return [rules(document.styleSheets[0]), rules(linked), document.styleSheets.length];
}"""


@pytest.fixture
def address(owner: Town, running: Service, debate: str) -> str:
    """A thread with something on each side."""
    for side in ("pro", "contra"):
        owner.argument(debate, 1, side)
    return f"{running.url}{address_of(owner.client, debate)}/1"


def test_a_thread_is_read_before_any_other_file_has_come(page: Page, address: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.route("**/static/**", lambda _: None)  # they never come
    page.goto(address, wait_until="commit")
    assert page.evaluate(_PAINTED)
    assert page.locator("body").evaluate("one => getComputedStyle(one).display") == "flex"
    assert said == [], "the policy lets the style be"


def test_the_first_view_takes_four_files_at_most_and_moves_nothing(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address, wait_until="load")
    assert page.evaluate(_SHIFTED) == 0
    assert len([url for url in asked if "/api/" not in url]) <= 4, asked


def test_what_a_page_carries_says_the_same_as_the_file(page: Page, address: str) -> None:
    page.goto(address)
    carried, linked, count = page.evaluate(_RULES, stylesheet().address)
    assert count == 1
    assert len(carried) > 200
    assert carried == linked


def test_nothing_is_shown_before_the_content_begins(page: Page, address: str) -> None:
    """What stands above it would move while it arrives."""
    page.goto(address)
    header = page.locator("header.site")
    expect(header).to_be_visible()
    page.evaluate("document.querySelector('main').remove()")
    expect(header).to_be_hidden()
    page.evaluate("document.body.append(document.createElement('main'))")
    expect(header).to_be_visible()
