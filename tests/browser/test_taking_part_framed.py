"""Taking part inside the frame on a town's own page, from another site, in a real browser."""

import re
from typing import Final

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from tests.browser.accessibility import overflow, violations
from tests.browser.sites import Service, Town
from tests.builders import Town as Owner

ARGUMENT: Final = "L’ombre des arbres rafraîchit la rue, et les oiseaux reviennent."


def shown(page: Page, running: Service, site: Town, debate: str) -> FrameLocator:
    """The town's page with its one line, and the frame in it."""
    line = f'<script src="{running.url}/embed.js" data-debate="{debate}" data-number="1" async></script>'
    page.goto(site.page(f"/{debate}", line))
    return page.frame_locator("iframe")


def code_of(running: Service) -> str:
    """The code in the mail that was sent last."""
    return str(re.findall(r"\b\d{6}\b", running.letters.mails[-1].text)[0])


def sign_in(frame: FrameLocator, running: Service, email: str) -> None:
    """Sign in inside the frame, by code."""
    frame.get_by_role("link", name="Se connecter", exact=True).first.click()
    frame.locator("input[name=email]").fill(email)
    before = len(running.letters.mails)
    frame.locator("main form").first.get_by_role("button").first.click()
    expect(frame.locator("input[name=code]")).to_be_visible()
    assert len(running.letters.mails) == before + 1
    frame.locator("input[name=code]").fill(code_of(running))
    frame.locator("main form").first.get_by_role("button").first.click()


def test_somebody_signs_in_votes_and_argues_inside_the_frame(
    page: Page, running: Service, owner: Owner, site: Town, debate: str
) -> None:
    frame = shown(page, running, site, debate)
    sign_in(frame, running, "dans-le-cadre@citoyens.example")
    expect(frame.get_by_role("button", name="Se déconnecter")).to_be_visible()
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "framed-session"]
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "None")
    assert [one["name"] for one in page.context.cookies() if one["name"] == "session"] == []
    frame.get_by_role("button", name=re.compile("^D’accord")).click()
    expect(frame.locator("[aria-pressed=true], .mine, [aria-current=true]").first).to_be_visible()
    assert owner.anonymous.get(f"/debates/{debate}/posts/1").json()["tally"]["agree"] == 1
    frame.locator(".side.pro details.write > summary").click()
    frame.locator(".side.pro textarea[name=body]").fill(ARGUMENT)
    frame.locator(".side.pro button.primary").click()
    expect(frame.locator(".side.pro article")).to_contain_text("rafraîchit")
    thread = owner.anonymous.get(f"/debates/{debate}/contributions/1").json()
    assert [one["body"] for one in thread["arguments"]["pro"]] == [ARGUMENT]
    assert page.url.startswith(site.origin), "the town's page stands where it stood"
    frame.get_by_role("button", name="Se déconnecter").click()
    expect(frame.get_by_role("button", name="Se déconnecter")).to_have_count(0)
    assert [one for one in page.context.cookies() if one["name"] == "framed-session"] == []


def test_the_session_of_the_service_s_own_pages_is_not_that_of_the_frame(
    page: Page, running: Service, site: Town, debate: str
) -> None:
    api, own = f"{running.url}/api/v1/auth", {"Sec-Fetch-Site": "same-origin"}
    email = "chez-nous@citoyens.example"
    page.context.request.post(f"{api}/codes", data={"email": email}, headers=own)
    answer = page.context.request.post(
        f"{api}/sessions", data={"email": email, "code": code_of(running), "cookie": True}, headers=own
    )
    assert answer.status == 201
    frame = shown(page, running, site, debate)
    expect(frame.get_by_role("link", name="Se connecter", exact=True).first).to_be_visible()
    expect(frame.get_by_role("button", name="Se déconnecter")).to_have_count(0)


def without_cookies(route: Route) -> None:
    """What a browser does that keeps no cookie for a frame: it neither stores nor sends one."""
    headers = {name: value for name, value in route.request.headers.items() if name != "cookie"}
    answer = route.fetch(headers=headers, max_redirects=0)
    kept = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
    route.fulfill(response=answer, headers=kept)


def test_a_browser_that_keeps_no_cookie_for_frames_leads_through_a_window_and_back(
    page: Page, running: Service, owner: Owner, site: Town, debate: str
) -> None:
    page.context.route(re.compile(r"/embed/ville-exemple/"), without_cookies)
    frame = shown(page, running, site, debate)
    frame.get_by_role("link", name="Se connecter", exact=True).first.click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Participer dans une petite fenêtre")
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Ouvrir la fenêtre").click()
    window = opened.value
    window.wait_for_load_state()
    path = owner.anonymous.get(f"/debates/{debate}").json()["url"]
    expect(window).to_have_url(f"{path.replace(running.url, running.url + '/fr')}/1")
    owner.argument(debate, 1)  # what somebody does in the window
    window.close()
    page.bring_to_front()
    frame.locator("body").evaluate("() => dispatchEvent(new Event('focus'))")
    expect(frame.locator(".side.pro article")).to_have_count(1)


def test_without_script_the_frame_works_and_the_address_shows_a_page(
    browser: Browser, running: Service, site: Town, debate: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    source = f"{running.url}/embed/debates/{debate}/1?lang=fr"
    plain = f'<iframe src="{source}" title="Débat" width="600" height="900"></iframe>'
    page.goto(site.page("/sans-script", plain))
    frame = page.frame_locator("iframe")
    sign_in(frame, running, "sans-script@citoyens.example")
    expect(frame.get_by_role("button", name="Se déconnecter")).to_be_visible()
    page.goto(source)
    expect(page.get_by_role("heading", level=1)).to_have_text("Planter des arbres")
    context.close()


def test_the_keyboard_goes_into_the_frame_through_it_and_out_again(
    page: Page, running: Service, site: Town, debate: str
) -> None:
    line = f'<script src="{running.url}/embed.js" data-debate="{debate}" async></script>'
    page.goto(
        site.page(
            "/clavier", f'<a href="#avant" id="avant">Avant</a>{line}<a href="#apres" id="apres">Après</a>'
        )
    )
    page.frame_locator("iframe").get_by_role("heading", level=1).wait_for()
    page.locator("#avant").focus()
    inside, focused = 0, ""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.id || document.activeElement.tagName")
        inside += focused == "IFRAME"
        if focused == "apres":
            break
    assert focused == "apres", "no way out of the frame"
    assert inside > 5
    page.keyboard.press("Shift+Tab")
    page.wait_for_function("() => document.activeElement.tagName === 'IFRAME'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_in_a_narrow_frame_breaks_a_rule_or_runs_over(
    page: Page, running: Service, site: Town, debate: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 340, "height": 700})
    shown(page, running, site, debate).get_by_role("heading", level=1).wait_for()
    (frame,) = [one for one in page.frames if one.url.startswith(running.url)]
    frame.wait_for_load_state()
    assert violations(frame) == []
    assert overflow(frame) == []
