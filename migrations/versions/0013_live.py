"""Every commit that adds to a journal is notified, on PostgreSQL.

Revision: 0013, after 0012.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Once a statement, so that an import of a million entries notifies once a batch. PostgreSQL sends
# equal notifications of a transaction once, and none of what is rolled back.
_FUNCTION = """
CREATE FUNCTION notify_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('consultation_journal', added.debate_key::text)
        FROM (SELECT DISTINCT debate_key FROM added_entries) AS added;
    RETURN NULL;
END
$$
"""
_TRIGGER = """
CREATE TRIGGER notify_journal AFTER INSERT ON journal_entries
    REFERENCING NEW TABLE AS added_entries
    FOR EACH STATEMENT EXECUTE FUNCTION notify_journal()
"""


def upgrade() -> None:
    """Go forward."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute(_TRIGGER)


def downgrade() -> None:
    """Go back."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER notify_journal ON journal_entries")
        op.execute("DROP FUNCTION notify_journal()")
