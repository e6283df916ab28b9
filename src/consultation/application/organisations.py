"""Organisations and their members."""

import re
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consultation.application.people import add_account
from consultation.application.ports import Account, Member, Organisation, Transaction
from consultation.domain.actors import Person, Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act, check_permission

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_MAX: Final = 80
RESERVED_SLUGS: Final = frozenset(
    {"api", "docs", "embed", "healthz", "me", "metrics", "oembed", "problems", "readyz", "static"}
)
"""First segments of addresses that are not organisations."""


class UnfitOrganisation(ValueError):
    """The slug or the time zone cannot be used; the text says why."""


def add_organisation(
    tx: Transaction, slug: str, name: str, time_zone: str, locale: str
) -> Organisation | Refused:
    """Set up an organisation. Raises UnfitOrganisation."""
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_MAX or slug in RESERVED_SLUGS:
        message = f"{slug!r} is not a free slug of lower-case letters, digits and single hyphens"
        raise UnfitOrganisation(message)
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"{time_zone!r} is not an IANA time zone such as Europe/Paris"
        raise UnfitOrganisation(message) from error
    if tx.organisations.find(slug) is not None:
        return Refused(RefusalCode.SLUG_TAKEN, {"slug": slug})
    organisation = Organisation(0, tx.ids.uid(), slug, name, locale, time_zone)
    tx.organisations.add(organisation, tx.now())
    return organisation


def give_role(tx: Transaction, slug: str, email: str, role: Role) -> Member | Refused:
    """Give a role to the person with a normalised address, known or not yet."""
    organisation = tx.organisations.lock(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    return _given(tx, organisation, email, role)


def _given(tx: Transaction, organisation: Organisation, email: str, role: Role) -> Member:
    person = tx.people.by_email(email) or add_account(tx, email, organisation.locale)
    held = tx.people.roles(person.key, organisation.key)
    if role not in held:
        tx.organisations.add_role(organisation.key, person.key, role, tx.now())
    return Member(person, held | {role})


def _administered(tx: Transaction, slug: str, account: Account) -> Organisation | Refused:
    organisation = tx.organisations.lock(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    roles = tx.people.roles(account.key, organisation.key)
    actor = Person(account.key, account.name, roles)
    decision = check_permission(Act.MANAGE_MEMBERS, actor)
    return decision if isinstance(decision, Refused) else organisation


def add_member(tx: Transaction, slug: str, account: Account, email: str, role: Role) -> Member | Refused:
    """Give a role, as an administrator."""
    organisation = _administered(tx, slug, account)
    if isinstance(organisation, Refused):
        return organisation
    return _given(tx, organisation, email, role)


def remove_member(
    tx: Transaction, slug: str, account: Account, person_uid: UUID, role: Role | None
) -> list[Member] | Refused:
    """Take one role, or all, from a member. The last administrator stays."""
    organisation = _administered(tx, slug, account)
    if isinstance(organisation, Refused):
        return organisation
    members = tx.organisations.members(organisation.key)
    member = next((member for member in members if member.person.uid == person_uid), None)
    if member is None:
        return Refused(RefusalCode.MEMBER_NOT_FOUND)
    lost = member.roles if role is None else member.roles & {role}
    others = [one for one in members if one is not member]
    if Role.ADMINISTRATOR in lost and not any(Role.ADMINISTRATOR in one.roles for one in others):
        return Refused(RefusalCode.LAST_ADMINISTRATOR)
    for one in lost:
        tx.organisations.remove_role(organisation.key, member.person.key, one)
    return tx.organisations.members(organisation.key)
