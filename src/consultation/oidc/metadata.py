"""What providers say of themselves: their addresses (OpenID Connect Discovery 1.0) and their keys."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from consultation.application.ports import Clock, Provider, ProviderUnavailable
from consultation.outgoing import Outgoing, Unreachable

_KEPT_FOR: Final = timedelta(hours=1)
_MOST_KEPT: Final = 200
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Metadata:
    """The addresses of a provider. `names_itself` says that its answers carry `iss` (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    names_itself: bool


class Directory:
    """Descriptions and keys of providers, each kept for an hour in this process."""

    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self._outgoing = outgoing
        self._clock = clock
        self._metadata: dict[str, tuple[datetime, Metadata]] = {}
        self._keys: dict[str, tuple[datetime, list[dict[str, Any]]]] = {}

    def metadata(self, provider: Provider) -> Metadata:
        """The provider's addresses. Raises ProviderUnavailable."""
        kept = self._metadata.get(provider.issuer)
        now = self._clock()
        if kept is not None and now < kept[0] + _KEPT_FOR:
            return kept[1]
        found = self._discovered(provider)
        if len(self._metadata) >= _MOST_KEPT:
            self._metadata.clear()
        self._metadata[provider.issuer] = (now, found)
        return found

    def keys(self, provider: Provider, *, fresh: bool = False) -> list[dict[str, Any]]:
        """The provider's public signing keys (RFC 7517), asked for anew when `fresh`.

        Raises ProviderUnavailable.
        """
        address = self.metadata(provider).jwks_uri
        kept = self._keys.get(address)
        now = self._clock()
        if kept is not None and not fresh and now < kept[0] + _KEPT_FOR:
            return kept[1]
        keys = self._document(address).get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise ProviderUnavailable("no set of keys")
        # Only public keys that may sign: a symmetric key in a public set would be everybody's.
        keys = [key for key in keys if key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use") != "enc"]
        if len(self._keys) >= _MOST_KEPT:
            self._keys.clear()
        self._keys[address] = (now, keys)
        return keys

    def _discovered(self, provider: Provider) -> Metadata:
        address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        document = self._document(address)
        if document.get("issuer") != provider.issuer:
            raise ProviderUnavailable("the description is that of another issuer")
        end_session = document.get("end_session_endpoint")
        return Metadata(
            authorization_endpoint=self._address(document, "authorization_endpoint"),
            token_endpoint=self._address(document, "token_endpoint"),
            jwks_uri=self._address(document, "jwks_uri"),
            end_session_endpoint=end_session and self._address(document, "end_session_endpoint"),
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _address(self, document: dict[str, Any], name: str) -> str:
        address = document.get(name)
        if not isinstance(address, str) or not self._outgoing.permits(address):
            raise ProviderUnavailable(f"{name} is no address that may be used")
        return address

    def _document(self, address: str) -> dict[str, Any]:
        try:
            reply = self._outgoing.call("GET", address, headers={"Accept": "application/json"})
        except Unreachable as error:
            raise ProviderUnavailable(str(error)) from error
        return json_object(reply.status, reply.body)


def json_object(status: int, body: bytes) -> dict[str, Any]:
    """The JSON object of a good answer. Raises ProviderUnavailable."""
    if status != _OK:
        raise ProviderUnavailable(f"status {status}")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProviderUnavailable("no JSON") from error
    if not isinstance(document, dict):
        raise ProviderUnavailable("no JSON object")
    return document
