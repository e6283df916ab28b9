"""What depends on who asks: sessions, and own posts everywhere."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from consultation.application.documents import DebateLabel, post_document
from consultation.application.ports import REPLAYED_FOR, Account, CodeBatch, Replay
from consultation.application.readers import Document, Page, Window
from consultation.persistence.prepared import Prepared
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.read_models.post_statements import COLUMNS
from consultation.persistence.repositories.participations import batches_of
from consultation.persistence.repositories.people import BY_SESSION, caller_of
from consultation.persistence.tables import debates, idempotency_keys, organisations, people, posts

_BY_SESSION = Prepared(BY_SESSION)
_CALLER = Prepared(
    BY_SESSION.add_columns(
        idempotency_keys.c.fingerprint,
        idempotency_keys.c.status,
        idempotency_keys.c.headers,
        idempotency_keys.c.body,
    ).outerjoin(
        idempotency_keys,
        (idempotency_keys.c.person_key == people.c.key)
        & (idempotency_keys.c.idempotency_key == bindparam("idempotency_key"))
        & (idempotency_keys.c.created_at > bindparam("since")),
    )
)
_OWN_POSTS = (
    select(
        *COLUMNS,
        debates.c.uid.label("debate_uid"),
        debates.c.slug.label("debate_slug"),
        debates.c.title.label("debate_title"),
        organisations.c.slug.label("owner"),
        organisations.c.reasons.label("owner_reasons"),
        organisations.c.locale.label("owner_language"),
    )
    .join(debates, debates.c.key == posts.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .where(posts.c.author_key == bindparam("person_key"))
)
_NEWEST: Final = Order((debates.c.uid, posts.c.number), descending=True)


class PeopleReads(Reads):
    """Reads on behalf of one person."""

    def caller(
        self, token_digest: bytes, now: datetime, idempotency_key: str | None
    ) -> tuple[Account | None, Replay | None]:
        """Whose valid session this is, and the first answer kept under the person's key."""
        if idempotency_key is None:
            row = _BY_SESSION.first(self._connection, digest=token_digest, now=now)
            return (None if row is None else caller_of(row)), None
        row = _CALLER.first(
            self._connection,
            digest=token_digest,
            now=now,
            idempotency_key=idempotency_key,
            since=now - REPLAYED_FOR,
        )
        if row is None:
            return None, None
        kept = None
        if row.fingerprint is not None:
            kept = Replay(row.fingerprint, row.status, row.headers, row.body)
        return caller_of(row), kept

    def code_batches(self, debate_key: int) -> list[CodeBatch]:
        """The batches of participation codes of a debate, oldest first."""
        return batches_of(self._connection, debate_key)

    def own_posts(self, person_key: int, window: Window) -> Page:
        """A person's posts everywhere, newest debate first, newest first within it."""
        statement = _NEWEST.page(_OWN_POSTS, window)
        rows, more = cut(self._connection.execute(statement, {"person_key": person_key}).all(), window)
        items = [self._own_post(row) for row in rows]
        return Page(items, (rows[-1].debate_uid, rows[-1].number) if more else None)

    def _own_post(self, row: Any) -> Document:  # noqa: ANN401 - a row of _OWN_POSTS
        url = self._links.debate(row.owner, row.debate_slug)
        label = DebateLabel(row.debate_uid, url, row.owner_reasons, row.owner_language)
        return post_document(row, label) | {"debate_title": row.debate_title}
