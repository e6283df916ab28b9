"""A browser: it keeps cookies, follows where it is sent, and says where its calls come from."""

from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlsplit

from httpx2 import Response
from sqlalchemy import update
from starlette.testclient import TestClient

from consultation.persistence.tables import identity_providers
from consultation.sealing import AesSealer
from tests.api.bodies import INSTANCE
from tests.api.worlds import World
from tests.builders import API, Caller, Town
from tests.identity_provider import Issuer, identity_server

SESSION: Final = "session"
ROUND: Final = "sign-in"
"""Names of the cookies where the service has no TLS, as in tests."""


class Browser:
    """One browser, with its jar of cookies."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.jar: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The Cookie header that it sends."""
        return "; ".join(f"{name}={value}" for name, value in self.jar.items())

    @property
    def session(self) -> Caller:
        """Whoever is signed in here, calling with the token."""
        return Caller(self._client, self.jar[SESSION])

    def call(self, method: str, url: str, json: Any = None) -> Response:
        """One call, as a page of the service itself would make it."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        if self.jar:
            headers["Cookie"] = self.cookie
        answer = self._client.request(method, url, json=json, headers=headers)
        self.take(answer)
        return answer

    def take(self, answer: Response) -> None:
        """Keep the cookies of an answer, as told."""
        for header in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                if morsel["max-age"] == "0":
                    self.jar.pop(name, None)
                else:
                    self.jar[name] = morsel.value

    def start(self, provider: str, query: str = "") -> str:
        """Begin to sign in; the provider's page to which it is sent."""
        answer = self.call("GET", f"{API}/auth/oidc/{provider}/start{query}")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def go_to_provider(self, provider: str, issuer: Issuer, query: str = "") -> str:
        """Begin to sign in and say yes; the address to which the provider sends the browser back."""
        return local(issuer.authorize(self.start(provider, query)))

    def sign_in(self, provider: str, issuer: Issuer, query: str = "") -> Response:
        """The whole way: there, yes, and back."""
        return self.call("GET", self.go_to_provider(provider, issuer, query))

    def link(self, caller: Caller, provider: str, issuer: Issuer) -> Response:
        """Link an identity to the caller's account: there, yes, and back."""
        answer = caller.post("/me/identities", {"provider": provider, "next": "/compte"})
        assert answer.status_code == 201, answer.text
        self.take(answer)
        return self.call("GET", local(issuer.authorize(answer.json()["url"])))


def local(url: str) -> str:
    """An address of the service as the client takes it: without the host."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def town_provider(town: Town, issuer: Issuer, **members: Any) -> str:
    """The slug of a provider that the town adds."""
    path = "/organisations/ville-exemple/identity-providers"
    answer = town.administrator.post(path, issuer.config | members)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["slug"])


def lose_secret(world: World, slug: str) -> None:
    """Leave a provider with a secret as it is after the service got another secret key."""
    sealed = AesSealer("the key that the service had before").seal(f"client secret of {slug}", "as entered")
    named = update(identity_providers).where(identity_providers.c.slug == slug)
    world.execute(named.values(sealed_secret=sealed))


def signed_in_at_instance(town: Town, subject: str) -> tuple[Browser, Issuer]:
    """A browser in which somebody signed in at the instance's provider, and the provider's side of it."""
    browser, issuer = Browser(town.client), identity_server().issuer("instance")
    issuer.subject, issuer.now = subject, town.clock
    browser.sign_in(INSTANCE, issuer)
    return browser, issuer


def code_of(answer: Any) -> str:
    """The code of a refusal, which must not have signed anybody in."""
    assert not any(cookie.startswith(f"{SESSION}=") for cookie in answer.headers.get_list("set-cookie")), (
        answer.headers
    )
    return str(answer.json()["code"])
