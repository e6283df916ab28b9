"""Somebody with a browser and without script: reads pages, follows links, is signed in by a cookie."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from httpx2 import Response
from starlette.testclient import TestClient

from tests.builders import API, SLUG, Caller
from tests.docs.outline import Page, parsed


@dataclass(frozen=True)
class Reader:
    """Reads pages. `language` is the browser's wish; `token` that of the session cookie."""

    client: TestClient
    language: str | None = "fr"
    token: str | None = None

    def as_(self, caller: Caller) -> "Reader":
        """The same browser, signed in as somebody."""
        return replace(self, token=caller.token)

    def wishing(self, language: str | None) -> "Reader":
        """The same browser with another wish for a language."""
        return replace(self, language=language)

    def get(self, path: str, **headers: str) -> Response:
        """The answer to an address, as a browser asks for it; header names use underscores."""
        sent = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Sec-Fetch-Site": "none"}
        if self.language is not None:
            sent["Accept-Language"] = self.language
        if self.token is not None:
            sent["Cookie"] = f"session={self.token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=sent, follow_redirects=False)

    def read(self, path: str, status: int = 200) -> Page:
        """The page behind an address."""
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return parsed(answer.text)


def links(page: Page) -> dict[str, str]:
    """The addresses that a page leads to, with the text of the last link to each."""
    return {link.attributes["href"]: link.text.strip() for link in page.all("a") if "href" in link.attributes}


def words(page: Page, tag: str = "main") -> str:
    """The text of an element, its space in one piece each."""
    return " ".join(page.one(tag).text.split())


def address_of(client: TestClient, debate: str) -> str:
    """The path of a debate's page, by its id."""
    return str(urlsplit(client.get(f"{API}/debates/{debate}").json()["url"]).path)


__all__ = ["SLUG", "Reader", "address_of", "links", "words"]
