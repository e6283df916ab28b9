"""Somebody who fills in forms as a browser does: with the hidden fields that the page holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from httpx2 import Response

from tests.docs.outline import Page, parsed
from tests.web.reader import Reader

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Filled:
    """A form as it stands on a page, ready to be sent."""

    action: str
    values: dict[str, str]

    def with_(self, **values: str) -> "Filled":
        """The same form with something put in."""
        return Filled(self.action, {**self.values, **values})


class _Forms(HTMLParser):
    """The forms of a page, with what a browser would send of each."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Filled] = []
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Filled(had["action"], {}))
        if not self.forms or "name" not in had or tag == "button":
            if tag == "option" and self._select is not None:
                self._choose(self._select, had)
            return
        values, name = self.forms[-1].values, had["name"]
        if tag == "input" and (had.get("type") not in {"radio", "checkbox"} or "checked" in had):
            values[name] = had.get("value", "")
        elif tag == "textarea":
            self._area, values[name] = name, ""
        elif tag == "select":
            self._select = name

    def _choose(self, name: str, had: dict[str, str]) -> None:
        values = self.forms[-1].values
        if "selected" in had or name not in values:
            values[name] = had["value"]

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1].values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # The first line end belongs to the element, not to the text (HTML, 13.1.2.5).
            values = self.forms[-1].values
            values[self._area] = values[self._area].removeprefix("\n")
            self._area = None
        if tag == "select":
            self._select = None


def form_on(answer: Response, action: str, status: int = 200) -> Filled:
    """The form of a page that goes to an address, with what a browser would send of it."""
    assert answer.status_code == status, answer.text
    found = [form for form in _Forms(answer.text).forms if form.action.endswith(action)]
    assert found, [form.action for form in _Forms(answer.text).forms]
    return found[0]


def send(reader: Reader, form: Filled, **headers: str) -> Response:
    """Press the button."""
    return post(reader, form.action, form.values, **headers)


def post(reader: Reader, path: str, values: Mapping[str, str] | bytes, **headers: str) -> Response:
    """Send fields to an address as a page of the service does; header names use underscores."""
    sent = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Content-Type": FORM}
    if reader.language is not None:
        sent["Accept-Language"] = reader.language
    if reader.token is not None:
        sent["Cookie"] = f"session={reader.token}"
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(values, bytes):
        return reader.client.post(path, content=values, headers=sent, follow_redirects=False)
    return reader.client.post(path, data=dict(values), headers=sent, follow_redirects=False)


def shown(answer: Response, status: int = 200) -> Page:
    """The page that an answer is."""
    assert answer.status_code == status, answer.text
    return parsed(answer.text)


def went_to(answer: Response) -> str:
    """Where an answer sends the browser: path, query and anchor."""
    assert answer.status_code == 303, answer.text
    location = str(answer.headers["location"])
    assert location.startswith("/"), location
    return location
