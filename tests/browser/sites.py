"""The service and other people's sites, on real sockets of this machine, for a real browser.

Ports make origins, host names make sites: `127.0.0.1` and `localhost` are two sites to a browser,
two ports of one host are two origins of the same site.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any, Final, TypeAlias
from urllib.request import urlopen

from uvicorn import Config, Server

from consultation.application.ports import Mail
from consultation.bootstrap import Services, build, create_app
from consultation.settings import Settings
from tests.api.worlds import settings_of
from tests.builders import StepClock

Prepare: TypeAlias = Callable[[Settings], dict[str, str]]
HOST: Final = "127.0.0.1"
_SECONDS: Final = 60
"""How long a server of ours may take to start or to stop, on a machine that does much else."""
_PAGE: Final = b'<!doctype html><html lang="fr"><title>Un autre site</title><h1>Un autre site</h1>'


@dataclass
class Letters:
    """Keeps the mail that leaves, in place of a mail server."""

    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)


@dataclass(frozen=True)
class Service:
    """The service as it runs, and its insides for the tests to look at."""

    url: str
    services: Services
    letters: Letters
    clock: StepClock
    people: dict[str, str] = field(default_factory=dict)
    """Addresses of people by what they are, where there are some before any test."""


@contextmanager
def service(
    database_url: str,
    folder: Path,
    prepare: Prepare | None = None,
    **changes: Any,
) -> Iterator[Service]:
    """The shipped application behind its server, at an address that it knows as its own.

    `prepare` fills the database before and says who is there; `changes` are settings.
    """
    listening = socket()
    listening.bind((HOST, 0))
    url = f"http://{HOST}:{listening.getsockname()[1]}"
    letters, clock = Letters(), StepClock()
    settings = settings_of(database_url, folder, public_url=url, **changes)
    people = {} if prepare is None else prepare(settings)
    services = build(settings, clock=clock, mailer=letters)
    server = Server(Config(create_app(services), lifespan="on", ws="none", log_config=None))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    running.start()
    try:
        # The socket listens once the server does, so that this waits for it and no longer.
        listening.listen()
        with urlopen(f"{url}/healthz", timeout=_SECONDS):  # noqa: S310 - our own server
            pass
        yield Service(url, services, letters, clock, people)
    finally:
        server.should_exit = True
        running.join(_SECONDS)
        services.database.dispose()


class _Site(ThreadingHTTPServer):
    """Answers with the pages that it was given, and with an empty one for every other address."""

    def __init__(self) -> None:
        super().__init__((HOST, 0), _Answers)
        self.pages: dict[str, bytes] = {}
        self.policies: dict[str, str] = {}


class _Answers(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        body = self.server.pages.get(self.path, _PAGE)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.path in self.server.policies:
            self.send_header("Content-Security-Policy", self.server.policies[self.path])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@dataclass(frozen=True)
class Town:
    """A town's own site, whose pages a test writes."""

    origin: str
    site: _Site

    def page(self, path: str, body: str, *, lang: str = "fr", policy: str | None = None) -> str:
        """Put a page there; its address. `policy` is its Content-Security-Policy."""
        whole = (
            f'<!doctype html><html lang="{lang}"><title>Ma ville</title><h1>Ma ville</h1>{body}<p>Fin.</p>'
        )
        self.site.pages[path] = whole.encode()
        if policy is not None:
            self.site.policies[path] = policy
        return f"{self.origin}{path}"


@contextmanager
def town_site(host: str) -> Iterator[Town]:
    """A site on a port of its own. `host` is a name of this machine."""
    with _Site() as server:
        running = threading.Thread(target=server.serve_forever, daemon=True)
        running.start()
        try:
            yield Town(f"http://{host}:{server.server_address[1]}", server)
        finally:
            server.shutdown()
            running.join(_SECONDS)


@contextmanager
def foreign_site(host: str) -> Iterator[str]:
    """Somebody else's site; its origin. `host` is a name of this machine."""
    with town_site(host) as town:
        yield town.origin
