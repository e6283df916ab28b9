"""Counts, instants, numbers and choices as each language writes them."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consultation.localisation.formats import alternatives, moment, number
from consultation.localisation.languages import Language
from consultation.localisation.words import CLOSED_FORM, CLOSED_NOTICE, COUNTS, plural, text

FR, NL, DE, EN = Language.FR, Language.NL, Language.DE, Language.EN
SOURCE = Path(__file__).parents[2] / "src"


@pytest.mark.parametrize(
    ("key", "language", "expected"),
    [
        ("count.arguments_pro", FR, ("Aucun argument pour", "1 argument pour", "2 arguments pour")),
        ("count.arguments_contra", FR, ("Aucun argument contre", "1 argument contre", "2 arguments contre")),
        ("count.sources", FR, ("Aucune source déposée", "1 source déposée", "2 sources déposées")),
        ("count.arguments_pro", NL, ("Geen argumenten voor", "1 argument voor", "2 argumenten voor")),
        ("count.sources", NL, ("Geen bronnen toegevoegd", "1 bron toegevoegd", "2 bronnen toegevoegd")),
        (
            "count.arguments_contra",
            DE,
            ("Keine Argumente dagegen", "1 Argument dagegen", "2 Argumente dagegen"),
        ),
        ("count.sources", DE, ("Keine Quellen angegeben", "1 Quelle angegeben", "2 Quellen angegeben")),
        ("count.arguments_contra", EN, ("No arguments against", "1 argument against", "2 arguments against")),
        ("count.sources", EN, ("No sources added", "1 source added", "2 sources added")),
    ],
)
def test_counts_are_sentences(key: str, language: Language, expected: tuple[str, str, str]) -> None:
    assert tuple(plural(key, count, language) for count in (0, 1, 2)) == expected


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", COUNTS)
def test_zero_is_a_sentence_of_its_own(key: str, language: Language) -> None:
    assert not any(character.isdigit() for character in plural(key, 0, language))


def test_zero_is_singular_in_french_where_there_is_no_sentence_for_it() -> None:
    assert plural("word.duration.minutes", 0, FR) == "0 minute"
    assert plural("word.duration.minutes", 0, EN) == "0 minutes"


def test_large_counts_have_separators() -> None:
    assert plural("count.votes", 1_234_567, FR) == "1\u202f234\u202f567 votes"
    assert plural("count.votes", 1_234_567, NL) == "1.234.567 stemmen"
    assert plural("count.votes", 1_234_567, DE) == "1.234.567 Stimmen"
    assert plural("count.votes", 1_234_567, EN) == "1,234,567 votes"


def test_the_notice_of_a_closed_debate() -> None:
    assert text(CLOSED_NOTICE, FR) == (
        "La période de participation est maintenant fermée. Merci à tous d'avoir participé."
    )
    assert text(CLOSED_FORM, FR) == "La consultation est fermée"


def test_an_unknown_key_and_a_missing_fact_are_faults_of_the_program() -> None:
    with pytest.raises(KeyError):
        text("nonsense", FR)
    with pytest.raises(KeyError):
        plural("nonsense", 0, FR)
    with pytest.raises(KeyError):
        text("mail.code.subject", FR)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (FR, "dimanche 18 octobre 2015 à 23:59 (heure d’été d’Europe centrale)"),
        (NL, "zondag 18 oktober 2015 om 23:59 (Midden-Europese zomertijd)"),
        (DE, "Sonntag, 18. Oktober 2015, 23:59 Uhr (Mitteleuropäische Sommerzeit)"),
        (EN, "Sunday 18 October 2015 at 23:59 (Central European Summer Time)"),
    ],
)
def test_an_instant_is_complete_and_local(language: Language, expected: str) -> None:
    instant = datetime(2015, 10, 18, 21, 59, 59, 999_999, tzinfo=UTC)
    assert moment(instant, "Europe/Paris", language) == expected
    assert moment(instant, "Europe/Paris", language, with_zone=False) == expected.partition(" (")[0]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Brussels", "dimanche 1er février 2015 à 00:30 (heure normale d’Europe centrale)"),
        ("Europe/London", "samedi 31 janvier 2015 à 23:30 (heure moyenne de Greenwich)"),
        ("Indian/Reunion", "dimanche 1er février 2015 à 03:30 (heure de La Réunion)"),
        ("America/Martinique", "samedi 31 janvier 2015 à 19:30 (heure normale de l’Atlantique)"),
        ("UTC", "samedi 31 janvier 2015 à 23:30 (temps universel coordonné)"),
    ],
)
def test_the_zone_decides_the_day_and_the_first_is_an_ordinal_in_french(zone: str, expected: str) -> None:
    assert moment(datetime(2015, 1, 31, 23, 30, tzinfo=UTC), zone, FR) == expected


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first, second = (
        moment(datetime(2015, 10, 25, hour, 30, tzinfo=UTC), "Europe/Paris", FR) for hour in (0, 1)
    )
    assert first == "dimanche 25 octobre 2015 à 02:30 (heure d’été d’Europe centrale)"
    assert second == "dimanche 25 octobre 2015 à 02:30 (heure normale d’Europe centrale)"


def test_a_naive_instant_and_an_unknown_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="not an instant"):
        moment(datetime(2015, 10, 25), "Europe/Paris", FR)  # noqa: DTZ001 - the case
    with pytest.raises(KeyError):
        moment(datetime(2015, 10, 25, tzinfo=UTC), "Mars/Olympus", FR)


def test_numbers_and_choices() -> None:
    assert [number(12_345.5, language) for language in Language] == [
        "12\u202f345,5",
        "12.345,5",
        "12.345,5",
        "12,345.5",
    ]
    assert [alternatives(("a", "b", "c"), language) for language in Language] == [
        "a, b ou c",
        "a, b of c",
        "a, b oder c",
        "a, b or c",
    ]
    assert alternatives((), FR) == ""


def test_a_starting_server_does_not_pay_for_babel() -> None:
    program = (
        "import sys\n"
        "import consultation.localisation.problems, consultation.mail.messages\n"
        "print([name for name in sys.modules if name.partition('.')[0] == 'babel'])\n"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(SOURCE)}
    )
    assert result.stdout == "[]\n"
