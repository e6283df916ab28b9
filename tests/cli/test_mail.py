"""`consultation mail bounces`: reports of failed delivery from files, folders and standard input."""

from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from consultation.application.notices.sending import identifier_of
from consultation.application.people import add_account
from consultation.application.ports import Transaction
from consultation.bootstrap import Services, build
from consultation.domain.notices import MailSettings
from consultation.settings import Settings
from tests.bounces import bounce
from tests.cli.conftest import Cli

ADDRESS = "camille@citoyens.example"


@pytest.fixture
def report(cli: Cli) -> bytes:
    """The report that a message to somebody came back."""
    services = build(Settings())

    def known(tx: Transaction) -> str:
        add_account(tx, ADDRESS, "fr")
        return identifier_of(services.digests, tx.ids.uid(), ADDRESS)

    identifier = services.work.perform(known)
    services.database.dispose()
    return bounce(f"<{identifier}@consultation.example>", ADDRESS)


def settings_of_person(services: Services) -> MailSettings:
    def reading(tx: Transaction) -> MailSettings:
        key = tx.notices.by_address(ADDRESS)
        assert key is not None
        return tx.notices.settings(key)

    found = services.work.perform(reading)
    assert isinstance(found, MailSettings)
    return found


def test_reports_in_files_and_folders_switch_addresses_off(cli: Cli, report: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "1").write_bytes(b"Subject: Holidays\n\nI am away.\n")
    (folder / "2").write_bytes(report)
    ran = cli("mail", "bounces", str(folder))
    assert (ran.code, ran.out) == (0, "2 read, 1 switched off\n")
    assert ADDRESS not in ran.out + ran.err
    services = build(Settings())
    off = settings_of_person(services).off
    services.database.dispose()
    assert off is not None
    assert off.reason == "bounced"


def test_one_report_comes_from_standard_input(
    cli: Cli, report: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(report)))
    assert cli("mail", "bounces").out == "1 read, 1 switched off\n"


def test_a_report_that_anybody_could_have_written_switches_nothing_off(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_bytes(bounce(f"<{'0' * 32}.{'0' * 32}@consultation.example>", ADDRESS))
    ran = cli("mail", "bounces", str(file))
    assert (ran.code, ran.out) == (0, "1 read, 0 switched off\n")
