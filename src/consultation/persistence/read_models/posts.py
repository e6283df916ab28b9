"""Posts: threads, lists, revisions."""

from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Any, Final

from consultation.application.documents import DebateLabel, official_version, post_document
from consultation.application.readers import (
    ContributionSort,
    Document,
    Moved,
    Page,
    Position,
    ReplySort,
    Window,
)
from consultation.application.search import query_terms
from consultation.application.versions import DebateVersion
from consultation.domain.posts import PostKind, PostState, Side
from consultation.persistence.prepared import Prepared
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import cut
from consultation.persistence.read_models.post_statements import (
    BY_REFERENCE,
    NEWEST,
    NEWEST_OF_THREAD,
    NEWEST_REVISIONS,
    ONE,
    REPLIES_TO,
    RESPONSE,
    REVISIONS,
    THREAD,
    contribution_page,
    contributions_of,
    is_ranked,
    ordered,
    reply_page,
)
from consultation.persistence.search import posts_with
from consultation.persistence.tables import posts

_ABOVE_ALL: Final = 2**62
_RING: Final = 2**32
_SCATTER: Final = 2_654_435_761


class PostReads(Reads):
    """Reads of posts."""

    def _label(self, version: DebateVersion) -> DebateLabel:
        return DebateLabel(
            version.uid, f"{self._links.public_url}/{version.path}", version.reasons, version.owner_language
        )

    def post(self, version: DebateVersion, number: int) -> Document | None:
        """Whatever bears the number, a tombstone included."""
        row = self._one(version, number)
        return None if row is None else post_document(row, self._label(version))

    def _one(self, version: DebateVersion, number: int) -> Any | None:  # noqa: ANN401 - a row of ONE
        rows = self._posts(version, ONE, number=number)
        return rows[0] if rows else None

    def _posts(self, version: DebateVersion, statement: Prepared, **given: Any) -> list[Any]:  # noqa: ANN401 - any column type
        """The rows of a statement about posts, those of this version of their debate. Raises Moved.

        No row says no length, but what is not there was not there before: posts are only added.
        """
        rows = statement.all(self._connection, debate_key=version.key, **given)
        if self._is_glance and rows and rows[0].journal_length != version.journal_length:
            raise Moved
        return rows

    def thread(self, version: DebateVersion, number: int, replies: int) -> Document | None:
        """A contribution with the first replies of each kind."""
        rows = self._posts(version, THREAD, number=number, replies=replies)
        if not rows or rows[0].kind != PostKind.CONTRIBUTION:
            return None
        # The branches come in the order of the statement; within one, the database may not keep
        # the order in which it was cut.
        root, *answers = rows
        label = self._label(version)
        first: dict[str, list[Document]] = {"pro": [], "contra": [], "sources": []}
        response = answers.pop() if answers and answers[-1].kind == RESPONSE else None
        for answer in sorted(answers, key=attrgetter("number")):
            first[answer.side or "sources"].append(post_document(answer, label))
        return {
            "contribution": post_document(root, label),
            "arguments": {"pro": first["pro"], "contra": first["contra"]},
            "sources": first["sources"],
            "response": None if response is None else _response(response),
            "counts": {"pro": root.pro, "contra": root.contra, "sources": root.sources},
        }

    def newest_posts(self, version: DebateVersion, window: Window) -> Page:
        """Posts of every kind, newest first, tombstones in their places."""
        rows = self._posts(version, NEWEST, before=_before(window), rows=window.limit + 1)
        kept, more = cut(rows, window)
        return self._page(version, kept, (kept[-1].number,) if more else None)

    def newest_of_thread(self, version: DebateVersion, number: int, window: Window) -> Page | None:
        """A contribution and its replies, newest first."""
        before = _before(window)
        found = self._posts(version, NEWEST_OF_THREAD, number=number, before=before, rows=window.limit + 1)
        if not any(row.number == number for row in found):
            return None
        rows = sorted((row for row in found if row.number < before), key=attrgetter("number"), reverse=True)
        kept, more = cut(rows[: window.limit + 1], window)
        return self._page(version, kept, (kept[-1].number,) if more else None)

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
        if sort is ContributionSort.RANDOM:
            return self._shuffled(version, window, theme, query, seed)
        given = self._given(window, theme)
        if query is None:
            statement = contribution_page(sort, theme=theme is not None, after=window.after is not None)
        else:
            statement = self._search(version, sort, window, theme, query)
        rows, more = cut(self._posts(version, statement, **given), window)
        return self._page(version, rows, _position(rows, sort) if more else None)

    def _given(self, window: Window, theme: str | None) -> dict[str, Any]:
        given: dict[str, Any] = {"rows": window.limit + 1}
        if theme is not None:
            given["theme"] = theme
        if window.after is not None:
            *rank, given["last_number"] = window.after
            if rank:
                given["rank"] = rank[0]
        return given

    def _search(
        self,
        version: DebateVersion,
        sort: ContributionSort,
        window: Window,
        theme: str | None,
        query: str,
        lap: int | None = None,
    ) -> Prepared:
        terms = query_terms(version.language, query)
        statement = contributions_of(theme=theme is not None, lap=lap).where(
            posts_with(self._connection, version.key, terms),
            posts.c.state == PostState.VISIBLE.value,
        )
        return Prepared(ordered(statement, sort, after=window.after is not None))

    def _shuffled(
        self,
        version: DebateVersion,
        window: Window,
        theme: str | None,
        query: str | None,
        seed: int,
    ) -> Page:
        # The seed is where on the ring one starts. A page that reaches the end of the ring goes
        # on at its beginning, up to the start. Position: (lap, place, number).
        lap, *place = [part for part in window.after or (0,) if isinstance(part, int)]
        start = seed * _SCATTER % _RING
        rows: list[tuple[int, Any]] = []
        while lap < 2 and len(rows) <= window.limit:  # noqa: PLR2004 - the ring has two parts
            rest = Window(window.limit - len(rows), tuple(place) or None)
            given = self._given(rest, theme) | {"debate_key": version.key, "start": start}
            sort = ContributionSort.RANDOM
            if query is None:
                statement = contribution_page(sort, theme=theme is not None, after=bool(place), lap=lap)
            else:
                statement = self._search(version, sort, rest, theme, query, lap)
            rows += [(lap, row) for row in statement.all(self._connection, **given)]
            lap, place = lap + 1, []
        position = None
        if len(rows) > window.limit:
            last_lap, last = rows[window.limit - 1]
            position = (last_lap, last.rank, last.number)
        return self._page(version, [row for _, row in rows[: window.limit]], position)

    def _page(
        self,
        version: DebateVersion,
        rows: Sequence[Any],
        position: Position | None,
    ) -> Page:
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
        statement = reply_page(PostKind.ARGUMENT, side, sort, after=window.after is not None)
        return self._reply_page(version, number, statement, sort, window)

    def sources(self, version: DebateVersion, number: int, sort: ReplySort, window: Window) -> Page | None:
        """A page of a contribution's sources."""
        statement = reply_page(PostKind.SOURCE, None, sort, after=window.after is not None)
        return self._reply_page(version, number, statement, sort, window)

    def _reply_page(
        self,
        version: DebateVersion,
        number: int,
        statement: Prepared,
        sort: ReplySort,
        window: Window,
    ) -> Page | None:
        root = self._one(version, number)
        if root is None or root.kind != PostKind.CONTRIBUTION:
            return None
        given = self._given(window, None) | {"number": number}
        rows, more = cut(self._posts(version, statement, **given), window)
        return self._page(version, rows, _position(rows, sort) if more else None)

    def replies_to(self, version: DebateVersion, numbers: Collection[int]) -> list[Document]:
        """All replies to these contributions, by number."""
        given = {"debate_key": version.key, "numbers": list(numbers)}
        label = self._label(version)
        return [post_document(row, label) for row in self._connection.execute(REPLIES_TO, given)]

    def posts_by_reference(self, version: DebateVersion, reference: str) -> list[Document]:
        """The post that bore a reference in the source of an import."""
        rows = BY_REFERENCE.all(self._connection, debate_key=version.key, reference=reference)
        label = self._label(version)
        return [post_document(row, label) for row in rows]

    def revisions(self, version: DebateVersion, post: Document) -> list[Document]:
        """All revisions of a visible post, oldest first, the last made of its document."""
        earlier = REVISIONS.all(self._connection, debate_key=version.key, number=post["number"])
        return [*map(_revision, earlier), _present(post)]

    def newest_revisions(
        self, version: DebateVersion, post: Document, until: int, most: int
    ) -> list[Document]:
        """The same from one on backwards, newest first, at most so many."""
        present = [_present(post)] if until >= post["revision"] else []
        wanted = {"number": post["number"], "until": until, "rows": most - len(present)}
        earlier = NEWEST_REVISIONS.all(self._connection, debate_key=version.key, **wanted)
        return [*present, *map(_revision, earlier)]


def _response(row: Any) -> Document:  # noqa: ANN401 - the row of a thread that is its response
    content = row.reported_tally
    return official_version(content["version"], content["body"], content["language"], row.created_at)


def _before(window: Window) -> int:
    """The number below which a page of newest posts begins."""
    last = window.after[0] if window.after else None
    return last if isinstance(last, int) else _ABOVE_ALL


def _position(rows: Sequence[Any], sort: ContributionSort | ReplySort) -> Position:
    last = rows[-1]
    return (last.rank, last.number) if is_ranked(sort) else (last.number,)


def _present(post: Document) -> Document:
    """The revision that stands."""
    return {
        "revision": post["revision"],
        "current": True,
        "created_at": post["revised_at"] or post["created_at"],
        "author": post["author"],
        "title": post.get("title"),
        "body": post["body"],
        "link": post.get("link"),
        "theme": post.get("theme"),
    }


def _revision(row: Any) -> Document:  # noqa: ANN401 - a row of REVISIONS
    return {
        "revision": row.revision,
        "current": False,
        "created_at": row.created_at,
        "author": {"name": row.author_name, "capacity": row.capacity},
        "title": row.title,
        "body": row.body,
        "link": row.link,
        "theme": row.theme,
    }
