"""What public pages tell other sites and search engines about themselves."""

import json
from typing import Any

import pytest

from tests.builders import Town
from tests.docs.outline import Page
from tests.web.reader import Reader, address_of

SERVICE = "http://testserver"


@pytest.fixture
def debate(town: Town) -> str:
    """An open debate with a contribution (1), an argument (2) and a withdrawn contribution (3)."""
    debate = town.debate(title="Arbres & « ombre » <b>")
    author = town.citizen("autrice")
    town.contribution(
        debate, author, title="</script><script>alert(1)</script>", body="Un *arbre* & un banc."
    )
    town.argument(debate, 1)
    town.contribution(debate, author)
    author.post(f"/debates/{debate}/posts/3/withdrawal")
    return debate


def data_of(page: Page) -> dict[str, Any]:
    (block,) = [one for one in page.all("script") if one.attributes.get("type") == "application/ld+json"]
    data: dict[str, Any] = json.loads(block.text)
    return data


def meta(page: Page, name: str) -> list[str]:
    return [
        one.attributes["content"]
        for one in page.all("meta")
        if name in {one.attributes.get("property"), one.attributes.get("name")}
    ]


def link(page: Page, **wanted: str) -> str:
    (found,) = [one.attributes for one in page.all("link") if wanted.items() <= one.attributes.items()]
    return str(found["href"])


def test_a_contribution_is_a_posting_in_a_forum_and_part_of_its_debate(
    town: Town, reader: Reader, debate: str
) -> None:
    address = address_of(town.client, debate)
    data = data_of(reader.read(f"{address}/1"))
    post = town.anonymous.get(f"/debates/{debate}/posts/1").json()
    assert (data["@context"], data["@type"]) == ("https://schema.org", "DiscussionForumPosting")
    assert data["headline"] == post["title"]
    assert data["text"] == "Un arbre & un banc."
    assert (data["url"], data["datePublished"]) == (post["url"], post["created_at"])
    assert data["author"]["name"] == post["author"]["name"]
    assert data["isPartOf"]["url"] == f"{SERVICE}{address}"
    counts = {
        one["interactionType"].rpartition("/")[2]: one["userInteractionCount"]
        for one in data["interactionStatistic"]
    }
    assert counts == {"CommentAction": 1, "LikeAction": 0, "DislikeAction": 0}


def test_a_debate_is_a_posting_of_its_organisation(town: Town, reader: Reader, debate: str) -> None:
    data = data_of(reader.read(address_of(town.client, debate)))
    assert data["headline"] == "Arbres & « ombre » <b>"
    assert data["author"] == {"@type": "Organization", "name": "Ville d'Exemple"}


def test_no_text_breaks_out_of_the_data(town: Town, reader: Reader, debate: str) -> None:
    answer = reader.get(f"{address_of(town.client, debate)}/1")
    assert "<script>alert" not in answer.text
    assert answer.text.count("</script>") == answer.text.count("<script")
    assert "script-src 'self';" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("number", ["", "/1"])
def test_pages_name_their_frame_their_feed_and_how_they_look_when_shared(
    town: Town, reader: Reader, debate: str, number: str
) -> None:
    url = f"{SERVICE}{address_of(town.client, debate)}{number}"
    page = reader.read(f"/nl{url.removeprefix(SERVICE)}")
    assert meta(page, "og:url") == [url]
    assert meta(page, "og:site_name") == ["Ville d'Exemple"]
    assert meta(page, "og:locale") == ["fr_FR"], "the language of the text"
    assert meta(page, "description") == meta(page, "og:description") != [""]
    for media_type in ("application/json+oembed", "text/xml+oembed"):
        asked = link(page, type=media_type)
        answer = reader.get(asked.removeprefix(SERVICE))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(media_type.replace("+oembed", ""))
    feed = reader.get(link(page, type="application/atom+xml").removeprefix(SERVICE))
    assert feed.headers["content-type"] == "application/atom+xml"
    assert link(page, rel="canonical") == url
    for language in ("fr", "nl", "de", "en"):
        assert link(page, rel="alternate", hreflang=language).startswith(f"{SERVICE}/{language}/")


def test_an_argument_s_number_leads_search_engines_to_its_thread(
    town: Town, reader: Reader, debate: str
) -> None:
    address = address_of(town.client, debate)
    assert link(reader.read(f"{address}/2"), rel="canonical") == f"{SERVICE}{address}/1"


def test_a_tombstone_is_shared_as_nothing(town: Town, reader: Reader, debate: str) -> None:
    page = reader.read(f"{address_of(town.client, debate)}/3")
    assert meta(page, "og:title") == []
    assert [one for one in page.all("script") if "type" in one.attributes] == []


def test_a_page_in_a_frame_is_not_the_one_to_be_shared(reader: Reader, debate: str) -> None:
    page = reader.read(f"/embed/debates/{debate}/1")
    assert meta(page, "og:title") == []
