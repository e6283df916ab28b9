"""The doctor finds nothing in what the commands wrote, and each fault that is planted in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from consultation.application.doctor import Fault, Finding
from consultation.persistence.bulk.counting import DEBATE_COUNTERS, POST_COUNTERS
from consultation.persistence.engine import Database
from tests.exchange.jsonl.makers import NASTY, Instance, lively_debate
from tests.persistence.patients import ALONE, FURTHER, Patient, seen
from tests.postgres import create_database, drop_database


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


@pytest.mark.parametrize(
    ("statement", "expected"), [case[1:] for case in FURTHER], ids=[case[0] for case in FURTHER]
)
def test_a_fault_is_found_wherever_it_shows(
    patient: Patient, statement: str, expected: set[tuple[Fault, str, int | None]]
) -> None:
    patient.damage(statement)
    assert seen(patient.findings()) == expected


@pytest.mark.parametrize(
    ("statement", "field", "number"),
    [
        ("UPDATE posts SET salt = NULL WHERE number = 2", "text", 2),
        ("UPDATE votes SET salt = NULL WHERE number = 2", "vote", 2),
        ("UPDATE revisions SET salt = NULL WHERE number = 1 AND revision = 1", "earlier text", 1),
        ("UPDATE debate_acts SET salt = NULL WHERE kind = 'period_extended'", "act", None),
        ("UPDATE posts SET state_salt = NULL WHERE number = 6", "state", 6),
    ],
)
def test_a_destroyed_salt_that_no_erasure_explains_is_found(
    patient: Patient, statement: str, field: str, number: int | None
) -> None:
    patient.damage(statement)
    assert seen(patient.findings()) == {(Fault.SALT_MISSING, field, number)}


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
