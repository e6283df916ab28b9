"""Slugs, addresses and the words of the search, as commands make them of what people write."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.application.debates import slug_of
from consultation.application.organisations import SLUG, SLUG_MAX
from consultation.application.people import normal_address
from consultation.application.search import query_terms, search_terms
from tests.builders import SLUG as ORGANISATION
from tests.builders import Town


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Quelle place pour les arbres ?", "quelle-place-pour-les-arbres"),
        ("Où mettre l'école d'été ?", "ou-mettre-l-ecole-d-ete"),
        ("  --  Deux   mots -- ", "deux-mots"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER W}ide \N{CIRCLED DIGIT ONE}", "wide-1"),
        ("???", "debate"),
        ("שלום", "debate"),
        ("", "debate"),
        ("x" * 79 + " yy", "x" * 79),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_title_makes_a_slug(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=300))
def test_every_title_makes_a_slug_that_is_one(title: str) -> None:
    slug = slug_of(title)
    assert SLUG.fullmatch(slug)
    assert len(slug) <= SLUG_MAX
    assert slug_of(slug) == slug


@pytest.mark.parametrize("length", [73, 74, 80])
def test_debates_of_one_long_title_have_pages_of_their_own(town: Town, length: int) -> None:
    title = f"{'a' * length} b"
    for suffix in ("", "-2", "-3"):
        slug = town.anonymous.get(f"/debates/{town.debate(title=title)}").json()["slug"]
        assert slug.endswith(suffix)
        assert SLUG.fullmatch(slug)
        assert len(slug) <= SLUG_MAX
        assert town.client.get(f"/{ORGANISATION}/{slug}").status_code == 200


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Camille@Ville.Example", "camille@ville.example"),
        ("  a+b.c_d-e'f@sub.ville.example \n", "a+b.c_d-e'f@sub.ville.example"),
        ("josé@exemple.example", "josé@exemple.example"),
        ("x" * 64 + "@ville.example", "x" * 64 + "@ville.example"),
        ("x" * 65 + "@ville.example", None),
        ("a@" + "b" * 253, None),
        ("camille", None),
        ("@ville.example", None),
        ("camille@", None),
        ("camille@ville@example", None),
        ("camille dupont@ville.example", None),
        ("<camille@ville.example>", None),
        ("camille@ville.example, autre@ville.example", None),
        ("camille@ville.example\r\nBcc: autre@ville.example", None),
        ("cam\x00ille@ville.example", None),
        ('"camille"@ville.example', None),
        ("", None),
    ],
)
def test_an_address_is_kept_in_one_form_or_not_at_all(written: str, kept: str | None) -> None:
    assert normal_address(written) == kept


@given(st.text(max_size=80))
def test_a_kept_address_is_kept_as_it_is(written: str) -> None:
    kept = normal_address(written)
    if kept is not None:
        assert normal_address(kept) == kept
        assert not re.search(r"[\s<>,\x00-\x1f]", kept)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("fr", "vélo", "Vélos"),
        ("fr", "arbres", "ARBRE"),
        ("fr", "chevaux", "cheval"),
        ("nl", "fietsen", "fiets"),
        ("de", "Bäume", "baum"),
        ("en", "planting", "plants"),
    ],
)
def test_forms_of_a_word_meet(language: str, one: str, other: str) -> None:
    assert query_terms(language, one) == query_terms(language, other) != []


def test_words_are_kept_once_and_in_order() -> None:
    assert search_terms("fr", "Des arbres, des arbres !", None, "Et un banc.").split() == sorted(
        set(search_terms("fr", "banc et des un arbres").split())
    )


@pytest.mark.parametrize("query", ["", " ", "%", "?!", "*", "'"])
def test_a_query_without_a_word_has_no_terms(query: str) -> None:
    assert query_terms("fr", query) == []


@given(st.sampled_from(["fr", "nl", "de", "en"]), st.text(max_size=200))
def test_a_text_is_found_by_each_of_its_words(language: str, text: str) -> None:
    kept = set(search_terms(language, text).split())
    assert set(query_terms(language, text)) == kept
