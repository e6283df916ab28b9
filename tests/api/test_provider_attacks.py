"""Attacks on the way to an identity provider and back: replayed, injected, mixed up, led astray."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from consultation.persistence.tables import metadata, provider_sessions, sign_in_rounds
from tests.api.bodies import INSTANCE
from tests.api.browser import ROUND, Browser, code_of, local, town_provider
from tests.api.worlds import World, process
from tests.builders import API, NOW
from tests.identity_provider import Answer, Issuer, identity_server

TICK = timedelta(microseconds=1)
TEN_MINUTES = timedelta(minutes=10)


def test_what_came_back_once_is_worth_nothing_again(here: World, browser: Browser, issuer: Issuer) -> None:
    back = browser.go_to_provider(INSTANCE, issuer)
    secret = browser.jar[ROUND]
    assert browser.call("GET", back).status_code == 303
    again = Browser(here.process.client)
    again.jar[ROUND] = secret
    assert code_of(again.call("GET", back)) == "sign_in_not_started"
    assert code_of(browser.call("GET", back)) == "sign_in_not_started"


@pytest.mark.parametrize("cookie", [None, "", "made-up"])
def test_a_victims_browser_does_not_end_what_an_attacker_began(
    here: World, browser: Browser, issuer: Issuer, cookie: str | None
) -> None:
    """Or the victim would write under the attacker's name without noticing."""
    back = browser.go_to_provider(INSTANCE, issuer)
    victim = Browser(here.process.client)
    if cookie is not None:
        victim.jar[ROUND] = cookie
    assert code_of(victim.call("GET", back)) == "sign_in_not_started"
    assert code_of(browser.call("GET", back)) == "sign_in_not_started", "spent by the try"


def test_the_cookie_of_another_round_does_not_do(here: World, issuer: Issuer) -> None:
    attacker, victim = Browser(here.process.client), Browser(here.process.client)
    back = attacker.go_to_provider(INSTANCE, issuer)
    victim.start(INSTANCE)
    assert code_of(victim.call("GET", back)) == "sign_in_not_started"


def test_a_code_that_was_stolen_is_of_no_use_in_another_round(
    here: World, browser: Browser, issuer: Issuer
) -> None:
    stolen = parse_qs(urlsplit(browser.go_to_provider(INSTANCE, issuer)).query)["code"][0]
    thief = Browser(here.process.client)
    state = parse_qs(urlsplit(thief.start(INSTANCE)).query)["state"][0]
    answer = thief.call(
        "GET", f"{API}/auth/oidc/{INSTANCE}/callback?{urlencode({'state': state, 'code': stolen})}"
    )
    assert code_of(answer) == "identity_not_proven"


def test_a_token_of_another_round_is_refused_by_its_nonce(
    here: World, browser: Browser, issuer: Issuer
) -> None:
    issuer.claims = {"nonce": "that of another round"}
    assert code_of(browser.sign_in(INSTANCE, issuer)) == "identity_not_proven"


def test_an_answer_to_one_provider_is_none_of_another(here: World, browser: Browser, issuer: Issuer) -> None:
    """A dishonest provider would get the honest one's code in this way (mix-up)."""
    other = identity_server().issuer()
    slug = town_provider(here.town, other)
    back = browser.go_to_provider(INSTANCE, issuer).replace(INSTANCE, slug)
    calls = len(other.calls)
    assert code_of(browser.call("GET", back)) == "sign_in_not_started"
    assert len(other.calls) == calls, "the code went to nobody"


def test_a_provider_that_was_put_in_the_place_of_another_gets_no_code(here: World, browser: Browser) -> None:
    honest, dishonest = identity_server().issuer(), identity_server().issuer()
    slug = town_provider(here.town, honest)
    back = browser.go_to_provider(slug, honest)
    path = f"/organisations/ville-exemple/identity-providers/{slug}"
    assert here.town.administrator.delete(path).status_code == 204
    assert town_provider(here.town, dishonest, slug=slug) == slug
    assert code_of(browser.call("GET", back)) == "sign_in_not_started"
    assert "POST token" not in dishonest.calls


def test_an_answer_that_names_another_issuer_is_refused(browser: Browser, issuer: Issuer) -> None:
    back = browser.go_to_provider(INSTANCE, issuer) + "&iss=https://another.example"
    assert code_of(browser.call("GET", back)) == "identity_not_proven"


@pytest.mark.parametrize(("age", "status"), [(TEN_MINUTES - TICK, 303), (TEN_MINUTES, 401)])
def test_a_round_lasts_ten_minutes_and_not_a_microsecond_longer(
    here: World, browser: Browser, issuer: Issuer, age: timedelta, status: int
) -> None:
    back = browser.go_to_provider(INSTANCE, issuer)
    here.clock.set(NOW + age)
    issuer.now = here.clock
    assert browser.call("GET", back).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\r\nSet-Cookie: session=x",
        " /x",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/é",
        "/" + "x" * 1000,
    ],
)
def test_the_way_back_leads_nowhere_else(here: World, path: str) -> None:
    query = urlencode({"next": path})
    answer = here.process.client.get(f"{API}/auth/oidc/{INSTANCE}/start?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    body = {"provider": INSTANCE, "next": path}
    answer = here.town.citizen().post("/me/identities", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_person_who_says_no_is_not_signed_in_and_may_begin_again(
    here: World, browser: Browser, issuer: Issuer
) -> None:
    state = parse_qs(urlsplit(browser.start(INSTANCE)).query)["state"][0]
    query = urlencode({"state": state, "error": "access_denied", "error_description": "<b>no</b>"})
    answer = browser.call("GET", f"{API}/auth/oidc/{INSTANCE}/callback?{query}")
    assert code_of(answer) == "sign_in_declined"
    assert "<b>" not in answer.text
    assert browser.sign_in(INSTANCE, issuer).status_code == 303


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("token", Answer(500, {"error": "server_error"})),
        ("token", Answer(503, body=b"<h1>busy</h1>")),
        ("token", Answer(302, headers={"location": "http://127.0.0.1:1/"})),
        ("token", Answer(body=b" " * 1_000_001)),
        ("jwks", Answer(500)),
    ],
    ids=["500", "503", "redirect", "huge", "keys"],
)
def test_a_provider_that_fails_is_a_problem_with_a_way_out(
    here: World, browser: Browser, place: str, answer: Answer
) -> None:
    issuer = identity_server().issuer()
    slug = town_provider(here.town, issuer)
    back = browser.go_to_provider(slug, issuer)
    issuer.rotate()  # so that keys are asked for again
    issuer.answers[place] = answer
    got = browser.call("GET", back)
    assert (got.status_code, code_of(got)) == (502, "provider_unavailable")
    assert "courriel" in got.json()["detail"]


def test_an_account_is_made_by_a_whole_proof_only(here: World, browser: Browser, issuer: Issuer) -> None:
    with here.services.database.reading() as connection:
        count = select(func.count()).select_from(metadata.tables["people"])
        before = connection.execute(count).scalar_one()
    issuer.claims = {"aud": "another-client"}
    assert code_of(browser.sign_in(INSTANCE, issuer)) == "identity_not_proven"
    with here.services.database.reading() as connection:
        assert connection.execute(count).scalar_one() == before


def test_the_database_holds_no_secret_of_a_round_or_a_session(
    here: World, browser: Browser, issuer: Issuer
) -> None:
    url = browser.start(INSTANCE)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    with here.services.database.reading() as connection:
        rounds = str(connection.execute(select(sign_in_rounds)).all())
    for secret in (asked["state"], asked["nonce"], asked["code_challenge"], browser.jar[ROUND]):
        assert secret not in rounds
    browser.call("GET", local(issuer.authorize(url)))
    with here.services.database.reading() as connection:
        kept = str(connection.execute(select(provider_sessions)).all())
    # The three letters alone come about by chance in what is encrypted.
    assert not re.search(r"eyJ[\w-]{10,}\.", kept), "no token in the clear"
    assert issuer.subject not in kept


def test_the_log_says_which_check_failed_and_nothing_of_whom(
    browser: Browser, issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    issuer.claims = {"nonce": "wrong", "email": "camille@citoyens.example"}
    back = browser.go_to_provider(INSTANCE, issuer)
    browser.call("GET", back)
    assert "nonce" in caplog.text
    assert not {issuer.subject, "camille", *parse_qs(back.partition("?")[2])["code"]} & set(
        caplog.text.split()
    )


def test_cookies_are_bound_to_the_host_where_there_is_tls(here: World, issuer: Issuer) -> None:
    changes = {"public_url": "https://debats.example"}
    with process(here.settings.model_copy(update=changes), here.clock) as running:
        start = running.client.get(f"{API}/auth/oidc/{INSTANCE}/start")
        (cookie,) = start.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-sign-in=")
        for attribute in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=600"):
            assert attribute in cookie
        assert "Domain" not in cookie
        asked = start.headers["location"]
        assert "redirect_uri=https%3A%2F%2Fdebats.example%2Fapi%2Fv1" in asked
        secret = cookie.partition("=")[2].partition(";")[0]
        back = running.client.get(
            local(issuer.authorize(asked)), headers={"Cookie": f"__Host-sign-in={secret}"}
        )
        assert back.headers["location"] == "https://debats.example/"
        names = [cookie.partition("=")[0] for cookie in back.headers.get_list("set-cookie")]
        assert names == ["__Host-session", "__Host-sign-in"]
