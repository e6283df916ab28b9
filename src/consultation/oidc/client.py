"""The relying party: where the browser goes, and what the code that it brings back is worth."""

import logging
from functools import partial
from typing import Final
from urllib.parse import urlencode

from consultation.application.ports import (
    AssuranceTooLow,
    Clock,
    NotProven,
    ProvenIdentity,
    Provider,
    ProviderUnavailable,
    RoundSecrets,
)
from consultation.oidc.metadata import Directory, json_object
from consultation.outgoing import Outgoing, Unreachable

_REFUSED: Final = frozenset({400, 401})
_FORM: Final = "application/x-www-form-urlencoded"
_log = logging.getLogger(__name__)


class OpenIdConnect:
    """The relying party port."""

    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self._outgoing = outgoing
        self._clock = clock
        self._directory = Directory(outgoing, clock)

    def check(self, provider: Provider) -> None:
        """Does the issuer describe itself, with keys? Raises ProviderUnavailable."""
        self._directory.keys(provider)

    def authorization_url(
        self, provider: Provider, redirect_uri: str, state: str, secrets: RoundSecrets
    ) -> str:
        """Where to send the browser (OpenID Connect Core 1.0, 3.1.2.1; RFC 7636, 4.3)."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415 - only where used

        endpoint = self._directory.metadata(provider).authorization_endpoint
        parameters = {
            **dict(provider.parameters),
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(provider.scopes),
            "state": state,
            "nonce": secrets.nonce,
            "code_challenge": create_s256_code_challenge(secrets.verifier),
            "code_challenge_method": "S256",
        }
        if provider.acr_values:
            parameters["acr_values"] = " ".join(provider.acr_values)
        return _with(endpoint, parameters)

    def redeem(
        self,
        provider: Provider,
        redirect_uri: str,
        code: str,
        secrets: RoundSecrets,
        answered_by: str | None,
    ) -> ProvenIdentity:
        """Exchange a code for the proof of an identity.

        Raises ProviderUnavailable, NotProven, AssuranceTooLow.
        """
        from consultation.oidc.tokens import prove  # noqa: PLC0415 - loads the libraries of the protocol

        metadata = self._directory.metadata(provider)
        # RFC 9207, section 2.4: who answers must be who was asked.
        if answered_by != provider.issuer and (answered_by is not None or metadata.names_itself):
            raise NotProven("another issuer answered")
        id_token, access_token = self._exchanged(
            provider, metadata.token_endpoint, redirect_uri, code, secrets.verifier
        )
        proof = prove(
            provider,
            id_token,
            access_token,
            secrets.nonce,
            partial(self._directory.keys, provider),
            self._clock(),
        )
        if provider.acr_accepted and proof.assurance not in provider.acr_accepted:
            raise AssuranceTooLow(proof.assurance)
        return proof

    def logout_url(self, provider: Provider, id_token: str, return_to: str, state: str) -> str | None:
        """Where to send the browser to sign out there (OpenID Connect RP-Initiated Logout 1.0)."""
        try:
            endpoint = self._directory.metadata(provider).end_session_endpoint
        except ProviderUnavailable as error:
            _log.warning("no signing out at provider %s: %s", provider.slug, error)
            return None
        if endpoint is None:
            return None
        parameters = {
            "id_token_hint": id_token,
            "client_id": provider.client_id,
            "post_logout_redirect_uri": return_to,
            "state": state,
        }
        return _with(endpoint, parameters)

    def _exchanged(
        self, provider: Provider, endpoint: str, redirect_uri: str, code: str, verifier: str
    ) -> tuple[str, str | None]:
        """The ID token and the access token for a code (RFC 6749, 4.1.3)."""
        from authlib.oauth2.auth import ClientAuth  # noqa: PLC0415 - only where used

        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        client = ClientAuth(provider.client_id, provider.client_secret, provider.auth_method)
        sent = {"Content-Type": _FORM, "Accept": "application/json"}
        address, sent, body = client.prepare("POST", endpoint, sent, urlencode(form))
        try:
            reply = self._outgoing.call("POST", address, headers=sent, content=str(body).encode())
        except Unreachable as error:
            raise ProviderUnavailable(str(error)) from error
        if reply.status in _REFUSED:
            # RFC 6749, 5.2: a code that is spent, made up or of another client, or our own secret.
            raise NotProven(f"code refused with status {reply.status}")
        tokens = json_object(reply.status, reply.body)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str):
            raise NotProven("no ID token")
        return id_token, access_token if isinstance(access_token, str) else None


def _with(endpoint: str, parameters: dict[str, str]) -> str:
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"
