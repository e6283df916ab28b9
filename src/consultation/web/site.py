"""Renders the pages: one environment of templates, and the words, instants and numbers they use."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property, partial
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

import nh3
import orjson

from consultation.api.problems import Problem
from consultation.application.readers import Document
from consultation.domain.decisions import Refused
from consultation.localisation.catalogues import catalogue
from consultation.localisation.formats import day, long_date, moment, number
from consultation.localisation.languages import Language
from consultation.localisation.problems import problem_text
from consultation.localisation.words import duration, plural, text
from consultation.markup import render_html
from consultation.web.causes import cause_of, status_in
from consultation.web.forms import Fault
from consultation.web.frame import opening_apart
from consultation.web.sharing import LOCALES, contribution_data, debate_data
from consultation.web.statics import Carried, carried, statics, stylesheet
from consultation.web.view import View
from consultation.web.wording import in_their_language, with_html

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE: Final = Path(__file__).parent
_EXCERPT: Final = 280
"""Characters of a text in a list."""
_TALL: Final = re.compile(r" (?=[?!:;»])|(?<=«) ")
LANGUAGE_NAMES: Final = {
    Language.FR: "Français",
    Language.NL: "Nederlands",
    Language.DE: "Deutsch",
    Language.EN: "English",
}


class Site:
    """The pages of one instance. `public_url` has no final slash."""

    def __init__(self, service_name: str, public_url: str, contact: str = "") -> None:
        self.service_name = service_name
        self.public_url = public_url
        self.contact = contact

    def render(
        self, template: str, view: View, facts: Mapping[str, Any], style: Carried | None = None
    ) -> bytes:
        """The bytes of a page, which carries its style where one is given and links to it elsewhere."""
        language = view.language
        page = self._templates.get_template(template)
        written = page.render(
            view=view,
            me=view.me,
            language=language.value,
            carried=None if style is None else _as_it_is(style.text),
            to=view.to,
            text=partial(text, language=language),
            plural=partial(plural, language=language),
            number=partial(number, language=language),
            instant=_instant,
            moment=partial(_moment, language=language),
            day=partial(_day, language=language),
            date=partial(_date, language=language),
            lasting=partial(duration, language=language),
            said=partial(_said, language=language),
            with_html=partial(with_html, language=language),
            wordings=partial(_wordings, language=language),
            **facts,
        )
        return (written if view.frame is None else opening_apart(written, view.frame)).encode()

    def carried_with(self, facts: Mapping[str, Any]) -> Carried:
        """The style that a page of these facts carries."""
        owner = _owner_of(facts.get("debate"), facts.get("organisation"))
        return carried(owner["accent"] if owner else None)

    def path_of(self, url: str) -> str:
        """The path of one of the service's own addresses, as documents bear them."""
        return url.removeprefix(self.public_url) or "/"

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import (  # noqa: PLC0415 - 60 ms that the start need not take
            Environment,
            FileSystemLoader,
            StrictUndefined,
        )

        environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(
            markdown=_markdown,
            excerpt=_excerpt,
            held=_held,
            begun=_begun,
            cause=cause_of,
            status=status_in,
            host=_host,
            iso=_iso,
            query=_query,
            path=self.path_of,
            titles=_titles,
        )
        environment.globals.update(
            service_name=self.service_name,
            locales=LOCALES,
            debate_data=partial(debate_data, excerpt=_excerpt),
            contribution_data=partial(contribution_data, excerpt=_excerpt),
            public_url=self.public_url,
            contact=self.contact,
            static={name: static.address for name, static in statics().items()},
            languages={one.value: name for one, name in LANGUAGE_NAMES.items()},
            language_of=Language,
            style=_style,
            owner_of=_owner_of,
        )
        return environment


def _owner_of(debate: Document | None, organisation: object) -> Document | None:
    """The organisation whose page it is, as its debate or the page itself names it; None for no one's."""
    owner = (debate or {}).get("organisation", organisation)
    return owner if isinstance(owner, dict) and "accent" in owner else None


def _style(owner: Document | None) -> str:
    """The address of the stylesheet, in the colour of the organisation whose page it is."""
    return stylesheet(owner["accent"] if owner else None).address


def _as_it_is(style: str) -> "Markup":
    """Our own stylesheet, in which quotes are quotes."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup(style)  # nosec B704  # noqa: S704 - a file of this package


def _markdown(body: str) -> "Markup":
    """A participant's text as safe HTML."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup(render_html(body))  # nosec B704  # noqa: S704 - cleaned by nh3


def _excerpt(body: str) -> str:
    """How a text begins, as plain words."""
    plain = unescape(nh3.clean(render_html(body[: 2 * _EXCERPT]), tags=set()))
    words = " ".join(plain.split())
    return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT].rpartition(' ')[0]}…"


def _held(words: str) -> str:
    """Words whose spaces before tall punctuation, as French has them, do not break at the end of a line."""
    return _TALL.sub("\u00a0", words)


def _begun(words: str) -> str:
    """Words of the middle of a sentence as they stand at its beginning."""
    return words[:1].upper() + words[1:]


def _host(link: str) -> str:
    """The host that a link leads to, so that people know before they go."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _query(parameters: Mapping[str, object]) -> str:
    """The query string of an address, without what says nothing."""
    return urlencode({name: value for name, value in parameters.items() if value not in (None, "")})


def _titles(debate: Document) -> dict[str, str]:
    """The titles of a debate's themes by their slugs."""
    return {theme["slug"]: theme["title"] for theme in debate["themes"]}


def _iso(value: datetime | str) -> str:
    return _instant(value).isoformat()


def _date(value: str, *, language: Language) -> str:
    return long_date(date.fromisoformat(value), language)


def _said(value: Fault | Problem | Refused, *, language: Language) -> str:
    """The sentence of a refusal, wherever it comes from."""
    if isinstance(value, Fault):
        facts = {} if value.refused is None else value.refused.facts
        return in_their_language(value.said(language), facts)
    return in_their_language(problem_text(value.code, value.facts, language).detail, value.facts)


def _wordings(key: str, *, language: Language) -> str:
    """All forms of a counted sentence as JSON, for script to fill in."""
    return orjson.dumps(catalogue(language).sentences[key]).decode()


def _instant(value: datetime | str) -> datetime:
    """An instant of a document, which may be text already."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: datetime | str, time_zone: str, *, language: Language, with_zone: bool = False) -> str:
    return moment(_instant(value), time_zone, language, with_zone=with_zone)


def _day(value: datetime | str, time_zone: str, *, language: Language) -> str:
    return day(_instant(value), time_zone, language)
