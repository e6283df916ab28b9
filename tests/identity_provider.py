"""A real OpenID Connect provider on a loopback socket, which can be told to lie.

One process of tests has one server, with an issuer of its own for each test that asks: keys, claims
and answers are the issuer's. It checks what a provider checks (client, redirect address, PKCE), so
that a relying party that leaves something out gets nothing.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.builders import NOW

CLIENT_ID: Final = "consultation"
CLIENT_SECRET: Final = "a secret of the relying party, 256 bits"
_NAMES: Final[Iterator[int]] = count(1)


@dataclass
class Issued:
    """What stands behind a code."""

    client_id: str
    redirect_uri: str
    nonce: str
    challenge: str
    subject: str


@dataclass
class Answer:
    """An answer of the server."""

    status: int = 200
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass
class Issuer:
    """One issuer: a provider as the relying party knows it."""

    url: str
    subject: str = "248289761001"
    claims: dict[str, Any] = field(default_factory=dict)
    """Claims that an ID token gets besides or instead of the true ones; None takes one away."""
    metadata: dict[str, Any] = field(default_factory=dict)
    keys: KeySet = field(default_factory=lambda: KeySet([_key()]))
    sign: Callable[["Issuer", dict[str, Any]], str] | None = None
    """Makes the ID token of the claims in another way."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """Answers instead of the true ones, by the last part of the path."""
    now: Callable[[], datetime] = lambda: NOW
    codes: dict[str, Issued] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    @property
    def config(self) -> dict[str, Any]:
        """How the relying party is told of it."""
        return {
            "slug": f"fournisseur-{self.url.rpartition('/')[2]}",
            "name": "Mon compte",
            "issuer": self.url,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }

    def rotate(self) -> None:
        """New keys, under new names; the old ones are gone."""
        self.keys = KeySet([_key()])

    def authorize(self, url: str, **changes: str) -> str:
        """Be the person who says yes on the provider's page; where the browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(url).query)) | changes
        code = f"code-{next(_NAMES)}"
        self.codes[code] = Issued(
            asked["client_id"],
            asked["redirect_uri"],
            asked["nonce"],
            asked["code_challenge"],
            self.subject,
        )
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def id_token(self, issued: Issued, access_token: str) -> str:
        """The ID token for a code."""
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        now = int(self.now().timestamp())
        claims = {
            "iss": self.url,
            "sub": issued.subject,
            "aud": issued.client_id,
            "iat": now,
            "exp": now + 60,
            "nonce": issued.nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.sign(self, claims) if self.sign else self.signed(claims)

    def signed(self, claims: dict[str, Any], key: ECKey | None = None, **header: str) -> str:
        """A token with the issuer's signature."""
        used = key or self.keys.keys[0]
        assert isinstance(used, ECKey)
        return jwt.encode({"alg": "ES256", "kid": str(used.kid), **header}, claims, used)

    def answer(self, method: str, path: str, headers: Mapping[str, str], form: Mapping[str, str]) -> Answer:
        self.calls.append(f"{method} {path}")
        if path in self.answers:
            return self.answers[path]
        if path == "openid-configuration":
            return Answer(document=self._configuration())
        if path == "jwks":
            return Answer(document=self.keys.as_dict(private=False))
        if path == "token" and method == "POST":
            return self._token(headers, form)
        return Answer(404, {"error": "not_found"})

    def _configuration(self) -> dict[str, Any]:
        document = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "end_session_endpoint": f"{self.url}/logout",
            **self.metadata,
        }
        return {name: value for name, value in document.items() if value is not None}

    def _token(self, headers: Mapping[str, str], form: Mapping[str, str]) -> Answer:
        issued = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if _client(headers, form) != (CLIENT_ID, CLIENT_SECRET):
            return Answer(401, {"error": "invalid_client"})
        if (
            issued is None
            or form.get("grant_type") != "authorization_code"
            or issued.redirect_uri != form.get("redirect_uri")
            or issued.challenge != challenge
        ):
            return Answer(400, {"error": "invalid_grant"})
        access_token = f"access-{next(_NAMES)}"
        token = self.id_token(issued, access_token)
        return Answer(document={"access_token": access_token, "token_type": "Bearer", "id_token": token})


def _client(headers: Mapping[str, str], form: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        name, _, secret = base64.b64decode(value).decode().partition(":")
        return name, secret
    return form.get("client_id", ""), form.get("client_secret", "")


def _key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": f"key-{next(_NAMES)}", "use": "sig"})


class IdentityServer:
    """The server and its issuers."""

    def __init__(self) -> None:
        self.issuers: dict[str, Issuer] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._handle("GET", b"")

            def do_POST(self) -> None:
                self._handle("POST", self.rfile.read(int(self.headers.get("content-length", "0"))))

            def _handle(self, method: str, body: bytes) -> None:
                _, name, *rest = unquote(urlsplit(self.path).path).split("/")
                issuer = server.issuers.get(name)
                headers = {key.lower(): value for key, value in self.headers.items()}
                form = {key: values[-1] for key, values in parse_qs(body.decode()).items()}
                answer = issuer.answer(method, rest[-1], headers, form) if issuer else Answer(404)
                if issuer and (method, rest[-1]) == ("GET", "authorize"):
                    # A browser came by itself, and its person says yes at once.
                    answer = Answer(303, headers={"location": issuer.authorize(self.path)})
                content = json.dumps(answer.document).encode() if answer.body is None else answer.body
                self.send_response(answer.status)
                for key, value in answer.headers.items():
                    self.send_header(key, value)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Tests have nothing to tell on standard error."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A caller that hangs up, as one does who had enough, is no error."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def issuer(self, name: str | None = None) -> Issuer:
        """An issuer, new unless its name is known."""
        name = name or f"i{next(_NAMES)}"
        return self.issuers.setdefault(name, Issuer(f"http://{self.host}/{name}"))


@cache
def identity_server() -> IdentityServer:
    """The one server of this process, started when first asked for."""
    return IdentityServer()
