"""Rows 8 and 9: a whole debate brought in and written out, and the memory it takes.

100,000 posts with `--full`, else 30,000: the rows say which.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
from psycopg.types.json import Jsonb
from pydantic import SecretStr
from sqlalchemy import Table

from benchmarks.bench import Bench
from benchmarks.data import THREAD, text_of
from benchmarks.databases import ENGINES
from benchmarks.dialects import driver
from benchmarks.servers import environment
from benchmarks.table import Goal, Row, compared
from consultation.application.imported import ImportedDebate, ImportedPost, ImportReport
from consultation.application.imports import ImportPlan, import_records
from consultation.application.organisations import add_organisation
from consultation.bootstrap import Services, build
from consultation.domain.posts import PostKind, Side
from consultation.persistence.bulk.writing import bulk_store
from consultation.persistence.migrate import migrate
from consultation.persistence.tables import debate_acts, debates, journal_entries, people, posts
from consultation.settings import Settings

_BATCH: Final = 1_000
_SMALL: Final = 10_000
"""Posts of the smaller debate: enough to fill every bounded cache."""
_GOAL: Final = Goal("≥", 0.3)
_FLAT: Final = Goal("≤", 1.1)
_TABLES: Final = (people, debates, debate_acts, posts, journal_entries)
_OPENED: Final = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Done:
    """Seconds that a command took, and the peak memory before and after it, in megabytes."""

    seconds: float
    before: float
    after: float


def transfer(bench: Bench) -> Iterator[Row]:
    """Rows 8 and 9, for the commands as they are shipped, when all that they need is loaded."""
    large = 100_000 if bench.databases.full else 30_000
    bench.say(f"writing archives of {large:,} and {_SMALL:,} posts")
    _archives(bench, (_SMALL, large))
    for engine in ENGINES:
        template = bench.databases.empty(engine, "template")
        with closing(_Opened(template)) as opened:
            opened.found_organisation()
        yield from _Engine(bench, engine, template, large).rows()


@dataclass(slots=True)
class _Engine:
    """The two rows on one database; `template` is an empty one with the organisation in it."""

    bench: Bench
    engine: str
    template: str
    large: int
    copies: int = 0

    def rows(self) -> Iterator[Row]:
        """Import and export, the smaller debate first."""
        url = self._copy()
        _command(self.bench, url, *_importing(self.bench, _SMALL), "--", *_importing(self.bench, self.large))
        stored = _stored_rows(url, self.large)

        def bring_in() -> _Done:
            words = (*_importing(self.bench, _SMALL), "--", *_importing(self.bench, self.large))
            return _command(self.bench, self._copy(), *words)

        def write_out() -> _Done:
            words = (*_exporting(self.bench, _SMALL), "--", *_exporting(self.bench, self.large))
            return _command(self.bench, url, *words)

        yield from self._measured("8 import", bring_in, lambda: _insert(self._copy(), stored))
        yield from self._measured("9 export", write_out, lambda: _read(url, self.large))

    def _copy(self) -> str:
        self.copies += 1
        return self.bench.databases.copy(self.engine, self.template, f"copy{self.copies}")

    def _measured(self, name: str, command: Callable[[], _Done], floor: Callable[[], float]) -> Iterator[Row]:
        self.bench.say(f"{self.engine}: {name}")
        rates, memories = [], []
        for _ in range(self.bench.rounds):
            done = command()
            rates.append((self.large / done.seconds, self.large / floor()))
            memories.append((done.after, done.before))
        what = f"{name} debate-jsonl, {self.large:,} posts; {self.engine}"
        yield compared(what, "posts/s", _GOAL, rates)
        what = f"{name}, peak memory after {self.large:,} and {_SMALL:,} posts; {self.engine}"
        yield compared(what, "MB", _FLAT, memories)


def _archive(bench: Bench, size: int) -> Path:
    return bench.scratch / f"{size}.jsonl"


def _importing(bench: Bench, size: int) -> tuple[str, ...]:
    return ("import", "debate-jsonl", str(_archive(bench, size)))


def _exporting(bench: Bench, size: int) -> tuple[str, ...]:
    return ("export", "debate-jsonl", _debate(size), "--output", str(bench.scratch / "out.jsonl"))


def _command(bench: Bench, url: str, *words: str) -> _Done:
    command = [sys.executable, "-m", "benchmarks.commands", *words]
    variables = environment(database_url=url, mail_url=(bench.scratch / "mail").as_uri())
    done = subprocess.run(command, cwd=bench.scratch, env=variables, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return _Done(**orjson.loads(done.stdout))


class _Opened:
    """The service on a database that is migrated first."""

    def __init__(self, url: str) -> None:
        self.services: Services = build(Settings(database_url=SecretStr(url)))
        migrate(self.services.database)

    def found_organisation(self) -> None:
        self.services.work.perform(
            lambda tx: add_organisation(tx, "ville-exemple", "Ville d'Exemple", "Europe/Paris", "fr")
        )

    def close(self) -> None:
        self.services.database.dispose()


def _debate(size: int) -> str:
    return f"ville-exemple/arbres-{size}"


def _archives(bench: Bench, sizes: tuple[int, int]) -> None:
    """Archives of debates that were recorded as any import is, so that every hash is right."""
    url = bench.databases.empty("sqlite", "archives")
    with closing(_Opened(url)) as opened:
        opened.found_organisation()
        for size in sizes:
            _record(opened.services, size)
    first, second = ([*_exporting(bench, size)[:-1], str(_archive(bench, size))] for size in sizes)
    _command(bench, url, *first, "--", *second)


def _record(services: Services, size: int) -> None:
    plan = ImportPlan(
        organisation="ville-exemple",
        title="Quelle place pour les arbres ?",
        slug=f"arbres-{size}",
        opens_at=_OPENED,
        closes_at=_OPENED + timedelta(days=365),
        format="bench",
        files=(),
    )
    imported = ImportedDebate(None, (), [_post(n) for n in range(size)], (), ImportReport({}, {}, (), ()))
    services.work.perform(lambda tx: import_records(tx, bulk_store(tx), plan, imported))


def _post(n: int) -> ImportedPost:
    place = n % THREAD
    side = Side.PRO if place % 2 else Side.CONTRA
    return ImportedPost(
        kind=PostKind.ARGUMENT if place else PostKind.CONTRIBUTION,
        reference=str(n),
        parent=str(n - place) if place else None,
        side=side if place else None,
        title=None if place else f"Proposition {n}",
        author=f"a{n % 5_000}",
        author_name=f"Participant {n % 5_000}",
        body=text_of(n),
        created_at=_OPENED + timedelta(seconds=n),
    )


def _names(table: Table) -> list[str]:
    return [f'"{column.name}"' for column in table.columns if column.computed is None]


def _select(table: Table, size: int) -> str:
    """The statement that reads what belongs to a debate."""
    slug = f"arbres-{size}"
    if table is people:
        place = f"imported_with = (SELECT uid FROM debates WHERE slug = '{slug}')"  # noqa: S608 - names of ours
    else:
        key = "key" if table is debates else "debate_key"
        place = f'"{key}" = (SELECT "key" FROM debates WHERE slug = \'{slug}\')'  # noqa: S608 - names of ours
    return f"SELECT {', '.join(_names(table))} FROM {table.name} WHERE {place}"  # noqa: S608 - names of ours


def _stored_rows(url: str, size: int) -> dict[Table, list[tuple[Any, ...]]]:
    """Everything that an import stored, in the order of the keys, as the driver takes it."""
    found = {}
    with closing(driver(url)) as connection:
        for table in _TABLES:
            order = ", ".join(f'"{column.name}"' for column in table.primary_key)
            rows = connection.execute(f"{_select(table, size)} ORDER BY {order}").fetchall()
            found[table] = [tuple(map(_bindable, row)) for row in rows]
    return found


def _bindable(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return Jsonb(value) if isinstance(value, dict | list) else value


def _insert(url: str, rows: dict[Table, list[tuple[Any, ...]]]) -> float:
    """Seconds that the driver takes to insert rows in batches, in one transaction."""
    with closing(driver(url)) as connection:
        mark = "?" if url.startswith("sqlite") else "%s"
        start = time.perf_counter()
        connection.execute("BEGIN")
        cursor = connection.cursor()
        for table, found in rows.items():
            names = _names(table)
            marks = ", ".join([mark] * len(names))
            statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of ours
            for batch in _batches(found):
                cursor.executemany(statement, batch)
        connection.execute("COMMIT")
        return time.perf_counter() - start


def _read(url: str, size: int) -> float:
    """Seconds that the driver takes to read the same rows."""
    with closing(driver(url)) as connection:
        start = time.perf_counter()
        for table in _TABLES:
            connection.execute(_select(table, size)).fetchall()
        return time.perf_counter() - start


def _batches(rows: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]
