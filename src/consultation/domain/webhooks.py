"""Webhooks of organisations: what can be subscribed to, where it may go, and when an endpoint is given up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from consultation.domain.addresses import may_be_public
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused
from consultation.domain.journal import EntryKind
from consultation.domain.period import Phase

WEBHOOKS_PER_ORGANISATION: Final = 20
"""Endpoints that one organisation can have."""
URL_MAX: Final = 500
"""Characters of an endpoint's address."""
SECRET_BYTES: Final = 32
"""Random bytes of a secret; Standard Webhooks asks for 24 to 64."""
LONGEST_OVERLAP: Final = timedelta(days=7)
"""How long the secret that a rotation replaces can go on signing."""
GIVEN_UP_AFTER: Final = timedelta(days=5)
"""An endpoint at which nothing arrived for so long gets nothing more."""
LOG_KEPT: Final = timedelta(days=30)
"""How long it can be seen what was sent."""


class Milestone(StrEnum):
    """What happens to a debate by the passing of time, beside the entries of its journal."""

    OPENED = "debate_opened"
    CLOSED = "debate_closed"


PING: Final = "ping"
"""Sent when somebody asks for it, to see whether an endpoint works."""

EVENTS: Final = tuple(sorted([*map(str, EntryKind), *map(str, Milestone)]))
"""What an endpoint can subscribe to."""


class Ending(StrEnum):
    """Why an endpoint gets nothing more."""

    GONE = "gone"
    """It answered 410."""
    FAILING = "failing"
    """Nothing arrived for days."""


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint takes what is sent to it."""

    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    ending: Ending | None = None


def after_success() -> Health:
    """Whatever was wrong is over: what takes an event is an endpoint that works."""
    return Health()


def after_failure(health: Health, now: datetime, *, gone: bool) -> Health:
    """It failed once more. After days of that, or when it says that it is gone, it gets nothing more."""
    if health.disabled_at is not None:
        return health
    since = health.failing_since or now
    if gone:
        return Health(since, now, Ending.GONE)
    if now - since >= GIVEN_UP_AFTER:
        return Health(since, now, Ending.FAILING)
    return Health(since)


@dataclass(frozen=True, slots=True)
class Reach:
    """What else than https and public hosts the operator lets endpoints have.

    `private_hosts` are `host` or `host:port`, in lower case.
    """

    plain_http: bool = False
    private_hosts: frozenset[str] = frozenset()


def check_url(url: str, reach: Reach) -> Decision:
    """Can this be the address of an endpoint? Where a name leads, each call looks."""
    refused = Refused(RefusalCode.WEBHOOK_URL_INVALID)
    if len(url) > URL_MAX or not url.isascii() or any(c <= " " or c in "\\\x7f" for c in url):
        return refused
    try:
        parts = urlsplit(url)
        is_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return refused
    schemes = {"https", "http"} if reach.plain_http else {"https"}
    if parts.scheme not in schemes or not is_host or parts.username is not None or parts.fragment:
        return refused
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if not may_be_public(host) and reach.private_hosts.isdisjoint({host, f"{host}:{port}"}):
        return Refused(RefusalCode.WEBHOOK_HOST_PRIVATE, {"host": host})
    return ALLOWED


def milestones(announced: Phase | None, phase: Phase) -> Collection[Milestone]:
    """What to tell of a debate that was last told to be in one phase and is in another.

    None: nothing was told of it yet. Both are told of a debate that opened and closed in between.
    """
    match announced, phase:
        case ((Phase.UPCOMING | None), Phase.OPEN):
            return (Milestone.OPENED,)
        case ((Phase.UPCOMING | None), Phase.CLOSED):
            return (Milestone.OPENED, Milestone.CLOSED)
        case Phase.OPEN, Phase.CLOSED:
            return (Milestone.CLOSED,)
        case Phase.CLOSED, Phase.OPEN:
            return (Milestone.OPENED,)
        case _:
            return ()
