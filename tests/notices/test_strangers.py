"""Reports by people without an account, and posts that a rule of the debate hides until somebody decides."""

from collections.abc import Callable
from typing import Final

from tests.builders import Town
from tests.notices.acts import HIDE, case_of, decide, report
from tests.postbox import Postbox, plain

Deliver = Callable[[], None]
AUTHOR: Final = "autrice@citoyens.example"
STRANGER: Final = "passante@ailleurs.example"


def test_who_left_an_address_with_a_notice_gets_the_outcome_there(
    town: Town, postbox: Postbox, deliver: Deliver
) -> None:
    debate = town.debate()
    number = town.contribution(debate, town.citizen("autrice"))
    body = {"text": "Ce texte appelle à frapper une famille.", "good_faith": True, "email": STRANGER}
    answer = town.anonymous.post(f"/debates/{debate}/posts/{number}/notices", body, Accept_Language="nl")
    assert answer.status_code in {201, 202}, answer.text
    decide(town.moderator, case_of(town, debate, number))
    deliver()
    (letter,) = postbox.of(STRANGER)
    assert letter["Subject"] == f"Uitkomst van uw melding over bericht #{number}"
    assert letter["Content-Language"] == "nl"
    assert "Het bericht wordt niet meer getoond" in plain(letter)
    assert HIDE["facts"] not in plain(letter)
    assert letter["List-Unsubscribe"] is None


def test_hiding_by_a_rule_is_told_to_the_author_and_its_end_with_the_decision(
    town: Town, postbox: Postbox, deliver: Deliver
) -> None:
    debate = town.debate(rules={"hide_after_reports": 2})
    number = town.contribution(debate, town.citizen("autrice"))
    case = report(town, debate, number, "anne", "bilal")
    deliver()
    (first,) = postbox.of(AUTHOR)
    assert "La décision a été prise par un moyen automatisé." in plain(first)
    assert postbox.of("anne@citoyens.example") == [], "it is no outcome yet"
    decide(town.moderator, case, HIDE | {"measure": "keep"})
    deliver()
    assert len(postbox.of(AUTHOR)) == 2
    assert "La publication est de nouveau affichée." in plain(postbox.of(AUTHOR)[1])
    for name in ("anne", "bilal"):
        assert len(postbox.of(f"{name}@citoyens.example")) == 1
