"""What a listener's place is: an entry of the journal, told apart from one that took its place."""

import pytest

from consultation.api.live.frames import EventId, Frame, Tail, reset_frame

KEPT = 256


def entry(sequence: int, history: str = "first") -> Frame:
    return Frame(EventId.of(sequence, f"{history} {sequence}"), b"")


def tail_of(count: int) -> Tail:
    """A tail that began at entry 1 and has read so many."""
    tail = Tail(EventId.of(1, "first 1"))
    for sequence in range(2, count + 1):
        tail.add(entry(sequence))
    return tail


def after(tail: Tail, known: EventId) -> list[int | None] | None:
    """The sequences of what is told to whoever has everything up to an entry."""
    place = tail.place_after(known)
    frames = None if place is None else tail.since(place)
    return None if frames is None else [None if one.id is None else one.id.sequence for one in frames]


@pytest.mark.parametrize("text", ["0", "42", "42-0123abcd", "9999999999999999"])
def test_an_id_is_read_as_it_was_sent(text: str) -> None:
    found = EventId.read(text)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize("text", ["", "-1", "1-", "1-ABCDEF01", "1-0123abcd\n", "²", "1" * 17, "1-0123abcde"])
def test_what_is_no_id_of_ours_is_none(text: str) -> None:
    assert EventId.read(text) is None


def test_whoever_knows_an_entry_is_told_what_follows_it() -> None:
    tail = tail_of(9)
    assert after(tail, EventId.of(1, "first 1")) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert after(tail, EventId.of(7, "first 7")) == [8, 9]
    assert after(tail, EventId.of(9, "first 9")) == []
    assert after(tail, EventId(7, None)) == [8, 9]


def test_whoever_is_ahead_of_what_was_read_is_told_what_comes() -> None:
    assert after(tail_of(9), EventId.of(12, "first 12")) == []


def test_whoever_is_behind_what_is_kept_reads_the_journal() -> None:
    tail = tail_of(KEPT + 10)
    assert after(tail, EventId.of(9, "first 9")) is None
    assert after(tail, EventId.of(10, "first 10")) == list(range(11, KEPT + 11))


@pytest.mark.parametrize("sequence", [1, 5, 9])
def test_another_entry_of_the_same_sequence_is_no_place(sequence: int) -> None:
    assert after(tail_of(9), EventId.of(sequence, "another history")) is None


def test_what_was_before_a_reset_is_no_place_any_more() -> None:
    tail = tail_of(9)
    tail.add(reset_frame(EventId.of(4, "first 4")))
    tail.add(entry(5, "second"))
    assert after(tail, EventId.of(7, "first 7")) == []
    assert after(tail, EventId.of(5, "first 5")) is None
    assert after(tail, EventId.of(4, "first 4")) == [5]
    assert after(tail, EventId.of(5, "second 5")) == []


def test_a_place_stays_good_while_older_frames_go() -> None:
    tail = tail_of(9)
    place = tail.place_after(EventId.of(9, "first 9"))
    assert place is not None
    for sequence in range(10, KEPT + 10):
        tail.add(entry(sequence))
    assert len(tail.since(place) or ()) == KEPT
    tail.add(entry(KEPT + 10))
    assert tail.since(place) is None
