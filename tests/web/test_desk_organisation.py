"""The organisation at its desk: name, colour with its contrast, words, and the logo as a file."""

import re
from collections.abc import Iterator

import pytest
from httpx2 import Response

from consultation.domain.logos import HEAVIEST
from consultation.localisation.languages import Language
from tests.api.logos import ADDRESS
from tests.api.worlds import World
from tests.builders import SLUG, Town
from tests.pictures import heavy_png, in_base64, jpeg, png, segment
from tests.web.reader import Reader, links, words
from tests.web.sender import form_on, post, send, shown, went_to

SETTINGS = f"/desk/{SLUG}/settings"
LOGO = f"{SETTINGS}/logo"
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
NAMED = 'form-data; name="{}"'


@pytest.fixture
def administrator(reader: Reader, town: Town) -> Iterator[Reader]:
    before = town.anonymous.get(f"/organisations/{SLUG}").json()
    town.administrator.delete(ADDRESS)
    yield reader.as_(town.administrator)
    town.administrator.delete(ADDRESS)
    kept = {name: before[name] for name in ("name", "locale", "time_zone")}
    emptied = dict.fromkeys(before["reasons"], "")
    town.administrator.patch(f"/organisations/{SLUG}", {**kept, "accent": "", "reasons": emptied})


def part(disposition: str, content: bytes, besides: str = "") -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n{besides}\r\n"
    return head.encode() + content + b"\r\n"


def upload(
    who: Reader,
    content: bytes,
    alt: str = "Blason",
    filename: str = "logo.png",
    key: str = "",
    **headers: str,
) -> Response:
    """Send the form of a logo as a browser does."""
    file = part(f'{NAMED.format("image")}; filename="{filename}"', content, "Content-Type: image/png\r\n")
    fields = part(NAMED.format("key"), key.encode()) + part(NAMED.format("alt"), alt.encode())
    return raw(who, fields + file + f"--{BOUNDARY}--\r\n".encode(), **headers)


def raw(who: Reader, body: bytes, **headers: str) -> Response:
    told = {"Content_Type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
    return post(who, LOGO, body, **told)


def test_name_colour_and_words_are_changed_and_shown(administrator: Reader, town: Town) -> None:
    form = form_on(administrator.get(SETTINGS), "/settings")
    assert form.values["name"] == town.anonymous.get(f"/organisations/{SLUG}").json()["name"]
    given = {"name": "Ville nouvelle", "accent": "#7A1F3D", "reason-spam": "réclame"}
    page = administrator.read(went_to(send(administrator, form.with_(**given))))
    said = words(page)
    assert "enregistrés" in said
    assert re.search(r"claires : #7a1f3d, contraste \d+,\d pour 1\.", said.replace("\u202f", " "))
    assert "pages sombres" in said
    found = town.anonymous.get(f"/organisations/{SLUG}").json()
    assert (found["name"], found["accent"]) == ("Ville nouvelle", "#7a1f3d")
    assert found["reasons"]["spam"] == "réclame"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"accent": "#ffcc00"}, "La plus proche qui convienne est #"),
        ({"accent": "rouge"}, "ne peut pas être lue"),
        ({"time_zone": "Europe/Nulle-Part"}, "n’existe pas"),
        ({"name": " "}, "nom"),
        ({"reason-charter": "x" * 201}, "motifs"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_with_everything_typed(
    administrator: Reader, town: Town, given: dict[str, str], told: str
) -> None:
    form = form_on(administrator.get(SETTINGS), "/settings").with_(**{"reason-spam": "réclame", **given})
    page = shown(send(administrator, form), 422)
    assert told in words(page)
    assert [one for one in page.all("input") if one.attributes.get("value") == "réclame"]
    assert town.anonymous.get(f"/organisations/{SLUG}").json()["reasons"]["spam"] is None


def test_a_logo_is_sent_as_a_file_without_script_shown_and_taken_away(
    administrator: Reader, town: Town
) -> None:
    assert LOGO in links(administrator.read(SETTINGS))
    page = administrator.get(LOGO)
    assert 'enctype="multipart/form-data"' in page.text
    assert "script" not in page.headers["content-security-policy"].replace("script-src 'self'", "")
    location = went_to(upload(administrator, png(240, 80), "Blason : trois tilleuls"))
    assert "en place" in words(administrator.read(location))
    found = town.anonymous.get(f"/organisations/{SLUG}").json()["logo"]
    assert (found["alt"], found["width"]) == ("Blason : trois tilleuls", 240)
    gone = send(administrator, form_on(administrator.get(LOGO), "/logo/remove"))
    assert "ne portent plus" in words(administrator.read(went_to(gone)))
    assert town.anonymous.get(f"/organisations/{SLUG}").json()["logo"] is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<svg/>", "Un SVG peut contenir des programmes"),
        (png(240, 80)[:-3], "incomplète"),
        (png(1_300, 80), "1 300"),
        (heavy_png(HEAVIEST), "un logo peut en peser 24 ko"),
        (b"", "Aucun fichier"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_in_plain_words(
    administrator: Reader, town: Town, content: bytes, told: str
) -> None:
    page = shown(upload(administrator, content, "Trois tilleuls"), 422)
    said = words(page).replace("\u202f", " ")
    assert told in said
    assert "#field-image" in links(page)
    assert [one for one in page.all("input") if one.attributes.get("value") == "Trois tilleuls"]
    assert town.anonymous.get(f"/organisations/{SLUG}").json()["logo"] is None


def test_words_for_whoever_does_not_see_it_are_asked_for(administrator: Reader) -> None:
    page = shown(upload(administrator, png(240, 80), " "), 422)
    assert "#field-alt" in links(page)


@pytest.mark.parametrize(
    "filename", ["../../etc/passwd", "a.svg", "logo.php\x00.png", 'x"; name="key', "é" * 300, "<script>"]
)
def test_what_the_file_is_called_does_not_matter(administrator: Reader, town: Town, filename: str) -> None:
    photograph = jpeg(60, 60, [segment(0xE1, b"Exif\x00\x0048.8566 N")])
    went_to(upload(administrator, photograph, filename=filename))
    served = town.client.get(town.anonymous.get(f"/organisations/{SLUG}").json()["logo"]["url"])
    assert served.headers["content-type"] == "image/jpeg"
    assert b"48.8566" not in served.content


FILE = f'{NAMED.format("image")}; filename="a.png"'
END = f"--{BOUNDARY}--\r\n".encode()
BROKEN = {
    "nothing": b"",
    "no parts": END,
    "no end": part(FILE, png(40, 40)),
    "no boundary in the body": b"image=1",
    "two files": part(FILE, png(40, 40)) + part(FILE, png(50, 50)) + END,
    "a file in another field": part(f'{NAMED.format("alt")}; filename="a"', b"x") + END,
    "a name twice": part(NAMED.format("alt"), b"a") + part(NAMED.format("alt"), b"b") + END,
    "a part without a name": part("form-data", b"x") + END,
    "a part without a head": f"--{BOUNDARY}\r\nx\r\n".encode() + END,
    "two names for one part": part(NAMED.format("alt"), b"x", "Content-Disposition: " + FILE + "\r\n") + END,
    "a text that is none": part(NAMED.format("alt"), b"\xff\xfe") + END,
    "too many parts": b"".join(part(NAMED.format(f"a{'b' * one}"), b"x") for one in range(30)) + END,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_form_that_is_none_is_refused(administrator: Reader, town: Town, name: str) -> None:
    answer = raw(administrator, BROKEN[name])
    assert answer.status_code == 422, answer.text
    assert town.anonymous.get(f"/organisations/{SLUG}").json()["logo"] is None


OTHERWISE = ["multipart/form-data", "multipart/form-data; boundary=<>", "multipart/mixed", "text/plain"]


@pytest.mark.parametrize("media_type", OTHERWISE)
def test_a_form_of_another_kind_is_refused(administrator: Reader, media_type: str) -> None:
    answer = raw(administrator, part(FILE, png(40, 40)) + END, Content_Type=media_type)
    assert answer.status_code in {415, 422}


def test_a_file_that_is_larger_than_anything_is_not_read(administrator: Reader, here: World) -> None:
    answer = upload(administrator, bytes(here.settings.body_limit_bytes))
    assert answer.status_code == 413


def test_another_site_sends_no_logo_and_no_words(administrator: Reader, reader: Reader, town: Town) -> None:
    elsewhere = {"Sec_Fetch_Site": "cross-site", "Origin": "https://ailleurs.example"}
    for who in (administrator, reader):
        answer = upload(who, png(240, 80), "Des mots d’ailleurs", **elsewhere)
        assert answer.status_code == 403
        assert "Des mots d’ailleurs" not in answer.text
    assert town.anonymous.get(f"/organisations/{SLUG}").json()["logo"] is None


@pytest.mark.usefixtures("administrator")
def test_whoever_is_no_longer_signed_in_keeps_the_words(reader: Reader) -> None:
    answer = upload(reader, png(240, 80), "Trois tilleuls")
    assert answer.status_code == 401
    assert "Trois tilleuls" not in answer.text, "sealed into the form"


@pytest.mark.usefixtures("administrator")
def test_only_administrators_send_one(town: Town, reader: Reader) -> None:
    for caller in (town.moderator, town.organiser, town.citizen()):
        assert upload(reader.as_(caller), png(240, 80)).status_code == 403


def test_a_form_pressed_twice_sets_one_logo(administrator: Reader, here: World, town: Town) -> None:
    key = here.name()
    first = upload(administrator, png(240, 80), key=key)
    revision = town.anonymous.get(f"/organisations/{SLUG}").json()
    second = upload(administrator, png(240, 80), key=key)
    assert went_to(first) == went_to(second)
    assert town.anonymous.get(f"/organisations/{SLUG}").json() == revision


@pytest.mark.parametrize("language", Language)
def test_the_pages_speak_every_language(administrator: Reader, town: Town, language: Language) -> None:
    town.administrator.put(ADDRESS, {"image": in_base64(png(240, 80)), "alt": "Blason"})
    for path in (SETTINGS, LOGO):
        page = administrator.read(f"/{language.value}{path}")
        assert page.one("html").attributes["lang"] == language.value
