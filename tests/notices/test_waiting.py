"""News for an address that takes nothing for a time: they wait, and come once it does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest

from consultation.application.ports import Account
from consultation.bootstrap import Services
from consultation.domain.notices import OffReason
from tests.builders import NOW, Caller, StepClock, Town, rfc3339
from tests.notices.following import ADDRESS, DAY, numbers, wants
from tests.postbox import Postbox

Deliver = Callable[[], None]
MINUTE: Final = timedelta(minutes=1)


@pytest.fixture
def account(follower: Caller, services: Services) -> Account:
    """That of the follower."""
    assert follower.get("/me").status_code == 200
    found = services.work.perform(lambda tx: tx.people.by_email(ADDRESS))
    assert isinstance(found, Account)
    return found


@pytest.fixture
def followed(town: Town, follower: Caller) -> str:
    """A debate that the follower follows, and that closes too late to be told of."""
    debate = town.debate(closes_at=rfc3339(NOW + 400 * DAY))
    assert follower.put(f"/me/follows/{debate}", None).status_code == 204
    return debate


def switch_off(services: Services, account: Account) -> None:
    services.work.perform(lambda tx: tx.notices.switch_off(account.key, tx.now(), OffReason.BOUNCED))


def switch_on(services: Services, account: Account) -> None:
    """As signing in with a code does."""
    services.work.perform(lambda tx: tx.notices.switch_on(account.key, tx.now()))


def test_whose_address_was_off_before_following_anything_gets_digests_once_it_is_on(
    town: Town,
    follower: Caller,
    account: Account,
    services: Services,
    postbox: Postbox,
    deliver: Deliver,
    clock: StepClock,
) -> None:
    switch_off(services, account)
    switch_on(services, account)
    debate = town.debate()
    assert follower.put(f"/me/follows/{debate}", None).status_code == 204
    town.contribution(debate)
    clock.step(DAY)
    deliver()
    assert numbers(postbox) == [[1]]


@pytest.mark.parametrize("follows", ["at_once", "daily", "weekly"])
def test_news_wait_while_the_address_is_off_and_come_once_when_it_is_on(
    town: Town,
    follower: Caller,
    followed: str,
    account: Account,
    services: Services,
    postbox: Postbox,
    deliver: Deliver,
    clock: StepClock,
    follows: str,
) -> None:
    wants(follower, follows)
    switch_off(services, account)
    for _ in range(3):
        town.contribution(followed)
        deliver()
        clock.step(DAY * 3)
        deliver()
    assert numbers(postbox) == []
    switch_on(services, account)
    clock.step(MINUTE)
    deliver()
    assert numbers(postbox) == [[1, 2, 3]]
    town.contribution(followed)
    clock.step(DAY * 7)
    deliver()
    assert numbers(postbox) == [[1, 2, 3], [4]]


def test_what_was_refused_or_planned_meanwhile_comes_when_the_address_is_on(
    town: Town,
    follower: Caller,
    followed: str,
    account: Account,
    services: Services,
    postbox: Postbox,
    deliver: Deliver,
    clock: StepClock,
) -> None:
    wants(follower, "at_once")
    town.contribution(followed)
    deliver()
    postbox.answers[ADDRESS] = ["550 5.1.1 no such user"]
    town.contribution(followed)
    town.contribution(followed)
    deliver()
    assert follower.get("/me").json()["mail"]["off"]["reason"] == "refused"
    postbox.answers.clear()
    switch_on(services, account)
    clock.step(MINUTE)
    deliver()
    assert numbers(postbox) == [[1], [2, 3]]


def test_who_unsubscribed_while_the_address_was_off_is_told_nothing_of_that_time(
    town: Town,
    follower: Caller,
    followed: str,
    account: Account,
    services: Services,
    postbox: Postbox,
    deliver: Deliver,
    clock: StepClock,
) -> None:
    switch_off(services, account)
    town.contribution(followed)
    wants(follower, "never")
    switch_on(services, account)
    clock.step(DAY)
    deliver()
    wants(follower, "at_once")
    clock.step(MINUTE)
    deliver()
    assert numbers(postbox) == []
