"""Keyed hashes of what must be recognised but not kept."""

import hashlib
import hmac
from uuid import UUID


class KeyedDigests:
    """HMAC-SHA-256 under the instance's secret key; tokens are plain SHA-256.

    A token has 256 random bits, so its hash needs no key; an address or a code could be
    guessed, so theirs do.
    """

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()
        self._counting = self._hash("counting")

    def address(self, email: str) -> bytes:
        """The keyed hash of a normalised e-mail address, 32 bytes."""
        return self._hash("address", email)

    def code(self, email: str, code: str) -> bytes:
        """The keyed hash of a sign-in code for one address, 32 bytes."""
        return self._hash("code", email, code)

    def participation_code(self, debate: UUID, code: str) -> bytes:
        """The keyed hash of a participation code of one debate, 32 bytes."""
        return self._hash("participation code", str(debate), code)

    def counted(self, policy: str, window: int, subject: str) -> bytes:
        """The keyed hash (BLAKE2b, RFC 7693) of whose calls are counted, 32 bytes.

        With the window in it, one subject has another hash every few minutes. It is made twice for
        each call, and takes a third of the time of an HMAC.
        """
        message = f"{policy}\0{window}\0{subject}".encode()
        return hashlib.blake2b(message, digest_size=32, key=self._counting).digest()

    def proofs(self) -> str:
        """The secret that signs challenges, in hexadecimal digits."""
        return self._hash("proofs").hex()

    def person(self, uid: UUID) -> bytes:
        """The keyed hash of a person's public id, 32 bytes."""
        return self._hash("person", str(uid))

    def identity(self, issuer: str, subject: str) -> bytes:
        """The keyed hash of an identity, 32 bytes; of an address, with an empty issuer."""
        return self._hash("identity", issuer, subject)

    def letter(self, job: UUID, email: str) -> bytes:
        """The keyed hash of a message and the address that it went to, 32 bytes."""
        return self._hash("letter", str(job), email)

    def token(self, token: str) -> bytes:
        """The SHA-256 of the token of a session or a key, 32 bytes."""
        return hashlib.sha256(token.encode()).digest()

    def _hash(self, purpose: str, *parts: str) -> bytes:
        # The purpose and a separator that no part can hold keep the hashes apart.
        message = "\0".join((purpose, *parts)).encode()
        return hmac.digest(self._key, message, "sha256")
