"""Everything that is kept of a person, as JSON for programs and as HTML for reading.

Both are written piece by piece, in constant memory. The HTML loads nothing, runs nothing and
links to nothing: it can be kept and opened anywhere.
"""

from collections.abc import Iterator
from datetime import date, datetime
from html import escape
from typing import Final

import orjson

from consultation.application.privacy.archives import FORMAT, VERSION, ArchiveKind, Row, Sections, Value
from consultation.domain.journal import format_instant
from consultation.localisation.catalogues import catalogue
from consultation.localisation.formats import moment
from consultation.localisation.languages import Language
from consultation.localisation.words import text

_HEAD: Final = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
<p>{lead}</p>
"""
_ZONE: Final = "UTC"


def write_archive(kept: Sections, kind: ArchiveKind, language: str, at: datetime) -> Iterator[bytes]:
    """The archive of a person as of an instant, in pieces."""
    if kind is ArchiveKind.JSON:
        return _json(kept, language, at)
    return _html(kept, Language(language), at)


def _json(kept: Sections, language: str, at: datetime) -> Iterator[bytes]:
    head = {"format": FORMAT, "version": VERSION, "produced_at": format_instant(at), "language": language}
    yield orjson.dumps(head)[:-1] + b',"kept":{'
    separator = b""
    for name, rows in kept.sections():
        yield separator + orjson.dumps(name) + b":["
        separator = b""
        for row in rows:
            yield separator + orjson.dumps({field: _plain(value) for field, value in row.items()})
            separator = b","
        yield b"]"
        separator = b","
    yield b"}}"


def _plain(value: Value) -> Value:
    return format_instant(value) if isinstance(value, datetime) else value


def _html(kept: Sections, language: Language, at: datetime) -> Iterator[bytes]:
    title = escape(text("archive.title", language))
    lead = escape(text("archive.lead", language, at=moment(at, _ZONE, language)))
    yield _HEAD.format(language=language.value, title=title, lead=lead).encode()
    for name, rows in kept.sections():
        yield f"<h2>{_word('section', name, language)}</h2>\n".encode()
        found = False
        for row in rows:
            found = True
            yield _definitions(row, language)
        if not found:
            yield f"<p>{escape(text('archive.nothing', language))}</p>\n".encode()
    yield b"</body>\n</html>\n"


def _definitions(row: Row, language: Language) -> bytes:
    lines = ["<dl>"]
    for name, value in row.items():
        if value is not None:
            shown = escape(_shown(value, language)).replace("\n", "<br>")
            lines.append(f"<dt>{_word('field', name, language)}</dt><dd>{shown}</dd>")
    return "\n".join((*lines, "</dl>\n")).encode()


def _shown(value: Value, language: Language) -> str:
    match value:
        case datetime():
            return moment(value, _ZONE, language)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _word(family: str, name: str, language: Language) -> str:
    """What a section or a field is called; a new one goes by its own name until it has a word."""
    return escape(catalogue(language).find(f"archive.{family}.{name}") or name.replace("_", " "))
