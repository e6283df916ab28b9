"""What people write comes back as written, or is refused with the character that cannot stand."""

import unicodedata
from typing import Any

import pytest

from tests.api.attempts import Attempt
from tests.api.scene import Scene
from tests.builders import Town

KEPT = {
    "emoji": "Des arbres 🌳👨‍👩‍👧‍👦🏳️‍🌈 partout",
    "line separators": "Une ligne\u2028une autre\u2029un paragraphe",
    "markup": "<script>alert(1)</script> & <b>gras</b> <insérez ici votre idée>",
    "quotes": "l'arbre \"haut\" \\ ' -- ; DROP TABLE posts; %s {0} {{x}}",
    "right to left": "שלום עולם مرحبا",
    "marks of direction": "a\u200fb\u200ec\u061cd",
    "zero width": "a\u200bb\u200c\u200dc\ufeffd",
    "astral": "\U0001d49c \U00010000 \U0010fffd",
    "private use": "\ue000 \uf8ff",
    "combining pile": "Z" + "\u0301" * 50,
    "brackets": "[" * 100 + "](" * 50,
    "a template": "${jndi:ldap://x} <%= 1 %> {{7*7}}",
}


@pytest.mark.parametrize("name", KEPT)
def test_a_text_comes_back_as_it_was_written(scene: Scene, name: str) -> None:
    body = f"Voici : {KEPT[name]} et c'est tout."
    writer = scene.town.citizen(scene.world.name())  # some are the same to who compares their words
    number = scene.town.contribution(scene.open, writer, body=body)
    read = scene.town.anonymous.get(f"/debates/{scene.open}/posts/{number}").json()
    assert read["body"] == unicodedata.normalize("NFC", body)


FORBIDDEN = {
    "NUL": "\x00",
    "bell": "\a",
    "escape": "\x1b",
    "vertical tab": "\x0b",
    "delete": "\x7f",
    "C1 control": "\x9f",
    "bidi override": "\u202e",
    "bidi embedding": "\u202a",
    "bidi isolate": "\u2067",
    "pop isolate": "\u2069",
    "noncharacter": "\ufffe",
    "noncharacter of the arabic block": "\ufdd0",
    "last code point": "\U0010ffff",
}
FIELDS: tuple[tuple[str, str], ...] = (
    ("post_contribution", "title"),
    ("post_contribution", "body"),
    ("post_argument", "body"),
    ("post_source", "title"),
    ("post_source", "link"),
    ("post_source", "note"),
    ("edit_post", "title"),
    ("edit_post", "body"),
    ("change_me", "name"),
    ("create_debate", "title"),
    ("create_debate", "description"),
    ("change_debate", "title"),
    ("change_debate", "description"),
    ("extend_period", "reason"),
    ("close_debate", "reason"),
    ("publish_response", "body"),
    ("publish_outcome", "body"),
    ("reopen_debate", "reason"),
    ("publish_debate", "reason"),
)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_character_that_cannot_stand_is_refused_in_every_text(scene: Scene, name: str, field: str) -> None:
    attempt = scene.attempt(name)
    for character in FORBIDDEN.values():
        if field in {"title", "name"} and character.isspace():
            continue  # in what stands on one line it becomes a space
        answer = attempt.saying(**{field: f"Un texte{character} de plus de vingt lettres"}).send()
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "text_not_allowed"), repr(character)
        assert (problem["field"], problem["character"]) == (field, f"U+{ord(character):04X}")


@pytest.mark.parametrize("field", ["title", "description"])
def test_a_character_that_cannot_stand_is_refused_in_themes(scene: Scene, field: str) -> None:
    theme = {"slug": "rues", "title": "Les rues"} | {field: "Les \x00 rues"}
    answer = scene.attempt("create_debate").saying(themes=[theme]).send()
    assert answer.json()["code"] == "text_not_allowed"


@pytest.mark.parametrize("name", ["list_contributions", "list_debates"])
def test_a_search_for_anything_gets_a_page_or_a_problem(scene: Scene, name: str) -> None:
    for text in [*KEPT.values(), *FORBIDDEN.values(), " ", "%", "_", "'", "\\", "*", "(", '"', "x" * 200]:
        answer = _with_query(scene.attempt(name), q=text)
        assert answer.status_code in {200, 422}, repr(text)
    assert _with_query(scene.attempt(name), q="a\x00b").json()["code"] == "malformed"
    for unfit in ("", "x" * 201):
        assert _with_query(scene.attempt(name), q=unfit).json()["code"] == "malformed"


def _with_query(attempt: Attempt, **parameters: str) -> Any:
    return attempt.caller.client.get(attempt.path, params=parameters)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  Un titre  ", "Un titre"),
        ("Un\ttitre\n sur  deux\r\nlignes", "Un titre sur deux lignes"),
        ("Un\u00a0titre\u2003large", "Un titre large"),
        ("Cafe\u0301 du coin", "Café du coin"),
        ("A\u030angstro\u0308m", "Ångström"),
    ],
)
def test_a_title_is_kept_on_one_line_in_nfc(scene: Scene, written: str, stored: str) -> None:
    answer = scene.attempt("post_contribution").saying(title=written).send()
    assert answer.json()["title"] == stored


def test_a_body_keeps_its_lines_and_its_inner_spaces(scene: Scene) -> None:
    written = "\r\n  Première ligne\r\nDeuxième  ligne\r\r\n\tFin\u0085 \n"
    answer = scene.attempt("post_contribution").saying(body=written).send()
    assert answer.json()["body"] == "Première ligne\nDeuxième  ligne\n\n\tFin"


LENGTHS = {
    "ascii": "x",
    "two bytes": "é",
    "emoji": "🌳",
    "decomposed": "e\u0301",
}


@pytest.mark.parametrize("name", LENGTHS)
@pytest.mark.parametrize(
    ("operation", "field", "shortest", "longest"),
    [
        ("post_contribution", "title", 5, 200),
        ("post_contribution", "body", 20, 30_000),
        ("post_argument", "body", 3, 4_000),
        ("post_source", "title", 3, 100),
        ("post_source", "note", 0, 1_000),
        ("create_debate", "title", 1, 500),
        ("change_me", "name", 1, 100),
        ("close_debate", "reason", 1, 2_000),
        ("publish_response", "body", 1, 30_000),
        ("publish_outcome", "body", 1, 100_000),
    ],
)
def test_lengths_are_code_points_of_the_text_as_stored(
    scene: Scene, operation: str, field: str, shortest: int, longest: int, name: str
) -> None:
    attempt, unit = scene.fresh(operation), LENGTHS[name]
    if operation.startswith("post"):  # by somebody who has not said the same: accents do not count
        attempt = attempt.by(scene.town.citizen(scene.world.name()))

    def code(length: int) -> str:
        answer = attempt.saying(**{field: unit * length}).send()
        return "fits" if answer.status_code < 300 else str(answer.json()["code"])

    if shortest:
        assert code(shortest - 1) == "text_too_short"
    assert code(longest + 1) == "text_too_long"
    assert code(longest) == "fits"


def test_a_shortest_text_fits_to_the_letter(scene: Scene) -> None:
    for operation, fields in (
        ("post_contribution", {"title": "x" * 5, "body": "y" * 20}),
        ("post_argument", {"body": "xyz"}),
        ("post_source", {"title": "xyz", "note": ""}),
    ):
        assert scene.attempt(operation).saying(**fields).send().status_code == 201, operation


def test_a_debate_can_change_its_limits(town: Town) -> None:
    debate = town.debate(
        rules={"title_min": 2, "title_max": 4, "contribution_min": 0, "contribution_max": 10}
    )
    author, path = town.citizen(), f"/debates/{debate}/contributions"
    assert author.post(path, {"title": "Oui", "body": ""}).status_code == 201
    assert author.post(path, {"title": "Oui et", "body": ""}).json()["limit"] == 4
    assert author.post(path, {"title": "Oui", "body": "onze lettres"}).json()["limit"] == 10
    assert town.anonymous.get(f"/debates/{debate}").json()["limits"]["title_max"] == 4


@pytest.mark.parametrize(
    "rules",
    [
        {"title_min": 10, "title_max": 5},
        {"title_max": 501},
        {"contribution_max": 30_001},
        {"title_min": -1},
        {"note_max": 1.5},
        {"title_min": 300},
        {"unknown": 1},
    ],
)
def test_limits_out_of_order_are_malformed(scene: Scene, rules: dict[str, Any]) -> None:
    answer = scene.attempt("create_debate").saying(rules=rules).send()
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize(
    "link",
    [
        *("javascript:alert(1)", "ftp://example.org/", "//example.org/", "/chemin", "example.org", "http://"),
        *("http:///chemin", "https://exa mple.org/", "https://example.org/a b", "http://[::1", "http://a:b/"),
        *(
            "https://user@example.org/",
            'https://example.org/"',
            "https://example.org/<b>",
            "mailto:a@b.example",
        ),
    ],
)
def test_a_link_is_an_absolute_http_address(scene: Scene, link: str) -> None:
    answer = scene.attempt("post_source").saying(link=link).send()
    assert (answer.status_code, answer.json()["code"]) == (422, "link_invalid")


def test_a_link_is_kept_as_written(scene: Scene) -> None:
    for link in (
        "https://example.org/été?q=1&r=é#là",
        "HTTP://EXAMPLE.ORG:8080/%7Euser/",
        "http://[2001:db8::1]/",
        "https://xn--bcher-kva.example/",
        "https://example.org/" + "x" * 1_980,
    ):
        answer = scene.attempt("post_source").saying(link=f" {link} ").send()
        assert answer.json()["link"] == link
    assert (
        scene.attempt("post_source").saying(link="https://a.example/" + "x" * 2_000).send().json()["code"]
        == "text_too_long"
    )


def test_markdown_is_served_as_written_and_as_html_that_is_safe(scene: Scene) -> None:
    body = "**Planter** <script>alert(1)</script> [ici](javascript:alert(2)) [là](https://example.org)"
    number = scene.town.contribution(scene.open, scene.author, body=body)
    plain = scene.town.anonymous.get(f"/debates/{scene.open}/posts/{number}").json()
    assert plain["body"] == body
    assert "body_html" not in plain
    html = scene.town.anonymous.get(f"/debates/{scene.open}/posts/{number}?render=html").json()["body_html"]
    assert "<strong>Planter</strong>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert 'href="https://example.org"' in html


def test_thirty_thousand_brackets_are_a_text_like_any_other(town: Town) -> None:
    debate = town.debate()
    for number, unit in enumerate(("[", "[x](", "*_`", "> "), 1):
        body = (unit * 30_000)[:30_000].strip()
        town.contribution(debate, town.citizen(f"autrice{number}"), body=body)
        read = town.anonymous.get(f"/debates/{debate}/posts/{number}?render=html").json()
        assert read["body"] == body
        assert read["body_html"]


def test_every_place_that_shows_a_body_renders_it(scene: Scene) -> None:
    for name in ("list_contributions", "get_thread", "list_arguments", "list_sources", "get_post"):
        attempt = scene.attempt(name)
        assert "body_html" not in attempt.send().text
        assert "body_html" in attempt.asking("render=html").send().text, name
    assert scene.attempt("get_post").asking("render=pdf").send().json()["code"] == "malformed"
