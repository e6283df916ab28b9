"""Sending messages: read when they are sent, under one id over all attempts, one person at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from consultation.application.documents import Links
from consultation.application.notices.links import APPEAL, UNSUBSCRIBE, SealedLinks
from consultation.application.ports import (
    Digests,
    Job,
    Mail,
    Mailer,
    MailRefused,
    MailUnavailable,
    News,
    PendingNotice,
    Recipient,
    Stretch,
    Transaction,
    UnitOfWork,
)
from consultation.application.worker.running import Done, Handler, Later, Outcome
from consultation.domain.appeals import Standing, check_appealable
from consultation.domain.decisions import Refused
from consultation.domain.moderation import Instance
from consultation.domain.notices import OWED, UNSUBSCRIBING, Frequency, NoticeKind, OffReason
from consultation.domain.period import Phase

NEWS_IN_MESSAGE: Final = 30
"""So many things of a debate are listed; of more, how many there are."""

ALL_DIGESTS: Final = "digests"
ALL_NOTICES: Final = "notices"
"""What a link unsubscribes from, where it is not one debate."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a message links to. `appeal` is the form, where the recipient may still appeal."""

    page: str
    appeal: str | None = None
    unsubscribe: str | None = None
    list_id: str | None = None


class Letters(Protocol):
    """Writes the messages in the language of the person; the recipient's address is known."""

    def notice(self, notice: PendingNotice, addresses: Addresses) -> Mail:
        """The message about a notice."""

    def news(self, recipient: Recipient, news: Sequence[News], addresses: Addresses) -> Mail:
        """The message about what is new in what a person follows."""


@dataclass(frozen=True, slots=True)
class Postman:
    """Carries mail jobs out."""

    work: UnitOfWork
    mailer: Mailer
    letters: Letters
    links: Links
    sealed: SealedLinks
    digests: Digests

    def handler(self) -> Handler:
        """What the worker calls."""
        return self._send

    def _send(self, job: Job) -> Outcome:
        written = self.work.perform(lambda tx: self._written(tx, job))
        if written is None or isinstance(written, Refused):
            return Done()
        recipient, mail = written
        try:
            self.mailer.send(replace(mail, identifier=identifier_of(self.digests, job.uid, mail.to)))
        except MailRefused:
            return _switched_off(recipient, job)
        except MailUnavailable as error:
            return Later(str(error))
        except ValueError:  # an address that fits into no header reaches nobody
            return _switched_off(recipient, job)
        return Done()

    def _written(self, tx: Transaction, job: Job) -> tuple[Recipient, Mail] | None:
        if "notice" in job.payload:
            return self._notice(tx, UUID(str(job.payload["notice"])))
        if "answer" in job.payload:
            return self._answer(tx, job)
        return self._news(tx, _stretches(job))

    def _notice(self, tx: Transaction, uid: UUID) -> tuple[Recipient, Mail] | None:
        notice = tx.notices.pending(uid)
        if notice is None or not _is_wanted(notice):
            return None
        now = tx.now()
        phase = notice.debate.period.phase_at(now)
        if notice.kind is NoticeKind.CLOSING_SOON and phase is Phase.CLOSED:
            return None  # closed early meanwhile, or nobody could send for days
        addresses = self._addresses_of(notice, now)
        return notice.recipient, self.letters.notice(notice, addresses)

    def _answer(self, tx: Transaction, job: Job) -> tuple[Recipient, Mail] | None:
        """The outcome for whoever sent a notice without an account (article 16(5))."""
        report, decision = (UUID(str(job.payload[name])) for name in ("answer", "decision"))
        notice = tx.notices.answer(report, decision, NoticeKind(str(job.payload["kind"])))
        if notice is None:
            return None
        addresses = Addresses(f"{self.links.public_url}{notice.debate.page}/{notice.number}")
        return notice.recipient, self.letters.notice(notice, addresses)

    def _addresses_of(self, notice: PendingNotice, now: datetime) -> Addresses:
        page = f"{self.links.public_url}{notice.debate.page}"
        page = page if notice.number is None else f"{page}/{notice.number}"
        if notice.kind in OWED:
            return Addresses(page, appeal=self._appeal(notice, now))
        if notice.kind is NoticeKind.CLOSING_SOON:
            return self._of_list(notice.recipient, page, str(notice.debate.uid))
        return self._of_list(notice.recipient, page, ALL_NOTICES)

    def _appeal(self, notice: PendingNotice, now: datetime) -> str | None:
        decision = notice.decision
        if decision is None or decision.appeal_until is None or decision.instance is Instance.APPEAL:
            return None
        if not check_appealable(Standing(decision.state, decision.appeal_until), now).allowed:
            return None  # nobody could send for weeks: a form that takes nothing is no offer
        token = self.sealed.seal(APPEAL, decision.appeal_until, str(decision.case))
        return self.links.appeal(token)

    def _news(self, tx: Transaction, stretches: Sequence[Stretch]) -> tuple[Recipient, Mail] | None:
        recipient = tx.follows.follower([one.follow for one in stretches])
        if recipient is None or recipient.settings.follows is Frequency.NEVER:
            return None  # unsubscribed since it was planned
        if recipient.settings.off is not None:
            tx.follows.take_back(stretches)  # to be told when the address takes mail again
        if not recipient.is_reached:
            return None
        news = tx.follows.news(stretches, NEWS_IN_MESSAGE)
        if not news:
            return None
        is_one = len(news) == 1
        page = f"{self.links.public_url}{news[0].debate.page}" if is_one else self.links.public_url
        addresses = self._of_list(recipient, page, str(news[0].debate.uid) if is_one else ALL_DIGESTS)
        return recipient, self.letters.news(recipient, news, addresses)

    def _of_list(self, recipient: Recipient, page: str, about: str) -> Addresses:
        until = self.sealed.clock() + UNSUBSCRIBING
        token = self.sealed.seal(UNSUBSCRIBE, until, str(recipient.uid), about)
        return Addresses(
            page,
            unsubscribe=self.links.unsubscription(token),
            list_id=f"{about}.{self.links.host}",
        )


def _stretches(job: Job) -> list[Stretch]:
    """What a job tells of what is followed; nothing where it tells of something else."""
    told: Any = job.payload.get("news", ())
    return [Stretch(UUID(uid), after, until) for uid, after, until in told]


def _switched_off(recipient: Recipient, job: Job) -> Outcome:
    """The end of a job whose address takes nothing: nothing more goes there, and news wait."""
    key = recipient.person_key
    if key is None:
        return Done()

    def note(tx: Transaction) -> None:
        tx.notices.switch_off(key, tx.now(), OffReason.REFUSED)
        tx.follows.take_back(_stretches(job))

    return Done(note=note)


def _is_wanted(notice: PendingNotice) -> bool:
    recipient = notice.recipient
    if not recipient.is_reached:
        return False
    if notice.kind is NoticeKind.CLOSING_SOON:
        return recipient.settings.follows is not Frequency.NEVER
    return notice.kind in OWED or recipient.settings.notices


_MARK: Final = 32


def identifier_of(digests: Digests, job: UUID, email: str) -> str:
    """The id of a message to an address: the same over all attempts, and nobody else can make it.

    So a report that a message came back is believed only of messages that were sent to that address.
    """
    return f"{job.hex}.{digests.letter(job, email).hex()[:_MARK]}"
