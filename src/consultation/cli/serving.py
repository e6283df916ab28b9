"""`consultation serve`: the HTTP service."""

import errno
import gc
import importlib.util
import ipaddress
import os
import socket
from typing import TYPE_CHECKING, Final

import click

from consultation.cli.console import remark
from consultation.cli.failures import ExitCode, Failure
from consultation.cli.services import is_development, read_settings

if TYPE_CHECKING:
    from uvicorn import Config

    from consultation.settings import Settings

ALONE: Final = "consultation.cli.process:application"
ONE_OF_SEVERAL: Final = "consultation.cli.process:bound_application"

# Longer than the idle connections of the usual proxies (60 s), so that it is they who close them:
# otherwise now and then a request meets a connection that is just being closed.
_KEEP_ALIVE_SECONDS: Final = 75
_GRACE_SECONDS: Final = 10
_HANGING_SECONDS: Final = 30
"""A process that does not say for so long that it lives is replaced; while it starts it says nothing."""
_BACKLOG: Final = 2048
_IPV4: Final = 4


@click.command
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that share the port; one for each processor core.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the HTTP interface until stopped.

    In development a missing or old schema is migrated first; in production the service refuses
    to start on one. Logs go to standard error, one JSON object a line.
    """
    gc.disable()  # until the application stands: see cli.process
    settings = read_settings()
    with listen(host, port) as listening:
        adopt_address(settings, listening)
        check_database(settings)
        click.echo(f"Listening on {address_of(listening)} (interface /api/v1, documentation /docs)")
        run(listening, settings.log_level, workers)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises Failure when the port is taken or is not for us."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except socket.gaierror as error:
        raise Failure(f"{host!r} is no address of this machine.", ExitCode.USAGE) from error
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: f"Port {port} of {host} is taken: stop what uses it, or choose another --port",
            errno.EACCES: f"Port {port} needs more rights than this user has: choose one above 1023",
            errno.EADDRNOTAVAIL: f"{host} is no address of this machine",
        }
        reason = reasons.get(error.errno or 0, f"Port {port} of {host} cannot be used ({error.strerror})")
        raise Failure(f"{reason}.", ExitCode.UNAVAILABLE) from error


def address_of(listening: socket.socket) -> str:
    """The URL of a listening socket, without a final slash, for a browser on this machine."""
    host, port = listening.getsockname()[:2]
    own = ipaddress.ip_address(host)
    if own.is_unspecified:
        own = ipaddress.ip_address("127.0.0.1" if own.version == _IPV4 else "::1")
    return f"http://{own}:{port}" if own.version == _IPV4 else f"http://[{own}]:{port}"


def adopt_address(settings: "Settings", listening: socket.socket) -> None:
    """In development, unless told otherwise, the public address is where we listen.

    The application reads it from the environment, in this process or in its workers.
    """
    if is_development(settings) and "public_url" not in settings.model_fields_set:
        os.environ["CONSULTATION_PUBLIC_URL"] = address_of(listening)


def check_database(settings: "Settings") -> None:
    """Make sure that the database is there and fits. Raises Failure."""
    from consultation.bootstrap import open_database  # noqa: PLC0415 - the application needs it next
    from consultation.cli.schema import ensure_schema  # noqa: PLC0415 - with the former

    database = open_database(settings)
    try:
        told = ensure_schema(database, may_migrate=is_development(settings))
    finally:
        database.dispose()
    if told is not None:
        remark(told)


def run(listening: socket.socket, log_level: str, workers: int = 1) -> None:
    """Serve on a socket until a signal ends it. Raises Failure when the application does not start."""
    from uvicorn import Server  # noqa: PLC0415 - only who serves needs it

    if workers > 1:
        gc.enable()
        from uvicorn.supervisors import Multiprocess  # noqa: PLC0415 - rarely needed

        Multiprocess(_configuration(ONE_OF_SEVERAL, log_level, workers), sockets=[listening]).run()
        return
    server = Server(_configuration(ALONE, log_level, workers))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return  # the usual way to stop it; the server has finished its answers
    if not server.started:
        raise Failure("The service did not start: the log above says why.", ExitCode.FAULT)


def _configuration(application: str, log_level: str, workers: int) -> "Config":
    from uvicorn import Config  # noqa: PLC0415 - only who serves needs it

    from consultation.observability import log_config  # noqa: PLC0415 - with the former

    return Config(
        application,
        factory=True,
        workers=workers,
        http="httptools",
        loop="uvloop" if importlib.util.find_spec("uvloop") else "asyncio",
        ws="none",
        lifespan="on",
        log_config=log_config(log_level),
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_worker_healthcheck=_HANGING_SECONDS,
    )
