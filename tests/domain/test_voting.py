"""One person, one vote, and counters that move by what changed."""

from datetime import datetime
from itertools import product

import pytest

from consultation.domain.actors import ANONYMOUS
from consultation.domain.decisions import ALLOWED, RefusalCode, Refused
from consultation.domain.posts import PostKind, PostState
from consultation.domain.voting import (
    ANSWERS,
    NO_CHANGE,
    TallyChange,
    Vote,
    VoteValue,
    cast,
    check_value,
    check_voting,
    tally_change,
)
from tests.domain.builders import (
    ADMINISTRATOR,
    CLOSES_AT,
    MIDWAY,
    OPENS_AT,
    PARTICIPANT,
    TOMBSTONE_CODES,
    US,
    code_of,
    contribution,
    debate,
    post_of,
    tombstone,
)

AGREE, MIXED, DISAGREE, SUPPORT = VoteValue

TAKEN = {
    PostKind.CONTRIBUTION: ["agree", "mixed", "disagree"],
    PostKind.ARGUMENT: ["support"],
    PostKind.SOURCE: ["support"],
}


@pytest.mark.parametrize(("kind", "value"), list(product(PostKind, VoteValue)))
def test_each_kind_of_post_takes_its_own_values(kind: PostKind, value: VoteValue) -> None:
    post = post_of(kind)
    if value.value in TAKEN[kind]:
        assert check_value(post, value) == ALLOWED
        assert cast(debate(), post, value, PARTICIPANT, MIDWAY) == Vote(value, 1)
    else:
        facts = {"value": value.value, "allowed": tuple(TAKEN[kind])}
        expected = Refused(RefusalCode.VOTE_VALUE_UNKNOWN, facts)
        assert check_value(post, value) == expected
        assert cast(debate(), post, value, PARTICIPANT, MIDWAY) == expected


def test_every_kind_of_post_can_be_voted_on() -> None:
    assert set(ANSWERS) == set(PostKind)


@pytest.mark.parametrize("kind", PostKind)
@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (OPENS_AT - US, RefusalCode.PERIOD_NOT_OPEN),
        (OPENS_AT, None),
        (CLOSES_AT - US, None),
        (CLOSES_AT, RefusalCode.PERIOD_CLOSED),
    ],
)
def test_votes_are_cast_and_taken_back_during_the_period_only(
    kind: PostKind, instant: datetime, code: RefusalCode | None
) -> None:
    post = post_of(kind)
    for actor in (PARTICIPANT, ADMINISTRATOR):
        assert code_of(check_voting(debate(), post, actor, instant)) == code
        assert code_of(cast(debate(), post, ANSWERS[kind][0], actor, instant)) == code


@pytest.mark.parametrize(("state", "code"), TOMBSTONE_CODES.items())
def test_a_tombstone_takes_no_votes(state: PostState, code: RefusalCode) -> None:
    assert code_of(check_voting(debate(), tombstone(state), PARTICIPANT, MIDWAY)) == code


def test_voting_asks_for_the_period_then_the_person_then_the_post_then_the_value() -> None:
    gone = tombstone(PostState.HIDDEN)
    order = [
        cast(debate(), gone, SUPPORT, ANONYMOUS, CLOSES_AT),
        cast(debate(), gone, SUPPORT, ANONYMOUS, MIDWAY),
        cast(debate(), gone, SUPPORT, PARTICIPANT, MIDWAY),
        cast(debate(), contribution(), SUPPORT, PARTICIPANT, MIDWAY),
    ]
    assert [code_of(answer) for answer in order] == [
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.SIGN_IN_REQUIRED,
        RefusalCode.POST_HIDDEN,
        RefusalCode.VOTE_VALUE_UNKNOWN,
    ]


def test_a_vote_belongs_to_the_revision_it_was_cast_on() -> None:
    assert cast(debate(), contribution(revision=4), MIXED, PARTICIPANT, MIDWAY) == Vote(MIXED, 4)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, None, NO_CHANGE),
        (None, Vote(AGREE, 3), TallyChange(agree=1)),
        (None, Vote(MIXED, 3), TallyChange(mixed=1)),
        (None, Vote(DISAGREE, 3), TallyChange(disagree=1)),
        (None, Vote(SUPPORT, 3), TallyChange(support=1)),
        (Vote(AGREE, 3), None, TallyChange(agree=-1)),
        (Vote(SUPPORT, 3), None, TallyChange(support=-1)),
        (Vote(AGREE, 3), Vote(AGREE, 3), NO_CHANGE),
        (Vote(AGREE, 3), Vote(DISAGREE, 3), TallyChange(agree=-1, disagree=1)),
        (Vote(MIXED, 2), None, TallyChange(mixed=-1, on_earlier_revisions=-1)),
        (Vote(MIXED, 2), Vote(MIXED, 3), TallyChange(on_earlier_revisions=-1)),
        (Vote(MIXED, 2), Vote(AGREE, 3), TallyChange(mixed=-1, agree=1, on_earlier_revisions=-1)),
        (Vote(AGREE, 1), Vote(AGREE, 2), NO_CHANGE),
        (None, Vote(AGREE, 2), TallyChange(agree=1, on_earlier_revisions=1)),
    ],
)
def test_counters_move_by_what_changed_on_a_post_at_its_third_revision(
    before: Vote | None, after: Vote | None, change: TallyChange
) -> None:
    assert tally_change(3, before, after) == change
