"""Encryption of what is kept but must not be read in the database: secrets of providers, tokens."""

import os
from typing import Final

from consultation.application.ports import Unsealable

_NONCE_BYTES: Final = 12
_VERSION: Final = b"\x01"


class AesSealer:
    """AES-256-GCM (NIST SP 800-38D) under a key for each purpose, derived by HKDF (RFC 5869).

    What is sealed is a byte for the version, a random nonce, and ciphertext with its tag. The
    purpose is part of the key: what was sealed for one cannot be unsealed for another.
    """

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def seal(self, purpose: str, text: str) -> bytes:
        """The text, encrypted and authenticated for one purpose."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only where used

        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + AESGCM(self._key(purpose)).encrypt(nonce, text.encode(), _VERSION)

    def unseal(self, purpose: str, sealed: bytes) -> str:
        """The text again. Raises Unsealable."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - only where used
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only where used

        version, nonce, box = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if version != _VERSION:
            raise Unsealable("unknown version")
        try:
            return AESGCM(self._key(purpose)).decrypt(nonce, box, version).decode()
        except (InvalidTag, ValueError) as error:
            raise Unsealable("another key, another purpose, or changed") from error

    def _key(self, purpose: str) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - only where used
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415 - only where used

        return HKDF(SHA256(), 32, salt=None, info=f"consultation {purpose}".encode()).derive(self._secret)
