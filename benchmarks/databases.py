"""Databases with data in them: small ones for each run, large ones that are kept."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from benchmarks.cluster import kept_postgres
from benchmarks.data import LARGE, SMALL, Size, load
from tests.postgres import create_database, postgres

ENGINES: Final = ("sqlite", "postgresql")
_ROOT: Final = Path(__file__).parents[1]
_KEPT: Final = _ROOT / "var" / "bench"
MIDDLE: Final = Size(200_000, 1_000_000)
"""What fits into the ten minutes when nothing is kept yet."""


@dataclass(slots=True)
class Filled:
    """A database with data. `acts` is the file that says how many acts were taken of it."""

    engine: str
    url: str
    size: Size
    acts: Path

    def take(self, count: int) -> range:
        """Serial numbers of acts that nobody has done on this database yet."""
        start = int(self.acts.read_text()) if self.acts.exists() else 0
        self.acts.write_text(str(start + count))
        return range(start, start + count)


@dataclass(slots=True)
class Databases:
    """All databases of a run. `scratch` goes with it."""

    scratch: Path
    stack: ExitStack
    say: Callable[[str], None]
    full: bool = False
    _server: str | None = None
    _small: dict[str, Filled] = field(default_factory=dict)

    def empty(self, engine: str, name: str) -> str:
        """The URL of a new, empty database."""
        if engine == "sqlite":
            return f"sqlite:///{self.scratch / name}.sqlite3"
        if self._server is None:
            # Durable: both the service and its floors pay for what a commit promises.
            self._server = self.stack.enter_context(postgres(durable=True))
        return create_database(self._server, f"bench_{name}")

    def copy(self, engine: str, template: str, name: str) -> str:
        """The URL of a copy of a database of this run, to which nobody is connected."""
        if engine == "sqlite":
            shutil.copyfile(str(make_url(template).database), self.scratch / f"{name}.sqlite3")
            return f"sqlite:///{self.scratch / name}.sqlite3"
        assert self._server is not None
        return create_database(self._server, f"bench_{name}", template=make_url(template).database)

    def small(self, engine: str) -> Filled:
        """The database with the small data, which lanes share."""
        if engine not in self._small:
            self.say(f"{engine}: loading {SMALL.posts:,} posts")
            url = self.empty(engine, "small")
            load(url, SMALL)
            self._small[engine] = Filled(engine, url, SMALL, self.scratch / f"{engine}.acts")
        return self._small[engine]

    def every(self) -> Iterator[Filled]:
        """The small data on each database."""
        for engine in ENGINES:
            yield self.small(engine)

    @contextmanager
    def large(self, engine: str) -> Iterator[Filled]:
        """The largest data at hand: kept from an earlier run, or loaded now and kept."""
        folder = _KEPT / _fingerprint()
        if not folder.exists():
            shutil.rmtree(_KEPT, ignore_errors=True)  # of another schema
            folder.mkdir(parents=True)
        has_large = (folder / f"{engine}-{LARGE.posts}").exists()
        size = LARGE if self.full or has_large else MIDDLE
        place = folder / f"{engine}-{size.posts}"
        acts = folder / f"{engine}-{size.posts}.acts"
        if engine == "sqlite":
            if not place.exists():
                self._load(engine, f"sqlite:///{place}.part", size)
                place.with_name(f"{place.name}.part").rename(place)
            _read_once(place)
            yield Filled(engine, f"sqlite:///{place}", size, acts)
            return
        if not place.exists():
            part = place.with_name(f"{place.name}.part")
            shutil.rmtree(part, ignore_errors=True)
            with kept_postgres(part) as server:
                self._load(engine, create_database(server, "bench"), size)
            part.rename(place)
        for file in place.glob("base/*/*"):
            _read_once(file)
        with kept_postgres(place) as server:
            url = make_url(server).set(database="bench").render_as_string(hide_password=False)
            yield Filled(engine, url, size, acts)

    def _load(self, engine: str, url: str, size: Size) -> None:
        self.say(f"{engine}: loading {size.posts:,} posts, once; they are kept in var/bench")
        load(url, size)


def _read_once(path: Path) -> None:
    """Have a file in memory, as one is that was just written: after a restart it is on the disk alone."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def _fingerprint() -> str:
    """Of everything that says what the kept data are: another schema is other data."""
    sources = [
        *_ROOT.glob("migrations/versions/*.py"),
        *(Path(__file__).with_name(f"{n}.py") for n in ("data", "dialects")),
    ]
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
