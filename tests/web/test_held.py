"""The pages of debates that are moderated before publication: what is said before sending, and afterwards."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.api.bodies import REASON
from tests.api.waiting import QUEUE, published, refuse, send, waiting_debate
from tests.api.worlds import World
from tests.builders import CONTRIBUTION, Caller, Town
from tests.docs.outline import parsed
from tests.web.reader import Reader, address_of, links, words
from tests.web.sender import form_on, post, shown, went_to
from tests.web.sender import send as press

DESK = "/moderation/ville-exemple"
BODY = "Un banc sous chaque arbre de la place, et de l'eau."


@pytest.fixture
def author(town: Town, here: World) -> Caller:
    return town.citizen(here.name())


def test_forms_say_before_sending_that_a_text_will_wait_and_how_long(
    reader: Reader, here: World, author: Caller
) -> None:
    town, debate = here.town, waiting_debate(here.town)
    place = address_of(reader.client, debate)
    told = "Votre texte sera publié après lecture par un modérateur."
    assert told in words(reader.as_(author).read(f"{place}/contribute"))
    held = send(author, debate)
    here.clock.step(timedelta(hours=3))
    town.moderator.post(f"{QUEUE}/{held['id']}/publication")
    for path in ("contribute", "1/argue?side=pro", "1/source", "1/edit"):
        page = words(reader.as_(author).read(f"{place}/{path}"))
        assert "Envoyer au modérateur" in page, "and no button promises to publish"
        assert f"{told} Délai médian : 3 heures." in page
    other = address_of(reader.client, town.debate())
    assert told not in words(reader.as_(author).read(f"{other}/contribute"))


@pytest.mark.parametrize(("place", "statements"), [("/", 1), ("/ville-exemple", 2)])
def test_where_one_chooses_a_debate_it_says_that_texts_wait_and_how_long(
    reader: Reader, here: World, author: Caller, place: str, statements: int
) -> None:
    word = f"hirondelle{here.name()}".replace("-", "")
    title, told = f"Une place pour {word} ?", "Les textes sont publiés après lecture par un modérateur."
    found = f"{place}?q={word}"
    here.town.debate(title=title)
    assert told not in words(reader.read(found))
    debate = here.town.debate(title=title, rules={"pre_moderation": True})
    assert told in words(reader.read(found))
    held = send(author, debate)
    here.clock.step(timedelta(hours=3))
    here.town.moderator.post(f"{QUEUE}/{held['id']}/publication")
    with here.statements() as seen:
        page = words(reader.read(found))
    assert f"{told} Délai médian : 3 heures." in page
    assert len(seen) == statements, "as many as without"
    here.town.moderator.post(f"/debates/{debate}/closure", REASON)
    assert told not in words(reader.read(found)), "it is over"


def test_what_was_sent_is_shown_to_its_author_alone_as_waiting(
    reader: Reader, town: Town, author: Caller
) -> None:
    debate = waiting_debate(town)
    place = address_of(reader.client, debate)
    mine = reader.as_(author)
    form = form_on(mine.get(f"{place}/contribute"), "/contribute")
    answer = press(mine, form.with_(title="Des bancs", body=BODY))
    there = went_to(answer)
    assert there.startswith(f"{place}?done=held#held-")
    page = words(mine.read(there.partition("#")[0]))
    assert "Votre texte est reçu." in page
    assert "Votre texte, en attente de publication" in page
    assert BODY in page
    for somebody in (reader, reader.as_(town.citizen("passante"))):
        assert BODY not in somebody.get(place).text


def test_replies_and_edits_wait_on_the_page_of_their_thread(
    reader: Reader, town: Town, author: Caller
) -> None:
    debate = waiting_debate(town)
    number = published(town, debate, author)
    thread = f"{address_of(reader.client, debate)}/{number}"
    mine = reader.as_(author)
    argue = form_on(mine.get(f"{thread}/argue?side=pro"), "/argue")
    assert went_to(press(mine, argue.with_(side="pro", body=BODY))).startswith(f"{thread}?done=held#held-")
    edit = form_on(mine.get(f"{thread}/edit"), "/edit")
    assert went_to(press(mine, edit.with_(title="Planter des haies"))).startswith(f"{thread}?done=held#held-")
    page = words(mine.read(thread))
    assert page.count("en attente de publication") == 2
    assert "Planter des haies" in page
    assert "Planter des haies" not in reader.get(thread).text


def test_the_account_lists_what_waited_and_takes_back_what_waits(
    reader: Reader, town: Town, author: Caller
) -> None:
    debate = waiting_debate(town)
    published(town, debate, author)
    refused, waiting = send(author, debate, "Premier."), send(author, debate, "Deuxième.")
    refuse(town.moderator, refused["id"])
    mine = reader.as_(author)
    page = mine.read("/account/held")
    for state in ("texte publié", "texte non publié", "en attente de publication"):
        assert f"· {state}" in words(page)
    told = town.anonymous.get(f"/debates/{debate}").json()
    arrived = datetime.fromisoformat(waiting["arrived_at"]).astimezone(ZoneInfo(told["time_zone"]))
    assert f"{arrived:%H:%M}" in words(page)
    assert "UTC" not in words(page)
    assert f"/account/appeals/{refused['id']}" in links(page)
    reasons = words(mine.read(f"/account/appeals/{refused['id']}"))
    assert "Décision sur votre texte" in reasons
    assert "Le texte n’est pas publié." in reasons
    form = form_on(mine.get("/account/held"), "/account/held").with_(held=waiting["id"])
    assert went_to(press(mine, form)) == "/account/held?done=held_withdrawn"
    assert "· texte retiré" in words(mine.read("/account/held"))
    again = shown(post(mine, "/account/held", {"held": waiting["id"], "key": "again"}), 409)
    assert "Ce texte n’attend plus" in words(again)


def required(html: str) -> set[str]:
    """Names of the fields that a browser asks for before it sends."""
    return {field.group(1) for field in re.finditer(r'name="(\w+)"[^>]* required', html)}


def test_a_moderator_publishes_with_a_button_or_refuses_with_reasons(
    reader: Reader, town: Town, author: Caller
) -> None:
    debate = waiting_debate(town)
    first, second = send(author, debate, "Premier."), send(author, debate, "Deuxième.")
    desk = reader.as_(town.moderator)
    queue = desk.read(f"{DESK}?held=true&state=open")
    assert {f"{DESK}/{first['id']}", f"{DESK}/{second['id']}"} <= links(queue).keys()
    assert "Contribution en attente" in words(queue)
    case = f"{DESK}/{first['id']}"
    assert "Premier." in words(desk.read(case))
    assert went_to(press(desk, form_on(desk.get(case), "/publication"))) == f"{case}?done=published"
    page = desk.read(f"{case}?done=published")
    assert "Le texte est publié." in words(page)
    assert "Dossier clos · le texte est publié" in words(page)
    case = f"{DESK}/{second['id']}"
    shown_form = desk.get(f"{case}/decide")
    assert "Refuser avec motifs" in words(parsed(shown_form.text))
    assert "facultatif" in words(parsed(shown_form.text)), "the note for colleagues"
    assert {"reference", "facts", "explanation"} <= required(shown_form.text)
    form = form_on(shown_form, "/decide")
    assert form.values["measure"] == "refuse", "there is nothing to choose"
    reasons = {
        "reason": "charter",
        "reference": "Charte, article 4",
        "facts": "Une insulte.",
        "explanation": "La charte l’exclut.",
    }
    assert went_to(press(desk, form.with_(**reasons))) == f"{case}?done=decided"
    page = desk.read(case)
    assert "Le texte n’est pas publié." in words(page)
    assert "tout a été fait par des personnes" in words(page), "nobody reported it"
    for told in (page, desk.read(f"{DESK}?held=true&state=decided")):
        assert "Contribution non publiée" in words(told)
        assert "Décision prise · le texte n’est pas publié" in words(told)
        assert "en attente" not in words(told).replace("Textes en attente de publication", "")
    assert town.anonymous.get(f"/debates/{debate}").json()["counts"]["contributions"] == 1


def test_an_organiser_chooses_it_among_the_rules_of_a_draft(reader: Reader, town: Town) -> None:
    draft = town.draft()
    desk, path = reader.as_(town.organiser), f"/desk/ville-exemple/{draft}/rules"
    form = form_on(desk.get(path), "/rules")
    assert "pre_moderation" not in form.values
    went_to(press(desk, form.with_(pre_moderation="yes")))
    assert form_on(desk.get(path), "/rules").values["pre_moderation"] == "yes"
    town.organiser.post(f"/debates/{draft}/publication")
    assert "Un modérateur lit tout avant publication" in words(desk.read(path))
    limits = town.anonymous.get(f"/debates/{draft}").json()["limits"]
    assert (limits["pre_moderation"], limits["title_max"]) == (True, 200)


def test_what_the_debate_says_to_who_asks_names_what_waits(here: World, author: Caller) -> None:
    town, debate = here.town, waiting_debate(here.town)
    held = send(author, debate, CONTRIBUTION["title"])
    told = author.get(f"/debates/{debate}/me").json()
    assert (told["posts_are_held"], told["median_seconds_held"]) == (True, None)
    assert [one["id"] for one in told["held"]] == [held["id"]]
    here.clock.step(timedelta(hours=1))
    town.moderator.post(f"{QUEUE}/{held['id']}/publication")
    told = author.get(f"/debates/{debate}/me").json()
    assert told["held"] == []
    assert told["median_seconds_held"] == pytest.approx(3600, abs=2)
    found = town.anonymous.get(f"/debates/{debate}").json()
    assert found["median_seconds_held"] == told["median_seconds_held"]
    assert town.anonymous.get(f"/debates/{debate}/me").json()["held"] == []
    other = author.get(f"/debates/{town.debate()}/me").json()
    assert (other["posts_are_held"], other["held"]) == (False, [])
