"""Pages that no link of the demonstration leads to: behind the links of messages, asked by code, said anew.

The crawl of `test_accessibility.py` walks by links, as people do; these are reached by a message, by a
debate that asks for codes, or after an official text was changed. They are held to the same.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from playwright.sync_api import Page

from consultation.application.notices.links import APPEAL
from consultation.localisation.languages import Language
from tests.api.bodies import RULING
from tests.browser.accessibility import WIDE, looked_at, tabbed
from tests.browser.legibility import without_room
from tests.browser.sites import Service
from tests.browser.writing import follow, signed_in
from tests.builders import NOW, SLUG, Town

CASES: Final = f"/organisations/{SLUG}/moderation/cases"
ANSWER: Final = "Cette phrase rapporte ce que tout le monde a entendu."


@pytest.fixture(scope="module")
def appeals(running: Service, owner: Town) -> list[str]:
    """Links to two decisions: one that can be answered, and one that was."""
    debate = owner.debate(slug="recours")
    found = []
    for name in ("answers-later", "answered"):
        author = owner.citizen(name)
        number = owner.contribution(debate, author)
        report = {"reason": "illegal", "text": "Ce texte menace une personne."}
        owner.citizen("voisine").post(f"/debates/{debate}/posts/{number}/reports", report)
        (case,) = owner.moderator.get(f"{CASES}?debate={debate}&state=open").json()["items"]
        assert owner.moderator.post(f"{CASES}/{case['id']}/decisions", RULING).status_code in {200, 201}
        if name == "answered":
            sent = author.post(f"/appeals/{case['id']}", {"text": ANSWER})
            assert sent.status_code == 201, sent.text
        until = NOW + timedelta(days=30)
        found.append(f"/appeals/{running.services.sealed_links.seal(APPEAL, until, case['id'])}")
    return found


@pytest.fixture(scope="module")
def versions(owner: Town) -> list[str]:
    """A response and an outcome that were said anew."""
    debate = owner.debate(slug="reponses")
    owner.contribution(debate)
    for body in ("Le conseil étudie cette idée.", "Le conseil **retient** cette idée.\n\n- au printemps"):
        owner.organiser.put(f"/debates/{debate}/posts/1/response", {"body": body})
    owner.organiser.post(f"/debates/{debate}/closure", {"reason": "Fini."})
    for body in ("Neuf idées sont retenues.", "Dix idées sont retenues."):
        owner.organiser.put(f"/debates/{debate}/outcome", {"body": body})
    return [f"/{SLUG}/reponses/1/response", f"/{SLUG}/reponses/outcome"]


@pytest.fixture(scope="module")
def asking(owner: Town) -> str:
    """The id of a debate that asks for codes, of which some were made."""
    debate = owner.debate(slug="codes", participation={"code": True})
    owner.codes(debate, 3)
    return debate


@pytest.fixture(scope="module")
def sent_to(owner: Town) -> str:
    """The id of a webhook to which something was sent."""
    path = f"/organisations/{SLUG}/webhooks"
    made = owner.administrator.post(path, {"url": "https://hooks.example.org/debats"}).json()
    tried = owner.administrator.post(f"{path}/{made['id']}/ping")
    assert tried.status_code in {200, 201, 202}, tried.text
    return str(made["id"])


@pytest.fixture(scope="module")
def addresses(appeals: list[str], versions: list[str], asking: str, sent_to: str) -> dict[str, list[str]]:
    """Where somebody gets to, by who it is."""
    return {
        "visitor": [*appeals, *versions],
        "citizen": [f"/{SLUG}/codes/code"],
        "organiser": [f"/desk/{SLUG}/{asking}/codes"],
        "administrator": [f"/desk/{SLUG}/webhooks/{sent_to}"],
    }


def opened(
    page: Page, running: Service, owner: Town, addresses: dict[str, list[str]], language: Language
) -> Iterator[str]:
    """Every rare page in turn, then what its form answers, for whoever it is meant for."""
    people = {
        "visitor": None,
        "citizen": owner.citizen("un-code"),
        "organiser": owner.organiser,
        "administrator": owner.administrator,
    }
    for who, caller in people.items():
        page.context.clear_cookies()
        if caller is not None:
            signed_in(page, running, caller)
        for path in addresses[who]:
            page.goto(f"{running.url}/{language.value}{path}")
            assert page.locator("html").get_attribute("lang") == language.value
            assert page.locator("h1").count() == 1, page.title()
            yield path
            if page.locator("main form.form").count() == 0:
                continue
            page.set_viewport_size({"width": WIDE, "height": 800})
            for field, words in (("count", "24"), ("note", "Quartier nord"), ("code", "ABCDE")):
                if page.locator(f"#field-{field}").count():
                    page.locator(f"#field-{field}").fill(words)
            follow(page, page.locator("main form.form button.primary").last)
            page.locator("#summary, ul.codes").wait_for()
            yield f"{path}, sent"


@pytest.mark.parametrize("language", Language)
def test_pages_that_no_link_leads_to_break_no_rule_that_a_machine_can_check(
    page: Page, running: Service, owner: Town, addresses: dict[str, list[str]], language: Language
) -> None:
    met = []
    wrong = []
    for path in opened(page, running, owner, addresses, language):
        met.append(path)
        wrong += looked_at(page, path)
    assert wrong == []
    assert len([path for path in met if path.endswith(", sent")]) == 3, met


def test_they_hold_however_readers_set_the_text(
    page: Page, running: Service, owner: Town, addresses: dict[str, list[str]]
) -> None:
    found = opened(page, running, owner, addresses, Language.DE)
    assert [f"{path} {one}" for path in found for one in without_room(page)] == []


def test_they_can_be_walked_through_with_the_tab_key(
    page: Page, running: Service, owner: Town, addresses: dict[str, list[str]]
) -> None:
    found = opened(page, running, owner, addresses, Language.FR)
    assert [f"{path} {one}" for path in found for one in tabbed(page)] == []
