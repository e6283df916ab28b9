"""Bodies that are no JSON, or no JSON that we take; and how much of one is read."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx2 import Response

from tests.api.scene import Scene
from tests.builders import CONTRIBUTION, Town

JSON = "application/json"


def post(scene: Scene, content: Any, media_type: str | None = JSON) -> Response:
    """A contribution's body as it stands on the wire, by somebody who has said nothing yet."""
    headers = {"Authorization": f"Bearer {scene.town.citizen(scene.world.name()).token}"}
    if media_type is not None:
        headers["Content-Type"] = media_type
    path = f"/api/v1/debates/{scene.open}/contributions"
    return scene.world.process.client.post(path, content=content, headers=headers)


MALFORMED = {
    "nothing": b"",
    "white space": b" \n ",
    "an open brace": b"{",
    "text behind it": b'{"title":"Un titre","body":"Un corps de vingt lettres."} x',
    "single quotes": b"{'title':'Un titre'}",
    "a comment": b'{"title":"Un titre" /* sic */}',
    "a comma too many": b'{"title":"Un titre",}',
    "null": b"null",
    "a list": b"[]",
    "a text": b'"title"',
    "a number": b"1",
    "infinity": b'{"title":Infinity,"body":-Infinity}',
    "no number": b'{"title":NaN,"body":"x"}',
    "a raw newline": b'{"title":"Un\ntitre","body":"Un corps de vingt lettres."}',
    "latin-1": '{"title":"Déjà vu","body":"Un corps de vingt lettres."}'.encode("latin-1"),
    "utf-16": '{"title":"Un titre","body":"Un corps de vingt lettres."}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"title":"Un titre","body":"Un corps de vingt lettres."}',
    "an overlong slash": b'{"title":"Un titre \xc0\xaf","body":"Un corps de vingt lettres."}',
    "a raw surrogate": b'{"title":"Un titre \xed\xa0\x80","body":"Un corps de vingt lettres."}',
    "a surrogate pair in utf-8": b'{"title":"Un \xed\xa0\xbd\xed\xb8\x80","body":"Un corps de vingt mots."}',
    "beyond unicode": b'{"title":"Un titre \xf4\x90\x80\x80","body":"Un corps de vingt lettres."}',
    "half a character": b'{"title":"Un titre \xe2\x82","body":"Un corps de vingt lettres."}',
    "an escaped high surrogate": b'{"title":"Un titre \\ud800","body":"Un corps de vingt lettres."}',
    "an escaped low surrogate": b'{"title":"Un titre \\udc00","body":"Un corps de vingt lettres."}',
    "escapes the wrong way round": b'{"title":"Un \\udc00\\ud800","body":"Un corps de vingt lettres."}',
    "a surrogate in a name": b'{"title":"Un titre","body":"Un corps de vingt lettres.","\\ud800":1}',
    "a deep pit": b"[" * 20_000,
    "a deep pit of objects": b'{"title":' * 20_000,
    "a deep pit in a member": b'{"title":' + b"[" * 100_000,
    "thirty thousand brackets": b'{"title":"Un titre","body":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "a number of many digits": b'{"title":' + b"9" * 50_000 + b"}",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_json_object_is_malformed_and_says_where(scene: Scene, name: str) -> None:
    answer = post(scene, MALFORMED[name])
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"]


def test_of_members_of_one_name_the_last_counts(scene: Scene) -> None:
    """As in JavaScript and Python; RFC 8259 leaves it open."""
    content = b'{"title":"Le premier","title":"Le second","body":"Un corps de vingt lettres."}'
    assert post(scene, content).json()["title"] == "Le second"


@pytest.mark.parametrize(
    "body",
    [
        CONTRIBUTION | {"titel": "x"},
        CONTRIBUTION | {"author": "moi"},
        CONTRIBUTION | {"": 1},
        CONTRIBUTION | {"__proto__": {}},
        {"title": None, "body": "Un corps de vingt lettres."},
        {"title": 12345, "body": "Un corps de vingt lettres."},
        {"title": True, "body": "Un corps de vingt lettres."},
        {"title": ["Un titre"], "body": "Un corps de vingt lettres."},
        CONTRIBUTION | {"theme": "Pas Un Slug"},
        CONTRIBUTION | {"theme": "rues\n"},
        CONTRIBUTION | {"theme": "-"},
        CONTRIBUTION | {"lang": "it"},
        CONTRIBUTION | {"lang": "FR"},
        CONTRIBUTION | {"lang": "fr\n"},
        {"title": "Un titre"},
    ],
)
def test_what_does_not_fit_the_schema_is_malformed(scene: Scene, body: dict[str, Any]) -> None:
    answer = scene.author.post(f"/debates/{scene.open}/contributions", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize(
    "media_type", [JSON, "APPLICATION/JSON", "application/json; charset=utf-8", "application/vnd.ville+json"]
)
def test_json_by_any_of_its_names_is_taken(scene: Scene, media_type: str) -> None:
    content = b'{"title":"Un titre","body":"Un corps de vingt lettres."}'
    assert post(scene, content, media_type).status_code == 201


@pytest.mark.parametrize(
    "media_type",
    [
        *("text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
        *("application/xml", "application", "json", "*/*", None),
    ],
)
def test_anything_but_json_is_unsupported(scene: Scene, media_type: str | None) -> None:
    answer = post(scene, b'{"title":"Un titre","body":"Un corps de vingt lettres."}', media_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


def test_a_call_without_a_body_needs_no_content_type(town: Town) -> None:
    path = f"/api/v1/debates/{town.draft()}/publication"
    headers = {"Authorization": f"Bearer {town.organiser.token}"}
    assert town.client.post(path, headers=headers).status_code == 201


def padded(length: int) -> bytes:
    """A good body of so many bytes."""
    body = b'{"title":"Un titre","body":"Un corps de vingt lettres."}'
    return body + b" " * (length - len(body))


def test_a_body_is_read_up_to_the_limit(scene: Scene) -> None:
    limit = scene.world.settings.body_limit_bytes
    assert post(scene, padded(limit)).status_code == 201
    answer = post(scene, padded(limit + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["limit"] == limit


def test_a_body_that_does_not_say_its_length_is_read_no_further_than_the_limit(scene: Scene) -> None:
    taken = []

    def chunks() -> Iterator[bytes]:
        for number in range(1_000):
            taken.append(number)
            yield b" " * 10_000

    answer = post(scene, chunks())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_longest_text_fits_into_the_limit_however_it_is_escaped(town: Town) -> None:
    """30,000 emoji, each as two escapes of six bytes, are what a careful client may send."""
    debate = town.debate()
    escaped = b'{"title":"Des arbres","body":"' + b"\\ud83c\\udf33" * 30_000 + b'"}'
    headers = {"Authorization": f"Bearer {town.citizen().token}", "Content-Type": JSON}
    answer = town.client.post(f"/api/v1/debates/{debate}/contributions", content=escaped, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["body"] == "🌳" * 30_000


def test_a_body_on_a_read_is_not_looked_at(scene: Scene) -> None:
    attempt = scene.attempt("get_debate")
    assert attempt.send(content=b"{" * 1_000, Content_Type="text/plain").status_code == 200
