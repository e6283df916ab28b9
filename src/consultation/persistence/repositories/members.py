"""Invitations, and the administrators of the platform."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, or_, select, update

from consultation.application.ports import Account, HeldInvitation, Invitation
from consultation.domain.actors import Role
from consultation.persistence.repositories.organisations import organisation_of
from consultation.persistence.repositories.people import ACCOUNT_COLUMNS, account_of
from consultation.persistence.tables import invitations, organisations, people, platform_administrators
from consultation.persistence.types import AnyRow

_PENDING: Final[ColumnElement[bool]] = invitations.c.accepted_at.is_(None)
_INVITERS = people.alias("inviters")
_ACCEPTERS = people.alias("accepters")
WITH_NAMES: Final[Select[tuple[object, ...]]] = (
    select(invitations, _INVITERS.c.name.label("inviter"), _ACCEPTERS.c.name.label("accepter"))
    .outerjoin(_INVITERS, _INVITERS.c.key == invitations.c.inviter_key)
    .outerjoin(_ACCEPTERS, _ACCEPTERS.c.key == invitations.c.accepter_key)
)
# The organisation comes first, as in every command that locks both.
_BY_TOKEN = select(
    organisations,
    *(invitations.c[name].label(f"invitation_{name}") for name in ("key", "uid", "email", "role")),
    invitations.c.inviter_key,
    invitations.c.invited_at,
    invitations.c.expires_at,
).select_from(organisations.join(invitations, invitations.c.organisation_key == organisations.c.key))


def invitation_of(row: AnyRow) -> Invitation:
    """The invitation of a row of WITH_NAMES."""
    return Invitation(
        uid=row.uid,
        email=row.email,
        role=Role(row.role),
        invited_at=row.invited_at,
        expires_at=row.expires_at,
        inviter=row.inviter,
        accepter=row.accepter,
        accepted_at=row.accepted_at,
    )


class SqlInvitations:
    """The invitations port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, organisation_key: int, inviter_key: int, invitation: Invitation, digest: bytes) -> None:
        """Insert an invitation, in place of the pending one for its address."""
        self._connection.execute(
            delete(invitations).where(
                invitations.c.organisation_key == organisation_key,
                invitations.c.email == invitation.email,
            )
        )
        self._connection.execute(
            insert(invitations).values(
                uid=invitation.uid,
                organisation_key=organisation_key,
                email=invitation.email,
                role=invitation.role.value,
                token_digest=digest,
                inviter_key=inviter_key,
                invited_at=invitation.invited_at,
                expires_at=invitation.expires_at,
            )
        )

    def hold(self, digest: bytes) -> HeldInvitation | None:
        """The pending invitation of a token; its row and the organisation's are locked."""
        row = self._connection.execute(
            _BY_TOKEN.where(invitations.c.token_digest == digest).with_for_update()
        ).one_or_none()
        if row is None:
            return None
        invitation = Invitation(
            uid=row.invitation_uid,
            email=row.invitation_email,
            role=Role(row.invitation_role),
            invited_at=row.invited_at,
            expires_at=row.expires_at,
        )
        return HeldInvitation(row.invitation_key, row.inviter_key, organisation_of(row), invitation)

    def accept(self, key: int, person_key: int, now: datetime) -> None:
        """Note who accepted; address and token go."""
        self._connection.execute(
            update(invitations)
            .where(invitations.c.key == key)
            .values(accepter_key=person_key, accepted_at=now, email=None, token_digest=None)
        )

    def remove(self, organisation_key: int, uid: UUID) -> bool:
        """Delete a pending invitation; was there one?"""
        result = self._connection.execute(
            delete(invitations).where(
                invitations.c.organisation_key == organisation_key, invitations.c.uid == uid, _PENDING
            )
        )
        return result.rowcount > 0

    def forget(self, expired: datetime, accepted: datetime) -> int:
        """Delete what expired by an instant, and what was accepted by another; how many."""
        ended = or_(_PENDING & (invitations.c.expires_at <= expired), invitations.c.accepted_at <= accepted)
        return self._connection.execute(delete(invitations).where(ended)).rowcount


class SqlPlatformAdministrators:
    """The port of the platform's administrators."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def includes(self, person_key: int) -> bool:
        """Is the person one of them?"""
        one = select(platform_administrators).where(platform_administrators.c.person_key == person_key)
        return self._connection.execute(one).first() is not None

    def lock(self) -> list[Account]:
        """All of them, in the order of their naming, locked until the transaction ends."""
        rows = self._connection.execute(
            select(*ACCOUNT_COLUMNS)
            .join(platform_administrators, platform_administrators.c.person_key == people.c.key)
            .order_by(platform_administrators.c.named_at, people.c.key)
            .with_for_update(of=platform_administrators)
        )
        return [account_of(row) for row in rows]

    def add(self, person_key: int, now: datetime) -> None:
        """Insert one who is not there."""
        self._connection.execute(insert(platform_administrators).values(person_key=person_key, named_at=now))

    def remove(self, person_key: int) -> None:
        """Delete one."""
        self._connection.execute(
            delete(platform_administrators).where(platform_administrators.c.person_key == person_key)
        )
