"""oEmbed 1.0 (https://oembed.com): what a site needs to show one of our pages as a frame."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from consultation.api.xml import element
from consultation.application.readers import Document
from consultation.localisation.languages import Language
from consultation.localisation.words import text

WIDTH: Final = 800
HEIGHT: Final = 720
"""Pixels of CSS that a frame takes unless the site has less to give."""
CACHE_SECONDS: Final = 300

_LANGUAGE: Final = "|".join(Language)
_PAGE: Final = re.compile(
    rf"(?:/(?P<language>{_LANGUAGE}))?/(?P<organisation>[a-z0-9-]+)/(?P<debate>[a-z0-9-]+)"
    r"(?:/(?P<number>[1-9][0-9]{0,8}))?/?"
)
_FRAME: Final = re.compile(
    rf"(?:/(?P<language>{_LANGUAGE}))?/embed/debates/(?P<uid>[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})"
    r"(?:/(?P<number>[1-9][0-9]{0,8}))?"
)


class Format(StrEnum):
    """The two forms of an answer."""

    JSON = "json"
    XML = "xml"

    @property
    def media_type(self) -> str:
        """As the specification has it, section 2.3.3."""
        return "application/json" if self is Format.JSON else "text/xml"


@dataclass(frozen=True, slots=True)
class Place:
    """What an address leads to: a debate, by id or by the slugs of its page, and a post in it."""

    debate: UUID | tuple[str, str]
    number: int | None
    language: Language | None


def place_of(url: str, public_url: str) -> Place | None:
    """The place of one of our own addresses; None for all others."""
    try:
        path, known = urlsplit(url).path, urlsplit(url)._replace(query="", fragment="").geturl()
    except ValueError:
        return None
    below = urlsplit(public_url).path
    if known != f"{public_url}{path.removeprefix(below)}":
        return None
    path = path.removeprefix(below)
    found = _FRAME.fullmatch(path) or _PAGE.fullmatch(path)
    if found is None:
        return None
    parts = found.groupdict()
    debate = UUID(parts["uid"]) if "uid" in parts else (parts["organisation"], parts["debate"])
    return Place(
        debate,
        None if parts["number"] is None else int(parts["number"]),
        None if parts["language"] is None else Language(parts["language"]),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be framed: a debate, or a post in it by its number and what it is called."""

    debate: Document
    number: int | None
    title: str
    language: Language


def answer(shown: Shown, service_name: str, public_url: str, size: tuple[int, int]) -> Mapping[str, object]:
    """The response of type `rich`. `size` is width and height in pixels of CSS."""
    width, height = size
    debate, number = shown.debate, shown.number
    source = f"{public_url}/embed/debates/{debate['id']}{'' if number is None else f'/{number}'}"
    label = text("embed.title", shown.language, title=shown.title)
    frame = (
        f'<iframe src="{escape(source)}?lang={shown.language.value}" title="{escape(label)}" '
        f'width="{width}" height="{height}" loading="lazy"></iframe>'
    )
    return {
        "type": "rich",
        "version": "1.0",
        "title": shown.title,
        "author_name": debate["organisation"]["name"],
        "author_url": f"{public_url}/{debate['organisation']['slug']}",
        "provider_name": service_name,
        "provider_url": public_url,
        "cache_age": CACHE_SECONDS,
        "html": frame,
        "width": width,
        "height": height,
    }


def size(maxwidth: int | None, maxheight: int | None) -> tuple[int, int]:
    """Width and height of a frame in a place that has no more than this."""
    return min(WIDTH, maxwidth or WIDTH), min(HEIGHT, maxheight or HEIGHT)


def encoded(answered: Mapping[str, object], form: Format) -> bytes:
    """The answer as sent."""
    if form is Format.JSON:
        return orjson.dumps(answered)
    members = "".join(element(name, value) for name, value in answered.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{members}</oembed>'.encode()
