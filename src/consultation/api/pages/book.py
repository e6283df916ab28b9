"""Renders the reference pages and keeps them: what they show only changes with the release."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from consultation.api.pages.operations import chapters, named, shared_codes
from consultation.api.pages.problems import by_status, example
from consultation.api.problems import STATUS
from consultation.localisation.languages import Language
from consultation.localisation.problems import FACTS, explanation, problem_text
from consultation.localisation.words import text

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE: Final = Path(__file__).parent
_CODE: Final = re.compile(r"`([^`]+)`|\b([a-z]+(?:_[a-z]+)+)\b")
"""What is set as code: names between backticks, and names of facts, which have an underscore."""
LANGUAGE_NAMES: Final = {
    Language.FR: "Français",
    Language.NL: "Nederlands",
    Language.DE: "Deutsch",
    Language.EN: "English",
}


@dataclass(frozen=True, slots=True)
class Page:
    """Finished bytes with their entity tag and media type; `language` of pages that have one."""

    body: bytes
    media_type: str = "text/html"
    language: Language | None = None

    @property
    def etag(self) -> str:
        """The strong entity tag of the bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class Book:
    """The reference pages of one application.

    `document` gives the OpenAPI document and `encoded` its bytes; both are asked for when a page
    needs them, not before.
    """

    def __init__(
        self,
        document: Callable[[], dict[str, Any]],
        encoded: Callable[[], bytes],
        service_name: str,
        public_url: str,
    ) -> None:
        self._document = document
        self._encoded = encoded
        self._service_name = service_name
        self._public_url = public_url
        self._kept: dict[tuple[str, Language], Page] = {}

    @cached_property
    def openapi(self) -> Page:
        """The OpenAPI document, as committed."""
        return Page(self._encoded(), "application/json")

    @cached_property
    def stylesheet(self) -> Page:
        """The one stylesheet."""
        return Page((_HERE / "static" / "reference.css").read_bytes(), "text/css")

    def docs(self) -> Page:
        """Every operation, for people who write programs; in English."""

        def facts() -> dict[str, Any]:
            document = self._document()
            return {
                "chapters": chapters(document),
                "shared": shared_codes(document),
                "schemas": document["components"]["schemas"],
                "version": document["info"]["version"],
            }

        return self._keep("docs.html", Language.EN, "docs", facts)

    def problems(self, language: Language) -> Page:
        """The list of all problem types."""

        def facts() -> dict[str, Any]:
            titles = {code: problem_text(code, {}, language).title for code in STATUS}
            return {"groups": by_status(), "titles": titles, "address": "/problems"}

        return self._keep("problems.html", language, "problems", facts)

    def problem(self, code: str, language: Language) -> Page | None:
        """What one problem type means; None for a code that is none."""
        if code not in STATUS:
            return None

        def facts() -> dict[str, Any]:
            shown = example(code, language, self._public_url)
            return {
                "code": code,
                "status": STATUS[code],
                "title": shown["title"],
                "explanation": explanation(code, language),
                "facts": FACTS.get(code, ()),
                "example": json.dumps(shown, ensure_ascii=False, indent=2),
                "address": f"/problems/{code}",
            }

        return self._keep("problem.html", language, code, facts)

    def _keep(
        self, template: str, language: Language, name: str, facts: Callable[[], Mapping[str, Any]]
    ) -> Page:
        page = self._kept.get((name, language))
        if page is None:
            page = self._kept[name, language] = self._rendered(template, language, facts())
        return page

    def _rendered(self, template: str, language: Language, facts: Mapping[str, Any]) -> Page:
        body = self._templates.get_template(template).render(
            language=language.value,
            text=partial(text, language=language),
            languages={one.value: name for one, name in LANGUAGE_NAMES.items()},
            **facts,
        )
        return Page(body.encode(), language=language)

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
        environment.filters["marked"] = _marked
        environment.filters["named"] = named
        # The address changes with the bytes, so that browsers may keep them for good.
        version = self.stylesheet.etag.strip('"')[:12]
        environment.globals.update(
            service_name=self._service_name,
            public_url=self._public_url,
            stylesheet=f"/reference.css?v={version}",
        )
        return environment


def _marked(words: str) -> "Markup":
    """A text with its names set as code."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - comes with jinja2

    return Markup(_CODE.sub(r"<code>\1\2</code>", str(escape(words))))  # nosec B704  # noqa: S704 - escaped just before
