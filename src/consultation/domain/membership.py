"""Coming to have a role in an organisation, and losing it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from consultation.domain.actors import Role
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused

INVITATION_LIFETIME: Final = timedelta(days=7)
"""How long an invitation can be accepted."""


def check_losing(lost: Iterable[Role], others: Iterable[frozenset[Role]]) -> Decision:
    """May a member lose these roles, when the other members have those?

    An organisation that has an administrator keeps one: whoever is the last can neither leave
    nor lose the role, whether by their own hand or by somebody else's.
    """
    if Role.ADMINISTRATOR in lost and not has_administrator(others):
        return Refused(RefusalCode.LAST_ADMINISTRATOR)
    return ALLOWED


def check_first_administrator(members: Iterable[frozenset[Role]]) -> Decision:
    """May the platform name an administrator? Only while an organisation has none of its own."""
    if has_administrator(members):
        return Refused(RefusalCode.ADMINISTRATOR_EXISTS)
    return ALLOWED


def has_administrator(members: Iterable[frozenset[Role]]) -> bool:
    """Is one of the members, given by their roles, an administrator?"""
    return any(Role.ADMINISTRATOR in roles for roles in members)


def check_acceptable(
    expires_at: datetime, instant: datetime, inviter: frozenset[Role], members: Iterable[frozenset[Role]]
) -> Decision:
    """Can a pending invitation be accepted at this instant? Not at its end, and not later.

    It stands as long as whoever sent it could send it: an administrator, or the platform while
    there is none. Nobody comes back, or in, by an offer made when they had a say. `inviter` are
    the roles that the sender has now.
    """
    could_send = Role.ADMINISTRATOR in inviter or not has_administrator(members)
    if instant < expires_at and could_send:
        return ALLOWED
    return Refused(RefusalCode.INVITATION_UNUSABLE)
