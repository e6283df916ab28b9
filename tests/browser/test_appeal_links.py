"""Answering a decision by the link of the message in a real browser, with script and without."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from consultation.application.notices.links import APPEAL
from tests.api.bodies import RULING
from tests.browser.accessibility import looked_at
from tests.browser.sites import Service
from tests.builders import NOW, SLUG, Town

CASES = f"/organisations/{SLUG}/moderation/cases"
ANSWER = "Cette phrase rapporte ce que tout le monde a entendu."
SEND = "Envoyer le recours"


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page(browser: Browser, script: bool) -> Iterator[Page]:  # noqa: FBT001 - a case
    context = browser.new_context(java_script_enabled=script, locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.fixture
def case(town: Town) -> str:
    """The id of a decision that hid a post."""
    debate = town.debate()
    number = town.contribution(debate, town.citizen("autrice"))
    report = {"reason": "illegal", "text": "Ce texte menace une personne."}
    town.citizen("voisine").post(f"/debates/{debate}/posts/{number}/reports", report)
    (found,) = town.moderator.get(f"{CASES}?debate={debate}").json()["items"]
    assert town.moderator.post(f"{CASES}/{found['id']}/decisions", RULING).status_code in {200, 201}
    return str(found["id"])


@pytest.fixture
def link(running: Service, case: str) -> str:
    """As messages have it."""
    services = running.services
    return services.links.appeal(services.sealed_links.seal(APPEAL, NOW + timedelta(days=30), case))


def state(town: Town, case: str) -> str:
    return str(town.moderator.get(f"{CASES}/{case}").json()["state"])


def test_an_answer_that_is_too_short_stays_with_what_is_wrong_beside_it_until_it_is_taken(
    page: Page, town: Town, case: str, link: str
) -> None:
    page.goto(link)
    field = page.locator("#field-text")
    field.fill("Non.")
    page.get_by_role("button", name=SEND).click()
    expect(page.locator("#summary")).to_be_focused()
    expect(field).to_have_value("Non.")
    expect(field).to_have_accessible_description(re.compile("au moins 20 caractères"))
    expect(page.locator("#fault-text")).to_be_visible()
    assert state(town, case) == "decided"
    field.fill(ANSWER)
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_text("Votre recours est enregistré.")).to_be_visible()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    assert state(town, case) == "appealed"
    page.goto(link)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_role("button", name=SEND)).to_have_count(0)


def test_an_answer_that_comes_when_the_link_has_ended_stands_for_copying(
    page: Page,
    running: Service,
    town: Town,
    case: str,
    link: str,
    script: bool,  # noqa: FBT001 - a case
) -> None:
    page.goto(link)
    page.locator("#field-text").fill(ANSWER)
    now = running.clock.now
    running.clock.set(NOW + timedelta(days=31))
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lien non valable")
    running.clock.set(now)
    kept = page.locator("textarea")
    expect(kept).to_have_value(ANSWER)
    expect(kept).not_to_be_editable()
    if script:  # by which the rules are looked at
        assert looked_at(page, "an answer too late") == []
    assert state(town, case) == "decided"
