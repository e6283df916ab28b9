"""What was held, in an archive."""

from typing import Final
from uuid import UUID

from consultation.application.exports import Section
from consultation.application.imports.moderation import Advance, Batch, Refer
from consultation.application.imports.ports import BulkStore, UnfitArchiveError
from consultation.application.imports.shapes import misfit
from consultation.application.imports.words import SearchWords
from consultation.domain.debates import Debate
from consultation.domain.held import Kept
from consultation.domain.posts import PostKind, PostState

_AS_POST: Final = {"state_reason": None, "state_since": None}


class HeldLines:
    """Checks lines of what was held, and makes of each what the store takes."""

    def __init__(
        self, store: BulkStore, debate: Debate, words: SearchWords, advance: Advance, refer: Refer
    ) -> None:
        self._store = store
        self._debate = debate
        self._words = words
        self._themes = frozenset(theme.slug for theme in debate.themes)
        self._advance = advance
        self._refer = refer

    def take(self, batch: Batch) -> None:
        """Each by a participant of the file, under a contribution or instead of a post of it."""
        known = self._store.known_ids(Section.HELD_POST, {record["id"] for _, record in batch})
        authors = {record["author"] for _, record in batch} - {None}
        people = self._store.people_of(self._debate.uid, authors)
        numbers = {record[name] for _, record in batch for name in ("contribution", "revises")} - {None}
        posts = self._store.targets(self._debate.key, numbers)
        for line, record in batch:
            self._advance(line, "id", (record["id"],))
            if record["id"] in known:
                raise UnfitArchiveError(line, "id", "is taken: a held_post here has this id")
            parent, revises, author = record["contribution"], record["revises"], record.pop("author")
            if parent is not None and (
                parent not in posts or posts[parent].kind is not PostKind.CONTRIBUTION
            ):
                raise UnfitArchiveError(line, "contribution", "is no contribution of this file")
            if revises is not None and revises not in posts:
                raise UnfitArchiveError(line, "revises", f"is #{revises}, which is no post of this file")
            if author is not None and author not in people:
                raise UnfitArchiveError(line, "author", "is no participant of this file")
            # A theme that fell away since does not matter: what waits under one keeps it.
            erased = record["kept"] == Kept.ERASED
            state = PostState.ERASED if erased else PostState.VISIBLE
            reason = {"state_reason": "author"} if erased else {}
            wrong = misfit(record | _AS_POST | {"state": state} | reason, self._themes | {record["theme"]})
            if wrong is not None:
                raise UnfitArchiveError(line, *wrong)
            self._refer(line, record["sequence"])
            self._refer(line, record["state_sequence"])
            record["uid"] = UUID(record.pop("id")).hex
            record["author_key"] = None if author is None else people[author]
            record["search_terms"] = self._words.of(record["title"], record["body"])
