"""Organisations, members and sessions, on both databases."""

from datetime import UTC, datetime

import pytest

from consultation.bootstrap import Services, build
from consultation.cli.failures import ExitCode
from consultation.settings import Settings
from tests.cli.conftest import Cli


def test_an_organisation_is_set_up_and_listed(cli: Cli) -> None:
    assert "There is no organisation yet" in cli("organisation", "list").err
    made = cli(
        "organisation", "create", "gent", "  Stad  Gent ", "--time-zone", "Europe/Brussels", "--locale", "nl"
    )
    assert made.code == 0
    assert made.out == "gent\thttp://127.0.0.1:8000/gent\n"
    assert "consultation member add gent" in made.err
    cli("organisation", "create", "valbruyere", "Ville de Valbruyère")
    listed = cli("organisation", "list")
    assert listed.out.splitlines() == [
        "gent\tStad Gent\tEurope/Brussels\tnl",
        "valbruyere\tVille de Valbruyère\tEurope/Paris\tfr",
    ]
    assert listed.err == ""


def test_a_refusal_speaks_the_language_of_the_terminal(
    cli: Cli, town: str, environment: pytest.MonkeyPatch
) -> None:
    told = cli("organisation", "create", town, "Another")
    assert told.code == ExitCode.REFUSED
    assert told.err.startswith("consultation: The address name ")
    assert "already stands for something else" in told.err
    environment.setenv("LANG", "fr_FR.UTF-8")
    told = cli("organisation", "create", town, "Une autre")
    assert "désigne déjà autre chose" in told.err
    environment.setenv("LC_ALL", "C")
    assert "already stands" in cli("organisation", "create", town, "Another").err


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("Nope!", "X"), 1, "not a free slug"),
        (("api", "X"), 1, "not a free slug"),
        (("ville", "X", "--time-zone", "Mars/Olympus"), 1, "not an IANA time zone"),
        (("ville", " "), 1, "consultation: "),
        (("ville", "X", "--locale", "es"), 2, "'es' is not one of"),
        (("ville",), 2, "Missing argument 'NAME'"),
    ],
)
def test_an_unfit_organisation_is_refused(
    cli: Cli, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    told = cli("organisation", "create", *arguments)
    assert told.code == code
    assert reason in told.err
    assert "Traceback" not in told.err
    assert cli("organisation", "list").out == ""


def test_members_have_the_roles_they_were_given(cli: Cli, town: str) -> None:
    assert "Nobody has a role yet" in cli("member", "list", town).err
    given = cli("member", "add", town, " Odile@Example.ORG ", "--role", "organiser")
    assert given.code == 0
    name, address, roles = given.out.strip().split("\t")
    assert (name.startswith("Participant"), address, roles) == (True, "odile@example.org", "organiser")
    cli("member", "add", town, "odile@example.org", "--role", "administrator")
    assert cli("member", "list", town).out == f"{name}\todile@example.org\tadministrator,organiser\n"


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("add", "nowhere", "a@b.example", "--role", "organiser"), 1, "No organisation bears this name"),
        (("list", "nowhere"), 1, "No organisation bears this name"),
        (("add", "valbruyere", "no address", "--role", "organiser"), 2, "is not an e-mail address"),
        (("add", "valbruyere", "a@b.example", "--role", "mayor"), 2, "'mayor' is not one of"),
        (("add", "valbruyere", "a@b.example"), 2, "Missing option '--role'"),
    ],
)
def test_an_unfit_member_is_refused(
    cli: Cli, town: str, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    told = cli("member", *arguments)
    assert told.code == code
    assert reason in told.err


def address_of(token: str, services: Services) -> str | None:
    digest = services.digests.token(token)
    with services.readers.snapshot() as snapshot:
        account, _ = snapshot.caller(digest, services.clock(), None)
    return None if account is None else account.email


def test_the_last_word_on_standard_output_is_a_token_that_works(cli: Cli) -> None:
    first = cli("session", "create", "Sami@example.org")
    assert first.code == 0
    assert "Made an account for sami@example.org" in first.err
    again = cli("session", "create", "sami@example.org")
    assert "Made an account" not in again.err
    services = build(Settings())
    try:
        addresses = [address_of(told.out.split()[-1], services) for told in (first, again)]
    finally:
        services.database.dispose()
    assert addresses == ["sami@example.org"] * 2
    assert first.out != again.out


def test_an_operator_cannot_sign_in_nobody(cli: Cli) -> None:
    told = cli("session", "create", "nobody")
    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "is not an e-mail address" in told.err


def test_an_operator_opens_no_session_for_whoever_left_votes_that_still_count(cli: Cli, town: str) -> None:
    """Nor for an account that was made meanwhile, to give a role to the address."""
    until = datetime(2100, 1, 1, tzinfo=UTC)
    services = build(Settings())
    try:
        left = services.digests.identity("", "odile@example.org")
        services.work.perform(lambda tx: tx.erasing.note_departure(left, until))
    finally:
        services.database.dispose()
    for given in ((), ("member", "add", town, "odile@example.org", "--role", "organiser")):
        assert given == () or cli(*given).code == 0
        told = cli("session", "create", "Odile@example.org")
        assert (told.code, told.out) == (ExitCode.REFUSED, "")
        assert "So that nobody votes twice" in told.err


def test_an_operator_ends_all_sessions_of_one_person_and_of_nobody_else(cli: Cli) -> None:
    stolen, lost, other = (
        cli("session", "create", f"{name}@example.org").out.split()[-1] for name in ("sami", "sami", "odile")
    )
    told = cli("session", "end", "Sami@example.org")
    assert (told.code, told.out) == (0, "")
    assert told.err.endswith("that ended: 2.\n")
    services = build(Settings())
    try:
        assert [address_of(token, services) for token in (stolen, lost, other)] == [
            None,
            None,
            "odile@example.org",
        ]
    finally:
        services.database.dispose()
    assert cli("session", "end", "nobody@example.org").code == ExitCode.REFUSED
