"""Pages of what nobody expects: long words and titles, thirty themes, nothing at all; and all on paper."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import violations
from tests.browser.legibility import without_room
from tests.browser.sites import Service
from tests.builders import SLUG, Town

WORD: Final = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
LINK: Final = f"https://example.org/{'un-chemin-sans-fin/' * 12}?q={'x' * 120}"
TITLE: Final = (
    f"Que penser de {WORD} et de tout ce qui s’ensuit pour chacune et chacun d’entre nous ? {WORD * 2}"
)
BODY: Final = f"""{WORD * 3} {LINK}

1. {WORD}
2. [{LINK}]({LINK})

> {WORD * 2}

`{"code_sans_espace" * 10}`
"""


@pytest.fixture(scope="module")
def town(town: Town) -> Town:
    """A town whose people write at length."""
    themes = [{"slug": f"axe-{one}", "title": f"{WORD} {one}", "description": WORD * 2} for one in range(30)]
    town.debate(slug="vide", title=TITLE, themes=themes)
    debate = town.debate(slug="long", title=TITLE, themes=themes)
    author = town.citizen("prolixe")
    assert author.patch("/me", {"name": "Nomsansespace" * 7}).status_code == 200
    number = town.contribution(debate, author, title=f"{WORD * 2} #", body=BODY, theme="axe-29")
    thread = f"/debates/{debate}/contributions/{number}"
    for side in ("pro", "contra"):
        answer = author.post(f"{thread}/arguments", {"side": side, "body": f"{BODY} {side}"})
        assert answer.status_code == 201, answer.text
    source = {"title": WORD, "link": LINK, "note": WORD * 3}
    assert author.post(f"{thread}/sources", source).status_code == 201
    gone = town.argument(debate, number, "pro", author)
    assert author.post(f"/debates/{debate}/posts/{gone}/withdrawal").status_code in (200, 201)
    return town


@pytest.fixture
def page(browser: Browser, running: Service, town: Town) -> Iterator[Page]:
    """A page in a fresh profile, of somebody who reads French."""
    assert town.client is not None
    context = browser.new_context(locale="fr-FR", base_url=running.url)
    yield context.new_page()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        *("", "/vide", "/vide/statistics", "/vide/print", "/vide/contribute", "/vide/follow", "/long"),
        *(
            "/long/1",
            "/long/1/arguments",
            "/long/1/revisions",
            "/long/1/report",
            "/long/1/notice",
            "/long/print",
        ),
        *("/long/statistics", "/long?q=introuvable"),
    ],
)
def test_whatever_people_write_no_page_breaks(page: Page, path: str) -> None:
    page.goto(f"/fr/{SLUG}{path}")
    assert violations(page) == []
    assert without_room(page) == []


def test_a_debate_on_paper_has_its_numbers_no_controls_and_every_address(page: Page) -> None:
    page.goto(f"/fr/{SLUG}/long/print")
    page.emulate_media(media="print")
    # As wide as A4 between its margins: nothing is cut off there.
    page.set_viewport_size({"width": 642, "height": 970})
    for part in ("header.site", "footer.site", "nav", "form", "button", ".instruction"):
        assert not any(one.is_visible() for one in page.locator(part).all()), part
    for number in range(1, 6):
        assert page.get_by_text(f"#{number}", exact=False).first.is_visible()
    assert page.get_by_text(LINK).first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 642
    kept = page.evaluate("""() => [...document.querySelectorAll("h1, h2, h3, .meta")]
        .filter(one => getComputedStyle(one).breakAfter !== "avoid").length""")
    assert kept == 0, "no heading stands at the foot of a sheet without its text"
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    assert 2 <= sheets <= 8
