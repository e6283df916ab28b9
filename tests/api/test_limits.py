"""The limits as callers meet them: by person and network, told in headers, refused with 429."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import anyio
import orjson
import pytest
from httpx2 import Response
from sqlalchemy import func, select

from consultation.api.acts import Acts
from consultation.api.app import exchange_calls
from consultation.api.networks import Networks
from consultation.api.threads import Threads
from consultation.application.limiting import Limiter
from consultation.application.policies import POLICIES, SEARCHES, WRITES
from consultation.application.ports import Busy, Counted
from consultation.persistence.tables import call_counters
from tests.api.mailbox import ask_for_code
from tests.api.operations import OPERATIONS
from tests.api.scene import Scene
from tests.api.worlds import Process, World, process, state_of
from tests.builders import API, CONTRIBUTION, Caller
from tests.fuzz.direct import Direct, directly

ON_ONE_DATABASE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""What is refused never gets to a database, and ten thousand calls take their time."""

PROXY = "192.0.2.1"
ITEM = re.compile(r'"([a-z-]+)";(?:q=(\d+);w|r=(\d+);t)=(\d+)')


def network(number: int) -> str:
    """One of many addresses of callers."""
    return f"198.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@pytest.fixture
def limited(here: World) -> Iterator[World]:
    """The world with the limits of the default settings, every caller behind one proxy of ours."""
    limiter = Limiter(here.clock, here.services.digests)
    with here.kit(limiter=limiter, networks=_Behind()):
        yield here


class _Behind(Networks):
    """As if the test's client were a proxy of ours."""

    def __init__(self) -> None:
        super().__init__([PROXY])

    def of(self, scope: Any) -> str:
        return super().of({**scope, "client": (PROXY, 1)})


def told(answer: Response) -> dict[str, tuple[int, int, int]]:
    """Of each policy: quota, calls left, seconds until its window ends."""
    policies = {name: int(quota) for name, quota, _, _ in ITEM.findall(answer.headers["ratelimit-policy"])}
    left = {name: (int(rest), int(t)) for name, _, rest, t in ITEM.findall(answer.headers["ratelimit"])}
    assert policies.keys() == left.keys()
    return {name: (policies[name], *left[name]) for name in policies}


def attempt(caller: Caller, address: str, code: str = "000000", source: int = 1) -> Response:
    body = {"email": address, "code": code}
    return caller.post("/auth/sessions", body, X_Forwarded_For=network(source))


def test_a_write_tells_what_is_left(limited: World) -> None:
    citizen, debate = limited.town.citizen(limited.name()), limited.town.debate()
    for left in (59, 58):
        answer = citizen.post(f"/debates/{debate}/contributions", CONTRIBUTION | {"title": f"Texte {left}"})
        assert answer.status_code == 201
        assert told(answer) == {"writes": (60, left, 60)}


def test_an_act_that_first_meets_another_writer_is_done_and_counted_once(limited: World) -> None:
    citizen, debate = limited.town.citizen(limited.name()), limited.town.debate()
    posted = citizen.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    vote = f"/debates/{debate}/posts/{posted.json()['number']}/vote"
    services, refused = limited.services, []

    class Met:
        def perform(self, command: Any, *, hasty: bool = False) -> Any:
            return services.work.perform(command, hasty=hasty)

        @contextmanager
        def shared(self) -> Iterator[Any]:
            with services.work.shared() as work:
                yield work
                refused.append("at the commit")
                raise Busy

    threads = Threads(1, acts_here=services.database.is_sqlite)
    with limited.kit(acts=Acts(threads, Met(), services.readers)):
        answer = citizen.put(vote, {"value": "agree"})
    threads.close()
    assert answer.status_code == 200
    assert told(answer) == {"writes": (60, 58, 60)}
    assert answer.json()["receipt"]["sequence"] == posted.json()["receipt"]["sequence"] + 1
    assert len(refused) == services.database.is_sqlite


def test_who_writes_too_fast_is_told_when_to_go_on(limited: World) -> None:
    citizen = limited.town.citizen(limited.name())
    statuses = [citizen.patch("/me", {"locale": "nl"}).status_code for _ in range(WRITES.quota)]
    assert set(statuses) == {200}
    answer = citizen.patch("/me", {"locale": "nl"}, Accept_Language="en")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (429, "too_many_requests")
    assert (problem["policy"], problem["limit"], problem["window"]) == ("writes", 60, 60)
    assert int(answer.headers["retry-after"]) == problem["retry_after"] > 0
    assert told(answer) == {"writes": (60, 0, problem["retry_after"])}
    assert limited.town.citizen(limited.name()).patch("/me", {"locale": "nl"}).status_code == 200
    limited.clock.step(timedelta(seconds=problem["retry_after"]))
    assert citizen.patch("/me", {"locale": "nl"}).status_code == 200


def test_the_limit_of_a_person_holds_over_all_sessions(limited: World) -> None:
    name = limited.name()
    for _ in range(WRITES.quota):
        limited.town.citizen(name).patch("/me", {"locale": "nl"})
    assert limited.town.citizen(name).patch("/me", {"locale": "nl"}).status_code == 429


def test_a_repeated_call_with_its_key_never_meets_the_limit(limited: World) -> None:
    citizen, key = limited.town.citizen(limited.name()), limited.name()
    for _ in range(2 * WRITES.quota):
        assert citizen.patch("/me", {"locale": "nl"}, Idempotency_Key=key).status_code == 200


def test_a_refused_call_reaches_no_command(limited: World) -> None:
    citizen = limited.town.citizen(limited.name())
    for _ in range(WRITES.quota):
        citizen.patch("/me", {"locale": "nl"})
    with limited.statements() as seen:
        assert citizen.patch("/me", {"locale": "nl"}).status_code == 429
    assert len(seen) == 1, "who asks"
    for _ in range(300):
        attempt(limited.town.anonymous, "x@citoyens.example", source=77)
    with limited.statements() as seen:
        assert attempt(limited.town.anonymous, "x@citoyens.example", source=77).status_code == 429
    assert not seen, "a network is known before anything is read"


class Guesser:
    """Tries codes as fast as it can, without a client library in between."""

    def __init__(self, direct: Direct) -> None:
        self._direct = direct

    def attempt(self, address: str, source: int) -> int:
        """The status of one try from one network."""
        headers = ((b"content-type", b"application/json"), (b"x-forwarded-for", network(source).encode()))
        body = orjson.dumps({"email": address, "code": "000000"})
        return self._direct.call("POST", f"{API}/auth/sessions", headers=headers, body=body).status


@pytest.fixture
def guesser(limited: World) -> Iterator[Guesser]:
    with directly(limited.process.client.app) as direct:
        yield Guesser(direct)


@ON_ONE_DATABASE
def test_ten_thousand_attempts_from_one_network_do_not_get_through(limited: World, guesser: Guesser) -> None:
    address = f"{limited.name()}@citoyens.example"
    code = ask_for_code(limited, address)
    statuses = Counter(guesser.attempt(f"{number % 500}@x.example", 2) for number in range(10_000))
    assert statuses == {401: 100, 429: 9_900}
    assert attempt(limited.town.anonymous, address, code, source=2).status_code == 429
    assert attempt(limited.town.anonymous, address, code, source=3).status_code == 201, "others get in"


@ON_ONE_DATABASE
def test_ten_thousand_attempts_at_one_address_from_everywhere_do_not_get_through(
    limited: World, guesser: Guesser
) -> None:
    address = f"{limited.name()}@citoyens.example"
    ask_for_code(limited, address)
    statuses = Counter(guesser.attempt(address, number) for number in range(10_000))
    assert statuses == {401: 20, 429: 9_980}
    other = f"{limited.name()}@citoyens.example"
    code = ask_for_code(limited, other)
    assert attempt(limited.town.anonymous, other, code, source=20_000).status_code == 201, (
        "nobody else is hit"
    )


@ON_ONE_DATABASE
def test_ten_thousand_attempts_at_many_addresses_from_everywhere_do_not_get_through(guesser: Guesser) -> None:
    statuses = Counter(guesser.attempt(f"{number}@x.example", number) for number in range(10_000))
    assert statuses == {401: 1_200, 429: 8_800}


def test_a_spoofed_header_gives_nobody_a_new_network(here: World) -> None:
    with here.kit(limiter=Limiter(here.clock, here.services.digests)):
        statuses = [
            attempt(here.town.anonymous, f"{number}@y.example", source=number).status_code
            for number in range(150)
        ]
    assert len(statuses) - statuses.count(429) == 100


def test_searches_are_limited_by_network_and_plain_reads_are_not(limited: World) -> None:
    anonymous, debate = limited.town.anonymous, limited.town.debate()
    path = f"/debates/{debate}/contributions"
    for number in range(SEARCHES.quota):
        answer = anonymous.get(f"{path}?q=arbre{number}", X_Forwarded_For=network(9))
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers, "a cache hands the document on to others"
    answer = anonymous.get(f"{path}?q=encore", X_Forwarded_For=network(9))
    assert (answer.status_code, answer.json()["policy"]) == (429, "searches")
    assert told(answer)["searches"][1] == 0
    assert anonymous.get(path, X_Forwarded_For=network(9)).status_code == 200
    assert anonymous.get(f"{path}?q=encore", X_Forwarded_For=network(10)).status_code == 200


@contextmanager
def _process(world: World) -> Iterator[Process]:
    """Another process with the limits of the default settings."""
    settings = world.settings.model_copy(update={"rate_limits": 1.0})
    with process(settings, world.clock) as running:
        yield running


def exchange(*processes: Process) -> None:
    for one in processes:
        anyio.run(exchange_calls, state_of(one.client.app).kit)


def test_processes_share_their_counts_through_the_database(here: World) -> None:
    with _process(here) as one, _process(here) as other:
        citizen = here.town.citizen(here.name())
        taken = 0
        for _ in range(WRITES.quota):
            for running in (one, other):
                answer = running.as_caller(citizen).patch("/me", {"locale": "nl"})
                taken += answer.status_code == 200
            exchange(one, other)
    assert WRITES.quota <= taken <= WRITES.quota + 2 * WRITES.quota // 8


def test_what_is_shared_names_nobody_and_is_forgotten(here: World) -> None:
    with _process(here) as running:
        citizen = here.town.citizen(here.name())
        for _ in range(20):
            running.as_caller(citizen).patch("/me", {"locale": "nl"})
        exchange(running)
    with here.services.database.reading() as connection:
        rows = connection.execute(select(call_counters)).all()
    assert rows
    assert all(len(row.subject_digest) == 32 for row in rows)
    assert all(row.expires_at <= here.clock() + timedelta(minutes=2) for row in rows)
    until = here.clock() + timedelta(minutes=2)
    here.services.work.perform(lambda tx: tx.call_counters.forget(until))
    with here.services.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(call_counters)).scalar_one() == 0


def test_processes_that_tell_at_once_lose_no_count(here: World) -> None:
    counted = {bytes([number]) * 32: here.clock() + timedelta(minutes=1) for number in range(40)}
    news = {key: Counted(1, until) for key, until in counted.items()}
    backwards = dict(reversed(news.items()))

    def tell(turn: int) -> None:
        here.services.work.perform(lambda tx: tx.call_counters.add(backwards if turn % 2 else news))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(40)))
    totals = here.services.work.perform(lambda tx: tx.call_counters.add(news))
    assert set(totals.values()) == {41}  # type: ignore[union-attr]  # nothing refuses it
    here.services.work.perform(lambda tx: tx.call_counters.forget(here.clock() + timedelta(hours=1)))


def test_a_database_that_does_not_answer_delays_the_exchange_and_loses_nothing(here: World) -> None:
    with _process(here) as running:
        citizen = running.as_caller(here.town.citizen(here.name()))
        for _ in range(20):
            citizen.patch("/me", {"locale": "nl"})
        kit = state_of(running.client.app).kit
        before = kit.limiter.news()

        class Nowhere:
            def perform(self, _: Any) -> Any:
                raise Busy

        anyio.run(exchange_calls, replace(kit, work=Nowhere()))
        assert kit.limiter.news() == before


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_with_limits_tells_them(scene: Scene, name: str) -> None:
    attempt = scene.fresh(name)
    limits = attempt.operation.declared.get("x-limits", [])
    answer = attempt.send()
    assert answer.status_code == attempt.operation.success, answer.text
    by_server = attempt.operation.access == "key"
    expected = [one for one in limits if one != "key-writes" or by_server]
    expected = [] if attempt.operation.is_cached else expected
    assert sorted(told(answer) if "ratelimit" in answer.headers else []) == sorted(expected)
    assert set(limits) <= set(POLICIES)
