"""Every form that waits while its person signs in, or in again: carried out or edited, as they choose."""

import pytest

from consultation.domain.erasure import ErasureMode
from consultation.domain.moderation import Ground
from consultation.domain.posts import Side
from consultation.domain.voting import VoteValue
from consultation.localisation.languages import Language
from consultation.localisation.words import text
from consultation.web.texts import CHOICES, LABELS, NO_VOTE, choices_of, texts_of
from tests.api.worlds import World
from tests.builders import Town
from tests.web.reader import Reader, address_of, words
from tests.web.sender import Filled, form_on, post, send, shown, went_to

DESK = "/desk/ville-exemple"
REASON = "Le projet est retiré."


def resumed(reader: Reader, path: str, values: dict[str, str]) -> Filled:
    """The form that nobody was signed in for, as it is offered to `reader` afterwards."""
    answer = post(Reader(reader.client), path, values)
    return form_on(send(reader, form_on(answer, "/sign-in/resume", 401)), path)


@pytest.fixture
def organiser(reader: Reader, town: Town) -> Reader:
    return reader.as_(town.organiser)


def test_the_reason_of_a_close_outlives_an_ended_session(
    reader: Reader, organiser: Reader, town: Town, here: World
) -> None:
    debate = town.debate()
    path = f"{DESK}/{debate}/close"
    sent = {"key": here.name(), "reason": REASON, "intent": "confirm"}
    assert REASON in words(shown(post(reader, path, sent), 401))
    again = resumed(organiser, path, sent)
    assert again.values["reason"] == REASON
    edited = form_on(send(organiser, again.with_(intent="edit")), "/close")
    assert edited.values["reason"] == REASON
    confirming = form_on(send(organiser, again), "/close")
    went_to(send(organiser, confirming.with_(intent="confirm")))
    acts = town.anonymous.get(f"/debates/{debate}/period-history").json()["items"]
    assert acts[-1]["reason"] == REASON


def test_a_theme_that_was_to_go_goes_after_signing_in(organiser: Reader, town: Town, here: World) -> None:
    debate = town.debate(themes=[{"slug": one, "title": one} for one in ("rues", "parcs")])
    listed = organiser.get(f"{DESK}/{debate}/themes")
    away = form_on(listed, "/themes")
    assert away.values["slug"] == "rues"
    again = resumed(organiser, f"{DESK}/{debate}/themes", away.values)
    went_to(send(organiser, again))
    found = town.anonymous.get(f"/debates/{debate}").json()["themes"]
    assert [theme["slug"] for theme in found] == ["parcs"]


def test_who_would_rather_edit_first_has_erased_nothing(reader: Reader, town: Town, here: World) -> None:
    caller = town.citizen(here.name())
    camille = reader.as_(caller)
    sent = {"key": here.name(), "mode": "erase", "sure": "yes"}
    again = resumed(camille, "/account/erase", sent).with_(intent="edit")
    assert form_on(send(camille, again), "/account/erase").values["mode"] == "erase"
    assert caller.get("/me").status_code == 200


def test_who_would_rather_edit_first_has_withdrawn_nothing(reader: Reader, town: Town, here: World) -> None:
    caller, debate = town.citizen(here.name()), town.debate()
    number = town.contribution(debate, caller)
    path = f"{address_of(reader.client, debate)}/{number}/withdraw"
    camille = reader.as_(caller)
    shown(send(camille, resumed(camille, path, {"key": here.name()}).with_(intent="edit")))
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").status_code == 200


def test_who_would_rather_edit_first_has_taken_no_role_away(reader: Reader, town: Town, here: World) -> None:
    administrator = reader.as_(town.administrator)
    member = town.administrator.post(
        "/organisations/ville-exemple/members", {"email": f"{here.name()}@ville.example", "role": "moderator"}
    ).json()
    sent = {"key": here.name(), "person": member["id"], "role": "moderator"}
    path = f"{DESK}/members/remove"
    shown(send(administrator, resumed(administrator, path, sent).with_(intent="edit")))
    members = town.administrator.get("/organisations/ville-exemple/members").json()["items"]
    assert member["id"] in {one["id"] for one in members}


@pytest.mark.parametrize("name", CHOICES)
def test_what_is_none_of_the_choices_is_no_failure(
    reader: Reader, town: Town, here: World, name: str
) -> None:
    path = f"{address_of(reader.client, town.debate())}/contribute"
    sent = {"title": "Des arbres", "body": "Partout dans la ville.", "key": here.name(), name: "x{y}"}
    shown(post(reader, path, sent), 401)


def test_every_choice_and_every_label_has_its_words() -> None:
    chosen = [{"side": one} for one in Side] + [{"value": one} for one in (*VoteValue, NO_VOTE)]
    chosen += [{"reason": one} for one in Ground] + [{"mode": one} for one in ErasureMode]
    for values in chosen:
        (key,) = choices_of(values)
        assert not texts_of(values)
        assert all(text(key, language) for language in Language)
    for key in LABELS.values():
        assert all(text(key, language) for language in Language)
