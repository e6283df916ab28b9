"""The neutral records: their order, and the report on them."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consultation.application.imported import (
    ImportedPost,
    ImportReport,
    RowNote,
    RowRefused,
    in_order_of_creation,
)
from consultation.domain.posts import PostKind
from tests.domain.profiles import examples

NOON = datetime(2020, 2, 1, 12, tzinfo=UTC)


def post(reference: str, minute: int, parent: str | None = None) -> ImportedPost:
    return ImportedPost(
        kind=PostKind.CONTRIBUTION if parent is None else PostKind.ARGUMENT,
        reference=reference,
        parent=parent,
        body="",
        created_at=NOON + timedelta(minutes=minute),
    )


def order(*posts: ImportedPost) -> str:
    return "".join(post.reference for post in in_order_of_creation(posts))


def test_posts_go_by_instant_then_by_the_order_of_the_source() -> None:
    assert order(post("b", 2), post("c", 2), post("a", 1)) == "abc"


def test_a_reply_never_precedes_what_it_answers() -> None:
    assert order(post("r", 1, "b"), post("a", 2), post("b", 2), post("c", 2)) == "abrc"
    assert order(post("r", 2, "b"), post("s", 1, "b"), post("b", 2)) == "brs"


def test_a_reply_to_nothing_known_goes_by_its_own_instant() -> None:
    assert order(post("b", 2), post("a", 1, "x")) == "ab"


@examples(100)
@given(
    contributions=st.lists(st.integers(0, 5), min_size=1, max_size=6),
    replies=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8),
    shuffle=st.lists(st.integers(0, 99), min_size=14, max_size=14),
)
def test_every_order_is_one_a_store_can_number(
    contributions: list[int], replies: list[tuple[int, int]], shuffle: list[int]
) -> None:
    posts = [post(f"c{i}", minute) for i, minute in enumerate(contributions)]
    posts += [
        post(f"r{i}", minute, f"c{parent % len(contributions)}") for i, (minute, parent) in enumerate(replies)
    ]
    shuffled = [posts[place] for _, place in sorted(zip(shuffle, range(len(posts)), strict=False))]
    ordered = in_order_of_creation(shuffled)
    assert sorted(p.reference for p in ordered) == sorted(p.reference for p in posts)
    places = {p.reference: place for place, p in enumerate(ordered)}
    assert all(places[p.parent] < places[p.reference] for p in ordered if p.parent is not None)
    roots = [p for p in ordered if p.parent is None]
    assert roots == sorted(roots, key=lambda p: p.created_at)


REPORT = ImportReport(
    read={"opinion": 3, "vote": 5},
    taken={"opinion": 2, "vote": 0},
    refused=(
        RowRefused("a.csv", 2, "vote", "related_id", "its opinion in row 9 is refused"),
        RowRefused("a.csv", 3, "vote", "related_id", "its opinion in row 9 is refused"),
        RowRefused("a.csv", 4, "vote", "related_id", "its opinion in row 9 is refused"),
        RowRefused("a.csv", 7, "vote", "related_id", "its opinion in row 9 is refused"),
        RowRefused("a.csv", 9, "opinion", None, "is no record"),
    ),
    notes=(RowNote("a.csv", None, None, "has no title"), RowNote("a.csv", 5, "body", "holds no word")),
)


def test_the_report_reads_well() -> None:
    assert REPORT.as_text() == (
        "Read\n"
        "  opinion: 3 read, 2 taken, 1 refused\n"
        "  vote: 5 read, 0 taken, 5 refused\n"
        "\n"
        "Refused\n"
        "  a.csv, vote, related_id: its opinion in row 9 is refused (rows 2-4, 7)\n"
        "  a.csv, opinion: is no record (row 9)\n"
        "\n"
        "Notes\n"
        "  a.csv: has no title\n"
        "  a.csv, body: holds no word (row 5)"
    )


def test_the_report_is_json() -> None:
    report = json.loads(json.dumps(REPORT.as_json()))
    assert report["read"] == {"opinion": 3, "vote": 5}
    assert report["refused"][-1] == {
        "file": "a.csv",
        "row": 9,
        "kind": "opinion",
        "column": None,
        "reason": "is no record",
    }
    assert report["notes"][0] == {"file": "a.csv", "row": None, "column": None, "text": "has no title"}


def test_an_empty_report_is_empty() -> None:
    assert ImportReport({}, {}, (), ()).as_text() == ""
