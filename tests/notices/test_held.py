"""What authors hear of a text that waited: that it is published, or why not, and how an appeal ended."""

from collections.abc import Callable

from tests.api.waiting import APPEAL, OVERTURN, QUEUE, REFUSAL, publish, refuse, send, waiting_debate
from tests.builders import Town
from tests.postbox import Postbox, link_in, plain

Deliver = Callable[[], None]
ADDRESS = "autrice@citoyens.example"


def test_an_author_hears_of_a_publication_and_nobody_of_what_waits(
    town: Town, postbox: Postbox, deliver: Deliver
) -> None:
    debate, author = waiting_debate(town), town.citizen("autrice")
    follower = town.citizen("lectrice")
    follower.patch("/me", {"mail": {"follows": "at_once"}})
    follower.put(f"/debates/{debate}/follow", {})
    held = send(author, debate)
    deliver()
    assert postbox.taken == []
    publish(town.moderator, held["id"])
    deliver()
    assert postbox.subjects(ADDRESS) == ["Votre texte est publié sous le numéro #1"]
    assert f"{debate}" not in plain(postbox.of(ADDRESS)[0])
    (notice,) = author.get("/me/notifications").json()["items"]
    assert (notice["kind"], notice["number"]) == ("post_published", 1)


def test_an_author_hears_the_reasons_of_a_refusal_and_appeals_by_the_link(
    town: Town, postbox: Postbox, deliver: Deliver
) -> None:
    debate, author = waiting_debate(town), town.citizen("autrice")
    upheld, overturned = send(author, debate)["id"], send(author, debate, "Vraiment.")["id"]
    for held in (upheld, overturned):
        refuse(town.moderator, held)
    deliver()
    assert postbox.subjects(ADDRESS) == ["Votre texte n’est pas publié"] * 2
    letter = plain(postbox.of(ADDRESS)[0])
    assert REFUSAL["facts"] in letter
    assert "#None" not in letter
    page = town.anonymous.client.get(link_in(postbox.of(ADDRESS)[0], "appeals"))
    assert "Décision sur votre texte" in page.text
    notices = author.get("/me/notifications").json()["items"]
    assert {(one["kind"], one["number"], one["measure"]) for one in notices} == {
        ("statement_of_reasons", None, "refuse")
    }
    for held, ruling in ((upheld, OVERTURN | {"measure": "keep"}), (overturned, OVERTURN)):
        assert author.post(f"/appeals/{held}", APPEAL).status_code == 201
        assert town.organiser.post(f"{QUEUE}/{held}/appeal-decisions", ruling).status_code == 201
    deliver()
    assert sorted(postbox.subjects(ADDRESS)[2:]) == [
        "Réponse à votre recours sur la publication #1",
        "Réponse à votre recours sur un texte non publié",
    ]
    letters = "".join(plain(letter) for letter in postbox.of(ADDRESS)[2:])
    assert "Le texte est publié." in letters
    assert "définitive" in letters


def test_an_appeal_by_the_link_is_lodged(town: Town, postbox: Postbox, deliver: Deliver) -> None:
    debate, author = waiting_debate(town), town.citizen("autrice")
    held = send(author, debate)["id"]
    refuse(town.moderator, held)
    deliver()
    token = link_in(postbox.of(ADDRESS)[0], "appeals").rpartition("/")[2]
    assert town.anonymous.post(f"/appeals/links/{token}", APPEAL).status_code == 201
    case = town.moderator.get(f"{QUEUE}/{held}").json()
    assert (case["state"], case["appeal"]["text"]) == ("appealed", APPEAL["text"])
