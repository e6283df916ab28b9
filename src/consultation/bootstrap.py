"""The composition root: builds the service from settings, once, and names every dependency."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from consultation.application.documents import Links
from consultation.application.ports import Clock, Digests, IdSource, Mailer, UnitOfWork
from consultation.application.readers import Readers
from consultation.application.versions import Versions
from consultation.clock import SystemClock
from consultation.digests import KeyedDigests
from consultation.ids import SystemIds
from consultation.mail import mailer_from_url
from consultation.persistence.engine import Database
from consultation.persistence.read_models import SqlReaders
from consultation.persistence.unit_of_work import SqlUnitOfWork
from consultation.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the API, the command line and later the pages work with."""

    settings: Settings
    database: Database
    clock: Clock
    ids: IdSource
    digests: Digests
    mailer: Mailer
    versions: Versions
    work: UnitOfWork
    readers: Readers
    links: Links


def open_database(settings: Settings) -> Database:
    """The database of the settings; the folder of a SQLite file is made when missing."""
    url = settings.database_url.get_secret_value()
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        Path(str(parsed.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    return Database(url, threads=settings.threads, synchronous=settings.sqlite_synchronous)


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    mailer: Mailer | None = None,
) -> Services:
    """The service of these settings. Tests hand over a clock, an id source or a mailer."""
    clock = clock or SystemClock()
    ids = ids or SystemIds()
    database = open_database(settings)
    versions = Versions()
    links = Links(settings.public_url)
    return Services(
        settings=settings,
        database=database,
        clock=clock,
        ids=ids,
        digests=KeyedDigests(settings.key),
        mailer=mailer
        or mailer_from_url(
            settings.mail_url.get_secret_value(),
            sender=settings.mail_from,
            clock=clock,
            message_id=lambda: ids.uid().hex,
        ),
        versions=versions,
        work=SqlUnitOfWork(database, ids, clock, versions),
        readers=SqlReaders(database, links, versions),
        links=links,
    )
