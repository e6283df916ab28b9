"""What measures make of a post, and what a restoration undoes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from consultation.domain.measures import (
    MASK,
    can_be_undone,
    hidden,
    is_hidden_elsewhere,
    masked,
    moved,
    released,
    restored,
)
from consultation.domain.moderation import RESTRICTIONS, CaseState, Ground, Measure
from consultation.domain.posts import PostState
from tests.domain.builders import MIDWAY, OPENS_AT, case, contribution

DAY: Final = timedelta(days=1)


def test_masking_makes_a_revision_without_the_passage_and_keeps_the_signature() -> None:
    post = contribution()
    found = masked(post, "every street", MIDWAY)
    assert "every street" not in found.text.body
    assert MASK in found.text.body
    assert (found.revision, found.revised_at) == (post.revision + 1, MIDWAY)
    assert found.author_name == post.author_name


def test_moving_changes_the_theme_alone() -> None:
    post = contribution()
    found = moved(post, "parks", MIDWAY)
    assert found.text == replace(post.text, theme="parks")


def test_hiding_leaves_a_tombstone_with_the_category_and_restoring_takes_it_away() -> None:
    post = contribution()
    tombstone = hidden(post, Ground.PERSONAL_DATA, MIDWAY)
    assert (tombstone.state, tombstone.state_reason) == (PostState.HIDDEN, "personal_data")
    assert tombstone.text == post.text
    assert restored(tombstone) == post


@pytest.mark.parametrize(
    "mine",
    [
        {"state": CaseState.APPEALED, "measure": Measure.HIDE, "decided_at": MIDWAY},
        {"state": CaseState.FINAL, "measure": Measure.HIDE, "decided_at": OPENS_AT, "closed_at": MIDWAY},
        {"state": CaseState.OPEN, "measure": Measure.HIDE},
    ],
    ids=["decided", "on appeal", "by itself"],
)
def test_what_a_case_hid_it_shows_again(mine: dict[str, Any]) -> None:
    post = contribution()
    assert released(case(**mine), hidden(post, Ground.CHARTER, MIDWAY)) == post


@pytest.mark.parametrize(
    "other",
    [
        {"state": CaseState.OPEN},
        {"state": CaseState.APPEALED, "measure": Measure.HIDE, "decided_at": OPENS_AT},
        {"state": CaseState.APPEALED, "measure": Measure.MASK, "decided_at": OPENS_AT},
    ],
    ids=["undecided", "hidden before", "masked before"],
)
def test_what_another_case_hid_stays_hidden(other: dict[str, Any]) -> None:
    tombstone = hidden(contribution(), Ground.CHARTER, MIDWAY)
    assert released(case(**other), tombstone) == tombstone
    assert not is_hidden_elsewhere(case(**other), contribution())


@pytest.mark.parametrize("measure", RESTRICTIONS)
@pytest.mark.parametrize("state", PostState)
@pytest.mark.parametrize("is_edited", [False, True])
def test_a_mask_can_be_undone_and_a_move_behind_a_tombstone_until_the_author_edits(
    measure: Measure, state: PostState, *, is_edited: bool
) -> None:
    decided = case(state=CaseState.APPEALED, measure=measure, decided_at=MIDWAY)
    post = replace(contribution(), state=state, revised_at=MIDWAY + DAY if is_edited else MIDWAY)
    stands = {PostState.VISIBLE: {Measure.MASK}, PostState.HIDDEN: {Measure.MASK, Measure.MOVE}}
    assert can_be_undone(decided, post) == (not is_edited and measure in stands.get(state, set()))
