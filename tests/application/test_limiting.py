"""Calls are counted in a window that slides, by keyed hashes, and shared between processes."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

import consultation.application.limiting as module
from consultation.application.limiting import EXCHANGE, TOLD_FROM, Limiter, Standing
from consultation.application.policies import HOUR, POLICIES, WRITES, Policy, Subject
from consultation.application.ports import Counted
from consultation.digests import KeyedDigests
from tests.builders import StepClock

TEN = Policy("ten", Subject.NETWORK, 10, 60)
PROVEN = Policy("proven", Subject.NETWORK, 80, 60, proof_after=16)
SECOND = timedelta(seconds=1)
DIGESTS = KeyedDigests("x" * 40)


def limiter(clock: StepClock, scale: float = 1.0) -> Limiter:
    return Limiter(clock, DIGESTS, scale)


def spend(limited: Limiter, who: str = "a", policy: Policy = TEN) -> Standing:
    standing = limited.spend(policy, who)
    assert standing is not None
    return standing


def admitted(limited: Limiter, calls: int, who: str = "a") -> int:
    return sum(spend(limited, who).allowed for _ in range(calls))


def test_a_quota_is_reached_and_not_passed() -> None:
    limited = limiter(StepClock())
    assert [spend(limited).remaining for _ in range(10)] == list(range(9, -1, -1))
    refused = spend(limited)
    assert (refused.allowed, refused.remaining) == (False, 0)


def test_subjects_and_policies_are_counted_apart() -> None:
    limited = limiter(StepClock())
    assert admitted(limited, 11) == 10
    assert spend(limited, "b").allowed
    assert spend(limited, policy=WRITES).allowed


def test_who_calls_steadily_gets_the_quota_in_every_stretch_of_a_window() -> None:
    """Of the window before, calls are taken to have come evenly."""
    clock = StepClock()
    limited = limiter(clock)
    taken: list[float] = []
    for second in range(300):
        taken += [second] * admitted(limited, 3)
        clock.step(SECOND)
    for start in range(240):
        assert sum(start <= at < start + 60 for at in taken) <= 10 + 1
    assert len(taken) >= 45, "and nearly all of what is allowed gets through"


def test_waiting_as_long_as_told_is_enough_and_not_too_long() -> None:
    for beginning in (0, 17, 59):
        clock = StepClock()
        limited = limiter(clock)
        clock.step(beginning * SECOND)
        admitted(limited, 10)
        clock.step(23 * SECOND)
        admitted(limited, 20)
        refused = spend(limited)
        assert not refused.allowed
        clock.step((refused.retry_after - 1) * SECOND)
        early = spend(limited).allowed
        clock.step(SECOND)
        assert not early
        assert spend(limited).allowed


def test_who_times_bursts_gets_no_more_than_twice_the_quota() -> None:
    clock = StepClock()
    limited = limiter(clock)
    clock.step(59 * SECOND)
    let_in = admitted(limited, 1_000)
    for _ in range(59):
        clock.step(SECOND)
        let_in += admitted(limited, 1_000)
    assert let_in <= 2 * TEN.quota


def test_what_is_refused_does_not_count() -> None:
    clock = StepClock()
    limited = limiter(clock)
    admitted(limited, 1_000)
    clock.step(timedelta(seconds=121))
    assert admitted(limited, 11) == 10


def test_a_call_that_was_sent_away_is_given_back_once() -> None:
    limited = limiter(StepClock())
    for _ in range(100):
        standing = spend(limited)
        assert standing.allowed
        limited.give_back(standing)
    assert admitted(limited, 11) == 10
    refused = spend(limited)
    limited.give_back(refused)
    assert not spend(limited).allowed, "what was refused was never counted"


def test_a_proof_is_due_above_the_threshold_and_not_below() -> None:
    limited = limiter(StepClock())
    assert [spend(limited, policy=PROVEN).proof_due for _ in range(18)] == [False] * 16 + [True] * 2
    assert not spend(limited).proof_due


def test_what_a_threshold_looks_at_is_told_early() -> None:
    limited = limiter(StepClock())
    spend(limited, policy=PROVEN)
    assert not limited.news()
    spend(limited, policy=PROVEN)
    assert [one.calls for one in limited.news().values()] == [2]


def test_the_scale_multiplies_and_nothing_switches_off() -> None:
    clock = StepClock()
    assert admitted(limiter(clock, 0.5), 10) == 5
    assert admitted(limiter(clock, 1e-9), 10) == 1
    assert limiter(clock, 0).spend(TEN, "a") is None


def test_nothing_that_names_a_subject_is_in_memory_and_windows_cannot_be_connected() -> None:
    clock = StepClock()
    limited = limiter(clock)
    spend(limited, "c0000207")
    clock.step(timedelta(seconds=60))
    spend(limited, "c0000207")
    first, second = limited._counters
    assert len(first) == len(second) == 32
    assert first != second
    assert DIGESTS.counted("ten", 1, "a") != KeyedDigests("y" * 40).counted("ten", 1, "a")
    assert DIGESTS.counted("ten", 1, "a") != DIGESTS.counted("eleven", 1, "a")


def test_counters_are_dropped_when_their_window_is_out_of_reach() -> None:
    clock = StepClock()
    limited = limiter(clock)
    admitted(limited, 3)
    for _ in range(2):
        assert len(limited._counters) == 1
        limited.news()
        clock.step(timedelta(seconds=60))
    limited.news()
    assert not limited._counters


def test_memory_is_bounded_and_who_shares_a_counter_is_refused_rather_than_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_COUNTERS", 1_000)
    monkeypatch.setattr(module, "_CROWD", 4)
    limited = limiter(StepClock())
    let_in = sum(spend(limited, f"n{number}").allowed for number in range(20_000))
    assert len(limited._counters) <= 1_000 + 4
    assert let_in == 1_000 + 4 * 10


class Shared:
    """The counters in the database, here in memory."""

    def __init__(self) -> None:
        self.calls: dict[bytes, int] = {}

    def add(self, counted: Mapping[bytes, Counted]) -> dict[bytes, int]:
        for key, one in counted.items():
            self.calls[key] = self.calls.get(key, 0) + one.calls
        return {key: self.calls[key] for key in counted}


def exchange(processes: list[Limiter], shared: Shared) -> None:
    for process in processes:
        news = process.news()
        process.told(news, shared.add(news))


@pytest.mark.parametrize("processes", [2, 4, 8])
def test_several_processes_keep_one_quota_once_they_have_told_each_other(processes: int) -> None:
    clock, shared = StepClock(), Shared()
    several = [limiter(clock) for _ in range(processes)]
    quota, let_in = TEN.quota, 0
    for _ in range(40):  # slower than the exchange: one call of each a second
        let_in += sum(spend(process).allowed for process in several)
        exchange(several, shared)
    told_apart = max(1, quota // TOLD_FROM)
    assert quota <= let_in <= quota + processes * max(told_apart, 1)


@pytest.mark.parametrize("processes", [2, 4])
def test_between_two_exchanges_each_process_lets_in_its_own_quota_at_most(processes: int) -> None:
    clock, shared = StepClock(), Shared()
    several = [limiter(clock) for _ in range(processes)]
    burst = sum(admitted(process, 100) for process in several)
    assert burst == processes * TEN.quota
    exchange(several, shared)
    exchange(several, shared)
    assert sum(admitted(process, 100) for process in several) == 0
    assert timedelta(seconds=1) == EXCHANGE


def test_little_is_told_so_that_ordinary_use_asks_nothing_of_the_database() -> None:
    limited = limiter(StepClock())
    for person in range(100):
        for _ in range(WRITES.quota // TOLD_FROM - 1):
            spend(limited, str(person), WRITES)
    assert not limited.news()
    spend(limited, "7", WRITES)
    (news,) = limited.news().values()
    assert news.calls == WRITES.quota // TOLD_FROM


def test_calls_that_come_while_the_news_are_told_are_not_lost() -> None:
    limited, shared = limiter(StepClock()), Shared()
    admitted(limited, 5)
    news = limited.news()
    admitted(limited, 2)
    limited.told(news, shared.add(news))
    assert spend(limited).remaining == 2


def test_no_policy_remembers_anybody_for_more_than_two_hours() -> None:
    assert {policy.name for policy in POLICIES.values()} == set(POLICIES)
    assert max(policy.window for policy in POLICIES.values()) <= HOUR
