"""Following on pages, how one is told, and the notices that come."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.api.worlds import World
from tests.builders import Caller, Town
from tests.notices.acts import HIDE, decide, report
from tests.web.reader import Reader, address_of, links, words
from tests.web.sender import form_on, post, send, shown, went_to


@pytest.fixture
def caller(here: World, town: Town) -> Caller:
    return town.citizen(here.name())


@pytest.fixture
def camille(reader: Reader, caller: Caller) -> Reader:
    return reader.as_(caller)


def followed(caller: Caller) -> list[tuple[str | None, int | None]]:
    items = caller.get("/me/follows").json()["items"]
    return [(item["theme"], item["contribution"]) for item in items]


def test_a_debate_a_theme_and_a_contribution_are_followed_and_left_again(
    camille: Reader, caller: Caller, town: Town
) -> None:
    debate = town.debate(title="Où planter ?")
    number = town.contribution(debate)
    address = address_of(camille.client, debate)
    assert f"{address}/{number}/follow" in links(camille.read(f"{address}/{number}"))
    for path, values in (
        (f"{address}/follow", {}),
        (f"{address}/follow", {"theme": "rues"}),
        (f"{address}/{number}/follow", {}),
    ):
        form = form_on(camille.get(path), "/follow")
        assert went_to(send(camille, form.with_(**values))) == "/account/follows?done=follow"
    assert set(followed(caller)) == {(None, None), ("rues", None), (None, number)}
    page = camille.read("/account/follows")
    assert "Où planter ?" in words(page)
    assert f"{address}/{number}" in links(page)
    for left in (2, 1, 0):
        form = form_on(camille.get("/account/follows"), "/account/follows")
        assert went_to(send(camille, form)) == "/account/follows?done=unfollow"
        assert len(followed(caller)) == left


def test_only_contributions_and_themes_of_the_debate_are_followed(
    camille: Reader, caller: Caller, town: Town
) -> None:
    debate = town.debate()
    number = town.contribution(debate)
    argument = town.argument(debate, number)
    address = address_of(camille.client, debate)
    shown(post(camille, f"{address}/follow", {"theme": "inconnu"}), 422)
    shown(post(camille, f"{address}/{argument}/follow", {}), 409)
    shown(post(camille, "/account/follows", {"debate": "x"}), 422)
    shown(post(camille, "/account/follows", {"debate": debate, "contribution": "-1"}), 422)
    assert followed(caller) == []


def test_how_often_one_is_told_is_chosen(camille: Reader, caller: Caller) -> None:
    form = form_on(camille.get("/account/follows"), "/account/follows/mail")
    assert form.values["frequency"] == "daily"
    assert form.values["outcomes"] == "yes"
    del form.values["outcomes"]
    assert went_to(send(camille, form.with_(frequency="weekly"))) == "/account/follows?done=account"
    mail = caller.get("/me").json()["mail"]
    assert (mail["follows"], mail["notices"]) == ("weekly", False)
    again = form_on(camille.get("/account/follows"), "/account/follows/mail")
    assert (again.values["frequency"], again.values.get("outcomes")) == ("weekly", None)
    assert "#field-frequency" in links(shown(send(camille, again.with_(frequency="hourly")), 422))


def test_an_author_reads_the_decision_and_marks_it_as_read(
    camille: Reader, caller: Caller, here: World, town: Town
) -> None:
    debate = town.debate(title="Où planter ?")
    number = town.contribution(debate, caller)
    case = report(town, debate, number, "anne")
    decide(town.moderator, case)
    here.plan()
    answer = camille.get("/account/notices")
    page = shown(answer)
    assert "Décision de modération sur votre texte" in words(page)
    assert "le texte est retiré" in words(page)
    assert HIDE["explanation"] in words(page)
    assert f"/account/appeals/{case}" in links(page)
    assert "non lu" in words(page)
    told = caller.get("/me/notifications").json()["items"]
    made = datetime.fromisoformat(told[0]["created_at"]).astimezone(ZoneInfo(told[0]["time_zone"]))
    assert f"{made:%H:%M}" in words(page)
    assert "UTC" not in words(page)
    ids = [item["id"] for item in told]
    form = form_on(answer, "/account/notices")
    assert went_to(send(camille, form.with_(notices=",".join(ids)))) == "/account/notices?done=notices"
    assert caller.get("/me/notifications?unread=true").json()["items"] == []
    assert "non lu" not in words(camille.read("/account/notices"))
    shown(post(camille, "/account/notices", {"notices": "x"}), 422)
