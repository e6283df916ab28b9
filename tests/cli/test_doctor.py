"""The doctor's exit codes, on both databases."""

import re
from pathlib import Path

import pytest

from consultation.persistence.engine import Database
from tests.cli.conftest import Cli

SHIPPED = Path(__file__).parents[2] / "src/consultation/cli/demo/closed.jsonl"
DEBATE = "valbruyere/demarches-en-ligne"


@pytest.fixture
def stored(cli: Cli, town: str) -> None:
    assert cli("import", "debate-jsonl", str(SHIPPED)).code == 0


@pytest.mark.usefixtures("stored")
def test_a_sound_database_is_well(cli: Cli) -> None:
    for named in ((), (DEBATE,)):
        told = cli("doctor", *named)
        assert (told.code, told.out, told.err) == (0, "All is well.\n", "")


@pytest.mark.usefixtures("stored")
def test_what_was_altered_is_found(cli: Cli, database_url: str) -> None:
    database = Database(database_url)
    with database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE posts SET contra = 7, body = 'Un autre texte.' WHERE number = 2150"
        )
        connection.commit()
    database.dispose()
    for named in ((), (DEBATE,)):
        told = cli("doctor", *named)
        assert told.code == 1
        assert re.search(r"#2150.*counter, contra: stored 7, recomputed .*1", told.out)
        assert re.search(r"#2150.*digest, text", told.out)
        assert "Un autre texte" not in told.out
        assert f"{len(told.out.splitlines())} findings" in told.err


@pytest.mark.usefixtures("stored")
def test_a_debate_that_is_not_there_cannot_be_looked_at(cli: Cli) -> None:
    told = cli("doctor", "valbruyere/rien")
    assert (told.code, told.out) == (2, "")
    assert "ORGANISATION/SLUG" in told.err


@pytest.mark.parametrize(
    "url", ["sqlite:///nowhere.sqlite3", "postgresql://nobody@/x?host=/nowhere", "nonsense"]
)
def test_a_database_that_is_not_there_cannot_be_looked_at(
    bare_cli: Cli, environment: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    environment.setenv("CONSULTATION_DATABASE_URL", url)
    told = bare_cli("doctor")
    assert (told.code, told.out) == (2, "")
    assert told.err.count("\n") == 1
    assert not list(tmp_path.glob("*.sqlite3"))


def test_it_never_migrates(bare_cli: Cli, environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite3").touch()
    environment.setenv("CONSULTATION_DATABASE_URL", f"sqlite:///{tmp_path}/empty.sqlite3")
    told = bare_cli("doctor")
    assert told.code == 2
    assert "The database is empty" in told.err
