"""Erasure, archives and retention.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from consultation.persistence.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    # Not in a batch: SQLite adds columns in place, and a batch would write the table anew, to
    # which half of the others refer.
    op.add_column(
        "people",
        sa.Column("last_seen", sa.Date(), nullable=True, comment="personal: day of the last sign-in (UTC)"),
    )
    op.add_column(
        "people",
        sa.Column(
            "warned_at",
            Instant(),
            nullable=True,
            comment="personal: when told that the account will end",
        ),
    )
    op.add_column(
        "people",
        sa.Column(
            "erasing",
            sa.String(length=8),
            sa.CheckConstraint("erasing IN ('unsigned', 'erase')", name=op.f("ck_people_erasing")),
            nullable=True,
            comment="personal: mode of an erasure under way",
        ),
    )
    # Nobody knows when they were here last: their time begins today.
    op.execute("UPDATE people SET last_seen = CURRENT_DATE WHERE imported_with IS NULL")
    op.create_index(
        "ix_people_erasing",
        "people",
        ["erasing"],
        sqlite_where=sa.text("erasing IS NOT NULL"),
        postgresql_where=sa.text("erasing IS NOT NULL"),
    )
    op.create_index(op.f("ix_people_last_seen"), "people", ["last_seen"])
    op.create_table(
        "unlinked_votes",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the post voted on"),
        sa.Column("value", sa.String(length=8), nullable=False, comment="agree, mixed, disagree, support"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the text they were cast on"),
        sa.Column("votes", sa.Integer(), nullable=False, comment="how many, of people who were erased"),
        sa.CheckConstraint(
            "value IN ('agree', 'mixed', 'disagree', 'support')", name=op.f("ck_unlinked_votes_value")
        ),
        sa.CheckConstraint("votes >= 1", name=op.f("ck_unlinked_votes_votes")),
        sa.ForeignKeyConstraint(
            ["debate_key", "number"],
            ["posts.debate_key", "posts.number"],
            name=op.f("fk_unlinked_votes_debate_key_number"),
        ),
        sa.PrimaryKeyConstraint("debate_key", "number", "value", "revision", name=op.f("pk_unlinked_votes")),
        comment="standing votes of erased people: counts, linked to nobody and not to each other",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasures",
        sa.Column(
            "person_digest",
            sa.LargeBinary(length=32),
            nullable=False,
            comment="keyed hash of the id of who was erased",
        ),
        sa.Column("mode", sa.String(length=8), nullable=False, comment="unsigned or erase"),
        sa.Column("erased_at", Instant(), nullable=False, comment="when it was asked for"),
        sa.CheckConstraint("mode IN ('unsigned', 'erase')", name=op.f("ck_erasures_mode")),
        sa.PrimaryKeyConstraint("person_digest", name=op.f("pk_erasures")),
        comment="who was erased, told only to whoever has the id: to erase again what a backup brings back",
    )
    op.create_index(op.f("ix_erasures_erased_at"), "erasures", ["erased_at"])
    op.create_table(
        "departures",
        sa.Column(
            "identity_digest",
            sa.LargeBinary(length=32),
            nullable=False,
            comment="keyed hash of an address or an identity",
        ),
        sa.Column("until", Instant(), nullable=False, comment="close of the last debate that keeps a vote"),
        sa.PrimaryKeyConstraint("identity_digest", name=op.f("pk_departures")),
        comment="whose votes still count in open debates: nobody votes twice by leaving and coming back",
    )
    op.create_index(op.f("ix_departures_until"), "departures", ["until"])
    op.create_table(
        "archives",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="id in the address of the archive, UUIDv7"),
        sa.Column("person_key", _KEY, nullable=False, comment="personal: whose"),
        sa.Column("language", sa.String(length=2), nullable=False, comment="of its headings"),
        sa.Column("requested_at", Instant(), nullable=False, comment="personal: when it was asked for"),
        sa.Column("started_at", Instant(), nullable=True, comment="since when a process writes it"),
        sa.Column("finished_at", Instant(), nullable=True, comment="when it was complete"),
        sa.Column("expires_at", Instant(), nullable=False, comment="when it is deleted"),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_archives_person_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_archives")),
        sa.UniqueConstraint("person_key", name=op.f("uq_archives_person_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_archives_uid")),
        comment="large archives that people asked for, at most one for each, written in the background",
    )
    op.create_index(op.f("ix_archives_expires_at"), "archives", ["expires_at"])
    op.create_table(
        "archive_parts",
        sa.Column("archive_key", _KEY, nullable=False, comment="which archive"),
        sa.Column("format", sa.String(length=4), nullable=False, comment="json or html"),
        sa.Column("part", sa.Integer(), nullable=False, comment="from 1, in order"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="personal: octets of the archive"),
        sa.CheckConstraint("format IN ('json', 'html')", name=op.f("ck_archive_parts_format")),
        sa.ForeignKeyConstraint(["archive_key"], ["archives.key"], name=op.f("fk_archive_parts_archive_key")),
        sa.PrimaryKeyConstraint("archive_key", "format", "part", name=op.f("pk_archive_parts")),
        comment="the archives, in parts of bounded size",
    )


def downgrade() -> None:
    """Go back."""
    for name in ("archive_parts", "archives", "departures", "erasures", "unlinked_votes"):
        op.drop_table(name)
    op.drop_index(op.f("ix_people_last_seen"), table_name="people")
    op.drop_index("ix_people_erasing", table_name="people")
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("people") as batch:
            batch.drop_constraint(op.f("ck_people_erasing"), type_="check")
            for name in ("erasing", "warned_at", "last_seen"):
                batch.drop_column(name)
        return
    for name in ("erasing", "warned_at", "last_seen"):
        op.drop_column("people", name)
