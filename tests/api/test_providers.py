"""Signing in at an identity provider: once, in the browser that began it, and for what was proven."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func, select

from consultation.persistence.tables import provider_sessions
from tests.api.bodies import INSTANCE
from tests.api.browser import SESSION, Browser, town_provider
from tests.api.mailbox import ask_for_code
from tests.api.worlds import World
from tests.builders import API, NOW, Caller
from tests.identity_provider import Issuer, identity_server

TICK = timedelta(microseconds=1)
TEN_MINUTES = timedelta(minutes=10)


def test_somebody_new_comes_back_signed_in_where_they_wanted_to_go(
    here: World, browser: Browser, issuer: Issuer
) -> None:
    answer = browser.sign_in(INSTANCE, issuer, "?next=/ville/debat/2150%3Fpage=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "http://testserver/ville/debat/2150?page=2"
    assert set(browser.jar) == {SESSION}, "the cookie of the round is gone"
    account = browser.session.get("/me").json()
    assert account["email"] is None
    (identity,) = browser.session.get("/me/identities").json()["items"]
    assert (identity["provider"], identity["provider_name"]) == (INSTANCE, "Mon compte")
    assert (identity["issuer"], identity["assurance"]) == (issuer.url, None)


def test_the_second_time_the_same_account_is_found(here: World, issuer: Issuer) -> None:
    people = []
    for acr in ("eidas1", "eidas2"):
        issuer.claims = {"acr": acr}
        browser = Browser(here.process.client)
        browser.sign_in(INSTANCE, issuer)
        people.append(browser.session.get("/me").json()["id"])
        (identity,) = browser.session.get("/me/identities").json()["items"]
        assert (identity["assurance"], identity["used_at"]) == (acr, identity["linked_at"])
    assert people[0] == people[1]


def test_each_sign_in_is_noted_with_its_instant(here: World, issuer: Issuer) -> None:
    for minutes in (0, 5):
        here.clock.set(NOW + timedelta(minutes=minutes))
        issuer.now = here.clock
        browser = Browser(here.process.client)
        browser.sign_in(INSTANCE, issuer)
        (identity,) = browser.session.get("/me/identities").json()["items"]
        assert identity["linked_at"].startswith("2026-03-15T12:00:00")
        assert identity["used_at"].startswith(f"2026-03-15T12:0{minutes}:00")


def test_neither_name_nor_address_is_taken_from_a_provider(
    here: World, browser: Browser, issuer: Issuer
) -> None:
    issuer.claims = {
        "name": "Facebook_Camille Dupont",
        "preferred_username": "camille",
        "email": "camille@fournisseur.example",
        "email_verified": True,
    }
    browser.sign_in(INSTANCE, issuer)
    account = browser.session.get("/me").json()
    assert account["email"] is None
    assert account["name"].startswith("Participant ")
    assert not {"camille", "facebook", INSTANCE} & set(account["name"].lower().split())


def test_two_accounts_are_never_joined_by_an_address(here: World, browser: Browser, issuer: Issuer) -> None:
    address = f"{here.name()}@citoyens.example"
    first = here.town.sign_in(address)
    issuer.claims = {"email": address, "email_verified": True}
    browser.sign_in(INSTANCE, issuer)
    second = browser.session.get("/me").json()
    assert second["id"] != first.get("/me").json()["id"]
    assert (first.get("/me").json()["email"], second["email"]) == (address, None)
    assert here.town.sign_in(address).get("/me").json()["id"] == first.get("/me").json()["id"]


def test_one_subject_at_two_issuers_is_two_people(here: World, issuer: Issuer) -> None:
    other = identity_server().issuer()
    other.subject = issuer.subject
    people = set()
    for slug, one in ((INSTANCE, issuer), (town_provider(here.town, other), other)):
        browser = Browser(here.process.client)
        browser.sign_in(slug, one)
        people.add(browser.session.get("/me").json()["id"])
    assert len(people) == 2


def test_signing_in_ends_the_session_that_the_browser_had(
    here: World, browser: Browser, issuer: Issuer
) -> None:
    before = here.town.citizen(here.name())
    elsewhere = here.town.sign_in(str(before.get("/me").json()["email"]))
    browser.jar[SESSION] = str(before.token)
    browser.sign_in(INSTANCE, issuer)
    assert browser.jar[SESSION] != before.token
    assert before.get("/me").json()["code"] == "session_invalid"
    assert elsewhere.get("/me").status_code == 200, "another browser's session stays"


def test_a_code_by_mail_ends_the_session_that_the_browser_had(here: World) -> None:
    before = here.town.citizen(here.name())
    address = f"{here.name()}@citoyens.example"
    browser = Browser(here.process.client)
    browser.jar[SESSION] = str(before.token)
    body = {"email": address, "code": ask_for_code(here, address), "cookie": True}
    assert browser.call("POST", f"{API}/auth/sessions", body).status_code == 201
    assert browser.session.get("/me").json()["email"] == address
    assert before.get("/me").json()["code"] == "session_invalid"


def test_the_list_offers_the_instances_and_one_organisations_providers(here: World) -> None:
    slug = town_provider(here.town, identity_server().issuer())
    anonymous = here.process.anonymous
    everywhere = [one["slug"] for one in anonymous.get("/auth/providers").json()["items"]]
    assert everywhere == [INSTANCE]
    there = anonymous.get("/auth/providers?organisation=ville-exemple").json()["items"]
    assert there[0]["slug"] == INSTANCE
    (own,) = [one for one in there if one["slug"] == slug]
    assert own == {
        "slug": slug,
        "name": "Mon compte",
        "organisation": "ville-exemple",
        "start_url": f"http://testserver/api/v1/auth/oidc/{slug}/start",
    }
    other, _ = here.organisation()
    elsewhere = anonymous.get(f"/auth/providers?organisation={other}").json()["items"]
    assert [one["slug"] for one in elsewhere] == [INSTANCE]
    unknown = anonymous.get("/auth/providers?organisation=nulle-part").json()["items"]
    assert [one["slug"] for one in unknown] == [INSTANCE]


def test_signing_out_ends_both_sessions(here: World, browser: Browser, issuer: Issuer) -> None:
    browser.sign_in(INSTANCE, issuer)
    session = browser.session
    answer = browser.call("POST", f"{API}/auth/logout")
    assert answer.status_code == 200, answer.text
    assert browser.jar == {}
    asked = parse_qs(urlsplit(answer.json()["url"]).query)
    assert answer.json()["url"].startswith(f"{issuer.url}/logout?")
    assert asked["id_token_hint"][0].count(".") == 2
    assert asked["post_logout_redirect_uri"] == ["http://testserver/"]
    assert len(asked["state"][0]) >= 32
    assert session.get("/me").json()["code"] == "session_invalid"


def test_a_session_by_mail_has_no_provider_to_sign_out_at(here: World) -> None:
    citizen = here.town.citizen(here.name())
    assert citizen.post("/auth/logout").json() == {"url": None}
    assert citizen.get("/me").status_code == 401


def test_signing_out_works_though_the_provider_is_gone(here: World, browser: Browser) -> None:
    issuer = identity_server().issuer()
    slug = town_provider(here.town, issuer)
    browser.sign_in(slug, issuer)
    session = browser.session
    here.town.administrator.delete(f"/organisations/ville-exemple/identity-providers/{slug}")
    assert session.post("/auth/logout").json() == {"url": None}
    assert session.get("/me").status_code == 401


def test_what_is_kept_for_signing_out_goes_with_the_session(
    here: World, browser: Browser, issuer: Issuer
) -> None:
    browser.sign_in(INSTANCE, issuer)
    digest = here.services.digests.token(browser.jar[SESSION])
    kept = select(func.count()).where(provider_sessions.c.token_digest == digest)
    with here.services.database.reading() as connection:
        assert connection.execute(kept).scalar_one() == 1
    browser.session.delete("/auth/sessions/current")
    with here.services.database.reading() as connection:
        assert connection.execute(kept).scalar_one() == 0


def test_another_process_ends_what_one_began(here: World, browser: Browser, issuer: Issuer) -> None:
    back = browser.go_to_provider(INSTANCE, issuer)
    elsewhere = Browser(here.neighbour.client)
    elsewhere.jar = dict(browser.jar)
    assert elsewhere.call("GET", back).status_code == 303
    assert Caller(here.process.client, elsewhere.jar[SESSION]).get("/me").status_code == 200


def test_an_answer_of_a_provider_that_nobody_knows_is_not_found(here: World) -> None:
    for path in ("start", "callback?state=x&code=y"):
        answer = here.process.client.get(f"{API}/auth/oidc/nulle-part/{path}")
        assert json.loads(answer.content)["code"] == "provider_not_found"
