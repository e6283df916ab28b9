"""By what people are known besides their e-mail address."""

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, String, Table

from consultation.persistence.tables.base import Key, metadata
from consultation.persistence.types import Instant

identities = Table(
    "identities",
    metadata,
    Column("issuer", String(255), nullable=False, comment="who vouches: the provider's issuer identifier"),
    Column("subject", String(255), nullable=False, comment="personal: the issuer's name for the person"),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: whose"),
    Column("provider", String(80), nullable=False, comment="slug of the provider it came through"),
    Column("assurance", String(255), nullable=True, comment="personal: level (acr) of the last sign-in"),
    Column("linked_at", Instant, nullable=False, comment="personal: since when"),
    Column("used_at", Instant, nullable=False, comment="personal: last sign-in with it"),
    PrimaryKeyConstraint("issuer", "subject"),
    Index(None, "person_key"),
    comment="identities of people: the pair of issuer and subject (OpenID Connect Core 1.0, section 2)",
)
