"""What is refused of Cap Collectif's flat export: guessed at is nothing."""

import gzip
from pathlib import Path

import pytest

from consultation.domain.voting import VoteValue
from consultation.exchange.importers.cap_collectif_csv import read_cap_collectif_csv
from tests.exchange.importers.exports import (
    HEADER,
    Read,
    argument,
    opinion,
    packed,
    references,
    refusals,
    row,
    source,
    uid,
    vote,
)


def test_reports_are_read_and_not_taken(read_rows: Read) -> None:
    debate = read_rows(opinion(4), row("reportings", id="1", related_id=uid(4)))
    assert refusals(debate) == [
        (3, "reportings", None, "reports come with moderation, and are not taken yet")
    ]
    assert debate.report.read == {"opinion": 1, "reportings": 1}
    assert debate.report.taken == {"opinion": 1, "reportings": 0}


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"id": "4"}, "id", "is not a UUID"),
        ({"author_id": "4"}, "author_id", "is no User id in base 64"),
        ({"author_id": packed("Group", uid(1))}, "author_id", "is no User id in base 64"),
        ({"title": ""}, "title", "is empty"),
        ({"createdAt": "31/02/2019 10:00"}, "createdAt", "is not a time, dd/mm/yyyy hh:mm"),
        ({"createdAt": "2019-10-07 15:47"}, "createdAt", "is not a time, dd/mm/yyyy hh:mm"),
        ({"updatedAt": "https://example.org/"}, "updatedAt", "is not a time, dd/mm/yyyy hh:mm"),
        ({"createdAt": ""}, "createdAt", "is empty"),
        ({"url": "1"}, "url", "is not an http or https address"),
        ({"published": "yes"}, "published", "is neither 1 nor empty"),
        ({"trashed": "INVISIBLE"}, "trashed", "is neither 1 nor empty"),
        ({"trashed": "1", "trashedStatus": "x"}, "trashedStatus", "is none of VISIBLE, INVISIBLE"),
        ({"trashed": "1", "trashedStatus": ""}, "trashedStatus", "is empty"),
        ({"trashedStatus": "INVISIBLE"}, "trashedStatus", "is filled, though the row is not trashed"),
        ({"trashedReason": "rude"}, "trashedReason", "is filled, though the row is not trashed"),
        ({"votesCount": "many"}, "votesCount", "is not a whole number from 0"),
        ({"votesCount": "٣"}, "votesCount", "is not a whole number from 0"),
    ],
)
def test_a_cell_that_does_not_fit_is_refused(
    read_rows: Read, changes: dict[str, str], column: str, reason: str
) -> None:
    debate = read_rows(opinion(4, **changes))
    assert refusals(debate) == [(2, "opinion", f"contributions_{column}", reason)]
    assert list(debate.posts) == []


def test_a_shifted_row_is_refused_and_what_hangs_on_it_too(read_rows: Read) -> None:
    hidden = opinion(4, trashed="1", trashedStatus="INVISIBLE", trashedReason="rude")
    shifted = [*hidden[:6], *hidden[7:]]
    debate = read_rows(shifted, vote(1, 4, 2), argument(5, 4), source(6, 4), opinion(7))
    assert refusals(debate) == [
        (2, "opinion", "contributions_createdAt", "is empty"),
        (3, "vote", "contributions_votes_related_id", "its opinion in row 2 is refused"),
        (4, "argument", "contributions_arguments_related_id", "its opinion in row 2 is refused"),
        (5, "source", "contributions_sources_related_id", "its opinion in row 2 is refused"),
    ]
    assert references(debate) == ["opinion7"]
    assert list(debate.votes) == []


def test_a_cut_row_is_refused_with_the_place_of_the_cut(read_rows: Read) -> None:
    debate = read_rows(
        opinion(4), opinion(7)[:7], argument(5, 4)[:35], argument(6, 4)[:38], vote(1, 4, 2)[:27]
    )
    assert refusals(debate) == [
        (3, "opinion", "contributions_createdAt", "is empty, the row is cut after contributions_bodyText"),
        (
            *(4, "argument", "contributions_arguments_createdAt"),
            "is empty, the row is cut after contributions_arguments_body",
        ),
        (
            *(5, "argument", "contributions_arguments_votesCount"),
            "is empty, the row is cut after contributions_arguments_url",
        ),
        (
            *(6, "vote", "contributions_votes_value"),
            "is empty, the row is cut after contributions_votes_author_id",
        ),
    ]


def test_cells_of_another_type_of_row_are_wrong(read_rows: Read) -> None:
    stray = vote(1, 4, 2)
    stray[6] = "x"
    debate = read_rows(opinion(4), stray)
    assert refusals(debate) == [
        (3, "vote", "contributions_bodyText", "is filled, though it is no column of this type of row")
    ]


def test_what_is_there_twice_is_taken_once(read_rows: Read) -> None:
    debate = read_rows(
        opinion(4, votesCount="2", votesCountOk="2"),
        vote(1, 4, 2),
        vote(1, 4, 2),
        vote(1, 4, 3),
        vote(2, 4, 2, "NO"),
        opinion(4, title="Another"),
        argument(5, 4),
        argument(5, 4),
    )
    assert refusals(debate) == [
        (4, "vote", "contributions_votes_id", "is the same as row 3"),
        (5, "vote", "contributions_votes_id", "bears the id of row 3"),
        (6, "vote", "contributions_votes_author_id", "this person's vote on the opinion stands in row 3"),
        (7, "opinion", "contributions_id", "bears the id of row 2"),
        (9, "argument", "contributions_arguments_id", "is the same as row 8"),
    ]
    assert [vote.value for vote in debate.votes] == [VoteValue.AGREE]


def test_what_hangs_on_nothing_is_refused(read_rows: Read) -> None:
    debate = read_rows(vote(1, 4, 2), argument(5, 4, related_kind="version"))
    assert refusals(debate) == [
        (2, "vote", "contributions_votes_related_id", "its opinion is not in the file"),
        (3, "argument", "contributions_arguments_related_kind", "is none of opinion"),
    ]


def test_a_time_that_never_came_is_refused(read_rows: Read) -> None:
    ((_, _, column, reason),) = refusals(read_rows(opinion(4, createdAt="31/03/2019 02:30")))
    assert column == "contributions_createdAt"
    assert reason == "never came in Europe/Paris: clocks were put forward over it"


def test_a_record_over_two_lines_is_one_row(read_rows: Read) -> None:
    debate = read_rows(opinion(4, bodyText="a\nb"), opinion(5, id="x"))
    assert [post.body for post in debate.posts] == ["a\\\nb"]
    assert [row for row, *_ in refusals(debate)] == [3]


def test_rows_of_unknown_type_or_length_are_refused(read_rows: Read) -> None:
    debate = read_rows(["event"], [*argument(5, 4), "x"], opinion(4))
    assert refusals(debate) == [
        (2, "unknown", "type", "is no type of row that is known"),
        (3, "unreadable", None, "has 70 fields, the header has 69"),
    ]
    assert references(debate) == ["opinion4"]


def test_an_empty_line_is_a_row_without_anything(read_rows: Read) -> None:
    debate = read_rows([], opinion(4, id="x"))
    assert [row for row, *_ in refusals(debate)] == [3]
    assert debate.report.read == {"opinion": 1}


def test_another_header_is_refused(read_rows: Read) -> None:
    header = [name for name in HEADER if name != "contributions_trashedStatus"]
    debate = read_rows(opinion(4), header=header)
    assert refusals(debate) == [
        (1, "unreadable", "contributions_trashedStatus", "the header lacks 1 columns")
    ]
    assert list(debate.posts) == []


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    assert [row.row for row in read_cap_collectif_csv(path).report.refused] == [1]


def lines(*rows: list[str]) -> bytes:
    return b"".join(";".join(row).encode() + b"\r\n" for row in [HEADER, *rows])


def test_bytes_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(lines(opinion(4), opinion(5, title="né")).replace("né".encode(), b"n\xe9"))
    debate = read_cap_collectif_csv(path)
    assert refusals(debate) == [(3, "opinion", "contributions_title", "is not UTF-8")]


def test_quotes_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    path.write_bytes(lines(opinion(4, title='"a"b'), opinion(5)))
    debate = read_cap_collectif_csv(path)
    assert [(row, kind) for row, kind, _, _ in refusals(debate)] == [(2, "unreadable")]
    assert references(debate) == ["opinion5"]


def test_a_packed_file_that_is_cut_says_so(tmp_path: Path) -> None:
    path = tmp_path / "export.csv.gz"
    whole = gzip.compress(lines(*(opinion(i) for i in range(5000))), 1)
    path.write_bytes(whole[: len(whole) // 2])
    debate = read_cap_collectif_csv(path)
    assert refusals(debate)[-1][1:] == (
        "unreadable",
        None,
        "the packed file is damaged or ends too early",
    )
    assert len(list(debate.posts)) > 0
