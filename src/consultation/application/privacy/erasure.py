"""Erasing a person, debate by debate, so that it can be taken up again wherever it broke off.

First the account is closed: address, sessions and all that it signs in with go in one
transaction, which also notes that an erasure is under way. Then debates are done one after the
other, each under its lock, in the order of their keys. The account's row goes last. Whoever
repeats any of it finds what is left and goes on; the hourly job does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from consultation.application.confirmation import check_confirmation
from consultation.application.journal import NOTHING, advanced, record, take_place
from consultation.application.ports import (
    Digests,
    Erased,
    Parting,
    Transaction,
    UnitOfWork,
)
from consultation.application.posts import counts_of, reply_field
from consultation.domain.actors import ANONYMOUS
from consultation.domain.contents import erasure_content, held_state_content, post_content, state_content
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.erasure import (
    ErasureMode,
    check_handed_over,
    erased,
    loses_text,
    unsigned,
)
from consultation.domain.held import HeldPost, HeldState, erase, held_state
from consultation.domain.journal import EntryKind
from consultation.domain.moderation import Case
from consultation.domain.posts import Post, PostState

POSTS_AT_ONCE: Final = 100
"""Posts that are erased under one lock of their debate: others wait that long, and no longer."""

Result = TypeVar("Result")
_ROLE: Final = "participant"


def begin_own_erasure(
    tx: Transaction, digests: Digests, person_key: int, token: str, mode: ErasureMode
) -> Parting | Refused:
    """Begin the erasure that a person asks for, if the sign-in is young enough to confirm it."""
    decision = check_confirmation(tx, digests, token)
    if isinstance(decision, Refused):
        return decision
    return begin_erasure(tx, digests, person_key, mode)


def begin_erasure(tx: Transaction, digests: Digests, person_key: int, mode: ErasureMode) -> Parting | Refused:
    """Close an account and note that it is being erased. Refused to the last administrator."""
    # Organisations before people, as everything that gives or takes a role locks them.
    decision = check_handed_over(tx.erasing.administered_alone(person_key))
    if isinstance(decision, Refused):
        return decision
    if tx.platform.includes(person_key) and len(tx.platform.lock()) == 1:
        return Refused(RefusalCode.LAST_PLATFORM_ADMINISTRATOR)
    # Debates before people as well. Who puts off a close meanwhile would not yet find the departure noted.
    tx.erasing.hold_periods(person_key)
    account = tx.erasing.lock(person_key)
    if account is None:
        return Refused(RefusalCode.SESSION_INVALID)
    now = tx.now()
    until = tx.erasing.last_close(person_key, now)
    if until is not None:
        known_by = [digests.identity(*identity) for identity in tx.erasing.identities(person_key)]
        if account.email is not None:
            known_by.append(digests.identity("", account.email))
        for identity in known_by:
            tx.erasing.note_departure(identity, until)
    tx.erasing.list_erasure(Erased(digests.person(account.uid), mode, now))
    if account.email is not None:
        tx.people.remove_code(digests.address(account.email))
    tx.erasing.begin(person_key, mode)
    return Parting(person_key, mode)


def erase_in_debate(tx: Transaction, parting: Parting, debate_uid: UUID) -> bool:
    """Erase some of what a person has in one debate; is there more?

    The last part, which turns the votes into counts, has an entry of its own in the journal. Somebody
    of whom only something was held took no part, and gets none: these entries count participants.
    """
    debate = tx.debates.lock(debate_uid)
    if debate is None:
        return False
    takes_part = tx.erasing.takes_part(debate.key, parting.person_key)
    found = tx.erasing.posts(debate.key, parting.person_key, POSTS_AT_ONCE + 1)
    for post in found[:POSTS_AT_ONCE]:
        if loses_text(post.state, parting.mode):
            debate = _erase(tx, debate, post)
        else:
            debate = _unsign(tx, debate, post)
    if len(found) > POSTS_AT_ONCE:
        return True
    for held, case in tx.erasing.held(debate.key, parting.person_key):
        debate = _erase_held(tx, debate, held, case)
    if takes_part:  # and not: only sent what was held, or another process was here before us
        _unlink_votes(tx, debate, parting.person_key)
    return False


def _unsign(tx: Transaction, debate: Debate, post: Post) -> Debate:
    """Take the name from a post and its revisions; what stays gets a digest that can be checked."""
    for revision in (*tx.erasing.revisions(debate.key, post), post):
        at = debate.effective(tx.now())
        nameless = unsigned(revision)
        place = take_place(tx, debate, at)
        content = post_content(nameless)
        _, mark, _ = record(
            tx, debate, at, EntryKind.POST_UNSIGNED, place.sequence, post.number, content, ANONYMOUS
        )
        if revision is post:
            tx.erasing.unsign(debate.key, nameless, mark)
        else:
            tx.erasing.unsign_revision(debate.key, nameless, mark)
        debate = advanced(debate, at, place)
    return debate


def _erase(tx: Transaction, debate: Debate, post: Post) -> Debate:
    """Put a tombstone in the place of a post."""
    at = debate.effective(tx.now())
    was_visible = post.state is PostState.VISIBLE
    counts = counts_of(post.kind, post.side, -1) if was_visible else NOTHING
    after = erased(post, at)
    place = take_place(tx, debate, at, counts=counts)
    content = state_content(after)
    _, mark, _ = record(
        tx, debate, at, EntryKind.POST_ERASED, place.sequence, post.number, content, ANONYMOUS
    )
    tx.erasing.erase(debate.key, after, mark)
    if was_visible and post.contribution is not None:
        tx.posts.count_reply(debate.key, post.contribution, reply_field(post.side), -1)
    return advanced(debate, at, place)


def _erase_held(tx: Transaction, debate: Debate, held: HeldPost, case: Case) -> Debate:
    """Erase what was held. What was never published gets an entry that says why nothing came of it."""
    at = debate.effective(tx.now())
    ended, left = erase(case, held, at)
    state = held_state(held.kept, case.measure)
    if state not in {HeldState.HELD, HeldState.REFUSED}:
        tx.erasing.erase_held(left, at, None)
        return debate
    place = take_place(tx, debate, at)
    content = held_state_content(held.uid, left.kept.value, at)
    kind = EntryKind.HELD_ERASED
    _, mark, _ = record(tx, debate, at, kind, place.sequence, None, content, ANONYMOUS)
    tx.cases.save(ended)
    tx.erasing.erase_held(left, at, mark)
    return advanced(debate, at, place)


def _unlink_votes(tx: Transaction, debate: Debate, person_key: int) -> None:
    at = debate.effective(tx.now())
    tx.erasing.forget_salts(debate.key)
    unlinked = tx.erasing.unlink_votes(debate.key, person_key)
    content = erasure_content(unlinked.votes, unlinked.sha256)
    place = take_place(tx, debate, at)
    entry, mark, _ = record(tx, debate, at, EntryKind.PERSON_ERASED, place.sequence, None, content, ANONYMOUS)
    tx.debates.record_act(debate.key, entry, _ROLE, None, "", content, mark.salt)


def finish_erasure(tx: Transaction, parting: Parting) -> bool:
    """Delete the account when nothing of it is left in any debate; is it gone?"""
    if tx.erasing.lock(parting.person_key) is None:
        return True
    # A post that was under way when the account was closed may have come in behind us.
    if tx.erasing.debates(parting.person_key):
        return False
    tx.erasing.remove(parting.person_key)
    return True


@dataclass(frozen=True, slots=True)
class Eraser:
    """Carries erasures out. `tidy` makes the database let go of what was deleted."""

    work: UnitOfWork
    digests: Digests
    tidy: Callable[[], None]

    def erase(self, person_key: int, mode: ErasureMode) -> Refused | None:
        """Erase a person, from the first step to the last."""
        parting = self.work.perform(lambda tx: begin_erasure(tx, self.digests, person_key, mode))
        if isinstance(parting, Refused):
            return parting
        self.go_on(parting)
        return None

    def go_on(self, parting: Parting) -> None:
        """Carry on an erasure that has begun, to its end."""
        while True:
            for debate in self._done(lambda tx: tx.erasing.debates(parting.person_key)):
                while self._done(partial(erase_in_debate, parting=parting, debate_uid=debate)):
                    pass
            if self._done(lambda tx: finish_erasure(tx, parting)):
                break
        self.tidy()

    def resume(self) -> int:
        """Carry on all erasures that broke off; how many."""
        waiting = self._done(lambda tx: tx.erasing.under_way())
        for parting in waiting:
            self.go_on(parting)
        return len(waiting)

    def apply(self, listed: Iterable[Erased]) -> tuple[int, list[Refused]]:
        """Erase again whom a restored backup brought back; how many, and who could not be."""
        modes = {one.person_digest: one.mode for one in listed}
        known = self._done(lambda tx: [*tx.erasing.everybody()])
        found = [(key, modes.get(self.digests.person(uid))) for key, uid in known]
        outcomes = [self.erase(key, mode) for key, mode in found if mode is not None]
        refused = [outcome for outcome in outcomes if outcome is not None]
        return len(outcomes) - len(refused), refused

    def listed(self) -> list[Erased]:
        """The list of erasures, oldest first."""
        return self._done(lambda tx: [*tx.erasing.listed()])

    def _done(self, command: Callable[[Transaction], Result]) -> Result:
        result = self.work.perform(command)
        assert not isinstance(result, Refused)  # noqa: S101 - none of these commands refuses
        return result
