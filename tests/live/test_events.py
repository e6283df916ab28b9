"""Live updates over real connections to real processes, on both databases."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from sqlalchemy import make_url

from consultation.cli.serving import _GRACE_SECONDS
from tests.live.conftest import House
from tests.live.ear import PATIENCE_SECONDS, Ear
from tests.races.servers import STOP_SECONDS, Server
from tests.races.wire import Request, Wire

BEFORE = 2
"""Entries of a new debate's journal: created, published."""


def test_a_listener_is_told_what_happens(house: House) -> None:
    debate = house.debate()
    with house.ear(debate) as ear:
        opening = ear.event()
        assert (opening.name, opening.sequence, opening.data["phase"]) == ("phase", BEFORE, "open")
        assert ear.retry is not None
        assert ear.retry >= 1_000
        house.post(debate)
        event = ear.event()
    assert (event.sequence, event.name) == (3, "contribution_posted")
    assert event.data.keys() == {"sequence", "at", "kind", "number", "url"}
    assert event.data["number"] == 1
    assert event.data["url"].endswith("/1")


def test_the_stream_may_be_kept_by_nobody(house: House) -> None:
    with house.ear(house.debate()) as ear:
        assert ear.headers["content-type"] == "text/event-stream"
        assert ear.headers["cache-control"] == "no-store"
        assert ear.headers["x-accel-buffering"] == "no"


def test_a_listener_that_loses_its_connection_misses_nothing(house: House) -> None:
    debate = house.debate()
    seen: list[int] = []
    last = None
    for round_ in range(5):
        with house.ear(debate, last, server=round_ % 2) as ear:
            if last is None:
                last = ear.event().id
            house.post(debate, times=2, server=round_ % 2)
            # The connection goes in the middle of what it is sent, and more happens meanwhile.
            seen += ear.entries(1)
            last = str(seen[-1])
        house.post(debate, server=(round_ + 1) % 2)
    with house.ear(debate, last, query="?seconds=0") as ear:
        seen += [event.data["sequence"] for event in ear.to_the_end() if event.name != "phase"]
    assert seen == list(range(BEFORE + 1, BEFORE + 16))


def test_whoever_hears_the_first_words_only_can_go_on_from_there(house: House) -> None:
    debate = house.debate()
    with house.ear(debate) as ear:
        last = ear.event().id
    house.post(debate, times=3)
    with house.ear(debate, last) as ear:
        assert ear.entries(3) == [3, 4, 5]


def test_acts_of_another_process_are_told(house: House) -> None:
    debate = house.debate()
    with house.ear(debate, server=0) as one, house.ear(debate, server=1) as other:
        for ear in (one, other):
            ear.event()
        for number in range(6):
            house.post(debate, server=number % 2)
        assert one.entries(6) == other.entries(6) == [3, 4, 5, 6, 7, 8]


def test_more_than_is_kept_at_hand_is_read_from_the_journal(house: House) -> None:
    debate = house.debate()
    person = house.arena.crowd[0]
    house.post(debate)
    with house.ear(debate) as ear, Wire(house.servers[1].address, person) as wire:
        ear.event()
        for index in range(600):
            value = {"value": ("agree", "disagree")[index % 2]}
            assert wire.call(Request("PUT", f"/debates/{debate}/posts/1/vote", value)).status == 200
        with house.ear(debate, "0", server=1) as late:
            assert late.entries(603) == list(range(1, 604))
        assert ear.entries(600) == list(range(4, 604))


@pytest.mark.parametrize("last", ["999999", "99999999999999999999", "-1", "abc", "", "1e3", "2-00000000"])
def test_an_id_that_nobody_can_have_starts_over_from_now(house: House, last: str) -> None:
    debate = house.debate()
    with house.ear(debate, last) as ear:
        reset, phase = ear.events(2)
        assert (reset.name, reset.sequence, reset.data) == ("reset", BEFORE, {"sequence": BEFORE})
        assert phase.name == "phase"
        house.post(debate)
        assert ear.entries(1) == [3]


def test_an_id_whose_entry_is_another_one_now_starts_over(house: House) -> None:
    """As after a backup was put back, and more was written than it had undone."""
    debate = house.debate()
    house.post(debate, times=3)
    with house.ear(debate, "3-00000000") as ear:
        phase, reset = ear.events(2)
        assert (phase.name, reset.name, reset.sequence) == ("phase", "reset", 5)
        house.post(debate)
        assert ear.entries(1) == [6]


def test_the_header_goes_before_the_address(house: House) -> None:
    debate = house.debate()
    with house.ear(debate, "1", query="?after=0&seconds=0") as ear:
        assert [event.data.get("sequence") for event in ear.to_the_end()] == [None, 2]
    with house.ear(debate, query="?after=0&seconds=0") as ear:
        events = ear.to_the_end()
    assert [event.data.get("sequence") for event in events] == [None, 1, 2]
    with house.ear(debate, query=f"?after={events[1].id}&seconds=0") as ear:
        assert [event.data.get("sequence") for event in ear.to_the_end()] == [None, 2]


def test_everybody_is_told_at_once(house: House) -> None:
    debate = house.debate()
    with ExitStack() as stack:
        ears = [stack.enter_context(house.ear(debate)) for _ in range(200)]
        for ear in ears:
            ear.event()
        house.post(debate, times=3)
        assert [ear.entries(3) for ear in ears] == [[3, 4, 5]] * 200


def test_a_close_is_told_and_the_stream_stays(house: House) -> None:
    debate = house.debate()
    with house.ear(debate) as ear, Wire(house.servers[1].address, house.arena.organiser) as wire:
        ear.event()
        assert wire.post(f"/debates/{debate}/closure", {"reason": "Le projet est retiré."}).status == 201
        closed, phase = ear.events(2)
        assert (closed.name, phase.name) == ("period_closed_early", "phase")
        assert phase.data["phase"] == "closed"
        again = {"reason": "Il ne l'est pas.", "closes_at": "2500-01-01T00:00:00Z"}
        assert wire.post(f"/debates/{debate}/reopening", again).status == 201
        reopened, phase = ear.events(2)
    assert (reopened.name, phase.data["phase"]) == ("period_reopened", "open")


def test_the_phase_turns_at_its_instant(house: House) -> None:
    """Each listener's process turns by its own clock, and has heard before that the period was moved."""
    now = datetime.now(UTC)  # noqa: TID251 - two processes with real clocks are waited for
    # Late enough for both to listen before. By itself a process looks every ten seconds only: it could not be
    # in time for both turns by chance.
    opens, closes = now + timedelta(seconds=4), now + timedelta(seconds=7)
    debate = house.debate(opens_at=opens.isoformat(), closes_at=closes.isoformat())
    with house.ear(debate, server=0) as one, house.ear(debate, server=1) as other:
        for ear in (one, other):
            told = [ear.event().data for _ in range(3)]
            assert [data["phase"] for data in told] == ["upcoming", "open", "closed"]
            for data, due in zip(told[1:], (opens, closes), strict=True):
                late = datetime.fromisoformat(data["at"]) - due
                assert timedelta(0) <= late < timedelta(seconds=2)


def test_drafts_and_unknown_debates_are_not_found(house: House) -> None:
    with house.ear("01900000-0000-7000-8000-000000000000") as ear:
        assert ear.status == 404


@pytest.mark.slow
def test_a_heartbeat_comes_within_its_time(house: House) -> None:
    with house.ear(house.debate(), query="?seconds=22") as ear:
        ear.to_the_end()
        assert ear.comments >= 1


def test_a_stopping_process_lets_everybody_go(house: House) -> None:
    server = Server(house.url, house.folder, "stopping")
    server.start()
    try:
        server.await_ready()
        debate = house.debate()
        with ExitStack() as stack:
            ears = [stack.enter_context(Ear(server.address, debate)) for _ in range(50)]
            for ear in ears:
                ear.event()
            began = monotonic()
            assert server._process is not None
            server._process.send_signal(signal.SIGTERM)
            assert [ear.to_the_end() for ear in ears] == [[]] * 50
            assert server._process.wait(STOP_SECONDS) in {0, -signal.SIGTERM}
            assert monotonic() - began < _GRACE_SECONDS / 2, "nobody was waited for"
            house.post(debate)
            with house.ear(debate, str(BEFORE)) as elsewhere:
                assert elsewhere.entries(1) == [3]
    finally:
        server.stop()


def test_a_lost_connection_to_the_database_loses_no_event(house: House) -> None:
    if house.url.startswith("sqlite"):
        return  # there is no connection to lose
    address = make_url(house.url).set(drivername="postgresql").render_as_string(hide_password=False)
    debate = house.debate()
    with house.ear(debate, server=1) as ear, psycopg.connect(address, autocommit=True) as own:
        ear.event()
        killed = own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'consultation live' AND datname = current_database()"
        ).fetchall()
        assert len(killed) >= 2
        house.post(debate, times=3, server=0)
        assert ear.entries(3) == [3, 4, 5]
        house.post(debate, server=0)
        assert ear.entries(1) == [6]


@pytest.mark.slow
def test_a_process_that_dies_before_it_could_tell_costs_ten_seconds_and_no_event(house: House) -> None:
    if house.url.startswith("sqlite"):
        return  # there nobody needs to be told
    doomed = Server(house.url, house.folder, "doomed")
    doomed.start()
    doomed.await_ready()
    debate = house.debate()
    with house.ear(debate, server=1) as ear:
        ear.event()
        house.post_at(doomed.address, debate)
        assert ear.entries(1) == [3]
        with stopped_announcer(house.url):
            house.post_at(doomed.address, debate)
            doomed.kill()
            killed = monotonic()
            assert ear.entries(1) == [4]
            assert monotonic() - killed < 15


@contextmanager
def stopped_announcer(url: str) -> Iterator[None]:
    """Stop the database's side of the newest announcing connection, so that nothing gets through it."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as own:
        found = own.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'consultation announcer' "
            "AND datname = current_database() ORDER BY backend_start DESC LIMIT 1"
        ).fetchone()
    assert found is not None
    assert b"postgres" in Path(f"/proc/{found[0]}/cmdline").read_bytes(), "a server of this machine"
    os.kill(found[0], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(found[0], signal.SIGCONT)


def test_a_process_takes_so_many_listeners_and_no_more(house: House) -> None:
    server = Server(house.url, house.folder, "small", event_listeners="10")
    server.start()
    try:
        server.await_ready()
        debate = house.debate()
        with ExitStack() as stack:
            taken = [stack.enter_context(Ear(server.address, debate)) for _ in range(2)]
            for ear in taken:
                ear.event()
            with Ear(server.address, debate) as one_more:
                assert (one_more.status, one_more.headers["retry-after"]) == (503, "30")
                body = json.loads(one_more._file.read(int(one_more.headers["content-length"])))
                assert body["code"] == "too_many_listeners"
            taken[0].close()
            until = monotonic() + PATIENCE_SECONDS
            while monotonic() < until:
                with Ear(server.address, debate) as next_one:
                    if next_one.status == 200:
                        return
            pytest.fail("the place of a listener that went stays taken")
    finally:
        server.stop()


def test_a_listener_that_takes_nothing_holds_nobody_up(house: House) -> None:
    debate = house.debate()
    house.post(debate)
    with house.ear(debate) as deaf, house.ear(debate) as ear:
        deaf._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        ear.event()
        house.post(debate, times=5)
        assert ear.entries(5) == [4, 5, 6, 7, 8]
