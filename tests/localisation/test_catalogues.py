"""The four catalogues are complete, equal in shape, used, and written as their languages are."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from consultation.localisation.catalogues import DOMAINS, LOCALES, catalogue, path_of
from consultation.localisation.languages import Language
from consultation.localisation.problems import FACTS, PROBLEM_CODES, placeholders
from tests.localisation.keys import asked, composed, literals

VARIANTS = ("detail_short", "detail_plain")
SILENT = {
    *((code, "time_zone") for code in FACTS),  # says how instants are written
    *((code, "challenge") for code in FACTS),  # an address for programs
    *((code, "policy") for code in FACTS),  # a name for programs
    ("post_hidden", "reason_words"),  # stands in the place of the reason
    ("post_hidden", "reason_lang"),  # says in which language pages mark it
    ("post_withdrawn", "reason"),  # a post is withdrawn by its author, as the sentence says
}


@cache
def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(language: Language | None) -> Mapping[str, Message]:
    """The messages of all files of a language, or of the templates, by key, without the headers."""
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for domain in DOMAINS
        for message in read(file_of(language, domain))
        if message.id
    }


def file_of(language: Language | None, domain: str) -> Path:
    """The file of a domain; without a language, its template."""
    return LOCALES / f"{domain}.pot" if language is None else path_of(language, domain)


def forms(message: Message) -> list[str]:
    found = message.string
    return [found] if isinstance(found, str) else list(found or ())


KEYS = list(messages(None))


@pytest.mark.parametrize("language", Language)
def test_each_language_has_the_keys_of_the_template_in_their_order(language: Language) -> None:
    assert list(messages(language)) == KEYS


def test_there_is_a_catalogue_for_each_language_and_nothing_else() -> None:
    found = {path.relative_to(LOCALES) for path in LOCALES.rglob("*") if path.is_file()}
    languages = (None, *Language)
    expected = {file_of(one, domain) for one in languages for domain in DOMAINS}
    assert found == {path.relative_to(LOCALES) for path in expected}


@pytest.mark.parametrize("language", Language)
def test_nothing_is_doubtful_obsolete_empty_or_double(language: Language) -> None:
    keys = []
    for domain in DOMAINS:
        catalog = read(path_of(language, domain))
        assert [message.id for message in catalog if message.id and message.fuzzy] == []
        assert list(catalog.obsolete) == []
        assert str(catalog.locale) == language.value
        assert catalog.plural_expr == read(path_of(language)).plural_expr
        keys += re.findall(r'^msgid "(.+)"$', path_of(language, domain).read_text("utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys))
    found = messages(language).values()
    assert [message.id for message in found if not all(form.strip() for form in forms(message))] == []


@pytest.mark.parametrize("language", Language)
def test_plurals_have_the_forms_of_the_language(language: Language) -> None:
    catalog = read(path_of(language))
    template = messages(None)
    for key, message in messages(language).items():
        assert message.pluralizable == template[key].pluralizable, key
        assert len(forms(message)) == (catalog.num_plurals if message.pluralizable else 1), key


@pytest.mark.parametrize(
    ("language", "first_form"),
    [
        (Language.FR, {0, 1}),
        (Language.NL, {1}),
        (Language.DE, {1}),
        (Language.EN, {1}),
    ],
)
def test_each_language_counts_in_its_way(language: Language, first_form: set[int]) -> None:
    form_of = catalogue(language).form_of
    assert {count for count in range(1_000) if form_of(count) == 0} == first_form
    assert {form_of(count) for count in range(1_000)} == {0, 1}


@pytest.mark.parametrize("language", Language)
def test_sentences_take_the_same_facts_in_every_language(language: Language) -> None:
    english = messages(Language.EN)
    for key, message in messages(language).items():
        expected = placeholders(forms(english[key])[0])
        for form in forms(message):
            parts = list(Formatter().parse(form))
            assert placeholders(form) == expected, key
            assert all(not spec and not conversion for _, _, spec, conversion in parts), key


def test_no_key_is_missing() -> None:
    assert sorted((asked() | composed()) - set(KEYS)) == []


def test_no_key_is_unused() -> None:
    used = asked() | composed() | literals()
    used |= {f"problem.{code}.{variant}" for code in PROBLEM_CODES for variant in VARIANTS}
    assert [key for key in KEYS if key.removesuffix(".zero") not in used] == []


def test_the_zero_sentences_belong_to_counts() -> None:
    pluralizable = {key for key, message in messages(None).items() if message.pluralizable}
    assert {key.removesuffix(".zero") for key in KEYS if key.endswith(".zero")} <= pluralizable


@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_a_detail_says_every_fact_of_its_code_and_can_do_without(code: str) -> None:
    sentences = catalogue(Language.EN)
    detail = sentences.find(f"problem.{code}.detail")
    short, plain = (sentences.find(f"problem.{code}.{variant}") for variant in VARIANTS)
    assert detail is not None
    said = {fact for fact in FACTS.get(code, ()) if (code, fact) not in SILENT}
    assert placeholders(detail) == said
    assert (plain is not None) == bool(said)
    assert placeholders(plain or "") == set()
    assert short is None or set() < placeholders(short) < said


@pytest.mark.parametrize("language", Language)
def test_titles_are_short_and_details_are_sentences(language: Language) -> None:
    for key, message in messages(language).items():
        if not key.startswith("problem."):
            continue
        for form in forms(message):
            if key.endswith(".title"):
                assert len(form) <= 40, key
                assert not form.endswith("."), key
                assert placeholders(form) == set(), key
            else:
                assert form.endswith("."), key
                assert form[0].isupper(), key


@pytest.mark.parametrize("language", Language)
def test_no_sentence_shouts_or_is_typed_carelessly(language: Language) -> None:
    careless = re.compile(r"""!|\.\.|  |["\t\n]|^\s|\s$| [,.)]|\( """)
    for key, message in messages(language).items():
        for form in forms(message):
            assert not careless.search(form), (key, form)


OPENING = "\N{LEFT SINGLE QUOTATION MARK}"
QUOTES = {Language.FR: "«»", Language.NL: "“”", Language.DE: "„“", Language.EN: OPENING + "’"}


@pytest.mark.parametrize("language", Language)
def test_quotes_and_apostrophes_are_those_of_the_language(language: Language) -> None:
    foreign = set("«»“”„'" + OPENING) - set(QUOTES[language])
    for key, message in messages(language).items():
        if (language, key) == (Language.FR, "notice.closed"):
            continue  # word for word as the reference page has it, apostrophe included
        for form in forms(message):
            assert not foreign & set(form), (key, form)


def test_french_states_agree_with_the_names_of_posts_of_both_genders() -> None:
    """They stand beside « contribution », « argument », « source » and « modification »."""
    of_a_post = re.compile(r"(account\.(held\.)?state|account\.gone|case\.post)\.[a-z]+|page\.post\.edited")
    agreeing = re.compile("(texte|en attente|{count} modifications?)\\b|visible$")
    found = {
        key: forms(message) for key, message in messages(Language.FR).items() if of_a_post.fullmatch(key)
    }
    assert len(found) >= 15
    for key, states in found.items():
        for state in states:
            assert agreeing.match(state), (key, state)


def test_french_has_narrow_spaces_before_tall_punctuation_and_inside_quotes() -> None:
    wrong = re.compile("[^\u202f][:;?»]|«[^\u202f]|\u202f[^:;?»\\w{]")
    inside_words = re.compile(r"\w:\w")
    for key, message in messages(Language.FR).items():
        for form in forms(message):
            assert not wrong.search(inside_words.sub("", form)), (key, form)


@pytest.mark.parametrize("language", [Language.NL, Language.DE, Language.EN])
def test_the_other_languages_have_no_space_before_punctuation(language: Language) -> None:
    for key, message in messages(language).items():
        for form in forms(message):
            assert not re.search(r"[\s\u202f][:;?]", form), (key, form)
