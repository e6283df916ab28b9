"""The doctor finds nothing in what the commands wrote, and each fault that is planted in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from consultation.application.doctor import Fault, Finding
from consultation.persistence.bulk.counting import DEBATE_COUNTERS, POST_COUNTERS
from consultation.persistence.engine import Database
from tests.exchange.jsonl.makers import NASTY, Instance, lively_debate
from tests.postgres import create_database, drop_database

ZEROS: Final = "x'" + "00" * 32 + "'"


class Patient:
    """A lively debate that can be damaged behind the commands' back."""

    def __init__(self, url: str) -> None:
        self.instance = Instance(Database(url), founded=True)
        self.uid = UUID(str(self.read("SELECT uid FROM debates")))

    def damage(self, *statements: str) -> None:
        """Run statements without triggers and references; octets are written as SQLite writes them."""
        with self.instance.database.engine.connect() as connection:
            if self.instance.database.is_sqlite:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                connection.exec_driver_sql("BEGIN")
                for name in ("journal_entries_stay", "journal_entries_stay_as_written"):
                    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                statements = tuple(text.replace("x'", r"'\x") for text in statements)
            for statement in statements:
                changed = connection.exec_driver_sql(statement)
                assert changed.rowcount != 0, f"changed nothing: {statement}"
            connection.commit()
            connection.detach()

    def findings(self, debate: UUID | None = None) -> list[Finding]:
        return self.instance.findings(debate)

    def read(self, statement: str) -> Any:
        return self.instance.rows(statement)[0][0]


def make_sound(url: str) -> None:
    instance = Instance(Database(url))
    lively_debate(instance)
    assert instance.findings() == []
    with instance.database.reading() as connection:
        if instance.database.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    instance.database.dispose()


@pytest.fixture(scope="module")
def sound_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the debate, to copy."""
    path = tmp_path_factory.mktemp("sound") / "sound.sqlite3"
    shutil.copyfile(sqlite_template, path)
    make_sound(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module")
def sound_postgresql(postgres_server: str) -> Iterator[str]:
    """A database with the debate, to copy."""
    make_sound(create_database(postgres_server, "sound_test", template="template_test"))
    yield "sound_test"
    drop_database(postgres_server, "sound_test")


@pytest.fixture
def patient(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Patient]:
    """A sound debate, once on each database."""
    if engine_name == "sqlite":
        shutil.copyfile(request.getfixturevalue("sound_sqlite"), tmp_path / "patient.sqlite3")
        patient = Patient(f"sqlite:///{tmp_path}/patient.sqlite3")
        yield patient
        patient.instance.database.dispose()
        return
    template, server = request.getfixturevalue("sound_postgresql"), request.getfixturevalue("postgres_server")
    patient = Patient(create_database(server, "patient_test", template=template))
    yield patient
    patient.instance.database.dispose()
    drop_database(server, "patient_test")


def seen(findings: list[Finding]) -> set[tuple[Fault, str, int | None]]:
    return {(finding.fault, finding.field, finding.number) for finding in findings}


def test_a_sound_debate_gives_nothing(patient: Patient) -> None:
    assert patient.findings() == []
    assert patient.findings(patient.uid) == []
    assert patient.findings(UUID(int=1)) == []


@pytest.mark.parametrize("name", POST_COUNTERS)
def test_a_wrong_counter_of_a_post_is_found(patient: Patient, name: str) -> None:
    stored = int(patient.read(f"SELECT {name} FROM posts WHERE number = 1"))  # noqa: S608 - our own names
    patient.damage(f"UPDATE posts SET {name} = {name} + 7 WHERE number = 1")  # noqa: S608 - our own names
    found = Finding(
        fault=Fault.COUNTER, debate=patient.uid, number=1, field=name, stored=stored + 7, recomputed=stored
    )
    assert patient.findings() == [found]
    assert str(found) == (
        f"debate {patient.uid}, #1: counter, {name}: stored {stored + 7}, recomputed {stored}"
    )


@pytest.mark.parametrize("name", DEBATE_COUNTERS)
def test_a_wrong_counter_of_a_debate_is_found(patient: Patient, name: str) -> None:
    stored = int(patient.read(f"SELECT {name} FROM debates"))  # noqa: S608 - our own names
    patient.damage(f"UPDATE debates SET {name} = {name} - 1")  # noqa: S608 - our own names
    assert patient.findings(patient.uid) == [
        Finding(fault=Fault.COUNTER, debate=patient.uid, field=name, stored=stored - 1, recomputed=stored)
    ]


ALONE: Final = [
    (
        "stale words of a post",
        "UPDATE posts SET search_terms = 'autre' WHERE number = 2",
        Fault.DERIVED,
        "search_terms",
        2,
    ),
    (
        "stale words of the debate",
        "UPDATE debates SET search_terms = ''",
        Fault.DERIVED,
        "search_terms",
        None,
    ),
    (
        "another place in the random order",
        "UPDATE posts SET shuffle = shuffle + 1 WHERE number = 2",
        Fault.DERIVED,
        "shuffle",
        2,
    ),
    (
        "a number given to nobody",
        "UPDATE debates SET last_number = last_number + 2",
        Fault.NUMBER_MISSING,
        "number",
        8,
    ),
    (
        "a last number that is not the last",
        "UPDATE debates SET last_number = last_number - 1",
        Fault.POSITION,
        "last_number",
        None,
    ),
    (
        "a longer journal than there is",
        "UPDATE debates SET journal_length = journal_length + 1",
        Fault.POSITION,
        "journal_length",
        None,
    ),
    (
        "a last act that was not",
        "UPDATE debates SET last_act_at = created_at",
        Fault.POSITION,
        "last_act_at",
        None,
    ),
    (
        "a changed leaf hash",
        f"UPDATE journal_entries SET leaf_hash = {ZEROS} WHERE sequence = 5",
        Fault.LEAF_HASH,
        "leaf_hash",
        2,
    ),
    ("a changed name", "UPDATE posts SET author_name = 'Claudine' WHERE number = 3", Fault.DIGEST, "text", 3),
    (
        "a changed side",
        "UPDATE posts SET link = 'https://exemple.example/' WHERE number = 5",
        Fault.DIGEST,
        "text",
        5,
    ),
    (
        "a changed earlier text",
        "UPDATE revisions SET body = 'Rien.' WHERE number = 1 AND revision = 1",
        Fault.DIGEST,
        "earlier text",
        1,
    ),
    (
        "a changed reason of a tombstone",
        "UPDATE posts SET state_reason = 'spam' WHERE state <> 'visible'",
        Fault.DIGEST,
        "state",
        6,
    ),
    (
        "a changed instant of a vote",
        "UPDATE votes SET cast_at = '2026-03-01T00:00:00.000000Z' WHERE number = 2",
        Fault.DIGEST,
        "vote",
        2,
    ),
    (
        "a changed act",
        "UPDATE debate_acts SET content = '{}' WHERE kind = 'period_extended'",
        Fault.DIGEST,
        "act",
        None,
    ),
    (
        "a redated act",
        "UPDATE debate_acts SET at = '2026-03-01T00:00:00.000000Z' WHERE kind = 'period_extended'",
        Fault.ENTRY_DIFFERS,
        "at",
        None,
    ),
    (
        "a tombstone without its entry",
        "UPDATE posts SET state_sequence = NULL WHERE state <> 'visible'",
        Fault.ENTRY_MISSING,
        "state",
        6,
    ),
    (
        "an act that is gone",
        "DELETE FROM debate_acts WHERE kind = 'period_extended'",
        Fault.STATE_MISSING,
        "period_extended",
        None,
    ),
    (
        "an earlier text that is gone",
        "DELETE FROM revisions WHERE number = 1 AND revision = 1",
        Fault.REVISION,
        "earlier revisions",
        1,
    ),
]
"""Faults that show in one place only."""


@pytest.mark.parametrize(
    ("statement", "fault", "field", "number"), [case[1:] for case in ALONE], ids=[case[0] for case in ALONE]
)
def test_a_planted_fault_is_found_where_it_is(
    patient: Patient, statement: str, fault: Fault, field: str, number: int | None
) -> None:
    patient.damage(statement)
    findings = patient.findings()
    assert seen(findings) == {(fault, field, number)}
    assert len(findings) == 1
    assert findings[0].stored != findings[0].recomputed or fault is Fault.STATE_MISSING


FURTHER: Final = [
    (
        "a changed text",
        "UPDATE posts SET body = 'Planter partout.' WHERE number = 2",
        {(Fault.DIGEST, "text", 2), (Fault.DERIVED, "search_terms", 2)},
    ),
    (
        "a changed vote",
        "UPDATE votes SET value = 'agree' WHERE number = 2",
        {(Fault.DIGEST, "vote", 2), (Fault.COUNTER, "agree", 2), (Fault.COUNTER, "disagree", 2)},
    ),
    (
        "a vote of a kind that its post does not take",
        "UPDATE votes SET value = 'support' WHERE number = 2",
        {
            (Fault.DIGEST, "vote", 2),
            (Fault.VOTE, "value", 2),
            (Fault.COUNTER, "support", 2),
            (Fault.COUNTER, "disagree", 2),
        },
    ),
    (
        "a vote on a revision to come",
        "UPDATE votes SET revision = 9 WHERE number = 2",
        {(Fault.DIGEST, "vote", 2), (Fault.VOTE, "revision", 2), (Fault.COUNTER, "on_earlier_revisions", 2)},
    ),
    (
        "a vote that is gone",
        "DELETE FROM votes WHERE number = 2",
        {(Fault.COUNTER, "disagree", 2), (Fault.COUNTER, "votes", None)},
    ),
    (
        "a post that is gone",
        "DELETE FROM posts WHERE number = 7",
        {
            (Fault.NUMBER_MISSING, "number", 7),
            (Fault.STATE_MISSING, "contribution_posted", 7),
            (Fault.COUNTER, "contributions", None),
        },
    ),
    (
        "a tombstone shown again",
        "UPDATE posts SET state = 'visible', state_since = NULL, state_reason = NULL WHERE number = 6",
        {(Fault.DIGEST, "state", 6), (Fault.COUNTER, "contra", 2), (Fault.COUNTER, "arguments_contra", None)},
    ),
    (
        "a gap in the journal",
        "DELETE FROM journal_entries WHERE sequence = 5",
        {(Fault.SEQUENCE_MISSING, "sequence", None), (Fault.ENTRY_MISSING, "text", 2)},
    ),
    (
        "an entry dated before the one before it",
        "UPDATE journal_entries SET at = '2026-03-01T00:00:00.000000Z' WHERE sequence = 5",
        {(Fault.ORDER, "at", None), (Fault.LEAF_HASH, "leaf_hash", 2)},
    ),
    (
        "a changed digest",
        f"UPDATE journal_entries SET digest = {ZEROS} WHERE sequence = 5",
        {(Fault.LEAF_HASH, "leaf_hash", 2), (Fault.DIGEST, "text", 2)},
    ),
    (
        "an entry of no known kind",
        "UPDATE journal_entries SET kind = 'post_forgotten' WHERE sequence = 5",
        {(Fault.ENTRY_DIFFERS, "kind", 2)},
    ),
    (
        "an entry of another kind",
        "UPDATE journal_entries SET kind = 'vote_cast' WHERE sequence = 5",
        {(Fault.ENTRY_DIFFERS, "kind", 2), (Fault.LEAF_HASH, "leaf_hash", 2)},
    ),
    (
        "the entry of another post",
        "UPDATE posts SET sequence = 4 WHERE number = 2",
        {(Fault.ENTRY_DIFFERS, "number", 2), (Fault.DIGEST, "text", 2)},
    ),
    (
        "an entry that is not there",
        "UPDATE posts SET sequence = 999 WHERE number = 2",
        {(Fault.ENTRY_MISSING, "text", 2)},
    ),
    (
        "a revision too far",
        "UPDATE posts SET revision = 1 WHERE number = 4",
        {
            (Fault.REVISION, "revision", 4),
            (Fault.REVISION, "earlier revisions", 4),
            (Fault.DIGEST, "text", 4),
            (Fault.ENTRY_DIFFERS, "kind", 4),
        },
    ),
]
"""Faults that show in several places."""


@pytest.mark.parametrize(
    ("statement", "expected"), [case[1:] for case in FURTHER], ids=[case[0] for case in FURTHER]
)
def test_a_fault_is_found_wherever_it_shows(
    patient: Patient, statement: str, expected: set[tuple[Fault, str, int | None]]
) -> None:
    patient.damage(statement)
    assert seen(patient.findings()) == expected


def test_a_destroyed_salt_is_no_fault(patient: Patient) -> None:
    patient.damage(
        "UPDATE posts SET salt = NULL, author_name = NULL WHERE number = 2",
        "UPDATE votes SET salt = NULL WHERE number = 2",
        "UPDATE revisions SET salt = NULL",
        "UPDATE debate_acts SET salt = NULL",
    )
    assert patient.findings() == []


def test_no_finding_tells_a_text_a_name_or_a_vote(patient: Patient) -> None:
    patient.damage(
        "UPDATE posts SET body = 'Secret.', title = NULL, author_name = 'Personne', search_terms = 'secret'",
        "UPDATE votes SET value = 'agree'",
    )
    told = "\n".join(map(str, patient.findings()))
    assert told
    for secret in ("Secret", "Personne", NASTY[:20], "'agree'", "secret"):
        assert secret not in told


def test_findings_come_one_by_one(patient: Patient) -> None:
    patient.damage("UPDATE posts SET shuffle = 0")
    assert [finding.number for finding in patient.findings()] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_reference_that_points_nowhere_is_found(patient: Patient) -> None:
    patient.damage("UPDATE debate_acts SET person_key = 999 WHERE sequence = 1")
    (finding,) = patient.findings()
    assert (finding.fault, finding.field, finding.recomputed) == (Fault.STRUCTURE, "foreign key", "people")
    assert patient.findings(patient.uid) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_damaged_file_is_not_looked_into(patient: Patient) -> None:
    with patient.instance.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.exec_driver_sql("UPDATE posts SET kind = 'poll' WHERE number = 2")
        connection.commit()
        connection.detach()
    findings = patient.findings()
    assert {finding.field for finding in findings} == {"integrity"}
    assert "posts" in str(findings[0])
    assert str(findings[0]).startswith("database: ")
