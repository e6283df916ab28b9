"""From journal entries, and from the passing of time, to notices and messages."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from consultation.application.ports import (
    Happened,
    JobKind,
    NewJob,
    NewNotice,
    Stretch,
    Transaction,
)
from consultation.domain.journal import Canonical
from consultation.domain.notices import CLOSING_NOTICE, NoticeKind, kinds_of_decision, next_digest

_DIGESTS_AT_ONCE: Final = 100
_CLOSES_AT_ONCE: Final = 10
_TOLD_AT_ONCE: Final = 200
"""Followers in one transaction, which holds the writers of SQLite for as long as it lasts."""


def plan_decision(tx: Transaction, entry: Happened) -> Iterable[NewJob]:
    """Tell the author of the post and whoever reported it what was decided."""
    audience = tx.notices.audience(entry.debate_key, entry.sequence)
    if audience is None:
        return
    to_author, to_reporters = kinds_of_decision(audience.instance, audience.measure)
    if to_author is not None and audience.author_key is not None:
        yield _told(tx, audience.author_key, to_author, entry)
    if to_reporters is None:
        return
    for reporter in audience.reporters:
        yield _told(tx, reporter, to_reporters, entry)
    for report in audience.strangers:
        payload = {
            "answer": str(report),
            "decision": str(audience.decision),
            "kind": to_reporters.value,
        }
        yield NewJob(JobKind.MAIL, payload, tx.now(), entry.debate_key, entry.sequence)


def plan_publication(tx: Transaction, entry: Happened) -> Iterable[NewJob]:
    """Tell whoever sent a text that waited that it is published; on appeal, as the outcome of that."""
    if entry.number is None:
        return
    published = tx.notices.published(entry.debate_key, entry.number, entry.at)
    if published is not None:
        author_key, on_appeal = published
        yield _told(tx, author_key, NoticeKind.APPEAL_OUTCOME if on_appeal else NoticeKind.PUBLISHED, entry)


def _told(tx: Transaction, person_key: int, kind: NoticeKind, entry: Happened) -> NewJob:
    notice = NewNotice(
        uid=tx.ids.uid(),
        person_key=person_key,
        kind=kind,
        debate_key=entry.debate_key,
        number=entry.number,
        sequence=entry.sequence,
        at=entry.at,
    )
    return _mailed(tx, notice)


def _mailed(tx: Transaction, notice: NewNotice) -> NewJob:
    """Keep a notice; the message about it. Whether it is wanted is looked at when it is sent."""
    tx.notices.add(notice)
    payload = {"notice": str(notice.uid)}
    return NewJob(JobKind.MAIL, payload, tx.now(), notice.debate_key, notice.sequence)


def plan_news(tx: Transaction, entry: Happened) -> Iterable[NewJob]:
    """Tell those of an entry who follow what it is news of and want to know at once."""
    following = sorted(tx.follows.followers_at_once(entry), key=lambda one: (one.person_key, one.uid))
    for _, group in groupby(following, key=lambda one: one.person_key):
        stretches = [Stretch(one.uid, one.told, entry.sequence) for one in group]
        yield _news(tx, stretches, entry.debate_key, entry.sequence)


def plan_digests(tx: Transaction, since: datetime, until: datetime) -> Iterable[NewJob]:
    """One digest to whoever is due, of all that happened since the last one.

    Up to where a person was told is written together with the job that tells: so nothing is left
    out and nothing comes twice, however often digests are late or a person changes how often.
    """
    del since
    for person_key, frequency in tx.follows.digests_due(until, _DIGESTS_AT_ONCE):
        stretches = [Stretch(one.uid, one.told, end) for one, end in tx.follows.behind(person_key)]
        tx.follows.plan_digest(person_key, next_digest(frequency, until))
        if stretches:
            yield _news(tx, stretches)


def _news(
    tx: Transaction,
    stretches: Sequence[Stretch],
    debate_key: int | None = None,
    sequence: int | None = None,
) -> NewJob:
    tx.follows.tell(stretches)
    told: list[Canonical] = [[str(one.follow), one.after, one.until] for one in stretches]
    return NewJob(JobKind.MAIL, {"news": told}, tx.now(), debate_key, sequence)


def plan_closing(tx: Transaction, since: datetime, until: datetime) -> Iterable[NewJob]:
    """Tell followers that a debate is about to close; again when the close was put off.

    Each time so many of them, in the order of their keys; how far is written together with what
    tells them. Who follows something meanwhile and stands before that place knows the close already.
    """
    del since
    left = _TOLD_AT_ONCE
    for closing in tx.follows.closing(until, until + CLOSING_NOTICE, _CLOSES_AT_ONCE):
        followers = tx.follows.followers(closing.debate_key, closing.place, left)
        tx.follows.note_closing(closing, followers[-1] if len(followers) == left else None)
        for person_key in followers:
            notice = NewNotice(
                uid=tx.ids.uid(),
                person_key=person_key,
                kind=NoticeKind.CLOSING_SOON,
                debate_key=closing.debate_key,
                number=None,
                sequence=None,
                at=until,
            )
            yield _mailed(tx, notice)
        left -= len(followers)
        if not left:
            return
