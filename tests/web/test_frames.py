"""Pages in frames on other people's sites: who may frame them, what stays in, whose session counts."""

from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response

from consultation.application.organisations import add_organisation
from consultation.localisation.languages import Language
from consultation.web.frame import Frame, opening_apart, outside
from consultation.web.partitions import PROBE, partitioned
from tests.api.worlds import World
from tests.builders import SLUG, Town
from tests.docs.outline import parsed
from tests.web.reader import Reader, address_of, links, words

SITE = "https://www.ville.example"
OTHER = "https://www.autre.example"
ORIGINS = f"/organisations/{SLUG}/embed-origins"
DOOR = f"/embed/{SLUG}"


@pytest.fixture
def debate(town: Town) -> str:
    """An open debate with a contribution (1) and an argument for it (2)."""
    debate = town.debate()
    town.contribution(debate)
    town.argument(debate, 1)
    return debate


@pytest.fixture
def listed(town: Town) -> Any:
    """The town lists its site; afterwards it lists none."""
    entry = town.administrator.post(ORIGINS, {"origin": SITE}).json()
    yield SITE
    town.administrator.delete(f"{ORIGINS}/{entry['id']}")


def policy(answer: Response) -> str:
    return answer.headers["content-security-policy"].split("; ")[-1]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("number", ["", "/1", "/2"])
def test_the_debate_and_every_number_in_it_are_framed_by_the_listed_origins_alone(
    town: Town, reader: Reader, debate: str, language: Language, number: str
) -> None:
    path = f"/embed/debates/{debate}{number}?lang={language.value}"
    before = reader.get(path)
    assert (before.status_code, policy(before)) == (200, "frame-ancestors 'none'")
    assert before.headers["cross-origin-resource-policy"] == "same-origin"
    entries = [town.administrator.post(ORIGINS, {"origin": origin}).json() for origin in (SITE, OTHER)]
    answer = reader.get(path)
    assert policy(answer) == f"frame-ancestors {SITE} {OTHER}"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-language"] == language.value
    assert answer.headers["x-robots-tag"] == "noindex"
    page = parsed(answer.text)
    assert page.one("html").attributes["lang"] == language.value
    assert page.one("main").attributes["id"] == "main"
    again = reader.get(path, If_None_Match=answer.headers["etag"])
    assert (again.status_code, policy(again)) == (304, policy(answer))
    for entry in entries:
        town.administrator.delete(f"{ORIGINS}/{entry['id']}")
    assert policy(reader.get(path)) == "frame-ancestors 'none'", "a finished page keeps no old policy"


def test_the_same_page_by_itself_is_framed_by_nobody(
    town: Town, reader: Reader, debate: str, listed: str
) -> None:
    address = address_of(town.client, debate)
    assert policy(reader.get(f"/embed/debates/{debate}")) == f"frame-ancestors {listed}"
    for path in ("/", f"/{SLUG}", address, f"{address}/1", "/sign-in", "/docs", "/account"):
        assert "frame-ancestors 'none'" in reader.get(path).headers["content-security-policy"], path


def test_links_stay_in_the_frame_or_open_a_tab_of_their_own(town: Town, reader: Reader, debate: str) -> None:
    address = address_of(town.client, debate)
    body = "Voyez [ceci](https://ailleurs.example/page) et <a href='/account'>cela</a>."
    town.contribution(debate, town.citizen("lienne"), body=body)
    for number in ("", "/1", "/3"):
        page = parsed(reader.get(f"/embed/debates/{debate}{number}?lang=fr").text)
        for link in page.all("a"):
            href = link.attributes["href"]
            stays = href.startswith((f"{DOOR}/", "?", "#"))
            assert ("target" not in link.attributes) is stays, href
        assert [form.attributes for form in page.all("form") if "action" in form.attributes] == [
            form.attributes
            for form in page.all("form")
            if form.attributes.get("action", "").startswith(f"{DOOR}/fr/")
        ]
    found = links(parsed(reader.get(f"/embed/debates/{debate}?lang=nl").text))
    assert f"{DOOR}/nl{address}/1" in found
    assert f"http://testserver/nl{address}" in found, "the way out"


def test_pages_behind_the_door_lead_on_behind_the_door(town: Town, reader: Reader, debate: str) -> None:
    address = address_of(town.client, debate)
    page = reader.read(f"{DOOR}/de{address}/1")
    assert page.one("html").attributes["lang"] == "de"
    assert f"{DOOR}/de{address}" in links(page)
    (canonical,) = [link for link in page.all("link") if link.attributes.get("rel") == "canonical"]
    assert canonical.attributes["href"] == f"http://testserver{address}/1"
    scripts = [script.attributes["src"] for script in page.all("script")]
    assert "/embed/frame.js" in scripts


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/account",
        "/account/posts",
        f"/desk/{SLUG}",
        f"/moderation/{SLUG}",
        "/docs",
        "/problems",
        "/api/v1/me",
    ],
)
def test_no_door_leads_to_what_is_no_page_of_the_organisation(reader: Reader, path: str) -> None:
    for door in (DOOR, f"{DOOR}/fr"):
        answer = reader.get(f"{door}{path}")
        assert answer.status_code == 404, path


def test_no_door_leads_to_another_organisation(here: World, town: Town, reader: Reader, debate: str) -> None:
    slug = here.name()
    here.services.work.perform(lambda tx: str(add_organisation(tx, slug, "Autre", "Europe/Paris", "fr")))
    address = address_of(town.client, debate)
    assert reader.get(f"/embed/{slug}/{slug}").status_code == 200
    assert reader.get(f"/embed/{slug}{address}").status_code == 404
    assert reader.get(f"/embed/api{address}").status_code == 404


@pytest.mark.parametrize("identifier", ["01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a81", "nonsense", "draft"])
def test_there_is_no_frame_of_what_is_not_published(town: Town, reader: Reader, identifier: str) -> None:
    identifier = town.draft() if identifier == "draft" else identifier
    for number in ("", "/1"):
        answer = reader.get(f"/embed/debates/{identifier}{number}")
        assert answer.status_code == 404
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def framed(reader: Reader, token: str | None, path: str, **more: str) -> Response:
    """The answer to an address whose browser keeps a session, and the probe, in the frame."""
    cookies = [f"{PROBE}=1", *([] if token is None else [f"framed-session={token}"])]
    return replace(reader, token=None).get(path, Cookie="; ".join(cookies), **more)


def test_a_session_of_the_frame_counts_behind_the_door_and_nowhere_else(
    town: Town, reader: Reader, debate: str
) -> None:
    person = town.citizen("cadree")
    town.client.patch(
        "/api/v1/me", json={"name": "Cadrée"}, headers={"Authorization": f"Bearer {person.token}"}
    )
    address = address_of(town.client, debate)
    inside = framed(reader, person.token, f"{DOOR}{address}")
    assert "Cadrée" in inside.text
    assert inside.headers["cache-control"] == "no-store"
    for path in (address, "/api/v1/me"):
        answer = framed(reader, person.token, path)
        assert "Cadrée" not in answer.text, path
    assert framed(reader, person.token, "/api/v1/me").status_code == 401


def test_a_session_of_the_service_s_own_pages_counts_in_no_frame(
    town: Town, reader: Reader, debate: str
) -> None:
    """Else any listed site could have its visitors act as whoever they are here."""
    person = town.citizen("dehors")
    town.client.patch(
        "/api/v1/me", json={"name": "Dehors"}, headers={"Authorization": f"Bearer {person.token}"}
    )
    address = address_of(town.client, debate)
    assert "Dehors" in reader.as_(person).get(address).text
    inside = reader.as_(person).get(f"{DOOR}{address}")
    assert "Dehors" not in inside.text
    assert "public" in inside.headers["cache-control"]


def test_signing_in_begins_with_a_probe_and_goes_on_where_it_comes_back(
    reader: Reader, town: Town, debate: str
) -> None:
    here = f"{DOOR}/fr{address_of(town.client, debate)}"
    first = reader.get(f"{DOOR}/fr/sign-in?next={here}")
    assert first.status_code == 303
    assert first.headers["cache-control"] == "no-store"
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{PROBE}=1; ")
    for attribute in ("Path=/embed/", "HttpOnly", "SameSite=None", "Secure", "Partitioned", "Max-Age=600"):
        assert attribute in cookie.split("; ")
    second = first.headers["location"]
    refused = reader.get(second)
    assert refused.status_code == 303, "the browser gave nothing back"
    window = reader.read(refused.headers["location"])
    (way,) = [link for link in window.all("a") if "data-window" in link.attributes]
    assert way.attributes["href"] == f"http://testserver/fr{address_of(town.client, debate)}"
    assert way.attributes["target"] == "_blank"
    assert way.attributes["data-back"] == here
    assert here in links(window)
    accepted = framed(reader, None, second)
    assert accepted.status_code in {200, 404}, "the page of signing in itself"


def test_a_session_that_the_browser_did_not_keep_leads_to_the_window(
    reader: Reader, town: Town, debate: str
) -> None:
    here = f"{DOOR}{address_of(town.client, debate)}"
    lost = reader.get(f"{here}?signed=1")
    assert lost.status_code == 303
    assert lost.headers["location"].startswith(f"{DOOR}/sign-in/window?next=")
    kept = framed(reader, town.citizen("gardee").token, f"{here}?signed=1")
    assert kept.status_code == 200
    assert "signed=1" not in kept.text


def test_the_window_leads_to_pages_of_the_frame_alone(reader: Reader) -> None:
    for wrong in ("https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", "/account"):
        page = reader.read(f"{DOOR}/sign-in/window?next={wrong}")
        (way,) = [link for link in page.all("a") if "data-window" in link.attributes]
        assert way.attributes["href"] == f"http://testserver/{SLUG}"
        assert way.attributes["data-back"] == f"{DOOR}/{SLUG}"
    assert reader.get("/sign-in/window").status_code == 404


def test_cookies_of_a_frame_are_partitioned_and_bear_their_mark() -> None:
    assert partitioned(b"__Host-session=abc; HttpOnly; Max-Age=60; Path=/; SameSite=lax; Secure") == (
        b"__Host-framed-session=abc; HttpOnly; Max-Age=60; Path=/; SameSite=None; Secure; Partitioned"
    )
    assert partitioned(b"session=; Path=/") == b"framed-session=; Path=/; SameSite=None; Secure; Partitioned"


def test_what_stands_in_a_frame_has_its_address_by_itself() -> None:
    frame = Frame("ville", "https://d.example")
    assert outside(frame, "/embed/ville/fr/ville/arbres/7") == "https://d.example/fr/ville/arbres/7"
    assert outside(frame, "/embed/ville/sign-in?next=/x") == "https://d.example/ville"
    assert outside(frame, "/embed/ville/autre/arbres") == "https://d.example/ville"
    assert outside(frame, "/embed/ville//[") == "https://d.example/ville"


def test_words_that_look_like_links_stay_words() -> None:
    frame = Frame("ville", "https://d.example")
    text = "&lt;a href=&#34;https://x.example&#34;&gt;"
    assert opening_apart(text, frame) == text
    assert opening_apart('<a class="n" href="/embed/ville/ville/a">', frame).count("target") == 0
    assert opening_apart('<a class="n" href="/embed/villeneuve/a">', frame).count("target") == 1


def test_a_page_in_a_frame_has_one_heading_a_landmark_and_the_way_out(reader: Reader, debate: str) -> None:
    page = parsed(reader.get(f"/embed/debates/{debate}?lang=fr").text)
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert "Ouvrir sur" in words(page, "header")
