"""Somebody who knows the address of a service and its documents, and nothing of how it is made."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import httpx2
import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.api.mailbox import code_in

PROBLEM: Final = "application/problem+json"
_SECONDS: Final = 120


@dataclass
class Stranger:
    """A program or a browser that calls the service: it keeps cookies, and a token if it got one."""

    http: httpx2.Client
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, status: int, body: Any = None, **headers: str) -> Any:
        """What the answer says, which must have this status; a refusal must be a problem document."""
        answer = self.ask(method, path, body, **headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        if status >= 400:
            assert answer.headers["content-type"] == PROBLEM, answer.headers
        return answer.json() if answer.content else None

    def code(self, method: str, path: str, status: int, body: Any = None, **headers: str) -> str:
        """The code with which a call is refused."""
        problem = self.call(method, path, status, body, **headers)
        assert problem["status"] == status
        return str(problem["code"])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """One call; an underscore in the name of a header stands for a hyphen."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        url = path if path.startswith("http") else f"/api/v1{path}"
        return self.http.request(method, url, json=body, headers=self.headers | said)


def letter_to(folder: Path, address: str) -> EmailMessage:
    """The newest message to an address."""
    # Only whole ones: another message may just be being written.
    whole = sorted(folder.glob("*.eml"))
    read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in whole]
    letter = [one for one in read if one["To"] == address][-1]
    assert isinstance(letter, EmailMessage)
    return letter


@dataclass(frozen=True)
class Place:
    """Where the service answers, and where its mail arrives."""

    address: str
    mail: Path

    @contextmanager
    def stranger(self, **headers: str) -> Iterator[Stranger]:
        """Somebody whom the service does not know."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        with httpx2.Client(base_url=self.address, timeout=_SECONDS) as http:
            yield Stranger(http, said)

    @contextmanager
    def by_mail(self, address: str) -> Iterator[Stranger]:
        """Somebody who signs in with a code by e-mail, and calls with the token."""
        with self.stranger() as caller:
            caller.call("POST", "/auth/codes", 202, {"email": address})
            code = code_in(letter_to(self.mail, address))
            session = caller.call("POST", "/auth/sessions", 201, {"email": address, "code": code})
            caller.headers["Authorization"] = f"Bearer {session['token']}"
            yield caller

    @contextmanager
    def at_provider(self, start_url: str, subject: str) -> Iterator[Stranger]:
        """Somebody whose browser goes from a link to the provider's form, and comes back with a cookie."""
        with self.stranger(Sec_Fetch_Site="same-origin", Origin=self.address) as browser:
            form = browser.http.get(start_url).headers["location"]
            back = httpx2.post(form, data={"sub": subject}).headers["location"]
            answer = browser.http.get(back, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 303, answer.text
            assert browser.http.cookies
            yield browser


def unproven(debate: str, entries: list[dict[str, Any]]) -> list[int]:
    """The places of a journal whose leaf hash is another than docs/journal.md computes."""
    wrong = []
    for place, entry in enumerate(entries, 1):
        claimed, public = entry["leaf_hash"], entry | {"debate": debate}
        del public["leaf_hash"]
        canonical = json.dumps(public, sort_keys=True, separators=(",", ":")).encode()
        if hashlib.sha256(b"\0" + canonical).hexdigest() != claimed or entry["sequence"] != place:
            wrong.append(place)
    return wrong


def everything_stored(database_url: str) -> bytes:
    """All that a database holds, in lower case: the bytes of the files, or each row of each table as text."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*")).lower()
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo) as connection:
        names = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert names
        rows = [
            str(row)
            for name in names
            for (row,) in connection.execute(
                sql.SQL("SELECT stored::text FROM {} AS stored").format(sql.Identifier(*name))
            )
        ]
    return "\n".join(rows).lower().encode()


def found(markers: list[str], stored: bytes) -> list[str]:
    """Those of some words that are stored, as they are or in the hexadecimal digits of binary columns."""
    return [
        marker
        for marker in markers
        if marker.lower().encode() in stored or marker.encode().hex().encode() in stored
    ]
