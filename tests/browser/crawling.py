"""Every page that a person can reach by links, each kind once: for what holds of all pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Error, Page

from consultation.localisation.languages import Language

_UID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER: Final = re.compile(r"(?<=/)[0-9]+(?=/|$)")
_PREFIX: Final = re.compile(rf"^/({'|'.join(Language)})(?=/|$)")
# What is no page, or leads away from here: data, and the long reference of the interface.
_LEFT_OUT: Final = re.compile(
    r"/(?:api|docs|static|sitemap|oembed|openapi\.json)(?:[/.]|$)|\.(?:atom|ics|csv|jsonl|xml)$"
)
_LINKS: Final = """() => [...document.querySelectorAll("a[href]")]
    .filter(one => !one.target && !one.hasAttribute("download")).map(one => one.href)"""


def kind_of(path: str) -> str:
    """Pages of one kind differ in what they show, not in how: the same template made them."""
    return _NUMBER.sub("N", _UID.sub("ID", _PREFIX.sub("", path) or "/"))


@dataclass
class Crawl:
    """A walk through the pages of the service, in one language, as whoever the browser's cookie says."""

    page: Page
    service: str
    language: Language | None = None
    most: int = 80
    each: int = 1
    """How many pages of each kind are looked at."""
    found: list[str] = field(default_factory=list)

    def paths(self, *starts: str) -> Iterator[str]:
        """Open one page after another and give its path; the caller looks at it meanwhile."""
        waiting, met, kinds = [self._in_language(start) for start in starts], set[str](), dict[str, int]()
        while waiting and len(self.found) < self.most:
            path = waiting.pop(0)
            kind = kind_of(path)
            if path in met or kinds.get(kind, 0) >= self.each:
                continue
            met.add(path)
            kinds[kind] = kinds.get(kind, 0) + 1
            try:
                answer = self.page.goto(f"{self.service}{path}")
            except Error:  # a file to be saved
                continue
            if answer is None or "text/html" not in (answer.headers.get("content-type") or ""):
                continue
            waiting += [link for link in self._links() if link not in met]
            self.found.append(path)
            yield path

    def _links(self) -> Iterator[str]:
        links: list[str] = self.page.evaluate(_LINKS)
        for link in links:
            address = urldefrag(link).url
            path = urlsplit(address).path
            if (
                urlsplit(address).query
                or not address.startswith(f"{self.service}/")
                or _LEFT_OUT.search(path)
            ):
                continue
            yield self._in_language(path)

    def _in_language(self, path: str) -> str:
        if self.language is None or path.startswith(("/embed/", "/docs", "/problems")):
            return path
        rest = _PREFIX.sub("", path)
        return f"/{self.language.value}{rest if rest != '/' else ''}"
