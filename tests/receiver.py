"""A server that receives webhooks, on loopback, and keeps what it got."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from consultation.bootstrap import Services, build
from consultation.settings import Settings
from tests.builders import StepClock


@dataclass(frozen=True)
class Got:
    """One call: headers in lower case, and the body."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers with the statuses it was told, one after the other, then with 204; not while `gate` is shut."""

    port: int
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    _came: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.gate.set()

    def take(self, got: Got) -> int:
        """Keep a call; what to answer."""
        with self._came:
            self.got.append(got)
            self._came.notify_all()
            return self.answers.pop(0) if self.answers else 204

    def arrived(self, calls: int, seconds: float) -> bool:
        """Wait until so many calls came; did they?"""
        with self._came:
            return self._came.wait_for(lambda: len(self.got) >= calls, seconds)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hooks"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run it for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.take(Got(headers, self.rfile.read(length)))
            receiver.gate.wait()
            self.send_response(status)
            if status in {301, 302, 303, 307, 308}:
                self.send_header("location", f"http://{receiver.host}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def calling(settings: Settings, clock: StepClock, *receivers: Receiver) -> Iterator[Services]:
    """The services of a process that may call these receivers, though they are on loopback."""
    hosts = tuple(one.host for one in receivers)
    services = build(settings.model_copy(update={"private_hosts": hosts}), clock=clock)
    yield services
    services.database.dispose()
