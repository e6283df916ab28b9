"""Acceptance: the French consultation of 2019 on a universal income, as it was exported."""

import csv
import gzip
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from consultation.application.imported import ImportedDebate, ImportedPost
from consultation.domain.posts import PostKind, PostState, Side
from consultation.domain.voting import VoteValue
from consultation.exchange.importers.cap_collectif_csv import read_cap_collectif_csv
from tests.exchange.importers.rendering import words

Record = dict[str, str]
DOUBLE_VOTE = 11_718


@pytest.fixture(scope="module")
def path(real_data: Callable[[str], Path]) -> Path:
    return real_data("cap-collectif-rua-2019/rua-fonctionnement.csv.gz")


@pytest.fixture(scope="module")
def records(path: Path) -> dict[int, Record]:
    """The rows by their number, read without the code under test."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return dict(enumerate(csv.DictReader(stream, delimiter=";", restval=""), start=2))


@pytest.fixture(scope="module")
def debate(path: Path) -> ImportedDebate:
    return read_cap_collectif_csv(path)


@pytest.fixture(scope="module")
def posts(debate: ImportedDebate) -> dict[str, ImportedPost]:
    return {post.reference: post for post in debate.posts}


def reasons(debate: ImportedDebate, kind: str) -> Counter[tuple[str | None, str]]:
    """The refusals of one type of row by column and the beginning of the reason."""
    refused = (row for row in debate.report.refused if row.kind == kind)
    return Counter((row.column, " ".join(row.reason.split()[:2])) for row in refused)


def test_every_row_is_taken_or_refused(debate: ImportedDebate) -> None:
    assert debate.report.read == {
        "opinion": 434,
        "vote": 9_601,
        "argument": 1_777,
        "reportings": 13,
        "source": 6,
    }
    assert debate.report.taken == {
        "opinion": 409,
        "vote": 8_757,
        "argument": 1_571,
        "reportings": 0,
        "source": 6,
    }
    refused = Counter(row.kind for row in debate.report.refused)
    for kind, read in debate.report.read.items():
        assert read == debate.report.taken[kind] + refused[kind]


def test_cut_and_shifted_opinions_are_refused_at_their_first_wrong_cell(debate: ImportedDebate) -> None:
    assert reasons(debate, "opinion") == {
        ("contributions_createdAt", "is empty,"): 22,  # cut: 21 after the body, one after the title
        ("contributions_createdAt", "is empty"): 1,
        ("contributions_updatedAt", "is not"): 2,
    }
    shifted = {
        row.row: row.column
        for row in debate.report.refused
        if row.kind == "opinion" and "cut" not in row.reason
    }
    assert shifted == {
        742: "contributions_updatedAt",
        6673: "contributions_updatedAt",
        7526: "contributions_createdAt",
    }


def test_the_opinion_that_was_hidden_does_not_come_back(
    debate: ImportedDebate, records: dict[int, Record], posts: dict[str, ImportedPost]
) -> None:
    hidden = records[6673]
    assert "INVISIBLE" in hidden.values()
    assert hidden["contributions_trashedStatus"] != "INVISIBLE"
    assert f"opinion:{hidden['contributions_id']}" not in posts
    assert not [post for post in posts.values() if post.title == hidden["contributions_title"]]
    assert [
        row.row for row in debate.report.refused if row.reason == "its opinion in row 6673 is refused"
    ] == [6674, 6675, 6676]


def test_nothing_hangs_on_what_was_refused(debate: ImportedDebate, posts: dict[str, ImportedPost]) -> None:
    assert {post.parent for post in posts.values()} - {None} <= set(posts)
    assert {vote.post for vote in debate.votes} <= set(posts)
    assert reasons(debate, "vote")["contributions_votes_related_id", "its opinion"] == 843
    assert reasons(debate, "argument")["contributions_arguments_related_id", "its opinion"] == 153


def test_vote_rows_rebuild_the_counters_of_intact_opinions(
    debate: ImportedDebate, records: dict[int, Record], posts: dict[str, ImportedPost]
) -> None:
    tallies: defaultdict[str, Counter[VoteValue]] = defaultdict(Counter)
    for vote in debate.votes:
        tallies[vote.post][vote.value] += 1
    doubled = f"opinion:{records[DOUBLE_VOTE]['contributions_votes_related_id']}"
    tallies[doubled][VoteValue.AGREE] += 1  # the source counted its double row, we do not take it
    intact = [r for r in records.values() if f"opinion:{r['contributions_id']}" in posts]
    assert len(intact) == 409
    for record in intact:
        tally = tallies[f"opinion:{record['contributions_id']}"]
        assert [tally.total(), *(tally[value] for value in list(VoteValue)[:3])] == [
            int(record[f"contributions_votesCount{name}"]) for name in ("", "Ok", "Mitige", "Nok")
        ]
    assert [(n.row, n.column, n.text) for n in debate.report.notes if "the file holds" in n.text] == [
        (11_617, "contributions_votesCount", "says 145, the file holds 144"),
        (11_617, "contributions_votesCountOk", "says 67, the file holds 66"),
    ]


def test_argument_rows_rebuild_the_counters_of_intact_opinions(
    debate: ImportedDebate, records: dict[int, Record], posts: dict[str, ImportedPost]
) -> None:
    sides = Counter((post.parent, post.side) for post in posts.values())
    for row in debate.report.refused:
        record = records[row.row]
        if row.kind == "argument":
            side = Side.PRO if record["contributions_arguments_type"] == "FOR" else Side.CONTRA
            sides[f"opinion:{record['contributions_arguments_related_id']}", side] += 1
    assert sum(count for (_, side), count in sides.items() if side is Side.PRO) == 926
    assert sum(count for (_, side), count in sides.items() if side is Side.CONTRA) == 851
    for record in records.values():
        reference = f"opinion:{record['contributions_id']}"
        if reference in posts:
            assert sides[reference, Side.PRO] == int(record["contributions_argumentsCountFor"])
            assert sides[reference, Side.CONTRA] == int(record["contributions_argumentsCountAgainst"])


def test_a_double_vote_counts_once(debate: ImportedDebate) -> None:
    (double,) = [row for row in debate.report.refused if row.column == "contributions_votes_id"]
    assert (double.row, double.reason) == (DOUBLE_VOTE, "is the same as row 11717")
    ballots = Counter((vote.voter, vote.post) for vote in debate.votes)
    assert set(ballots.values()) == {1}


def test_cut_and_shifted_arguments_are_refused(debate: ImportedDebate) -> None:
    assert reasons(debate, "argument") == {
        ("contributions_arguments_related_id", "its opinion"): 153,
        ("contributions_arguments_createdAt", "is empty,"): 44,  # cut after the body: no date, no total
        ("contributions_arguments_votesCount", "is empty,"): 6,  # cut within the address
        ("contributions_arguments_updatedAt", "is not"): 3,  # shifted: an address stands there
    }


def test_trashed_but_visible_arguments_stay_visible(
    debate: ImportedDebate, posts: dict[str, ImportedPost]
) -> None:
    notes = [note for note in debate.report.notes if "visible there" in note.text]
    assert [note.row for note in notes] == [3992, 5827]
    assert {post.state for post in posts.values()} == {PostState.VISIBLE}


def test_the_night_of_the_change_of_clocks(debate: ImportedDebate) -> None:
    notes = [(note.row, note.text) for note in debate.report.notes if "came twice" in note.text]
    assert notes == [
        (10_246, "came twice that night, not settled, the first is taken: 2019-10-27T00:04:00+00:00"),
        (10_264, "came twice that night, the time inside its id decides: 2019-10-27T00:10:00+00:00"),
        (10_265, "came twice that night, the time inside its id decides: 2019-10-27T00:05:00+00:00"),
    ]


def test_no_intact_row_is_dated_before_its_opinion(
    debate: ImportedDebate, posts: dict[str, ImportedPost]
) -> None:
    """The three votes that seem to be hang on a shifted opinion, whose first date is an update."""
    assert not [note for note in debate.report.notes if "before its opinion" in note.text]
    assert all(vote.cast_at >= posts[vote.post].created_at for vote in debate.votes)


def test_plain_texts_are_shown_word_for_word(
    records: dict[int, Record], posts: dict[str, ImportedPost]
) -> None:
    shown = 0
    for record in records.values():
        for kind, key, body in (
            ("opinion", "contributions_id", "contributions_bodyText"),
            ("argument", "contributions_arguments_id", "contributions_arguments_body"),
        ):
            post = posts.get(f"{kind}:{record[key]}")
            if record["type"] == kind and post is not None:
                assert words(post.body) == unicodedata.normalize("NFC", record[body]).split()
                shown += 1
    assert shown == 409 + 1_571


def test_sources_have_what_the_export_has(debate: ImportedDebate, posts: dict[str, ImportedPost]) -> None:
    sources = [post for post in posts.values() if post.kind is PostKind.SOURCE]
    assert len(sources) == 6
    assert [post.title for post in sources] == [post.link for post in sources] == [None] * 6
    assert sum(post.body == "" for post in sources) == 1
    assert sum("](http" in post.body for post in sources) == 2
    assert [note.row for note in debate.report.notes if note.text == "holds no word"] == [6430]


def test_the_debate_has_its_title_and_sections(debate: ImportedDebate) -> None:
    assert debate.title == "3. Comment doit fonctionner le revenu universel d'activité"
    assert sorted(theme.slug for theme in debate.themes) == [
        "1-les-conditions-a-remplir-pour-beneficier-du-revenu-universel-d-activite",
        "2-les-modalites-de-demande-du-revenu-universel-d-activite",
        "3-le-financement-du-revenu-universel-d-activite",
    ]
