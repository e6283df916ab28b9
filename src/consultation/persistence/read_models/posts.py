"""Posts: threads, lists, revisions."""

from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Select, bindparam, select, union_all

from consultation.application.documents import DebateLabel, post_document
from consultation.application.readers import (
    ContributionSort,
    Document,
    Page,
    ReplySort,
    Window,
)
from consultation.application.search import query_terms
from consultation.application.versions import DebateVersion
from consultation.domain.posts import PostKind, PostState, Side
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.search import posts_with
from consultation.persistence.tables import debates, organisations, posts, revisions

COLUMNS: Final = (
    posts.c.number,
    posts.c.kind,
    posts.c.contribution,
    posts.c.side,
    posts.c.author_name,
    posts.c.theme,
    posts.c.title,
    posts.c.body,
    posts.c.link,
    posts.c.language,
    posts.c.created_at,
    posts.c.revision,
    posts.c.revised_at,
    posts.c.state,
    posts.c.state_reason,
    posts.c.state_since,
    posts.c.pro,
    posts.c.contra,
    posts.c.sources,
    posts.c.agree,
    posts.c.mixed,
    posts.c.disagree,
    posts.c.support,
    posts.c.on_earlier_revisions,
    posts.c.reference,
    posts.c.reported_tally,
)
_IN_DEBATE = posts.c.debate_key == bindparam("debate_key")
_ONE = (
    select(*COLUMNS, debates.c.slug.label("debate_slug"), organisations.c.slug.label("owner"))
    .join(debates, debates.c.key == posts.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .where(_IN_DEBATE, posts.c.number == bindparam("number"))
)
_LABEL = (
    select(debates.c.slug.label("debate_slug"), organisations.c.slug.label("owner"))
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .where(debates.c.key == bindparam("debate_key"))
)
_BY_REFERENCE = select(*COLUMNS).where(_IN_DEBATE, posts.c.reference == bindparam("reference"))


def _replies(kind: PostKind, side: Side | None) -> "Select[*tuple[Any, ...]]":
    statement = select(*COLUMNS).where(
        _IN_DEBATE,
        posts.c.contribution == bindparam("number"),
        # Implied by the line above; names the condition of the partial index.
        posts.c.contribution.is_not(None),
        posts.c.kind == kind.value,
    )
    return statement if side is None else statement.where(posts.c.side == side.value)


# One statement for the first replies of all three kinds: each branch reads one stretch of the
# index and stops.
_FIRST_REPLIES = union_all(
    *(
        select(_replies(kind, side).order_by(posts.c.number).limit(bindparam("replies")).subquery())
        for kind, side in (
            (PostKind.ARGUMENT, Side.PRO),
            (PostKind.ARGUMENT, Side.CONTRA),
            (PostKind.SOURCE, None),
        )
    )
)
_REVISIONS = (
    select(
        revisions.c.revision,
        revisions.c.author_name,
        revisions.c.theme,
        revisions.c.title,
        revisions.c.body,
        revisions.c.link,
        revisions.c.created_at,
    )
    .where(revisions.c.debate_key == bindparam("debate_key"))
    .where(revisions.c.number == bindparam("number"))
    .order_by(revisions.c.revision)
)
_BY_NUMBER: Final = {
    ContributionSort.NEWEST: Order((posts.c.number,), (True,)),
    ContributionSort.OLDEST: Order((posts.c.number,), (False,)),
    ContributionSort.MOST_VOTED: Order((posts.c.votes, posts.c.number), (True, True)),
    ContributionSort.MOST_AGREED: Order((posts.c.balance, posts.c.number), (True, True)),
    ContributionSort.MOST_DISCUSSED: Order((posts.c.arguments, posts.c.number), (True, True)),
}
_REPLY_ORDERS: Final = {
    ReplySort.OLDEST: Order((posts.c.number,), (False,)),
    ReplySort.NEWEST: Order((posts.c.number,), (True,)),
    ReplySort.MOST_SUPPORTED: Order((posts.c.support, posts.c.number), (True, True)),
}
_POSITIONS: Final = {
    ContributionSort.MOST_VOTED: posts.c.votes,
    ContributionSort.MOST_AGREED: posts.c.balance,
    ContributionSort.MOST_DISCUSSED: posts.c.arguments,
}


class PostReads(Reads):
    """Reads of posts."""

    def _label(self, version: DebateVersion) -> DebateLabel:
        row = self._connection.execute(_LABEL, {"debate_key": version.key}).one()
        return DebateLabel(version.uid, self._links.debate(row.owner, row.debate_slug))

    def _one(self, version: DebateVersion, number: int) -> tuple[Any, DebateLabel] | None:
        place = {"debate_key": version.key, "number": number}
        row = self._connection.execute(_ONE, place).one_or_none()
        if row is None:
            return None
        return row, DebateLabel(version.uid, self._links.debate(row.owner, row.debate_slug))

    def post(self, version: DebateVersion, number: int) -> Document | None:
        """Whatever bears the number, a tombstone included."""
        found = self._one(version, number)
        return None if found is None else post_document(*found)

    def thread(self, version: DebateVersion, number: int, replies: int) -> Document | None:
        """A contribution with the first replies of each kind."""
        found = self._one(version, number)
        if found is None or found[0].kind != PostKind.CONTRIBUTION:
            return None
        row, label = found
        answers = self._connection.execute(
            _FIRST_REPLIES, {"debate_key": version.key, "number": number, "replies": replies}
        ).all()
        first: dict[str, list[Document]] = {"pro": [], "contra": [], "sources": []}
        for answer in sorted(answers, key=attrgetter("number")):
            first[answer.side or "sources"].append(post_document(answer, label))
        return {
            "contribution": post_document(row, label),
            "arguments": {"pro": first["pro"], "contra": first["contra"]},
            "sources": first["sources"],
            "counts": {"pro": row.pro, "contra": row.contra, "sources": row.sources},
        }

    def contributions(
        self,
        version: DebateVersion,
        sort: ContributionSort,
        window: Window,
        theme: str | None = None,
        query: str | None = None,
        seed: int = 0,
    ) -> Page:
        """A page of contributions, tombstones in their places."""
        statement = select(*COLUMNS).where(_IN_DEBATE, posts.c.kind == PostKind.CONTRIBUTION.value)
        parameters: dict[str, Any] = {"debate_key": version.key}
        if theme is not None:
            statement = statement.where(posts.c.theme == theme)
        if query is not None:
            language = self._language(version)
            condition = posts_with(self._connection, version.key, query_terms(language, query))
            statement = statement.where(condition, posts.c.state == PostState.VISIBLE.value)
        if sort is ContributionSort.RANDOM:
            return self._shuffled(version, statement, parameters, window, seed)
        order = _BY_NUMBER[sort]
        if sort in _POSITIONS:
            statement = statement.add_columns(_POSITIONS[sort].label("rank"))
        rows, more = cut(self._connection.execute(order.page(statement, window), parameters).all(), window)
        position = None
        if more:
            last = rows[-1]
            position = (last.rank, last.number) if sort in _POSITIONS else (last.number,)
        return self._page(version, rows, position)

    def _language(self, version: DebateVersion) -> str:
        statement = select(debates.c.language).where(debates.c.key == version.key)
        return str(self._connection.execute(statement).scalar_one())

    def _shuffled(
        self,
        version: DebateVersion,
        statement: "Select[*tuple[Any, ...]]",
        parameters: dict[str, Any],
        window: Window,
        seed: int,
    ) -> Page:
        # The random order is a ring of shuffled places; the seed is where one starts. A page
        # that reaches the end of the ring goes on at its beginning, up to the start.
        # Position: (1 once past the end, place, number).
        start = seed * 2_654_435_761 % 2**32
        order = Order((posts.c.shuffle, posts.c.number), (False, False))
        wrapped, *place = window.after or (0,)
        statement = statement.add_columns(posts.c.shuffle.label("rank"))
        rows: list[Any] = []
        for lap in range(wrapped, 2):
            part = posts.c.shuffle >= start if lap == 0 else posts.c.shuffle < start
            after = tuple(place) if place and lap == wrapped else None
            rest = Window(window.limit - len(rows), after)
            found = self._connection.execute(order.page(statement.where(part), rest), parameters)
            rows += [(lap, row) for row in found]
            if len(rows) > window.limit:
                break
        position = None
        if len(rows) > window.limit:
            lap, last = rows[window.limit - 1]
            position = (lap, last.rank, last.number)
        return self._page(version, [row for _, row in rows[: window.limit]], position)

    def _page(self, version: DebateVersion, rows: Any, position: tuple[int, ...] | None) -> Page:  # noqa: ANN401 - rows of COLUMNS
        label = self._label(version)
        return Page([post_document(row, label) for row in rows], position)

    def arguments(
        self,
        version: DebateVersion,
        number: int,
        side: Side | None,
        sort: ReplySort,
        window: Window,
    ) -> Page | None:
        """A page of a contribution's arguments."""
        return self._reply_page(version, number, _replies(PostKind.ARGUMENT, side), sort, window)

    def sources(self, version: DebateVersion, number: int, sort: ReplySort, window: Window) -> Page | None:
        """A page of a contribution's sources."""
        return self._reply_page(version, number, _replies(PostKind.SOURCE, None), sort, window)

    def _reply_page(
        self,
        version: DebateVersion,
        number: int,
        statement: "Select[*tuple[Any, ...]]",
        sort: ReplySort,
        window: Window,
    ) -> Page | None:
        found = self._one(version, number)
        if found is None or found[0].kind != PostKind.CONTRIBUTION:
            return None
        place = {"debate_key": version.key, "number": number}
        statement = _REPLY_ORDERS[sort].page(statement, window)
        rows, more = cut(self._connection.execute(statement, place).all(), window)
        position = None
        if more:
            last = rows[-1]
            by_support = sort is ReplySort.MOST_SUPPORTED
            position = (last.support, last.number) if by_support else (last.number,)
        return Page([post_document(row, found[1]) for row in rows], position)

    def posts_by_reference(self, version: DebateVersion, reference: str) -> list[Document]:
        """The post that bore a reference in the source of an import."""
        place = {"debate_key": version.key, "reference": reference}
        rows = self._connection.execute(_BY_REFERENCE, place).all()
        label = self._label(version)
        return [post_document(row, label) for row in rows]

    def revisions(self, version: DebateVersion, number: int) -> list[Document] | None:
        """All revisions of a visible post, oldest first; none of a tombstone's."""
        found = self._one(version, number)
        if found is None:
            return None
        row = found[0]
        if row.state != PostState.VISIBLE:
            return []
        place = {"debate_key": version.key, "number": number}
        earlier = self._connection.execute(_REVISIONS, place).all()
        made_at = row.revised_at or row.created_at
        return [_revision(past, past.created_at, is_current=False) for past in earlier] + [
            _revision(row, made_at, is_current=True)
        ]


def _revision(row: Any, made_at: Any, *, is_current: bool) -> Document:  # noqa: ANN401 - two row shapes
    return {
        "revision": row.revision,
        "current": is_current,
        "created_at": made_at,
        "author": {"name": row.author_name},
        "title": row.title,
        "body": row.body,
        "link": row.link,
        "theme": row.theme,
    }
