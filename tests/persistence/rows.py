"""Rows as the database takes them: one valid row for each table, and another beside it.

Direct inserts, for tests of what the database itself refuses; everything else goes through commands.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, insert

from consultation.domain.limits import DEFAULT_LIMITS
from consultation.persistence.tables import metadata
from tests.persistence.rows_of_cases import CASES, OTHER_CASES
from tests.persistence.rows_of_notices import NOTICES, OTHER_NOTICES
from tests.persistence.rows_of_outbox import OTHER_OUTBOX, OUTBOX
from tests.persistence.values import DAY, DIGEST, NOW, SALT

FIRST: Final[Mapping[str, Mapping[str, Any]]] = {
    "organisations": {
        "key": 1001,
        "uid": UUID(int=1001),
        "slug": "ville-premiere",
        "name": "Ville première",
        "locale": "fr",
        "time_zone": "Europe/Paris",
        "accent": "#0f4868",
        "created_at": NOW,
    },
    "logos": {
        "organisation_key": 1001,
        "digest": DIGEST,
        "media_type": "image/png",
        "content": b"\x89PNG",
    },
    "people": {
        "key": 1001,
        "uid": UUID(int=2001),
        "name": "Camille",
        "email": "camille@ville.example",
        "locale": "fr",
        "created_at": NOW,
    },
    "sign_in_codes": {
        "address_digest": DIGEST,
        "code_digest": DIGEST,
        "expires_at": NOW,
        "tries_left": 5,
        "window_started_at": NOW,
        "sent_in_window": 1,
    },
    "call_counters": {"subject_digest": DIGEST, "calls": 1, "expires_at": NOW},
    "used_proofs": {"proof_digest": DIGEST, "expires_at": NOW},
    "debates": {
        "key": 1001,
        "uid": UUID(int=3001),
        "organisation_key": 1001,
        "slug": "arbres",
        "title": "Quels arbres ?",
        "description": "",
        "language": "fr",
        "time_zone": "Europe/Paris",
        "opens_at": NOW - DAY,
        "closes_at": NOW + DAY,
        "published_at": NOW,
        "limits": DEFAULT_LIMITS.as_mapping(),
        "themes": [],
        "created_at": NOW,
        "last_act_at": NOW,
        "last_number": 1,
        "journal_length": 1,
    },
    "memberships": {"organisation_key": 1001, "person_key": 1001, "role": "moderator", "created_at": NOW},
    "invitations": {
        "key": 1001,
        "uid": UUID(int=4001),
        "organisation_key": 1001,
        "email": "dominique@ville.example",
        "role": "moderator",
        "token_digest": DIGEST,
        "inviter_key": 1001,
        "invited_at": NOW,
        "expires_at": NOW + DAY,
    },
    "platform_administrators": {"person_key": 1001, "named_at": NOW},
    "sessions": {
        "key": 1001,
        "uid": UUID(int=4001),
        "token_digest": DIGEST,
        "person_key": 1001,
        "method": "code",
        "created_at": NOW,
        "used_at": NOW,
        "expires_at": NOW + DAY,
        "ends_at": NOW + DAY,
    },
    "embed_origins": {
        "key": 1001,
        "uid": UUID(int=5001),
        "organisation_key": 1001,
        "origin": "https://www.ville.example",
        "person_key": 1001,
        "created_at": NOW,
    },
    "identities": {
        "issuer": "https://identite.example",
        "subject": "248289761001",
        "person_key": 1001,
        "provider": "identite",
        "linked_at": NOW,
        "used_at": NOW,
    },
    "access_keys": {
        "key": 1001,
        "uid": UUID(int=4001),
        "organisation_key": 1001,
        "name": "Site de la ville",
        "scopes": ["debates:read"],
        "issuer": UUID(int=1001).urn,
        "hint": "cns_Ab-9",
        "token_digest": DIGEST,
        "former_digest": b"\x04" * 32,
        "former_until": NOW,
        "created_at": NOW,
        "expires_at": NOW + DAY,
    },
    "key_answers": {
        "access_key": 1001,
        "idempotency_key": "first",
        "fingerprint": DIGEST,
        "status": 201,
        "headers": {},
        "body": b"{}",
        "created_at": NOW,
    },
    "identity_providers": {
        "key": 1001,
        "slug": "compte-ville",
        "organisation_key": 1001,
        "name": "Mon compte",
        "issuer": "https://compte.ville.example",
        "client_id": "consultation",
        "sealed_secret": b"\x01",
        "auth_method": "client_secret_basic",
        "scopes": ["openid"],
        "acr_values": [],
        "acr_accepted": [],
        "created_at": NOW,
    },
    "sign_in_rounds": {
        "state_digest": DIGEST,
        "browser_digest": DIGEST,
        "provider": "compte-ville",
        "issuer": "https://compte.ville.example",
        "sealed_secrets": b"\x01",
        "return_to": "/",
        "session_digest": DIGEST,
        "expires_at": NOW + DAY,
    },
    "provider_sessions": {
        "token_digest": DIGEST,
        "provider": "compte-ville",
        "sealed_id_token": b"\x01",
    },
    "idempotency_keys": {
        "person_key": 1001,
        "idempotency_key": "first",
        "fingerprint": DIGEST,
        "status": 201,
        "headers": {},
        "body": b"{}",
        "created_at": NOW,
    },
    "debate_acts": {
        "debate_key": 1001,
        "sequence": 1,
        "kind": "debate_created",
        "at": NOW,
        "role": "organiser",
        "person_key": 1001,
        "reason": "",
        "content": {},
        "salt": SALT,
    },
    "posts": {
        "debate_key": 1001,
        "number": 1,
        "kind": "contribution",
        "author_key": 1001,
        "author_name": "Camille",
        "title": "Planter",
        "body": "Un arbre dans chaque rue.",
        "language": "fr",
        "created_at": NOW,
        "revision": 1,
        "state": "visible",
        "shuffle": 1,
        "reference": "opinion:1",
        "sequence": 1,
        "salt": SALT,
    },
    "revisions": {
        "debate_key": 1001,
        "number": 1,
        "revision": 1,
        "author_name": "Camille",
        "body": "Un arbre.",
        "created_at": NOW,
        "sequence": 1,
        "salt": SALT,
    },
    "votes": {
        "debate_key": 1001,
        "number": 1,
        "person_key": 1001,
        "value": "agree",
        "revision": 1,
        "cast_at": NOW,
        "sequence": 1,
        "salt": SALT,
    },
    "journal_entries": {
        "debate_key": 1001,
        "sequence": 1,
        "at": NOW,
        "kind": "contribution_posted",
        "number": 1,
        "digest": DIGEST,
        "leaf_hash": DIGEST,
    },
    "import_reports": {"debate_key": 1001, "format": "none", "imported_at": NOW, "report": {}},
    "unlinked_votes": {"debate_key": 1001, "number": 1, "value": "agree", "revision": 1, "votes": 2},
    "erasures": {"person_digest": DIGEST, "mode": "erase", "erased_at": NOW},
    "departures": {"identity_digest": DIGEST, "until": NOW + DAY},
    "archives": {
        "key": 1001,
        "uid": UUID(int=4001),
        "person_key": 1001,
        "language": "fr",
        "requested_at": NOW,
        "expires_at": NOW + DAY,
    },
    "archive_parts": {"archive_key": 1001, "format": "json", "part": 1, "content": b"{}"},
    "code_batches": {"key": 1001, "uid": UUID(int=4001), "debate_key": 1001, "note": "", "made_at": NOW},
    "participation_codes": {
        "debate_key": 1001,
        "code_digest": DIGEST,
        "batch_key": 1001,
        "state": "free",
    },
    "code_redemptions": {"debate_key": 1001, "person_key": 1001},
    "code_tries": {"person_key": 1001, "window_started_at": NOW, "tries": 1},
    **CASES,
    **NOTICES,
    **OUTBOX,
}
"""One valid row for each table."""

OTHER: Final[Mapping[str, Mapping[str, Any]]] = {
    "organisations": {"key": 1002, "uid": UUID(int=1002), "slug": "ville-seconde"},
    "people": {"key": 1002, "uid": UUID(int=2002), "email": "dominique@ville.example"},
    "logos": {"organisation_key": 1009},
    "sign_in_codes": {"address_digest": b"\x03" * 32},
    "call_counters": {"subject_digest": b"\x03" * 32},
    "used_proofs": {"proof_digest": b"\x03" * 32},
    "debates": {"key": 1002, "uid": UUID(int=3002), "slug": "bancs"},
    "memberships": {"role": "organiser"},
    "invitations": {
        "key": 1002,
        "uid": UUID(int=4002),
        "email": "sami@ville.example",
        "token_digest": b"\x03" * 32,
    },
    "platform_administrators": {"person_key": 1002},
    "sessions": {"key": 1002, "uid": UUID(int=4002), "token_digest": b"\x03" * 32},
    "embed_origins": {"key": 1002, "uid": UUID(int=5002), "origin": "https://ville.example"},
    "identities": {"subject": "248289761002"},
    "access_keys": {
        "key": 1002,
        "uid": UUID(int=4002),
        "token_digest": b"\x05" * 32,
        "former_digest": b"\x06" * 32,
    },
    "key_answers": {"idempotency_key": "second"},
    "identity_providers": {"key": 1002, "slug": "compte-province"},
    "sign_in_rounds": {"state_digest": b"\x03" * 32},
    "provider_sessions": {"token_digest": b"\x0b" * 32},
    "idempotency_keys": {"idempotency_key": "second"},
    "debate_acts": {"sequence": 2},
    "posts": {"number": 2, "reference": "opinion:2"},
    "revisions": {"revision": 2},
    "votes": {"person_key": 1002},
    "journal_entries": {"sequence": 2},
    "import_reports": {"debate_key": 1002},
    "unlinked_votes": {"revision": 2},
    "erasures": {"person_digest": b"\x03" * 32},
    "departures": {"identity_digest": b"\x03" * 32},
    "archives": {"key": 1002, "uid": UUID(int=4002), "person_key": 1002},
    "archive_parts": {"part": 2},
    "code_batches": {"key": 1002, "uid": UUID(int=4002)},
    "participation_codes": {"code_digest": b"\x03" * 32},
    "code_redemptions": {"person_key": 1002},
    "code_tries": {"person_key": 1002},
    **OTHER_CASES,
    **OTHER_NOTICES,
    **OTHER_OUTBOX,
}
"""What makes a second valid row of the first."""


def insert_row(connection: Connection, table: str, **changes: Any) -> None:
    """Insert the second valid row of a table, with changes."""
    row = {**FIRST[table], **OTHER[table], **changes}
    connection.execute(insert(metadata.tables[table]).values(row))


def insert_first(connection: Connection) -> None:
    """One valid row into each table, in the order of their references; two people, two debates, two cases."""
    for table in metadata.sorted_tables:
        connection.execute(insert(table).values(**FIRST[table.name]))
        if table.name in {"people", "debates", "cases"}:
            insert_row(connection, table.name)
        if table.name == "organisations":  # for the second row of what each has once
            insert_row(connection, table.name, key=1009, uid=UUID(int=1009), slug="ville-neuvieme")
        if table.name == "sessions":  # for the second row of what belongs to a session
            insert_row(connection, table.name, key=1009, uid=UUID(int=4009), token_digest=b"\x0b" * 32)
        if table.name == "reports":  # for the second row of what belongs to a report
            insert_row(connection, table.name, key=1009, uid=UUID(int=5109), person_key=None)
