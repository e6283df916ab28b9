"""The floors that answer over HTTP: bare ASGI, without framework, routing or SQLAlchemy.

A plan (pickled by `benchmarks.plans`) says what to answer: always the same bytes, or rows that the
driver reads anew for each request, encoded by orjson.
"""

import asyncio
import gc
import os
import pickle
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from benchmarks.dialects import driver

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SameBytes:
    """Answers these bytes to everything."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class SameRows:
    """Runs these statements for each request and answers their rows.

    `threads` is how many threads with a connection each do that; 0 is the event loop itself.
    """

    url: str
    statements: tuple[tuple[str, Any], ...]
    threads: int = 0


def write_plan(plan: SameBytes | SameRows, path: Path) -> Path:
    """Keep a plan for the process that carries it out."""
    path.write_bytes(pickle.dumps(plan))
    return path


def create_app() -> Application:
    """The floor that FLOOR_PLAN names."""
    plan = pickle.loads(Path(os.environ["FLOOR_PLAN"]).read_bytes())  # noqa: S301 - written by our own parent
    answer = _bytes(plan) if isinstance(plan, SameBytes) else _rows(plan)
    threads = plan.threads if isinstance(plan, SameRows) else 0
    pool = ThreadPoolExecutor(threads) if threads else None

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if pool is None:
            messages = answer()
        else:
            messages = await asyncio.get_running_loop().run_in_executor(pool, answer)
        for message in messages:
            await send(message)

    return application


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    # As the service does, see consultation.api.app.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def _bytes(plan: SameBytes) -> Callable[[], Iterable[MutableMapping[str, Any]]]:
    def answer() -> Iterable[MutableMapping[str, Any]]:
        return (
            {"type": "http.response.start", "status": plan.status, "headers": plan.headers},
            {"type": "http.response.body", "body": plan.body},
        )

    return answer


def _rows(plan: SameRows) -> Callable[[], Iterable[MutableMapping[str, Any]]]:
    local = threading.local()

    def answer() -> Iterable[MutableMapping[str, Any]]:
        connection = getattr(local, "connection", None)
        if connection is None:
            connection = local.connection = driver(plan.url)
        found = []
        for statement, parameters in plan.statements:
            cursor = connection.execute(statement, parameters)
            names = [column[0] for column in cursor.description]
            found.append([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])
        body = orjson.dumps(found, option=orjson.OPT_UTC_Z)
        headers = ((b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()))
        return (
            {"type": "http.response.start", "status": 200, "headers": headers},
            {"type": "http.response.body", "body": body},
        )

    return answer
