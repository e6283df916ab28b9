"""The service and other people's sites, on real sockets of this machine, for a real browser.

Ports make origins, host names make sites: `127.0.0.1` and `localhost` are two sites to a browser,
two ports of one host are two origins of the same site.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any, Final
from urllib.request import urlopen

from uvicorn import Config, Server

from consultation.application.ports import Mail
from consultation.bootstrap import Services, build, create_app
from tests.api.worlds import settings_of
from tests.builders import StepClock

HOST: Final = "127.0.0.1"
_STOP_SECONDS: Final = 10
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


@contextmanager
def service(database_url: str, folder: Path, **changes: Any) -> Iterator[Service]:
    """The shipped application behind its server, at an address that it knows as its own."""
    listening = socket()
    listening.bind((HOST, 0))
    url = f"http://{HOST}:{listening.getsockname()[1]}"
    letters, clock = Letters(), StepClock()
    services = build(
        settings_of(database_url, folder, public_url=url, **changes), clock=clock, mailer=letters
    )
    server = Server(Config(create_app(services), lifespan="on", ws="none", log_config=None))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    running.start()
    try:
        # The socket listens once the server does, so that this waits for it and no longer.
        listening.listen()
        with urlopen(f"{url}/healthz", timeout=_STOP_SECONDS):  # noqa: S310 - our own server
            pass
        yield Service(url, services, letters, clock)
    finally:
        server.should_exit = True
        running.join(_STOP_SECONDS)
        services.database.dispose()


class _Empty(BaseHTTPRequestHandler):
    """Answers everything with an empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def foreign_site(host: str) -> Iterator[str]:
    """Somebody else's site; its origin. `host` is a name of this machine."""
    with ThreadingHTTPServer((HOST, 0), _Empty) as server:
        running = threading.Thread(target=server.serve_forever, daemon=True)
        running.start()
        try:
            yield f"http://{host}:{server.server_address[1]}"
        finally:
            server.shutdown()
            running.join(_STOP_SECONDS)
