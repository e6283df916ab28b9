"""Organisations, people, and how people are known."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Uuid,
    text,
)

from consultation.persistence.tables.base import Json, Key, counter_column, key_column, metadata
from consultation.persistence.types import Digest, Instant

organisations = Table(
    "organisations",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="public id, UUIDv7"),
    Column("slug", String(80), nullable=False, unique=True, comment="in addresses"),
    Column("name", String(200), nullable=False, comment="the public body's name"),
    Column("locale", String(2), nullable=False, comment="fr, nl, de or en"),
    Column("time_zone", String(64), nullable=False, comment="IANA zone of shown times"),
    Column("created_at", Instant, nullable=False, comment="when it was set up"),
    Column("accent", String(7), nullable=True, comment="colour of its pages, #rrggbb; null for ours"),
    Column("logo", Json, nullable=True, comment="its logo: digest, width, height, alt, lang; null for none"),
    counter_column("revision", "how often it was changed; part of its debates' entity tags"),
    Column(
        "reasons",
        Json,
        nullable=False,
        server_default="{}",
        comment="its own words for reasons of moderation",
    ),
    comment="public bodies that own debates",
)

logos = Table(
    "logos",
    metadata,
    Column("organisation_key", Key, ForeignKey("organisations.key"), primary_key=True, comment="whose"),
    Column("digest", Digest, nullable=False, comment="SHA-256 of the file, by which it is addressed"),
    Column("media_type", String(10), nullable=False, comment="image/png, image/jpeg or image/webp"),
    Column("content", LargeBinary, nullable=False, comment="the file, without metadata"),
    CheckConstraint("media_type IN ('image/png', 'image/jpeg', 'image/webp')", name="media_type"),
    comment="the files of organisations' logos, which pages ask for apart",
)

_WHERE_ERASING: dict[str, Any] = {
    "sqlite_where": text("erasing IS NOT NULL"),
    "postgresql_where": text("erasing IS NOT NULL"),
}

people = Table(
    "people",
    metadata,
    key_column(),
    Column("uid", Uuid, nullable=False, unique=True, comment="personal: public id, UUIDv7"),
    Column("name", String(100), nullable=False, comment="personal: display name, may be a pseudonym"),
    Column(
        "email",
        String(320),
        nullable=True,
        unique=True,
        comment="personal: address for sign-in, lower case; null for imported participants",
    ),
    Column("locale", String(2), nullable=False, comment="language of mail to the person"),
    Column("created_at", Instant, nullable=False, comment="personal: first sign-in or import"),
    Column("imported_with", Uuid, nullable=True, comment="debate whose import made the row; else null"),
    Column("last_seen", Date, nullable=True, comment="personal: day of the last sign-in (UTC)"),
    Column("warned_at", Instant, nullable=True, comment="personal: when told that the account will end"),
    Column("erasing", String(8), nullable=True, comment="personal: mode of an erasure under way"),
    CheckConstraint("erasing IN ('unsigned', 'erase')", name="erasing"),
    Index("ix_people_erasing", "erasing", **_WHERE_ERASING),
    Index(None, "last_seen"),
    comment="people who signed in, and participants of imported debates",
)

memberships = Table(
    "memberships",
    metadata,
    Column("organisation_key", Key, ForeignKey("organisations.key"), nullable=False),
    Column("person_key", Key, ForeignKey("people.key"), nullable=False, comment="personal: who"),
    Column("role", String(20), nullable=False, comment="moderator, organiser, administrator"),
    Column("created_at", Instant, nullable=False, comment="since when"),
    PrimaryKeyConstraint("organisation_key", "person_key", "role"),
    CheckConstraint("role IN ('moderator', 'organiser', 'administrator')", name="role"),
    Index(None, "person_key"),
    comment="roles of people in organisations",
)

sign_in_codes = Table(
    "sign_in_codes",
    metadata,
    Column("address_digest", Digest, primary_key=True, comment="keyed hash of the address"),
    Column("code_digest", Digest, nullable=False, comment="keyed hash of address and code"),
    Column("expires_at", Instant, nullable=False, comment="end of validity"),
    Column("tries_left", SmallInteger, nullable=False, comment="wrong tries that remain"),
    Column("window_started_at", Instant, nullable=False, comment="start of the counting window"),
    Column("sent_in_window", SmallInteger, nullable=False, comment="codes sent in the window"),
    comment="the last code sent to each address; the address itself is not kept",
)
