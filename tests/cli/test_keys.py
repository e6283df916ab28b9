"""Keys from the machine that runs the service, on both databases."""

from uuid import uuid4  # noqa: TID251 - an id that belongs to nothing

import pytest

from consultation.bootstrap import build
from consultation.cli.keys import SCOPES
from consultation.domain.keys import LONGEST_LIFE, Scope
from consultation.settings import Settings
from tests.cli.conftest import Cli


def scopes_behind(secret: str) -> frozenset[Scope] | None:
    """The scopes of the key with a secret, as a call would find them."""
    services = build(Settings())
    try:
        with services.readers.snapshot() as snapshot:
            found = snapshot.key_call(services.digests.token(secret), None, None, services.clock())
    finally:
        services.database.dispose()
    if found is None or found.life.revoked_at is not None:
        return None
    return found.caller.key.scopes  # type: ignore[union-attr]  # without a subject it is a server


def test_the_scopes_of_the_command_are_those_of_the_domain() -> None:
    assert tuple(Scope) == SCOPES


def test_a_key_is_made_listed_and_revoked(cli: Cli, town: str) -> None:
    assert "There is no key yet" in cli("key", "list", town).err
    made = cli("key", "create", town, " Site  web ", "--scope", "exports", "--scope", "debates:read")
    assert made.code == 0
    secret = made.out.split()[-1]
    assert secret.startswith("cns_")
    assert secret not in made.err
    assert scopes_behind(secret) == frozenset({Scope.EXPORTS, Scope.DEBATES_READ})
    listed = cli("key", "list", town).out
    uid, hint, name, scopes, state, use = listed.strip().split("\t")
    assert (hint, name, scopes, use) == (secret[:8], "Site web", "debates:read,exports", "never used")
    assert state.startswith("until ")
    assert secret not in listed
    assert cli("key", "revoke", town, uid).out == f"{uid}\trevoked\n"
    assert cli("key", "list", town).out.split("\t")[4] == "revoked"
    assert scopes_behind(secret) is None


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("create", "nowhere", "X", "--scope", "exports"), 1, "No organisation bears this name"),
        (("create", "valbruyere", " ", "--scope", "exports"), 1, "consultation: "),
        (("create", "valbruyere", "X"), 2, "Missing option '--scope'"),
        (("create", "valbruyere", "X", "--scope", "everything"), 2, "'everything' is not one of"),
        (("create", "valbruyere", "X", "--scope", "exports", "--days", "0"), 2, "0 is not in the range"),
        (("create", "valbruyere", "X", "--scope", "exports", "--days", "733"), 2, "is not in the range"),
        (("list", "nowhere"), 1, "No organisation bears this name"),
        (("revoke", "valbruyere", str(uuid4())), 1, "no key with this id"),
        (("revoke", "valbruyere", "x"), 2, "is not a valid UUID"),
    ],
)
def test_an_unfit_call_is_refused(
    cli: Cli, town: str, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    told = cli("key", *arguments)
    assert told.code == code
    assert reason in told.err
    assert cli("key", "list", town).out == ""


def test_the_longest_life_of_the_command_is_that_of_the_domain(cli: Cli, town: str) -> None:
    days = str(LONGEST_LIFE.days)
    assert cli("key", "create", town, "X", "--scope", "exports", "--days", days).code == 0
