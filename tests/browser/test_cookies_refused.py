"""Browsers that really refuse cookies of third parties, with the debate framed on a town's own page.

`test_taking_part_framed.py` imitates them. Here the profile says what its person has set: one that refuses
cookies of third parties as browsers do, which lets partitioned ones through, and one that refuses the
service every cookie inside the town's page.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import FrameLocator, Page, expect, sync_playwright

from tests.browser.chromium import FLAGS
from tests.browser.sites import HOST, Service, Town
from tests.browser.writing import enter_code
from tests.builders import Town as Owner

BLOCK: Final = 2
REFUSES_THIRD_PARTIES: Final = {"block_third_party_cookies": True, "cookie_controls_mode": 1}
"""Chromium's preferences for "block third-party cookies"."""
REFUSES_THE_FRAME: Final = {
    "content_settings": {
        "exceptions": {"cookies": {f"http://{HOST},http://localhost": {"setting": BLOCK}}},
    },
}
"""No cookie of the service while the address of the window is the town's; by itself it has its cookies."""


@contextmanager
def profile(executable: str, folder: Path, preferences: dict[str, Any]) -> Iterator[Page]:
    """A page of a browser whose person has set these preferences before."""
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps({"profile": preferences}), "utf-8")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=executable, args=list(FLAGS), locale="fr-FR"
        )
        yield context.pages[0]
        context.close()


def shown(page: Page, running: Service, site: Town, debate: str) -> FrameLocator:
    """The town's page with its one line, and the frame in it."""
    line = f'<script src="{running.url}/embed.js" data-debate="{debate}" data-number="1" async></script>'
    page.goto(site.page(f"/{debate}", line))
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", level=1).wait_for()
    return frame


def keeps(frame: FrameLocator, *attributes: str) -> bool:
    """Does the browser keep a cookie that the frame sets with these attributes?"""
    cookie = "; ".join(("tried=1", "SameSite=None", "Secure", *attributes))
    script = "(body, cookie) => { document.cookie = cookie; return document.cookie.includes('tried=1'); }"
    return bool(frame.locator("body").evaluate(script, cookie))


def sign_in(place: FrameLocator | Page, running: Service, email: str) -> None:
    """Sign in by code, in a frame or a window."""
    place.get_by_role("link", name="Se connecter", exact=True).first.click()
    place.locator("input[name=email]").fill(email)
    place.get_by_role("button", name="Recevoir un code").click()
    enter_code(place, running)
    place.get_by_role("button", name="Se connecter").click()


def agreed(owner: Owner, debate: str) -> int:
    return int(owner.anonymous.get(f"/debates/{debate}/posts/1").json()["tally"]["agree"])


def test_where_cookies_of_third_parties_are_refused_one_takes_part_inside_the_frame(
    executable: str, tmp_path: Path, running: Service, owner: Owner, site: Town, debate: str
) -> None:
    with profile(executable, tmp_path / "profile", REFUSES_THIRD_PARTIES) as page:
        frame = shown(page, running, site, debate)
        assert not keeps(frame), "the profile refuses what it should"
        assert keeps(frame, "Partitioned")
        sign_in(frame, running, "sans-tiers@citoyens.example")
        expect(frame.get_by_role("button", name="Se déconnecter")).to_be_visible()
        frame.get_by_role("button", name=re.compile("^D’accord")).click()
        expect(frame.locator("[aria-pressed=true]")).to_be_visible()
        assert agreed(owner, debate) == 1
        assert page.url.startswith(site.origin), "the town's page stands where it stood"


def test_where_every_cookie_of_the_frame_is_refused_one_takes_part_in_a_window_and_returns(
    executable: str, tmp_path: Path, running: Service, owner: Owner, site: Town, debate: str
) -> None:
    with profile(executable, tmp_path / "profile", REFUSES_THE_FRAME) as page:
        frame = shown(page, running, site, debate)
        assert not keeps(frame, "Partitioned"), "the profile refuses what it should"
        frame.get_by_role("link", name="Se connecter", exact=True).first.click()
        expect(frame.get_by_role("heading", level=1)).to_have_text("Participer dans une petite fenêtre")
        with page.expect_popup() as opened:
            frame.get_by_role("link", name="Ouvrir la fenêtre").click()
        window = opened.value
        window.wait_for_load_state()
        sign_in(window, running, "sans-cookie@citoyens.example")
        window.get_by_role("button", name=re.compile("^D’accord")).click()
        expect(window.locator("[aria-pressed=true]")).to_be_visible()
        window.close()
        page.bring_to_front()
        frame.locator("body").evaluate("() => dispatchEvent(new Event('focus'))")
        expect(frame.locator("button[value=agree] .figure")).to_contain_text("1")
        assert agreed(owner, debate) == 1
