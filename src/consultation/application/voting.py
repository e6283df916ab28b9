"""Casting, changing and taking back a vote."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consultation.application.journal import record, take_place
from consultation.application.locking import lock_for
from consultation.application.ports import Counts, Transaction
from consultation.application.posts import post_not_found
from consultation.domain.actors import Person
from consultation.domain.contents import vote_content
from consultation.domain.decisions import Refused
from consultation.domain.journal import EntryKind, Receipt
from consultation.domain.permissions import Act
from consultation.domain.posts import PostKind
from consultation.domain.voting import Vote, VoteValue, cast, tally_change


@dataclass(frozen=True, slots=True)
class Voted:
    """A person's vote as it stands after an act; None after it was taken back.

    `receipt` is None when nothing changed.
    """

    vote: Vote | None
    at: datetime
    receipt: Receipt | None


def _counts(kind: PostKind, change: int, participants: int) -> Counts:
    if kind is PostKind.CONTRIBUTION:
        return Counts(votes=change, participants=participants)
    return Counts(supports=change, participants=participants)


def cast_vote(
    tx: Transaction, debate_uid: UUID, number: int, actor: Person, value: VoteValue
) -> Voted | Refused:
    """Vote on a post, in place of the person's earlier vote.

    The same value on the same revision changes nothing and leaves no journal entry.
    """
    locked = lock_for(tx, debate_uid, Act.VOTE, actor)
    if isinstance(locked, Refused):
        return locked
    debate, now, at, actor = locked.debate, locked.now, locked.at, locked.actor
    post, before, elsewhere = tx.votes.find(debate.key, number, actor.key)
    if post is None:
        return post_not_found(number)
    after = cast(debate, post, value, actor, now)
    if isinstance(after, Refused):
        return after
    if after == before:
        return Voted(after, at, None)

    first = before is None
    counts = _counts(post.kind, int(first), int(first and not elsewhere))
    place = take_place(tx, debate, at, counts=counts)
    content = vote_content(number, after, at)
    _, mark, receipt = record(tx, debate, at, EntryKind.VOTE_CAST, place.sequence, number, content, actor)
    tx.votes.put(debate.key, number, actor.key, after, at, mark)
    tx.votes.count(debate.key, number, tally_change(post.revision, before, after))
    return Voted(after, at, receipt)


def take_back_vote(tx: Transaction, debate_uid: UUID, number: int, actor: Person) -> Voted | Refused:
    """Take one's vote back, from a tombstone too. Without a vote nothing happens."""
    locked = lock_for(tx, debate_uid, Act.TAKE_BACK_VOTE, actor)
    if isinstance(locked, Refused):
        return locked
    debate, _now, at = locked.debate, locked.now, locked.at
    post, before, elsewhere = tx.votes.find(debate.key, number, actor.key)
    if post is None:
        return post_not_found(number)
    if before is None:
        return Voted(None, at, None)

    place = take_place(tx, debate, at, counts=_counts(post.kind, -1, 0 if elsewhere else -1))
    content = vote_content(number, before, at)
    _, _, receipt = record(tx, debate, at, EntryKind.VOTE_WITHDRAWN, place.sequence, number, content, actor)
    tx.votes.remove(debate.key, number, actor.key)
    tx.votes.count(debate.key, number, tally_change(post.revision, before, None))
    return Voted(None, at, receipt)
