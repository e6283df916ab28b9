"""A patient for the doctor, and the faults that can be planted in it."""

from typing import Any, Final
from uuid import UUID

from consultation.application.doctor import Fault, Finding
from consultation.persistence.engine import Database
from tests.exchange.jsonl.makers import Instance

ZEROS: Final = "00" * 32


class Patient:
    """A lively debate that can be damaged behind the commands' back."""

    def __init__(self, url: str) -> None:
        self.instance = Instance(Database(url), founded=True)
        self.uid = UUID(str(self.read("SELECT uid FROM debates")))

    def damage(self, *statements: str) -> None:
        """Run statements without triggers and references; octets are written as SQLite writes them."""
        with self.instance.database.engine.connect() as connection:
            if self.instance.database.is_sqlite:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                connection.exec_driver_sql("BEGIN")
                kept = ("journal_entries_stay", "journal_entries_stay_as_written", "posts_texts_are_kept")
                for name in kept:
                    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                statements = tuple(text.replace("x'", r"'\x") for text in statements)
            for statement in statements:
                changed = connection.exec_driver_sql(statement.replace("ZEROS", ZEROS))
                assert changed.rowcount != 0, f"changed nothing: {statement}"
            connection.commit()
            connection.detach()

    def findings(self, debate: UUID | None = None) -> list[Finding]:
        return self.instance.findings(debate)

    def read(self, statement: str) -> Any:
        return self.instance.rows(statement)[0][0]


def seen(findings: list[Finding]) -> set[tuple[Fault, str, int | None]]:
    return {(finding.fault, finding.field, finding.number) for finding in findings}


ALONE: Final = [
    (
        "stale words of a post",
        "UPDATE posts SET search_terms = 'autre' WHERE number = 2",
        Fault.DERIVED,
        "search_terms",
        2,
    ),
    (
        "stale words of the debate",
        "UPDATE debates SET search_terms = ''",
        Fault.DERIVED,
        "search_terms",
        None,
    ),
    (
        "another place in the random order",
        "UPDATE posts SET shuffle = shuffle + 1 WHERE number = 2",
        Fault.DERIVED,
        "shuffle",
        2,
    ),
    (
        "a number given to nobody",
        "UPDATE debates SET last_number = last_number + 2",
        Fault.NUMBER_MISSING,
        "number",
        8,
    ),
    (
        "a last number that is not the last",
        "UPDATE debates SET last_number = last_number - 1",
        Fault.POSITION,
        "last_number",
        None,
    ),
    (
        "a longer journal than there is",
        "UPDATE debates SET journal_length = journal_length + 1",
        Fault.POSITION,
        "journal_length",
        None,
    ),
    (
        "a last act that was not",
        "UPDATE debates SET last_act_at = created_at",
        Fault.POSITION,
        "last_act_at",
        None,
    ),
    (
        "a changed leaf hash",
        "UPDATE journal_entries SET leaf_hash = x'ZEROS' WHERE sequence = 5",
        Fault.LEAF_HASH,
        "leaf_hash",
        2,
    ),
    (
        "another capacity",
        "UPDATE posts SET capacity = 'company' WHERE number = 3",
        Fault.DIGEST,
        "text",
        3,
    ),
    (
        "another capacity of an earlier text",
        "UPDATE revisions SET capacity = 'company' WHERE number = 1 AND revision = 1",
        Fault.DIGEST,
        "earlier text",
        1,
    ),
    (
        "a debate that asks for something that nobody decided",
        "UPDATE debates SET participation = '{\"email\": true}'",
        Fault.ENTRY_DIFFERS,
        "participation",
        None,
    ),
    (
        "a redemption without a code",
        "INSERT INTO code_redemptions SELECT debates.key, people.key FROM debates, people",
        Fault.COUNTER,
        "code_redemptions",
        None,
    ),
    ("a changed name", "UPDATE posts SET author_name = 'Claudine' WHERE number = 3", Fault.DIGEST, "text", 3),
    (
        "a changed side",
        "UPDATE posts SET link = 'https://exemple.example/' WHERE number = 5",
        Fault.DIGEST,
        "text",
        5,
    ),
    (
        "a changed earlier text",
        "UPDATE revisions SET body = 'Rien.' WHERE number = 1 AND revision = 1",
        Fault.DIGEST,
        "earlier text",
        1,
    ),
    (
        "a changed reason of a tombstone",
        "UPDATE posts SET state_reason = 'spam' WHERE state <> 'visible'",
        Fault.DIGEST,
        "state",
        6,
    ),
    (
        "a changed instant of a vote",
        "UPDATE votes SET cast_at = '2026-03-01T00:00:00.000000Z' WHERE number = 2",
        Fault.DIGEST,
        "vote",
        2,
    ),
    (
        "a changed act",
        "UPDATE debate_acts SET content = '{}' WHERE kind = 'period_extended'",
        Fault.DIGEST,
        "act",
        None,
    ),
    (
        "a redated act",
        "UPDATE debate_acts SET at = '2026-03-01T00:00:00.000000Z' WHERE kind = 'period_extended'",
        Fault.ENTRY_DIFFERS,
        "at",
        None,
    ),
    (
        "a tombstone without its entry",
        "UPDATE posts SET state_sequence = NULL WHERE state <> 'visible'",
        Fault.ENTRY_MISSING,
        "state",
        6,
    ),
    (
        "an act that is gone",
        "DELETE FROM debate_acts WHERE kind = 'period_extended'",
        Fault.STATE_MISSING,
        "period_extended",
        None,
    ),
    (
        "an earlier text that is gone",
        "DELETE FROM revisions WHERE number = 1 AND revision = 1",
        Fault.REVISION,
        "earlier revisions",
        1,
    ),
]
"""Faults that show in one place only."""

FURTHER: Final = [
    (
        "a changed text",
        "UPDATE posts SET body = 'Planter partout.' WHERE number = 2",
        {(Fault.DIGEST, "text", 2), (Fault.DERIVED, "search_terms", 2)},
    ),
    (
        "a changed vote",
        "UPDATE votes SET value = 'agree' WHERE number = 2",
        {(Fault.DIGEST, "vote", 2), (Fault.COUNTER, "agree", 2), (Fault.COUNTER, "disagree", 2)},
    ),
    (
        "a vote of a kind that its post does not take",
        "UPDATE votes SET value = 'support' WHERE number = 2",
        {
            (Fault.DIGEST, "vote", 2),
            (Fault.VOTE, "value", 2),
            (Fault.COUNTER, "support", 2),
            (Fault.COUNTER, "disagree", 2),
        },
    ),
    (
        "a vote on a revision to come",
        "UPDATE votes SET revision = 9 WHERE number = 2",
        {(Fault.DIGEST, "vote", 2), (Fault.VOTE, "revision", 2), (Fault.COUNTER, "on_earlier_revisions", 2)},
    ),
    (
        "a vote that is gone",
        "DELETE FROM votes WHERE number = 2",
        {(Fault.COUNTER, "disagree", 2), (Fault.COUNTER, "votes", None)},
    ),
    (
        "a post that is gone",
        "DELETE FROM posts WHERE number = 7",
        {
            (Fault.NUMBER_MISSING, "number", 7),
            (Fault.STATE_MISSING, "contribution_posted", 7),
            (Fault.COUNTER, "contributions", None),
        },
    ),
    (
        "a tombstone shown again",
        "UPDATE posts SET state = 'visible', state_since = NULL, state_reason = NULL WHERE number = 6",
        {
            (Fault.ENTRY_DIFFERS, "kind", 6),
            (Fault.DIGEST, "state", 6),
            (Fault.COUNTER, "contra", 2),
            (Fault.COUNTER, "arguments_contra", None),
        },
    ),
    (
        "a gap in the journal",
        "DELETE FROM journal_entries WHERE sequence = 5",
        {(Fault.SEQUENCE_MISSING, "sequence", None), (Fault.ENTRY_MISSING, "text", 2)},
    ),
    (
        "an entry dated before the one before it",
        "UPDATE journal_entries SET at = '2026-03-01T00:00:00.000000Z' WHERE sequence = 5",
        {(Fault.ORDER, "at", None), (Fault.LEAF_HASH, "leaf_hash", 2)},
    ),
    (
        "a changed digest",
        "UPDATE journal_entries SET digest = x'ZEROS' WHERE sequence = 5",
        {(Fault.LEAF_HASH, "leaf_hash", 2), (Fault.DIGEST, "text", 2)},
    ),
    (
        "an entry of no known kind",
        "UPDATE journal_entries SET kind = 'post_forgotten' WHERE sequence = 5",
        {(Fault.ENTRY_DIFFERS, "kind", 2)},
    ),
    (
        "an entry of another kind",
        "UPDATE journal_entries SET kind = 'vote_cast' WHERE sequence = 5",
        {(Fault.ENTRY_DIFFERS, "kind", 2), (Fault.LEAF_HASH, "leaf_hash", 2)},
    ),
    (
        "the entry of another post",
        "UPDATE posts SET sequence = 4 WHERE number = 2",
        {(Fault.ENTRY_DIFFERS, "number", 2), (Fault.DIGEST, "text", 2)},
    ),
    (
        "an entry that is not there",
        "UPDATE posts SET sequence = 999 WHERE number = 2",
        {(Fault.ENTRY_MISSING, "text", 2)},
    ),
    (
        "a revision too far",
        "UPDATE posts SET revision = 1 WHERE number = 4",
        {
            (Fault.REVISION, "revision", 4),
            (Fault.REVISION, "earlier revisions", 4),
            (Fault.DIGEST, "text", 4),
            (Fault.ENTRY_DIFFERS, "kind", 4),
        },
    ),
]
"""Faults that show in several places."""
