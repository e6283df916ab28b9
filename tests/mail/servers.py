"""Real mail servers on a free port of this machine, each in a thread of its own."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
Factory = Callable[[asyncio.AbstractEventLoop], asyncio.BaseProtocol]


@contextmanager
def listening(factory: Factory, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server that speaks what the factory makes; it stops on leaving."""
    started: Future[tuple[int, Callable[[], None]]] = Future()

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        stopped = asyncio.Event()
        server = await loop.create_server(lambda: factory(loop), HOST, 0, ssl=tls)
        port: int = server.sockets[0].getsockname()[1]
        started.set_result((port, lambda: _call(loop, stopped.set)))
        await stopped.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    port, stop = started.result(timeout=60)
    try:
        yield port
    finally:
        stop()
        thread.join(timeout=60)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(function)


@dataclass
class Recorder:
    """A handler of aiosmtpd that keeps what it accepts, and answers as it is told."""

    recipient_answer: str = "250 OK"
    data_answer: str = "250 OK"
    user: str = "sender"
    password: str = "secret"  # the test's own
    envelopes: list[Envelope] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds its hooks by the command's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return self.recipient_answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds its hooks by the command's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.data_answer.startswith("2"):
            self.envelopes.append(envelope)
            self.encrypted.append(session.ssl is not None)
        return self.data_answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        right = data == LoginPassword(self.user.encode(), self.password.encode())
        if right:
            self.users.append(data.login)
        return AuthResult(success=right, handled=False)

    def speaks(self, protocol: type[SMTP] = SMTP, **options: Any) -> Factory:
        """A factory of aiosmtpd's protocol with this handler."""
        return lambda loop: protocol(self, loop=loop, hostname="mail.test", **options)


class HangsUpOnQuit(SMTP):
    """Takes the message and leaves without a word."""

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 - named as in aiosmtpd
        assert self.transport is not None
        self.transport.close()


class RefusesToQuit(SMTP):
    """Takes the message and then answers with an error."""

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 - named as in aiosmtpd
        await self.push("451 not now")


class Says(asyncio.Protocol):
    """Says one thing to whoever connects, and hangs up if it is told to."""

    def __init__(self, greeting: bytes, *, hang_up: bool) -> None:
        self.greeting = greeting
        self.hang_up = hang_up

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self.greeting)
        if self.hang_up:
            transport.close()
