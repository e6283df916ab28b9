"""Forms that wait while their person signs in: sealed into a hidden field, kept nowhere else.

Whoever sends a form without a session, or with one that ended meanwhile, must not lose a word. The
form travels with the pages of signing in, encrypted and authenticated (AES-256-GCM), so that it
can be neither read on the way nor made to lead elsewhere; afterwards it can be sent as it was.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consultation.application.ports import Sealer, Unsealable

GOOD_FOR: Final = timedelta(hours=24)
"""Longer than the 20 hours from which on WCAG 2.2, 2.2.1, counts a limit as none."""

_PURPOSE: Final = "kept form"


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that waits: the path that it was sent to, and its fields with their key."""

    action: str
    values: Mapping[str, str]


def seal(sealer: Sealer, kept: Kept, now: datetime) -> str:
    """The form as the value of a hidden field."""
    until = int((now + GOOD_FOR).timestamp())
    text = json.dumps([until, kept.action, dict(kept.values)], ensure_ascii=False)
    return base64.urlsafe_b64encode(sealer.seal(_PURPOSE, text)).decode()


def unseal(sealer: Sealer, value: str, now: datetime) -> Kept | None:
    """The form again; None for what we did not seal, under this key and within the time."""
    try:
        sealed = base64.b64decode(value.encode("ascii"), altchars=b"-_", validate=True)
        until, action, values = json.loads(sealer.unseal(_PURPOSE, sealed))
    except (binascii.Error, UnicodeEncodeError, Unsealable):
        return None
    return Kept(action, values) if now.timestamp() < until else None
