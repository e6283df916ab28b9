"""No text twice, and no more posts an hour than the debate takes."""

from datetime import timedelta

import pytest

from consultation.application.search import closest, search_terms
from consultation.domain.decisions import ALLOWED
from consultation.domain.repetition import LONG, NEAR, Earlier, Wording, check_pace, check_repetition
from tests.domain.builders import HOUR, MIDWAY, US, ZONE, refusal

FR = (
    "Un arbre dans chaque rue qui n’en a pas encore, et deux sur chaque place : l’ombre rafraîchit la "
    "ville en été et les oiseaux reviennent."
)
NL = (
    "Een boom in elke straat waar er nog geen staat, en twee op elk plein: schaduw koelt de stad in de "
    "zomer en de vogels komen terug."
)
DE = (
    "Ein Baum in jeder Straße, in der noch keiner steht, und zwei auf jedem Platz: Schatten kühlt die "
    "Stadt im Sommer und die Vögel kehren zurück."
)
EN = (
    "A tree in every street that has none yet, and two on every square: shade cools the town in summer "
    "and the birds come back."
)

SAME = [
    pytest.param("fr", FR, FR.replace("’", "'").replace("î", "i").replace(" :", ":").upper(), id="fr typed"),
    pytest.param("fr", FR, f"Je le répète : {FR}", id="fr announced"),
    pytest.param("fr", FR, " ".join(reversed(FR.split(" : "))), id="fr turned round"),
    pytest.param("nl", NL, NL.replace("in de zomer", "'s zomers").replace(":", ";"), id="nl"),
    pytest.param("de", DE, DE.replace("Straße,", "Strasse").replace(": Sch", " – der Sch"), id="de"),
    pytest.param(
        "en", EN, EN.replace("every square", "each square").replace(": shade", "; the shade"), id="en"
    ),
]
"""One text, written twice: 95 to 100 percent."""

FR_BENCH = (
    "Un banc dans chaque rue qui n’en a pas encore, et une fontaine sur chaque place : en été, les "
    "plus âgés et les enfants doivent pouvoir s’arrêter."
)
FR_SCHOOL = (
    "Je demande un passage protégé devant l’école de la rue Victor-Hugo, car les voitures y roulent "
    "trop vite aux heures d’entrée et de sortie."
)
FR_MORE = (
    "J’ajoute que l’entretien coûte moins cher que l’enrobé, que les riverains peuvent arroser "
    "eux-mêmes les jeunes plants, et que les racines retiennent l’eau des orages."
)
NL_BENCH = (
    "Een bank in elke straat waar er nog geen staat, en een drinkfontein op elk plein: ouderen en "
    "kinderen moeten in de zomer kunnen rusten."
)
DE_BENCH = (
    "Eine Bank in jeder Straße, in der noch keine steht, und ein Brunnen auf jedem Platz: Ältere und "
    "Kinder müssen im Sommer rasten können."
)
EN_BENCH = (
    "A bench in every street that has none yet, and a fountain on every square: older people and "
    "children must be able to rest in summer."
)
EN_PATH = (
    "I am in favour of the new cycle path along the river because it keeps children away from the cars "
    "on the main road to the school."
)

OTHER = [
    pytest.param("fr", FR, FR_BENCH, id="fr subject"),
    pytest.param("fr", FR_SCHOOL, FR_SCHOOL.replace("Victor-Hugo", "Jean-Jaurès"), id="fr place"),
    pytest.param("fr", FR, f"{FR} {FR_MORE}", id="fr elaborated"),
    pytest.param("nl", NL, NL_BENCH, id="nl subject"),
    pytest.param("de", DE, DE_BENCH, id="de subject"),
    pytest.param("en", EN, EN_BENCH, id="en subject"),
    pytest.param("en", EN_PATH, EN_PATH.replace("in favour of", "against"), id="en opposite"),
]
"""Two texts that share much: at most 92 percent."""


def wording(
    text: str, language: str = "fr", contribution: int | None = None, link: str | None = None
) -> Wording:
    return Wording(search_terms(language, text), len(text), contribution, link)


def said(number: int, text: str, language: str = "fr", contribution: int | None = None) -> Earlier:
    return Earlier(number, wording(text, language, contribution))


@pytest.mark.parametrize(("language", "one", "other"), SAME)
def test_a_long_text_written_again_is_refused_wherever_it_hangs(language: str, one: str, other: str) -> None:
    again = wording(other, language, contribution=9)
    refused = refusal(check_repetition(again, [said(4, one, language, contribution=1)], closest))
    assert refused.facts["number"] == 4
    assert isinstance(refused.facts["similarity"], int)
    assert refused.facts["similarity"] >= 95


@pytest.mark.parametrize(("language", "one", "other"), OTHER)
def test_two_texts_that_share_much_are_two(language: str, one: str, other: str) -> None:
    new, old = wording(other, language), said(4, one, language)
    assert min(len(new.words), len(old.wording.words)) >= LONG
    assert check_repetition(new, [old], closest) is ALLOWED


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "Oui."), ("nl", "Helemaal eens."), ("de", "Ja, bitte!"), ("en", "I agree.")]
)
def test_a_short_text_comes_once_under_each_contribution(language: str, text: str) -> None:
    earlier = [said(4, text, language, contribution=1)]
    again = wording(f"{text.upper()}!!", language, contribution=1)
    assert refusal(check_repetition(again, earlier, closest)).facts == {"number": 4, "similarity": 100}
    assert check_repetition(wording(text, language, contribution=2), earlier, closest) is ALLOWED


def test_short_texts_that_are_nearly_the_same_are_two() -> None:
    earlier = [said(4, "Article 12 : supprimer l’alinéa 3.", contribution=1)]
    other = wording("Article 13 : supprimer l’alinéa 3.", contribution=1)
    found = closest(other.words, [earlier[0].wording.words])
    assert found is not None
    assert found[1] >= NEAR
    assert check_repetition(other, earlier, closest) is ALLOWED


@pytest.mark.parametrize("text", ["+1", "!!!", "👍", ""])
def test_what_has_no_words_to_compare_is_let_through(text: str) -> None:
    assert check_repetition(wording(text), [said(4, text)], closest) is ALLOWED


def test_what_repeats_its_words_or_draws_with_signs_is_another_text() -> None:
    earlier = [said(4, "Non.", contribution=1)]
    for text in ("Non, non, non et non.", "Non 🌳🌳🌳🌳🌳🌳"):
        assert check_repetition(wording(text, contribution=1), earlier, closest) is ALLOWED


def test_a_source_with_another_link_is_another_source() -> None:
    earlier = [Earlier(4, wording("Étude", contribution=1, link="https://a.example/1"))]
    same = wording("étude", contribution=1, link="https://a.example/1")
    assert refusal(check_repetition(same, earlier, closest)).facts["number"] == 4
    other = wording("Étude", contribution=1, link="https://a.example/2")
    assert check_repetition(other, earlier, closest) is ALLOWED


def test_the_newest_of_several_is_named() -> None:
    earlier = [said(9, "Oui."), said(4, "Oui.")]
    assert refusal(check_repetition(wording("oui"), earlier, closest)).facts["number"] == 9


def test_a_cap_lets_go_of_a_post_after_an_hour_to_the_microsecond() -> None:
    assert refusal(check_pace(3, MIDWAY, MIDWAY + HOUR - US, ZONE)).facts["retry_at"] == MIDWAY + HOUR
    assert check_pace(3, MIDWAY, MIDWAY + HOUR, ZONE) is ALLOWED


def test_the_wait_is_told_in_whole_seconds_and_never_too_short() -> None:
    for passed, seconds in ((timedelta(), 3600), (US, 3600), (timedelta(seconds=1), 3599), (HOUR - US, 1)):
        assert refusal(check_pace(1, MIDWAY, MIDWAY + passed, ZONE)).facts["retry_after"] == seconds


def test_without_a_cap_or_with_fewer_posts_anybody_may_go_on() -> None:
    assert check_pace(None, MIDWAY, MIDWAY, ZONE) is ALLOWED
    assert check_pace(3, None, MIDWAY, ZONE) is ALLOWED


def test_the_likest_of_several_long_texts_is_named() -> None:
    earlier = [said(9, f"Je le répète : {FR}", contribution=1), said(4, FR, contribution=2)]
    assert refusal(check_repetition(wording(FR.upper(), contribution=3), earlier, closest)).facts == {
        "number": 4,
        "similarity": 100,
    }
