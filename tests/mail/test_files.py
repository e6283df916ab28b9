"""Messages in a folder: complete, private, in order, and without addresses in their names."""

import re
import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from consultation.application.ports import MailUnavailable
from tests.mail.builders import mail, mailer


def test_a_message_becomes_a_file_of_its_own(tmp_path: Path) -> None:
    mailer(tmp_path.as_uri()).send(mail(subject="Été", text="Bonjour\n"))
    (path,) = tmp_path.iterdir()
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["To"] == "camille@mail.example"
    assert message["Subject"] == "Été"
    assert message.get_content().replace("\r\n", "\n") == "Bonjour\n"


def test_names_sort_by_time_and_hold_no_address(tmp_path: Path) -> None:
    sender = mailer(tmp_path.as_uri())
    for subject in ("un", "deux", "trois"):
        sender.send(mail(subject=subject))
    paths = sorted(tmp_path.iterdir())
    subjects = [message_from_bytes(path.read_bytes())["Subject"] for path in paths]
    assert subjects == ["un", "deux", "trois"]
    assert all(re.fullmatch(r"\d{8}T\d{6}\.\d{6}Z-id-\d{4}\.eml", path.name) for path in paths)


def test_the_folder_is_made_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "été et hiver"
    mailer(folder.as_uri()).send(mail())
    (path,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MailUnavailable, match="the mail folder cannot be used"):
        mailer((tmp_path / "file" / "folder").as_uri()).send(mail())


def test_a_message_that_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    # The name of the finished file is taken by a folder, so the last step fails.
    sender = mailer(tmp_path.as_uri())
    sender.send(mail())
    (path,) = tmp_path.iterdir()
    path.unlink()
    path.mkdir()
    with pytest.raises(MailUnavailable):
        mailer(tmp_path.as_uri()).send(mail())
    assert list(tmp_path.iterdir()) == [path]


def test_an_unfit_address_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        mailer(tmp_path.as_uri()).send(mail(to="nobody"))
    assert list(tmp_path.iterdir()) == []
