"""How people come to have roles: invitations, and the administrators of the platform."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, UniqueConstraint, Uuid

from consultation.persistence.tables.base import Key, key_column, metadata
from consultation.persistence.types import Digest, Instant

invitations = Table(
    "invitations",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("organisation_key", Key, ForeignKey("organisations.key"), nullable=False),
    Column("email", String(320), nullable=True, comment="personal: address it went to; null once accepted"),
    Column("role", String(20), nullable=False, comment="offered: moderator, organiser, administrator"),
    Column("token_digest", Digest, nullable=True, unique=True, comment="SHA-256; null once accepted"),
    Column("inviter_key", Key, ForeignKey("people.key"), nullable=True, comment="personal: who invited"),
    Column("invited_at", Instant, nullable=False, comment="when"),
    Column("expires_at", Instant, nullable=False, comment="end of validity"),
    Column("accepter_key", Key, ForeignKey("people.key"), nullable=True, comment="personal: who accepted"),
    Column("accepted_at", Instant, nullable=True, comment="personal: when; null while pending"),
    UniqueConstraint("organisation_key", "email"),
    CheckConstraint("role IN ('moderator', 'organiser', 'administrator')", name="role"),
    CheckConstraint("(accepted_at IS NULL) = (email IS NOT NULL)", name="address"),
    CheckConstraint("(accepted_at IS NULL) = (token_digest IS NOT NULL)", name="token"),
    CheckConstraint("accepter_key IS NULL OR accepted_at IS NOT NULL", name="accepter"),
    comment="roles offered by e-mail; the address stays until the invitation is accepted or expires",
)

platform_administrators = Table(
    "platform_administrators",
    metadata,
    Column("person_key", Key, ForeignKey("people.key"), primary_key=True, comment="personal: who"),
    Column("named_at", Instant, nullable=False, comment="since when"),
    comment="people who may set up organisations",
)
