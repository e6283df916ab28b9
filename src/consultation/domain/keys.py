"""Keys of organisations: what each scope allows, and how long a key lives.

A key is an organisation's server. It does what its scopes say, inside that organisation and
nowhere else; it never holds a role, and there are acts that no key does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from consultation.domain.decisions import ALLOWED, Decision, Facts, RefusalCode, Refused

TOKEN_PREFIX: Final = "cns_"  # noqa: S105 - the part of a secret that is none
"""How the secret of every key begins, so that scanners of published code find one that slipped out."""
KEY_PROVIDER: Final = "key"
"""Through which provider a server's users are known: no identity provider bears this slug."""
_SESSION_TOKEN_LENGTH: Final = 43
LONGEST_LIFE: Final = timedelta(days=2 * 366)
"""The furthest end that a key can be given, counted from its making."""
USUAL_LIFE: Final = timedelta(days=365)
"""How long a key lives when nobody says."""
LONGEST_GRACE: Final = timedelta(days=7)
"""How long the secret that a rotation replaces can go on working."""
NAME_MAX: Final = 100
"""Characters of a key's name."""


def is_key(token: str) -> bool:
    """Is a bearer token the secret of a key, or of a session?

    Sixty-four characters make up a session's 43, so one in sixteen million begins like a key;
    that of a key has four more.
    """
    return token.startswith(TOKEN_PREFIX) and len(token) != _SESSION_TOKEN_LENGTH


class Scope(StrEnum):
    """What a key may be made for. The catalogue is closed."""

    DEBATES_READ = "debates:read"
    DEBATES_WRITE = "debates:write"
    PARTICIPATION_WRITE = "participation:write"
    MODERATION = "moderation"
    EXPORTS = "exports"
    WEBHOOKS = "webhooks"


_WRITE: Final = (Scope.DEBATES_WRITE,)
_ON_BEHALF: Final = (Scope.PARTICIPATION_WRITE,)
SCOPES_OF_ACTS: Final[Mapping[str, tuple[Scope, ...]]] = {
    "contribute": _ON_BEHALF,
    "argue": _ON_BEHALF,
    "add_source": _ON_BEHALF,
    "vote": _ON_BEHALF,
    "take_back_vote": _ON_BEHALF,
    "edit": _ON_BEHALF,
    "withdraw": _ON_BEHALF,
    "report": _ON_BEHALF,
    "name_participant": _ON_BEHALF,
    # Whoever writes debates sees what it wrote.
    "read_drafts": (Scope.DEBATES_READ, Scope.DEBATES_WRITE),
    "create_debate": _WRITE,
    "change_debate": _WRITE,
    "publish": _WRITE,
    "extend": _WRITE,
    "close": _WRITE,
    "reopen": _WRITE,
    "respond": _WRITE,
    "publish_outcome": _WRITE,
    "manage_webhooks": (Scope.WEBHOOKS,),
}
"""The scopes of which one suffices for an act, the narrowest first; no key does any other act.

By the values of `Act`, which the table of permissions defines on top of this module.
"""


def check_scope(act: str, scopes: frozenset[Scope]) -> Decision:
    """Does a key with these scopes do this? It has none where it does not belong."""
    sufficient = SCOPES_OF_ACTS.get(act)
    if sufficient is None:
        return Refused(RefusalCode.KEY_NOT_ACCEPTED)
    if scopes.intersection(sufficient):
        return ALLOWED
    if not scopes:
        return Refused(RefusalCode.KEY_FOREIGN)
    return Refused(RefusalCode.KEY_SCOPE_MISSING, {"scope": sufficient[0].value, "act": act})


@dataclass(frozen=True, slots=True)
class KeyLife:
    """From when to when a key, and the secret before its present one, are good.

    Both ends are the first instants at which they no longer are. `rotated_at` is when the
    present secret took the place of another, which works until `former_until`.
    """

    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    rotated_at: datetime | None = None
    former_until: datetime | None = None

    def is_usable(self, now: datetime) -> bool:
        """Does the present secret work?"""
        return self.revoked_at is None and now < self.expires_at


def check_secret(life: KeyLife, now: datetime, time_zone: str, *, is_former: bool) -> Decision:
    """Does the secret of a key work at an instant? `is_former`: the one that a rotation replaced."""
    cause, since = "", now
    if life.revoked_at is not None:
        cause, since = "revoked", life.revoked_at
    elif now >= life.expires_at:
        cause, since = "expired", life.expires_at
    elif is_former and (life.former_until is None or now >= life.former_until):
        cause, since = "rotated", life.former_until or now
    if not cause:
        return ALLOWED
    return Refused(RefusalCode.KEY_ENDED, {"cause": cause, "since": since, "time_zone": time_zone})


def check_expiry(expires_at: datetime, now: datetime, time_zone: str) -> Decision:
    """Can a key made now be given this end?"""
    latest = now + LONGEST_LIFE
    if now < expires_at <= latest:
        return ALLOWED
    facts: Facts = {"expires_at": expires_at, "latest": latest, "time_zone": time_zone}
    return Refused(RefusalCode.KEY_EXPIRY_INVALID, facts)
