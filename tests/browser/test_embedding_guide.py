"""Every example of `docs/embedding.md`, pasted into a page of another origin and opened there."""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.sites import Service, Town
from tests.builders import Town as Owner

GUIDE: Final = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text("utf-8")
EXAMPLES: Final = dict(re.findall(r"<!-- example: (.+?) -->\n```html\n(.+?)```", GUIDE, re.DOTALL))
TITLE: Final = "Quelle place pour les arbres ?"
STRICT: Final = "strict policy"


@pytest.fixture(scope="module")
def debate(owner: Owner) -> str:
    """A debate with a contribution."""
    debate = owner.debate(title=TITLE)
    owner.contribution(debate)
    return debate


def pasted(text: str, running: Service, debate: str) -> str:
    """An example with the address of the service and the id of the debate as they are here."""
    return text.replace("https://debates.example.org", running.url).replace("ID", debate)


def test_the_guide_has_an_example_for_each_way() -> None:
    assert set(EXAMPLES) == {"one line", "without script", "one contribution", "plain frame", STRICT}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_shows_the_debate_on_another_site(
    page: Page, running: Service, site: Town, debate: str, name: str
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    policy = None
    if name == STRICT:
        (named,) = re.findall(r"`(script-src .+?; frame-src .+?)`", GUIDE)
        policy = f"default-src 'none'; {pasted(named, running, debate)}"
    page.goto(site.page(f"/{name.replace(' ', '-')}", pasted(EXAMPLES[name], running, debate), policy=policy))
    expected = "Planter des arbres" if name == "one contribution" else TITLE
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text(expected)
    assert page.locator("iframe").get_attribute("title")
    assert [text for text in said if "Content Security Policy" in text or "Refused" in text] == []


def test_without_script_the_example_leads_to_a_page(
    browser: Browser, running: Service, site: Town, debate: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.page("/sans", pasted(EXAMPLES["without script"], running, debate)))
    page.get_by_role("link", name="Participer au débat").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    context.close()


def test_what_oembed_answers_shows_the_debate_on_another_site(
    page: Page, running: Service, owner: Owner, site: Town, debate: str
) -> None:
    url = owner.anonymous.get(f"/debates/{debate}").json()["url"]
    page.goto(url)
    discovery = page.locator("link[type='application/json+oembed']").get_attribute("href")
    assert discovery is not None
    frame = page.context.request.get(discovery).json()["html"]
    page.goto(site.page("/oembed", frame))
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text(TITLE)
