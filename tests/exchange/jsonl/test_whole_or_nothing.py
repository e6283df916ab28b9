"""Large debates: in constant memory, and all of it or nothing."""

import io
import tracemalloc
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import Connection

from consultation.application.exports import Record, Section
from consultation.application.imports import ArchiveLine, import_archive
from consultation.application.imports.ports import BATCH_CODE_POINTS, BATCH_RECORDS, batches
from consultation.application.ports import Transaction
from consultation.domain.decisions import Refused
from consultation.exchange.debate_jsonl.reading import read_debate_jsonl
from consultation.exchange.debate_jsonl.writing import export_debate
from consultation.persistence.bulk.reading import archive_of
from consultation.persistence.bulk.writing import SqlBulkStore, bulk_store
from tests.exchange.jsonl.archives import DEBATE, OTHER, large_archive
from tests.exchange.jsonl.makers import Instance

TABLES = ("debates", "posts", "votes", "journal_entries")


class PowerCutError(Exception):
    """What an import does not see coming."""


def counts(instance: Instance) -> list[object]:
    return [instance.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]  # noqa: S608 - our own names


@pytest.mark.parametrize("section", [Section.POST, Section.VOTE, Section.JOURNAL])
def test_an_import_that_is_interrupted_leaves_nothing(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, section: Section
) -> None:
    add = SqlBulkStore.add

    def add_once(store: SqlBulkStore, debate_key: int, kind: Section, records: Sequence[Record]) -> None:
        add(store, debate_key, kind, records)
        if kind is section:
            raise PowerCutError

    octets = large_archive(1_500)
    with monkeypatch.context() as patched:
        patched.setattr(SqlBulkStore, "add", add_once)
        with pytest.raises(PowerCutError):
            instance.bring_in(octets)
    assert counts(instance) == [0, 0, 0, 0]
    # And the way is free for another try.
    assert not isinstance(instance.bring_in(octets), Refused)
    assert counts(instance) == [1, 1_500, 1_500, 3_000]
    assert instance.findings() == []


def peak_of(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bring_in_from(instance: Instance, stream: io.BytesIO) -> None:
    def command(tx: Transaction) -> object:
        return import_archive(tx, bulk_store(tx), read_debate_jsonl(stream))

    assert not isinstance(instance.work.perform(command), Refused)


def write_out(instance: Instance) -> None:
    with archive_of(instance.database, DEBATE) as archive:
        assert archive is not None
        export_debate(archive, len)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_export_keeps_few_pages_of_the_database_and_leaves_its_cache_as_it_was(instance: Instance) -> None:
    def kept(connection: Connection) -> int:
        return int(connection.exec_driver_sql("PRAGMA cache_size").scalar_one())

    instance.bring_in(large_archive(10))
    with instance.database.reading() as connection:
        before = kept(connection)
    with archive_of(instance.database, DEBATE) as archive:
        assert archive is not None
        assert 0 < -kept(archive._connection) < -before / 4
    with instance.database.reading() as connection:
        assert kept(connection) == before


@pytest.mark.slow
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_memory_does_not_grow_with_the_debate(instance: Instance, elsewhere: Instance) -> None:
    bring_in_from(elsewhere, io.BytesIO(large_archive(10, uid=OTHER)))  # what is loaded once is loaded
    small, large = io.BytesIO(large_archive(2_100)), io.BytesIO(large_archive(6_300))
    # Both have more than the two batches that are held at once; what 4,200 further posts take is
    # several times the slack, which is for what is remembered of words and statements.
    slack = 1_500_000
    of_small = peak_of(lambda: bring_in_from(instance, small))
    assert peak_of(lambda: bring_in_from(elsewhere, large)) < of_small + slack
    assert peak_of(lambda: write_out(elsewhere)) < peak_of(lambda: write_out(instance)) + slack
    assert peak_of(elsewhere.findings) < peak_of(instance.findings) + slack


def test_batches_are_bounded_in_number_and_in_text() -> None:
    def lines() -> Iterator[ArchiveLine]:
        for number in range(1, 2_502):
            yield number, Section.VOTE, {}
        for number in range(4):
            yield number, Section.POST, {"body": "x" * BATCH_CODE_POINTS}

    sizes = [(section, len(batch)) for section, batch in batches(lines())]
    assert sizes[:3] == [(Section.VOTE, BATCH_RECORDS), (Section.VOTE, BATCH_RECORDS), (Section.VOTE, 501)]
    assert sizes[3:] == [(Section.POST, 2), (Section.POST, 2)]
    assert list(batches(iter(()))) == []
