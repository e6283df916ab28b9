"""Workers, each in a process of its own, that kill themselves, kill -9, at a moment that is told to them.

    python -m tests.faults.mortal_worker

Reads lines LEDGER MOMENT HOURS HOW DEADLY FAILING and runs a worker for each, forked off, so that a start
costs little; tells how it ended. Its duties are one planner and one handler, whose effect is a line in
LEDGER. The moments are counted from 1: before and after each transaction, before its commit, in the
planner, and before and after the effect. At moment 0 it never dies, and ends when there is nothing left to
do. HOURS are what its clock is ahead. HOW is `alone`, one thing after the other, or `crew`, as a process
works, with several hands: such a worker works on until its moment comes. The contribution with the number
DEADLY kills whoever carries it out, before the effect, and the one with the number FAILING fails; zero is
none.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from consultation.application.ports import Happened, Job, JobKind, NewJob, Transaction
from consultation.application.worker.loop import Duties, Worker
from consultation.application.worker.running import Done, Later, Outcome
from consultation.bootstrap import build
from consultation.clock import SystemClock
from consultation.domain.decisions import Refused
from consultation.domain.journal import EntryKind
from consultation.settings import Settings

Result = TypeVar("Result")


class Mortal:
    """Counts moments, and dies at one of them. It is its worker's unit of work, too."""

    def __init__(self, ledger: Path, moment: int, ahead: timedelta, deadly: int, failing: int) -> None:
        self._ledger = ledger
        self._left = moment
        self._ahead = ahead
        self._deadly = deadly
        self._failing = failing
        self._services = build(Settings(), clock=self._now)
        self._counting = threading.Lock()

    def _now(self) -> datetime:
        return SystemClock()() + self._ahead

    def moment(self) -> None:
        """Perhaps the last one."""
        with self._counting:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def perform(
        self, command: Callable[[Transaction], Result | Refused], *, hasty: bool = False
    ) -> Result | Refused:
        """A transaction, with a moment before it, one before its commit, and one after it."""

        def mortal(tx: Transaction) -> Result | Refused:
            result = command(tx)
            self.moment()
            return result

        self.moment()
        result = self._services.work.perform(mortal, hasty=hasty)
        self.moment()
        return result

    def plan(self, tx: Transaction, entry: Happened) -> Iterable[NewJob]:
        """One job for each contribution."""
        self.moment()
        payload = {"number": entry.number}
        yield NewJob(JobKind.MAIL, payload, tx.now(), entry.debate_key, entry.sequence)
        self.moment()

    def carry_out(self, job: Job) -> Outcome:
        """The effect: a line with the job's id and the number, on the disk."""
        self.moment()
        if job.payload["number"] == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        if job.payload["number"] == self._failing:
            return Later("status 503")
        with self._ledger.open("ab", buffering=0) as ledger:
            ledger.write(f"{job.uid} {job.payload['number']}\n".encode())
        self.moment()
        return Done()

    def run(self, how: str) -> None:
        """Work until nothing is left, or with a crew until the moment comes."""
        duties = Duties({EntryKind.CONTRIBUTION_POSTED: [self.plan]}, [], {JobKind.MAIL: self.carry_out})
        worker = Worker(self, duties, lambda _: False)
        if how == "crew":
            worker.run()
        while worker.step():
            pass
        self._services.database.dispose()


def main() -> None:
    """Run workers, one after the other, until there is no line left."""
    for line in sys.stdin:
        ledger, moment, hours, how, *numbers = line.split()
        child = os.fork()
        if child == 0:
            ahead, (deadly, failing) = timedelta(hours=int(hours)), map(int, numbers)
            Mortal(Path(ledger), int(moment), ahead, deadly, failing).run(how)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
