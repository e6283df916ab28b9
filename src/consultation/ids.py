"""Identifiers and secrets: the only place that draws random numbers."""

import os
import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


class SystemIds:
    """Identifiers, salts, tokens and codes from the system's secure source."""

    def uid(self) -> UUID:
        """A new UUIDv7 (RFC 9562), growing within a process."""
        return uuid7()

    def request_id(self) -> str:
        """A new id of a call, 32 hexadecimal digits."""
        return os.urandom(16).hex()

    def salt(self) -> bytes:
        """A new journal salt of 16 random bytes."""
        return os.urandom(16)

    def token(self) -> str:
        """A new session token of 256 random bits, URL-safe."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """A new sign-in code of six digits."""
        return f"{secrets.randbelow(1_000_000):06d}"

    def below(self, limit: int) -> int:
        """A random number from 0 on, below the limit."""
        return secrets.randbelow(limit)
