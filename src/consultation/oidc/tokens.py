"""Whether an ID token proves what it says (OpenID Connect Core 1.0, section 3.1.3.7).

Loaded with the first sign-in: the libraries behind it take a third of a second.
"""

import base64
import hashlib
import json
from datetime import datetime
from typing import Any, Final, Protocol

from authlib.oidc.core import CodeIDToken
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from consultation.application.ports import NotProven, ProvenIdentity, Provider

LEEWAY: Final = 60
"""Seconds by which the provider's clock may differ from ours."""

_LONGEST: Final = 255
_SYMMETRIC: Final = "HS"
_DIRECT: Final = ("dir", "A256GCM", "A128CBC-HS256", "A256CBC-HS512")


class Keys(Protocol):
    """The provider's keys; asked for anew when `fresh`."""

    def __call__(self, *, fresh: bool = False) -> list[dict[str, Any]]:
        """The keys (RFC 7517). Raises ProviderUnavailable."""


def prove(
    provider: Provider, id_token: str, access_token: str | None, nonce: str, keys: Keys, now: datetime
) -> ProvenIdentity:
    """The identity that an ID token proves. Raises NotProven and whatever `keys` raises."""
    token = _verified(provider, _opened(provider, id_token), keys)
    claims = CodeIDToken(
        token.claims,
        token.header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "nonce": {"essential": True, "value": nonce},
        },
        params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
    )
    try:
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, TypeError, ValueError) as error:
        raise NotProven(f"claims: {error}") from error
    subject, assurance = claims["sub"], claims.get("acr")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST or "\x00" in subject:
        raise NotProven("claims: sub")
    if not isinstance(assurance, str) or len(assurance) > _LONGEST or "\x00" in assurance:
        assurance = None
    return ProvenIdentity(provider.issuer, subject, assurance, id_token)


def _opened(provider: Provider, id_token: str) -> str:
    """The signed token inside an encrypted one, where the provider encrypts.

    The key is made of the client secret (section 10.2).
    """
    if not provider.encrypted:
        return id_token
    secret = provider.client_secret.encode()
    try:
        whole = _header(id_token).get("enc") == "A256CBC-HS512"
        digest = hashlib.sha512(secret) if whole else hashlib.sha256(secret)
        opened = jwe.decrypt_compact(id_token, OctKey.import_key(digest.digest()), algorithms=_DIRECT)
        return (opened.plaintext or b"").decode()
    except (JoseError, ValueError, TypeError) as error:
        raise NotProven("not encrypted to us") from error


def _verified(provider: Provider, id_token: str, keys: Keys) -> jwt.Token:
    """The token, its signature checked; a key that is not known yet is asked for once."""
    header = _header(id_token)
    algorithm = header.get("alg")
    if algorithm not in provider.algorithms:
        raise NotProven("signature: algorithm")
    if algorithm.startswith(_SYMMETRIC):
        return _checked(id_token, OctKey.import_key(provider.client_secret), algorithm)
    try:
        return _checked(id_token, _set(keys()), algorithm)
    except NotProven:
        # The provider may have changed its keys within the hour for which we keep them.
        return _checked(id_token, _set(keys(fresh=True)), algorithm)


def _header(token: str) -> dict[str, Any]:
    first = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except ValueError as error:
        raise NotProven("no token") from error
    if not isinstance(header, dict):
        raise NotProven("no token")
    return header


def _set(keys: list[dict[str, Any]]) -> KeySet:
    usable = []
    for key in keys:
        try:
            usable += KeySet.import_key_set({"keys": [key]}).keys
        except (JoseError, ValueError, TypeError):
            continue  # of a kind that is not known here
    return KeySet(usable)


def _checked(id_token: str, key: KeySet | OctKey, algorithm: str) -> jwt.Token:
    try:
        return jwt.decode(id_token, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotProven("signature") from error
