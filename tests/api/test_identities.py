"""Identities of one person: linked while signed in, taken away but for the last, never somebody else's."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, update

from consultation.domain.confirmation import CONFIRMED_FOR
from consultation.persistence.tables import identity_providers
from tests.api.bodies import INSTANCE
from tests.api.browser import ROUND, SESSION, Browser, local, lose_secret, town_provider
from tests.api.worlds import World
from tests.builders import API, Caller
from tests.identity_provider import Issuer, identity_server

PROVIDERS = "/organisations/ville-exemple/identity-providers"


@dataclass(frozen=True, slots=True)
class TwoWays:
    """Somebody with two identities: one of the instance's provider, one of `other`, which has `slug`."""

    person: Caller
    other: Issuer
    slug: str

    def identities(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """That of the instance's provider, and that of the other."""
        of = {one["provider"]: one for one in identities(self.person)}
        return of[INSTANCE], of[self.slug]


@pytest.fixture
def citizen(here: World) -> Caller:
    """Somebody who signs in with a code by mail."""
    return here.town.citizen(here.name())


def identities(caller: Caller) -> list[dict[str, Any]]:
    return list(caller.get("/me/identities").json()["items"])


def test_an_identity_is_linked_and_opens_the_same_account(
    here: World, citizen: Caller, issuer: Issuer
) -> None:
    browser = Browser(here.process.client)
    answer = browser.link(citizen, INSTANCE, issuer)
    assert (answer.status_code, answer.headers["location"]) == (303, "http://testserver/compte")
    assert browser.jar == {}, "whoever links keeps the session that they have, and gets no other"
    assert [one["provider"] for one in identities(citizen)] == [INSTANCE]
    other = Browser(here.process.client)
    other.sign_in(INSTANCE, issuer)
    assert other.session.get("/me").json() == citizen.get("/me").json()


def test_a_person_may_link_several(here: World, citizen: Caller, issuer: Issuer) -> None:
    for subject in ("first", "second"):
        issuer.subject = f"{subject}-{here.name()}"
        assert Browser(here.process.client).link(citizen, INSTANCE, issuer).status_code == 303
    assert len({one["id"] for one in identities(citizen)}) == 2


def test_an_identity_of_somebody_else_is_refused(here: World, citizen: Caller, issuer: Issuer) -> None:
    owner = Browser(here.process.client)
    owner.sign_in(INSTANCE, issuer)
    answer = Browser(here.process.client).link(citizen, INSTANCE, issuer)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity_taken")
    assert identities(citizen) == []
    assert len(identities(owner.session)) == 1


def test_linking_what_is_linked_notes_the_level(here: World, citizen: Caller, issuer: Issuer) -> None:
    for acr in ("eidas1", "eidas2"):
        issuer.claims = {"acr": acr}
        Browser(here.process.client).link(citizen, INSTANCE, issuer)
    issuer.claims = {}
    assert [one["assurance"] for one in identities(citizen)] == ["eidas2"]


def begun(here: World, citizen: Caller, issuer: Issuer) -> tuple[Browser, str]:
    """A browser that links, at the moment when it comes back."""
    browser = Browser(here.process.client)
    answer = citizen.post("/me/identities", {"provider": INSTANCE})
    browser.take(answer)
    return browser, local(issuer.authorize(answer.json()["url"]))


def test_nobody_links_after_signing_out(here: World, citizen: Caller, issuer: Issuer) -> None:
    browser, back = begun(here, citizen, issuer)
    citizen.delete("/auth/sessions/current")
    assert browser.call("GET", back).json()["code"] == "sign_in_not_started"


def test_a_link_that_somebody_else_began_takes_no_identity_of_mine(
    here: World, citizen: Caller, issuer: Issuer
) -> None:
    """The attacker would sign in with the victim's identity from then on, or the other way round."""
    _, back = begun(here, citizen, issuer)
    victim = Browser(here.process.client)
    victim.jar[SESSION] = str(here.town.citizen(here.name()).token)
    assert victim.call("GET", back).json()["code"] == "sign_in_not_started"


def test_nothing_is_linked_when_another_person_signed_in_meanwhile(
    here: World, citizen: Caller, issuer: Issuer
) -> None:
    browser, back = begun(here, citizen, issuer)
    other = here.town.citizen(here.name())
    browser.jar[SESSION] = str(other.token)
    assert browser.call("GET", back).json()["code"] == "sign_in_not_started"
    assert identities(citizen) == identities(other) == []


def test_linking_cannot_be_begun_by_another_site(here: World, citizen: Caller) -> None:
    answer = here.process.client.post(
        f"{API}/me/identities",
        json={"provider": INSTANCE},
        headers={"Cookie": f"{SESSION}={citizen.token}", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.json()["code"] == "cross_site_request"


def test_a_repeated_call_gives_the_same_page_and_no_other_cookie(
    here: World, citizen: Caller, issuer: Issuer
) -> None:
    key = here.name()
    first, second = (
        citizen.post("/me/identities", {"provider": INSTANCE}, Idempotency_Key=key) for _ in range(2)
    )
    assert first.json() == second.json()
    assert "set-cookie" not in second.headers
    browser = Browser(here.process.client)
    browser.take(first)
    assert ROUND in browser.jar
    assert browser.call("GET", local(issuer.authorize(second.json()["url"]))).status_code == 303


def test_an_identity_is_taken_away(here: World, citizen: Caller, issuer: Issuer) -> None:
    Browser(here.process.client).link(citizen, INSTANCE, issuer)
    (identity,) = identities(citizen)
    assert citizen.delete(f"/me/identities/{identity['id']}").status_code == 204
    assert identities(citizen) == []
    again = citizen.delete(f"/me/identities/{identity['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "identity_not_found")
    stranger = Browser(here.process.client)
    stranger.sign_in(INSTANCE, issuer)
    assert stranger.session.get("/me").json()["id"] != citizen.get("/me").json()["id"]


def test_an_old_session_links_and_takes_away_nothing(here: World, citizen: Caller, issuer: Issuer) -> None:
    """Whoever holds a stolen one would come back for good, or lock the person out."""
    Browser(here.process.client).link(citizen, INSTANCE, issuer)
    before = identities(citizen)
    here.clock.step(CONFIRMED_FOR)
    for answer in (
        citizen.post("/me/identities", {"provider": INSTANCE}),
        citizen.delete(f"/me/identities/{before[0]['id']}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_again")
        assert answer.json()["minutes"] == 15
        assert "set-cookie" not in answer.headers
    assert identities(citizen) == before


def test_a_new_session_confirms_what_an_old_one_does_not(here: World, issuer: Issuer) -> None:
    name = here.name()
    citizen = here.town.citizen(name)
    Browser(here.process.client).link(citizen, INSTANCE, issuer)
    (identity,) = identities(citizen)
    here.clock.step(CONFIRMED_FOR)
    again = here.town.citizen(name)
    assert citizen.delete(f"/me/identities/{identity['id']}").json()["code"] == "sign_in_again"
    assert again.delete(f"/me/identities/{identity['id']}").status_code == 204


def test_nobody_takes_away_what_is_somebody_elses(here: World, citizen: Caller, issuer: Issuer) -> None:
    owner = Browser(here.process.client)
    owner.sign_in(INSTANCE, issuer)
    (identity,) = identities(owner.session)
    answer = citizen.delete(f"/me/identities/{identity['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "identity_not_found")


def test_the_last_way_to_sign_in_stays(here: World, issuer: Issuer) -> None:
    browser = Browser(here.process.client)
    browser.sign_in(INSTANCE, issuer)
    person = browser.session
    issuer.subject = f"second-{here.name()}"
    Browser(here.process.client).link(person, INSTANCE, issuer)
    first, second = identities(person)
    assert person.delete(f"/me/identities/{first['id']}").status_code == 204
    last = person.delete(f"/me/identities/{second['id']}")
    assert (last.status_code, last.json()["code"]) == (409, "last_sign_in")
    assert identities(person) == [second]


@pytest.fixture
def two_ways(here: World, issuer: Issuer) -> TwoWays:
    """Somebody without an address, at the instance's provider and at one of the town."""
    browser = Browser(here.process.client)
    browser.sign_in(INSTANCE, issuer)
    other = identity_server().issuer()
    slug = town_provider(here.town, other)
    Browser(here.process.client).link(browser.session, slug, other)
    return TwoWays(browser.session, other, slug)


def remove(here: World, slug: str) -> None:
    assert here.town.administrator.delete(f"{PROVIDERS}/{slug}").status_code == 204


def test_an_identity_of_a_provider_that_was_removed_is_no_way_to_sign_in(
    here: World, two_ways: TwoWays
) -> None:
    """Else somebody without an address takes away what works, and never gets in again."""
    person = two_ways.person
    assert [one["usable"] for one in two_ways.identities()] == [True, True]
    remove(here, two_ways.slug)
    works, does_not = two_ways.identities()
    assert (works["usable"], does_not["usable"]) == (True, False)
    answer = person.delete(f"/me/identities/{works['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_sign_in")
    assert person.delete(f"/me/identities/{does_not['id']}").status_code == 204, "what opens nothing may go"


def test_a_provider_that_came_back_under_another_slug_is_a_way_to_sign_in(
    here: World, two_ways: TwoWays
) -> None:
    remove(here, two_ways.slug)
    town_provider(here.town, two_ways.other, slug=f"{two_ways.slug}-encore")
    first, second = two_ways.identities()
    assert second["usable"]
    assert two_ways.person.delete(f"/me/identities/{first['id']}").status_code == 204


def test_another_issuer_under_the_same_slug_is_no_way_to_sign_in(here: World, two_ways: TwoWays) -> None:
    remove(here, two_ways.slug)
    town_provider(here.town, identity_server().issuer(), slug=two_ways.slug)
    first, second = two_ways.identities()
    assert not second["usable"]
    assert two_ways.person.delete(f"/me/identities/{first['id']}").json()["code"] == "last_sign_in"


def test_a_provider_whose_slug_the_settings_took_over_is_no_way_to_sign_in(
    here: World, two_ways: TwoWays
) -> None:
    """Whoever goes to that slug comes to the instance's provider: this one is found no more."""
    renamed = update(identity_providers).where(identity_providers.c.slug == two_ways.slug)
    here.execute(renamed.values(slug=INSTANCE))
    try:
        first, second = two_ways.identities()
        assert not second["usable"]
        assert two_ways.person.delete(f"/me/identities/{first['id']}").json()["code"] == "last_sign_in"
    finally:
        here.execute(delete(identity_providers).where(identity_providers.c.slug == INSTANCE))


def test_a_provider_whose_secret_cannot_be_read_is_no_way_to_sign_in(here: World, two_ways: TwoWays) -> None:
    lose_secret(here, two_ways.slug)
    start = Browser(here.process.client).call("GET", f"{API}/auth/oidc/{two_ways.slug}/start")
    assert (start.status_code, start.json()["code"]) == (502, "provider_unavailable"), "nobody gets in there"
    works, does_not = two_ways.identities()
    assert (works["usable"], does_not["usable"]) == (True, False)
    assert does_not["provider_name"] is not None, "the provider is still there"
    person = two_ways.person
    answer = person.delete(f"/me/identities/{works['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_sign_in")
    assert person.delete(f"/me/identities/{does_not['id']}").status_code == 204


def test_a_provider_that_was_added_anew_is_a_way_to_sign_in_beside_one_that_cannot_be_read(
    here: World, two_ways: TwoWays
) -> None:
    lose_secret(here, two_ways.slug)
    town_provider(here.town, two_ways.other, slug=f"{two_ways.slug}-encore")
    first, second = two_ways.identities()
    assert second["usable"]
    assert two_ways.person.delete(f"/me/identities/{first['id']}").status_code == 204


def test_whoever_has_an_address_takes_away_what_they_like(here: World, citizen: Caller) -> None:
    other = identity_server().issuer()
    slug = town_provider(here.town, other)
    Browser(here.process.client).link(citizen, slug, other)
    remove(here, slug)
    (identity,) = identities(citizen)
    assert citizen.delete(f"/me/identities/{identity['id']}").status_code == 204


@pytest.mark.race
def test_two_calls_at_once_do_not_take_the_last_two_away(here: World, issuer: Issuer) -> None:
    for _ in range(5):
        browser = Browser(here.process.client)
        issuer.subject = f"first-{here.name()}"
        browser.sign_in(INSTANCE, issuer)
        person = browser.session
        issuer.subject = f"second-{here.name()}"
        Browser(here.process.client).link(person, INSTANCE, issuer)
        paths = [f"/me/identities/{one['id']}" for one in identities(person)]
        callers = [person, here.neighbour.as_caller(person)]
        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(
                lambda pair: pair[0].delete(pair[1]).status_code, zip(callers, paths, strict=True)
            )
            assert sorted(answers) == [204, 409]
        assert len(identities(person)) == 1


@pytest.mark.race
def test_an_identity_that_comes_twice_at_once_makes_one_account(here: World, issuer: Issuer) -> None:
    for _ in range(5):
        issuer.subject = f"twin-{here.name()}"
        browsers = [Browser(here.process.client), Browser(here.neighbour.client)]
        backs = [browser.go_to_provider(INSTANCE, issuer) for browser in browsers]
        with ThreadPoolExecutor(2) as pool:
            answers = pool.map(lambda pair: pair[0].call("GET", pair[1]), zip(browsers, backs, strict=True))
            assert [answer.status_code for answer in answers] == [303, 303]
        assert len({browser.session.get("/me").json()["id"] for browser in browsers}) == 1


def test_no_issuer_or_subject_stands_in_an_address(here: World, citizen: Caller, issuer: Issuer) -> None:
    Browser(here.process.client).link(citizen, INSTANCE, issuer)
    (identity,) = identities(citizen)
    assert identity["id"][14] == "8", "a UUID of version 8"
    assert issuer.subject not in str(identity)
