"""A real browser, where there is one. With CI=true its absence is a failure, elsewhere it is said aloud."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.testclient import TestClient

from consultation.bootstrap import create_app
from consultation.cli.demo.seed import ORGANISER, prepare
from consultation.settings import Settings
from tests.browser.chromium import FLAGS, chromium
from tests.browser.sites import Service, Town, foreign_site, service, town_site
from tests.builders import NOW
from tests.builders import Town as Owner

ORIGINS: Final = "/organisations/ville-exemple/embed-origins"
_MISSING: Final = "no Chromium here: ./run browser-install brings it"
_skipped: list[str] = []
# As long as everything else that Playwright waits for: its five seconds are a busy machine's second.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def executable() -> str:
    """Where Chromium is, for a test that starts it in a way of its own."""
    found = chromium()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(_MISSING)
        _skipped.append(_MISSING)
        pytest.skip(_MISSING)
    return found


@pytest.fixture(scope="module")
def browser(executable: str) -> Iterator[Browser]:
    """Chromium without a window. It ends with its module: its event loop would be in the way of others'."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield started
        started.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud that the browser tests did not run."""
    for reason in _skipped:
        terminalreporter.write_line(f"THE BROWSER TESTS DID NOT RUN: {reason}", red=True, bold=True)


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service, behind its server."""
    folder = tmp_path_factory.mktemp("browser")
    database = folder / "test.sqlite3"
    shutil.copyfile(sqlite_template, database)
    with service(f"sqlite:///{database}", folder) as made:
        yield made


def _seeded(settings: Settings) -> dict[str, str]:
    prepare(settings, NOW)
    return {"resident": "habitant-1@valbruyere.example", "organiser": ORGANISER}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with the data of the demonstration."""
    folder = tmp_path_factory.mktemp("demonstration")
    with service(f"sqlite:///{folder / 'test.sqlite3'}", folder, _seeded) as made:
        yield made


@pytest.fixture(scope="module")
def listed_site() -> Iterator[str]:
    """A site on the town's list, of another host than the service."""
    with foreign_site("localhost") as origin:
        yield origin


@pytest.fixture(scope="module")
def foreign() -> Iterator[str]:
    """A site that nobody listed, of another host than the service."""
    with foreign_site("localhost") as origin:
        yield origin


@pytest.fixture(scope="module")
def neighbour() -> Iterator[str]:
    """A site that nobody listed on the host of the service: to a browser the same site, another origin."""
    with foreign_site("127.0.0.1") as origin:
        yield origin


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a fresh profile."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def town(running: Service) -> Owner:
    """The town, which calls the same database through a process of its own."""
    return Owner(running.services, TestClient(create_app(running.services)), running.clock)


@pytest.fixture(scope="module")
def owner(town: Owner) -> Owner:
    """The same, where a town is also a site."""
    return town


@pytest.fixture(scope="module")
def site(owner: Owner) -> Iterator[Town]:
    """The town's own site, which the organisation has listed."""
    with town_site("localhost") as town:
        assert owner.administrator.post(ORIGINS, {"origin": town.origin}).status_code == 201
        yield town


@pytest.fixture
def debate(owner: Owner) -> str:
    """An open debate with one contribution."""
    debate = owner.debate()
    owner.contribution(debate)
    return debate
