"""Who hears what of a case, in the mailbox and in `/me/notifications`; the mail server is a real one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from tests.builders import StepClock, Town
from tests.notices.acts import APPEAL, HIDE, decide, decide_appeal, report
from tests.postbox import Postbox, plain

Deliver = Callable[[], None]
REPORTERS: Final = ("anne", "bilal", "chloe")


def address(name: str) -> str:
    return f"{name}@citoyens.example"


def test_from_three_reports_to_the_last_word_each_mailbox_holds_what_it_should(
    town: Town, postbox: Postbox, deliver: Deliver
) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    number = town.contribution(debate, author)
    case = report(town, debate, number, *REPORTERS)
    deliver()
    assert postbox.taken == []
    decide(town.moderator, case)
    deliver()
    assert author.post(f"/appeals/{case}", APPEAL).status_code == 201
    decide_appeal(town.organiser, case)
    deliver()
    deliver()
    assert postbox.subjects(address("autrice")) == [
        f"Décision sur votre publication #{number}",
        f"Réponse à votre recours sur la publication #{number}",
    ]
    for name in REPORTERS:
        assert postbox.subjects(address(name)) == [
            f"Suite donnée à votre signalement de la publication #{number}",
            f"Décision finale sur la publication #{number}, que vous aviez signalée",
        ]
    assert len(postbox.taken) == 2 * (1 + len(REPORTERS)), "and nobody else hears of it"
    statement, outcome = map(plain, postbox.of(address("autrice")))
    assert HIDE["facts"] in statement
    assert HIDE["explanation"] in statement
    assert "Aucun moyen automatisé" in statement
    assert "contester cette décision une fois, jusqu’au mardi 14 avril 2026" in statement
    assert "est de nouveau affichée" in outcome
    assert "définitive" in outcome
    for name in REPORTERS:
        for letter in postbox.of(address(name)):
            assert HIDE["facts"] not in plain(letter), (
                "what the post said of somebody is the author's to know"
            )
            assert "autrice" not in plain(letter)


def test_messages_and_notices_give_the_ground_in_the_words_that_the_organisation_has_by_then(
    town: Town, postbox: Postbox, deliver: Deliver
) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    number = town.contribution(debate, author)
    case = report(town, debate, number, "anne")
    decide(town.moderator, case)
    words = "Contraire à l’article 4 de notre charte"
    town.administrator.patch("/organisations/ville-exemple", {"reasons": {"charter": words}})
    deliver()
    for name in ("autrice", "anne"):
        (letter,) = postbox.of(address(name))
        assert f"Motif\u202f: {words}" in plain(letter)
        (notice,) = town.citizen(name).get("/me/notifications").json()["items"]
        assert (notice["reason"], notice["reason_words"]) == ("charter", words)
    assert author.get("/me/notifications").json()["items"][0]["statement"]["reason_words"] == words
    assert town.anonymous.get(f"/debates/{debate}/moderation/statements").text.count(words) == 0, (
        "what machines compare is in set sentences"
    )


def test_a_message_that_leaves_when_it_is_too_late_to_appeal_offers_no_form(
    town: Town, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    case = report(town, debate, town.contribution(debate, author), "anne")
    decide(town.moderator, case)
    clock.step(timedelta(days=30, seconds=1))
    deliver()
    (letter,) = postbox.of(address("autrice"))
    assert HIDE["explanation"] in plain(letter)
    assert "/appeals/" not in plain(letter)


def test_whose_appeal_succeeds_reads_that_another_decision_still_hides_the_post(
    town: Town, postbox: Postbox, deliver: Deliver
) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    number = town.contribution(debate, author, body="Un arbre dans chaque rue, dit Untel.")
    case = report(town, debate, number, "anne")
    decide(town.moderator, case, HIDE | {"measure": "mask", "passage": "dit Untel"})
    decide(town.moderator, report(town, debate, number, "bilal"))
    assert author.post(f"/appeals/{case}", APPEAL).status_code == 201
    decide_appeal(town.organiser, case)
    deliver()
    outcome = plain(postbox.of(address("autrice"))[-1])
    assert "levée\u202f; une autre décision la masque encore" in outcome
    assert "de nouveau affichée" not in outcome
