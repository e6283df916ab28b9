"""What the worker gave up: who sees it, what it tells, and how it is tried again."""

from datetime import timedelta
from typing import Any

import pytest

from consultation.application.ports import JobKind, NewJob
from consultation.application.worker.loop import Duties, Worker
from consultation.application.worker.planning import plan_due
from consultation.application.worker.running import Done
from tests.api.scene import Scene
from tests.api.sending import dead_letter
from tests.api.worlds import World
from tests.builders import StepClock


def listed(scene: Scene, query: str = "limit=100") -> list[dict[str, Any]]:
    answer = scene.platform.get(f"/dead-letters?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_job_that_was_given_up_is_listed_and_says_nothing_of_what_it_holds(scene: Scene) -> None:
    uid = dead_letter(scene.world.services)
    (letter,) = [one for one in listed(scene) if one["id"] == uid]
    assert letter["error"] == "TimeoutError"
    assert letter.keys() == {"id", "kind", "debate", "sequence", "planned_at", "attempts", "error"}


def test_pages_of_dead_letters_are_disjoint_and_newest_first(scene: Scene) -> None:
    made = [dead_letter(scene.world.services) for _ in range(5)]
    first = scene.platform.get("/dead-letters?limit=2").json()
    second = scene.platform.get(f"/dead-letters?limit=2&cursor={first['next_cursor']}").json()
    ids = [one["id"] for page in (first, second) for one in page["items"]]
    assert ids == made[::-1][:4]


def test_a_replayed_job_is_carried_out_under_its_id(scene: Scene) -> None:
    uid = dead_letter(scene.world.services)
    assert scene.platform.post(f"/dead-letters/{uid}/replay").status_code == 202
    assert uid not in [one["id"] for one in listed(scene)]
    services, done = scene.world.services, []

    def carry_out(job: Any) -> Done:
        done.append(str(job.uid))
        return Done()

    worker = Worker(services.work, Duties({}, [], {JobKind.RETENTION: carry_out}), lambda _: False)
    while worker.step():
        pass
    assert done.count(uid) == 1
    again = scene.platform.post(f"/dead-letters/{uid}/replay")
    assert again.json()["code"] == "dead_letter_not_found"


def test_a_job_that_is_not_given_up_cannot_be_replayed(scene: Scene) -> None:
    services = scene.world.services
    uid = services.ids.uid()
    later = services.clock() + timedelta(days=1)
    services.work.perform(lambda tx: tx.jobs.add(uid, NewJob(JobKind.RETENTION, {}, later), tx.now()))
    assert scene.platform.post(f"/dead-letters/{uid}/replay").status_code == 404


def test_readiness_tells_of_a_worker_that_has_not_looked_for_a_minute(here: World, clock: StepClock) -> None:
    def told() -> tuple[int, str]:
        answer = here.process.client.get("/readyz")
        return answer.status_code, answer.json()["worker"]

    clock.step(timedelta(hours=5))
    assert told() == (200, "late")
    work = here.services.work
    work.perform(lambda tx: plan_due(tx, []))
    clock.step(timedelta(seconds=2))
    work.perform(lambda tx: plan_due(tx, []))
    clock.step(timedelta(minutes=1))
    assert told() == (200, "working")
    clock.step(timedelta(microseconds=1))
    assert told() == (200, "late"), "and ready all the same"


@pytest.mark.parametrize("path", ["/dead-letters", "/readyz"])
def test_neither_tells_of_internal_keys(scene: Scene, path: str) -> None:
    dead_letter(scene.world.services)
    base = "" if path == "/readyz" else "/api/v1"
    headers = scene.platform.credentials()
    text = scene.world.process.client.get(f"{base}{path}", headers=headers).text
    assert "_key" not in text
