"""A worker that mails a notice for each contribution, and workers that die of it."""

from collections.abc import Callable, Iterable
from uuid import UUID

from consultation.application.ports import (
    DeadLetter,
    Happened,
    Job,
    JobKind,
    NewJob,
    Transaction,
    UnitOfWork,
)
from consultation.application.worker.loop import Duties, Worker
from consultation.application.worker.planning import Planner, debates_behind, plan_entries
from consultation.application.worker.running import Carrier, Done, Handler, Outcome
from consultation.bootstrap import Services
from consultation.domain.decisions import Refused
from consultation.domain.journal import EntryKind


class Died(BaseException):
    """What a kill looks like from inside."""


class Office:
    """A worker that mails a notice for each contribution, and what it has seen."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.outcomes: list[Outcome | Exception] = []
        self.carried: list[Job] = []
        self.unplannable: int | None = None
        self.due: list[tuple[object, object]] = []
        self.plan: Planner = self._plan

    def worker(
        self,
        is_fault: Callable[[Exception], bool] = lambda _: False,
        work: UnitOfWork | None = None,
        handler: Handler | None = None,
    ) -> Worker:
        duties = Duties(
            planners={EntryKind.CONTRIBUTION_POSTED: [self.plan]},
            timed=[self._timed],
            handlers={JobKind.MAIL: handler or self.carry_out},
        )
        return Worker(work or self.services.work, duties, is_fault)

    def carrier(self) -> Carrier:
        """What takes the jobs of another worker."""
        return Carrier(self.services.work, {JobKind.MAIL: self.carry_out})

    def planned(self) -> None:
        """Plan what happened, and carry nothing out."""
        self.services.work.perform(
            lambda tx: [
                plan_entries(tx, key, {EntryKind.CONTRIBUTION_POSTED: [self.plan]})
                for key in debates_behind(tx)
            ]
        )

    def _plan(self, tx: Transaction, entry: Happened) -> Iterable[NewJob]:
        if entry.number == self.unplannable:
            raise KeyError(entry.kind)
        payload = {"number": entry.number}
        yield NewJob(JobKind.MAIL, payload, tx.now(), entry.debate_key, entry.sequence)

    def _timed(self, tx: Transaction, since: object, until: object) -> Iterable[NewJob]:
        self.due.append((since, until))
        return ()

    def carry_out(self, job: Job) -> Outcome:
        self.carried.append(job)
        outcome = self.outcomes.pop(0) if self.outcomes else Done()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def numbers(self) -> list[object]:
        return [job.payload["number"] for job in self.carried]

    def dead(self) -> list[DeadLetter]:
        found = self.services.work.perform(lambda tx: tx.jobs.dead(None, 10))
        assert not isinstance(found, Refused)
        return found

    def revive(self, uid: UUID) -> bool:
        revived = self.services.work.perform(lambda tx: tx.jobs.revive(uid, tx.now()))
        assert not isinstance(revived, Refused)
        return revived


def exhausted(worker: Worker) -> None:
    while worker.step():
        pass


def deadly(office: Office, *numbers: int) -> Callable[[Job], Outcome]:
    """A handler that takes its worker with it when it is to carry out one of some numbers."""

    def carry_out(job: Job) -> Outcome:
        if job.payload["number"] in numbers:
            office.carried.append(job)
            raise Died
        return office.carry_out(job)

    return carry_out


def lived(office: Office, handler: Callable[[Job], Outcome]) -> bool:
    """A new worker, until it dies or has nothing left to do; did it live?"""
    worker = office.worker(handler=handler)
    try:
        exhausted(worker)
    except Died:
        return False
    return True
