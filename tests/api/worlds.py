"""Worlds: the shipped application with a database and a town, shared by the tests of one database.

Making a database and an application takes longer than most tests do. Tests keep apart by acting in
debates of their own, as strangers do in production; what needs an empty world makes one.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import Engine, Executable, event

from consultation.api import app as app_module
from consultation.api.app import openapi_bytes
from consultation.application.organisations import add_organisation, give_role
from consultation.application.platform import add_platform_administrator
from consultation.application.ports import Mailer, Transaction
from consultation.application.worker.planning import debates_behind, plan_entries
from consultation.bootstrap import Services, build, create_app, duties
from consultation.domain.actors import Role
from consultation.domain.decisions import Refused
from consultation.settings import Settings
from tests.api.contract import CheckedClient, Contract
from tests.builders import NOW, Caller, StepClock, Town
from tests.identity_provider import identity_server


class StepTicks:
    """A monotonic clock in seconds that stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def step(self, by: float) -> None:
        self.seconds += by


@dataclass
class Process:
    """One process of the service: its services, and a client of its application."""

    services: Services
    client: CheckedClient
    ticks: StepTicks

    @property
    def anonymous(self) -> Caller:
        return Caller(self.client)

    def as_caller(self, caller: Caller) -> Caller:
        """The same person, calling this process."""
        return Caller(self.client, caller.token, caller.on_behalf_of)


@dataclass
class World:
    """A process, its database and its clock, and further processes on the same database."""

    settings: Settings
    clock: StepClock
    process: Process
    town: Town
    names: int = 0
    mail: dict[Path, EmailMessage] = field(default_factory=dict)
    """The messages that were read from the mail folder already."""
    _stack: ExitStack = field(default_factory=ExitStack)
    _neighbour: Process | None = None

    @property
    def services(self) -> Services:
        return self.process.services

    def reset(self) -> None:
        """The clock back to where every test begins."""
        self.clock.set(NOW)

    def name(self) -> str:
        """A name that nobody bears yet."""
        self.names += 1
        return f"n{self.names}"

    @property
    def neighbour(self) -> Process:
        """A second process on the same database."""
        if self._neighbour is None:
            self._neighbour = self._stack.enter_context(process(self.settings, self.clock))
        return self._neighbour

    def organisation(self) -> tuple[str, dict[Role, Caller]]:
        """A new organisation's slug, and one signed-in member for each role."""
        slug = f"ville-{self.name()}"

        def found(tx: Transaction) -> str:
            add_organisation(tx, slug, f"Ville {slug}", "Europe/Brussels", "nl")
            for role in Role:
                give_role(tx, slug, f"{role.value}@{slug}.example", role)
            return slug

        self.services.work.perform(found)
        return slug, {role: self.town.sign_in(f"{role.value}@{slug}.example") for role in Role}

    def orphan(self) -> str:
        """The slug of a new organisation to which nobody belongs."""
        slug = f"ville-{self.name()}"
        made = self.services.work.perform(
            lambda tx: add_organisation(tx, slug, f"Ville {slug}", "Europe/Brussels", "nl")
        )
        assert not isinstance(made, Refused)
        return slug

    def platform_administrator(self) -> Caller:
        """Somebody new who runs the platform and has no role in any organisation."""
        email = f"{self.name()}@plateforme.example"
        self.services.work.perform(lambda tx: add_platform_administrator(tx, email, "fr"))
        return self.town.sign_in(email)

    def archive(self, caller: Caller) -> UUID:
        """An archive of the caller's own, ordered as large ones are, and written to its end."""
        if caller.token is None:
            return UUID(int=0)
        uid = UUID(caller.get("/me").json()["id"])
        archivist = self.services.archivist

        def order(tx: Transaction) -> UUID:
            account = tx.erasing.by_uid(uid)
            assert account is not None
            return archivist.order(tx, account.key, "fr").uid

        ordered = self.services.work.perform(order)
        assert isinstance(ordered, UUID)
        while archivist.write_next():
            pass
        return ordered

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL statements that run inside the block, BEGIN left out."""
        seen: list[str] = []

        def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        engines = self.engines()
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)

    def plan(self) -> None:
        """Plan what follows from all that has happened, as a worker does, and carry nothing out.

        A worker's step would send what the tests before have left to be sent: to hosts that are none.
        """
        work = self.services.work
        planners = duties(self.services, work).planners
        while behind := work.perform(debates_behind):
            assert not isinstance(behind, Refused)
            for key in behind:
                work.perform(partial(plan_entries, debate_key=key, planners=planners))

    def execute(self, statement: Executable) -> None:
        """Run a statement and commit: for what no command does."""
        with self.services.database.writing() as connection, connection.begin():
            connection.execute(statement)

    def forget_documents(self) -> None:
        """Every finished document gone, so that the next read builds anew."""
        app: Any = self.process.client.app._app  # type: ignore[attr-defined]  # behind the doors of frames
        cache = app._documents._cache
        for kept in (cache._values, cache._weights):
            kept.clear()
        cache._weight = 0

    @contextmanager
    def failing(self, error: Exception) -> Iterator[None]:
        """Every statement inside the block fails with the error."""

        def fail(*_: Any) -> None:
            raise error

        engines = self.engines()
        for engine in engines:
            event.listen(engine, "before_cursor_execute", fail)
        try:
            yield
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", fail)

    @contextmanager
    def kit(self, **changes: Any) -> Iterator[None]:
        """Other parts in the application's hands inside the block."""
        state = state_of(self.process.client.app)
        kept = state.kit
        state.kit = replace(kept, **changes)
        try:
            yield
        finally:
            state.kit = kept

    def engines(self) -> set[Engine]:
        """The engines whose events see every statement: PostgreSQL's reader shares the writer's."""
        database = self.services.database
        return {database._writer, database._reader} if database.is_sqlite else {database._writer}

    def close(self) -> None:
        self._stack.close()


def state_of(app: Any) -> Any:
    """The application's state: behind the doors of frames, the edge and the signposts."""
    return app._app._app._app.state


@cache
def contract() -> Contract:
    """The document of the release, which every process serves."""
    return Contract(orjson.loads(openapi_bytes()))


@contextmanager
def by_the_clock_of_tests_only() -> Iterator[None]:
    """Processes inside the block do nothing each second or minute by the machine's clock, for a day.

    It would fall at any moment into what a test counts: statements, calls, who runs where.
    """
    day = timedelta(days=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(app_module, "EXCHANGE", day)
        for name in ("_MINUTE", "_CHECKPOINT_SECONDS"):
            patched.setattr(app_module, name, day.total_seconds())
        yield


@contextmanager
def process(
    settings: Settings, clock: StepClock, mailer: Mailer | None = None, ids: Any = None
) -> Iterator[Process]:
    """A running process of the service; its versions age by the ticks of a test only.

    By the same ticks nothing lasts on the event loop, so that what runs there is the same on a busy machine.
    """
    services = build(settings, clock=clock, mailer=mailer, ids=ids)
    ticks = StepTicks()
    services.versions._ticks = ticks
    app: Any = create_app(services)
    app._app._threads._ticks = ticks  # behind the doors of frames
    with (
        by_the_clock_of_tests_only(),
        CheckedClient(app, raise_server_exceptions=False, follow_redirects=False) as client,
    ):
        client.contract = contract()
        yield Process(services, client, ticks)
    services.database.dispose()


def settings_of(database_url: str, folder: Path, **changes: Any) -> Settings:
    """Settings of a development instance, mail into a folder."""
    values: dict[str, Any] = {
        "database_url": database_url,
        "mail_url": (folder / "mail").as_uri(),
        "public_url": "http://testserver",
        "secret_key": "x" * 40,
        "threads": 4,
        # Tests step the shared clock by weeks, and their people stay signed in meanwhile.
        "session_idle_hours": 720,
        # Hundreds of tests call within one frozen minute; tests of the limits set what holds by default.
        "rate_limits": 10_000,
        "proof_cost": 1,
        "oidc_providers": [identity_server().issuer("instance").config],
        "private_hosts": [identity_server().host],
        # Tests that are about the worker run one themselves, step by step.
        "worker": "apart",
    }
    return Settings.model_validate(values | changes)


@contextmanager
def world(database_url: str, folder: Path, **changes: Any) -> Iterator[World]:
    """A world on a migrated database."""
    settings = settings_of(database_url, folder, **changes)
    clock = StepClock()
    with process(settings, clock) as running:
        made = World(settings, clock, running, Town(running.services, running.client, clock))
        try:
            yield made
        finally:
            made.close()
