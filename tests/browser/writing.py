"""Somebody in front of a browser who signs in, writes and sends."""

import re
from typing import Final

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.sites import Service
from tests.builders import Caller

TEXT: Final = "On s’assied **à l’ombre**, ou l’on ne reste pas.\n\nVoilà tout."


def signed_in(page: Page, running: Service, caller: Caller) -> None:
    """Give the browser the cookie of somebody's session."""
    assert caller.token is not None
    page.context.add_cookies(
        [{"name": "session", "value": caller.token, "url": running.url, "httpOnly": True, "sameSite": "Lax"}]
    )


def sign_in(page: Page, running: Service, email: str) -> None:
    """Sign the browser's person in by a code, as a page of the service does."""
    api, own = f"{running.url}/api/v1/auth", {"Sec-Fetch-Site": "same-origin"}
    page.context.request.post(f"{api}/codes", data={"email": email}, headers=own)
    code = {"email": email, "code": last_code(running), "cookie": True}
    answer = page.context.request.post(f"{api}/sessions", data=code, headers=own)
    assert answer.status == 201, answer.text()


def last_code(running: Service) -> str:
    """The code of the last mail that left."""
    return str(re.findall(r"\b\d{6}\b", running.letters.mails[-1].text)[0])


def press_until(page: Page, selector: str, limit: int = 60) -> None:
    """Go on with the Tab key until what the selector names has the focus."""
    for _ in range(limit):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    message = f"the keyboard does not reach {selector}"
    raise AssertionError(message)


def follow(page: Page, link: Locator) -> None:
    """Press what leads to another page, and wait until all of that page is there."""
    with page.expect_navigation():
        link.click()


def enter_code(place: Page | FrameLocator, running: Service) -> None:
    """Fill in the code, once its field says that the mail has left."""
    field = place.locator("input[name=code]")
    expect(field).to_be_visible()
    field.fill(last_code(running))


def has_no_draft(page: Page) -> None:
    """Wait until nothing is kept on the device: what a page shows may be there before its script has run."""
    page.wait_for_function("() => Object.keys(localStorage).length === 0")


def draft(page: Page) -> str | None:
    """What is kept on the device, as it is written there."""
    found = page.evaluate("Object.keys(localStorage).map(name => localStorage[name]).join() || null")
    return None if found is None else str(found)
