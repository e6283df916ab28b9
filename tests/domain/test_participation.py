"""What a debate asks of whoever takes part: who meets it, in which order, and how it may be eased."""

from dataclasses import replace
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultation.domain.actors import ANONYMOUS
from consultation.domain.debates import check_act
from consultation.domain.decisions import ALLOWED, RefusalCode, Refused
from consultation.domain.participation import (
    ANYONE,
    Identity,
    MissingKind,
    Participation,
    SpeaksAs,
    Standing,
    check_capacity,
    check_eased,
    check_requirements,
    missing,
    remembered_capacity,
)
from consultation.domain.permissions import PARTICIPATION, TAKING_BACK, Act
from consultation.domain.posts import PostKind, check_posting, revise
from tests.domain.builders import (
    CLOSES_AT,
    MIDWAY,
    OPENS_AT,
    ORGANISER,
    PARTICIPANT,
    US,
    code_of,
    contribution,
    contribution_text,
    debate,
)

EVERYTHING: Final = Participation(email=True, providers=("town",), assurance=("high",), code=True)
MEETS: Final = Standing(email=True, identities=(Identity("town", "high"),), code=True)

providers = st.lists(st.sampled_from(["town", "state"]), unique=True, max_size=2).map(tuple)
levels = st.lists(st.sampled_from(["low", "high"]), unique=True, max_size=2).map(tuple)


def setting(email: bool, named: tuple[str, ...], asked: tuple[str, ...], code: bool) -> Participation:  # noqa: FBT001 - drawn, not called
    return Participation(email, named, asked if named else (), code)


settings = st.builds(setting, st.booleans(), providers, levels, st.booleans())
identities = st.builds(Identity, st.sampled_from(["town", "state"]), st.sampled_from(["low", "high", None]))
standings = st.builds(
    Standing,
    email=st.booleans(),
    identities=st.lists(identities, max_size=2).map(tuple),
    code=st.booleans(),
)


def test_by_default_a_debate_asks_for_nothing() -> None:
    assert not ANYONE.asks
    assert check_requirements(ANYONE, Standing()) == ALLOWED


@pytest.mark.parametrize(
    ("lacking", "kind", "code"),
    [
        ({"email": False}, MissingKind.EMAIL, RefusalCode.EMAIL_REQUIRED),
        ({"identities": ()}, MissingKind.IDENTITY, RefusalCode.IDENTITY_REQUIRED),
        ({"code": False}, MissingKind.CODE, RefusalCode.PARTICIPATION_CODE_REQUIRED),
    ],
)
def test_all_that_is_asked_must_be_there(
    lacking: dict[str, Any], kind: MissingKind, code: RefusalCode
) -> None:
    standing = replace(MEETS, **lacking)
    assert check_requirements(EVERYTHING, MEETS) == ALLOWED
    assert missing(EVERYTHING, standing) == (kind,)
    assert code_of(check_requirements(EVERYTHING, standing)) == code


def test_what_is_missing_comes_in_order_and_the_first_is_refused() -> None:
    assert missing(EVERYTHING, Standing()) == tuple(MissingKind)
    assert code_of(check_requirements(EVERYTHING, Standing())) == RefusalCode.EMAIL_REQUIRED


@pytest.mark.parametrize(
    ("asked", "held", "met"),
    [
        ({"providers": ("town", "state")}, [("state", None)], True),
        ({"providers": ("town",)}, [("state", "high")], False),
        ({"providers": ("town",), "assurance": ("high", "highest")}, [("town", "highest")], True),
        ({"providers": ("town",), "assurance": ("high",)}, [("town", "HIGH")], False),
        ({"providers": ("town",), "assurance": ("high",)}, [("town", None)], False),
        ({"providers": ("town",), "assurance": ("high",)}, [("town", "high")], True),
        ({"providers": ("town",), "assurance": ("high",)}, [("town", "low"), ("state", "high")], False),
    ],
)
def test_one_identity_must_have_both_the_provider_and_the_level(
    asked: dict[str, Any], held: list[tuple[str, str | None]], *, met: bool
) -> None:
    standing = Standing(identities=tuple(Identity(*one) for one in held))
    assert check_requirements(Participation(**asked), standing).allowed is met


@pytest.mark.parametrize("act", sorted(PARTICIPATION))
def test_a_debate_asks_before_people_speak_and_never_before_they_fall_silent(act: Act) -> None:
    asking = debate(participation=EVERYTHING)
    code = code_of(check_act(asking, act, PARTICIPANT, MIDWAY))
    assert code == (None if act in TAKING_BACK else RefusalCode.EMAIL_REQUIRED)
    assert check_act(asking, act, replace(PARTICIPANT, standing=MEETS), MIDWAY) == ALLOWED


def test_the_period_and_signing_in_speak_before_what_is_asked() -> None:
    asking = debate(participation=EVERYTHING)
    for instant, code in (
        (OPENS_AT - US, RefusalCode.PERIOD_NOT_OPEN),
        (CLOSES_AT, RefusalCode.PERIOD_CLOSED),
    ):
        assert code_of(check_act(asking, Act.VOTE, PARTICIPANT, instant)) == code
    assert code_of(check_act(asking, Act.VOTE, ANONYMOUS, MIDWAY)) == RefusalCode.SIGN_IN_REQUIRED


def test_staff_who_take_part_are_asked_like_everybody_and_run_the_debate_without_being_asked() -> None:
    asking = debate(participation=EVERYTHING)
    assert code_of(check_act(asking, Act.VOTE, ORGANISER, MIDWAY)) == RefusalCode.EMAIL_REQUIRED
    assert check_act(asking, Act.CLOSE, ORGANISER, MIDWAY) == ALLOWED


@given(before=settings, after=settings, standing=standings)
def test_an_eased_setting_shuts_nobody_out(
    before: Participation, after: Participation, standing: Standing
) -> None:
    if check_eased(before, after).allowed and check_requirements(before, standing).allowed:
        assert check_requirements(after, standing).allowed


@given(before=settings)
def test_a_setting_may_stay_and_may_fall_away(before: Participation) -> None:
    assert check_eased(before, before) == ALLOWED
    assert check_eased(before, ANYONE) == ALLOWED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"email": True}),
        ({}, {"code": True}),
        ({}, {"providers": ("town",)}),
        ({"providers": ("town", "state")}, {"providers": ("town",)}),
        ({"providers": ("town",)}, {"providers": ("state",)}),
        ({"providers": ("town",)}, {"providers": ("town",), "assurance": ("high",)}),
        ({"email": True}, {"code": True}),
        (
            {"capacities": (SpeaksAs.CITIZEN, SpeaksAs.COMPANY)},
            {"capacities": (SpeaksAs.CITIZEN,)},
        ),
        (
            {"capacities": (SpeaksAs.CITIZEN,)},
            {"capacities": (SpeaksAs.CITIZEN,), "capacity_required": True},
        ),
    ],
)
def test_nothing_is_asked_more_or_otherwise(before: dict[str, Any], after: dict[str, Any]) -> None:
    decision = check_eased(Participation(**before), Participation(**after))
    assert decision == Refused(RefusalCode.PARTICIPATION_TIGHTENED, {"field": "participation"})


def test_more_providers_levels_and_capacities_are_an_easing() -> None:
    before = Participation(providers=("town",), assurance=("high",), capacities=(SpeaksAs.CITIZEN,))
    wider = Participation(providers=("state", "town"), assurance=("low", "high"), capacities=tuple(SpeaksAs))
    assert check_eased(before, wider) == ALLOWED


@pytest.mark.parametrize(
    "unfit",
    [
        {"providers": ("town", "town")},
        {"providers": ("town",), "assurance": ("high", "high")},
        {"assurance": ("high",)},
        {"capacities": (SpeaksAs.CITIZEN, SpeaksAs.CITIZEN)},
        {"capacity_required": True},
    ],
)
def test_a_setting_that_makes_no_sense_is_none(unfit: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"twice|none is offered|no providers"):
        Participation(**unfit)


@given(asked=settings)
def test_a_setting_comes_back_from_its_mapping(asked: Participation) -> None:
    assert Participation.from_mapping(asked.as_mapping()) == asked
    assert Participation.from_mapping({}) == ANYONE


@pytest.mark.parametrize(
    ("required", "offered", "said", "code"),
    [
        (False, (), None, None),
        (False, (), SpeaksAs.CITIZEN, RefusalCode.FIELD_NOT_ALLOWED),
        (False, (SpeaksAs.CITIZEN,), None, None),
        (False, (SpeaksAs.CITIZEN,), SpeaksAs.CITIZEN, None),
        (False, (SpeaksAs.CITIZEN,), SpeaksAs.COMPANY, RefusalCode.CAPACITY_REQUIRED),
        (True, (SpeaksAs.CITIZEN,), None, RefusalCode.CAPACITY_REQUIRED),
        (True, (SpeaksAs.CITIZEN,), SpeaksAs.CITIZEN, None),
    ],
)
def test_people_speak_as_one_of_what_is_offered(
    required: bool,  # noqa: FBT001 - a column of the table
    offered: tuple[SpeaksAs, ...],
    said: SpeaksAs | None,
    code: RefusalCode | None,
) -> None:
    asked = Participation(capacities=offered, capacity_required=required)
    assert code_of(check_capacity(asked, said)) == code
    posting = check_posting(
        debate(participation=asked),
        PostKind.CONTRIBUTION,
        None,
        contribution_text(),
        PARTICIPANT,
        MIDWAY,
        said,
    )
    assert code_of(posting) == code


def test_the_last_capacity_is_remembered_while_it_is_offered() -> None:
    spoken = Standing(capacity=SpeaksAs.COMPANY)
    assert remembered_capacity(Participation(capacities=tuple(SpeaksAs)), spoken) is SpeaksAs.COMPANY
    assert remembered_capacity(Participation(capacities=(SpeaksAs.CITIZEN,)), spoken) is None
    assert remembered_capacity(Participation(capacities=tuple(SpeaksAs)), Standing()) is None


def test_an_edit_can_say_as_what_one_speaks_and_is_a_revision() -> None:
    offering = debate(participation=Participation(capacities=(SpeaksAs.CITIZEN, SpeaksAs.COMPANY)))
    post = contribution(capacity=SpeaksAs.CITIZEN)
    changed = revise(offering, post, post.text, None, PARTICIPANT, MIDWAY, SpeaksAs.COMPANY)
    assert not code_of(changed)
    assert (getattr(changed, "capacity", None), getattr(changed, "revision", None)) == (SpeaksAs.COMPANY, 2)
    for said in (None, SpeaksAs.CITIZEN):
        assert revise(offering, post, post.text, None, PARTICIPANT, MIDWAY, said) == post
    refused = revise(offering, post, post.text, None, PARTICIPANT, MIDWAY, SpeaksAs.ASSOCIATION)
    assert code_of(refused) == RefusalCode.CAPACITY_REQUIRED


def test_a_post_keeps_its_capacity_when_the_debate_asks_no_more() -> None:
    post = contribution(capacity=SpeaksAs.COMPANY)
    text = contribution_text(body="A tree in every street, and two where people wait.")
    for said in (None, SpeaksAs.COMPANY):
        edited = revise(debate(), post, text, None, PARTICIPANT, MIDWAY, said)
        assert getattr(edited, "capacity", None) is SpeaksAs.COMPANY


def test_the_order_of_what_is_asked_is_the_order_of_effort() -> None:
    for email, identity, code in product([True, False], repeat=3):
        standing = Standing(email=email, identities=MEETS.identities if identity else (), code=code)
        held = {MissingKind.EMAIL: email, MissingKind.IDENTITY: identity, MissingKind.CODE: code}
        assert missing(EVERYTHING, standing) == tuple(kind for kind in MissingKind if not held[kind])
