"""The one line of HTML on a town's own page, in a real browser, from an origin of its own."""

from typing import Final

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.sites import Service, Town, town_site
from tests.builders import Town as Owner

ORIGINS: Final = "/organisations/ville-exemple/embed-origins"


@pytest.fixture(scope="module")
def debate(owner: Owner) -> str:
    """An open debate with a contribution (1), an argument on each side (2, 3)."""
    debate = owner.debate(title="Quelle place pour les arbres ?")
    owner.contribution(debate)
    for side in ("pro", "contra"):
        owner.argument(debate, 1, side)
    return debate


def line(running: Service, debate: str, **data: str) -> str:
    """The one line, with data attributes by name."""
    more = "".join(f' data-{name}="{value}"' for name, value in data.items())
    return f'<script src="{running.url}/embed.js" data-debate="{debate}"{more} async></script>'


def framed(page: Page, running: Service) -> Frame:
    """The frame of the debate, once it is there."""
    page.wait_for_function("document.querySelector('iframe')")
    frame = page.query_selector("iframe")
    assert frame is not None
    content = frame.content_frame()
    assert content is not None
    content.wait_for_url(f"{running.url}/**")  # every frame begins empty, and has loaded that first
    return content


def settled(page: Page, frame: Frame) -> float:
    """The height of the frame, once it is that of what it holds: it is said anew while that grows."""
    inside: float = frame.evaluate("document.documentElement.getBoundingClientRect().height")
    page.wait_for_function(
        "inside => Math.abs(document.querySelector('iframe').clientHeight - inside) <= 1", arg=inside
    )
    return inside


def test_one_line_shows_the_debate_where_it_stands(
    page: Page, running: Service, site: Town, debate: str
) -> None:
    page.goto(site.page("/une-ligne", line(running, debate)))
    frame = framed(page, running)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Quelle place pour les arbres ?")
    element = page.locator("iframe")
    expect(element).to_have_attribute("title", "Débat public")
    expect(element).to_have_attribute("lang", "fr")
    assert page.evaluate("document.querySelector('iframe').nextElementSibling.textContent") == "Fin."


def test_the_frame_is_as_tall_as_what_it_holds(page: Page, running: Service, site: Town, debate: str) -> None:
    page.goto(site.page("/hauteur", line(running, debate, height="50")))
    frame = framed(page, running)
    inside = settled(page, frame)
    assert inside > 100
    page.set_viewport_size({"width": 320, "height": 700})
    page.wait_for_function(
        "before => document.querySelector('iframe').clientHeight > before", arg=int(inside) + 1
    )


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("nl", "Publiek debat"),
        ("de-AT", "Öffentliche Debatte"),
        ("en", "Public debate"),
        ("it", "Débat public"),
    ],
)
def test_the_frame_speaks_the_language_of_the_page_around_it(
    page: Page, running: Service, site: Town, debate: str, lang: str, expected: str
) -> None:
    page.goto(site.page(f"/langue-{lang}", line(running, debate), lang=lang))
    frame = framed(page, running)
    expect(page.locator("iframe")).to_have_attribute("title", expected)
    known = lang[:2] if lang != "it" else frame.evaluate("document.documentElement.lang")
    assert frame.evaluate("document.documentElement.lang") == known


def test_title_and_language_can_be_said(page: Page, running: Service, site: Town, debate: str) -> None:
    said = line(running, debate, lang="en", title="Trees in our town")
    page.goto(site.page("/dit", said))
    frame = framed(page, running)
    expect(page.locator("iframe")).to_have_attribute("title", "Trees in our town")
    assert frame.evaluate("document.documentElement.lang") == "en"


def test_two_lines_show_two_debates_each_of_its_own_height(
    page: Page, running: Service, site: Town, owner: Owner, debate: str
) -> None:
    other = owner.debate(title="Et les bancs ?")
    page.goto(site.page("/deux", line(running, debate) + line(running, other)))
    page.wait_for_function("document.querySelectorAll('iframe').length === 2")
    sources = page.eval_on_selector_all("iframe", "all => all.map(one => one.src)")
    assert {debate in sources[0], other in sources[1]} == {True}


def test_only_the_frame_itself_says_how_tall_it_is(
    page: Page, running: Service, site: Town, debate: str
) -> None:
    """A message of another origin, or of another window of any origin, changes nothing."""
    page.goto(site.page("/message", line(running, debate)))
    settled(page, framed(page, running))
    before = page.locator("iframe").evaluate("one => one.style.height")
    page.evaluate(
        """service => new Promise(done => {
        const said = {type: "consultation:size", height: 9999};
        window.postMessage(said, "*");
        window.dispatchEvent(new MessageEvent("message", {data: said, origin: service, source: window}));
        const other = document.createElement("iframe");
        other.srcdoc = "<p>Autre cadre</p>";
        other.onload = () => {
            window.dispatchEvent(
                new MessageEvent("message", {data: said, origin: service, source: other.contentWindow}));
            setTimeout(done, 0);
        };
        document.body.append(other);
    })""",
        running.url,
    )
    assert page.locator("iframe").first.evaluate("one => one.style.height") == before


@pytest.mark.parametrize("height", ["-1", "NaN", "Infinity", "'5000px'", "null", "{}"])
def test_a_height_that_is_none_is_not_taken(
    page: Page, running: Service, site: Town, debate: str, height: str
) -> None:
    page.goto(site.page("/hauteurs", line(running, debate)))
    frame = framed(page, running)
    settled(page, frame)
    before = page.locator("iframe").evaluate("one => one.clientHeight")
    page.evaluate("addEventListener('message', () => { window.heard = true; })")
    frame.evaluate(f"parent.postMessage({{type: 'consultation:size', height: {height}}}, '*')")
    page.wait_for_function("() => window.heard")
    assert page.locator("iframe").evaluate("one => one.clientHeight") in {before, 100_000}


def test_where_the_browser_shows_no_frame_a_link_takes_its_place(
    page: Page, running: Service, debate: str, owner: Owner
) -> None:
    with town_site("localhost") as unlisted:
        page.clock.install()
        page.goto(unlisted.page("/refus", line(running, debate)))
        page.wait_for_function("document.querySelector('iframe')")
        page.wait_for_load_state()
        page.clock.run_for(10_000)
        link = page.get_by_role("link", name="Ouvrir le débat dans une page à part")
        link.wait_for()
        assert page.locator("iframe").count() == 0
        link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quelle place pour les arbres ?")


@pytest.mark.parametrize("debate_id", ["", "1", "javascript:alert(1)", "../../api/v1/debates"])
def test_what_is_no_id_of_a_debate_makes_no_frame(
    page: Page, running: Service, site: Town, debate_id: str
) -> None:
    page.goto(site.page("/faux", line(running, debate_id)), wait_until="networkidle")
    assert page.locator("iframe").count() == 0


def test_a_page_with_a_strict_policy_needs_the_service_in_two_places(
    page: Page, running: Service, site: Town, debate: str
) -> None:
    policy = f"default-src 'none'; script-src {running.url}; frame-src {running.url}"
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(site.page("/politique", line(running, debate), policy=policy))
    expect(framed(page, running).get_by_role("heading", level=1)).to_be_visible()
    assert [text for text in said if "Content Security Policy" in text] == []
