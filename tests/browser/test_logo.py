"""Logos in a real browser: its own pictures are taken as files without script, and shown without a shift."""

import base64
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.logos import ADDRESS
from tests.browser.accessibility import looked_at, violations
from tests.browser.sites import Service
from tests.browser.writing import follow, signed_in
from tests.builders import SLUG, Town
from tests.web.reader import address_of

SETTINGS: Final = f"/desk/{SLUG}/settings"
_DRAWN: Final = """kind => {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = 240; canvas.height = 80;
    const dye = pen.createLinearGradient(0, 0, 240, 0);
    dye.addColorStop(0, "rgba(15, 72, 104, 1)"); dye.addColorStop(1, "rgba(31, 111, 120, 0.4)");
    pen.fillStyle = dye; pen.fillRect(20, 10, 200, 60);
    return canvas.toDataURL(kind).split(",")[1];
}"""
_SHIFTS: Final = """() => new Promise(done => {
    let shifted = 0;
    new PerformanceObserver(list => list.getEntries().forEach(one => { shifted += one.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(shifted), 300);
})"""


@pytest.fixture
def quiet(browser: Browser, town: Town) -> Iterator[Page]:
    """A narrow page without script, of somebody who reads French; the town has no logo afterwards."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="fr-FR"
    )
    yield context.new_page()
    context.close()
    town.administrator.delete(ADDRESS)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_that_a_browser_made_is_sent_as_a_file_and_shown(
    page: Page, quiet: Page, running: Service, town: Town, kind: str
) -> None:
    page.goto(running.url)
    drawn = base64.b64decode(page.evaluate(_DRAWN, f"image/{kind}"))
    signed_in(quiet, running, town.administrator)
    quiet.goto(f"{running.url}{SETTINGS}/logo")
    quiet.set_input_files(
        "#field-image", {"name": f"logo.{kind}", "mimeType": f"image/{kind}", "buffer": drawn}
    )
    quiet.fill("#field-alt", "Un rectangle bleu")
    quiet.click("button.primary")
    quiet.wait_for_url(f"**{SETTINGS}?done=shown")

    page.goto(f"{running.url}{address_of(town.client, town.debate())}", wait_until="load")
    shown = page.locator("header img")
    assert shown.get_attribute("alt") == "Un rectangle bleu"
    size = shown.evaluate(
        "async one => { await one.decode(); return [one.naturalWidth, one.naturalHeight]; }"
    )
    assert size == [240, 80], "what was written anew is still the picture"
    assert page.evaluate(_SHIFTS) == 0
    assert violations(page) == []


@pytest.mark.slow
def test_pages_that_no_link_of_the_demonstration_leads_to_break_no_rule(
    browser: Browser, running: Service, town: Town
) -> None:
    page = browser.new_context(locale="fr-FR").new_page()
    signed_in(page, running, town.administrator)
    debate = town.debate(participation={"code": True})
    plain = town.debate()
    town.contribution(plain)
    for body in ("Le conseil étudie cette idée.", "Le conseil retient cette idée."):
        town.organiser.put(f"/debates/{plain}/posts/1/response", {"body": body})
    key = town.administrator.get(f"/organisations/{SLUG}/keys").json()["items"]
    if not key:
        new = {"name": "Site", "scopes": ["participation:write"]}
        key = [town.administrator.post(f"/organisations/{SLUG}/keys", new).json()]
    for path in (
        *(SETTINGS, f"{SETTINGS}/logo", f"/desk/{SLUG}/{debate}/codes", f"/desk/{SLUG}?phase=open"),
        *(f"/desk/{SLUG}/keys/{key[0]['id']}", f"{address_of(town.client, plain)}/1/response"),
    ):
        answer = page.goto(f"{running.url}{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert looked_at(page, path) == []
    page.goto(f"{running.url}/desk/{SLUG}/{debate}/codes")
    page.fill("#field-count", "12")
    follow(page, page.locator("button.primary"))
    expect(page.locator(".codes li")).to_have_count(12)
    assert looked_at(page, "new codes") == []
    page.emulate_media(media="print")
    printed = page.locator("body").inner_text().split("\n")
    kept = [line.strip() for line in printed if line.strip()]
    assert kept[1] == town.anonymous.get(f"/debates/{debate}").json()["title"]
    assert len(kept) == 2 + 12, "the heading, the debate and the codes"
    page.context.close()
