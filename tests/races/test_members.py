"""Members who go, and invitations that are accepted, at several processes at one moment."""

from contextlib import ExitStack
from uuid import uuid4  # noqa: TID251 - names that no other test uses

import pytest

from consultation.application.invitations import invite
from consultation.application.organisations import add_organisation, give_role
from consultation.application.people import open_session
from consultation.application.ports import Account, Transaction
from consultation.domain.actors import Role
from consultation.domain.decisions import Refused
from tests.races.conftest import Cluster
from tests.races.meeting import at_once, everywhere, statuses
from tests.races.wire import Request, Wire

pytestmark = pytest.mark.race

ROUNDS = 10


def found(cluster: Cluster, administrators: int) -> tuple[str, list[Account], list[str]]:
    """A new organisation: its slug, its administrators, and a session of each."""
    slug = f"ville-{uuid4().hex}"
    services = cluster.arena.services

    def founding(tx: Transaction) -> tuple[list[Account], list[str]]:
        add_organisation(tx, slug, "Une ville", "Europe/Paris", "fr")
        for number in range(administrators):
            give_role(tx, slug, f"administrator{number}@{slug}.example", Role.ADMINISTRATOR)
        organisation = tx.organisations.find(slug)
        assert organisation is not None
        accounts = [member.person for member in tx.organisations.members(organisation.key)]
        return accounts, [
            open_session(tx, services.digests, one, services.session_rules).token for one in accounts
        ]

    made = services.work.perform(founding)
    assert not isinstance(made, Refused)
    return slug, *made


def administrators_of(cluster: Cluster, slug: str) -> list[str | None]:
    def reading(tx: Transaction) -> list[str | None]:
        organisation = tx.organisations.find(slug)
        assert organisation is not None
        members = tx.organisations.members(organisation.key)
        return [one.person.email for one in members if Role.ADMINISTRATOR in one.roles]

    left = cluster.arena.services.work.perform(reading)
    assert not isinstance(left, Refused)
    return left


def test_of_two_administrators_who_remove_each_other_at_once_exactly_one_stays(cluster: Cluster) -> None:
    for _ in range(ROUNDS):
        slug, accounts, tokens = found(cluster, 2)
        with ExitStack() as stack:
            wires = [
                stack.enter_context(Wire(address, token))
                for address, token in zip(cluster.addresses, tokens, strict=False)
            ]
            requests = [
                Request("DELETE", f"/organisations/{slug}/members/{one.uid}") for one in reversed(accounts)
            ]
            replies = at_once(wires, requests)
        # The second is no administrator any more when its turn comes.
        assert statuses(replies) == [200, 403]
        assert len(administrators_of(cluster, slug)) == 1


def test_when_all_administrators_leave_at_once_one_of_them_stays(cluster: Cluster) -> None:
    for _ in range(ROUNDS):
        slug, _, tokens = found(cluster, 3)
        with ExitStack() as stack:
            wires = [
                stack.enter_context(Wire(address, token))
                for address, token in zip(cluster.addresses, tokens, strict=True)
            ]
            replies = everywhere(wires, Request("DELETE", f"/organisations/{slug}/members/me"))
        assert statuses(replies) == [204, 204, 409]
        assert {reply.code for reply in replies} == {None, "last_administrator"}
        assert len(administrators_of(cluster, slug)) == 1


def invited_into(cluster: Cluster, slug: str, by: Account) -> str:
    """The token of a new invitation to become an administrator."""
    services = cluster.arena.services
    email = f"invitee@{slug}.example"
    made = services.work.perform(lambda tx: invite(tx, services.digests, slug, by, email, Role.ADMINISTRATOR))
    assert not isinstance(made, Refused)
    return made.token


def test_a_code_that_many_have_is_accepted_by_one(cluster: Cluster) -> None:
    crowd = cluster.arena.crowd[:6]
    for _ in range(ROUNDS):
        slug, (administrator,), _ = found(cluster, 1)
        body = {"token": invited_into(cluster, slug, administrator)}
        with ExitStack() as stack:
            wires = [
                stack.enter_context(Wire(cluster.addresses[index % len(cluster.addresses)], token))
                for index, token in enumerate(crowd)
            ]
            replies = everywhere(wires, Request("POST", "/invitations/acceptance", body))
        assert statuses(replies) == [201, *[410] * (len(crowd) - 1)]
        assert len(administrators_of(cluster, slug)) == 2
