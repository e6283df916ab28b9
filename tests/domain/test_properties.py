"""Properties that hold for all values, not only for those that somebody thought of."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from consultation.domain.debates import Debate
from consultation.domain.journal import Canonical, Entry, EntryKind, canonical, format_instant
from consultation.domain.period import (
    LocalTimeAmbiguous,
    LocalTimeMissing,
    Period,
    Phase,
    check_phase,
    instant_of_local,
)
from consultation.domain.texts import check_link, check_text, tidy, tidy_line
from consultation.domain.voting import TallyChange, Vote, VoteValue, tally_change
from tests.domain.builders import OPENS_AT, US, ZONE, debate
from tests.domain.profiles import PATIENCE, examples

pytestmark = pytest.mark.timeout(PATIENCE)

# A few microseconds around one instant, so that equal instants and neighbours come up often;
# and any instant at all, in any offset.
NEAR = st.integers(0, 12).map(lambda n: OPENS_AT + n * US)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ANY = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - the strategy adds the zone
    timezones=OFFSETS,
)
INSTANTS = NEAR | ANY
PERIODS = (
    st.tuples(INSTANTS, INSTANTS)
    .filter(lambda ends: ends[0] != ends[1])
    .map(lambda ends: Period(min(ends), max(ends)))
)
ORDER = [Phase.UPCOMING, Phase.OPEN, Phase.CLOSED]


# The period ----------------------------------------------------------------------------------


@examples(150)
@given(PERIODS, INSTANTS)
def test_exactly_one_phase_holds_at_each_instant(period: Period, instant: datetime) -> None:
    holds = {
        Phase.UPCOMING: instant < period.opens_at,
        Phase.OPEN: period.opens_at <= instant < period.closes_at,
        Phase.CLOSED: period.closes_at <= instant,
    }
    assert [phase for phase, here in holds.items() if here] == [period.phase_at(instant)]


@examples(150)
@given(PERIODS, INSTANTS, INSTANTS)
def test_phases_only_go_forward_in_time(period: Period, one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    assert ORDER.index(period.phase_at(earlier)) <= ORDER.index(period.phase_at(later))


@examples(100)
@given(PERIODS)
def test_the_ends_are_open_and_closed(period: Period) -> None:
    edges = (period.opens_at - US, period.opens_at, period.closes_at - US, period.closes_at)
    phases = [period.phase_at(instant) for instant in edges]
    assert phases == [Phase.UPCOMING, Phase.OPEN, Phase.OPEN, Phase.CLOSED]


@examples(100)
@given(PERIODS, INSTANTS)
def test_the_checks_divide_the_phases_between_them(period: Period, instant: datetime) -> None:
    phase = period.phase_at(instant)
    assert check_phase(period, {Phase.OPEN}, instant, ZONE).allowed == (phase is Phase.OPEN)
    before = check_phase(period, {Phase.UPCOMING, Phase.OPEN}, instant, ZONE)
    assert before.allowed == (phase is not Phase.CLOSED)
    assert check_phase(period, {Phase.CLOSED}, instant, ZONE).allowed == (phase is Phase.CLOSED)


@examples(100)
@given(PERIODS, INSTANTS)
def test_time_is_left_exactly_until_the_close(period: Period, instant: datetime) -> None:
    left = period.remaining_at(instant)
    assert (left > timedelta(0)) == (period.phase_at(instant) is not Phase.CLOSED)
    if left:
        assert instant + left == period.closes_at


@examples(100)
@given(st.data())
def test_periods_that_meet_share_no_instant_and_leave_none_out(data: st.DataObject) -> None:
    ends = sorted(data.draw(st.sets(INSTANTS.map(lambda t: t.astimezone(UTC)), min_size=3, max_size=3)))
    instant = data.draw(INSTANTS)
    parts = [Period(ends[0], ends[1]), Period(ends[1], ends[2])]
    inside = [part.phase_at(instant) is Phase.OPEN for part in parts]
    assert inside.count(True) == (Period(ends[0], ends[2]).phase_at(instant) is Phase.OPEN)


@examples(100)
@given(PERIODS, st.data())
def test_a_cut_keeps_what_came_before_it_and_nothing_else(period: Period, data: st.DataObject) -> None:
    length = (period.closes_at - period.opens_at) // US
    cut = period.opens_at + data.draw(st.integers(0, min(length - 1, 10))) * US
    instant = data.draw(INSTANTS | st.integers(-3, 12).map(lambda n: period.opens_at + n * US))
    was_open = period.phase_at(instant) is Phase.OPEN
    kept = instant < cut or instant == period.opens_at == cut
    assert (period.cut_at(cut).phase_at(instant) is Phase.OPEN) == (was_open and kept)


@examples(100)
@given(st.lists(NEAR, min_size=1, max_size=30))
def test_effective_instants_grow_strictly_whatever_the_clock_does(clock: list[datetime]) -> None:
    subject: Debate = debate(last_act_at=OPENS_AT)
    for reading in clock:
        effective = subject.effective(reading)
        assert effective > subject.last_act_at
        assert effective in {reading, subject.last_act_at + US}
        subject = debate(last_act_at=effective)


@examples(150)
@given(
    st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001 - a wall clock
    st.sampled_from(["Europe/Paris", "Europe/Brussels", "Pacific/Apia", "Australia/Lord_Howe", "UTC"]),
)
def test_a_local_time_is_the_instant_that_shows_it(local: datetime, zone: str) -> None:
    try:
        instant = instant_of_local(local, zone)
    except (LocalTimeAmbiguous, LocalTimeMissing):
        return
    assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


# Votes ---------------------------------------------------------------------------------------

VOTES = st.builds(Vote, st.sampled_from(VoteValue), st.integers(1, 4))
CHANGED = ("agree", "mixed", "disagree", "support", "on_earlier_revisions")


def added(tally: dict[str, int], change: TallyChange) -> dict[str, int]:
    return {name: tally[name] + getattr(change, name) for name in CHANGED}


def recount(revision: int, votes: Mapping[int, Vote]) -> dict[str, int]:
    """The tally, counted from the standing votes one counter at a time."""
    values = [vote.value.value for vote in votes.values()]
    tally = {name: values.count(name) for name in CHANGED[:4]}
    earlier = [vote for vote in votes.values() if vote.revision != revision]
    return tally | {"on_earlier_revisions": len(earlier)}


@examples(100)
@given(st.integers(1, 4), st.none() | VOTES, st.none() | VOTES, st.none() | VOTES)
def test_changes_add_up(revision: int, a: Vote | None, b: Vote | None, c: Vote | None) -> None:
    nothing = dict.fromkeys(CHANGED, 0)
    twice = added(added(nothing, tally_change(revision, a, b)), tally_change(revision, b, c))
    assert twice == added(nothing, tally_change(revision, a, c))
    back = added(added(nothing, tally_change(revision, a, b)), tally_change(revision, b, a))
    assert back == nothing


STEPS = st.lists(
    st.tuples(st.just("cast"), st.integers(1, 4), st.sampled_from(VoteValue))
    | st.tuples(st.just("take back"), st.integers(1, 4), st.none())
    | st.tuples(st.just("revise"), st.none(), st.none()),
    max_size=40,
)


@examples(150)
@given(STEPS)
def test_the_sum_of_changes_equals_a_recount_of_the_standing_votes(
    steps: list[tuple[str, int | None, VoteValue | None]],
) -> None:
    revision, votes, tally = 1, dict[int, Vote](), dict.fromkeys(CHANGED, 0)
    for _, voter, value in steps:
        if voter is None:
            # A new revision: each standing vote is counted again from where it now stands.
            for vote in votes.values():
                tally = added(tally, tally_change(revision, vote, None))
                tally = added(tally, tally_change(revision + 1, None, vote))
            revision += 1
        else:
            before = votes.pop(voter, None)
            if value is not None:
                votes[voter] = Vote(value, revision)
            tally = added(tally, tally_change(revision, before, votes.get(voter)))
        assert tally == recount(revision, votes)
        assert all(count >= 0 for count in tally.values())


# Texts and links -----------------------------------------------------------------------------

RAW = st.text(st.characters() | st.sampled_from("\r\n\t\x85\u2028\u00a0\u0301\u0327eE\ufb01"), max_size=40)


@examples(150)
@given(RAW)
def test_a_tidied_text_is_tidy(text: str) -> None:
    for tidied in (tidy(text), tidy_line(text)):
        assert tidy(tidied) == tidied
        assert unicodedata.is_normalized("NFC", tidied)
        assert tidied == tidied.strip()
        assert "\r" not in tidied
    assert tidy_line(tidy_line(text)) == tidy_line(text)
    assert len(tidy_line(text).splitlines()) <= 1


@examples(100)
@given(RAW, st.integers(0, 20), st.integers(0, 20))
def test_an_allowed_text_lies_within_its_bounds(text: str, shortest: int, longest: int) -> None:
    if check_text("body", tidy(text), shortest, longest).allowed:
        assert shortest <= len(tidy(text)) <= longest
        assert not any(unicodedata.category(character) == "Cs" for character in tidy(text))


@examples(150)
@given(
    st.text("htps:/\\@[]?#. %a1\t\n\u00a0\u200d\"'<", max_size=24),
    st.sampled_from(["", "http://", "https://"]),
)
def test_an_allowed_link_begins_with_its_scheme_and_shows_its_host(rest: str, scheme: str) -> None:
    link = scheme + rest
    if check_link("link", link, 2_000).allowed:
        assert link.lower().startswith(("http://", "https://"))
        authority = link.split("://", 1)[1].split("/")[0].split("?")[0].split("#")[0]
        assert authority
        assert not set(authority) & set("@\\ \t\n\"'<>") - {"'"}


# The journal ---------------------------------------------------------------------------------

KEYS = st.text('aB_09 "\\\x00\x1f\x7f', max_size=4)
LEAVES = st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(max_size=8)
VALUES: st.SearchStrategy[Canonical] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


def turned(value: Canonical) -> Canonical:
    """The same value with the keys of each object in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(member) for key, member in reversed(value.items())}
    if isinstance(value, list):
        return [turned(member) for member in value]
    return value


@examples(100)
@given(OBJECTS)
def test_the_canonical_form_is_that_of_rfc_8785(value: dict[str, Canonical]) -> None:
    form = canonical(value)
    assert form == rfc8785.dumps(value)
    assert json.loads(form) == value
    assert canonical(turned(value)) == form
    assert canonical(json.loads(form)) == form


@examples(100)
@given(
    st.uuids(),
    st.integers(1, 2**53 - 1),
    ANY,
    st.sampled_from(EntryKind),
    st.none() | st.integers(1, 2**53 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_the_leaf_input_is_the_canonical_form_of_the_entry(
    debate_uid: UUID, sequence: int, at: datetime, kind: EntryKind, number: int | None, digest: bytes
) -> None:
    entry = Entry(debate_uid, sequence, at, kind, number, digest)
    mapping: dict[str, Canonical] = {
        "debate": str(debate_uid),
        "sequence": sequence,
        "at": format_instant(at),
        "kind": kind.value,
        "number": number,
        "digest": digest.hex(),
    }
    assert entry.leaf_input() == canonical(mapping)
    assert json.loads(entry.leaf_input()) == mapping


@examples(100)
@given(INSTANTS, INSTANTS)
def test_written_instants_are_ordered_as_the_instants_are(one: datetime, other: datetime) -> None:
    assert datetime.fromisoformat(format_instant(one)) == one
    assert (format_instant(one) < format_instant(other)) == (one < other)
    assert len(format_instant(one)) == 27
