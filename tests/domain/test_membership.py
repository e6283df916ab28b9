"""Who may lose which roles, whom the platform may name, and until when an invitation can be accepted."""

from itertools import combinations, product

import pytest

from consultation.domain.actors import Role
from consultation.domain.decisions import ALLOWED, RefusalCode, Refused
from consultation.domain.membership import (
    INVITATION_LIFETIME,
    check_acceptable,
    check_first_administrator,
    check_losing,
)
from tests.domain.builders import MIDWAY, US

ROLE_SETS = [frozenset(roles) for size in range(4) for roles in combinations(Role, size)]


@pytest.mark.parametrize("lost", ROLE_SETS)
def test_the_last_administrator_stays_and_everybody_else_may_go(lost: frozenset[Role]) -> None:
    for others in product(ROLE_SETS, ROLE_SETS):
        is_last = not any(Role.ADMINISTRATOR in roles for roles in others)
        refused = Role.ADMINISTRATOR in lost and is_last
        assert check_losing(lost, others) == (Refused(RefusalCode.LAST_ADMINISTRATOR) if refused else ALLOWED)


def test_whoever_is_alone_with_other_roles_may_lose_them() -> None:
    assert check_losing({Role.MODERATOR, Role.ORGANISER}, []) == ALLOWED
    assert check_losing({Role.ADMINISTRATOR}, []) == Refused(RefusalCode.LAST_ADMINISTRATOR)


@pytest.mark.parametrize("roles", ROLE_SETS)
def test_the_platform_names_an_administrator_only_while_there_is_none(roles: frozenset[Role]) -> None:
    exists = Refused(RefusalCode.ADMINISTRATOR_EXISTS)
    expected = exists if Role.ADMINISTRATOR in roles else ALLOWED
    assert check_first_administrator([frozenset(), roles]) == expected
    assert check_first_administrator([]) == ALLOWED


UNUSABLE = Refused(RefusalCode.INVITATION_UNUSABLE)
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def test_an_invitation_can_be_accepted_until_just_before_it_expires() -> None:
    expires_at = MIDWAY + INVITATION_LIFETIME
    for instant in (MIDWAY, expires_at - US):
        assert check_acceptable(expires_at, instant, ADMINISTRATOR, [ADMINISTRATOR]) == ALLOWED
    for instant in (expires_at, expires_at + US):
        assert check_acceptable(expires_at, instant, ADMINISTRATOR, [ADMINISTRATOR]) == UNUSABLE


@pytest.mark.parametrize("inviter", ROLE_SETS)
@pytest.mark.parametrize("others", ROLE_SETS)
def test_an_invitation_stands_as_long_as_its_sender_could_send_it(
    inviter: frozenset[Role], others: frozenset[Role]
) -> None:
    answer = check_acceptable(MIDWAY + US, MIDWAY, inviter, [inviter, others])
    stands = Role.ADMINISTRATOR in inviter or Role.ADMINISTRATOR not in others
    assert answer == (ALLOWED if stands else UNUSABLE)
