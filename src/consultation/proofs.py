"""Proofs of work: challenges of ALTCHA, signed, and good for ten minutes.

A device derives keys (PBKDF2) until one begins as the challenge says. Nobody has to see, hear or
read anything, and no third party is asked. See `docs/abuse.md`.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from consultation.application.ports import Clock, IdSource, Proof

GOOD_FOR: Final = timedelta(minutes=10)

ALGORITHM: Final = "PBKDF2/SHA-256"
"""What every browser can calculate by itself."""

FEWEST_TRIES: Final = 64
_MORE_TRIES: Final = 128
_LONGEST_PAYLOAD: Final = 4_096


class AltchaProofs:
    """Makes and checks challenges. `cost` is the iterations of PBKDF2 of one try.

    A challenge takes at least `FEWEST_TRIES` tries and less than three times as many: an even
    wait for everybody, where a purely random one would keep a few people for minutes.
    """

    def __init__(self, secret: str, clock: Clock, ids: IdSource, cost: int) -> None:
        self._secret = secret
        self._clock = clock
        self._ids = ids
        self._cost = cost

    def challenge(self) -> Mapping[str, Any]:
        """A new signed challenge, as the client gets it."""
        # A twentieth of a second of the start of the service, for what is rarely asked.
        from altcha import create_challenge  # noqa: PLC0415 - see above

        made: dict[str, Any] = create_challenge(
            ALGORITHM,
            self._cost,
            counter=FEWEST_TRIES + int(self._ids.code()) % _MORE_TRIES,
            expires_at=int((self._clock() + GOOD_FOR).timestamp()),
            hmac_secret=self._secret,
        ).to_dict()
        return made

    def check(self, payload: str) -> Proof | None:
        """The proof that a payload is; None when it is forged, wrong, malformed or expired."""
        from altcha import Payload, verify_solution  # noqa: PLC0415 - as above

        if len(payload) > _LONGEST_PAYLOAD:
            return None
        try:
            given = Payload.from_base64(payload)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        # The library's checks; the expiry once more by our own clock, whose time counts here. Only
        # what bears our signature gets as far as a calculation, so its cost is our own.
        if not verify_solution(given, self._secret).verified:
            return None
        signature, expiry = given.challenge.signature, given.challenge.parameters.expires_at
        if not isinstance(signature, str) or not isinstance(expiry, int):
            return None
        expires_at = datetime.fromtimestamp(expiry, UTC)
        if self._clock() >= expires_at:
            return None
        return Proof(hashlib.sha256(signature.encode()).digest(), expires_at)
