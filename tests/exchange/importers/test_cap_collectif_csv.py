"""What is taken from Cap Collectif's flat export."""

from datetime import UTC, datetime

import pytest

from consultation.application.imported import ImportedPost, ImportedVote, ReportedTally
from consultation.domain.posts import PostKind, PostState, Side
from consultation.domain.voting import VoteValue
from consultation.exchange.importers.cleaning import REPLACED
from tests.exchange.importers.exports import (
    Read,
    argument,
    notes,
    opinion,
    references,
    refusals,
    source,
    uid,
    vote,
)


def test_an_opinion_becomes_a_contribution(read_rows: Read) -> None:
    debate = read_rows(opinion(4, updatedAt="08/10/2019 16:21"))
    assert list(debate.posts) == [
        ImportedPost(
            kind=PostKind.CONTRIBUTION,
            reference=f"opinion:{uid(4)}",
            author=f"user:{uid(1)}",
            theme="2-l-ete",
            title="A bench",
            body="Put a \\<bench> here.",
            created_at=datetime(2019, 10, 7, 13, 47, tzinfo=UTC),
            revised_at=datetime(2019, 10, 8, 14, 21, tzinfo=UTC),
        )
    ]
    assert debate.title == "1. How?"
    assert [(theme.slug, theme.title) for theme in debate.themes] == [("2-l-ete", "2. L'été")]
    assert notes(debate) == []
    assert refusals(debate) == []


def test_a_vote_is_a_ballot(read_rows: Read) -> None:
    debate = read_rows(
        opinion(4, votesCount="3", votesCountOk="1", votesCountMitige="1", votesCountNok="1"),
        vote(1, 4, 2),
        vote(2, 4, 3, "MITIGE"),
        vote(3, 4, 4, "NO", createdAt="01/11/2019 00:30"),
    )
    assert list(debate.votes) == [
        ImportedVote(
            f"opinion:{uid(4)}",
            f"user:{uid(4)}",
            VoteValue.DISAGREE,
            datetime(2019, 10, 31, 23, 30, tzinfo=UTC),
        ),
        ImportedVote(
            f"opinion:{uid(4)}", f"user:{uid(2)}", VoteValue.AGREE, datetime(2019, 11, 20, 8, 53, tzinfo=UTC)
        ),
        ImportedVote(
            f"opinion:{uid(4)}", f"user:{uid(3)}", VoteValue.MIXED, datetime(2019, 11, 20, 8, 53, tzinfo=UTC)
        ),
    ]
    assert notes(debate) == []


def test_an_argument_has_a_side_and_a_reported_total(read_rows: Read) -> None:
    counts = {"argumentsCount": "2", "argumentsCountFor": "1", "argumentsCountAgainst": "1"}
    debate = read_rows(opinion(4, **counts), argument(5, 4), argument(6, 4, "AGAINST")[:68])
    _, pro, contra = debate.posts
    assert (pro.side, contra.side) == (Side.PRO, Side.CONTRA)
    assert (pro.parent, pro.body, pro.revised_at) == (f"opinion:{uid(4)}", "So;it \\<is>", None)
    assert pro.reported == ReportedTally(
        support=3, source="Cap Collectif export, contributions_arguments_votesCount"
    )
    assert notes(debate) == []


def test_a_source_is_html_without_title_or_link(read_rows: Read) -> None:
    debate = read_rows(opinion(4, sourcesCount="2"), source(5, 4), source(6, 4, body="<p><br /></p>"))
    _, full, empty = debate.posts
    assert (full.body, full.title, full.link) == ("[a](https://example.org/a)", None, None)
    assert full.revised_at == datetime(2019, 10, 10, 8, tzinfo=UTC)
    assert empty.body == ""
    assert notes(debate) == [(4, "contributions_sources_body", "holds no word")]


def test_long_titles_are_history_too(read_rows: Read) -> None:
    (post,) = read_rows(opinion(4, title="x" * 745)).posts
    assert post.title == "x" * 745


def test_posts_come_in_the_order_of_their_creation(read_rows: Read) -> None:
    debate = read_rows(argument(5, 4), argument(6, 4, createdAt="07/10/2019 15:46"), opinion(4), opinion(7))
    assert references(debate) == ["opinion4", "argument6", "opinion7", "argument5"]
    assert (3, "contributions_arguments_createdAt", "is before its opinion was created; kept so") in notes(
        debate
    )


def test_a_vote_before_its_opinion_is_kept(read_rows: Read) -> None:
    early = vote(1, 4, 2, createdAt="01/10/2019 00:00")
    debate = read_rows(opinion(4, votesCount="1", votesCountOk="1"), early)
    assert len(list(debate.votes)) == 1
    assert notes(debate) == [
        (3, "contributions_votes_createdAt", "is before its opinion was created; kept so")
    ]


def test_counters_that_do_not_fit_are_noted(read_rows: Read) -> None:
    counts = {"votesCount": "2", "votesCountOk": "2", "argumentsCount": "1", "argumentsCountFor": "1"}
    debate = read_rows(opinion(4, **counts), vote(1, 4, 2), argument(5, 4)[:35])
    assert notes(debate) == [
        (2, "contributions_votesCount", "says 2, the file holds 1"),
        (2, "contributions_votesCountOk", "says 2, the file holds 1"),
    ]


def test_trashed_can_mean_hidden_or_not(read_rows: Read) -> None:
    moderated = {"trashed": "1", "trashedAt": "10/10/2019 16:51", "trashedReason": "rude"}
    debate = read_rows(
        opinion(4, argumentsCount="3", argumentsCountFor="3"),
        argument(5, 4, trashedStatus="VISIBLE", **moderated),
        argument(6, 4, trashedStatus="INVISIBLE", **moderated),
        argument(7, 4, trashed="1", trashedStatus="INVISIBLE"),
    )
    _, visible, hidden, silent = debate.posts
    assert visible.state is PostState.VISIBLE
    assert (visible.state_reason, visible.state_since) == (None, None)
    assert notes(debate) == [
        (3, "contributions_arguments_trashedStatus", "trashed in the source, and visible there: rude")
    ]
    since = datetime(2019, 10, 10, 14, 51, tzinfo=UTC)
    assert (hidden.state, hidden.state_reason, hidden.state_since) == (PostState.HIDDEN, "rude", since)
    assert (silent.state_reason, silent.state_since) == ("trashed in the source", None)


def test_what_cannot_be_kept_of_a_text_is_noted(read_rows: Read) -> None:
    debate = read_rows(opinion(4, sourcesCount="1", title="a\u202eb"), source(5, 4, body="<u>a</u>"))
    assert notes(debate) == [
        (2, "contributions_title", REPLACED),
        (3, "contributions_sources_body", "not kept, but their text is: <u>"),
    ]


def test_what_was_not_published_is_hidden(read_rows: Read) -> None:
    (post,) = read_rows(opinion(4, published="")).posts
    assert (post.state, post.state_reason) == (PostState.HIDDEN, "not published in the source")


def test_an_update_before_the_creation_is_noted(read_rows: Read) -> None:
    debate = read_rows(opinion(4, updatedAt="06/10/2019 00:00"))
    assert [post.revised_at for post in debate.posts] == [None]
    assert notes(debate) == [(2, "contributions_updatedAt", "is before createdAt, which is kept")]


# Version 1 UUIDs made at 00:30:15 and 01:30:15 UTC of the night in which clocks went from 3 to 2.
FIRST, SECOND = "f1d74580-f850-11e9-8000-000000000000", "539bad80-f859-11e9-8000-000000000000"


@pytest.mark.parametrize(
    ("identifier", "instant", "how"),
    [
        (FIRST, datetime(2019, 10, 27, 0, 30, tzinfo=UTC), "the time inside its id decides"),
        (SECOND, datetime(2019, 10, 27, 1, 30, tzinfo=UTC), "the time inside its id decides"),
        (uid(4), datetime(2019, 10, 27, 0, 30, tzinfo=UTC), "not settled, the first is taken"),
    ],
)
def test_a_time_that_came_twice(read_rows: Read, identifier: str, instant: datetime, how: str) -> None:
    debate = read_rows(opinion(4, id=identifier, createdAt="27/10/2019 02:30", updatedAt="27/10/2019 02:30"))
    (post,) = debate.posts
    assert (post.created_at, post.revised_at) == (instant, None)
    assert notes(debate) == [
        (2, "contributions_createdAt", f"came twice that night, {how}: {instant.isoformat()}")
    ]


def test_the_hours_around_a_change_of_clocks_are_no_riddle(read_rows: Read) -> None:
    before, after = opinion(4, createdAt="27/10/2019 01:59"), opinion(5, createdAt="27/10/2019 03:00")
    debate = read_rows(before, after)
    assert [post.created_at.hour for post in debate.posts] == [23, 2]
    assert notes(debate) == []


def test_sections_of_one_slug_stay_two(read_rows: Read) -> None:
    debate = read_rows(
        opinion(4, section_title="A!"), opinion(5, section_title="A?"), opinion(6, section_title="")
    )
    assert [theme.slug for theme in debate.themes] == ["a", "a-2"]
    assert [post.theme for post in debate.posts] == ["a", "a-2", None]


def test_two_consultations_give_no_title(read_rows: Read) -> None:
    debate = read_rows(opinion(4), opinion(5, consultation_title="2. Why?"))
    assert debate.title is None
    assert notes(debate) == [(None, None, "holds 2 consultations, so none gives the title")]
