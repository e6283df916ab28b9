"""Logs: one JSON object a line, for whoever runs the service, and about nobody.

No e-mail address, no IP address, no token and no password gets into a line: what looks like one
is replaced, whoever logged it, and the message of an exception is cut to its first line, because
a database driver puts the parameters of a statement behind it. Modules log with
`logging.getLogger(__name__)` or `structlog.get_logger(__name__)`; both end in the same formatter.
An access line has the route's template in place of the path, and nothing of who asked.
"""

import ipaddress
import logging
import logging.config
import re
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, TypeAlias

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter

Event: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
ExceptionInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None]

SECRET_FIELDS: Final = frozenset(
    {
        *("address", "authorization", "client", "code", "cookie", "email", "ip"),
        *("mail_to", "password", "peer", "recipient", "secret", "secret_key", "token"),
    }
)
"""Fields of log events whose values never show, whatever they look like."""

REMOVED: Final = "[removed]"
_LONGEST_MESSAGE: Final = 200
_FRAMES: Final = 25

# `%40` is the @ of an address inside a URL. A password in a URL stands before an @ as well.
_EMAIL: Final = re.compile(r"[^\s@<>()\"',;:=?&]{1,64}(?:@|%40)[^\s@<>()\"',;:=?&]{1,255}")
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',]+")
# Session tokens are 43 characters of base64; names of constraints are as long, but in lower case.
_TOKEN: Final = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{40,}")
_IPV4: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)")
_MAYBE_IPV6: Final = re.compile(r"(?<![\w:])[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*")
_REQUEST_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")

_access = logging.getLogger("consultation.access")


def configure(level: str) -> None:
    """Log from `level` (DEBUG, INFO, WARNING or ERROR) on, to standard error, as JSON lines."""
    logging.config.dictConfig(log_config(level))


def log_config(level: str) -> dict[str, Any]:
    """The same as a dictionary for `logging.config`, which uvicorn hands to each of its processes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "consultation.observability.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            # They pass on to the root and have no handler of their own.
            name: {"level": level, "handlers": [], "propagate": True}
            for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi")
        }
        | {
            # Ours has the request's id and no address.
            "uvicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            # They tell every statement and every connection at INFO.
            "sqlalchemy": {"level": "WARNING"},
            "alembic": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
        },
    }


def log_access(method: str, route: str, status: int, milliseconds: float, request_id: str) -> None:
    """Write the access line of one answer.

    `route` is the template of the route ("/api/v1/debates/{debate}"), never the path, in which
    people can write what they like.
    """
    if _access.isEnabledFor(logging.INFO):
        answer = {
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(milliseconds, 1),
            "request_id": request_id if _REQUEST_ID.fullmatch(request_id) else REMOVED,
        }
        _access.info("request", extra={"access": answer})


class AccessLog:
    """ASGI middleware that writes an access line for every answer; the outermost of all.

    It takes the request's id from the answer's `X-Request-Id`, and the template from the route
    that answered or from `scope["state"]["route_template"]`, where what answers without a route
    can leave one. `ticks` is a monotonic clock in seconds.
    """

    def __init__(self, app: Application, ticks: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._ticks = ticks

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass on, and write the line when the answer has gone or has failed."""
        if scope["type"] != "http" or not _access.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        started = self._ticks()
        status, request_id = 500, b""

        async def sending(message: Message) -> None:
            nonlocal status, request_id
            if message["type"] == "http.response.start":
                status = message["status"]
                request_id = next((v for n, v in message["headers"] if n == b"x-request-id"), b"")
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            took = (self._ticks() - started) * 1000
            log_access(scope["method"], route_template(scope), status, took, request_id.decode("latin-1"))


def route_template(scope: MutableMapping[str, Any]) -> str:
    """The template of the route that answered an ASGI scope, `unmatched` when none did."""
    # FastAPI keeps the whole template of a route of an included router beside the route.
    included = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(included or scope.get("route"), "path", None)
    return path or scope.get("state", {}).get("route_template") or "unmatched"


def scrub(text: str) -> str:
    """The text without what could name a person or open a door."""
    text = _BEARER.sub(rf"\1 {REMOVED}", text)
    text = _EMAIL.sub(REMOVED, text)
    text = _TOKEN.sub(REMOVED, text)
    text = _IPV4.sub(REMOVED, text)
    return _MAYBE_IPV6.sub(_without_ipv6, text)


def _without_ipv6(match: re.Match[str]) -> str:
    try:
        ipaddress.IPv6Address(match[0])
    except ValueError:  # an hour such as 22:03:11
        return match[0]
    return REMOVED


class JsonFormatter(ProcessorFormatter):
    """Turns every log record into one line of JSON."""

    def __init__(self) -> None:
        before: list[Any] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        ]
        super().__init__(
            processors=[ProcessorFormatter.remove_processors_meta, _tell_exception, _clean, _as_json],
            foreign_pre_chain=before,
        )
        structlog.configure(
            processors=[*before, ProcessorFormatter.wrap_for_formatter],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
            cache_logger_on_first_use=True,
        )

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; those of access are made without detours, for there are many."""
        access = record.__dict__.get("access")
        if access is None:
            return super().format(record)
        at = datetime.fromtimestamp(record.created, UTC)
        line = {"event": "request", **access, "level": "info", "logger": record.name, "at": at}
        return orjson.dumps(line, option=orjson.OPT_UTC_Z).decode()


def _tell_exception(_logger: object, _method: str, event: Event) -> Event:
    """Replace exception information by type, first line and places, innermost last."""
    told = event.pop("exc_info", None)
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    if isinstance(told, BaseException):
        told = (type(told), told, told.__traceback__)
    if isinstance(told, tuple) and told[0] is not None:
        event["exception"] = describe(told)
    return event


def describe(told: ExceptionInfo) -> dict[str, Any]:
    """An exception as data, without local variables and without all that follows its first line."""
    kind, error, trace = told
    first_line = (str(error).splitlines() or [""])[0]
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]
    described: dict[str, Any] = {
        "type": f"{kind.__module__}.{kind.__qualname__}",
        "message": first_line[:_LONGEST_MESSAGE],
        "frames": frames[-_FRAMES:],
    }
    if error.__cause__ is not None:
        cause = error.__cause__
        described["cause"] = describe((type(cause), cause, cause.__traceback__))
    return described


def _clean(_logger: object, _method: str, event: Event) -> Event:
    event.pop("color_message", None)
    return {key: REMOVED if key.lower() in SECRET_FIELDS else _cleaned(value) for key, value in event.items()}


def _cleaned(value: object) -> object:
    match value:
        case str():
            return scrub(value)
        case None | bool() | int() | float():
            return value
        case dict():
            return _clean(None, "", {str(key): member for key, member in value.items()})
        case list() | tuple() | set() | frozenset():
            return [_cleaned(member) for member in value]
        case _:
            return scrub(str(value))


def _as_json(_logger: object, _method: str, event: Event) -> str:
    order = {"event": None, "level": None}
    return orjson.dumps(order | dict(event), option=orjson.OPT_NON_STR_KEYS).decode()
