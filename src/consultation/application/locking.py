"""How every act in a debate begins: lock the row, then read the clock, then ask the rules."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from consultation.application.ports import Transaction
from consultation.domain.actors import Person
from consultation.domain.debates import Debate, asks_standing, check_act
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act


@dataclass(frozen=True, slots=True)
class Locked:
    """A debate whose row is ours until the transaction ends.

    `now` is what the clock said after the lock was taken, `at` the effective instant, at which
    the act will stand in the journal. `actor` has the standing that the debate asks for.
    """

    debate: Debate
    now: datetime
    at: datetime
    actor: Person


def lock_for(tx: Transaction, debate_uid: UUID, act: Act, actor: Person) -> Locked | Refused:
    """Lock a debate for an act of taking part, if the rules allow it as far as they can tell yet.

    Nothing that depends on the debate may be read before: what was read could be stale.
    """
    debate = tx.debates.lock(debate_uid)
    if debate is None:
        return Refused(RefusalCode.DEBATE_NOT_FOUND)
    now = tx.now()
    if asks_standing(debate, act):
        actor = replace(actor, standing=tx.participations.standing(debate.key, actor.key))
    decision = check_act(debate, act, actor, now)
    if isinstance(decision, Refused):
        return decision
    return Locked(debate, now, debate.effective(now), actor)
