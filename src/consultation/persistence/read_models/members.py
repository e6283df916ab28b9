"""Who works for which organisation, and who was invited to."""

from datetime import datetime

from sqlalchemy import and_, exists, or_, select

from consultation.application.ports import Invitation
from consultation.application.readers import Document
from consultation.domain.actors import Role
from consultation.persistence.read_models.base import Reads
from consultation.persistence.repositories.members import WITH_NAMES, invitation_of
from consultation.persistence.tables import invitations, memberships, organisations


class MemberReads(Reads):
    """Reads of how people come to have roles."""

    def memberships(self, person_key: int) -> list[Document]:
        """The organisations in which a person has roles, by name."""
        statement = (
            select(organisations.c.slug, organisations.c.name, memberships.c.role)
            .join(memberships, memberships.c.organisation_key == organisations.c.key)
            .where(memberships.c.person_key == person_key)
            .order_by(organisations.c.name, organisations.c.slug, memberships.c.role)
        )
        found: dict[str, Document] = {}
        for row in self._connection.execute(statement):
            one = found.setdefault(row.slug, {"slug": row.slug, "name": row.name, "roles": []})
            one["roles"].append(row.role)
        return list(found.values())

    def invitations(self, organisation_key: int, now: datetime) -> list[Invitation]:
        """What can be accepted at an instant and what was accepted, newest first.

        What has expired is gone from here at once, and from the table when expired rows are deleted;
        so is what was offered by somebody who is no administrator any more, or never was.
        """
        inviter_stays = exists().where(
            memberships.c.organisation_key == organisation_key,
            memberships.c.person_key == invitations.c.inviter_key,
            memberships.c.role == Role.ADMINISTRATOR.value,
        )
        statement = WITH_NAMES.where(
            invitations.c.organisation_key == organisation_key,
            or_(invitations.c.accepted_at.is_not(None), and_(invitations.c.expires_at > now, inviter_stays)),
        ).order_by(invitations.c.key.desc())
        return [invitation_of(row) for row in self._connection.execute(statement)]
