"""The first tables: organisations, people, debates, posts, votes and the journal.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from consultation.persistence.types import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

_APPEND_ONLY = {
    "sqlite": [
        """
        CREATE TRIGGER journal_entries_stay_as_written BEFORE UPDATE ON journal_entries
        BEGIN SELECT RAISE(ABORT, 'journal entries are never changed'); END
        """,
        """
        CREATE TRIGGER journal_entries_stay BEFORE DELETE ON journal_entries
        BEGIN SELECT RAISE(ABORT, 'journal entries are never removed'); END
        """,
    ],
    "postgresql": [
        """
        CREATE FUNCTION journal_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'journal entries are never changed or removed'; END $$
        """,
        """
        CREATE TRIGGER journal_entries_stay BEFORE UPDATE OR DELETE ON journal_entries
        FOR EACH ROW EXECUTE FUNCTION journal_entries_stay()
        """,
        """
        CREATE TRIGGER journal_entries_stay_all BEFORE TRUNCATE ON journal_entries
        FOR EACH STATEMENT EXECUTE FUNCTION journal_entries_stay()
        """,
    ],
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "organisations",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("slug", sa.String(length=80), nullable=False, comment="in addresses"),
        sa.Column("name", sa.String(length=200), nullable=False, comment="the public body's name"),
        sa.Column("locale", sa.String(length=2), nullable=False, comment="fr, nl, de or en"),
        sa.Column("time_zone", sa.String(length=64), nullable=False, comment="IANA zone of shown times"),
        sa.Column("created_at", Instant(), nullable=False, comment="when it was set up"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_organisations_uid")),
        comment="public bodies that own debates",
    )
    op.create_table(
        "people",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="personal: public id, UUIDv7"),
        sa.Column(
            "name",
            sa.String(length=100),
            nullable=False,
            comment="personal: display name, may be a pseudonym",
        ),
        sa.Column(
            "email",
            sa.String(length=320),
            nullable=True,
            comment="personal: address for sign-in, lower case; null for imported participants",
        ),
        sa.Column("locale", sa.String(length=2), nullable=False, comment="language of mail to the person"),
        sa.Column("created_at", Instant(), nullable=False, comment="personal: first sign-in or import"),
        sa.Column(
            "imported_with",
            sa.Uuid(),
            nullable=True,
            comment="debate whose import made the row; else null",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("uid", name=op.f("uq_people_uid")),
        comment="people who signed in, and participants of imported debates",
    )
    op.create_table(
        "sign_in_codes",
        sa.Column(
            "address_digest", sa.LargeBinary(length=32), nullable=False, comment="keyed hash of the address"
        ),
        sa.Column(
            "code_digest", sa.LargeBinary(length=32), nullable=False, comment="keyed hash of address and code"
        ),
        sa.Column("expires_at", Instant(), nullable=False, comment="end of validity"),
        sa.Column("tries_left", sa.SmallInteger(), nullable=False, comment="wrong tries that remain"),
        sa.Column("window_started_at", Instant(), nullable=False, comment="start of the counting window"),
        sa.Column("sent_in_window", sa.SmallInteger(), nullable=False, comment="codes sent in the window"),
        sa.PrimaryKeyConstraint("address_digest", name=op.f("pk_sign_in_codes")),
        comment="the last code sent to each address; the address itself is not kept",
    )
    op.create_table(
        "debates",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("uid", sa.Uuid(), nullable=False, comment="public id, UUIDv7"),
        sa.Column("organisation_key", _KEY, nullable=False),
        sa.Column(
            "slug", sa.String(length=80), nullable=False, comment="in addresses, unique in its organisation"
        ),
        sa.Column("title", sa.String(length=500), nullable=False, comment="the question"),
        sa.Column("description", sa.Text(), nullable=False, comment="Markdown as written"),
        sa.Column("language", sa.String(length=2), nullable=False, comment="language of the texts"),
        sa.Column("time_zone", sa.String(length=64), nullable=False, comment="IANA zone of shown times"),
        sa.Column("opens_at", Instant(), nullable=False, comment="inside the period"),
        sa.Column("closes_at", Instant(), nullable=False, comment="first instant outside the period"),
        sa.Column("published_at", Instant(), nullable=True, comment="null while a draft"),
        sa.Column("limits", _JSON, nullable=False, comment="shortest and longest texts, code points"),
        sa.Column("themes", _JSON, nullable=False, comment="headings, in order: slug, title, description"),
        sa.Column("source", _JSON, nullable=True, comment="where an imported debate comes from"),
        sa.Column("created_at", Instant(), nullable=False, comment="when it was drafted or imported"),
        sa.Column("last_act_at", Instant(), nullable=False, comment="instant of the last journal entry"),
        sa.Column("last_number", sa.Integer(), nullable=False, comment="highest number given"),
        sa.Column("journal_length", sa.BigInteger(), nullable=False, comment="entries in the journal"),
        sa.Column(
            "contributions",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="visible contributions",
        ),
        sa.Column(
            "arguments_pro",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="visible arguments for",
        ),
        sa.Column(
            "arguments_contra",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="visible arguments against",
        ),
        sa.Column(
            "sources", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="visible sources"
        ),
        sa.Column(
            "votes",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="standing votes on contributions",
        ),
        sa.Column(
            "supports",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="standing supports of arguments and sources",
        ),
        sa.Column(
            "participants",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="people with a post or a standing vote",
        ),
        sa.Column("search_terms", sa.Text(), server_default="", nullable=False, comment="analysed words"),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_debates_period")),
        sa.ForeignKeyConstraint(
            ["organisation_key"], ["organisations.key"], name=op.f("fk_debates_organisation_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_debates")),
        sa.UniqueConstraint("organisation_key", "slug", name=op.f("uq_debates_organisation_key_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_debates_uid")),
        comment="questions put to the public, each with its period, counters and lock",
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("person_key", _KEY, nullable=False, comment="personal: whose"),
        sa.Column("idempotency_key", sa.String(length=255), nullable=False, comment="as the client sent it"),
        sa.Column(
            "fingerprint",
            sa.LargeBinary(length=32),
            nullable=False,
            comment="SHA-256 of method, path and body",
        ),
        sa.Column("status", sa.SmallInteger(), nullable=False, comment="status of the first answer"),
        sa.Column("headers", _JSON, nullable=False, comment="headers of the first answer"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="personal: body of the first answer"),
        sa.Column("created_at", Instant(), nullable=False, comment="kept for 24 hours"),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_idempotency_keys_person_key")),
        sa.PrimaryKeyConstraint("person_key", "idempotency_key", name=op.f("pk_idempotency_keys")),
        comment="first answers, replayed when a call is repeated",
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("organisation_key", _KEY, nullable=False),
        sa.Column("person_key", _KEY, nullable=False, comment="personal: who"),
        sa.Column(
            "role", sa.String(length=20), nullable=False, comment="moderator, organiser, administrator"
        ),
        sa.Column("created_at", Instant(), nullable=False, comment="since when"),
        sa.CheckConstraint(
            "role IN ('moderator', 'organiser', 'administrator')", name=op.f("ck_memberships_role")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_key"], ["organisations.key"], name=op.f("fk_memberships_organisation_key")
        ),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_memberships_person_key")),
        sa.PrimaryKeyConstraint("organisation_key", "person_key", "role", name=op.f("pk_memberships")),
        comment="roles of people in organisations",
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_person_key"), ["person_key"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("key", _KEY, sa.Identity(always=False), nullable=False, comment="internal, never leaves"),
        sa.Column("token_digest", sa.LargeBinary(length=32), nullable=False, comment="SHA-256 of the token"),
        sa.Column("person_key", _KEY, nullable=False, comment="personal: whose"),
        sa.Column("created_at", Instant(), nullable=False, comment="personal: when signed in"),
        sa.Column("expires_at", Instant(), nullable=False, comment="end of validity"),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_sessions_person_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sessions_token_digest")),
        comment="signed-in sessions, as cookie or bearer token",
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_person_key"), ["person_key"], unique=False)

    op.create_table(
        "debate_acts",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="of the journal entry"),
        sa.Column("kind", sa.String(length=30), nullable=False, comment="journal entry kind"),
        sa.Column("at", Instant(), nullable=False, comment="when"),
        sa.Column("role", sa.String(length=20), nullable=False, comment="in which capacity, public"),
        sa.Column("person_key", _KEY, nullable=True, comment="personal: who, not public"),
        sa.Column("reason", sa.Text(), nullable=False, comment="public reason"),
        sa.Column("content", _JSON, nullable=False, comment="what the digest covers"),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True, comment="of the journal digest"),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_debate_acts_debate_key")),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_debate_acts_person_key")),
        sa.PrimaryKeyConstraint("debate_key", "sequence", name=op.f("pk_debate_acts")),
        comment="acts on the debate itself: created, changed, published, extended, closed, reopened",
    )
    op.create_table(
        "import_reports",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False, comment="name of the importer"),
        sa.Column("imported_at", Instant(), nullable=False, comment="when"),
        sa.Column("report", _JSON, nullable=False, comment="rows read, taken, refused and why"),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_import_reports_debate_key")),
        sa.PrimaryKeyConstraint("debate_key", name=op.f("pk_import_reports")),
        comment="what an import took and what it refused",
    )
    op.create_table(
        "journal_entries",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="from 1, without gaps"),
        sa.Column("at", Instant(), nullable=False, comment="when"),
        sa.Column("kind", sa.String(length=30), nullable=False, comment="what happened"),
        sa.Column("number", sa.Integer(), nullable=True, comment="of the post concerned"),
        sa.Column(
            "digest", sa.LargeBinary(length=32), nullable=False, comment="salted hash of what happened"
        ),
        sa.Column(
            "leaf_hash", sa.LargeBinary(length=32), nullable=False, comment="RFC 9162 leaf hash of this entry"
        ),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_journal_entries_debate_key")),
        sa.PrimaryKeyConstraint("debate_key", "sequence", name=op.f("pk_journal_entries")),
        comment="append-only record of each debate; holds no text, no name, no vote",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "posts",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="in the debate's one series"),
        sa.Column("kind", sa.String(length=12), nullable=False, comment="contribution, argument or source"),
        sa.Column("contribution", sa.Integer(), nullable=True, comment="number it hangs on; null for one"),
        sa.Column("side", sa.String(length=6), nullable=True, comment="pro or contra, of arguments"),
        sa.Column("author_key", _KEY, nullable=True, comment="personal: author"),
        sa.Column(
            "author_name", sa.String(length=100), nullable=True, comment="personal: name it was signed with"
        ),
        sa.Column("theme", sa.String(length=80), nullable=True, comment="slug of the theme"),
        sa.Column("title", sa.String(length=1000), nullable=True, comment="personal: as written"),
        sa.Column("body", sa.Text(), nullable=False, comment="personal: Markdown as written"),
        sa.Column("link", sa.String(length=2000), nullable=True, comment="http(s) address, of sources"),
        sa.Column("language", sa.String(length=2), nullable=False, comment="language of the text"),
        sa.Column("created_at", Instant(), nullable=False, comment="when posted"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="present revision, from 1"),
        sa.Column("revised_at", Instant(), nullable=True, comment="when the present revision was made"),
        sa.Column(
            "state", sa.String(length=10), nullable=False, comment="visible, withdrawn, hidden or erased"
        ),
        sa.Column(
            "state_reason", sa.String(length=200), nullable=True, comment="category shown on a tombstone"
        ),
        sa.Column("state_since", Instant(), nullable=True, comment="since when a tombstone"),
        sa.Column(
            "pro", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="visible arguments for"
        ),
        sa.Column(
            "contra",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="visible arguments against",
        ),
        sa.Column(
            "sources", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="visible sources"
        ),
        sa.Column(
            "agree", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="standing votes"
        ),
        sa.Column(
            "mixed", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="standing votes"
        ),
        sa.Column(
            "disagree", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="standing votes"
        ),
        sa.Column(
            "support", sa.Integer(), server_default=sa.text("0"), nullable=False, comment="standing supports"
        ),
        sa.Column(
            "on_earlier_revisions",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="standing votes cast on an earlier revision",
        ),
        sa.Column(
            "votes", sa.Integer(), sa.Computed("agree + mixed + disagree", persisted=True), nullable=True
        ),
        sa.Column("balance", sa.Integer(), sa.Computed("agree - disagree", persisted=True), nullable=True),
        sa.Column("arguments", sa.Integer(), sa.Computed("pro + contra", persisted=True), nullable=True),
        sa.Column("shuffle", sa.BigInteger(), nullable=False, comment="place in the random order, 32 bits"),
        sa.Column("reference", sa.String(length=200), nullable=True, comment="id in the source of an import"),
        sa.Column("reported_tally", _JSON, nullable=True, comment="totals that came without ballots"),
        sa.Column("search_terms", sa.Text(), server_default="", nullable=False, comment="analysed words"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="entry of the present revision"),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.Column("state_sequence", sa.BigInteger(), nullable=True, comment="entry of the present state"),
        sa.Column("state_salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.CheckConstraint(
            "(kind = 'argument') = (side IS NOT NULL)", name=op.f("ck_posts_side_of_arguments")
        ),
        sa.CheckConstraint(
            "(kind = 'contribution') = (contribution IS NULL)", name=op.f("ck_posts_contribution")
        ),
        sa.CheckConstraint(
            "(state = 'visible') = (state_since IS NULL AND state_reason IS NULL)",
            name=op.f("ck_posts_tombstone"),
        ),
        sa.CheckConstraint("kind IN ('contribution', 'argument', 'source')", name=op.f("ck_posts_kind")),
        sa.CheckConstraint("side IN ('pro', 'contra')", name=op.f("ck_posts_side")),
        sa.CheckConstraint(
            "state IN ('visible', 'withdrawn', 'hidden', 'erased')", name=op.f("ck_posts_state")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_posts_number")),
        sa.ForeignKeyConstraint(["author_key"], ["people.key"], name=op.f("fk_posts_author_key")),
        sa.ForeignKeyConstraint(
            ["debate_key", "contribution"],
            ["posts.debate_key", "posts.number"],
            name=op.f("fk_posts_debate_key_contribution"),
        ),
        sa.ForeignKeyConstraint(["debate_key"], ["debates.key"], name=op.f("fk_posts_debate_key")),
        sa.PrimaryKeyConstraint("debate_key", "number", name=op.f("pk_posts")),
        comment="everything that bears a number; the present revision of its text",
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_posts_arguments",
            ["debate_key", "arguments", "number"],
            unique=False,
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.create_index("ix_posts_author", ["author_key", "debate_key", "number"], unique=False)
        batch_op.create_index(
            "ix_posts_balance",
            ["debate_key", "balance", "number"],
            unique=False,
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.create_index(
            "ix_posts_contributions",
            ["debate_key", "number"],
            unique=False,
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.create_index(
            "ix_posts_reference",
            ["debate_key", "reference"],
            unique=True,
            sqlite_where=sa.text("reference IS NOT NULL"),
            postgresql_where=sa.text("reference IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_posts_replies",
            ["debate_key", "contribution", "kind", "side", "number"],
            unique=False,
            sqlite_where=sa.text("contribution IS NOT NULL"),
            postgresql_where=sa.text("contribution IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_posts_shuffle",
            ["debate_key", "shuffle", "number"],
            unique=False,
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.create_index(
            "ix_posts_thread",
            ["debate_key", "contribution", "number"],
            unique=False,
            sqlite_where=sa.text("contribution IS NOT NULL"),
            postgresql_where=sa.text("contribution IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_posts_supported_replies",
            ["debate_key", "contribution", "kind", "side", "support", "number"],
            unique=False,
            sqlite_where=sa.text("contribution IS NOT NULL"),
            postgresql_where=sa.text("contribution IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_posts_themes",
            ["debate_key", "theme", "number"],
            unique=False,
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.create_index(
            "ix_posts_votes",
            ["debate_key", "votes", "number"],
            unique=False,
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )

    op.create_table(
        "revisions",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the post"),
        sa.Column("revision", sa.Integer(), nullable=False, comment="from 1; the present one is in posts"),
        sa.Column(
            "author_name", sa.String(length=100), nullable=True, comment="personal: name it was signed with"
        ),
        sa.Column("theme", sa.String(length=80), nullable=True, comment="slug of the theme"),
        sa.Column("title", sa.String(length=1000), nullable=True, comment="personal: as written"),
        sa.Column("body", sa.Text(), nullable=False, comment="personal: Markdown as written"),
        sa.Column("link", sa.String(length=2000), nullable=True, comment="http(s) address, of sources"),
        sa.Column("created_at", Instant(), nullable=False, comment="when this revision was made"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="of the journal entry"),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.ForeignKeyConstraint(
            ["debate_key", "number"],
            ["posts.debate_key", "posts.number"],
            name=op.f("fk_revisions_debate_key_number"),
        ),
        sa.PrimaryKeyConstraint("debate_key", "number", "revision", name=op.f("pk_revisions")),
        comment="earlier revisions of posts",
    )
    op.create_table(
        "votes",
        sa.Column("debate_key", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the post voted on"),
        sa.Column("person_key", _KEY, nullable=False, comment="personal: voter"),
        sa.Column(
            "value", sa.String(length=8), nullable=False, comment="personal: agree, mixed, disagree, support"
        ),
        sa.Column("revision", sa.Integer(), nullable=False, comment="of the text it was cast on"),
        sa.Column("cast_at", Instant(), nullable=False, comment="personal: when"),
        sa.Column("sequence", sa.BigInteger(), nullable=False, comment="of the journal entry"),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=True, comment="of that entry's digest"),
        sa.CheckConstraint("value IN ('agree', 'mixed', 'disagree', 'support')", name=op.f("ck_votes_value")),
        sa.ForeignKeyConstraint(
            ["debate_key", "number"],
            ["posts.debate_key", "posts.number"],
            name=op.f("fk_votes_debate_key_number"),
        ),
        sa.ForeignKeyConstraint(["person_key"], ["people.key"], name=op.f("fk_votes_person_key")),
        sa.PrimaryKeyConstraint("debate_key", "number", "person_key", name=op.f("pk_votes")),
        comment="standing votes: the primary key is the rule of one person, one vote",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_votes_person_key_debate_key_number"),
            ["person_key", "debate_key", "number"],
            unique=False,
        )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_votes_person_key_debate_key_number"))

    op.drop_table("votes")
    op.drop_table("revisions")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_posts_votes",
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.drop_index(
            "ix_posts_themes",
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.drop_index(
            "ix_posts_thread",
            sqlite_where=sa.text("contribution IS NOT NULL"),
            postgresql_where=sa.text("contribution IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_posts_supported_replies",
            sqlite_where=sa.text("contribution IS NOT NULL"),
            postgresql_where=sa.text("contribution IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_posts_shuffle",
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.drop_index(
            "ix_posts_replies",
            sqlite_where=sa.text("contribution IS NOT NULL"),
            postgresql_where=sa.text("contribution IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_posts_reference",
            sqlite_where=sa.text("reference IS NOT NULL"),
            postgresql_where=sa.text("reference IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_posts_contributions",
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.drop_index(
            "ix_posts_balance",
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )
        batch_op.drop_index("ix_posts_author")
        batch_op.drop_index(
            "ix_posts_arguments",
            sqlite_where=sa.text("kind = 'contribution'"),
            postgresql_where=sa.text("kind = 'contribution'"),
        )

    op.drop_table("posts")
    op.drop_table("journal_entries")
    op.drop_table("import_reports")
    op.drop_table("debate_acts")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_person_key"))

    op.drop_table("sessions")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_person_key"))

    op.drop_table("memberships")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
    op.drop_table("debates")
    op.drop_table("sign_in_codes")
    op.drop_table("people")
    op.drop_table("organisations")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_entries_stay")
