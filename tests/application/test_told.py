"""A worker apart is woken by what other processes commit, and need not look for it."""

import threading

import pytest

from consultation.application.ports import Job, JobKind
from consultation.application.worker import loop
from consultation.application.worker.loop import Duties, Worker
from consultation.application.worker.running import Done, Outcome
from consultation.bootstrap import Services, build
from consultation.cli.working import have_woken, hears_others
from consultation.domain.journal import EntryKind
from consultation.settings import Settings
from tests.application.test_working import SECONDS, plan
from tests.builders import StepClock, Town

pytestmark = [pytest.mark.race]


@pytest.mark.postgres
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_what_another_process_commits_wakes_it_though_it_hardly_looks(
    services: Services, settings: Settings, clock: StepClock, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REST", 10 * SECONDS)
    done = threading.Semaphore(0)

    def carry_out(job: Job) -> Outcome:
        del job
        done.release()
        return Done()

    apart = build(settings, clock=clock)
    assert hears_others(apart)
    duties = Duties({EntryKind.CONTRIBUTION_POSTED: [plan]}, [], {JobKind.MAIL: carry_out})
    worker = Worker(apart.work, duties, lambda _: False, told=True)
    have_woken(worker, apart)
    thread = threading.Thread(target=worker.run)
    thread.start()
    services.changes.start()
    try:
        debate = town.debate()
        for _ in range(3):
            town.contribution(debate)
            assert done.acquire(timeout=SECONDS)
    finally:
        worker.stop()
        thread.join(SECONDS)
        apart.close()
    assert not thread.is_alive()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_on_sqlite_it_looks_by_itself(services: Services) -> None:
    assert not hears_others(services)
