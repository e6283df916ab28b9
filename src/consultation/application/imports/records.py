"""Bringing in what a reader of foreign files found: a new debate with a journal of its own.

Posts are numbered in the order in which they come, each keeps its source's reference, and each
post and each vote gets its entry in the journal. The entries say when we recorded them, which
is the instant of the import; when things happened, the posts and votes say themselves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from consultation.application.debates import DESCRIPTION_MAX, TITLE_MAX, free_slug
from consultation.application.exports import Progress, Section, no_progress
from consultation.application.imported import ImportedDebate
from consultation.application.imports.ports import BATCH_RECORDS, THEME_MAX, BulkStore, Imported
from consultation.application.imports.recording import Recording
from consultation.application.imports.shapes import printable
from consultation.application.organisations import SLUG, SLUG_MAX
from consultation.application.ports import Organisation, Transaction
from consultation.domain.debates import Debate, Owner, Theme
from consultation.domain.decisions import RefusalCode, Refused, first_refusal
from consultation.domain.period import Period, check_period
from consultation.domain.texts import check_text, tidy, tidy_line

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """Into what the records are to be made. Instants are aware.

    `format` and `files` say publicly where the debate comes from: names, no paths. `slug` None
    makes one from the title; `language` None takes the organisation's.
    """

    organisation: str
    title: str
    opens_at: datetime
    closes_at: datetime
    format: str
    files: tuple[str, ...]
    description: str = ""
    slug: str | None = None
    language: str | None = None


def import_records(
    tx: Transaction,
    store: BulkStore,
    plan: ImportPlan,
    imported: ImportedDebate,
    progress: Progress = no_progress,
) -> Imported | Refused:
    """Store what was read as a new, published debate, all of it or nothing.

    A record that does not fit our store is left out with what hangs on it, and listed in the
    result and in the stored report. Totals without ballots stay beside the posts as reported
    and never enter our counters. Raises ValueError when the plan's slug is no slug.
    """
    owner = tx.organisations.lock(plan.organisation)
    if owner is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    begun = _begin(tx, owner, plan, imported)
    if isinstance(begun, Refused):
        return begun
    source = {"format": plan.format, "files": list(plan.files)}
    store.describe_source(begun.key, printable(source))
    recording = Recording(tx, store, begun)
    recording.debate_itself()
    for posts in _batched(imported.posts):
        recording.posts(posts)
        progress(Section.POST, recording.counts[Section.POST])
    for votes in _batched(imported.votes):
        recording.votes(votes)
        progress(Section.VOTE, recording.counts[Section.VOTE])
    recording.finish(plan.format, imported.report)
    return Imported(
        debate=begun.uid,
        organisation=owner.slug,
        slug=begun.slug,
        counts={section: recording.counts[section] for section in Section},
        not_stored=tuple(recording.not_stored),
    )


def _begin(
    tx: Transaction, owner: Organisation, plan: ImportPlan, imported: ImportedDebate
) -> Debate | Refused:
    title, description = tidy_line(plan.title), tidy(plan.description)
    themes = tuple(
        Theme(theme.slug, tidy_line(theme.title) or theme.slug, tidy(theme.description))
        for theme in imported.themes
    )
    decision = first_refusal(
        check_text("title", title, 1, TITLE_MAX),
        check_text("description", description, 0, DESCRIPTION_MAX),
        *(check_text("themes", theme.slug, 1, THEME_MAX) for theme in themes),
        *(check_text("themes", theme.title, 1, TITLE_MAX) for theme in themes),
        *(check_text("themes", theme.description, 0, DESCRIPTION_MAX) for theme in themes),
        check_period(plan.opens_at, plan.closes_at, owner.time_zone),
    )
    if isinstance(decision, Refused):
        return decision
    if plan.slug is not None and (len(plan.slug) > SLUG_MAX or not SLUG.fullmatch(plan.slug)):
        raise ValueError(f"{plan.slug!r} is no slug of lower-case letters, digits and single hyphens")
    if plan.slug is not None and tx.debates.slug_taken(owner.key, plan.slug):
        return Refused(RefusalCode.SLUG_TAKEN, {"slug": plan.slug})
    now = tx.now()
    debate = Debate(
        key=0,
        uid=tx.ids.uid(),
        owner=Owner(owner.key, owner.slug, owner.name, owner.revision),
        slug=plan.slug or free_slug(tx, owner.key, title),
        title=title,
        description=description,
        language=plan.language or owner.locale,
        time_zone=owner.time_zone,
        period=Period(plan.opens_at, plan.closes_at),
        published_at=now,
        last_act_at=now,
        themes=themes,
    )
    return replace(debate, key=tx.debates.add(debate, now))


def _batched(items: Iterable[Item]) -> Iterator[list[Item]]:
    following = iter(items)
    while batch := list(islice(following, BATCH_RECORDS)):
        yield batch
