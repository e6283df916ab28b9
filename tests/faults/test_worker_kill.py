"""Workers that are killed between the journal and the effect, and several that work at once."""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from consultation.application.ports import DeadLetter
from consultation.application.worker.backoff import LONGEST_DELAY, MOST_ATTEMPTS
from consultation.application.worker.running import DEADLY, MOST_DEATHS
from consultation.bootstrap import Services
from consultation.domain.decisions import Refused
from tests.builders import Town
from tests.cli.processes import plain_environment
from tests.faults.nursery import Nursery, effects, lost_by_random_kills

pytestmark = [pytest.mark.race, pytest.mark.slow]

MOMENTS_AT_LEAST: Final = 20
WORKERS: Final = 3
ENTRIES: Final = 60
ROUNDS: Final = 8


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """What a worker on the test's database needs."""
    return plain_environment(
        CONSULTATION_DATABASE_URL=database_url, CONSULTATION_MAIL_URL=(tmp_path / "mail").as_uri()
    )


@pytest.fixture
def nurseries(environment: dict[str, str]) -> Iterator[list[Nursery]]:
    """As many as work side by side."""
    made = [Nursery(environment) for _ in range(WORKERS)]
    yield made
    for nursery in made:
        nursery.close()


def test_a_worker_killed_at_every_moment_loses_no_effect_and_repeats_under_one_id(
    town: Town, nurseries: list[Nursery], tmp_path: Path
) -> None:
    """Killed at the first moment, then at the second, and so on, each time with something new to do.

    Each following worker lives an hour later, when no lease of the dead one holds.
    """
    ledger, debate, nursery = tmp_path / "ledger", town.debate(), nurseries[0]
    moment, ended = 0, -signal.SIGKILL
    while ended == -signal.SIGKILL:
        moment += 1
        number = town.contribution(debate)
        nursery.start(ledger, moment, moment)
        ended = nursery.ended()
        # Whoever comes next finishes what was begun, and nothing is left for the moment after that.
        nursery.start(ledger, 0, moment + 1)
        assert nursery.ended() == 0
        assert number in {done for _, done in effects(ledger)}, f"lost at moment {moment}"
    assert ended == 0
    assert moment > MOMENTS_AT_LEAST
    done = effects(ledger)
    ids = {number: {uid for uid, of in done if of == number} for _, number in done}
    assert sorted(ids) == list(range(1, moment + 1))
    assert all(len(uids) == 1 for uids in ids.values()), "a repeat came under another id"
    # Only where the effect was there and its worker died before it was noted.
    repeated = [number for number, times in Counter(of for _, of in done).items() if times > 1]
    assert 1 <= len(repeated) <= 3


def test_workers_side_by_side_do_everything_and_nothing_twice(
    town: Town, nurseries: list[Nursery], tmp_path: Path
) -> None:
    debates = [town.debate() for _ in range(3)]
    for index in range(ENTRIES):
        town.contribution(debates[index % len(debates)])
    ledgers = [tmp_path / f"ledger{index}" for index in range(WORKERS)]
    for nursery, ledger in zip(nurseries, ledgers, strict=True):
        nursery.start(ledger)
    assert [nursery.ended() for nursery in nurseries] == [0] * WORKERS
    done = [effect for ledger in ledgers for effect in effects(ledger)]
    assert len({uid for uid, _ in done}) == len(done) == ENTRIES
    assert Counter(number for _, number in done) == dict.fromkeys(range(1, ENTRIES // len(debates) + 1), 3)


def dead_letter(services: Services) -> DeadLetter:
    """The only one."""
    letters = services.work.perform(lambda tx: tx.jobs.dead(None, 10))
    assert not isinstance(letters, Refused)
    (letter,) = letters
    return letter


def revive(services: Services, letter: DeadLetter) -> None:
    """Have it tried again."""
    assert services.work.perform(lambda tx: tx.jobs.revive(letter.uid, tx.now())) is True


def test_what_kills_every_worker_is_given_up_after_three_and_nothing_else_with_it(
    services: Services, town: Town, nurseries: list[Nursery], tmp_path: Path
) -> None:
    """Each worker has several hands, and other jobs under way when it dies.

    Whoever has it tried again without having mended anything loses as many workers once more.
    """
    debate, ledger, nursery = town.debate(), tmp_path / "ledger", nurseries[0]
    deadly, numbers, hours = town.contribution(debate), [], 0
    for _ in range(2):
        for _ in range(MOST_DEATHS):
            numbers += [town.contribution(debate) for _ in range(3)]
            nursery.start(ledger, hours=hours, how="crew", deadly=deadly)
            assert nursery.ended() == -signal.SIGKILL
            hours += 1
        nursery.start(ledger, hours=hours, deadly=deadly)
        assert nursery.ended() == 0, "nobody begins it again"
        done = effects(ledger)
        assert {number for _, number in done} == set(numbers), "at least once, all but that one"
        assert len({uid for uid, _ in done}) == len(numbers)
        letter = dead_letter(services)
        assert (letter.payload["number"], letter.attempts, letter.error) == (deadly, MOST_DEATHS, DEADLY)
        revive(services, letter)
    nursery.start(ledger, hours=hours)
    assert nursery.ended() == 0
    assert deadly in {number for _, number in effects(ledger)}


def test_what_fails_at_its_receiver_is_tried_sixteen_times_though_workers_are_killed_meanwhile(
    services: Services, town: Town, nurseries: list[Nursery], tmp_path: Path
) -> None:
    """Two of them, with it under way; the third who died of it would be one too many."""
    ledger, nursery = tmp_path / "ledger", nurseries[0]
    failing, hours = town.contribution(town.debate()), 0
    killed = (1, MOST_ATTEMPTS // 2)
    for turn in range(MOST_ATTEMPTS + len(killed)):
        nursery.start(ledger, hours=hours, failing=failing, deadly=failing if turn in killed else 0)
        assert nursery.ended() == (-signal.SIGKILL if turn in killed else 0)
        hours += int(LONGEST_DELAY / timedelta(hours=1))
    letter = dead_letter(services)
    assert (letter.attempts, letter.error) == (MOST_ATTEMPTS + len(killed), "status 503")
    assert effects(ledger) == []


def test_a_worker_with_many_hands_killed_at_random_moments_loses_no_effect(
    town: Town, nurseries: list[Nursery], tmp_path: Path
) -> None:
    """`python -m benchmarks.faults --workers 200` does it two hundred times."""
    debate = town.debate()
    fates = lost_by_random_kills(nurseries[0], tmp_path / "ledger", lambda: town.contribution(debate), ROUNDS)
    assert fates.lost == []
    assert fates.ids_each == {1}, "a repeat came under another id"
    assert fates.effects >= ROUNDS * 3
