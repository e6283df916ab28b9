"""Plain pages with one form, behind links in messages, and what such a form sends."""

from collections.abc import Callable, Coroutine, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from fastapi import Request
from starlette.responses import Response

from consultation.api.headers import page_headers
from consultation.api.requests import JsonRoute
from consultation.localisation.languages import Language

FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 10
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
_FIELD: Final = """\
<p><label for="{name}">{label}</label></p>
<p><textarea id="{name}" name="{name}" rows="12" cols="60" minlength="{least}" maxlength="{most}"
 required>{text}</textarea></p>
"""


class FormRoute(JsonRoute):
    """A route that takes what a page's form sends like the JSON object with the same members."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with a form made JSON before anything else looks at it."""
        handle = super().get_route_handler()

        async def handle_form(request: Request) -> Response:
            return await handle(await _as_json(request) if is_form(request) else request)

        return handle_form


def is_form(request: Request) -> bool:
    """Did a page's form send this?"""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == FORM or "form" in request.scope.get("state", {})


async def _as_json(request: Request) -> Request:
    sent = (await request.body()).decode("utf-8", "replace")
    try:
        fields = dict(parse_qsl(sent, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:  # too many of them
        fields = {}
    # What pages send has the line ends of the network.
    body = orjson.dumps({name: value.replace("\r\n", "\n") for name, value in fields.items()})
    headers = [
        pair for pair in request.scope["headers"] if pair[0] not in {b"content-type", b"content-length"}
    ]
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    state = {**request.scope.get("state", {}), "form": True}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({**request.scope, "headers": headers, "state": state}, receive)


def field(name: str, label: str, least: int, most: int, text: str = "") -> str:
    """A field for a longer text, in characters."""
    return _FIELD.format(name=name, label=escape(label), least=least, most=most, text=escape(text))


def paragraphs(words: Sequence[str]) -> str:
    """Paragraphs of plain text."""
    return "\n".join(f"<p>{escape(one)}</p>" for one in words)


def form(fields: str, button: str) -> str:
    """A form that sends its fields to the address at which it stands."""
    return f'<form method="post">\n{fields}<p><button>{escape(button)}</button></p>\n</form>'


def page(title: str, body: str, language: Language, status: int = 200) -> Response:
    """A page of this; no cache keeps it, and its form goes to this service only."""
    content = _PAGE.format(language=language.value, title=escape(title), body=body)
    headers = page_headers(sends_forms=True) | {
        "Cache-Control": "no-store",
        "Content-Language": language.value,
        "Vary": "Accept-Language",
    }
    return Response(content, status, headers, "text/html; charset=utf-8")
