"""Every act by every set of roles, against a table written by hand from the roles of the product."""

from dataclasses import replace
from itertools import combinations

import pytest

from consultation.domain.actors import ANONYMOUS, Role
from consultation.domain.decisions import ALLOWED, RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.domain.permissions import (
    FOR_EVERYBODY,
    PARTICIPATION,
    PERMISSIONS,
    PLATFORM_ACTS,
    STAFF_ACTS,
    Act,
    Stage,
    acting_role,
    check_permission,
    participation_in,
)
from tests.domain.builders import person

ROLE_SETS = [frozenset(roles) for size in range(4) for roles in combinations(Role, size)]

EVERYBODY = {"participant", "moderator", "organiser", "administrator"}
MAY: dict[str, set[str]] = {
    "contribute": EVERYBODY,
    "argue": EVERYBODY,
    "add_source": EVERYBODY,
    "vote": EVERYBODY,
    "take_back_vote": EVERYBODY,
    "edit": EVERYBODY,
    "withdraw": EVERYBODY,
    "report": EVERYBODY,
    "read_drafts": {"moderator", "organiser", "administrator"},
    "create_debate": {"organiser", "administrator"},
    "change_debate": {"organiser", "administrator"},
    "publish": {"organiser", "administrator"},
    "extend": {"organiser", "administrator"},
    "close": {"moderator", "organiser", "administrator"},
    "reopen": {"organiser", "administrator"},
    "respond": {"organiser", "administrator"},
    "publish_outcome": {"organiser", "administrator"},
    "manage_codes": {"organiser", "administrator"},
    "moderate": {"moderator", "organiser", "administrator"},
    "manage_members": {"administrator"},
    "manage_keys": {"administrator"},
    "manage_identity_providers": {"administrator"},
    "name_participant": set(),
    "change_organisation": {"administrator"},
    "create_organisation": {"platform_administrator"},
    "name_first_administrator": {"platform_administrator"},
    "manage_jobs": {"platform_administrator"},
    "manage_webhooks": {"administrator"},
    "manage_origins": {"administrator"},
}


def test_the_table_names_every_act() -> None:
    assert set(MAY) == {act.value for act in Act}


def test_an_act_is_taking_part_or_running_a_consultation_or_running_the_platform() -> None:
    assert sorted([*FOR_EVERYBODY, *STAFF_ACTS, *PLATFORM_ACTS]) == sorted(Act)


@pytest.mark.parametrize("act", Act)
def test_running_the_platform_opens_nothing_but_acts_on_the_platform(act: Act) -> None:
    alone = replace(person(), runs_platform=True)
    assert check_permission(act, alone).allowed is (act in PLATFORM_ACTS | FOR_EVERYBODY)
    if act in PLATFORM_ACTS:
        assert acting_role(act, alone) == "platform_administrator"
        assert not check_permission(act, person(*Role)).allowed


def test_nobody_takes_part_but_while_the_period_is_open() -> None:
    for act in PARTICIPATION:
        assert PERMISSIONS[act].stages == frozenset({Stage.OPEN})
    assert [phase for phase in Phase if participation_in(phase)] == [Phase.OPEN]
    assert participation_in(Phase.OPEN) == PARTICIPATION
    assert set(FOR_EVERYBODY) - PARTICIPATION == {Act.REPORT}


@pytest.mark.parametrize("act", Act)
def test_roles_may_do_what_the_product_says(act: Act) -> None:
    needed = tuple(sorted(MAY[act.value]))
    refused = Refused(RefusalCode.NOT_PERMITTED, {"act": act.value, "roles": needed})
    for roles in ROLE_SETS:
        held = {"participant"} | {role.value for role in roles}
        expected = ALLOWED if held & MAY[act.value] else refused
        assert check_permission(act, person(*roles)) == expected, roles


@pytest.mark.parametrize("act", Act)
def test_nobody_acts_without_signing_in(act: Act) -> None:
    assert check_permission(act, ANONYMOUS) == Refused(RefusalCode.SIGN_IN_REQUIRED)


@pytest.mark.parametrize("act", Act)
def test_whoever_acts_does_so_in_a_capacity_that_allows_it(act: Act) -> None:
    for roles in ROLE_SETS:
        somebody = person(*roles)
        if check_permission(act, somebody).allowed:
            assert acting_role(act, somebody) in MAY[act.value]


@pytest.mark.parametrize(
    ("act", "roles", "capacity"),
    [
        (Act.VOTE, (), "participant"),
        (Act.CONTRIBUTE, tuple(Role), "participant"),
        (Act.CLOSE, (Role.MODERATOR,), "moderator"),
        (Act.CLOSE, (Role.ADMINISTRATOR, Role.ORGANISER, Role.MODERATOR), "moderator"),
        (Act.CLOSE, (Role.ADMINISTRATOR, Role.ORGANISER), "organiser"),
        (Act.CLOSE, (Role.ADMINISTRATOR,), "administrator"),
        (Act.EXTEND, (Role.MODERATOR, Role.ORGANISER), "organiser"),
        (Act.REOPEN, (Role.MODERATOR, Role.ADMINISTRATOR), "administrator"),
        (Act.MANAGE_MEMBERS, tuple(Role), "administrator"),
    ],
)
def test_the_public_history_names_the_least_role_that_sufficed(
    act: Act, roles: tuple[Role, ...], capacity: str
) -> None:
    assert acting_role(act, person(*roles)) == capacity
