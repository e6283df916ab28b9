"""Telling of illegal content, without an account."""

from tests.api.worlds import World
from tests.builders import CLOSES_AT, SLUG, Town
from tests.web.reader import Reader, address_of, links, words
from tests.web.sender import form_on, send, shown, went_to


def test_whoever_has_no_account_tells_of_illegal_content(reader: Reader, here: World, town: Town) -> None:
    debate = town.debate()
    address = address_of(reader.client, debate)
    number = town.contribution(debate, town.citizen("autrice"))
    here.clock.set(CLOSES_AT)
    assert f"{address}/{number}/notice" in links(reader.read(f"{address}/{number}/report"))
    form = form_on(reader.get(f"{address}/{number}/notice"), "/notice")
    typed = {"text": "Ce texte appelle à frapper une famille.", "email": "temoin@citoyens.example"}
    again = send(reader, form.with_(**typed))
    assert "#field-good_faith" in links(shown(again, 422))
    form = form_on(again, "/notice", 422)
    assert form.values["text"] == typed["text"], "nothing that was typed is lost"
    place = went_to(send(reader, form.with_(good_faith="yes")))
    assert "notification est enregistrée" in words(reader.read(place))
    (case,) = town.moderator.get(f"/organisations/{SLUG}/moderation/cases?debate={debate}").json()["items"]
    told = town.moderator.get(f"/organisations/{SLUG}/moderation/cases/{case['id']}").json()
    assert [(one["reason"], one["text"]) for one in told["reports"]] == [("illegal", typed["text"])]
