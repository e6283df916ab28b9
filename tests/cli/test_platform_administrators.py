"""Administrators of the platform on the command line, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from consultation.application.platform import add_platform_administrator, remove_platform_administrator
from consultation.application.ports import Transaction
from consultation.bootstrap import Services
from consultation.cli.failures import ExitCode
from consultation.domain.decisions import RefusalCode, Refused
from tests.cli.conftest import Cli


def test_administrators_of_the_platform_are_named_listed_and_removed(cli: Cli) -> None:
    assert "There is none yet" in cli("platform-administrator", "list").err
    named = cli("platform-administrator", "add", " Odile@Example.ORG ")
    assert (named.code, named.out.strip().partition("\t")[2]) == (0, "odile@example.org")
    cli("platform-administrator", "add", "sami@example.org")
    assert cli("platform-administrator", "add", "odile@example.org").out == named.out
    listed = cli("platform-administrator", "list").out.splitlines()
    assert [line.partition("\t")[2] for line in listed] == ["odile@example.org", "sami@example.org"]
    gone = cli("platform-administrator", "remove", "Odile@example.org")
    assert (gone.code, gone.out) == (0, "")
    assert "odile@example.org is no administrator of the platform any more" in gone.err
    assert cli("platform-administrator", "list").out.splitlines() == listed[1:]


def test_the_last_administrator_of_the_platform_stays(cli: Cli) -> None:
    cli("platform-administrator", "add", "odile@example.org")
    told = cli("platform-administrator", "remove", "odile@example.org")
    assert told.code == ExitCode.REFUSED
    assert "the last administrator of the platform" in told.err
    assert "odile@example.org" in cli("platform-administrator", "list").out


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("remove", "nobody@example.org"), 1, "nobody@example.org is no administrator of the platform."),
        (("add", "no address"), 2, "is not an e-mail address"),
        (("remove", "no address"), 2, "is not an e-mail address"),
        (("add",), 2, "Missing argument 'EMAIL'"),
    ],
)
def test_an_unfit_administrator_of_the_platform_is_refused(
    cli: Cli, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    told = cli("platform-administrator", *arguments)
    assert told.code == code
    assert reason in told.err


def test_an_organisation_is_set_up_with_its_first_administrator(cli: Cli) -> None:
    made = cli("organisation", "create", "gent", "Stad Gent", "--administrator", "Odile@example.org")
    assert (made.code, made.err) == (0, "")
    assert cli("member", "list", "gent").out.partition("\t")[2] == "odile@example.org\tadministrator\n"


@pytest.mark.race
def test_of_two_who_remove_each_other_at_once_exactly_one_stays(services: Services) -> None:
    for number in range(10):
        pair = [f"{who}{number}@example.org" for who in "ab"]

        def alone(tx: Transaction, pair: list[str] = pair) -> None:
            for email in pair:
                add_platform_administrator(tx, email, "fr")
            for one in tx.platform.lock():
                if one.email not in pair:
                    tx.platform.remove(one.key)

        services.work.perform(alone)
        barrier = Barrier(2)

        def removing(email: str, barrier: Barrier = barrier) -> object:
            barrier.wait()
            return services.work.perform(lambda tx: remove_platform_administrator(tx, email))

        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(removing, reversed(pair)))
        refused = [one.code for one in results if isinstance(one, Refused)]
        assert refused == [RefusalCode.LAST_PLATFORM_ADMINISTRATOR]
        left = services.work.perform(lambda tx: tx.platform.lock())
        assert not isinstance(left, Refused)
        assert len(left) == 1
