"""What a process knows of how far each debate has come, and for how long it believes it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from consultation.application.versions import DebateVersion, Versions
from consultation.domain.period import Period, Phase

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST = DebateVersion(
    uid=UUID(int=1),
    key=1,
    journal_length=3,
    period=Period(NOW - DAY, NOW + DAY),
    last_act_at=NOW,
    time_zone="Europe/Paris",
    language="fr",
    path="ville/arbres",
)


class Ticks:
    """A monotonic clock that a test moves."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def test_a_version_is_trusted_for_its_time_and_no_longer(ticks: Ticks) -> None:
    versions = Versions(trust_seconds=1.0, ticks=ticks)
    versions.observe(FIRST)
    ticks.seconds += 0.999
    assert versions.trusted(FIRST.uid) == FIRST
    ticks.seconds += 0.001
    assert versions.trusted(FIRST.uid) is None


def test_nothing_is_known_of_what_was_never_seen(ticks: Ticks) -> None:
    assert Versions(ticks=ticks).trusted(FIRST.uid) is None


def test_a_newer_version_takes_the_place_of_an_older(ticks: Ticks) -> None:
    versions = Versions(ticks=ticks)
    versions.observe(FIRST)
    newer = replace(FIRST, journal_length=4)
    versions.observe(newer)
    assert versions.trusted(FIRST.uid) == newer


def test_an_older_version_changes_nothing_and_lengthens_no_trust(ticks: Ticks) -> None:
    """A slow reader may report what it saw before a write that is already known."""
    versions = Versions(trust_seconds=1.0, ticks=ticks)
    newer = replace(FIRST, journal_length=4)
    versions.observe(newer)
    ticks.seconds += 0.9
    versions.observe(FIRST)
    assert versions.trusted(FIRST.uid) == newer
    ticks.seconds += 0.1
    assert versions.trusted(FIRST.uid) is None


def test_a_change_of_the_organisation_makes_another_version_and_is_not_undone_by_a_slow_reader(
    ticks: Ticks,
) -> None:
    versions = Versions(ticks=ticks)
    renamed = replace(FIRST, owner_revision=1)
    assert not renamed.is_same_as(FIRST)
    for seen in (FIRST, renamed, FIRST):
        versions.observe(seen)
    assert versions.trusted(FIRST.uid) == renamed


def test_seeing_the_same_version_again_renews_the_trust(ticks: Ticks) -> None:
    versions = Versions(trust_seconds=1.0, ticks=ticks)
    versions.observe(FIRST)
    ticks.seconds += 0.9
    versions.observe(FIRST)
    ticks.seconds += 0.9
    assert versions.trusted(FIRST.uid) == FIRST


def test_beyond_its_capacity_the_longest_unseen_is_forgotten(ticks: Ticks) -> None:
    versions = Versions(capacity=2, ticks=ticks)
    first, second, third = (replace(FIRST, uid=UUID(int=number)) for number in (1, 2, 3))
    for version in (first, second, first, third):
        versions.observe(version)
    assert versions.trusted(second.uid) is None
    assert [versions.trusted(version.uid) for version in (first, third)] == [first, third]


@pytest.mark.parametrize(
    ("last_act_at", "instant", "phase"),
    [
        (NOW, NOW, Phase.OPEN),
        (NOW, NOW + DAY, Phase.CLOSED),
        (NOW, NOW - 2 * DAY, Phase.OPEN),
        (NOW + 2 * DAY, NOW, Phase.CLOSED),
        (NOW - 3 * DAY, NOW - 2 * DAY, Phase.UPCOMING),
    ],
)
def test_the_phase_never_falls_behind_the_last_act(
    last_act_at: datetime, instant: datetime, phase: Phase
) -> None:
    assert replace(FIRST, last_act_at=last_act_at).phase_at(instant) is phase


def test_a_journal_of_equal_length_that_ends_otherwise_is_another() -> None:
    """A restored backup grows again to a length that it had before."""
    assert FIRST.is_same_as(replace(FIRST, time_zone="UTC"))
    assert not FIRST.is_same_as(replace(FIRST, journal_length=4))
    assert not FIRST.is_same_as(replace(FIRST, last_act_at=NOW + timedelta(microseconds=1)))
