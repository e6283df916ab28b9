"""Rows of what follows from the journal: see `rows`."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from tests.persistence.values import NOW

OUTBOX: Final[Mapping[str, Mapping[str, Any]]] = {
    "journal_positions": {"debate_key": 1001, "sequence": 1},
    "worker_instants": {"name": "first", "at": NOW},
    "webhooks": {
        "key": 1001,
        "uid": UUID(int=4001),
        "organisation_key": 1001,
        "url": "https://ville.example/hooks",
        "events": [],
        "sealed_secret": b"\x01",
        "created_at": NOW,
    },
    "webhook_deliveries": {
        "key": 1001,
        "uid": UUID(int=4001),
        "webhook_key": 1001,
        "event": "ping",
        "at": NOW,
        "debate_key": 1001,
        "state": "pending",
        "attempts": 0,
    },
    "announced_phases": {"debate_key": 1001, "phase": "open"},
    "jobs": {
        "key": 1001,
        "uid": UUID(int=4001),
        "kind": "mail",
        "lane": "mail",
        "debate_key": 1001,
        "sequence": 1,
        "payload": {},
        "created_at": NOW,
        "due_at": NOW,
        "attempts": 0,
        "state": "due",
    },
}

OTHER_OUTBOX: Final[Mapping[str, Mapping[str, Any]]] = {
    "journal_positions": {"debate_key": 1002},
    "worker_instants": {"name": "second"},
    "webhooks": {"key": 1002, "uid": UUID(int=4002)},
    "webhook_deliveries": {"key": 1002, "uid": UUID(int=4002)},
    "announced_phases": {"debate_key": 1002},
    "jobs": {"key": 1002, "uid": UUID(int=4002)},
}
