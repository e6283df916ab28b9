"""Reports, cases, decisions and appeals.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

from consultation.persistence.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "cases",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the post"),
        sa.Column("state", sa.String(length=10), nullable=False, comment="open, decided, appealed or final"),
        sa.Column("opened_at", Instant(), nullable=False, comment="first report"),
        sa.Column("reports", sa.Integer(), nullable=False, comment="reports and notices"),
        sa.Column("claimed_by", _KEY, nullable=True, comment="personal: who works on it"),
        sa.Column("claimed_at", Instant(), nullable=True, comment="since when"),
        sa.Column("measure", sa.String(length=10), nullable=True, comment="of the decision that stands"),
        sa.Column("decided_by", _KEY, nullable=True, comment="personal: who decided first"),
        sa.Column("decided_at", Instant(), nullable=True, comment="first decision"),
        sa.Column("appeal_until", Instant(), nullable=True, comment="first instant at which it is too late"),
        sa.Column("appealed_at", Instant(), nullable=True, comment="when the author answered"),
        sa.Column("closed_at", Instant(), nullable=True, comment="last word"),
        sa.CheckConstraint(
            "measure IN ('keep', 'hide', 'mask', 'move', 'restore')", name=op.f("ck_cases_measure")
        ),
        sa.CheckConstraint("state IN ('open', 'decided', 'appealed', 'final')", name=op.f("ck_cases_state")),
        sa.ForeignKeyConstraint(["claimed_by"], ["people.key"], name=op.f("fk_cases_claimed_by")),
        sa.ForeignKeyConstraint(
            ["debate_key", "number"],
            ["posts.debate_key", "posts.number"],
            name=op.f("fk_cases_debate_key_number"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.key"], name=op.f("fk_cases_decided_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cases")),
        sa.UniqueConstraint("uid", name=op.f("uq_cases_uid")),
        comment="moderation cases, at most one open for a post",
    )
    op.create_index(op.f("ix_cases_claimed_by"), "cases", ["claimed_by"], unique=False)
    op.create_index(op.f("ix_cases_decided_by"), "cases", ["decided_by"], unique=False)
    op.create_index(
        "ix_cases_open",
        "cases",
        ["debate_key", "number", "state"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_cases_post", "cases", ["debate_key", "number"], unique=False)
    op.create_index("ix_cases_queue", "cases", ["debate_key", "state", "opened_at", "key"], unique=False)
    op.create_table(
        "appeals",
        sa.Column("case_key", _KEY, nullable=False, comment="of which case"),
        sa.Column("person_key", _KEY, nullable=True, comment="personal: the author"),
        sa.Column("text", sa.Text(), nullable=False, comment="personal: as written"),
        sa.Column("created_at", Instant(), nullable=False, comment="when"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="of the journal entry"),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.ForeignKeyConstraint(["case_key"], ["cases.key"], name=op.f("fk_appeals_case_key")),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_appeals_person_key")),
        sa.PrimaryKeyConstraint("case_key", name=op.f("pk_appeals")),
        comment="answers of authors; one for each case",
    )
    op.create_index(op.f("ix_appeals_person_key"), "appeals", ["person_key"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id of the statement, UUIDv7"),
        sa.Column("case_key", _KEY, nullable=False, comment="of which case"),
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("instance", sa.String(length=10), nullable=False, comment="automatic, first or appeal"),
        sa.Column("measure", sa.String(length=10), nullable=False, comment="what was done"),
        sa.Column("decided_by", _KEY, nullable=True, comment="personal: who, not public"),
        sa.Column("decided_at", Instant(), nullable=False, comment="when"),
        sa.Column("ground", sa.String(length=20), nullable=False, comment="category"),
        sa.Column(
            "reference", sa.String(length=500), nullable=False, comment="law or article of the charter"
        ),
        sa.Column("facts", sa.Text(), nullable=False, comment="personal: facts and circumstances"),
        sa.Column("explanation", sa.Text(), nullable=False, comment="personal: why the ground applies"),
        sa.Column("until", Instant(), nullable=True, comment="end of the restriction; null for none"),
        sa.Column("detected_automatically", sa.Boolean(), nullable=False, comment="automated means found it"),
        sa.Column("decided_automatically", sa.Boolean(), nullable=False, comment="automated means decided"),
        sa.Column("note", sa.Text(), nullable=False, comment="personal: for staff only"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="of the journal entry"),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.CheckConstraint(
            "ground IN ('charter', 'illegal', 'personal_data', 'spam', 'off_topic')",
            name=op.f("ck_decisions_ground"),
        ),
        sa.CheckConstraint(
            "instance IN ('automatic', 'first', 'appeal')", name=op.f("ck_decisions_instance")
        ),
        sa.CheckConstraint(
            "measure IN ('keep', 'hide', 'mask', 'move', 'restore')", name=op.f("ck_decisions_measure")
        ),
        sa.ForeignKeyConstraint(["case_key"], ["cases.key"], name=op.f("fk_decisions_case_key")),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_decisions_debate_key")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.key"], name=op.f("fk_decisions_decided_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_decisions")),
        sa.UniqueConstraint("uid", name=op.f("uq_decisions_uid")),
        comment="decisions, each with its statement of reasons",
    )
    op.create_index(op.f("ix_decisions_case_key"), "decisions", ["case_key"], unique=False)
    op.create_index(
        op.f("ix_decisions_debate_key_sequence"), "decisions", ["debate_key", "sequence"], unique=False
    )
    op.create_index(op.f("ix_decisions_decided_by"), "decisions", ["decided_by"], unique=False)
    op.create_table(
        "reports",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("case_key", _KEY, nullable=False, comment="of which case"),
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the post"),
        sa.Column("person_key", _KEY, nullable=True, comment="personal: who; null for a notice"),
        sa.Column("ground", sa.String(length=20), nullable=False, comment="category"),
        sa.Column("text", sa.Text(), nullable=False, comment="personal: as written"),
        sa.Column("created_at", Instant(), nullable=False, comment="when"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="of the journal entry"),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.CheckConstraint(
            "ground IN ('charter', 'illegal', 'personal_data', 'spam', 'off_topic')",
            name=op.f("ck_reports_ground"),
        ),
        sa.ForeignKeyConstraint(["case_key"], ["cases.key"], name=op.f("fk_reports_case_key")),
        sa.ForeignKeyConstraint(
            ["debate_key", "number"],
            ["posts.debate_key", "posts.number"],
            name=op.f("fk_reports_debate_key_number"),
        ),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_reports_person_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reports")),
        sa.UniqueConstraint("uid", name=op.f("uq_reports_uid")),
        comment="reports of posts; one for each person and post",
    )
    op.create_index(op.f("ix_reports_case_key"), "reports", ["case_key"], unique=False)
    op.create_index("ix_reports_person", "reports", ["person_key", "debate_key", "number"], unique=True)
    op.add_column(
        "revisions",
        sa.Column(
            "hidden",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="not shown: a passage in it is masked",
        ),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("revisions", "hidden")
    op.drop_index("ix_reports_person", table_name="reports")
    op.drop_index(op.f("ix_reports_case_key"), table_name="reports")
    op.drop_table("reports")
    op.drop_index(op.f("ix_decisions_decided_by"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_debate_key_sequence"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_case_key"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index(op.f("ix_appeals_person_key"), table_name="appeals")
    op.drop_table("appeals")
    op.drop_index("ix_cases_queue", table_name="cases")
    op.drop_index("ix_cases_post", table_name="cases")
    op.drop_index(
        "ix_cases_open",
        table_name="cases",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(op.f("ix_cases_decided_by"), table_name="cases")
    op.drop_index(op.f("ix_cases_claimed_by"), table_name="cases")
    op.drop_table("cases")
