"""Organisations and their members."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consultation.application.people import add_account
from consultation.application.ports import Account, Member, Organisation, Transaction
from consultation.domain.actors import Person, Role
from consultation.domain.appearance import check_accent
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused, first_refusal
from consultation.domain.membership import check_losing
from consultation.domain.moderation import REASON_WORDS_MAX, Ground
from consultation.domain.permissions import Act, check_permission
from consultation.domain.texts import check_text, tidy_line

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_MAX: Final = 80
NAME_MAX: Final = 200
RESERVED_SLUGS: Final = frozenset(
    {
        *(
            "about",
            "accessibility",
            "account",
            "api",
            "appeals",
            "dead-letters",
            "desk",
            "docs",
            "embed",
            "healthz",
            "me",
            "metrics",
        ),
        *(
            "moderation",
            "oembed",
            "privacy",
            "problems",
            "readyz",
            "search",
            "sign-in",
            "sign-out",
            "sitemap",
        ),
        "static",
        *("de", "en", "fr", "nl"),
    }
)
"""First segments of addresses that are not organisations."""


class UnfitOrganisation(ValueError):
    """The slug or the time zone cannot be used; the text says why."""


def require_slug(slug: str) -> str:
    """The slug, if an organisation can bear it. Raises UnfitOrganisation."""
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_MAX or slug in RESERVED_SLUGS:
        message = f"{slug!r} is not a free slug of lower-case letters, digits and single hyphens"
        raise UnfitOrganisation(message)
    return slug


def require_zone(time_zone: str) -> str:
    """The name of a time zone, if there is one. Raises UnfitOrganisation."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"{time_zone!r} is not an IANA time zone such as Europe/Paris"
        raise UnfitOrganisation(message) from error
    return time_zone


def check_name(name: str) -> Decision:
    """Can an organisation bear this tidied name?"""
    return check_text("name", name, 1, NAME_MAX)


def add_organisation(
    tx: Transaction, slug: str, name: str, time_zone: str, locale: str
) -> Organisation | Refused:
    """Set up an organisation. Raises UnfitOrganisation."""
    require_slug(slug)
    require_zone(time_zone)
    name = tidy_line(name)
    fits = check_name(name)
    if isinstance(fits, Refused):
        return fits
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


def administered(tx: Transaction, slug: str, account: Account, act: Act) -> Organisation | Refused:
    """The organisation of an act of its administration, its row locked, if the person may do it."""
    organisation = tx.organisations.lock(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    # Read after the lock: of two administrators who remove each other, the second is none any more.
    roles = tx.people.roles(account.key, organisation.key)
    decision = check_permission(act, Person(account.key, account.name, roles))
    return decision if isinstance(decision, Refused) else organisation


@dataclass(frozen=True, slots=True)
class OrganisationEdit:
    """What an administrator wants to change: None leaves a part as it is.

    Locale and time zone are those of debates to come; those that there are keep theirs. `reasons`
    words categories of moderation anew; an empty text gives one back its usual words.
    """

    name: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    reasons: Mapping[Ground, str] = field(default_factory=dict)
    accent: str | None = None
    """`#rrggbb`; empty for the colour of the service."""


def change_organisation(
    tx: Transaction, slug: str, account: Account, edit: OrganisationEdit
) -> Organisation | Refused:
    """Change name, language, time zone, words or colour. Raises UnfitOrganisation."""
    organisation = administered(tx, slug, account, Act.CHANGE_ORGANISATION)
    if isinstance(organisation, Refused):
        return organisation
    words = {ground.value: tidy_line(text) for ground, text in edit.reasons.items()}
    decision = first_refusal(*(check_text("reasons", text, 0, REASON_WORDS_MAX) for text in words.values()))
    if isinstance(decision, Refused):
        return decision
    worded = {name: text for name, text in {**organisation.reasons, **words}.items() if text}
    changed = replace(
        organisation,
        reasons=worded,
        name=organisation.name if edit.name is None else tidy_line(edit.name),
        locale=edit.locale or organisation.locale,
        time_zone=organisation.time_zone if edit.time_zone is None else require_zone(edit.time_zone),
        accent=organisation.accent if edit.accent is None else edit.accent or None,
    )
    fits = first_refusal(check_name(changed.name), check_accent(edit.accent) if edit.accent else ALLOWED)
    if isinstance(fits, Refused):
        return fits
    if changed != organisation:
        changed = replace(changed, revision=organisation.revision + 1)
        tx.organisations.save(changed)
    return changed


def add_member(tx: Transaction, slug: str, account: Account, email: str, role: Role) -> Member | Refused:
    """Give a role, as an administrator."""
    organisation = administered(tx, slug, account, Act.MANAGE_MEMBERS)
    if isinstance(organisation, Refused):
        return organisation
    return _given(tx, organisation, email, role)


def remove_member(
    tx: Transaction, slug: str, account: Account, person_uid: UUID, role: Role | None
) -> list[Member] | Refused:
    """Take one role, or all, from a member. The last administrator stays."""
    organisation = administered(tx, slug, account, Act.MANAGE_MEMBERS)
    if isinstance(organisation, Refused):
        return organisation
    return _without(tx, organisation, person_uid, role)


def leave(tx: Transaction, slug: str, account: Account) -> list[Member] | Refused:
    """Give up all of one's own roles in an organisation. The last administrator stays."""
    organisation = tx.organisations.lock(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    return _without(tx, organisation, account.uid, None)


def _without(
    tx: Transaction, organisation: Organisation, person_uid: UUID, role: Role | None
) -> list[Member] | Refused:
    """The members of a locked organisation, after one of them lost a role or all."""
    members = tx.organisations.members(organisation.key)
    member = next((member for member in members if member.person.uid == person_uid), None)
    if member is None:
        return Refused(RefusalCode.MEMBER_NOT_FOUND)
    lost = member.roles if role is None else member.roles & {role}
    others = [one for one in members if one is not member]
    decision = check_losing(lost, (one.roles for one in others))
    if isinstance(decision, Refused):
        return decision
    for one in lost:
        tx.organisations.remove_role(organisation.key, member.person.key, one)
    kept = replace(member, roles=member.roles - lost)
    return [kept if one is member else one for one in members if one is not member or kept.roles]
