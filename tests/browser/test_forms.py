"""Taking part in a real browser: by keyboard alone, without script, and when things go wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.sites import Service
from tests.browser.writing import (
    TEXT,
    draft,
    enter_code,
    has_no_draft,
    last_code,
    press_until,
    signed_in,
)
from tests.builders import CLOSES_AT, Town
from tests.identity_provider import identity_server


@pytest.fixture
def debate(town: Town) -> str:
    return town.debate()


@pytest.fixture
def address(running: Service, town: Town, debate: str) -> str:
    """The address of the debate's page."""
    return str(town.anonymous.get(f"/debates/{debate}").json()["url"])


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A narrow page in a browser without script."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="fr-FR"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh profile, of somebody who reads French."""
    context = browser.new_context(locale="fr-FR")
    yield context.new_page()
    context.close()


def counts(town: Town, debate: str) -> dict[str, int]:
    found: dict[str, int] = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    return found


def write(page: Page, title: str = "Un banc sous chaque arbre", body: str = TEXT) -> None:
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Votre contribution").fill(body)


def test_without_script_somebody_writes_signs_in_and_posts(
    plain: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    plain.goto(address)
    plain.get_by_role("link", name="Contribuer").click()
    write(plain)
    plain.get_by_role("button", name="Publier").click()
    plain.get_by_label("Adresse électronique").fill("sans-script@citoyens.example")
    plain.get_by_role("button", name="Recevoir un code").click()
    enter_code(plain, running)
    plain.get_by_role("button", name="Se connecter").click()
    expect(plain.get_by_text("Voilà tout.")).to_be_visible()
    plain.get_by_role("button", name="Envoyer").click()
    expect(plain.get_by_text("Votre contribution est publiée")).to_be_visible()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Un banc sous chaque arbre")
    assert plain.locator(".text strong").first.text_content() == "à l’ombre"
    assert counts(town, debate)["contributions"] == 1
    width: Any = plain.locator("body").bounding_box()
    assert width["width"] <= 360


def test_by_keyboard_alone_somebody_signs_in_argues_and_votes(
    page: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    number = town.contribution(debate)
    page.goto(f"{address}/{number}")
    press_until(page, "a[href*='/sign-in']")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Adresse électronique")).to_be_visible()
    press_until(page, "#field-email")
    page.keyboard.type("clavier@citoyens.example")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code à six chiffres")).to_be_visible()
    press_until(page, "#field-code")
    page.keyboard.type(last_code(running))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Participant")).to_be_visible()
    press_until(page, "button[value='agree']")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Votre vote est compté.")).to_be_visible()
    expect(page.get_by_role("button", name="D’accord", pressed=True)).to_be_visible()
    press_until(page, ".contra summary:not(:has(h2))")
    page.keyboard.press("Enter")
    press_until(page, "#field-contra-body")
    page.keyboard.type("Et les racines ?")
    press_until(page, ".contra button.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Votre argument est publié")).to_be_visible()
    assert (counts(town, debate)["arguments_contra"], counts(town, debate)["votes"]) == (1, 1)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_focus_is_on_the_summary_of_a_refused_form_which_leads_to_the_field(
    browser: Browser,
    running: Service,
    town: Town,
    address: str,
    script: bool,  # noqa: FBT001 - a case
) -> None:
    context = browser.new_context(java_script_enabled=script, locale="fr-FR")
    page = context.new_page()
    signed_in(page, running, town.citizen("resume"))
    page.goto(f"{address}/contribute")
    write(page, title="Non")
    page.get_by_role("button", name="Publier").click()
    expect(page.locator("#summary")).to_be_focused()
    expect(page.get_by_label("Votre contribution")).to_have_value(TEXT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#field-title:target")).to_be_visible()
    assert page.title().startswith("Erreur – ")
    context.close()


def test_a_draft_outlives_a_closed_page_and_ends_with_its_publication(
    page: Page, running: Service, town: Town, address: str
) -> None:
    signed_in(page, running, town.citizen("brouillon"))
    page.goto(f"{address}/contribute")
    write(page)
    page.goto(address)
    assert "Voilà tout." in (draft(page) or "")
    page.goto(f"{address}/contribute")
    expect(page.get_by_text("Un brouillon était gardé")).to_be_visible()
    expect(page.get_by_label("Votre contribution")).to_have_value(TEXT)
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Votre contribution est publiée")).to_be_visible()
    has_no_draft(page)
    page.goto(f"{address}/contribute")
    expect(page.get_by_label("Votre contribution")).to_have_value("")


def test_a_refused_draft_outlives_a_look_back_at_what_was_published_before(
    page: Page, running: Service, town: Town, address: str
) -> None:
    signed_in(page, running, town.citizen("retour"))
    page.goto(f"{address}/contribute")
    write(page)
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Votre contribution est publiée")).to_be_visible()
    published = page.url
    page.goto(f"{address}/contribute")
    write(page, title="Non")
    page.get_by_role("button", name="Publier").click()
    expect(page.locator("#summary")).to_be_focused()
    page.goto(published)
    assert "Voilà tout." in (draft(page) or "")


def test_a_draft_can_be_thrown_away(page: Page, address: str) -> None:
    page.goto(f"{address}/contribute")
    write(page)
    page.reload()
    page.get_by_role("button", name="Effacer le brouillon").click()
    expect(page.get_by_label("Titre")).to_have_value("")
    expect(page.get_by_label("Titre")).to_be_focused()
    has_no_draft(page)


def test_signing_out_leaves_no_draft_on_the_device(
    page: Page, running: Service, town: Town, address: str
) -> None:
    signed_in(page, running, town.citizen("bibliothèque"))
    page.goto(f"{address}/contribute")
    write(page)
    page.goto(f"{running.url}/account")
    assert draft(page) is not None
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Vous n’êtes plus connecté")).to_be_visible()
    has_no_draft(page)


def test_a_draft_is_dropped_after_signing_in_on_the_way_too(
    page: Page, running: Service, address: str
) -> None:
    page.goto(f"{address}/contribute")
    write(page)
    page.get_by_role("button", name="Publier").click()
    page.get_by_label("Adresse électronique").fill("detour@citoyens.example")
    page.get_by_role("button", name="Recevoir un code").click()
    enter_code(page, running)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Votre contribution est publiée")).to_be_visible()
    has_no_draft(page)


def test_a_draft_of_an_edit_does_not_pass_over_what_was_edited_elsewhere_since(
    page: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    author = town.citizen("deux-appareils")
    number = town.contribution(debate, author)
    signed_in(page, running, author)
    page.goto(f"{address}/{number}/edit")
    page.get_by_label("Titre").fill("Le titre du téléphone")
    page.goto(address)
    author.patch(f"/debates/{debate}/posts/{number}", {"title": "Le titre de l’ordinateur"})
    page.goto(f"{address}/{number}/edit")
    expect(page.get_by_label("Titre")).to_have_value("Le titre du téléphone")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Le titre de l’ordinateur")).to_be_visible()
    expect(page.get_by_label("Titre")).to_have_value("Le titre du téléphone")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Votre modification")).to_be_visible()


def test_characters_are_counted_while_one_writes_as_the_service_counts(page: Page, address: str) -> None:
    page.goto(f"{address}/contribute")
    line = page.locator("#count-title")
    page.get_by_label("Titre").fill("été")
    expect(line).to_have_text("Encore 2 caractères au moins.")
    page.get_by_label("Titre").fill("  e\u0301te\u0301 👩‍🌾  ")
    expect(line).to_have_text("Il reste 193 caractères.")
    page.get_by_label("Titre").fill("x" * 201)
    expect(line).to_have_text("1 caractère de trop.")
    expect(line).to_have_class("count wrong")


def test_a_double_click_gives_one_post(
    page: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    signed_in(page, running, town.citizen("double"))
    page.goto(f"{address}/contribute")
    write(page)
    page.get_by_role("button", name="Publier").dblclick()
    expect(page.get_by_text("Votre contribution est publiée")).to_be_visible()
    assert counts(town, debate)["contributions"] == 1


def test_the_line_breaks_after_sending_and_sending_again_finds_the_one_post(
    page: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    signed_in(page, running, town.citizen("coupure"))
    page.goto(f"{address}/contribute")
    write(page)

    def deaf(route: Route) -> None:
        route.fetch(max_redirects=0)  # it arrives, and the answer is lost
        route.abort("connectionreset")

    page.route("**/contribute", deaf)
    page.get_by_role("button", name="Publier").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/contribute")
    assert counts(town, debate)["contributions"] == 1
    page.goto(f"{address}/contribute")
    expect(page.get_by_label("Votre contribution")).to_have_value(TEXT)
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Votre contribution est publiée")).to_be_visible()
    assert counts(town, debate)["contributions"] == 1
    has_no_draft(page)


def test_the_line_is_away_while_sending_and_nothing_is_lost(
    page: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    signed_in(page, running, town.citizen("hors-ligne"))
    page.goto(f"{address}/contribute")
    write(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Publier").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(f"{address}/contribute")
    expect(page.get_by_label("Titre")).to_have_value("Un banc sous chaque arbre")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Votre contribution est publiée")).to_be_visible()
    assert counts(town, debate)["contributions"] == 1


def test_the_back_button_after_publishing_does_not_publish_again(
    page: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    signed_in(page, running, town.citizen("retour"))
    page.goto(f"{address}/contribute")
    write(page)
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("Votre contribution est publiée")).to_be_visible()
    page.go_back()
    write(page)
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_role("alert")).to_contain_text("Vous avez déjà publié ce texte")
    assert counts(town, debate)["contributions"] == 1


def test_two_tabs_keep_two_arguments_apart(
    page: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    signed_in(page, running, town.citizen("onglets"))
    number = town.contribution(debate)
    page.goto(f"{address}/{number}/argue?side=pro")
    other = page.context.new_page()
    other.goto(f"{address}/{number}/argue?side=contra")
    page.get_by_label("Votre argument").last.fill("L’ombre en été.")
    other.get_by_label("Votre argument").last.fill("Les racines sous le trottoir.")
    page.get_by_role("button", name="Publier").click()
    other.get_by_role("button", name="Publier").click()
    for tab in (page, other):
        expect(tab.get_by_text("Votre argument est publié")).to_be_visible()
    found = counts(town, debate)
    assert (found["arguments_pro"], found["arguments_contra"]) == (1, 1)


def test_a_text_that_comes_too_late_can_be_copied(
    page: Page, running: Service, town: Town, address: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    # Whose page hears of the close has no button any more: this one has lost its connection.
    page.route("**/events?*", lambda route: route.abort())
    signed_in(page, running, town.citizen("tard"))
    page.goto(f"{address}/contribute")
    write(page)
    now = running.clock.now
    running.clock.set(CLOSES_AT)
    try:
        page.get_by_role("button", name="Publier").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre texte n’a pas pu être publié")
        expect(page.get_by_text("mardi 31 mars 2026 à 18:00").first).to_be_visible()
        page.get_by_role("button", name="Copier le texte").last.click()
        expect(page.get_by_text("Le texte est copié.")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == TEXT
        assert "Voilà tout." in (draft(page) or ""), "kept until it is published or thrown away"
    finally:
        running.clock.set(now)


def test_a_text_waits_while_its_author_signs_in_at_a_provider_in_another_tab(
    plain: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    issuer = identity_server().issuer("instance")
    issuer.subject = "quelqu’un d’autre part"
    plain.goto(f"{address}/contribute")
    write(plain)
    plain.get_by_role("button", name="Publier").click()
    with plain.expect_popup() as opened:
        plain.get_by_role("link", name="Mon compte").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("La connexion est établie")
    opened.value.close()
    plain.get_by_role("button", name="Continuer avec mon texte").click()
    plain.get_by_role("button", name="Envoyer").click()
    expect(plain.get_by_text("Votre contribution est publiée")).to_be_visible()
    assert counts(town, debate)["contributions"] == 1


def test_an_identity_is_linked_through_a_page_that_leads_to_the_provider(
    page: Page, running: Service, town: Town
) -> None:
    issuer = identity_server().issuer("instance")
    issuer.subject = "quelqu’un qui relie"
    signed_in(page, running, town.citizen("relie"))
    page.goto(f"{running.url}/account/identities")
    page.get_by_role("button", name="Mon compte").click()
    page.get_by_role("link", name="Aller au service d’identité").click()
    expect(page.get_by_role("button", name="Retirer Mon compte")).to_be_visible()
    page.get_by_role("button", name="Retirer Mon compte").click()
    expect(page.get_by_text("Ce service d’identité est retiré.")).to_be_visible()


def test_the_forms_break_no_rule_of_their_own_policy(
    page: Page, running: Service, town: Town, debate: str, address: str
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"Refused: {error}"))
    signed_in(page, running, town.citizen("regles"))
    number = town.contribution(debate)
    of_post = ("/argue", "/source", "/report", "/notice", "?done=vote")
    for path in ("contribute", *(f"{number}{path}" for path in of_post)):
        page.goto(f"{address}/{path}")
    for path in ("/sign-in", "/account", "/account/erase"):
        page.goto(f"{running.url}{path}")
    assert [text for text in said if "Content Security Policy" in text or "Refused" in text] == []
