"""What the digests cover: every field that an act set, and nothing that names who did it."""

from collections.abc import Mapping

import pytest

from consultation.domain.contents import (
    debate_content,
    period_content,
    post_content,
    state_content,
    vote_content,
)
from consultation.domain.debates import Theme
from consultation.domain.journal import canonical
from consultation.domain.limits import Limits
from consultation.domain.participation import ANYONE, Participation, SpeaksAs
from consultation.domain.posts import PostState
from consultation.domain.voting import Vote, VoteValue
from tests.domain.builders import (
    BODY,
    MIDWAY,
    OPENS_AT,
    PARTICIPANT,
    US,
    argument,
    contribution,
    debate,
    period,
    source,
    tombstone,
)


def test_a_debates_content_is_its_texts_period_and_rules() -> None:
    subject = debate()
    content = debate_content(
        subject.slug,
        subject.title,
        subject.description,
        subject.language,
        subject.period,
        Limits(note_max=7),
        (Theme("parks", "Parks", "Large and small"),),
    )
    assert content == {
        "slug": "trees",
        "title": "More trees",
        "description": "Where should the town plant?",
        "language": "en",
        "opens_at": "2026-03-01T09:00:00.000000Z",
        "closes_at": "2026-03-31T16:00:00.000000Z",
        "limits": Limits(note_max=7).as_mapping(),
        "themes": [{"slug": "parks", "title": "Parks", "description": "Large and small"}],
    }
    assert canonical(content)


def test_what_a_debate_asks_stands_in_its_content_only_where_it_asks() -> None:
    """So that digests from before anything could be asked hold."""

    def content(participation: Participation) -> Mapping[str, object]:
        subject = debate()
        return debate_content(
            *(subject.slug, subject.title, subject.description, subject.language, subject.period),
            *(subject.limits, subject.themes, participation),
        )

    asking = content(Participation(email=True, capacities=(SpeaksAs.CITIZEN,)))
    assert asking.keys() - content(ANYONE).keys() == {"participation"}
    assert asking["participation"] == {
        "email": True,
        "providers": [],
        "assurance": [],
        "code": False,
        "capacities": ["citizen"],
        "capacity_required": False,
    }


def test_as_what_somebody_speaks_stands_in_a_posts_content_only_where_they_said_so() -> None:
    assert "capacity" not in post_content(contribution())
    assert post_content(contribution(capacity=SpeaksAs.COMPANY))["capacity"] == "company"


def test_a_periods_content_is_the_role_the_reason_and_both_periods() -> None:
    after = period(OPENS_AT + US, MIDWAY + 7 * US)
    content = period_content("moderator", "Elections are near.", period(), after)
    assert content == {
        "role": "moderator",
        "reason": "Elections are near.",
        "opens_at_before": "2026-03-01T09:00:00.000000Z",
        "closes_at_before": "2026-03-31T16:00:00.000000Z",
        "opens_at": "2026-03-01T09:00:00.000001Z",
        "closes_at": "2026-03-15T12:00:00.000007Z",
    }
    assert canonical(content)


def test_a_posts_content_is_one_revision_of_it() -> None:
    assert post_content(contribution(revision=2)) == {
        "number": 1,
        "kind": "contribution",
        "contribution": None,
        "side": None,
        "revision": 2,
        "author": "Camille",
        "theme": "streets",
        "title": "Trees in every street",
        "body": BODY,
        "link": None,
        "language": "en",
        "created_at": "2026-03-01T10:00:00.000000Z",
    }
    reply = post_content(argument())
    assert (reply["contribution"], reply["side"], reply["title"]) == (1, "pro", None)
    assert post_content(source())["link"] == "https://example.org/heat"


def test_a_posts_content_names_its_author_by_display_name_only() -> None:
    content = post_content(contribution(author_key=987_654))
    assert "author_key" not in content
    assert b"987654" not in canonical(content)
    assert post_content(contribution(author_name=None))["author"] is None


def test_a_states_content_says_since_when_and_why() -> None:
    assert state_content(tombstone(PostState.WITHDRAWN)) == {
        "number": 1,
        "state": "withdrawn",
        "reason": "why",
        "since": "2026-03-15T12:00:00.000000Z",
    }
    assert state_content(contribution()) == {"number": 1, "state": "visible", "reason": None, "since": None}


@pytest.mark.parametrize("value", VoteValue)
def test_a_votes_content_does_not_say_who_voted(value: VoteValue) -> None:
    content = vote_content(4, Vote(value, 3), MIDWAY)
    assert content == {
        "number": 4,
        "value": value.value,
        "revision": 3,
        "cast_at": "2026-03-15T12:00:00.000000Z",
    }
    assert PARTICIPANT.name.encode() not in canonical(content)
