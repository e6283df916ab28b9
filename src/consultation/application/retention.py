"""Forgetting what has run out: the periods for each class of data, and what applies them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from consultation.application.moderation.ending import end_restriction
from consultation.application.people import CODE_WINDOW
from consultation.application.ports import (
    REPLAYED_FOR,
    Account,
    Clock,
    Mail,
    Mailer,
    MailRefused,
    MailUnavailable,
    Sleeper,
    Transaction,
    UnitOfWork,
)
from consultation.application.privacy.erasure import Eraser
from consultation.domain.decisions import Refused
from consultation.domain.erasure import ErasureMode
from consultation.domain.notices import KEPT as NOTICES_KEPT
from consultation.domain.notices import OffReason
from consultation.domain.participation_codes import TRIES_WINDOW
from consultation.domain.webhooks import LOG_KEPT

AT_ONCE: Final = 100
"""Accounts that one round looks at: the rest has time until the next hour."""
FILES_AT_ONCE: Final = 1_000
"""Closed cases that one round empties."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long each class of data is kept, at most. No `inactive_months` keeps accounts."""

    codes: timedelta = CODE_WINDOW
    sessions: timedelta = timedelta(days=30)
    archives: timedelta = timedelta(days=7)
    erasures: timedelta = timedelta(days=400)
    mail: timedelta = timedelta(days=30)
    inactive_months: int = 24
    warning: timedelta = timedelta(days=30)
    moderation_months: int = 12


DEFAULT: Final = Retention()

ACCEPTED_KEPT: Final = timedelta(days=90)
"""How long administrators can see who accepted an invitation."""


LETTERS_KEPT: Final = timedelta(days=90)
"""How long what the worker gave up can be tried again: what it tells of is old news after that."""

CONTACTS_KEPT: Final = timedelta(days=7)
"""How long after the last word the address of a notice stays, so that the answer can be sent again."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows went; of used participation codes, how many were mixed."""

    sessions: int = 0
    codes: int = 0
    answers: int = 0
    invitations: int = 0
    counters: int = 0
    proofs: int = 0
    archives: int = 0
    erasures: int = 0
    departures: int = 0
    wrong_codes: int = 0
    mixed_codes: int = 0
    rounds: int = 0
    deliveries: int = 0
    contacts: int = 0
    notices: int = 0
    files: int = 0
    letters: int = 0


def forget_expired(tx: Transaction, retention: Retention = DEFAULT) -> Forgotten:
    """Delete what no call can use any more, and what was kept for as long as was promised."""
    now = tx.now()
    ended = tx.sessions.forget(now)
    return Forgotten(
        sessions=ended + tx.erasing.forget_sessions_since(now - retention.sessions),
        # A code's row also counts what was sent in its window: it stays as long as both.
        codes=tx.people.forget_codes(now - max(retention.codes, CODE_WINDOW)),
        answers=tx.replays.forget(now - REPLAYED_FOR) + tx.keys.forget(now - REPLAYED_FOR),
        invitations=tx.invitations.forget(now, now - ACCEPTED_KEPT),
        counters=tx.call_counters.forget(now),
        proofs=tx.used_proofs.forget(now),
        archives=tx.archives.forget(now),
        erasures=tx.erasing.forget_erasures(now - retention.erasures),
        departures=tx.erasing.forget_departures(now),
        mixed_codes=tx.participations.mix_used(),
        wrong_codes=tx.participations.forget_wrong(now - TRIES_WINDOW),
        rounds=tx.identities.forget_rounds(now),
        deliveries=tx.webhooks.forget(now - LOG_KEPT),
        contacts=tx.cases.forget_contacts(now - CONTACTS_KEPT),
        notices=tx.notices.forget(now - NOTICES_KEPT),
        files=tx.cases.forget_files(_months_before(now, retention.moderation_months), FILES_AT_ONCE),
        letters=tx.jobs.forget_dead(now - LETTERS_KEPT),
    )


WarningMail = Callable[[Account, int], Mail]
"""Writes the mail that tells a person that the account ends in so many days."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Applies the periods. The worker runs it once an hour; whoever else does, nothing happens twice.

    `forget_mail` deletes messages that were put into a folder until an instant.
    """

    work: UnitOfWork
    eraser: Eraser
    mailer: Mailer
    warning_mail: WarningMail
    forget_mail: Callable[[datetime], int]
    clock: Clock
    retention: Retention

    def forget(self) -> Forgotten:
        """Forget what has run out."""
        forgotten = self.work.perform(lambda tx: forget_expired(tx, self.retention))
        self.forget_mail(self.clock() - self.retention.mail)
        assert not isinstance(forgotten, Refused)  # noqa: S101 - forgetting is never refused
        return forgotten

    def sweep(self) -> None:
        """Forget what has run out, carry on erasures that broke off, see to hidings and unused accounts."""
        self.forget()
        self._end_restrictions()
        self.eraser.resume()
        if self.retention.inactive_months:
            self._end_unused()
            self._warn_unused()

    def _end_restrictions(self) -> None:
        found = self.work.perform(lambda tx: tx.cases.ended(self.clock(), AT_ONCE))
        for uid in [] if isinstance(found, Refused) else found:
            self.work.perform(partial(end_restriction, uid=uid))

    def _end_unused(self) -> None:
        now = self.clock()
        last_seen = months_before(now.date(), self.retention.inactive_months)
        warned_by = now - self.retention.warning
        for sleeper in self._sleepers(lambda tx: tx.sleepers.due(last_seen, warned_by, now, AT_ONCE)):
            self.eraser.erase(sleeper.account.key, ErasureMode.UNSIGNED)

    def _warn_unused(self) -> None:
        now, days = self.clock(), self.retention.warning.days
        last_seen = months_before(now.date(), self.retention.inactive_months) + self.retention.warning
        for sleeper in self._sleepers(lambda tx: tx.sleepers.unwarned(last_seen, now, AT_ONCE)):
            # Noted first, so that of several processes one writes; taken back when it could not.
            if not self._noted(sleeper.account.key, now, None):
                continue
            try:
                self.mailer.send(self.warning_mail(sleeper.account, days))
            except (MailUnavailable, ValueError) as error:
                _log.warning("an unused account could not be told: %s", type(error).__name__)
                self._noted(sleeper.account.key, None, now)
                if not isinstance(error, MailUnavailable) or isinstance(error, MailRefused):
                    # For good: tried again each hour, some such addresses would hold up everybody else.
                    self._switch_off(sleeper.account.key)

    def _noted(self, person_key: int, at: datetime | None, before: datetime | None) -> bool:
        return self.work.perform(lambda tx: tx.sleepers.warn(person_key, at, before)) is True

    def _switch_off(self, person_key: int) -> None:
        self.work.perform(lambda tx: tx.notices.switch_off(person_key, tx.now(), OffReason.REFUSED))

    def _sleepers(self, find: Callable[[Transaction], list[Sleeper]]) -> list[Sleeper]:
        found = self.work.perform(find)
        return [] if isinstance(found, Refused) else found


def _months_before(instant: datetime, months: int) -> datetime:
    return datetime.combine(months_before(instant.date(), months), instant.timetz())


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month."""
    total = day.year * 12 + day.month - 1 - months
    first = date(total // 12, total % 12 + 1, 1)
    following = date((total + 1) // 12, (total + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
