"""What people are told they may do is what the rules decide; signing in helps where it turns a no."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from consultation.application.capabilities import capabilities
from consultation.domain.actors import ANONYMOUS, Actor, Person, Role
from consultation.domain.debates import Debate, Owner, check_act
from consultation.domain.decisions import RefusalCode
from consultation.domain.period import Period
from consultation.domain.permissions import PARTICIPATION, Act

OPENS_AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CLOSES_AT = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
INSTANTS = (OPENS_AT - TICK, OPENS_AT, CLOSES_AT - TICK, CLOSES_AT)
PEOPLE = tuple(
    Person(1, "Camille", frozenset(roles)) for roles in ([], *([role] for role in Role), list(Role))
)
ACTORS: tuple[Actor, ...] = (ANONYMOUS, *PEOPLE)


def debate(*, published: bool) -> Debate:
    return Debate(
        key=1,
        uid=UUID(int=1),
        owner=Owner(1, "ville", "Ville"),
        slug="arbres",
        title="Quels arbres ?",
        description="",
        language="fr",
        time_zone="Europe/Paris",
        period=Period(OPENS_AT, CLOSES_AT),
        published_at=OPENS_AT - timedelta(days=9) if published else None,
        last_act_at=OPENS_AT - timedelta(days=9),
    )


@pytest.mark.parametrize(("actor", "instant"), [*product(ACTORS, INSTANTS)])
@pytest.mark.parametrize("published", [True, False])
def test_every_capability_is_the_decision_of_the_rule(
    actor: Actor, instant: datetime, *, published: bool
) -> None:
    subject = debate(published=published)
    for act, capability in capabilities(subject, actor, instant).items():
        assert capability.decision == check_act(subject, act, actor, instant)


@pytest.mark.parametrize(("actor", "instant"), [*product(ACTORS, INSTANTS)])
def test_signing_in_helps_only_whom_it_would_let_through(actor: Actor, instant: datetime) -> None:
    somebody = Person(2, "Quelqu'un")
    for act, capability in capabilities(debate(published=True), actor, instant).items():
        turns = check_act(debate(published=True), act, somebody, instant).allowed
        refused = not capability.decision.allowed
        assert capability.sign_in_helps is (actor == ANONYMOUS and refused and turns)


def test_acts_on_the_debate_are_told_to_its_staff_only() -> None:
    for actor in ACTORS:
        told = set(capabilities(debate(published=True), actor, OPENS_AT))
        staff = isinstance(actor, Person) and bool(actor.roles)
        assert told >= PARTICIPATION
        assert (told > PARTICIPATION) is staff
        assert not told & {Act.CREATE_DEBATE, Act.MANAGE_MEMBERS, Act.READ_DRAFTS}


def test_the_reason_of_an_anonymous_no_is_the_period_before_the_person() -> None:
    for instant, code in (
        (OPENS_AT - TICK, RefusalCode.PERIOD_NOT_OPEN),
        (OPENS_AT, RefusalCode.SIGN_IN_REQUIRED),
        (CLOSES_AT, RefusalCode.PERIOD_CLOSED),
    ):
        for capability in capabilities(debate(published=True), ANONYMOUS, instant).values():
            assert not capability.decision.allowed
            assert capability.decision.code == code
