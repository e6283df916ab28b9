"""Where published things are, for sitemaps and for sites that show our pages."""

from datetime import datetime

from sqlalchemy import func, select

from consultation.application.ports import Published
from consultation.domain.posts import PostKind, PostState
from consultation.persistence.read_models.base import Reads
from consultation.persistence.tables import debates, organisations, posts

_OWNED = debates.join(organisations, organisations.c.key == debates.c.organisation_key)


class SharingReads(Reads):
    """Reads of what is published, as a whole."""

    def published(self, most: int) -> list[Published]:
        """Published debates, the last acted on first."""
        rows = self._connection.execute(
            select(
                debates.c.uid,
                organisations.c.slug.label("organisation"),
                debates.c.slug,
                debates.c.last_act_at,
                debates.c.last_number,
            )
            .select_from(_OWNED)
            .where(debates.c.published_at.is_not(None))
            .order_by(debates.c.last_act_at.desc(), debates.c.key)
            .limit(most)
        )
        return [Published(**row) for row in rows.mappings()]

    def threads_between(self, debate_key: int, first: int, last: int) -> list[tuple[int, datetime]]:
        """The visible contributions with numbers `first` to `last`, and when their text was changed last."""
        rows = self._connection.execute(
            select(
                posts.c.number,
                func.coalesce(posts.c.revised_at, posts.c.created_at, type_=posts.c.created_at.type),
            )
            .where(posts.c.debate_key == debate_key, posts.c.number.between(first, last))
            .where(posts.c.kind == PostKind.CONTRIBUTION.value, posts.c.state == PostState.VISIBLE.value)
            .order_by(posts.c.number)
        )
        return [(number, changed) for number, changed in rows]
