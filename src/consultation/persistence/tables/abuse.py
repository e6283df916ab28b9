"""What is kept against abuse, for minutes: nothing here says who called."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table

from consultation.persistence.tables.base import metadata
from consultation.persistence.types import Digest, Instant

call_counters = Table(
    "call_counters",
    metadata,
    Column("subject_digest", Digest, primary_key=True, comment="keyed hash of policy, window and subject"),
    Column("calls", Integer, nullable=False, comment="calls of all processes"),
    Column("expires_at", Instant, nullable=False, comment="end of the window after it"),
    CheckConstraint("calls >= 0", name="calls"),
    Index(None, "expires_at"),
    comment="calls that processes tell each other of; no address, and no hash outlives two windows",
)

used_proofs = Table(
    "used_proofs",
    metadata,
    Column("proof_digest", Digest, primary_key=True, comment="SHA-256 of the challenge's signature"),
    Column("expires_at", Instant, nullable=False, comment="end of the challenge's validity"),
    Index(None, "expires_at"),
    comment="proofs of work that were used, so that each is good once",
)
