"""A service whose mail goes to a real server, and its worker, step by step."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from consultation.application.worker.loop import Worker
from consultation.bootstrap import Services, build, make_worker
from consultation.settings import Settings
from tests.builders import Caller, StepClock, Town
from tests.postbox import Postbox, collecting


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with collecting() as running:
        yield running


@pytest.fixture
def follower(town: Town) -> Caller:
    """Whom `tests.notices.following` tells of."""
    return town.citizen("nour")


@pytest.fixture
def services(settings: Settings, clock: StepClock, postbox: Postbox) -> Iterator[Services]:
    """The services of a process whose mail goes to the postbox."""
    services = build(settings.model_copy(update={"mail_url": SecretStr(postbox.url)}), clock=clock)
    yield services
    services.database.dispose()


@pytest.fixture
def worker(services: Services) -> Worker:
    made = make_worker(services)
    made.step()  # from here on things fall due
    return made


@pytest.fixture
def deliver(worker: Worker) -> Callable[[], None]:
    """Plan and carry out all that there is to do."""

    def delivering() -> None:
        while worker.step():
            pass

    return delivering
