"""The application: what is tested is what is served, from here, with everything around it."""

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, Final, Protocol

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException  # noqa: TID251 - turned into problem details here
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp

from consultation import __version__
from consultation.api.edge import Edge
from consultation.api.events import note_refusal
from consultation.api.headers import SecurityHeaders
from consultation.api.kit import Kit
from consultation.api.limits import limit_headers
from consultation.api.live.stopping import stop_listening_at_signals
from consultation.api.openapi import install_openapi
from consultation.api.openapi import openapi_bytes as bytes_of
from consultation.api.problems import Problem, TransportCode, problem_response
from consultation.api.requests import malformed
from consultation.api.routes import (
    account,
    accountability,
    codes,
    contributions,
    dead_letters,
    debates,
    feeds,
    follows,
    health,
    held,
    identities,
    identity_providers,
    illegal_content,
    invitations,
    keys,
    live,
    logos,
    mail_links,
    moderation,
    notices,
    official,
    organisations,
    origins,
    participants,
    posts,
    presence,
    privacy,
    providers,
    reference,
    running,
    sessions,
    sharing,
    signing_in,
    webhooks,
)
from consultation.api.signposts import put_up
from consultation.application.keys import write_uses
from consultation.application.limiting import EXCHANGE
from consultation.application.ports import Busy, IdSource
from consultation.application.privacy.archives import ABANDONED_AFTER
from consultation.domain.decisions import Refused
from consultation.observability import route_template

_HOUR: Final = 3600.0
_CHECKPOINT_SECONDS: Final = 1.0
_MINUTE: Final = 60.0
# The framework looks through the routes in this order, and so do signposts where several fit.
_V1: Final = (
    *(posts, contributions, debates, signing_in, account, sessions, privacy),
    *(presence, organisations, logos, origins, running, official, invitations, keys, codes),
    *(moderation, held, participants, illegal_content, accountability),
    *(providers, identities, identity_providers, webhooks, dead_letters),
    *(live, feeds, notices, follows, mail_links),
)
_OF_STATUS: Final = {
    404: TransportCode.NOT_FOUND,
    405: TransportCode.METHOD_NOT_ALLOWED,
    413: TransportCode.BODY_TOO_LARGE,
    415: TransportCode.MEDIA_TYPE_UNSUPPORTED,
}
_READ_ONLY: Final = "25006"
_log = logging.getLogger(__name__)


class Pages(Protocol):
    """The citizen's pages, as the composition root hands them in."""

    @property
    def routers(self) -> Sequence[APIRouter]:
        """Their routes, which stand behind those of the interface."""

    @property
    def contact(self) -> str:
        """Whom people write to about the service: an e-mail or https address, or nothing."""

    def asks(self, request: Request) -> bool:
        """Would whoever calls rather read a page than a problem document?"""

    async def problem(self, request: Request, problem: Problem) -> Response:
        """The page of a refusal or a failure."""


def make_app(
    kit: Kit, ids: IdSource, body_limit: int, headers: SecurityHeaders, pages: Pages | None = None
) -> ASGIApp:
    """The whole application, around the services of one process. `body_limit` is in bytes."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # What start-up made lives on: the collector need not look at it again, and should
        # not run in the middle of every large answer (p99 from 70 to 11 ms).
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        ordered, stopping = asyncio.Event(), threading.Event()
        app.state.kit = replace(kit, archive_ordered=ordered.set)
        kit.hub.start()
        stop_listening_at_signals(kit.hub)
        tasks = [
            asyncio.create_task(_write_archives(kit, ordered, stopping.is_set)),
            asyncio.create_task(_note_uses_of_keys(kit)),
            asyncio.create_task(_exchange_calls(kit)),
            asyncio.create_task(_checkpoint(kit)),
        ]
        async with kit.working():
            yield
            stopping.set()
        for task in tasks:
            task.cancel()
        await kit.hub.close()
        await _write_uses_of_keys(kit)
        kit.threads.close()

    app = interface(lifespan=lifespan)
    app.state.kit = kit
    app.state.contact = "" if pages is None else pages.contact
    for router in () if pages is None else pages.routers:
        _include(app, router)
    straight = put_up(app)
    _handle_errors(app, kit.public_url, body_limit, pages)
    return Edge(straight, kit.documents, kit.threads, ids, body_limit, headers, kit.cors)


def interface(**options: Any) -> FastAPI:  # noqa: ANN401 - what FastAPI takes
    """The routes, declared. With nothing behind them they can be described, not called."""
    app = FastAPI(
        title="Consultation",
        version=__version__,
        summary="Public consultations: debates for a period, numbered posts, votes, a journal.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        **options,
    )
    for module in _V1:
        _include(app, module.router, "/api/v1")
    _include(app, health.router)
    _include(app, reference.router)
    _include(app, sharing.router)
    install_openapi(app)
    return app


def _include(app: FastAPI, router: APIRouter, prefix: str = "") -> None:
    """Include the routes of a router as routes of the application itself.

    FastAPI looks through a router that it includes twice for each call, and keeps notes meanwhile:
    for a vote that took a tenth of the time. It also makes each route a second time, which takes
    milliseconds; here it is the same one below the prefix, which has no parameters.
    """
    for route in router.routes:
        if not isinstance(route, APIRoute):
            message = f"not a route of the interface: {route}"
            raise TypeError(message)
        moved = copy(route)
        moved.path = f"{prefix}{route.path}"
        moved.path_regex, moved.path_format, moved.param_convertors = compile_path(moved.path)
        app.router.routes.append(moved)


def openapi_bytes() -> bytes:
    """The OpenAPI document of this release, as committed."""
    return bytes_of(interface())


async def _write_archives(kit: Kit, ordered: asyncio.Event, is_stopping: Callable[[], bool]) -> None:
    """Write the archives that wait: at the start, when one is ordered here, and every hour.

    The second look is for one that was being written when this process died.
    """
    write_next = partial(kit.archivist.write_next, is_stopping)
    patience = ABANDONED_AFTER.total_seconds() + 1
    while True:
        try:
            while await kit.threads.run_aside(write_next):
                pass
        except Exception as error:  # noqa: BLE001 - see `_put_off`
            _put_off("archives wait", error)
        with suppress(TimeoutError):
            await asyncio.wait_for(ordered.wait(), patience)
        ordered.clear()
        patience = _HOUR


async def _note_uses_of_keys(kit: Kit) -> None:
    while True:
        await asyncio.sleep(_MINUTE)
        await _write_uses_of_keys(kit)


async def _write_uses_of_keys(kit: Kit) -> None:
    uses = kit.key_uses.taken()
    if not uses:
        return
    try:
        await kit.threads.run(lambda: kit.work.perform(lambda tx: write_uses(tx, uses)))
    except Exception as error:  # noqa: BLE001 - see `_put_off`
        kit.key_uses.put_back(uses)
        _put_off("last uses of keys wait for another minute", error)


async def _exchange_calls(kit: Kit) -> None:
    while True:
        await asyncio.sleep(EXCHANGE.total_seconds())
        await exchange_calls(kit)


async def _checkpoint(kit: Kit) -> None:
    while True:
        await asyncio.sleep(_CHECKPOINT_SECONDS)
        try:
            await kit.threads.run_copying(kit.checkpoint)
        except Exception as error:  # noqa: BLE001 - see `_put_off`
            _put_off("the -wal file is copied later", error)


async def exchange_calls(kit: Kit) -> None:
    """Tell other processes what was counted here, and learn what they have counted."""
    news = kit.limiter.news()
    if not news:
        return

    def telling() -> None:
        totals = kit.work.perform(lambda tx: tx.call_counters.add(news))
        if not isinstance(totals, Refused):
            kit.limiter.told(news, totals)

    try:
        await kit.threads.run(telling)
    except Exception as error:  # noqa: BLE001 - see `_put_off`
        _put_off("calls are told later", error)


def _put_off(what: str, error: Exception) -> None:
    """Say what waits for the next time: what a process does for everybody must not end by one fault."""
    log = _log.warning if isinstance(error, Busy | DBAPIError) else _log.error
    log("%s: %s", what, type(error).__name__)


def _answerer(public_url: str, pages: Pages | None) -> Callable[[Request, Problem], Awaitable[Response]]:
    """What makes the answer of a problem: a page for people who ask for one, else a document."""

    async def answer(request: Request, problem: Problem) -> Response:
        note_refusal(problem.code, request)
        if pages is not None and pages.asks(request):
            response = await pages.problem(request, problem)
        else:
            response = problem_response(problem, request, public_url)
        response.headers.update(limit_headers(request))
        return response

    return answer


def _handle_errors(app: FastAPI, public_url: str, body_limit: int, pages: Pages | None) -> None:
    answer = _answerer(public_url, pages)

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> Response:
        return await answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def on_malformed(request: Request, error: RequestValidationError) -> Response:
        return await answer(request, malformed(error))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        code = _OF_STATUS.get(error.status_code, TransportCode.MALFORMED)
        facts = {"limit": body_limit} if code is TransportCode.BODY_TOO_LARGE else {}
        response = await answer(request, Problem(code, facts))
        for name, value in _headers_of(error, app, request).items():
            response.headers.setdefault(name, value)
        return response

    @app.exception_handler(Busy)
    async def on_busy(request: Request, _: Busy) -> Response:
        return await answer(request, Problem(TransportCode.BUSY))

    @app.exception_handler(DBAPIError)
    async def on_database(request: Request, error: DBAPIError) -> Response:
        # The statement and its parameters hold texts and names: only the driver's class is logged.
        _log.error("database: %s", type(error.orig).__name__)
        if _is_unavailable(error):
            return await answer(request, Problem(TransportCode.STORAGE_UNAVAILABLE))
        return await answer(request, Problem(TransportCode.INTERNAL_ERROR))

    @app.exception_handler(Exception)
    async def on_anything(request: Request, _: Exception) -> Response:
        return await answer(request, Problem(TransportCode.INTERNAL_ERROR))


def _headers_of(error: HTTPException, app: FastAPI, request: Request) -> dict[str, str]:
    headers = dict(error.headers or {})
    methods = app.openapi()["paths"].get(route_template(request.scope), ())
    if "Allow" in headers and methods:
        # The router knows the methods of one route only; RFC 9110, 15.5.6, asks for all.
        headers["Allow"] = ", ".join(sorted(methods)).upper()
    return headers


def _is_unavailable(error: DBAPIError) -> bool:
    words = str(error.orig)
    full = "disk is full" in words or "disk I/O error" in words or "readonly" in words
    # PostgreSQL: disk full, out of memory, shutting down, connection lost or refused; or it has
    # been made read-only, as hosts do before a disk is full, or is a standby.
    state = getattr(error.orig, "sqlstate", None) or ""
    return (
        full
        or state[:2] in {"53", "57", "08"}
        or state == _READ_ONLY
        or error.connection_invalidated
        or (type(error.orig).__name__ == "OperationalError" and not state)
    )
