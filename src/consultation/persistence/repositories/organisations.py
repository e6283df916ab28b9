"""Organisations and their members."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, null, select, update

from consultation.application.ports import Account, Member, Organisation
from consultation.domain.actors import Role
from consultation.domain.logos import Logo
from consultation.domain.pictures import Picture
from consultation.persistence.tables import logos, memberships, organisations, people
from consultation.persistence.types import AnyRow


def organisation_of(row: AnyRow) -> Organisation:
    """The organisation of a row of its table."""
    return Organisation(
        key=row.key,
        uid=row.uid,
        slug=row.slug,
        name=row.name,
        locale=row.locale,
        time_zone=row.time_zone,
        revision=row.revision,
        reasons=row.reasons,
        accent=row.accent,
        logo=Logo.from_mapping(row.logo),
    )


def members_of(connection: Connection, key: int) -> list[Member]:
    """Everybody with a role in an organisation, by name."""
    rows = connection.execute(
        select(people, memberships.c.role)
        .join(memberships, memberships.c.person_key == people.c.key)
        .where(memberships.c.organisation_key == key)
        .order_by(people.c.name, people.c.key)
    )
    accounts: dict[int, Account] = {}
    roles: dict[int, set[Role]] = {}
    for row in rows:
        account = Account(row.key, row.uid, row.name, row.email, row.locale)
        accounts.setdefault(row.key, account)
        roles.setdefault(row.key, set()).add(Role(row.role))
    return [Member(accounts[person], frozenset(held)) for person, held in roles.items()]


class SqlOrganisations:
    """The organisations port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, slug: str) -> Organisation | None:
        """An organisation by slug."""
        row = self._connection.execute(
            select(organisations).where(organisations.c.slug == slug)
        ).one_or_none()
        return None if row is None else organisation_of(row)

    def lock(self, slug: str) -> Organisation | None:
        """An organisation by slug, its row locked."""
        row = self._connection.execute(
            select(organisations).where(organisations.c.slug == slug).with_for_update()
        ).one_or_none()
        return None if row is None else organisation_of(row)

    def add(self, organisation: Organisation, created_at: datetime) -> None:
        """Insert an organisation."""
        self._connection.execute(
            insert(organisations).values(
                uid=organisation.uid,
                slug=organisation.slug,
                name=organisation.name,
                locale=organisation.locale,
                time_zone=organisation.time_zone,
                created_at=created_at,
            )
        )

    def save(self, organisation: Organisation) -> None:
        """Write all but the slug, of a locked organisation."""
        self._connection.execute(
            update(organisations)
            .where(organisations.c.key == organisation.key)
            .values(
                name=organisation.name,
                locale=organisation.locale,
                time_zone=organisation.time_zone,
                revision=organisation.revision,
                reasons=dict(organisation.reasons),
                accent=organisation.accent,
                logo=null() if organisation.logo is None else organisation.logo.as_mapping(),
            )
        )

    def put_logo(self, key: int, picture: Picture | None) -> None:
        """Keep the file of an organisation's logo in place of any before; None keeps none."""
        self._connection.execute(delete(logos).where(logos.c.organisation_key == key))
        if picture is not None:
            self._connection.execute(
                insert(logos).values(
                    organisation_key=key,
                    digest=hashlib.sha256(picture.content).digest(),
                    media_type=picture.media_type,
                    content=picture.content,
                )
            )

    def members(self, key: int) -> list[Member]:
        """Everybody with a role, by name."""
        return members_of(self._connection, key)

    def add_role(self, key: int, person_key: int, role: Role, now: datetime) -> None:
        """Give a role that the person does not hold yet."""
        self._connection.execute(
            insert(memberships).values(
                organisation_key=key, person_key=person_key, role=role.value, created_at=now
            )
        )

    def remove_role(self, key: int, person_key: int, role: Role) -> None:
        """Take a role away."""
        self._connection.execute(
            delete(memberships).where(
                memberships.c.organisation_key == key,
                memberships.c.person_key == person_key,
                memberships.c.role == role.value,
            )
        )
