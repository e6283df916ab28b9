"""Running a debate: draft, change, publish, extend, close early, reopen."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count
from typing import Final
from uuid import UUID

from consultation.application.callers import staff_actor
from consultation.application.journal import acted, record
from consultation.application.ports import Counts, Official, Staff, Transaction
from consultation.domain import debates as rules
from consultation.domain.actors import Key, Person
from consultation.domain.contents import debate_content, period_content
from consultation.domain.debates import Debate, Owner, Theme, check_act
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused, first_refusal
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.limits import DEFAULT_LIMITS, Limits
from consultation.domain.participation import ANYONE, Participation, check_eased
from consultation.domain.period import Period, check_period
from consultation.domain.permissions import Act, acting_role, check_permission
from consultation.domain.texts import check_text, tidy, tidy_line

TITLE_MAX: Final = 500
DESCRIPTION_MAX: Final = 100_000
REASON_MAX: Final = 2_000
_NOT_IN_SLUGS: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class DebateDraft:
    """What a debate is created with.

    `slug` None makes one from the title; `language` None takes the organisation's.
    """

    title: str
    description: str
    opens_at: datetime
    closes_at: datetime
    slug: str | None = None
    language: str | None = None
    limits: Limits = DEFAULT_LIMITS
    themes: tuple[Theme, ...] = ()
    participation: Participation = ANYONE


@dataclass(frozen=True, slots=True)
class DebateEdit:
    """What an organiser wants to change: None leaves a part as it is."""

    title: str | None = None
    description: str | None = None
    slug: str | None = None
    language: str | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    limits: Limits | None = None
    themes: tuple[Theme, ...] | None = None
    participation: Participation | None = None

    def fields_of_drafts(self) -> tuple[str, ...]:
        """The changed fields that stand fast once a debate is published."""
        names = ("slug", "language", "opens_at", "closes_at", "limits")
        return tuple(name for name in names if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True)
class DebateActed:
    """A debate as it stands after an act, and the act's receipt (None when nothing changed)."""

    debate: Debate
    counts: Counts
    receipt: Receipt | None
    outcome: Official | None = None


def slug_of(title: str) -> str:
    """A slug of at most 80 characters made from a title: ASCII, lower case, hyphens."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return _NOT_IN_SLUGS.sub("-", ascii_title.lower()).strip("-")[:80].strip("-") or "debate"


def free_slug(tx: Transaction, organisation_key: int, title: str) -> str:
    """A slug made from a title, numbered where the organisation has it already."""
    wanted = slug_of(title)
    stem = wanted[:74].rstrip("-")  # no slug has two hyphens side by side
    taken = tx.debates.slugs(organisation_key, stem)
    numbered = (f"{stem}-{suffix}" for suffix in count(2))
    return next(slug for slug in chain([wanted], numbered) if slug not in taken)


def _check_texts(debate: Debate) -> Refused | None:
    decision = first_refusal(
        check_text("title", debate.title, 1, TITLE_MAX),
        check_text("description", debate.description, 0, DESCRIPTION_MAX),
        *(check_text("themes", theme.title, 1, TITLE_MAX) for theme in debate.themes),
        *(check_text("themes", theme.description, 0, DESCRIPTION_MAX) for theme in debate.themes),
    )
    return decision if isinstance(decision, Refused) else None


def _tidy_themes(themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
    return tuple(Theme(theme.slug, tidy_line(theme.title), tidy(theme.description)) for theme in themes)


def create_debate(
    tx: Transaction, organisation_slug: str, caller: Staff, draft: DebateDraft
) -> DebateActed | Refused:
    """Draft a debate in an organisation."""
    # Locked, so that of debates with one title, drafted at once, each finds a slug of its own.
    organisation = tx.organisations.lock(organisation_slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    actor = staff_actor(tx, caller, organisation.key)
    decision = first_refusal(
        check_permission(Act.CREATE_DEBATE, actor),
        check_period(draft.opens_at, draft.closes_at, organisation.time_zone),
    )
    if isinstance(decision, Refused):
        return decision
    if draft.slug is not None and tx.debates.slug_taken(organisation.key, draft.slug):
        return Refused(RefusalCode.SLUG_TAKEN, {"slug": draft.slug})

    now = tx.now()
    title = tidy_line(draft.title)
    debate = Debate(
        key=0,
        uid=tx.ids.uid(),
        owner=Owner(
            organisation.key,
            organisation.slug,
            organisation.name,
            organisation.revision,
            organisation.accent,
            organisation.logo,
        ),
        slug=draft.slug or free_slug(tx, organisation.key, title),
        title=title,
        description=tidy(draft.description),
        language=draft.language or organisation.locale,
        time_zone=organisation.time_zone,
        period=Period(draft.opens_at, draft.closes_at),
        published_at=None,
        last_act_at=now,
        limits=draft.limits,
        themes=_tidy_themes(draft.themes),
        participation=draft.participation,
    )
    unfit = _check_texts(debate)
    if unfit is not None:
        return unfit
    debate = acted(debate, now)
    debate = replace(debate, key=tx.debates.add(debate, now))
    role = acting_role(Act.CREATE_DEBATE, actor)
    return _record_texts(tx, debate, EntryKind.DEBATE_CREATED, role, actor, None)


def _record_texts(
    tx: Transaction,
    debate: Debate,
    kind: EntryKind,
    role: str,
    actor: Person | Key,
    outcome: Official | None,
) -> DebateActed:
    content = debate_content(
        debate.slug,
        debate.title,
        debate.description,
        debate.language,
        debate.period,
        debate.limits,
        debate.themes,
        debate.participation,
    )
    at = debate.last_act_at
    entry, mark, receipt = record(tx, debate, at, kind, debate.journal_length, None, content, actor)
    person_key = actor.key if isinstance(actor, Person) else None
    tx.debates.record_act(debate.key, entry, role, person_key, "", content, mark.salt)
    return DebateActed(debate, tx.debates.counts(debate.key), receipt, outcome)


def change_debate(
    tx: Transaction, debate_uid: UUID, caller: Staff, edit: DebateEdit
) -> DebateActed | Refused:
    """Change texts and themes before the close; slug, language, period and limits in a draft.

    What it asks of participants changes freely in a draft, and can only be eased once published.
    """
    debate = tx.debates.lock(debate_uid)
    if debate is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    actor = staff_actor(tx, caller, debate.owner.key)
    now = tx.now()
    decision = check_act(debate, Act.CHANGE_DEBATE, actor, now)
    if isinstance(decision, Refused):
        return decision
    fixed = ALLOWED if debate.published_at is None else _check_fixed(debate, edit)
    if isinstance(fixed, Refused):
        return fixed
    if edit.slug not in (None, debate.slug) and tx.debates.slug_taken(debate.owner.key, str(edit.slug)):
        return Refused(RefusalCode.SLUG_TAKEN, {"slug": edit.slug})
    opens_at = edit.opens_at or debate.period.opens_at
    closes_at = edit.closes_at or debate.period.closes_at
    fits = check_period(opens_at, closes_at, debate.time_zone)
    if isinstance(fits, Refused):
        return fits
    changed = replace(
        debate,
        title=debate.title if edit.title is None else tidy_line(edit.title),
        description=debate.description if edit.description is None else tidy(edit.description),
        slug=edit.slug or debate.slug,
        language=edit.language or debate.language,
        period=Period(opens_at, closes_at),
        limits=edit.limits or debate.limits,
        themes=debate.themes if edit.themes is None else _tidy_themes(edit.themes),
        participation=edit.participation or debate.participation,
    )
    if changed == debate:
        outcome = tx.officials.outcome(debate.key)
        return DebateActed(debate, tx.debates.counts(debate.key), None, outcome)
    unfit = _check_texts(changed) or _check_dropped_themes(tx, debate, changed)
    if unfit is not None:
        return unfit
    changed = acted(changed, debate.effective(now))
    outcome = tx.debates.save(changed)
    role = acting_role(Act.CHANGE_DEBATE, actor)
    return _record_texts(tx, changed, EntryKind.DEBATE_CHANGED, role, actor, outcome)


def _check_fixed(debate: Debate, edit: DebateEdit) -> Decision:
    """Does an edit leave alone what stands fast in a published debate?"""
    if edit.fields_of_drafts():
        return Refused(RefusalCode.DEBATE_ALREADY_PUBLISHED, {"field": edit.fields_of_drafts()[0]})
    return ALLOWED if edit.participation is None else check_eased(debate.participation, edit.participation)


def _check_dropped_themes(tx: Transaction, before: Debate, after: Debate) -> Refused | None:
    kept = {theme.slug for theme in after.themes}
    dropped = frozenset(theme.slug for theme in before.themes if theme.slug not in kept)
    used = tx.debates.themes_in_use(before.key, dropped) if dropped else frozenset()
    return Refused(RefusalCode.THEME_IN_USE, {"theme": min(used)}) if used else None


def _act_on_period(
    tx: Transaction,
    debate_uid: UUID,
    caller: Staff,
    act: Act,
    kind: EntryKind,
    reason: str,
    transition: Callable[[Debate, Person | Key, datetime], Debate | Refused],
) -> DebateActed | Refused:
    before = tx.debates.lock(debate_uid)
    if before is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    now = tx.now()
    actor = staff_actor(tx, caller, before.owner.key)
    reason = tidy(reason)
    after = transition(before, actor, now)
    if isinstance(after, Refused):
        return after
    fits = check_text("reason", reason, 0 if act is Act.PUBLISH else 1, REASON_MAX)
    if isinstance(fits, Refused):
        return fits

    at = before.effective(now)
    after = acted(after, at)
    outcome = tx.debates.save(after)
    if act in {Act.EXTEND, Act.REOPEN}:
        tx.erasing.prolong_departures(after.key, before.period.closes_at, after.period.closes_at)
    role = acting_role(act, actor)
    content = period_content(role, reason, before.period, after.period)
    entry, mark, receipt = record(tx, after, at, kind, after.journal_length, None, content, actor)
    person_key = actor.key if isinstance(actor, Person) else None
    tx.debates.record_act(after.key, entry, role, person_key, reason, content, mark.salt)
    return DebateActed(after, tx.debates.counts(after.key), receipt, outcome)


def publish_debate(
    tx: Transaction, debate_uid: UUID, caller: Staff, reason: str = ""
) -> DebateActed | Refused:
    """Publish a draft: from here on everybody can read it."""
    kind = EntryKind.DEBATE_PUBLISHED
    return _act_on_period(tx, debate_uid, caller, Act.PUBLISH, kind, reason, rules.publish)


def extend_period(
    tx: Transaction, debate_uid: UUID, caller: Staff, closes_at: datetime, reason: str
) -> DebateActed | Refused:
    """Move the close of a debate that is not closed to a later instant."""
    return _act_on_period(
        tx,
        debate_uid,
        caller,
        Act.EXTEND,
        EntryKind.PERIOD_EXTENDED,
        reason,
        lambda debate, actor, now: rules.extend(debate, actor, closes_at, now),
    )


def close_early(tx: Transaction, debate_uid: UUID, caller: Staff, reason: str) -> DebateActed | Refused:
    """Close an open debate now. Once this is committed no later write is accepted."""
    kind = EntryKind.PERIOD_CLOSED_EARLY
    return _act_on_period(tx, debate_uid, caller, Act.CLOSE, kind, reason, rules.close_early)


def reopen(
    tx: Transaction, debate_uid: UUID, caller: Staff, closes_at: datetime, reason: str
) -> DebateActed | Refused:
    """Open a closed debate again, until a later instant."""
    return _act_on_period(
        tx,
        debate_uid,
        caller,
        Act.REOPEN,
        EntryKind.PERIOD_REOPENED,
        reason,
        lambda debate, actor, now: rules.reopen(debate, actor, closes_at, now),
    )
