"""Documents of Cap Collectif's API, invented here."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from consultation.application.imported import ImportedDebate, ImportedPost, ReportedTally
from consultation.domain.posts import PostKind, PostState, Side
from consultation.exchange.importers.cap_collectif_json import read_cap_collectif_json

Document = dict[str, Any]


def author(name: str) -> Document:
    return {"uniqueId": name.lower(), "displayName": name}


def argument(number: int, **changes: Any) -> Document:
    return {
        "id": number,
        "type": 1,
        "body": "Because <it> is.",
        "created_at": "2015-10-01T12:00:00+0200",
        "updated_at": "2015-10-01T12:00:00+0200",
        "author": author("Bea"),
        "votes_count": 4,
        "is_trashed": False,
        "is_enabled": True,
    } | changes


def source(number: int, **changes: Any) -> Document:
    return {
        "id": number,
        "title": " A  page ",
        "link": "https://example.org/page",
        "body": "To read.",
        "created_at": "2015-10-02T12:00:00+0200",
        "updated_at": "2015-10-02T11:59:59+0200",
        "author": author("Cem"),
        "category": "Page",
        "votes_count": 0,
    } | changes


def opinion(number: int, **changes: Any) -> Document:
    members: Document = {
        "id": number,
        "title": "A bench",
        "body": "<p>Put a <strong>bench</strong>&nbsp;here.</p>",
        "created_at": "2015-09-30T00:30:00+0200",
        "updated_at": "2015-09-30T08:00:00+0200",
        "author": author("Ann"),
        "type": {"id": 7, "title": "Section 1", "subtitle": "L’été à l’œuvre"},
        "votes_ok": 5,
        "votes_mitige": 2,
        "votes_nok": 1,
        "votes_total": 8,
        "arguments": [],
        "sources": [],
        "votes": [{"user": author("Dan")}],
        "versions_count": 3,
        "is_trashed": False,
    } | changes
    arguments, sources = members["arguments"], members["sources"]
    if isinstance(arguments, list) and isinstance(sources, list):
        types = [item.get("type") for item in arguments if isinstance(item, dict)]
        members.setdefault("arguments_count", len(arguments))
        members.setdefault("arguments_yes_count", types.count(1))
        members.setdefault("arguments_no_count", types.count(0))
        members.setdefault("sources_count", len(sources))
    return {"opinion": members}


Read = Callable[..., ImportedDebate]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def from_documents(*documents: object, name: str = "opinions.ndjson") -> ImportedDebate:
        lines = (json.dumps(document, ensure_ascii=False).encode() + b"\n" for document in documents)
        path = tmp_path / name
        path.write_bytes(b"".join(lines))
        return read_cap_collectif_json([path])

    return from_documents


def only(debate: ImportedDebate, reference: str) -> ImportedPost:
    (post,) = [post for post in debate.posts if post.reference == reference]
    return post


def refusals(debate: ImportedDebate) -> list[tuple[str, int, str | None, str]]:
    return [(row.kind, row.row, row.column, row.reason) for row in debate.report.refused]


def notes(debate: ImportedDebate, column: str) -> list[str]:
    return [note.text for note in debate.report.notes if note.column == column]


def test_an_opinion_becomes_a_contribution(read: Read) -> None:
    debate = read(opinion(61))
    assert only(debate, "opinion:61") == ImportedPost(
        kind=PostKind.CONTRIBUTION,
        reference="opinion:61",
        author="user:ann",
        author_name="Ann",
        theme="7-l-ete-a-l-oeuvre",
        title="A bench",
        body="Put a **bench**\u00a0here.",
        created_at=datetime(2015, 9, 29, 22, 30, tzinfo=UTC),
        revised_at=datetime(2015, 9, 30, 6, tzinfo=UTC),
        reported=ReportedTally(
            agree=5, mixed=2, disagree=1, source="Cap Collectif API, votes_ok/votes_mitige/votes_nok"
        ),
    )
    (theme,) = debate.themes
    assert (theme.slug, theme.title, theme.description) == (
        "7-l-ete-a-l-oeuvre",
        "L’été à l’œuvre",
        "Section 1",
    )


def test_a_preview_of_voters_is_no_vote(read: Read) -> None:
    debate = read(opinion(61))
    assert list(debate.votes) == []
    assert [note.text for note in debate.report.notes if note.row is None] == [
        "1 names in votes[] are a preview without values or dates, and no votes",
        "3 amendments (versions_count) are not in these documents",
    ]


def test_one_is_for_and_zero_is_against(read: Read) -> None:
    debate = read(opinion(1, arguments=[argument(8), argument(9, type=0), argument(10, type=2)]))
    assert only(debate, "argument:8").side is Side.PRO
    assert only(debate, "argument:9").side is Side.CONTRA
    assert refusals(debate) == [
        ("argument", 1, "/opinion/arguments/2/type", "is neither 1 (for) nor 0 (against)")
    ]


def test_an_argument_is_plain_text(read: Read) -> None:
    debate = read(opinion(1, arguments=[argument(8, body=" a <firm>\r\nb<br>\n\n* c ")]))
    post = only(debate, "argument:8")
    assert post.body == "a \\<firm>\\\nb\\<br>\n\n\\* c"
    assert (post.parent, post.author, post.title) == ("opinion:1", "user:bea", None)
    assert post.reported == ReportedTally(support=4, source="Cap Collectif API, votes_count")
    assert post.revised_at is None


def test_a_source_has_title_and_link(read: Read) -> None:
    debate = read(opinion(1, sources=[source(5)]))
    post = only(debate, "source:5")
    assert (post.title, post.link, post.body) == ("A page", "https://example.org/page", "To read.")
    assert (post.parent, post.revised_at) == ("opinion:1", None)
    assert notes(debate, "/opinion/sources/0/updated_at") == ["is 1 s before created_at, which is kept"]


def test_what_is_no_address_is_kept_as_text(read: Read) -> None:
    debate = read(opinion(1, sources=[source(5, link="page *12*")]))
    assert (only(debate, "source:5").link, only(debate, "source:5").body) == (
        None,
        "To read.\n\npage \\*12\\*",
    )
    assert len(notes(debate, "/opinion/sources/0/link")) == 1


def test_series_of_ids_may_collide(read: Read) -> None:
    debate = read(opinion(1, arguments=[argument(1)], sources=[source(1)]))
    assert [post.reference for post in debate.posts] == ["opinion:1", "argument:1", "source:1"]


def test_posts_come_in_the_order_of_their_creation(read: Read) -> None:
    late = opinion(1, arguments=[argument(8, created_at="2015-10-05T00:00:00+0200")])
    debate = read(late, opinion(2, arguments=[argument(9)]))
    assert [post.reference for post in debate.posts] == ["opinion:1", "opinion:2", "argument:9", "argument:8"]


def test_trashed_is_hidden_since_nobody_knows_when(read: Read) -> None:
    debate = read(opinion(1, is_trashed=True, arguments=[argument(8, is_enabled=False)]))
    post = only(debate, "opinion:1")
    assert (post.state, post.state_reason, post.state_since) == (
        PostState.HIDDEN,
        "trashed in the source",
        None,
    )
    assert only(debate, "argument:8").state_reason == "disabled in the source"


def test_appendices_are_under_headings_of_their_own(read: Read) -> None:
    kind = {"title": "Why #"}
    debate = read(
        opinion(
            1,
            appendices=[{"body": "<p>So.</p>", "type": kind}, {"body": "<p>&nbsp;</p>", "type": kind}],
            modals=[{"before": "x"}],
        )
    )
    assert only(debate, "opinion:1").body == "Put a **bench**\u00a0here.\n\n## Why \\#\n\nSo."
    assert notes(debate, "/opinion/modals") == ["1 texts of law in windows of their own were not taken"]


def test_bodies_without_a_word_are_noted(read: Read) -> None:
    debate = read(opinion(1, body="<p>&nbsp;</p>", arguments=[argument(8, body=" \n")]))
    assert [post.body for post in debate.posts] == ["", ""]
    assert notes(debate, "/opinion/body") == notes(debate, "/opinion/arguments/0/body") == ["is empty"]


def test_counters_that_do_not_fit_are_noted(read: Read) -> None:
    debate = read(opinion(1, votes_total=9, arguments_count=2, sources_count="x", arguments=[argument(8)]))
    assert notes(debate, "/opinion/votes_total") == ["says 9, found 8"]
    assert notes(debate, "/opinion/arguments_count") == ["says 2, found 1"]
    assert notes(debate, "/opinion/sources_count") == ["is no number, found 0"]


def test_totals_are_whole_or_not_at_all(read: Read) -> None:
    debate = read(opinion(1, votes_nok=None, arguments=[argument(8, votes_count=-1)]))
    assert only(debate, "opinion:1").reported is None
    assert only(debate, "argument:8").reported is None
    assert (
        len(notes(debate, "/opinion/votes_ok")) == len(notes(debate, "/opinion/arguments/0/votes_count")) == 1
    )


def test_who_wrote_can_be_forgotten(read: Read) -> None:
    post = only(read(opinion(1, author=None, updated_at=None)), "opinion:1")
    assert (post.author, post.author_name) == (None, None)


def test_a_section_without_subtitle_is_named_by_its_title(read: Read) -> None:
    debate = read(opinion(1, type={"id": 7, "title": "Parks", "subtitle": None}), opinion(2, type=None))
    assert [(theme.slug, theme.title, theme.description) for theme in debate.themes] == [
        ("7-parks", "Parks", "")
    ]
    assert only(debate, "opinion:2").theme is None


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        (
            {"created_at": "2015-10-01T12:00:00"},
            "created_at",
            "is not an ISO 8601 date and time with an offset",
        ),
        ({"created_at": "soon"}, "created_at", "is not an ISO 8601 date and time with an offset"),
        ({"created_at": "0001-01-01T00:00:00+0200"}, "created_at", "is not an ISO 8601 date"),
        ({"updated_at": 7}, "updated_at", "is not a text"),
        ({"id": True}, "id", "is not a whole number from 0"),
        ({"title": None}, "title", "is not a text"),
        ({"body": 1}, "body", "is not a text"),
        ({"author": {"uniqueId": "a"}}, "author/displayName", "is not a text"),
        ({"author": "a"}, "author", "is not an object"),
        ({"is_trashed": 1}, "is_trashed", "is neither true nor false"),
        ({"arguments": None}, "arguments", "is not a list"),
        ({"type": {"id": "7", "title": "x"}}, "type/id", "is not a whole number from 0"),
        ({"appendices": [1]}, "appendices/0", "is not an object"),
    ],
)
def test_a_field_that_does_not_fit_is_refused(
    read: Read, changes: Document, column: str, reason: str
) -> None:
    debate = read(opinion(1, **{"sources": [source(5)], **changes}))
    first, *others = refusals(debate)
    assert first[:3] == ("opinion", 1, f"/opinion/{column}")
    assert first[3].startswith(reason)
    assert others == [("source", 1, "/opinion/sources/0", "its opinion is refused")]
    assert list(debate.posts) == []
    assert list(debate.themes) == []
    assert [note for note in debate.report.notes if note.row is not None] == []


def test_what_is_there_twice_is_taken_once(read: Read) -> None:
    debate = read(opinion(1, arguments=[argument(8)]), opinion(1), opinion(2, arguments=[argument(8)]))
    assert refusals(debate) == [
        ("opinion", 2, "/opinion/id", "opinion:1 was read already, opinions.ndjson row 1"),
        ("argument", 3, "/opinion/arguments/0/id", "argument:8 was read already, opinions.ndjson row 1"),
    ]
    assert debate.report.read == {"opinion": 3, "argument": 2}
    assert debate.report.taken == {"opinion": 2, "argument": 1}


@pytest.mark.parametrize("document", [[], 7, {}, {"opinion": None}, {"opinion": []}])
def test_another_document_is_refused(read: Read, document: object) -> None:
    debate = read(document, opinion(1))
    assert [(kind, row) for kind, row, _, _ in refusals(debate)] == [("opinion", 1)]
    assert len(list(debate.posts)) == 1


def test_a_line_that_is_no_json_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = json.dumps(opinion(1)).encode()
    path.write_bytes(b"\n".join([good[:50], b'"\xff"', b"", b"[" * 100_000, good]))
    debate = read_cap_collectif_json([path])
    assert [(row.row, row.reason) for row in debate.report.refused] == [
        (1, "is not JSON in UTF-8"),
        (2, "is not JSON in UTF-8"),
        (4, "is not JSON in UTF-8"),
    ]
    assert [post.reference for post in debate.posts] == ["opinion:1"]


def test_a_line_separator_in_a_text_ends_no_line(read: Read) -> None:
    debate = read(opinion(1, title="a\u2028b", arguments=[argument(8, body="a\u2028b")]))
    assert only(debate, "argument:8").body == "a\u2028b"
    assert only(debate, "opinion:1").title == "a b"


def test_characters_that_no_text_may_hold_are_replaced(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(json.dumps(opinion(1, title="a\ud800", arguments=[argument(8, body="b\u202ec\x00")])))
    debate = read_cap_collectif_json([path])
    assert only(debate, "opinion:1").title == "a\ufffd"
    assert only(debate, "argument:8").body == "b\ufffdc\ufffd"
    assert len(notes(debate, "/opinion/title")) == len(notes(debate, "/opinion/arguments/0/body")) == 1


def test_files_of_one_document_or_a_list(read: Read, tmp_path: Path) -> None:
    one, many = tmp_path / "1.json", tmp_path / "many.json.gz"
    one.write_text(json.dumps(opinion(1), indent=1))
    many.write_bytes(gzip.compress(json.dumps([opinion(2), opinion(3)]).encode()))
    debate = read_cap_collectif_json([one, many])
    assert [post.reference for post in debate.posts] == ["opinion:1", "opinion:2", "opinion:3"]


def test_a_packed_file_that_is_cut_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    whole = gzip.compress("".join(json.dumps(opinion(i)) + "\n" for i in range(800)).encode(), 1)
    path.write_bytes(whole[: len(whole) // 2])
    debate = read_cap_collectif_json([path])
    assert refusals(debate)[-1][0] == "file"
    assert debate.report.read["opinion"] == debate.report.taken["opinion"] > 0


def test_a_file_that_is_not_there_is_the_callers_concern(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_cap_collectif_json([tmp_path / "none.json"])
