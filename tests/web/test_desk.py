"""The organiser's desk: from a draft to the outcome, by forms and without script."""

import re
from datetime import timedelta

import pytest

from consultation.domain.actors import Role
from tests.api.bodies import DAY
from tests.api.mailbox import letters, token_in
from tests.api.worlds import World
from tests.builders import NOW, Town, rfc3339
from tests.web.reader import Reader, address_of, links, words
from tests.web.sender import form_on, post, send, shown, went_to

DESK = "/desk/ville-exemple"
OPENS, CLOSES = "2026-04-01T09:00", "2026-04-30T18:00"


@pytest.fixture
def organiser(reader: Reader, town: Town) -> Reader:
    return reader.as_(town.organiser)


def draft(organiser: Reader, **values: str) -> str:
    """The address of a new draft at the desk."""
    form = form_on(organiser.get(f"{DESK}/new"), "/new")
    given = {"title": "Où planter ?", "description": "Dites-nous.", "opens_at": OPENS, "closes_at": CLOSES}
    return went_to(send(organiser, form.with_(**(given | values)))).partition("?")[0]


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(reader: Reader) -> None:
    assert went_to(reader.get(DESK)) == f"/sign-in?next={DESK}"


def test_who_does_not_work_here_sees_no_desk(reader: Reader, town: Town, here: World) -> None:
    _, foreign = here.organisation()
    for caller in (town.citizen(), foreign[Role.ADMINISTRATOR]):
        assert reader.as_(caller).get(DESK).status_code == 403


def test_a_draft_is_made_with_the_clock_of_the_organisation(organiser: Reader, town: Town) -> None:
    address = draft(organiser)
    assert "Où planter ?" in words(organiser.read(DESK))
    made = town.organiser.get(f"/debates/{address.rpartition('/')[2]}/draft").json()
    assert (made["opens_at"], made["closes_at"]) == (
        "2026-04-01T07:00:00.000000Z",
        "2026-04-30T16:00:00.000000Z",
    )
    assert "mercredi 1er avril 2026 à 09:00" in words(organiser.read(address))


@pytest.mark.parametrize("closes_at", ["2026-04-30T16:00:59.500000Z", "2026-10-25T00:30:00.000000Z"])
def test_an_instant_that_nobody_changed_stays_to_the_microsecond(
    organiser: Reader, town: Town, closes_at: str
) -> None:
    """The form shows minutes, and on the night on which the clocks go back the same hour twice."""
    debate = town.draft(closes_at=closes_at)
    form = form_on(organiser.get(f"{DESK}/{debate}/edit"), "/edit")
    went_to(send(organiser, form.with_(title="Où planter demain ?")))
    stands = town.organiser.get(f"/debates/{debate}/draft").json()
    assert (stands["title"], stands["closes_at"]) == ("Où planter demain ?", closes_at)


@pytest.mark.parametrize(
    ("value", "said"),
    [("2026-03-29T02:30", "avancent"), ("2026-10-25T02:30", "reculent"), ("demain", "ne peut pas être lue")],
)
def test_an_hour_that_is_not_one_is_asked_for_again_with_everything_typed(
    organiser: Reader, value: str, said: str
) -> None:
    form = form_on(organiser.get(f"{DESK}/new"), "/new")
    filled = form.with_(title="Où planter ?", description="Dites-nous.", opens_at=value, closes_at=CLOSES)
    answer = send(organiser, filled)
    assert said in words(shown(answer, 422))
    again = form_on(answer, "/new", 422)
    assert (again.values["title"], again.values["description"]) == ("Où planter ?", "Dites-nous.")


def test_publishing_is_confirmed_and_shows_the_exact_instants(
    organiser: Reader, reader: Reader, town: Town
) -> None:
    address = draft(organiser)
    form = form_on(organiser.get(f"{address}/publish"), "/publish")
    confirming = send(organiser, form)
    assert "du mercredi 1er avril 2026 à 09:00 (heure d’été d’Europe centrale)" in words(shown(confirming))
    debate = address.rpartition("/")[2]
    assert town.anonymous.get(f"/debates/{debate}").status_code == 404, (
        "nothing happens before it is confirmed"
    )
    done = send(organiser, form_on(confirming, "/publish").with_(intent="confirm"))
    assert went_to(done) == f"{address}?done=published"
    assert "Le débat est publié" in words(organiser.read(went_to(done)))
    assert reader.get(address_of(reader.client, debate)).status_code == 200


def test_a_period_is_extended_closed_and_reopened_each_with_a_reason(
    organiser: Reader, town: Town, here: World
) -> None:
    debate = town.debate(opens_at=rfc3339(NOW - DAY), closes_at=rfc3339(NOW + DAY))
    address = f"{DESK}/{debate}"
    for path, until in (("extend", "2026-05-31T18:00"), ("close", ""), ("reopen", "2026-06-30T18:00")):
        form = form_on(organiser.get(f"{address}/{path}"), f"/{path}")
        values = {"closes_at": until} if until else {}
        assert "Dites pourquoi" in words(shown(send(organiser, form.with_(**values)), 422))
        confirming = send(organiser, form.with_(reason="Le conseil l’a décidé.", **values))
        assert "Le conseil l’a décidé." in words(shown(confirming))
        here.clock.step(timedelta(minutes=1))
        went_to(send(organiser, form_on(confirming, f"/{path}").with_(intent="confirm")))
    acts = town.anonymous.get(f"/debates/{debate}/period-history").json()["items"]
    assert [act["act"] for act in acts] == ["planned", "extended", "closed_early", "reopened"]
    assert acts[-1]["closes_at"] == "2026-06-30T16:00:00.000000Z"


def test_a_close_that_is_pressed_twice_happens_once(organiser: Reader, town: Town) -> None:
    debate = town.debate()
    form = form_on(organiser.get(f"{DESK}/{debate}/close"), "/close").with_(reason="Fini.", intent="confirm")
    assert went_to(send(organiser, form)) == went_to(send(organiser, form))
    acts = town.anonymous.get(f"/debates/{debate}/period-history").json()["items"]
    assert [act["act"] for act in acts] == ["planned", "closed_early"]


def test_themes_are_added_moved_and_taken_away(organiser: Reader, town: Town) -> None:
    address = draft(organiser)
    form = form_on(organiser.get(f"{address}/themes/new"), "/new")
    for title in ("Les rues", "Les parcs"):
        went_to(send(organiser, form.with_(title=title, key=title[-3:])))
    assert "porte déjà ce nom" in words(shown(send(organiser, form.with_(title="Les parcs", key="2")), 422))
    listed = organiser.get(f"{address}/themes")
    went_to(post(organiser, f"{address}/themes", {"key": "up", "slug": "les-parcs"}))
    form = form_on(organiser.get(f"{address}/themes/les-rues"), "/les-rues")
    went_to(send(organiser, form.with_(title="Les rues et les quais")))
    assert "Les parcs" in words(shown(listed))
    found = town.organiser.get(f"/debates/{address.rpartition('/')[2]}/draft").json()["themes"]
    assert [(theme["slug"], theme["title"]) for theme in found] == [
        ("les-parcs", "Les parcs"),
        ("les-rues", "Les rues et les quais"),
    ]
    went_to(post(organiser, f"{address}/themes", {"key": "away", "slug": "les-rues", "away": "yes"}))
    assert "quais" not in words(organiser.read(f"{address}/themes"))


def test_the_rules_of_a_draft_are_set_and_those_of_a_debate_only_eased(organiser: Reader, town: Town) -> None:
    address = draft(organiser)
    form = form_on(organiser.get(f"{address}/rules"), "/rules")
    changed = form.with_(title_max="120", email="yes", **{"speaks-citizen": "yes"})
    went_to(send(organiser, changed))
    found = town.organiser.get(f"/debates/{address.rpartition('/')[2]}/draft").json()
    assert (found["limits"]["title_max"], found["participation"]["email"]) == (120, True)
    assert found["participation"]["capacities"] == ["citizen"]
    wrong = send(organiser, form.with_(title_min="300", key="3"))
    assert "dépasse" in words(shown(wrong, 422))

    debate = town.debate()
    form = form_on(organiser.get(f"{DESK}/{debate}/rules"), "/rules")
    assert "title_max" not in form.values
    assert send(organiser, form.with_(code="yes")).status_code == 409


def test_a_contribution_is_answered_after_a_preview_and_shows_the_answer(
    organiser: Reader, reader: Reader, town: Town
) -> None:
    debate = town.debate()
    number = town.contribution(debate, title="Des bancs")
    address = f"{DESK}/{debate}/responses"
    page = organiser.read(address)
    assert links(page)[f"{address}/{number}"] == "Des bancs"
    assert "Sans réponse" in words(page)
    form = form_on(organiser.get(f"{address}/{number}"), f"/{number}").with_(
        body="Le conseil **retient** l’idée."
    )
    assert "retient" in words(shown(send(organiser, form.with_(intent="preview"))))
    assert "retient" not in words(reader.read(f"{address_of(reader.client, debate)}/{number}"))
    went_to(send(organiser, form))
    thread = reader.read(f"{address_of(reader.client, debate)}/{number}")
    assert "Réponse de Ville" in words(thread)
    assert "Le conseil retient l’idée." in words(thread)
    assert "Réponse publiée" in words(organiser.read(address))


def test_the_outcome_is_published_once_the_debate_is_closed(
    organiser: Reader, reader: Reader, town: Town
) -> None:
    debate = town.debate()
    assert "une fois le débat fermé" in words(organiser.read(f"{DESK}/{debate}/outcome"))
    town.organiser.post(f"/debates/{debate}/closure", {"reason": "Fini."})
    form = form_on(organiser.get(f"{DESK}/{debate}/outcome"), "/outcome")
    went_to(send(organiser, form.with_(body="Douze idées sont retenues.")))
    assert "Douze idées sont retenues." in words(reader.read(address_of(reader.client, debate)))


def test_a_refusal_stands_on_the_form_with_everything_typed(organiser: Reader) -> None:
    address = draft(organiser)
    form = form_on(organiser.get(f"{address}/edit"), "/edit")
    answer = send(organiser, form.with_(title="", description="Gardez ceci."))
    page = shown(answer, 422)
    assert "#field-title" in links(page)
    assert form_on(answer, "/edit", 422).values["description"] == "Gardez ceci."


def test_members_are_invited_and_a_role_is_taken_away(reader: Reader, town: Town, here: World) -> None:
    administrator = reader.as_(town.administrator)
    form = form_on(administrator.get(f"{DESK}/members"), "/invite")
    assert "adresse électronique" in words(shown(send(administrator, form.with_(email="nobody")), 422))
    address = f"{here.name()}@ville.example"
    went_to(send(administrator, form.with_(email=address, role="organiser", key=here.name())))
    assert address in words(administrator.read(f"{DESK}/members"))


def test_the_secret_of_a_key_is_shown_once(reader: Reader, town: Town) -> None:
    administrator = reader.as_(town.administrator)
    form = form_on(administrator.get(f"{DESK}/keys"), "/new")
    refused = send(administrator, form.with_(name="Site"))
    assert "Choisissez" in words(shown(refused, 422))
    assert 'id="field-scopes" tabindex="-1" aria-describedby="fault-scopes"' in refused.text
    filled = form.with_(name="Site de la ville", **{"scope-debates:read": "yes"})
    made = send(administrator, filled)
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    secret = re.search(r"cns_[A-Za-z0-9_-]+", made.text)
    assert secret is not None
    again = send(administrator, filled)
    assert went_to(again) == f"{DESK}/keys"
    listed = administrator.get(f"{DESK}/keys").text
    assert "Site de la ville" in listed
    assert secret.group() not in listed


def test_a_site_is_let_in_and_out(reader: Reader, town: Town, here: World) -> None:
    administrator = reader.as_(town.administrator)
    origin = f"https://{here.name()}.ville.example"
    form = form_on(administrator.get(f"{DESK}/origins"), "/new")
    went_to(send(administrator, form.with_(origin=origin)))
    page = administrator.get(f"{DESK}/origins")
    assert origin in page.text
    went_to(send(administrator, form_on(page, "/remove")))
    assert origin not in administrator.get(f"{DESK}/origins").text
    assert send(administrator, form.with_(origin="pas une adresse", key="2")).status_code == 422


def test_a_webhook_is_made_tried_and_its_log_read(reader: Reader, town: Town) -> None:
    administrator = reader.as_(town.administrator)
    form = form_on(administrator.get(f"{DESK}/webhooks"), "/new")
    made = send(administrator, form.with_(url="https://www.ville.example/crochet"))
    assert "whsec_" in made.text
    page = administrator.get(f"{DESK}/webhooks")
    assert "whsec_" not in page.text
    assert "Tous les événements" in words(shown(page))
    assert "Publication masquée par la modération post_hidden" in words(shown(page))
    log = went_to(send(administrator, form_on(page, "/ping")))
    assert "Essai demandé ici ping" in words(administrator.read(log))
    went_to(send(administrator, form_on(administrator.get(f"{DESK}/webhooks"), "/remove")))


def test_a_provider_that_does_not_answer_is_not_added_and_its_secret_not_shown_again(
    reader: Reader, town: Town
) -> None:
    administrator = reader.as_(town.administrator)
    form = form_on(administrator.get(f"{DESK}/identity-providers"), "/new")
    unfit = send(administrator, form.with_(name="Compte", slug="Pas un nom", issuer="nulle part"))
    assert "ne convient pas" in words(shown(unfit, 422))
    filled = form.with_(
        name="Compte",
        slug="compte",
        issuer="https://127.0.0.1:1",
        client_id="x",
        client_secret="un secret bien gardé".replace("é", "e"),
    )
    refused = send(administrator, filled)
    assert refused.status_code == 422
    assert "bien garde" not in refused.text


def test_dead_letters_are_for_administrators_of_the_platform(reader: Reader, town: Town, here: World) -> None:
    platform = reader.as_(here.platform_administrator())
    assert "Rien n’a été abandonné" in words(platform.read("/dead-letters"))
    assert reader.as_(town.administrator).get("/dead-letters").status_code == 403
    assert post(platform, "/dead-letters", {"key": "1", "id": "nonsense"}).status_code == 404


def test_whoever_works_here_finds_their_desk_and_others_accept_an_invitation(
    reader: Reader, town: Town, here: World
) -> None:
    assert links(reader.as_(town.organiser).read("/desk"))[DESK] == "Ville d'Exemple"
    slug, staff = here.organisation()
    email = f"{here.name()}@ville.example"
    staff[Role.ADMINISTRATOR].post(
        f"/organisations/{slug}/invitations", {"email": email, "role": "organiser"}
    )
    invited = reader.as_(town.sign_in(email))
    page = invited.get("/desk")
    assert "Vous ne travaillez pour aucun organisme" in words(shown(page))
    form = form_on(page, "/desk")
    assert send(invited, form.with_(token="pas un code")).status_code == 410
    accepted = send(invited, form.with_(token=token_in(letters(here, email)[-1]), key="2"))
    assert went_to(accepted) == f"/desk/{slug}"
    assert invited.get(f"/desk/{slug}").status_code == 200
