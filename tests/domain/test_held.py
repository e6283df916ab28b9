"""What waits for its publication: who decides, in which state, and what it becomes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from consultation.domain.actors import Person, Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.held import (
    HeldPost,
    HeldState,
    Kept,
    decide_appeal,
    erase,
    held_state,
    publish,
    refuse,
    withdraw,
)
from consultation.domain.moderation import APPEAL_WINDOW, Case, CaseState, Ground, Measure, Reasons, Ruling
from consultation.domain.posts import PostKind, PostText
from tests.domain.builders import (
    CLOSES_AT,
    MIDWAY,
    MODERATOR,
    ORGANISER,
    PARTICIPANT,
    debate,
    draft,
    person,
)

DAY: Final = timedelta(days=1)
OTHER: Final = person(Role.MODERATOR, key=21, name="Other moderator")
HELD: Final = HeldPost(
    key=1,
    uid=UUID(int=7),
    kind=PostKind.CONTRIBUTION,
    author_key=PARTICIPANT.key,
    author_name="Camille",
    text=PostText("A tree in every street.", "Trees", theme="streets"),
    language="en",
    arrived_at=MIDWAY,
)
CASE: Final = Case(
    key=1, uid=UUID(int=7), debate_key=1, number=None, held_key=1, state=CaseState.OPEN, opened_at=MIDWAY
)


def ruling(measure: Measure = Measure.REFUSE, **changes: str) -> Ruling:
    given: Any = {"reference": "4", "facts": "It insults.", "explanation": "It does."} | changes
    return Ruling(measure=measure, reasons=Reasons(ground=Ground.CHARTER, **given))


def refused() -> Case:
    found = refuse(debate(), CASE, HELD, ruling(), MODERATOR, MIDWAY)
    assert isinstance(found, Case)
    return found


def code(found: object) -> RefusalCode:
    assert isinstance(found, Refused), found
    return found.code


@pytest.mark.parametrize("actor", [MODERATOR, ORGANISER])
@pytest.mark.parametrize("instant", [MIDWAY, CLOSES_AT, CLOSES_AT + DAY])
def test_staff_publish_in_every_phase(actor: Person, instant: Any) -> None:
    found = publish(debate(), CASE, HELD, actor, instant)
    assert isinstance(found, Case)
    assert (found.state, found.measure, found.closed_at) == (CaseState.FINAL, Measure.PUBLISH, instant)
    assert (found.decided_by, found.decided_at, found.appeal_until) == (actor.key, instant, None)
    assert (found.claimed_by, found.claimed_at) == (actor.key, instant)


def test_a_refusal_needs_reasons_and_can_be_appealed() -> None:
    assert refused().appeal_until == MIDWAY + APPEAL_WINDOW
    assert (refused().state, refused().measure) == (CaseState.DECIDED, Measure.REFUSE)
    for missing in ("reference", "facts", "explanation"):
        found = refuse(debate(), CASE, HELD, ruling(Measure.REFUSE, **{missing: ""}), MODERATOR, MIDWAY)
        assert code(found) is RefusalCode.TEXT_TOO_SHORT


def test_nobody_decides_on_their_own_text_and_participants_on_none() -> None:
    own = replace(HELD, author_key=MODERATOR.key)
    assert code(publish(debate(), CASE, own, MODERATOR, MIDWAY)) is RefusalCode.OWN_POST
    assert code(refuse(debate(), CASE, own, ruling(), MODERATOR, MIDWAY)) is RefusalCode.OWN_POST
    assert code(publish(debate(), CASE, HELD, person(key=99), MIDWAY)) is RefusalCode.NOT_PERMITTED
    assert code(publish(draft(), CASE, HELD, MODERATOR, MIDWAY)) is RefusalCode.DEBATE_NOT_PUBLISHED


@pytest.mark.parametrize("state", [CaseState.DECIDED, CaseState.APPEALED, CaseState.FINAL])
def test_what_is_decided_is_not_decided_again(state: CaseState) -> None:
    case = replace(CASE, state=state)
    assert code(publish(debate(), case, HELD, MODERATOR, MIDWAY)) is RefusalCode.CASE_STATE
    assert code(refuse(debate(), case, HELD, ruling(), MODERATOR, MIDWAY)) is RefusalCode.CASE_STATE


@pytest.mark.parametrize("measure", set(Measure) - {Measure.REFUSE})
def test_only_a_refusal_is_a_first_decision_with_reasons(measure: Measure) -> None:
    found = refuse(debate(), CASE, HELD, ruling(measure), MODERATOR, MIDWAY)
    assert code(found) is RefusalCode.MEASURE_NOT_FITTING


@pytest.mark.parametrize(
    ("measure", "stands"), [(Measure.KEEP, Measure.REFUSE), (Measure.PUBLISH, Measure.PUBLISH)]
)
def test_the_last_word_is_somebody_elses(measure: Measure, stands: Measure) -> None:
    case = replace(refused(), state=CaseState.APPEALED, appealed_at=MIDWAY)
    found = decide_appeal(debate(), case, HELD, ruling(measure), OTHER, MIDWAY + DAY)
    assert isinstance(found, Case)
    assert (found.state, found.measure, found.decided_by) == (CaseState.FINAL, stands, MODERATOR.key)
    same = decide_appeal(debate(), case, HELD, ruling(measure), MODERATOR, MIDWAY + DAY)
    assert code(same) is RefusalCode.SAME_MODERATOR
    unfit = decide_appeal(debate(), case, HELD, ruling(Measure.HIDE), OTHER, MIDWAY + DAY)
    assert code(unfit) is RefusalCode.MEASURE_NOT_FITTING
    early = decide_appeal(debate(), CASE, HELD, ruling(measure), OTHER, MIDWAY + DAY)
    assert code(early) is RefusalCode.CASE_STATE


def test_its_author_takes_back_what_waits_and_nothing_else() -> None:
    found = withdraw(CASE, HELD, MIDWAY)
    assert not isinstance(found, Refused)
    case, held = found
    assert (case.state, case.measure, held.kept) == (CaseState.FINAL, None, Kept.WITHDRAWN)
    assert code(withdraw(case, held, MIDWAY)) is RefusalCode.HELD_POST_DECIDED
    assert code(withdraw(refused(), HELD, MIDWAY)) is RefusalCode.HELD_POST_DECIDED


def test_an_erasure_leaves_the_place_and_no_word() -> None:
    case, held = erase(CASE, HELD, MIDWAY)
    assert (case.state, case.closed_at) == (CaseState.FINAL, MIDWAY)
    assert (held.text, held.author_key, held.author_name) == (PostText("", theme="streets"), None, None)
    ended = replace(CASE, state=CaseState.FINAL, closed_at=MIDWAY - DAY)
    assert erase(ended, HELD, MIDWAY)[0] == ended


@pytest.mark.parametrize(
    ("kept", "measure", "state"),
    [
        (Kept.KEPT, None, HeldState.HELD),
        (Kept.WITHDRAWN, None, HeldState.WITHDRAWN),
        (Kept.ERASED, None, HeldState.ERASED),
        (Kept.KEPT, Measure.PUBLISH, HeldState.PUBLISHED),
        (Kept.ERASED, Measure.PUBLISH, HeldState.PUBLISHED),
        (Kept.KEPT, Measure.REFUSE, HeldState.REFUSED),
        (Kept.ERASED, Measure.REFUSE, HeldState.REFUSED),
    ],
)
def test_what_became_of_it(kept: Kept, measure: Measure | None, state: HeldState) -> None:
    assert held_state(kept, measure) is state


def test_it_becomes_a_post_of_the_instant_of_its_publication() -> None:
    post = HELD.as_post(7, MIDWAY + DAY)
    assert (post.number, post.created_at, post.revision) == (7, MIDWAY + DAY, 1)
    assert (post.text, post.author_key, post.author_name) == (HELD.text, PARTICIPANT.key, "Camille")
