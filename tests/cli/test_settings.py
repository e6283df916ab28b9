"""Settings that are not fit, and databases that are not there: one sentence, and no secret in it."""

import json
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from consultation.cli.failures import ExitCode
from tests.cli.conftest import Cli

ISSUER: Final = {
    "slug": "etat",
    "name": "État",
    "issuer": "https://etat.example",
    "client_id": "consultation",
    "client_secret": "hush",
}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"ENVIRONMENT": "production"}, "CONSULTATION_SECRET_KEY must be set"),
        (
            {"ENVIRONMENT": "production", "SECRET_KEY": "hush"},
            "CONSULTATION_SECRET_KEY must have at least 32",
        ),
        (
            {"ENVIRONMENT": "production", "SECRET_KEY": "x" * 32},
            "CONSULTATION_MAIL_URL must be an SMTP server",
        ),
        ({"PUBLIC_URL": "debates.example"}, "CONSULTATION_PUBLIC_URL must be"),
        ({"THREADS": "many"}, "CONSULTATION_THREADS: "),
        ({"THREADS": "0", "BODY_LIMIT_BYTES": "1"}, "CONSULTATION_BODY_LIMIT_BYTES: "),
        ({"LOG_LEVEL": "LOUD"}, "CONSULTATION_LOG_LEVEL: "),
        ({"DATABASE_URL": "hush"}, "CONSULTATION_DATABASE_URL is no database address"),
        ({"DATABASE_URL": "mysql+hush://hush@x/y"}, "CONSULTATION_DATABASE_URL names no driver of ours"),
        ({"MAIL_URL": "smtp+starttls://user:hush@"}, "mail"),
        ({"OIDC_PROVIDERS": '[{"client_secret": "hush"'}, "CONSULTATION_OIDC_PROVIDERS is no JSON"),
        (
            {"OIDC_PROVIDERS": '[{"slug": "a", "client_secret": "hush"}]'},
            "CONSULTATION_OIDC_PROVIDERS: 0: NAME",
        ),
        (
            {"OIDC_PROVIDERS": json.dumps([ISSUER | {"slug": "key"}])},
            "CONSULTATION_OIDC_PROVIDERS: 0: the slug is that of users whom servers name",
        ),
        (
            {"OIDC_PROVIDERS": json.dumps([ISSUER | {"issuer": f"urn:uuid:{UUID(int=1)}"}])},
            "CONSULTATION_OIDC_PROVIDERS: 0: ISSUER",
        ),
        ({"OIDC_PROVIDERS": '["hush"]'}, "CONSULTATION_OIDC_PROVIDERS: 0: "),
        ({"PRIVATE_HOSTS": "hush"}, "CONSULTATION_PRIVATE_HOSTS is no JSON"),
    ],
)
def test_unfit_settings_are_named_but_not_repeated(
    bare_cli: Cli, environment: pytest.MonkeyPatch, settings: dict[str, str], words: str
) -> None:
    environment.delenv("CONSULTATION_MAIL_URL")
    for name, value in settings.items():
        environment.setenv(f"CONSULTATION_{name}", value)
    told = bare_cli("organisation", "list")
    assert told.code == ExitCode.USAGE, told.err
    assert words in told.err
    assert told.err.count("\n") == 1
    assert "hush" not in told.err


def test_a_database_that_does_not_answer_is_not_available(
    bare_cli: Cli, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"postgresql+psycopg://somebody:hush@/consultation?host={tmp_path}"
    environment.setenv("CONSULTATION_DATABASE_URL", url)
    for arguments in (("organisation", "list"), ("migrate",), ("serve", "--port", "0")):
        told = bare_cli(*arguments)
        assert told.code == ExitCode.UNAVAILABLE, told.err
        assert told.err.startswith("consultation: The database cannot be used (")
        assert told.err.count("\n") == 1
        assert "hush" not in told.err


def test_a_file_that_cannot_be_a_database_is_not_available(
    bare_cli: Cli, environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("This is no database, and long enough to be looked at." * 20)
    environment.setenv("CONSULTATION_DATABASE_URL", f"sqlite:///{tmp_path}/text")
    told = bare_cli("organisation", "list")
    assert told.code != 0
    assert "Traceback" not in told.err
    assert told.err.count("\n") == 1


def test_without_settings_the_database_is_made_in_the_folder_var(bare_cli: Cli, tmp_path: Path) -> None:
    assert bare_cli("organisation", "list").code == 0
    assert (tmp_path / "var" / "consultation.sqlite3").is_file()
