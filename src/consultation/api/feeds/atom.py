"""Atom feeds (RFC 4287), in pages (RFC 5005): posts of a debate or a thread, debates of an organisation.

Ids are `urn:uuid` and stay what they are under whatever address the service is reached.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from consultation import __version__
from consultation.api.documents import Built
from consultation.api.pagination import Place, encode_cursor, next_link
from consultation.api.xml import allowed
from consultation.application.readers import Document, Page
from consultation.domain.journal import format_instant
from consultation.localisation.languages import Language
from consultation.localisation.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jinja2 import Template

MEDIA_TYPE: Final = "application/atom+xml"
CURSOR: Final = "feed"
"""The name that the cursors of feeds bear."""

_TEMPLATES: Final = Path(__file__).parent / "templates"
_TOMBSTONES: Final = {
    "withdrawn": "feed.tombstone.withdrawn",
    "hidden": "feed.tombstone.hidden",
    "erased": "feed.tombstone.erased",
}
_ARGUMENTS: Final = {"pro": "feed.argument.pro", "contra": "feed.argument.contra"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a feed was asked for, below the public address of the service."""

    public_url: str
    place: Place

    @property
    def self_url(self) -> str:
        """The feed's own address."""
        query = f"?{self.place.query}" if self.place.query else ""
        return f"{self.public_url}{self.place.path}{query}"


def debate_feed(debate: Document, page: Page, address: Address, updated: "datetime") -> Built:
    """The newest posts of a debate. `updated` is when the debate was last acted on."""
    head = {"id": _urn(debate["id"], "feed"), "title": debate["title"], "url": debate["url"]}
    return _posts(head, debate, page, address, updated)


def thread_feed(
    debate: Document, number: int, title: str, page: Page, address: Address, updated: "datetime"
) -> Built:
    """The newest posts under a contribution, with the contribution."""
    head = {
        "id": _urn(debate["id"], f"{number}/feed"),
        "title": title,
        "url": f"{debate['url']}/{number}",
    }
    return _posts(head, debate, page, address, updated)


def organisation_feed(organisation: Document, page: Page, address: Address) -> Built:
    """The newest debates of an organisation."""
    entries = [
        {
            "id": f"urn:uuid:{debate['id']}",
            "lang": debate["lang"],
            "title": debate["title"],
            "updated": _instant(debate["published_at"]),
            "published": _instant(debate["published_at"]),
            "author": debate["organisation"]["name"],
            "url": debate["url"],
            "body": debate["description"],
            "categories": ["debate"],
        }
        for debate in page.items
    ]
    head = {
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, 'organisation/' + organisation['slug'])}",
        "title": organisation["name"],
        "url": organisation["url"],
        "lang": organisation["locale"],
        "author": organisation["name"],
        # An empty feed has been so since before there was anything to tell.
        "updated": max((entry["updated"] for entry in entries), default="1970-01-01T00:00:00Z"),
    }
    return _built(head, entries, page, address)


def post_title(post: Document, language: Language) -> str:
    """How a post is called in a feed: tombstones and arguments have no title of their own."""
    number = str(post["number"])
    if post["state"] != "visible":
        key = _TOMBSTONES.get(post["state"], "feed.tombstone.hidden")
        return text(key, language, number=number)
    if post["kind"] == "argument":
        return text(_ARGUMENTS[post["side"]], language, number=number, contribution=str(post["contribution"]))
    return str(post["title"])


def _posts(head: Document, debate: Document, page: Page, address: Address, updated: "datetime") -> Built:
    language = Language(debate["lang"])
    owner = debate["organisation"]["name"]
    entries = [_entry(post, debate["id"], owner, language) for post in page.items]
    newest = max((entry["updated"] for entry in entries), default=format_instant(updated))
    head = {**head, "lang": debate["lang"], "author": owner, "updated": newest}
    return _built(head, entries, page, address)


def _entry(post: Document, debate: UUID, owner: str, language: Language) -> Document:
    entry: Document = {
        "id": _urn(debate, str(post["number"])),
        "title": post_title(post, language),
        "url": post["url"],
        "categories": [post["kind"], *([post["side"]] if post.get("side") else ())],
    }
    if post["state"] != "visible":
        # Who wrote it is not said any more: it is the organisation that says that it was there.
        entry["categories"].append(post["state"])
        return entry | {"lang": language.value, "author": owner, "updated": _instant(post["since"])}
    return entry | {
        "lang": post["lang"],
        "author": post["author"]["name"] or text("feed.anonymous", language),
        "published": _instant(post["created_at"]),
        "updated": _instant(post["revised_at"] or post["created_at"]),
        "related": post.get("link"),
        "body": post["body"],
    }


def _built(head: Document, entries: list[Document], page: Page, address: Address) -> Built:
    link = next_url = None
    if page.position is not None:
        link = next_link(address.place, encode_cursor(CURSOR, page.position))
        next_url = address.public_url + link.partition(">")[0].removeprefix("<")
    document = {**head, "self_url": address.self_url, "next_url": next_url, "entries": entries}
    return Built(document, link=link, with_html=True, write=_written, media_type=MEDIA_TYPE)


def _written(feed: "Mapping[str, object]") -> bytes:
    entries = feed["entries"]
    assert isinstance(entries, list)  # noqa: S101 - as `_built` made it
    absent = {"published": None, "related": None}
    whole = [{**absent, "html": entry.get("body_html"), **entry} for entry in entries]
    return _template().render({**feed, "entries": whole, "version": __version__}).encode()


def _urn(debate: UUID, name: str) -> str:
    return f"urn:uuid:{uuid5(debate, name)}"


def _instant(instant: "datetime | str") -> str:
    return instant if isinstance(instant, str) else format_instant(instant)


@cache
def _template() -> "Template":
    from jinja2 import (  # noqa: PLC0415 - 60 ms that the start need not take
        Environment,
        FileSystemLoader,
        StrictUndefined,
    )

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=allowed,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("feed.xml")
