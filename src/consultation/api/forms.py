"""Plain pages with one button, behind links in messages."""

from collections.abc import Sequence
from html import escape
from typing import Final

from starlette.responses import Response

from consultation.api.headers import page_headers
from consultation.localisation.languages import Language

_PAGE: Final = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def paragraphs(words: Sequence[str]) -> str:
    """Paragraphs of plain text."""
    return "\n".join(f"<p>{escape(one)}</p>" for one in words)


def form(button: str) -> str:
    """A form with nothing but a button, which goes to the address at which it stands."""
    return f'<form method="post">\n<p><button>{escape(button)}</button></p>\n</form>'


def page(title: str, body: str, language: Language) -> Response:
    """A page of this; no cache keeps it, and its form goes to this service only."""
    content = _PAGE.format(language=language.value, title=escape(title), body=body)
    headers = page_headers(sends_forms=True) | {
        "Cache-Control": "no-store",
        "Content-Language": language.value,
        "Vary": "Accept-Language",
    }
    return Response(content, 200, headers, "text/html; charset=utf-8")
