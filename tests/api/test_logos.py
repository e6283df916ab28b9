"""The logo of an organisation over the interface: set, replaced, taken away, served, and refused."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from httpx2 import Response

from consultation.domain.logos import HEAVIEST
from tests.api.logos import ADDRESS
from tests.api.worlds import World
from tests.builders import API, SLUG, Caller, Town
from tests.pictures import heavy_png, in_base64, jpeg, png, segment

ALT = "Blason de la ville"
ORGANISATION = f"/organisations/{SLUG}"


@pytest.fixture(autouse=True)
def nothing_left(town: Town) -> Iterator[None]:
    """The town has no logo before and after."""
    town.administrator.delete(ADDRESS)
    yield
    town.administrator.delete(ADDRESS)


def put(caller: Caller, content: bytes, alt: str = ALT) -> Response:
    return caller.put(ADDRESS, {"image": in_base64(content), "alt": alt})


def sent_raw(town: Town, content: bytes, media_type: str, query: str = "alt=Blason") -> Response:
    credentials = town.administrator.credentials()
    headers = {**credentials, "Content-Type": media_type}
    return town.client.put(f"{API}{ADDRESS}?{query}", content=content, headers=headers)


def logo_of(town: Town) -> Any:
    return town.anonymous.get(ORGANISATION).json()["logo"]


def test_a_logo_is_shown_replaced_and_taken_away(town: Town) -> None:
    assert logo_of(town) is None
    first = put(town.administrator, png(240, 80))
    assert first.status_code == 200
    shown = first.json()["logo"]
    digest = sha256(png(240, 80)).hexdigest()
    assert shown == {
        "url": f"http://testserver{API}{ADDRESS}/{digest}",
        "width": 240,
        "height": 80,
        "alt": ALT,
        "lang": "fr",
    }
    assert logo_of(town) == shown
    second = put(town.administrator, jpeg(60, 60), "Sceau").json()["logo"]
    assert (second["width"], second["alt"]) == (60, "Sceau")
    assert town.client.get(shown["url"]).status_code == 404, "the one before is gone"
    assert town.administrator.delete(ADDRESS).json()["logo"] is None
    assert town.administrator.delete(ADDRESS).status_code == 200, "taken away twice is taken away"
    assert town.client.get(second["url"]).status_code == 404


def test_debates_bear_the_logo_of_their_organisation_and_a_new_entity_tag(here: World, town: Town) -> None:
    debate = town.debate()
    before = town.anonymous.get(f"/debates/{debate}")
    assert before.json()["organisation"]["logo"] is None
    put(town.administrator, png(240, 80))
    here.process.ticks.step(2)  # for so long a process may go by what it knows of a debate
    after = town.anonymous.get(f"/debates/{debate}")
    assert after.json()["organisation"]["logo"]["alt"] == ALT
    assert after.headers["etag"] != before.headers["etag"]


def test_the_file_is_served_for_good_and_comes_to_life_nowhere(town: Town) -> None:
    url = put(town.administrator, png(240, 80)).json()["logo"]["url"]
    answer = town.client.get(url)
    assert (answer.status_code, answer.content) == (200, png(240, 80))
    headers = answer.headers
    assert headers["content-type"] == "image/png"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    again = town.client.get(url, headers={"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_file_itself_can_be_sent_with_its_words_in_the_query(town: Town) -> None:
    answer = sent_raw(town, png(240, 80), "image/png", "alt=Blason%20de%20la%20ville")
    assert (answer.status_code, answer.json()["logo"]["alt"]) == (200, ALT)
    assert sent_raw(town, png(240, 80), "image/png", "").json()["code"] == "malformed"
    assert sent_raw(town, png(240, 80), "image/png", "alt=a&alt=b").json()["code"] == "malformed"
    assert sent_raw(town, png(240, 80), "text/html").json()["code"] == "media_type_unsupported"


def test_what_a_file_is_sent_as_does_not_make_it_one(town: Town) -> None:
    answer = sent_raw(town, jpeg(60, 60), "image/png")
    served = town.client.get(answer.json()["logo"]["url"])
    assert served.headers["content-type"] == "image/jpeg"


SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.domain)</script></svg>'


@pytest.mark.parametrize(
    ("content", "media_type", "code"),
    [
        (SCRIPT, "image/svg+xml", "logo_format_unknown"),
        (SCRIPT, "image/png", "logo_format_unknown"),
        (b"<!doctype html><script>alert(1)</script>", "image/jpeg", "logo_format_unknown"),
        (b"", "image/png", "logo_format_unknown"),
        (png(240, 80)[:-4], "image/png", "logo_damaged"),
        (png(1_201, 80), "image/png", "logo_size_unfit"),
        (heavy_png(HEAVIEST), "image/png", "logo_too_heavy"),
    ],
)
def test_what_is_no_logo_is_refused_and_changes_nothing(
    town: Town, content: bytes, media_type: str, code: str
) -> None:
    kept = put(town.administrator, png(240, 80)).json()["logo"]
    refused = sent_raw(town, content, media_type)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["field"] == "image"
    assert logo_of(town) == kept


def test_a_second_file_behind_the_first_is_never_served(town: Town) -> None:
    polyglot = png(240, 80) + SCRIPT
    url = sent_raw(town, polyglot, "image/png").json()["logo"]["url"]
    assert town.client.get(url).content == png(240, 80)


def test_where_a_photograph_was_taken_is_told_to_nobody(town: Town) -> None:
    place = segment(0xE1, b"Exif\x00\x0048.8566 N, 2.3522 E")
    url = sent_raw(town, jpeg(60, 60, [place]), "image/jpeg").json()["logo"]["url"]
    assert b"48.8566" not in town.client.get(url).content


@pytest.mark.parametrize("alt", ["", "  ", "x" * 201, "a\u202eb"])
def test_words_for_whoever_does_not_see_it_are_required_and_fit(town: Town, alt: str) -> None:
    refused = put(town.administrator, png(240, 80), alt)
    assert (refused.status_code, refused.json()["field"]) == (422, "alt")
    assert logo_of(town) is None


@pytest.mark.parametrize("image", ["A", "AAAA\n", "AA=A", "données", "-_-_"])
def test_what_is_no_base64_is_malformed(town: Town, image: str) -> None:
    refused = town.administrator.put(ADDRESS, {"image": image, "alt": ALT})
    assert refused.json()["code"] == "malformed"


def test_the_logo_of_another_organisation_is_not_found_under_this_one(here: World, town: Town) -> None:
    url = str(put(town.administrator, png(240, 80)).json()["logo"]["url"])
    slug, _ = here.organisation()
    assert town.client.get(url.replace(SLUG, slug)).status_code == 404


def test_only_administrators_of_the_organisation_change_it(here: World, town: Town) -> None:
    _, foreign = here.organisation()
    for caller in (town.moderator, town.organiser, town.citizen(), *foreign.values()):
        assert put(caller, png(240, 80)).json()["code"] == "not_permitted"
        assert caller.delete(ADDRESS).json()["code"] == "not_permitted"
    assert put(town.anonymous, png(240, 80)).status_code == 401
    assert logo_of(town) is None
