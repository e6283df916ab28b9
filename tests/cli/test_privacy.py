"""What a person asks for by letter, and backups that bring people back."""

import json
from pathlib import Path

from consultation.cli.failures import ExitCode
from tests.cli.conftest import Cli


def test_a_person_is_handed_everything_and_erased(cli: Cli, town: str, tmp_path: Path) -> None:
    cli("session", "create", "odile@example.org")
    told = cli("person", "archive", "Odile@example.org")
    kept = json.loads(told.out)["kept"]
    assert kept["people"][0]["email"] == "odile@example.org"
    page = tmp_path / "odile.html"
    assert (
        cli("person", "archive", kept["people"][0]["uid"], "--format", "html", "--output", str(page)).code
        == 0
    )
    assert "odile@example.org" in page.read_text("utf-8")
    erased = cli("person", "erase", "odile@example.org", "--mode", "erase", "--yes")
    assert (erased.code, erased.out) == (0, "")
    assert cli("person", "archive", "odile@example.org").code == ExitCode.REFUSED
    assert cli("doctor").code == 0


def test_nobody_is_erased_by_mistake(cli: Cli, town: str) -> None:
    cli("member", "add", town, "odile@example.org", "--role", "administrator")
    assert cli("person", "erase", "odile@example.org", "--mode", "hide").code == ExitCode.USAGE
    assert cli("person", "erase", "odile@example.org").code == ExitCode.USAGE
    nobody = cli("person", "erase", "nobody@example.org", "--mode", "erase", "--yes")
    assert (nobody.code, "nobody with this address" in nobody.err) == (ExitCode.REFUSED, True)
    last = cli("person", "erase", "odile@example.org", "--mode", "erase", "--yes")
    assert (last.code, town in last.err) == (ExitCode.REFUSED, True)
    assert "odile@example.org" in cli("member", "list", town).out


def test_the_list_of_erasures_is_exported_and_applied(cli: Cli, town: str, tmp_path: Path) -> None:
    cli("session", "create", "odile@example.org")
    cli("person", "erase", "odile@example.org", "--mode", "unsigned", "--yes")
    told = cli("erasures", "export")
    (line,) = told.out.splitlines()
    assert json.loads(line)["mode"] == "unsigned"
    listed = tmp_path / "erasures.jsonl"
    listed.write_text(told.out, "utf-8")
    applied = cli("erasures", "apply", str(listed))
    assert (applied.code, "0 of them erased again" in applied.err) == (0, True)
    listed.write_text("nonsense\n", "utf-8")
    unfit = cli("erasures", "apply", str(listed))
    assert (unfit.code, "line 1" in unfit.err) == (ExitCode.USAGE, True)
