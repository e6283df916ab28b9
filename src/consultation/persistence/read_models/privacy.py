"""Reads of what is kept of a person: votes, the archive, and archives that were ordered."""

from typing import Final
from uuid import UUID

from sqlalchemy import case, func, select, union_all

from consultation.application.documents import BEGINNING, DebateLabel, own_vote_document
from consultation.application.ports import Ordered
from consultation.application.privacy.archives import Sections
from consultation.application.readers import Page, Window
from consultation.domain.posts import PostState
from consultation.persistence.privacy import HOLDINGS
from consultation.persistence.privacy.reading import SqlSections
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.repositories.archives import ORDERED, ordered_of
from consultation.persistence.tables import archive_parts, archives, debates, organisations, posts, votes

_NEWEST: Final = Order((debates.c.uid, votes.c.number), descending=True)


class PrivacyReads(Reads):
    """Reads on behalf of the person whose data it is."""

    def own_votes(self, person_key: int, window: Window) -> Page:
        """A person's standing votes everywhere, the newest debate first."""
        is_shown = posts.c.state == PostState.VISIBLE
        statement = (
            select(
                votes.c.number,
                votes.c.value,
                votes.c.revision,
                votes.c.cast_at,
                posts.c.kind,
                posts.c.state,
                case((is_shown, posts.c.title)).label("title"),
                case((is_shown, func.substr(posts.c.body, 1, BEGINNING))).label("beginning"),
                posts.c.language,
                posts.c.revision.label("present"),
                debates.c.uid.label("debate_uid"),
                debates.c.slug.label("debate_slug"),
                debates.c.title.label("debate_title"),
                organisations.c.slug.label("owner"),
            )
            .join_from(
                votes, posts, (posts.c.debate_key == votes.c.debate_key) & (posts.c.number == votes.c.number)
            )
            .join(debates, debates.c.key == votes.c.debate_key)
            .join(organisations, organisations.c.key == debates.c.organisation_key)
            .where(votes.c.person_key == person_key)
        )
        rows, more = cut(self._connection.execute(_NEWEST.page(statement, window)).all(), window)
        items = [
            own_vote_document(
                row, DebateLabel(row.debate_uid, self._links.debate(row.owner, row.debate_slug))
            )
            for row in rows
        ]
        return Page(items, (rows[-1].debate_uid, rows[-1].number) if more else None)

    def archive_size(self, person_key: int) -> int:
        """How many rows the archive has."""
        counted = union_all(
            *(
                select(func.count().label("rows")).select_from(one.table).where(one.of(person_key))
                for one in HOLDINGS
                if one.shown
            )
        ).subquery()
        return int(self._connection.execute(select(func.sum(counted.c.rows))).scalar_one())

    def kept_of(self, person_key: int) -> Sections:
        """Everything that is kept of the person, to be read while the snapshot is open."""
        return SqlSections(self._connection, person_key)

    def ordered_archive(self, person_key: int) -> Ordered | None:
        """The archive that the person ordered."""
        row = self._connection.execute(select(*ORDERED).where(archives.c.person_key == person_key)).first()
        return None if row is None else ordered_of(row)

    def archive_octets(self, archive_key: int, kind: str) -> int:
        """The length of an archive."""
        length = select(func.sum(func.length(archive_parts.c.content))).where(
            archive_parts.c.archive_key == archive_key, archive_parts.c.format == kind
        )
        return int(self._connection.execute(length).scalar() or 0)

    def archive_part(self, uid: UUID, kind: str, part: int) -> bytes | None:
        """One part of an archive; None behind the last, and when it is gone."""
        content: bytes | None = self._connection.execute(
            select(archive_parts.c.content)
            .join(archives, archives.c.key == archive_parts.c.archive_key)
            .where(archives.c.uid == uid, archive_parts.c.format == kind, archive_parts.c.part == part)
        ).scalar()
        return content
