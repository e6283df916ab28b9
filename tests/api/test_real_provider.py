"""The whole way at a provider that somebody else wrote, as a process of its own (oidc-provider-mock)."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from consultation.clock import SystemClock
from tests.api.browser import Browser, local
from tests.api.worlds import Process, process, settings_of
from tests.builders import API, StepClock
from tests.provider_process import provider_process

SLUG = "autre-fournisseur"


class SystemTime(StepClock):
    """The clock of the system, by which the provider says when it signed."""

    def __init__(self) -> None:
        super().__init__()
        self._system = SystemClock()

    def __call__(self) -> datetime:
        return self._system()


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The issuer of a running provider."""
    with provider_process() as issuer:
        yield issuer


@pytest.fixture
def service(database_url: str, tmp_path: Path, provider: str) -> Iterator[Process]:
    """A service that knows this provider, in real time, as the provider is; with a database of its own."""
    config = {
        "slug": SLUG,
        "name": "Autre fournisseur",
        "issuer": provider,
        "client_id": "consultation",
        "client_secret": "any will do",
    }
    settings = settings_of(
        database_url,
        tmp_path,
        oidc_providers=[config],
        private_hosts=[provider.removeprefix("http://")],
    )
    with process(settings, SystemTime()) as running:
        yield running


def at_provider(url: str, **form: str) -> str:
    """Fill in the provider's form; where it sends the browser."""
    answer = httpx2.post(url, data=form)
    assert answer.status_code == 302, answer.text
    return local(answer.headers["location"])


def test_a_citizen_comes_in_takes_part_and_signs_out_at_both(service: Process, provider: str) -> None:
    subject = "citoyenne"
    answer = httpx2.put(f"{provider}/users/{subject}", json={"email": "x@y.example", "name": "Facebook_X"})
    assert answer.status_code == 204, answer.text
    browser = Browser(service.client)
    back = at_provider(browser.start(SLUG, "?next=/ville"), sub=subject)
    answer = browser.call("GET", back)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "http://testserver/ville"
    account = browser.session.get("/me").json()
    assert (account["email"], account["name"].split()[0]) == (None, "Participant")
    changed = browser.call("PATCH", f"{API}/me", {"name": "Un pseudonyme"})
    assert changed.json()["name"] == "Un pseudonyme"
    out = browser.call("POST", f"{API}/auth/logout").json()["url"]
    there = httpx2.get(out)
    assert there.status_code == 200, there.text
    assert "You will be redirected to <code>http://testserver/?state=" in there.text
    assert browser.jar == {}


def test_who_says_no_there_is_not_signed_in_here(service: Process) -> None:
    browser = Browser(service.client)
    url = browser.start(SLUG)
    state = parse_qs(urlsplit(url).query)["state"][0]
    back = at_provider(url, action="deny")
    if "state=" not in back:  # this provider leaves it out of a refusal, against RFC 6749, 4.1.2.1
        back += f"&{urlencode({'state': state})}"
    assert browser.call("GET", back).json()["code"] == "sign_in_declined"


def test_a_code_of_there_works_once(service: Process) -> None:
    browser, thief = Browser(service.client), Browser(service.client)
    back = at_provider(browser.start(SLUG), sub="citoyen")
    assert browser.call("GET", back).status_code == 303
    code = parse_qs(urlsplit(back).query)["code"][0]
    state = parse_qs(urlsplit(thief.start(SLUG)).query)["state"][0]
    again = thief.call("GET", f"{API}/auth/oidc/{SLUG}/callback?{urlencode({'state': state, 'code': code})}")
    assert again.json()["code"] == "identity_not_proven"
