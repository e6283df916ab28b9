"""Reader of the documents that the API of Cap Collectif answers under `/api/opinions/ID`.

One document holds an opinion with its arguments and sources. Opinions are HTML, arguments and
sources are plain text. Votes are known by their totals only: `votes[]` is a preview of a few
names without value or date, and never taken for votes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from consultation.application.imported import (
    ImportedDebate,
    ImportedPost,
    ImportedTheme,
    in_order_of_creation,
)
from consultation.domain.posts import PostKind
from consultation.exchange.importers.cap_collectif_item import Item
from consultation.exchange.importers.files import DamagedFileError
from consultation.exchange.importers.json_fields import Fields, records
from consultation.exchange.importers.ledger import FieldWrongError, Ledger, Place

_REMARKS: Final = {
    "previews": "names in votes[] are a preview without values or dates, and no votes",
    "amendments": "amendments (versions_count) are not in these documents",
    "categories": "sources have a category, for which there is no place",
}


def read_cap_collectif_json(paths: Iterable[Path]) -> ImportedDebate:
    """All opinions of the files, `.ndjson` or `.json`, packed with gzip or not.

    Raises OSError for a file that cannot be opened. Everything else that is wrong is in the
    report: an item whose fields do not fit is refused, and with an opinion all that hangs on it.
    """
    reader = _Reader()
    for path in paths:
        reader.read(path)
    return ImportedDebate(
        title=None,
        themes=tuple(reader.themes.values()),
        posts=in_order_of_creation(reader.posts),
        votes=(),
        report=reader.ledger.report(),
    )


@dataclass(slots=True)
class _Reader:
    ledger: Ledger = field(default_factory=Ledger)
    posts: list[ImportedPost] = field(default_factory=list)
    themes: dict[str, ImportedTheme] = field(default_factory=dict)
    seen: dict[str, Place] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def read(self, path: Path) -> None:
        """Takes what one file holds."""
        self.left_out.clear()
        row = 0
        try:
            for row, record in records(path):
                self._document(Place(path.name, row), record)
        except DamagedFileError as damage:
            self.ledger.read("file")
            self.ledger.refuse(Place(path.name, row + 1), "file", FieldWrongError(None, str(damage)))
        for what, remark in _REMARKS.items():
            if self.left_out[what]:
                self.ledger.remark(path.name, f"{self.left_out[what]} {remark}")

    def _document(self, place: Place, record: object) -> None:
        self.ledger.read("opinion")
        fields: Fields | None = None
        refusal: FieldWrongError | None = None
        try:
            if isinstance(record, FieldWrongError):
                raise record
            fields = Fields.of(record).child("opinion")
            self._opinion(place, fields)
        except FieldWrongError as wrong:
            refusal = wrong
            self.ledger.refuse(place, "opinion", wrong)
        if fields is not None:
            self._replies(place, fields, "argument", refusal)
            self._replies(place, fields, "source", refusal)

    def _opinion(self, place: Place, fields: Fields) -> None:
        item = Item(fields)
        reference = self._new_reference(fields, "opinion")
        created_at = fields.instant("created_at")
        theme = item.theme() if fields.has("type") else None
        author, author_name = item.author()
        state, state_reason = item.state()
        post = ImportedPost(
            kind=PostKind.CONTRIBUTION,
            reference=reference,
            author=author,
            author_name=author_name,
            theme=theme.slug if theme else None,
            title=item.title(),
            body=item.html_body(),
            created_at=created_at,
            revised_at=item.revised_at(created_at),
            state=state,
            state_reason=state_reason,
            reported=item.votes(),
        )
        _check_lists(item)
        if theme is not None:
            self.themes.setdefault(theme.slug, theme)
        self.left_out["previews"] += len(fields.items("votes")) if fields.has("votes") else 0
        self.left_out["amendments"] += fields.number_or_none("versions_count") or 0
        self._take(place, "opinion", post, item)

    def _replies(self, place: Place, opinion: Fields, kind: str, refusal: FieldWrongError | None) -> None:
        values = opinion.members.get(f"{kind}s")
        # An opinion without its lists was refused for that; nothing can be said of its replies.
        for position, value in enumerate(values if isinstance(values, list) else []):
            self.ledger.read(kind)
            pointer = f"{opinion.at(f'{kind}s')}/{position}"
            try:
                if refusal is None:
                    self._reply(place, f"opinion:{opinion.number('id')}", kind, Fields.of(value, pointer))
                else:
                    self.ledger.refuse(place, kind, FieldWrongError(pointer, "its opinion is refused"))
            except FieldWrongError as wrong:
                self.ledger.refuse(place, kind, wrong)

    def _reply(self, place: Place, parent: str, kind: str, fields: Fields) -> None:
        item = Item(fields)
        reference = self._new_reference(fields, kind)
        side, title, link, in_place_of_link = None, None, None, ""
        if kind == "argument":
            side = item.side()
        else:
            title = item.title()
            link, in_place_of_link = item.link()
            self.left_out["categories"] += fields.has("category")
        created_at = fields.instant("created_at")
        author, author_name = item.author()
        state, state_reason = item.state()
        post = ImportedPost(
            kind=PostKind(kind),
            reference=reference,
            parent=parent,
            author=author,
            author_name=author_name,
            side=side,
            title=title,
            body="\n\n".join(part for part in (item.plain_body(), in_place_of_link) if part),
            link=link,
            created_at=created_at,
            revised_at=item.revised_at(created_at),
            state=state,
            state_reason=state_reason,
            reported=item.support(),
        )
        self._take(place, kind, post, item)

    def _new_reference(self, fields: Fields, kind: str) -> str:
        """The reference, unless it was taken already. Ids are whole numbers, one series a kind."""
        reference = f"{kind}:{fields.number('id')}"
        if reference in self.seen:
            first = self.seen[reference]
            reason = f"{reference} was read already, {first.file} row {first.row}"
            raise FieldWrongError(fields.at("id"), reason)
        return reference

    def _take(self, place: Place, kind: str, post: ImportedPost, item: Item) -> None:
        self.posts.append(post)
        self.seen[post.reference] = place
        self.ledger.take(kind)
        for pointer, text in item.notes:
            self.ledger.note(place, pointer, text)


def _check_lists(item: Item) -> None:
    """Notes where the lists of arguments and sources do not match their counters."""
    arguments, sources = item.fields.items("arguments"), item.fields.items("sources")
    types = [value.get("type") for value in arguments if isinstance(value, dict)]
    item.check_counter("arguments_count", len(arguments))
    item.check_counter("arguments_yes_count", types.count(1))
    item.check_counter("arguments_no_count", types.count(0))
    item.check_counter("sources_count", len(sources))
