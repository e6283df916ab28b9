"""Row 11: the SQL statements that a route runs."""

from collections.abc import Iterator
from typing import Any, Final

from starlette.testclient import TestClient

from benchmarks.bench import Bench
from benchmarks.data import contribution, debate_uid, text_of, token
from benchmarks.databases import ENGINES
from benchmarks.record import in_process, recording
from benchmarks.table import Goal, Row, Spread

_D: Final = f"/api/v1/debates/{debate_uid(1)}"
_N: Final = contribution(476)
_PUBLIC: Final = (
    "/api/v1/organisations",
    "/api/v1/organisations/ville-exemple",
    "/api/v1/debates",
    _D,
    f"{_D}/period-history",
    f"{_D}/statistics",
    f"{_D}/journal?limit=100",
    f"{_D}/contributions?limit=50",
    *(
        f"{_D}/contributions?limit=50&sort={sort}"
        for sort in ("oldest", "most_voted", "most_agreed", "most_discussed")
    ),
    f"{_D}/contributions?limit=50&sort=random&seed=7",
    f"{_D}/contributions?q=arbre",
    f"{_D}/contributions/{_N}",
    f"{_D}/contributions/{_N}/arguments",
    f"{_D}/contributions/{_N}/arguments?side=pro&sort=most_supported",
    f"{_D}/contributions/{_N}/sources",
    f"{_D}/posts/{_N + 1}",
    f"{_D}/posts/{_N + 1}/revisions",
)
_PERSONAL: Final = ("/api/v1/me", "/api/v1/me/posts", f"{_D}/me")
_ARGUMENT: Final = {"side": "pro", "body": text_of(0)}


def statements(bench: Bench) -> Iterator[Row]:
    """Row 11: for each kind of call, the route that needs most."""
    for engine in ENGINES:
        bench.say(f"{engine}: counting statements")
        url = bench.databases.small(engine).url
        with in_process(url, document_cache_megabytes=0) as client:
            cold = {path: _count(client, "GET", path) for path in _PUBLIC}
            cold |= {path: _count(client, "GET", path, **_signed_in(0)) for path in _PERSONAL}
            writes = _writes(client)
        with in_process(url) as client:
            unchanged = {path: _unchanged(client, path) for path in _PUBLIC if path.startswith(_D)}
        yield _most(f"11 reads, cold; {engine}", cold, Goal("≤", 3))
        yield _most(f"11 reads, nothing changed; {engine}", unchanged, Goal("≤", 1))
        yield _most(f"11 writes; {engine}", writes, Goal("≤", 8))


def _writes(client: TestClient) -> dict[str, int]:
    here = f"{_D}/contributions"
    posted: dict[str, Any] = {}
    for key, path, body in (
        ("contribution", here, {"title": "Des arbres", "body": text_of(1)}),
        ("argument", f"{here}/{_N}/arguments", _ARGUMENT),
        ("source", f"{here}/{_N}/sources", {"title": "Étude", "link": "https://example.org/arbres"}),
    ):
        with recording() as seen:
            answer = client.post(path, json=body, headers=_headers(1, "Idempotency-Key", f"{key}-{token(1)}"))
        assert answer.status_code == 201, answer.text
        posted[key] = (answer.json()["number"], sum(len(one.statements) for one in seen))
    number = posted["argument"][0]
    place = f"{_D}/posts/{number}"
    return {key: count for key, (_, count) in posted.items()} | {
        "vote": _count(client, "PUT", f"{_D}/posts/{_N}/vote", json={"value": "agree"}, **_signed_in(1)),
        "vote taken back": _count(client, "DELETE", f"{_D}/posts/{_N}/vote", **_signed_in(1)),
        "edit": _count(client, "PATCH", place, json={"body": text_of(2)}, **_signed_in(1)),
        "withdrawal": _count(client, "POST", f"{place}/withdrawal", **_signed_in(1)),
    }


def _headers(caller: int, *more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(caller)}"} | dict(zip(more[::2], more[1::2], strict=True))


def _signed_in(caller: int) -> dict[str, Any]:
    return {"headers": _headers(caller)}


def _count(client: TestClient, method: str, path: str, **options: Any) -> int:  # noqa: ANN401 - whatever a request has
    with recording() as seen:
        answer = client.request(method, path, **options)
    assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
    return sum(len(transaction.statements) for transaction in seen)


def _unchanged(client: TestClient, path: str) -> int:
    client.get(path)
    # Credentials go past what this process knows to the database, as everybody does once a second.
    return _count(client, "GET", path, **_signed_in(0))


def _most(what: str, counts: dict[str, int], goal: Goal) -> Row:
    most = max(counts.values())
    where = ", ".join(
        path.removeprefix(_D) or "the debate" for path, count in counts.items() if count == most
    )
    named = f" ({where})" if not goal.met_by(most) else ""
    return Row(f"{what}, most of {len(counts)} routes{named}", "statements", Spread.of([most]), goal)
