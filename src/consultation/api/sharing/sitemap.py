"""Sitemaps (https://www.sitemaps.org/protocol.html): an index, the pages of places, those of posts.

Posts are cut into parts by their numbers, so that a part is one look into the database and holds
no more addresses than the protocol allows.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from consultation.api.xml import element
from consultation.application.documents import Links
from consultation.application.readers import Document
from consultation.domain.journal import format_instant

MEDIA_TYPE: Final = "application/xml"
MOST: Final = 50_000
"""Addresses in one sitemap."""
_SCHEMA: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def index(document: Document) -> bytes:
    """The sitemap of sitemaps, of what `Snapshot.published` found."""
    public_url = document["public_url"]
    entries = [_entry("sitemap", f"{public_url}/sitemap/places.xml")]
    for debate in document["debates"]:
        for part in range(-(-debate.last_number // MOST)):
            address = f"{public_url}/sitemap/debates/{debate.uid}/{part + 1}.xml"
            entries.append(_entry("sitemap", address, debate.last_act_at))
    return _whole("sitemapindex", entries)


def places(document: Document) -> bytes:
    """The start page, the organisations that have debates, and the debates."""
    links = Links(document["public_url"])
    debates = document["debates"]
    slugs = dict.fromkeys(debate.organisation for debate in debates)
    entries = [
        _entry("url", f"{links.public_url}/"),
        *(_entry("url", links.organisation(slug)) for slug in slugs),
        *(
            _entry("url", links.debate(debate.organisation, debate.slug), debate.last_act_at)
            for debate in debates
        ),
    ]
    return _whole("urlset", entries[:MOST])


def posts(document: Document) -> bytes:
    """The threads of one part of a debate."""
    url = document["url"]
    return _whole(
        "urlset", (_entry("url", f"{url}/{number}", changed) for number, changed in document["threads"])
    )


def robots(public_url: str) -> bytes:
    """What crawlers are asked (RFC 9309): to leave alone what is about the person who looks."""
    pages = ("account", "sign-in", "desk", "moderation")
    # A rule holds for whatever begins so: `/desk` alone would hide an organisation called `desk-research`.
    private = [f"{page}{end}" for page in pages for end in ("$", "/", "?")]
    lines = ["User-agent: *", *(f"Disallow: /{one}" for one in (*private, "api/v1/me", "api/v1/auth")), ""]
    return "\n".join([*lines, f"Sitemap: {public_url}/sitemap.xml", ""]).encode()


def _entry(name: str, address: str, changed: datetime | None = None) -> str:
    known = "" if changed is None else element("lastmod", format_instant(changed))
    return f"<{name}>{element('loc', address)}{known}</{name}>\n"


def _whole(name: str, entries: Iterable[str]) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{_SCHEMA}">\n'
    return f"{head}{''.join(entries)}</{name}>\n".encode()
