"""Working for an organisation in a real browser: decided and closed with the keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.sites import Service
from tests.browser.writing import press_until, signed_in
from tests.builders import SLUG, Town

RADIO = "input[name=measure]"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A narrow page without script, of somebody who reads French."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="fr-FR"
    )
    yield context.new_page()
    context.close()


def press(page: Page, selector: str) -> None:
    """Go to what the selector names with the Tab key, press it, and wait for the page that it leads to."""
    press_until(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    press_until(page, f"[name={name}]")
    page.keyboard.insert_text(text)


def test_a_moderator_decides_a_case_with_the_keyboard_alone(page: Page, running: Service, town: Town) -> None:
    debate = town.debate()
    number = town.contribution(debate, town.citizen("autrice"), title="Ma voisine")
    report = {"reason": "charter", "text": "Il insulte une personne."}
    town.citizen("voisine").post(f"/debates/{debate}/posts/{number}/reports", report)
    cases = town.moderator.get(f"/organisations/{SLUG}/moderation/cases?debate={debate}").json()["items"]
    signed_in(page, running, town.moderator)

    page.goto(f"{running.url}/moderation/{SLUG}")
    press(page, f"a[href$='{cases[0]['id']}']")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Contribution #{number}")
    press(page, "a[href$='/decide']")
    press_until(page, RADIO)
    page.keyboard.press("ArrowDown")
    press_until(page, "input[name=reason]")
    page.keyboard.press("Space")
    write(page, "reference", "Charte, article 4")
    write(page, "facts", "Le texte insulte une voisine.")
    write(page, "explanation", "La charte exclut les insultes.")
    press(page, "button[value=preview]")
    expect(page.get_by_role("heading", name="Ce que l’auteur lira")).to_be_visible()
    press(page, "button.primary")
    expect(page.get_by_role("status").first).to_contain_text("La décision est prise")
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["code"] == "post_hidden"


def test_an_organiser_closes_a_debate_in_two_steps_with_the_keyboard_alone(
    page: Page, running: Service, town: Town
) -> None:
    debate = town.debate()
    signed_in(page, running, town.organiser)
    page.goto(f"{running.url}/desk/{SLUG}/{debate}")
    press(page, "a[href$='/close']")
    press(page, "button.primary")
    # What is missing is said first, and leads to its field.
    expect(page.get_by_role("alert")).to_contain_text("Dites pourquoi")
    write(page, "reason", "Le conseil l’a décidé.")
    press(page, "button.primary")
    assert town.anonymous.get(f"/debates/{debate}").json()["phase"] == "open"
    press(page, "button[value=confirm]")
    expect(page.get_by_role("status").first).to_contain_text("Le débat est fermé")
    assert town.anonymous.get(f"/debates/{debate}").json()["phase"] == "closed"
