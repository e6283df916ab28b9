"""What people come for, from the first page to the last, in the demonstration's debates.

Writing and signing in by keyboard, without script, with a lost line or too late: `test_forms.py`; live:
`test_live.py`; inside another site: `test_embedding.py`, `test_taking_part_framed.py`.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.accessibility import overflow
from tests.browser.sites import Service
from tests.browser.writing import follow

PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
CLOSED: Final = "La période de participation est maintenant fermée"


@pytest.fixture
def phone(browser: Browser, demonstration: Service) -> Iterator[Page]:
    """An old phone: a narrow screen, and no script."""
    context = browser.new_context(
        java_script_enabled=False, viewport=PHONE, locale="fr", base_url=demonstration.url
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser, demonstration: Service) -> Iterator[Page]:
    """A wide screen with script."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="fr", base_url=demonstration.url
    )
    yield context.new_page()
    context.close()


def closed_debate(page: Page) -> str:
    """Find the closed debate from the first page; its address."""
    page.goto("/")
    follow(page, page.get_by_role("link", name="démarches", exact=False).first)
    return urlsplit(page.url).path


def test_on_a_phone_without_script_somebody_finds_the_closed_debate_and_a_thread(phone: Page) -> None:
    address = closed_debate(phone)
    expect(phone.get_by_text(CLOSED).first).to_be_visible()
    follow(phone, phone.locator(f"h3 a[href$='{address}/2150']"))
    expect(phone.get_by_text("Aucun argument pour")).to_be_visible()
    expect(phone.get_by_text("1 argument contre")).to_be_visible()
    expect(phone.get_by_text("Aucune source")).to_be_visible()
    assert phone.locator("main textarea, main input, main button").count() == 0, "no form of a closed debate"
    assert phone.locator("form[method=post]").count() == 0


def test_any_number_finds_its_post_marked_in_its_thread(phone: Page) -> None:
    address = closed_debate(phone)
    phone.goto(f"{address}/2797")
    expect(phone.locator("#post-2797")).to_have_attribute("aria-current", "true")
    expect(phone.locator("#post-2150")).to_be_visible()
    expect(phone.locator("#post-2797 a.number")).to_have_attribute("href", re.compile(f"{address}/2797$"))


def test_the_arguments_fold_and_unfold_without_script(phone: Page) -> None:
    phone.goto(f"{closed_debate(phone)}/2150")
    expect(phone.locator("#post-2797")).to_be_visible()
    phone.get_by_text("1 argument contre").click()
    expect(phone.locator("#post-2797")).not_to_be_visible()


def test_somebody_changes_the_language_and_texts_keep_theirs(phone: Page) -> None:
    phone.goto(f"{closed_debate(phone)}/2150")
    phone.get_by_role("link", name="Nederlands", exact=True).click()
    expect(phone.locator("html")).to_have_attribute("lang", "nl")
    expect(phone.locator(".contribution .text")).to_have_attribute("lang", "fr")
    phone.locator(".trail a").last.click()
    expect(phone.locator("html")).to_have_attribute("lang", "nl")


def test_somebody_searches_the_contributions_of_a_debate(phone: Page) -> None:
    phone.goto("/")
    follow(phone, phone.get_by_role("link", name="place des Tilleuls").first)
    all_of_them = phone.locator("ol.contributions > li").count()
    phone.locator("input[name=q]").fill("banc")
    follow(phone, phone.locator("form.filter button"))
    found = phone.locator("ol.contributions > li").count()
    assert 0 < found < all_of_them
    phone.locator("input[name=q]").fill("introuvable-et-pourtant")
    follow(phone, phone.locator("form.filter button"))
    assert phone.locator("ol.contributions > li").count() == 0


def test_a_closed_debate_prints_numbered_and_without_what_is_for_the_screen(desk: Page) -> None:
    desk.goto(f"{closed_debate(desk)}/print")
    desk.emulate_media(media="print")
    expect(desk.get_by_text("#2150").first).to_be_visible()
    expect(desk.get_by_text("#2797").first).to_be_visible()
    for part in ("header.site", "footer.site"):
        expect(desk.locator(part)).not_to_be_visible()
    assert desk.pdf(format="A4").startswith(b"%PDF-")


def test_for_and_against_stand_side_by_side_where_there_is_room_and_one_after_the_other_else(
    desk: Page,
) -> None:
    desk.goto(f"{closed_debate(desk)}/2150")

    def places() -> list[tuple[float, float]]:
        boxes = [desk.locator(f".side.{side}").bounding_box() for side in ("pro", "contra")]
        return [(box["x"], box["y"]) for box in boxes if box is not None]

    pro, contra = places()
    assert (pro[1], pro[0] < contra[0]) == (contra[1], True)
    desk.set_viewport_size(PHONE)
    pro, contra = places()
    assert (pro[0], pro[1] < contra[1]) == (contra[0], True)
    assert overflow(desk) == []


def test_a_page_asks_nobody_but_the_service_and_not_often(desk: Page, demonstration: Service) -> None:
    asked: list[str] = []
    address = closed_debate(desk)
    desk.context.clear_cookies()
    desk.on("request", lambda request: asked.append(request.url))
    desk.goto(f"{address}/2150", wait_until="networkidle")
    assert [one for one in asked if not one.startswith(f"{demonstration.url}/")] == []
    first_view = [one for one in asked if "/events" not in one]
    assert len(first_view) <= 4, first_view
    assert desk.context.cookies() == [], "reading leaves nothing behind"


def test_where_less_motion_is_asked_nothing_moves(desk: Page) -> None:
    desk.emulate_media(reduced_motion="reduce")
    desk.goto("/")
    moving = desk.evaluate("""() => [...document.querySelectorAll("*")].filter(one => {
        const style = getComputedStyle(one);
        return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none"; }).length""")
    assert moving == 0


def test_what_is_nowhere_has_a_page_that_says_what_to_do(phone: Page) -> None:
    answer = phone.goto(f"{closed_debate(phone)}/999999")
    assert answer is not None
    assert answer.status == 404
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert phone.locator("main a").count() >= 1
    assert "problem+json" not in answer.headers["content-type"]
