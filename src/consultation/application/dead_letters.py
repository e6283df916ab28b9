"""What the worker has given up: seen and tried again by the administrators of the platform."""

from uuid import UUID

from consultation.application.platform import check_platform
from consultation.application.ports import Account, Transaction
from consultation.application.readers import Page, Snapshot, Window
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act, check_permission


def read_dead_letters(snapshot: Snapshot, account: Account, window: Window) -> Page | Refused:
    """Jobs that were given up, the newest first."""
    runs_platform = snapshot.runs_platform(account.key)
    person = Person(account.key, account.name, runs_platform=runs_platform)
    decision = check_permission(Act.MANAGE_JOBS, person)
    return decision if isinstance(decision, Refused) else snapshot.dead_letters(window)


def replay_dead_letter(tx: Transaction, account: Account, uid: UUID) -> UUID | Refused:
    """Make one due again, with its attempts counted anew."""
    decision = check_platform(tx, Act.MANAGE_JOBS, account)
    if isinstance(decision, Refused):
        return decision
    if not tx.jobs.revive(uid, tx.now()):
        return Refused(RefusalCode.DEAD_LETTER_NOT_FOUND)
    return uid
