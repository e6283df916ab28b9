"""Bringing in an archive: what must fit together across its lines, and nothing by halves."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consultation.application.exports import Progress, Record, Section, no_progress
from consultation.application.imports.moderation import CaseLines
from consultation.application.imports.ports import (
    ArchiveLine,
    BulkStore,
    Imported,
    Newcomer,
    Target,
    UnfitArchiveError,
    batches,
)
from consultation.application.imports.shapes import misfit
from consultation.application.imports.waiting import HeldLines
from consultation.application.imports.words import SearchWords
from consultation.application.ports import Transaction
from consultation.domain.debates import Debate, Owner, Theme
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import Entry, EntryKind
from consultation.domain.limits import Limits
from consultation.domain.participation import ANYONE, Participation
from consultation.domain.period import Period, check_period
from consultation.domain.posts import PostKind
from consultation.domain.voting import ANSWERS, VoteValue

Batch = list[tuple[int, Record]]
_HEADER: Final = 1
_instant: Final = datetime.fromisoformat


def import_archive(
    tx: Transaction,
    store: BulkStore,
    lines: Iterable[ArchiveLine],
    organisation: str | None = None,
    progress: Progress = no_progress,
) -> Imported | Refused:
    """Store the debate of an archive under its own id, into the organisation with this slug.

    Without a slug the archive's own organisation is looked for; it must exist. Refused when the
    debate exists already or another one has its slug. Raises UnfitArchiveError for what does
    not fit together. Counters and search words are made anew, never believed.
    """
    following = iter(lines)
    _, _, header = next(following)
    begun = _begin(tx, store, header, organisation)
    if isinstance(begun, Refused):
        return begun
    archive = _Archive(tx, store, begun, sparse=header["source"] is not None)
    counts = dict.fromkeys(Section, 0) | {Section.DEBATE: 1}
    for section, batch in batches(following):
        archive.take(section, batch)
        counts[section] += len(batch)
        progress(section, counts[section])
    archive.finish()
    return Imported(begun.uid, begun.owner.slug, begun.slug, counts)


def _begin(tx: Transaction, store: BulkStore, header: Record, organisation: str | None) -> Debate | Refused:
    owner = tx.organisations.lock(organisation or header["organisation"]["slug"])
    if owner is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    if tx.debates.lock(UUID(header["id"])) is not None:
        return Refused(RefusalCode.DEBATE_EXISTS)
    if tx.debates.slug_taken(owner.key, header["slug"]):
        return Refused(RefusalCode.SLUG_TAKEN, {"slug": header["slug"]})
    debate = _debate_of(header, Owner(owner.key, owner.slug, owner.name, owner.revision))
    key = tx.debates.add(debate, debate.last_act_at)
    if header["source"] is not None:
        store.describe_source(key, header["source"])
    return replace(debate, key=key)


def _debate_of(header: Record, owner: Owner) -> Debate:
    zone = header["time_zone"]
    opens_at, closes_at = _instant(header["opens_at"]), _instant(header["closes_at"])
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnfitArchiveError(_HEADER, "time_zone", "is no IANA time zone") from error
    if not check_period(opens_at, closes_at, zone).allowed:
        raise UnfitArchiveError(_HEADER, "closes_at", "is not later than opens_at")
    try:
        limits = Limits.from_mapping(header["limits"])
    except ValueError as error:
        raise UnfitArchiveError(_HEADER, "limits", str(error)) from error
    participation = ANYONE
    if header["participation"] is not None:
        try:
            participation = Participation.from_mapping(header["participation"])
        except ValueError as error:
            raise UnfitArchiveError(_HEADER, "participation", str(error)) from error
    themes = tuple(Theme(**theme) for theme in header["themes"])
    if len({theme.slug for theme in themes}) < len(themes):
        raise UnfitArchiveError(_HEADER, "themes", "has a slug twice")
    return Debate(
        key=0,
        uid=UUID(header["id"]),
        owner=owner,
        slug=header["slug"],
        title=header["title"],
        description=header["description"],
        language=header["language"],
        time_zone=zone,
        period=Period(opens_at, closes_at),
        published_at=None if header["published_at"] is None else _instant(header["published_at"]),
        last_act_at=_instant(header["created_at"]),
        limits=limits,
        themes=themes,
        participation=participation,
        last_number=header["last_number"],
    )


class _Archive:
    """What is known of an archive so far: only what the next line is checked against."""

    def __init__(self, tx: Transaction, store: BulkStore, debate: Debate, *, sparse: bool) -> None:
        self._store = store
        self._debate = debate
        self._sparse = sparse
        self._themes = frozenset(theme.slug for theme in debate.themes)
        self._now = tx.now()
        self._words = SearchWords(debate.language)
        self._number = 0
        # Responses whose contribution has not come yet: as many as officials wrote, one by one.
        self._answers: dict[int, int] = {}
        self._place: tuple[object, ...] = ()
        self._section = Section.DEBATE
        self._furthest = (0, _HEADER)
        self._journal_length = 0
        self._last_act_at = debate.last_act_at
        moderation = CaseLines(store, debate.key, self._advance, self._refer)
        self._sections: dict[Section, Callable[[Batch], None]] = {
            Section.PARTICIPANT: self._participants,
            Section.ACT: self._acts,
            Section.POST: self._posts,
            Section.REVISION: self._revisions,
            Section.VOTE: self._votes,
            Section.UNLINKED_VOTE: self._unlinked_votes,
            Section.HELD_POST: HeldLines(store, debate, self._words, self._advance, self._refer).take,
            Section.CASE: moderation.cases,
            Section.REPORT: moderation.reports,
            Section.DECISION: moderation.decisions,
            Section.APPEAL: moderation.appeals,
            Section.JOURNAL: self._journal,
            Section.IMPORT_REPORT: lambda _: None,
        }

    def take(self, section: Section, batch: Batch) -> None:
        """Check a batch and store it."""
        if section is not self._section:
            self._section, self._place = section, ()
        self._sections[section](batch)
        if section is not Section.PARTICIPANT:
            records = [record for _, record in batch]
            self._store.add(self._debate.key, section, records)

    def finish(self) -> None:
        """Check what only the end can tell, and count."""
        if not self._sparse and self._number != self._debate.last_number:
            reason = f"is {self._debate.last_number}, but the posts end with #{self._number}"
            raise UnfitArchiveError(_HEADER, "last_number", reason)
        for number, line in self._answers.items():
            reason = f"is #{number}, which is no post of this file"
            raise UnfitArchiveError(line, "content/number", reason)
        sequence, line = self._furthest
        if sequence > self._journal_length:
            reason = f"is {sequence}, but the journal has {self._journal_length} entries"
            raise UnfitArchiveError(line, "sequence", reason)
        self._store.finish(
            self._debate.key, self._debate.last_number, self._journal_length, self._last_act_at
        )

    def _advance(self, line: int, field: str, place: tuple[int | str, ...]) -> None:
        """The order of the lines makes every duplicate visible."""
        if place <= self._place:
            raise UnfitArchiveError(line, field, "is not above that of the line before")
        self._place = place

    def _refer(self, line: int, sequence: int | None) -> None:
        if sequence is not None and sequence > self._furthest[0]:
            self._furthest = (sequence, line)

    def _participants(self, batch: Batch) -> None:
        uids = [record["id"] for _, record in batch]
        known = self._store.known_people(uids)
        for line, record in batch:
            self._advance(line, "id", (record["id"],))
            if record["id"] in known:
                raise UnfitArchiveError(line, "id", "is taken: a person here has this id")
        people = [Newcomer(uid, f"Participant {uid[-6:]}") for uid in uids]
        self._store.add_people(self._debate.uid, people, self._debate.language, self._now)

    def _acts(self, batch: Batch) -> None:
        for line, record in batch:
            self._advance(line, "sequence", (record["sequence"],))
            self._refer(line, record["sequence"])
            record["number"] = self._answered(line, record)

    def _answered(self, line: int, record: Record) -> int | None:
        """The number that a response answers. Whether a contribution bears it, the posts tell later."""
        number = record["content"].get("number")
        if number is None:
            return None
        if number > self._debate.last_number:
            raise UnfitArchiveError(line, "content/number", f"is above {self._debate.last_number}, the last")
        self._answers.setdefault(number, line)
        return int(number)

    def _posts(self, batch: Batch) -> None:
        authors = self._people(record["author"] for _, record in batch)
        parents = self._parents(batch)
        references = {record["reference"] for _, record in batch} - {None}
        known = self._store.known_references(self._debate.key, references) if references else set()
        for line, record in batch:
            number, parent, author = record["number"], record["contribution"], record.pop("author")
            self._check_number(line, number)
            wrong = misfit(record, self._themes)
            if wrong is not None:
                raise UnfitArchiveError(line, *wrong)
            if parent is not None and (parent >= number or parents.get(parent) is not PostKind.CONTRIBUTION):
                raise UnfitArchiveError(line, "contribution", "is no contribution that stands before it")
            if author is not None and author not in authors:
                raise UnfitArchiveError(line, "author", "is no participant of this file")
            if record["reference"] in known:
                raise UnfitArchiveError(line, "reference", "stands at an earlier post too")
            if record["reference"] is not None:
                known.add(record["reference"])
            if number in self._answers and record["kind"] != PostKind.CONTRIBUTION:
                reason = f"is #{number}, which is no contribution"
                raise UnfitArchiveError(self._answers[number], "content/number", reason)
            self._answers.pop(number, None)
            self._refer(line, record["sequence"])
            self._refer(line, record["state_sequence"])
            record["author_key"] = authors.get(author)
            record["search_terms"] = self._words.of(record["title"], record["body"])

    def _parents(self, batch: Batch) -> dict[int, PostKind]:
        numbers = {record["contribution"] for _, record in batch} - {None}
        kinds = {record["number"]: PostKind(record["kind"]) for _, record in batch}
        stored = self._store.targets(self._debate.key, numbers - kinds.keys())
        return kinds | {number: target.kind for number, target in stored.items()}

    def _check_number(self, line: int, number: int) -> None:
        if number <= self._number:
            raise UnfitArchiveError(line, "number", f"is not above #{self._number}, which stands before it")
        if number > self._debate.last_number:
            raise UnfitArchiveError(line, "number", f"is above last_number, {self._debate.last_number}")
        if not self._sparse and number != self._number + 1:
            reason = f"leaves out #{self._number + 1}: only a debate with a source may have gaps"
            raise UnfitArchiveError(line, "number", reason)
        self._number = number

    def _revisions(self, batch: Batch) -> None:
        targets = self._targets(batch)
        for line, record in batch:
            number, revision = record["number"], record["revision"]
            self._advance(line, "revision", (number, revision))
            target = _target(targets, line, number)
            if revision >= target.revision:
                reason = f"is not below the present revision of #{number}, {target.revision}"
                raise UnfitArchiveError(line, "revision", reason)
            self._refer(line, record["sequence"])

    def _votes(self, batch: Batch) -> None:
        targets = self._targets(batch)
        voters = self._people(record["participant"] for _, record in batch)
        for line, record in batch:
            number, voter = record["number"], record.pop("participant")
            self._advance(line, "participant", (number, voter))
            target = _target(targets, line, number)
            if voter not in voters:
                raise UnfitArchiveError(line, "participant", "is no participant of this file")
            _check_ballot(target, line, record)
            self._refer(line, record["sequence"])
            record["person_key"] = voters[voter]

    def _unlinked_votes(self, batch: Batch) -> None:
        targets = self._targets(batch)
        for line, record in batch:
            number = record["number"]
            self._advance(line, "value", (number, record["value"], record["revision"]))
            _check_ballot(_target(targets, line, number), line, record)

    def _journal(self, batch: Batch) -> None:
        for line, record in batch:
            sequence, number, at = record["sequence"], record["number"], _instant(record["at"])
            if sequence != self._journal_length + 1:
                raise UnfitArchiveError(line, "sequence", f"is not {self._journal_length + 1}, the next")
            if self._journal_length and at < self._last_act_at:
                raise UnfitArchiveError(line, "at", "is earlier than that of the entry before")
            if at > self._now:
                raise UnfitArchiveError(line, "at", "is yet to come: nothing is recorded ahead of time")
            if number is not None and number > self._debate.last_number:
                raise UnfitArchiveError(line, "number", f"is above last_number, {self._debate.last_number}")
            kind = EntryKind(record["kind"])
            digest = bytes.fromhex(record["digest"])
            entry = Entry(self._debate.uid, sequence, at, kind, number, digest)
            if entry.leaf_hash().hex() != record["leaf_hash"]:
                raise UnfitArchiveError(line, "leaf_hash", "is not that of this entry")
            self._journal_length, self._last_act_at = sequence, at

    def _people(self, uids: Iterator[str | None]) -> dict[str, int]:
        return self._store.people_of(self._debate.uid, {uid for uid in uids if uid is not None})

    def _targets(self, batch: Batch) -> dict[int, Target]:
        return self._store.targets(self._debate.key, {record["number"] for _, record in batch})


def _target(targets: dict[int, Target], line: int, number: int) -> Target:
    target = targets.get(number)
    if target is None:
        raise UnfitArchiveError(line, "number", f"is #{number}, which is no post of this file")
    return target


def _check_ballot(target: Target, line: int, record: Record) -> None:
    if VoteValue(record["value"]) not in ANSWERS[target.kind]:
        raise UnfitArchiveError(line, "value", f"is no vote on a post of kind {target.kind}")
    if record["revision"] > target.revision:
        number = record["number"]
        raise UnfitArchiveError(line, "revision", f"is above that of #{number}, {target.revision}")
