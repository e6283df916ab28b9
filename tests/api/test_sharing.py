"""How other sites find our pages and show them: oEmbed, the one-line script, sitemaps, robots.txt."""

import gzip
import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from httpx2 import Response
from sqlalchemy import select

from consultation.api.sharing import sitemap
from consultation.api.sharing.oembed import place_of
from consultation.localisation.languages import Language
from consultation.persistence.tables import debates, posts
from tests.api.contract import CheckedClient
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import Town

SERVICE = "http://testserver"
MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LARGEST_SCRIPT = 3_000


def url_of(town: Town, debate: str) -> str:
    return str(town.anonymous.get(f"/debates/{debate}").json()["url"])


def slug_of_draft(scene: Scene) -> str:
    return str(scene.town.organiser.get(f"/debates/{scene.draft}/draft").json()["slug"])


def oembed(client: CheckedClient, url: str, **parameters: Any) -> Response:
    return client.get("/oembed", params={"url": url, **parameters})


def frame_of(answer: Response) -> ET.Element:
    """The frame in an answer, which is well-formed by itself."""
    assert answer.status_code == 200, answer.text
    return ET.fromstring(answer.json()["html"])  # noqa: S314 - our own answer, which declares no entities


def test_the_page_of_a_debate_becomes_a_frame(client: CheckedClient, scene: Scene) -> None:
    debate = scene.town.anonymous.get(f"/debates/{scene.open}").json()
    answer = oembed(client, debate["url"])
    document = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert {name: document[name] for name in ("type", "version", "title", "author_name", "provider_url")} == {
        "type": "rich",
        "version": "1.0",
        "title": debate["title"],
        "author_name": "Ville d'Exemple",
        "provider_url": SERVICE,
    }
    frame = frame_of(answer)
    assert frame.get("src") == f"{SERVICE}/embed/debates/{scene.open}?lang=fr"
    assert debate["title"] in (frame.get("title") or "")
    assert (frame.get("width"), frame.get("height")) == (str(document["width"]), str(document["height"]))
    assert client.get(frame.get("src") or "").status_code == 200
    assert f"max-age={document['cache_age']}" in answer.headers["cache-control"]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_any_number_of_the_series_becomes_a_frame_of_its_own(
    client: CheckedClient, scene: Scene, number: int
) -> None:
    answer = oembed(client, f"{url_of(scene.town, scene.open)}/{number}")
    assert frame_of(answer).get("src") == f"{SERVICE}/embed/debates/{scene.open}/{number}?lang=fr"


def test_the_language_of_the_address_is_that_of_the_frame(client: CheckedClient, scene: Scene) -> None:
    url = url_of(scene.town, scene.open).replace(SERVICE, f"{SERVICE}/nl")
    frame = frame_of(oembed(client, url))
    assert (frame.get("src") or "").endswith("?lang=nl")
    assert (frame.get("title") or "").startswith("Publiek debat")


def test_the_frame_s_own_address_will_do(client: CheckedClient, scene: Scene) -> None:
    answer = oembed(client, f"{SERVICE}/embed/debates/{scene.open}?lang=de#haut")
    assert frame_of(answer).get("src") == f"{SERVICE}/embed/debates/{scene.open}?lang=fr"


def test_a_site_says_how_much_room_it_has(client: CheckedClient, scene: Scene) -> None:
    url = url_of(scene.town, scene.open)
    small = oembed(client, url, maxwidth=320, maxheight=200).json()
    assert (small["width"], small["height"]) == (320, 200)
    large = oembed(client, url, maxwidth=5_000, maxheight=5_000).json()
    usual = oembed(client, url).json()
    assert (large["width"], large["height"]) == (usual["width"], usual["height"])
    for wrong in ({"maxwidth": 0}, {"maxheight": -1}, {"maxwidth": "wide"}):
        answer = oembed(client, url, **wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert client.get("/oembed").json()["code"] == "malformed"


def test_the_same_answer_comes_as_xml(client: CheckedClient, town: Town) -> None:
    debate = town.debate(title="Arbres & <bancs> : « l'ombre »")
    url = url_of(town, debate)
    plain, answer = oembed(client, url).json(), oembed(client, url, format="xml")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.content)  # noqa: S314 - our own answer, which declares no entities
    assert root.tag == "oembed"
    assert {member.tag: member.text for member in root} == {name: str(value) for name, value in plain.items()}


def test_what_a_title_holds_never_breaks_out_of_the_frame(client: CheckedClient, town: Town) -> None:
    debate = town.debate(title='"></iframe><script>alert(1)</script>')
    answer = oembed(client, url_of(town, debate))
    frame = frame_of(answer)
    assert list(frame) == []
    assert frame.tag == "iframe"
    assert "<script" not in answer.json()["html"]


def test_a_format_that_we_do_not_offer_is_501(client: CheckedClient, scene: Scene) -> None:
    answer = oembed(client, url_of(scene.town, scene.open), format="yaml")
    assert (answer.status_code, answer.json()["code"]) == (501, "format_not_supported")


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/ville-exemple/arbres",
        f"{SERVICE}.elsewhere.example/ville-exemple/arbres",
        f"{SERVICE}@elsewhere.example/ville-exemple/arbres",
        "https://testserver/ville-exemple/arbres",
        f"{SERVICE}/",
        f"{SERVICE}/ville-exemple",
        f"{SERVICE}/ville-exemple/no-such-debate",
        f"{SERVICE}/docs",
        f"{SERVICE}/ville-exemple/../../etc/passwd",
        f"{SERVICE}/embed/debates/no-id",
        "javascript:alert(1)",
        "http://[",
        "",
    ],
)
def test_what_is_no_debate_of_ours_is_404(client: CheckedClient, url: str) -> None:
    answer = oembed(client, url)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_drafts_tombstones_and_unknown_numbers_are_404(client: CheckedClient, scene: Scene) -> None:
    assert oembed(client, f"{SERVICE}/ville-exemple/{slug_of_draft(scene)}").status_code == 404
    assert oembed(client, f"{SERVICE}/embed/debates/{scene.draft}").status_code == 404
    for number in (1, 2, 3, 99):
        assert oembed(client, f"{url_of(scene.town, scene.tombstones)}/{number}").status_code == 404


def test_a_service_below_a_path_knows_its_own_addresses() -> None:
    assert place_of("https://ville.example/debats/v/arbres/7", "https://ville.example/debats") == place_of(
        "https://d.example/v/arbres/7", "https://d.example"
    )
    assert place_of("https://ville.example/v/arbres", "https://ville.example/debats") is None
    german = place_of("https://d.example/de/v/arbres", "https://d.example")
    assert german is not None
    assert german.language is Language.DE


def test_the_script_is_small_and_any_page_may_load_it(client: CheckedClient) -> None:
    answer = client.get("/embed.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert len(gzip.compress(answer.content, 9)) <= LARGEST_SCRIPT
    again = client.get("/embed.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["cross-origin-resource-policy"]) == (304, "cross-origin")
    for avoided in ("cookie", "localStorage", "innerHTML", "document.write", "eval("):
        assert avoided not in re.sub(r"/\*.*?\*/", "", answer.text, flags=re.DOTALL)


def test_the_script_inside_the_frame_is_for_our_own_pages(client: CheckedClient) -> None:
    answer = client.get("/embed/frame.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def addresses(client: CheckedClient, path: str) -> dict[str, str | None]:
    """The addresses in a sitemap or an index, with the instants of their last change."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own answer, which declares no entities
    found = {entry.findtext(f"{MAPS}loc") or "": entry.findtext(f"{MAPS}lastmod") for entry in root}
    assert len(found) == len(root)
    for instant in filter(None, found.values()):
        assert datetime.fromisoformat(instant).tzinfo is not None
    return found


def test_the_index_leads_to_every_published_debate_and_to_no_draft(
    client: CheckedClient, scene: Scene
) -> None:
    index = addresses(client, "/sitemap.xml")
    assert f"{SERVICE}/sitemap/places.xml" in index
    assert f"{SERVICE}/sitemap/debates/{scene.open}/1.xml" in index
    assert scene.draft not in client.get("/sitemap.xml").text
    places = addresses(client, "/sitemap/places.xml")
    assert {f"{SERVICE}/", f"{SERVICE}/ville-exemple", url_of(scene.town, scene.open)} <= set(places)
    assert f"{SERVICE}/ville-exemple/{slug_of_draft(scene)}" not in places


def test_the_map_of_a_debate_has_its_threads_and_no_tombstone(client: CheckedClient, scene: Scene) -> None:
    threads = list(addresses(client, f"/sitemap/debates/{scene.open}/1.xml"))
    assert threads[0] == f"{url_of(scene.town, scene.open)}/1"
    for number in (2, 3, 4, 5):
        assert f"{url_of(scene.town, scene.open)}/{number}" not in threads
    assert addresses(client, f"/sitemap/debates/{scene.tombstones}/1.xml") == {}
    assert addresses(client, f"/sitemap/debates/{scene.open}/2.xml") == {}
    answer = client.get(f"/sitemap/debates/{scene.open}/1.xml")
    assert (
        client.get(
            f"/sitemap/debates/{scene.open}/1.xml", headers={"If-None-Match": answer.headers["etag"]}
        ).status_code
        == 304
    )


def test_a_long_debate_is_cut_into_parts_by_its_numbers(here: World, client: CheckedClient) -> None:
    debate = here.town.debate()
    here.town.contribution(debate)
    beyond = sitemap.MOST + 1
    uid = here.services.readers
    with uid.snapshot() as snapshot:
        (found,) = [one for one in snapshot.published(sitemap.MOST) if str(one.uid) == debate]
    key = select(debates.c.key).where(debates.c.uid == found.uid).scalar_subquery()
    here.execute(posts.update().where(posts.c.debate_key == key).values(number=beyond))
    here.execute(debates.update().where(debates.c.uid == found.uid).values(last_number=beyond))
    index = addresses(client, "/sitemap.xml")
    parts = [one for one in index if debate in one]
    assert parts == [f"{SERVICE}/sitemap/debates/{debate}/{part}.xml" for part in (1, 2)]
    with here.services.readers.snapshot() as snapshot:
        version = snapshot.version(found.uid)
        assert version is not None
        assert snapshot.threads_between(version.key, 1, sitemap.MOST) == []
        assert [number for number, _ in snapshot.threads_between(version.key, beyond, beyond)] == [beyond]


@pytest.mark.parametrize("part", ["0", "-1", "x", "20001", "99999999999999999999"])
def test_a_part_that_cannot_be_is_404(client: CheckedClient, scene: Scene, part: str) -> None:
    assert client.get(f"/sitemap/debates/{scene.open}/{part}.xml").status_code == 404
    assert client.get(f"/sitemap/debates/no-id/{part}.xml").status_code == 404


def test_crawlers_are_shown_the_map_and_asked_to_leave_accounts_alone(client: CheckedClient) -> None:
    answer = client.get("/robots.txt")
    lines = answer.text.splitlines()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"Sitemap: {SERVICE}/sitemap.xml" in lines
    rules = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: ")]

    def is_left_alone(path: str) -> bool:
        """Is there a rule for the path? RFC 9309, 2.2.2 and 2.2.3: it begins so, and ends so with a `$`."""
        return any(path == rule[:-1] if rule.endswith("$") else path.startswith(rule) for rule in rules)

    for path in ("/account", "/account/votes", "/sign-in?next=/account", "/desk/ville", "/api/v1/me/posts"):
        assert is_left_alone(path), path
    for path in ("/", "/ville/arbres/7", "/desk-research/arbres", "/accountants", "/api/v1/debates"):
        assert not is_left_alone(path), path
