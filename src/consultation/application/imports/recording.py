"""Recording a foreign debate: numbers, people, rows and journal entries, batch by batch."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

from consultation.application.exports import Record, Section
from consultation.application.imported import ImportedPost, ImportedVote, ImportReport
from consultation.application.imports.ports import BulkStore, Newcomer, NotStored
from consultation.application.imports.shapes import misfit, printable, unfit_text
from consultation.application.imports.words import SearchWords
from consultation.application.ports import Transaction
from consultation.domain.actors import Role
from consultation.domain.contents import debate_content, post_content, vote_content
from consultation.domain.debates import Debate
from consultation.domain.journal import Canonical, Entry, EntryKind, digest_of, format_instant
from consultation.domain.posts import Post, PostKind, PostState, PostText
from consultation.domain.texts import tidy_line
from consultation.domain.voting import ANSWERS, Vote

IMPORT_ROLE: Final = Role.ADMINISTRATOR
"""In which capacity imports are made: they need access to the server itself."""

_REVISION: Final = 1
_REASON: Final = "in the source"


@dataclass(slots=True)
class Recording:
    """An import under way: what got which number and key, and how long the journal is.

    Everything is recorded at one instant, that of the import.
    """

    tx: Transaction
    store: BulkStore
    debate: Debate
    numbers: dict[str, tuple[int, PostKind]] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    entries: list[Record] = field(default_factory=list)
    not_stored: list[NotStored] = field(default_factory=list)
    counts: Counter[Section] = field(default_factory=Counter)
    journal_length: int = 0
    words: SearchWords = field(init=False)

    def __post_init__(self) -> None:
        self.words = SearchWords(self.debate.language)

    def debate_itself(self) -> None:
        """The act that the debate begins with."""
        debate = self.debate
        content = debate_content(
            debate.slug,
            debate.title,
            debate.description,
            debate.language,
            debate.period,
            debate.limits,
            debate.themes,
        )
        act = {
            "kind": EntryKind.DEBATE_IMPORTED.value,
            "at": format_instant(debate.last_act_at),
            "role": IMPORT_ROLE.value,
            "person_key": None,
            "reason": "",
            "content": content,
        }
        self.counts[Section.DEBATE] = 1
        self._add(Section.ACT, [act | self._entry(EntryKind.DEBATE_IMPORTED, None, content)])

    def posts(self, batch: Sequence[ImportedPost]) -> None:
        """Number a batch of posts and store it."""
        taken = [(imported, post) for imported in batch if (post := self._numbered(imported)) is not None]
        self._meet((one.author, one.author_name) for one, _ in taken)
        rows = []
        for imported, post in taken:
            row = _row(imported, post)
            row["author_key"] = None if imported.author is None else self.people[imported.author]
            row["search_terms"] = self.words.of(post.text.title, post.text.body)
            rows.append(row | self._entry(EntryKind.POST_IMPORTED, post.number, post_content(post)))
        self._add(Section.POST, rows)

    def _numbered(self, imported: ImportedPost) -> Post | None:
        parent, kind = None, None
        if imported.parent is not None:
            parent, kind = self.numbers.get(imported.parent, (None, None))
            if kind is not PostKind.CONTRIBUTION:
                self._left_out(imported.reference, f"its contribution {imported.parent} is not there")
                return None
        if imported.reference in self.numbers:
            self._left_out(imported.reference, "this reference was there before")
            return None
        post = _post(imported, len(self.numbers) + 1, parent, self.debate.language)
        row = _row(imported, post)
        wrong = unfit_text(row) or misfit(row, {theme.slug for theme in self.debate.themes})
        if wrong is not None:
            self._left_out(imported.reference, " ".join(wrong))
            return None
        self.numbers[imported.reference] = (post.number, post.kind)
        return post

    def votes(self, batch: Sequence[ImportedVote]) -> None:
        """Store a batch of votes."""
        taken = [(imported, number) for imported in batch if (number := self._voted_on(imported)) is not None]
        self._meet((one.voter, None) for one, _ in taken)
        rows = []
        for imported, number in taken:
            vote = Vote(imported.value, _REVISION)
            content = vote_content(number, vote, imported.cast_at)
            row = {
                "number": number,
                "person_key": self.people[imported.voter],
                "value": vote.value.value,
                "revision": vote.revision,
                "cast_at": format_instant(imported.cast_at),
            }
            rows.append(row | self._entry(EntryKind.VOTE_IMPORTED, number, content))
        self._add(Section.VOTE, rows)

    def _voted_on(self, imported: ImportedVote) -> int | None:
        reference = f"vote of {imported.voter} on {imported.post}"
        number, kind = self.numbers.get(imported.post, (None, None))
        if number is None or kind is None:
            self._left_out(reference, "its post is not there")
            return None
        if imported.value not in ANSWERS[kind]:
            self._left_out(reference, f"{imported.value} is no vote on a post of kind {kind}")
            return None
        return number

    def finish(self, format_name: str, report: ImportReport) -> None:
        """Keep the report, and count."""
        stored = {section.value: count for section, count in self.counts.items()}
        left_out = [asdict(one) for one in self.not_stored]
        whole = printable(report.as_json() | {"stored": stored, "not_stored": left_out})
        at = self.debate.last_act_at
        record = {"format": format_name, "imported_at": format_instant(at), "report": whole}
        self._add(Section.IMPORT_REPORT, [record])
        self.store.finish(self.debate.key, len(self.numbers), self.journal_length, at)

    def _meet(self, people: Iterable[tuple[str | None, str | None]]) -> None:
        """Make people of the references that are new, under the first name they come with."""
        newcomers: dict[str, Newcomer] = {}
        for reference, signed in people:
            if reference is not None and reference not in self.people and reference not in newcomers:
                uid = self.tx.ids.uid()
                name = tidy_line(signed or "") or f"Participant {uid.hex[-6:]}"
                newcomers[reference] = Newcomer(str(uid), name)
        if newcomers:
            at, language = self.debate.last_act_at, self.debate.language
            self.store.add_people(self.debate.uid, list(newcomers.values()), language, at)
            keys = self.store.people_of(self.debate.uid, [person.uid for person in newcomers.values()])
            self.people |= {reference: keys[person.uid] for reference, person in newcomers.items()}
            self.counts[Section.PARTICIPANT] += len(newcomers)

    def _entry(self, kind: EntryKind, number: int | None, content: Mapping[str, Canonical]) -> Record:
        """Add the next journal entry, and return what the row keeps of it."""
        self.journal_length += 1
        salt = self.tx.ids.salt()
        at, digest = self.debate.last_act_at, digest_of(salt, content)
        entry = Entry(self.debate.uid, self.journal_length, at, kind, number, digest)
        self.entries.append(
            {
                "sequence": entry.sequence,
                "at": format_instant(at),
                "kind": kind.value,
                "number": number,
                "digest": digest.hex(),
                "leaf_hash": entry.leaf_hash().hex(),
            }
        )
        return {"sequence": entry.sequence, "salt": salt.hex()}

    def _add(self, section: Section, rows: list[Record]) -> None:
        for kind, records in ((section, rows), (Section.JOURNAL, self.entries)):
            self.counts[kind] += len(records)
            self.store.add(self.debate.key, kind, records)
        self.entries = []

    def _left_out(self, reference: str, reason: str) -> None:
        self.not_stored.append(NotStored(reference, reason))


def _post(imported: ImportedPost, number: int, parent: int | None, language: str) -> Post:
    text = PostText(imported.body, imported.title, imported.link, imported.theme).tidied()
    hidden = imported.state is not PostState.VISIBLE
    unexplained = hidden and imported.state_reason is None and imported.state_since is None
    return Post(
        number=number,
        kind=imported.kind,
        contribution=parent,
        side=imported.side,
        author_name=tidy_line(imported.author_name or "") or None,
        text=text,
        language=language,
        created_at=imported.created_at,
        revision=_REVISION,
        revised_at=imported.revised_at,
        state=imported.state,
        state_reason=_REASON if unexplained else imported.state_reason,
        state_since=imported.state_since,
    )


def _row(imported: ImportedPost, post: Post) -> Record:
    return {
        "number": post.number,
        "kind": post.kind.value,
        "contribution": post.contribution,
        "side": None if post.side is None else post.side.value,
        "author_name": post.author_name,
        "theme": post.text.theme,
        "title": post.text.title,
        "body": post.text.body,
        "link": post.text.link,
        "language": post.language,
        "created_at": format_instant(post.created_at),
        "revision": post.revision,
        "revised_at": _optional(post.revised_at),
        "state": post.state.value,
        "state_reason": post.state_reason,
        "state_since": _optional(post.state_since),
        "reference": imported.reference,
        "reported_tally": None if imported.reported is None else asdict(imported.reported),
        "state_sequence": None,
        "state_salt": None,
    }


def _optional(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)
