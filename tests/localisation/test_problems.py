"""A refusal says what happened, why and what to do now, whatever is known of the case."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.domain.decisions import Fact, RefusalCode, Refused
from consultation.domain.period import Period, Phase, check_phase
from consultation.localisation.formats import moment
from consultation.localisation.languages import Language
from consultation.localisation.problems import (
    FACTS,
    PROBLEM_CODES,
    TRANSPORT_CODES,
    explanation,
    problem_text,
)

OPENS_AT = datetime(2014, 10, 4, 7, 0, tzinfo=UTC)
CLOSES_AT = datetime(2015, 2, 15, 22, 59, tzinfo=UTC)
ZONE = "Europe/Paris"

# What each fact may be, and by what one recognises it in a French sentence.
CASE: dict[str, tuple[Fact, str]] = {
    "tries_left": (3, "il vous reste 3 essais"),
    "retry_after": (700, "12 minutes"),
    "minutes": (15, "plus de 15 minutes"),
    "until": (CLOSES_AT, "dimanche 15 février 2015 à 22:59 (temps universel coordonné)"),
    "organisations": (("eau", "forêts"), "eau et forêts"),
    "act": ("close", "fermer un débat"),
    "cause": ("expired", "elle a expiré"),
    "scope": ("debates:write", "«\u202fdebates:write\u202f»"),
    "expires_at": (CLOSES_AT + timedelta(days=3), "mercredi 18 février 2015 à 23:59"),
    "latest": (CLOSES_AT + timedelta(days=4), "jeudi 19 février 2015 à 23:59"),
    "roles": (("moderator", "organiser"), "modérateur ou organisateur"),
    "providers": (("france", "ville"), "france ou ville"),
    "assurance": (("eidas2", "eidas3"), "eidas2 ou eidas3"),
    "capacities": (("citizen", "company"), "citoyen(ne) ou entreprise"),
    "opens_at": (OPENS_AT, "samedi 4 octobre 2014 à 09:00 (heure d’été d’Europe centrale)"),
    "closes_at": (CLOSES_AT, "dimanche 15 février 2015 à 23:59 (heure normale d’Europe centrale)"),
    "closed_at": (CLOSES_AT, "dimanche 15 février 2015 à 23:59 (heure normale d’Europe centrale)"),
    "requested": (CLOSES_AT + timedelta(days=1), "lundi 16 février 2015 à 23:59"),
    "now": (CLOSES_AT + timedelta(days=2), "mardi 17 février 2015 à 23:59"),
    "since": (CLOSES_AT - timedelta(days=1), "samedi 14 février 2015 à 23:59"),
    "accepted": (("eidas2", "eidas3"), "eidas2 ou eidas3"),
    "appealed_at": (CLOSES_AT + timedelta(days=6), "samedi 21 février 2015 à 23:59"),
    "appeal_until": (CLOSES_AT + timedelta(days=7), "dimanche 22 février 2015 à 23:59"),
    "state": ("appealed", "en recours"),
    "slug": ("eau-et-forêts", "«\u202feau-et-forêts\u202f»"),
    "theme": ("sante", "«\u202fsante\u202f»"),
    "host": ("10.0.0.7", "«\u202f10.0.0.7\u202f»"),
    "number": (2150, "#2150"),
    "kind": ("argument", "(argument)"),
    "reason": ("Propos injurieux.", "Propos injurieux. "),
    "reason_words": ("Article 4 de la charte.", "suivant\u202f: Article 4 de la charte. Son"),
    "reason_lang": ("fr", ""),
    "revision": (1234, "révision 1234"),
    "field": ("/title", "«\u202ftitre\u202f»"),
    "width": (3_000, "3\u202f000 points"),
    "height": (2_000, "sur 2\u202f000"),
    "least": (32, "de 32"),
    "most": (1_200, "à 1\u202f200"),
    "limit": (30_000, "30\u202f000 caractères"),
    "length": (31_234, "31\u202f234"),
    "character": ("U+0000", "U+0000"),
    "challenge": ("https://consultation.example/api/v1/auth/challenge", ""),
    "policy": ("writes", ""),
    "window": (60, "1 minute"),
    "retry_at": (CLOSES_AT, "dimanche 15 février 2015 à 23:59 (heure normale d’Europe centrale)"),
    "contrast": ("3.4", "3,4"),
    "suggestion": ("#0b5b83", "#0b5b83"),
    "similarity": (97, "97 % de ressemblance"),
    "value": ("maybe", "«\u202fmaybe\u202f»"),
    "allowed": (("agree", "mixed", "disagree"), "agree, mixed ou disagree"),
    "time_zone": (ZONE, ""),
}
OTHERWISE = {
    ("accent_too_pale", "limit"): "30\u202f000",
    ("accent_too_pale", "field"): "«\u202ftitre\u202f»",
    ("body_too_large", "limit"): "30 ko",
    ("logo_too_heavy", "limit"): "30 ko",
    ("logo_too_heavy", "length"): "32 ko",
    ("post_withdrawn", "reason"): "",
    ("post_hidden", "reason"): "",
    ("restriction_over", "until"): "dimanche 15 février 2015 à 23:59",
    ("too_many_origins", "limit"): "30\u202f000 origines",
    ("too_many_webhooks", "limit"): "30\u202f000 webhooks",
    ("too_many_posts", "limit"): "30\u202f000 fois",
    ("too_many_requests", "limit"): "30\u202f000 au plus",
}


def case(code: str) -> dict[str, Fact]:
    """All facts that the code may come with."""
    return {fact: CASE[fact][0] for fact in FACTS.get(code, ())}


def test_the_codes_are_those_of_the_domain_and_of_the_exchange() -> None:
    assert (*[code.value for code in RefusalCode], *TRANSPORT_CODES) == PROBLEM_CODES
    assert len(set(PROBLEM_CODES)) == len(PROBLEM_CODES)
    assert set(FACTS) <= set(PROBLEM_CODES)


@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_every_fact_is_said(code: str) -> None:
    detail = problem_text(code, case(code), Language.FR).detail
    for fact in FACTS.get(code, ()):
        assert OTHERWISE.get((code, fact), CASE[fact][1]) in detail.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_every_code_has_a_text_whatever_is_missing(code: str, language: Language) -> None:
    facts = case(code)
    lacking = [{name: facts[name] for name in facts if name != left_out} for left_out in facts]
    spoilt = [facts | dict.fromkeys(facts, nothing) for nothing in (None, "", True)]
    title = problem_text(code, facts, language).title
    for known in (facts, {}, *lacking, *spoilt):
        text = problem_text(code, known, language)
        assert text.title == title
        assert text.detail.endswith(".")
        assert not set(text.detail) & set("{}")
    assert explanation(code, language)


FACT = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.tuples(st.text())
    | st.just(())
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
)


@given(
    code=st.sampled_from(PROBLEM_CODES),
    facts=st.dictionaries(st.sampled_from(sorted(CASE)), FACT),
    language=st.sampled_from(Language),
)
def test_no_fact_whatever_makes_it_fail(code: str, facts: dict[str, Fact], language: Language) -> None:
    text = problem_text(code, facts, language)
    assert text.title
    assert text.detail


def test_an_unknown_code_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        problem_text("nonsense", {}, Language.FR)
    with pytest.raises(KeyError):
        explanation("nonsense", Language.FR)


def test_a_closed_period_says_when_it_closed() -> None:
    refused = check_phase(Period(OPENS_AT, CLOSES_AT), {Phase.OPEN}, CLOSES_AT, ZONE)
    assert isinstance(refused, Refused)
    text = problem_text(refused.code, refused.facts, Language.FR)
    assert text.title == "Participation fermée"
    assert text.detail == (
        "La période de participation est fermée depuis le dimanche 15 février 2015 à 23:59 (heure "
        "normale d’Europe centrale). Rien n’y est plus accepté, mais tout reste lisible et vous "
        "pouvez suivre les suites données."
    )


@pytest.mark.parametrize(
    ("language", "start"),
    [
        (Language.FR, "La période de participation est fermée depuis le dimanche 15 février 2015 à 22:59"),
        (Language.NL, "De deelnameperiode is gesloten sinds zondag 15 februari 2015 om 22:59"),
        (Language.DE, "Der Beteiligungszeitraum endete am Sonntag, 15. Februar 2015, 22:59 Uhr"),
        (Language.EN, "The participation period closed on Sunday 15 February 2015 at 22:59"),
    ],
)
@pytest.mark.parametrize("zone", [None, "UTC", "Europe", "../x", "Mars/Olympus", "\x00", "x" * 9_999, 7])
def test_without_a_zone_that_exists_instants_are_in_utc(language: Language, start: str, zone: Fact) -> None:
    facts = {"closed_at": CLOSES_AT, "time_zone": zone}
    detail = problem_text("period_closed", facts, language).detail
    assert detail.startswith(start)
    assert moment(CLOSES_AT, "UTC", language) in detail


@pytest.mark.parametrize(
    "instant",
    [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), datetime(2015, 1, 1)],  # noqa: DTZ001 - a naive one is the case
)
def test_an_instant_that_cannot_be_written_is_left_out(instant: datetime) -> None:
    plain = problem_text("period_closed", {}, Language.FR).detail
    for zone in ("America/New_York", "Asia/Tokyo"):
        facts = {"closed_at": instant, "time_zone": zone}
        detail = problem_text("period_closed", facts, Language.FR).detail
        assert detail == plain or "(heure" in detail


@pytest.mark.parametrize(
    ("tries", "end"),
    [
        (0, "et il ne vous reste aucun essai. Demandez un nouveau code."),
        (1, "il vous reste 1 essai."),
        (2, "il vous reste 2 essais."),
    ],
)
def test_the_tries_left_are_counted(tries: int, end: str) -> None:
    assert problem_text("code_incorrect", {"tries_left": tries}, Language.FR).detail.endswith(end)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "in 1 second."),
        (1, "in 1 second."),
        (59, "in 59 seconds."),
        (60, "in 1 minute."),
        (61, "in 2 minutes."),
        (3_600, "in 60 minutes."),
        (7_199, "in 120 minutes."),
        (7_200, "in 2 hours."),
        (7_201, "in 3 hours."),
    ],
)
def test_a_wait_is_never_told_shorter_than_it_is(seconds: int, words: str) -> None:
    assert problem_text("busy", {"retry_after": seconds}, Language.EN).detail.endswith(words)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (999, "999\N{NO-BREAK SPACE}bytes,"),
        (1_000, "1\N{NO-BREAK SPACE}kB,"),
        (65_536, "65\N{NO-BREAK SPACE}kB,"),
        (999_999, "999\N{NO-BREAK SPACE}kB,"),
        (1_048_576, "1\N{NO-BREAK SPACE}MB,"),
        (1_599_999, "1.5\N{NO-BREAK SPACE}MB,"),
    ],
)
def test_a_limit_in_bytes_is_never_told_larger_than_it_is(limit: int, words: str) -> None:
    assert words in problem_text("body_too_large", {"limit": limit}, Language.EN).detail


def test_what_somebody_typed_is_repeated_as_it_is_but_not_at_length() -> None:
    for typed in ("{number}", "{0.__class__}", "%s", "<b>"):
        assert (
            f"\N{LEFT SINGLE QUOTATION MARK}{typed}’"
            in problem_text("theme_unknown", {"theme": typed}, Language.EN).detail
        )
    long = problem_text("theme_unknown", {"theme": "x" * 10_000}, Language.EN).detail
    assert f"\N{LEFT SINGLE QUOTATION MARK}{'x' * 300}…’" in long


def test_a_post_hidden_without_a_reason_says_so_much() -> None:
    facts = case("post_hidden") | {"reason": None}
    detail = problem_text("post_hidden", facts, Language.EN).detail
    assert detail.startswith("Post #2150 (argument) was hidden by the moderators on Saturday 14 February")
    assert "reason" not in detail


def test_a_field_without_a_word_is_named_as_it_was_sent() -> None:
    facts: dict[str, Fact] = {"field": "/themes/0/colour"}
    assert (
        "\N{LEFT SINGLE QUOTATION MARK}/themes/0/colour’"
        in problem_text("field_not_allowed", facts, Language.EN).detail
    )
