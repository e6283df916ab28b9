"""What the database refuses by itself: a violating row for every constraint that the tables declare."""

from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import CheckConstraint, Connection, ForeignKeyConstraint, insert, inspect, null
from sqlalchemy.exc import IntegrityError

from consultation.persistence.engine import Database
from consultation.persistence.tables import metadata
from tests.persistence.rows import FIRST, OTHER, insert_first, insert_row
from tests.persistence.values import NOW

NOTHING: Final = 999_999
ACCEPTED: Final = {"accepted_at": NOW, "email": None, "token_digest": None}
ARGUMENT: Final = {"kind": "argument", "contribution": 1, "side": "pro"}

CHECKS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "ck_access_keys_former": ("access_keys", {"former_until": None}),
    "ck_call_counters_calls": ("call_counters", {"calls": -1}),
    "ck_archive_parts_format": ("archive_parts", {"format": "pdf"}),
    "ck_erasures_mode": ("erasures", {"mode": "hide"}),
    "ck_people_erasing": ("people", {"erasing": "hide"}),
    "ck_unlinked_votes_value": ("unlinked_votes", {"value": "maybe"}),
    "ck_unlinked_votes_votes": ("unlinked_votes", {"votes": 0}),
    "ck_debates_period": ("debates", {"opens_at": NOW, "closes_at": NOW}),
    "ck_identity_providers_auth_method": ("identity_providers", {"auth_method": "none"}),
    "ck_logos_media_type": ("logos", {"media_type": "image/gif"}),
    "ck_memberships_role": ("memberships", {"role": "king"}),
    "ck_invitations_role": ("invitations", {"role": "king"}),
    "ck_invitations_address": ("invitations", {"email": None}),
    "ck_invitations_token": ("invitations", {"token_digest": None}),
    "ck_invitations_accepter": ("invitations", {"accepter_key": 1001}),
    "ck_participation_codes_state": ("participation_codes", {"state": "lent"}),
    "ck_posts_capacity": ("posts", {"capacity": "king"}),
    "ck_cases_about": ("cases", {"number": None}),
    "ck_held_posts_capacity": ("held_posts", {"capacity": "king"}),
    "ck_held_posts_contribution": ("held_posts", {"contribution": 1}),
    "ck_held_posts_kept": ("held_posts", {"kept": "lost"}),
    "ck_held_posts_kind": ("held_posts", {"kind": "essay", "contribution": 1}),
    "ck_held_posts_side": ("held_posts", ARGUMENT | {"side": "both"}),
    "ck_held_posts_side_of_arguments": ("held_posts", ARGUMENT | {"side": None}),
    "ck_cases_measure": ("cases", {"measure": "burn"}),
    "ck_cases_state": ("cases", {"state": "lost"}),
    "ck_decisions_ground": ("decisions", {"ground": "taste"}),
    "ck_decisions_instance": ("decisions", {"instance": "third"}),
    "ck_decisions_measure": ("decisions", {"measure": "burn"}),
    "ck_follows_target": ("follows", {"theme": "rues"}),
    "ck_mail_settings_follows": ("mail_settings", {"follows": "hourly"}),
    "ck_mail_settings_off": ("mail_settings", {"off_at": NOW}),
    "ck_mail_settings_off_reason": ("mail_settings", {"off_at": NOW, "off_reason": "bored"}),
    "ck_jobs_state": ("jobs", {"state": "lost"}),
    "ck_webhooks_former": ("webhooks", {"former_until": NOW}),
    "ck_webhooks_disabled": ("webhooks", {"disabled_at": NOW}),
    "ck_webhook_deliveries_state": ("webhook_deliveries", {"state": "lost"}),
    "ck_announced_phases_phase": ("announced_phases", {"phase": "over"}),
    "ck_reports_ground": ("reports", {"ground": "taste"}),
    "ck_posts_contribution": ("posts", {"contribution": 1}),
    "ck_posts_kind": ("posts", {"kind": "essay", "contribution": 1}),
    "ck_posts_number": ("posts", {"number": 0}),
    "ck_posts_side": ("posts", ARGUMENT | {"side": "both"}),
    "ck_posts_side_of_arguments": ("posts", ARGUMENT | {"side": None}),
    "ck_posts_state": ("posts", {"state": "lost", "state_reason": "x", "state_since": NOW}),
    "ck_posts_tombstone": ("posts", {"state": "visible", "state_reason": "author"}),
    "ck_sessions_method": ("sessions", {"method": "guess"}),
    "ck_revisions_capacity": ("revisions", {"capacity": "king"}),
    "ck_votes_value": ("votes", {"value": "maybe"}),
}
"""A row that one CHECK refuses, and no other."""

REFERENCES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "fk_archive_parts_archive_key": ("archive_parts", {"archive_key": NOTHING}),
    "fk_archives_person_key": ("archives", {"person_key": NOTHING}),
    "fk_unlinked_votes_debate_key_number": ("unlinked_votes", {"number": NOTHING}),
    "fk_code_batches_debate_key": ("code_batches", {"debate_key": NOTHING}),
    "fk_code_redemptions_debate_key": ("code_redemptions", {"debate_key": NOTHING}),
    "fk_code_redemptions_person_key": ("code_redemptions", {"person_key": NOTHING}),
    "fk_code_tries_person_key": ("code_tries", {"person_key": NOTHING}),
    "fk_participation_codes_batch_key": ("participation_codes", {"batch_key": NOTHING}),
    "fk_participation_codes_debate_key": ("participation_codes", {"debate_key": NOTHING}),
    "fk_debates_organisation_key": ("debates", {"organisation_key": NOTHING}),
    "fk_logos_organisation_key": ("logos", {"organisation_key": NOTHING}),
    "fk_embed_origins_organisation_key": ("embed_origins", {"organisation_key": NOTHING}),
    "fk_embed_origins_person_key": ("embed_origins", {"person_key": NOTHING}),
    "fk_idempotency_keys_person_key": ("idempotency_keys", {"person_key": NOTHING}),
    "fk_access_keys_organisation_key": ("access_keys", {"organisation_key": NOTHING}),
    "fk_key_answers_access_key": ("key_answers", {"access_key": NOTHING}),
    "fk_identities_person_key": ("identities", {"person_key": NOTHING}),
    "fk_invitations_organisation_key": ("invitations", {"organisation_key": NOTHING}),
    "fk_invitations_inviter_key": ("invitations", {"inviter_key": NOTHING}),
    "fk_invitations_accepter_key": ("invitations", ACCEPTED | {"accepter_key": NOTHING}),
    "fk_platform_administrators_person_key": ("platform_administrators", {"person_key": NOTHING}),
    "fk_identity_providers_organisation_key": ("identity_providers", {"organisation_key": NOTHING}),
    "fk_sign_in_rounds_session_digest": ("sign_in_rounds", {"session_digest": b"\x09" * 32}),
    "fk_provider_sessions_token_digest": ("provider_sessions", {"token_digest": b"\x09" * 32}),
    "fk_memberships_organisation_key": ("memberships", {"organisation_key": NOTHING}),
    "fk_memberships_person_key": ("memberships", {"person_key": NOTHING}),
    "fk_sessions_person_key": ("sessions", {"person_key": NOTHING}),
    "fk_debate_acts_debate_key": ("debate_acts", {"debate_key": NOTHING}),
    "fk_debate_acts_person_key": ("debate_acts", {"person_key": NOTHING}),
    "fk_import_reports_debate_key": ("import_reports", {"debate_key": NOTHING}),
    "fk_webhooks_organisation_key": ("webhooks", {"organisation_key": NOTHING}),
    "fk_webhook_deliveries_webhook_key": ("webhook_deliveries", {"webhook_key": NOTHING}),
    "fk_webhook_deliveries_debate_key": ("webhook_deliveries", {"debate_key": NOTHING}),
    "fk_announced_phases_debate_key": ("announced_phases", {"debate_key": NOTHING}),
    "fk_appeals_case_key": ("appeals", {"case_key": NOTHING}),
    "fk_appeals_person_key": ("appeals", {"person_key": NOTHING}),
    "fk_cases_claimed_by": ("cases", {"claimed_by": NOTHING}),
    "fk_cases_debate_key_number": ("cases", {"number": NOTHING}),
    "fk_cases_held_key": ("cases", {"held_key": NOTHING}),
    "fk_held_posts_author_key": ("held_posts", {"author_key": NOTHING}),
    "fk_held_posts_debate_key": ("held_posts", {"debate_key": NOTHING}),
    "fk_held_posts_debate_key_contribution": ("held_posts", ARGUMENT | {"contribution": NOTHING}),
    "fk_held_posts_debate_key_revises": ("held_posts", {"revises": NOTHING}),
    "fk_cases_decided_by": ("cases", {"decided_by": NOTHING}),
    "fk_decisions_case_key": ("decisions", {"case_key": NOTHING}),
    "fk_decisions_debate_key": ("decisions", {"debate_key": NOTHING}),
    "fk_decisions_decided_by": ("decisions", {"decided_by": NOTHING}),
    "fk_notice_contacts_report_key": ("notice_contacts", {"report_key": NOTHING}),
    "fk_reports_case_key": ("reports", {"case_key": NOTHING}),
    "fk_reports_debate_key_number": ("reports", {"number": NOTHING}),
    "fk_reports_person_key": ("reports", {"person_key": NOTHING}),
    "fk_closing_notices_debate_key": ("closing_notices", {"debate_key": NOTHING}),
    "fk_follows_debate_key": ("follows", {"debate_key": NOTHING}),
    "fk_follows_person_key": ("follows", {"person_key": NOTHING}),
    "fk_mail_settings_person_key": ("mail_settings", {"person_key": NOTHING}),
    "fk_notices_debate_key": ("notices", {"debate_key": NOTHING}),
    "fk_notices_person_key": ("notices", {"person_key": NOTHING}),
    "fk_jobs_debate_key": ("jobs", {"debate_key": NOTHING}),
    "fk_journal_positions_debate_key": ("journal_positions", {"debate_key": NOTHING}),
    "fk_journal_entries_debate_key": ("journal_entries", {"debate_key": NOTHING}),
    "fk_posts_author_key": ("posts", {"author_key": NOTHING}),
    "fk_posts_debate_key": ("posts", {"debate_key": NOTHING}),
    "fk_posts_debate_key_contribution": ("posts", ARGUMENT | {"contribution": NOTHING}),
    "fk_revisions_debate_key_number": ("revisions", {"number": NOTHING}),
    "fk_votes_debate_key_number": ("votes", {"number": NOTHING}),
    "fk_votes_person_key": ("votes", {"person_key": NOTHING}),
}
"""A row that refers to what is not there, by one foreign key."""

UNIQUE: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "uq_archives_person_key": ("archives", ("person_key",)),
    "uq_archives_uid": ("archives", ("uid",)),
    "uq_organisations_slug": ("organisations", ("slug",)),
    "uq_organisations_uid": ("organisations", ("uid",)),
    "uq_invitations_organisation_key_email": ("invitations", ("organisation_key", "email")),
    "uq_invitations_token_digest": ("invitations", ("token_digest",)),
    "uq_invitations_uid": ("invitations", ("uid",)),
    "uq_people_email": ("people", ("email",)),
    "uq_people_uid": ("people", ("uid",)),
    "uq_code_batches_uid": ("code_batches", ("uid",)),
    "uq_identity_providers_slug": ("identity_providers", ("slug",)),
    "uq_debates_organisation_key_slug": ("debates", ("organisation_key", "slug")),
    "uq_debates_uid": ("debates", ("uid",)),
    "uq_embed_origins_uid": ("embed_origins", ("uid",)),
    "uq_embed_origins_organisation_key_origin": ("embed_origins", ("organisation_key", "origin")),
    "uq_webhooks_uid": ("webhooks", ("uid",)),
    "uq_webhook_deliveries_uid": ("webhook_deliveries", ("uid",)),
    "ix_cases_open": ("cases", ("debate_key", "number", "state")),
    "ix_reports_person": ("reports", ("person_key", "debate_key", "number")),
    "uq_cases_uid": ("cases", ("uid",)),
    "uq_decisions_uid": ("decisions", ("uid",)),
    "uq_reports_uid": ("reports", ("uid",)),
    "uq_follows_person_key_debate_key_theme_number": (
        "follows",
        ("person_key", "debate_key", "theme", "number"),
    ),
    "uq_follows_uid": ("follows", ("uid",)),
    "uq_notices_uid": ("notices", ("uid",)),
    "uq_notices_person_key_debate_key_sequence_kind": (
        "notices",
        ("person_key", "debate_key", "sequence", "kind"),
    ),
    "uq_jobs_uid": ("jobs", ("uid",)),
    "uq_sessions_token_digest": ("sessions", ("token_digest",)),
    "uq_access_keys_former_digest": ("access_keys", ("former_digest",)),
    "uq_access_keys_token_digest": ("access_keys", ("token_digest",)),
    "uq_access_keys_uid": ("access_keys", ("uid",)),
    "uq_sessions_uid": ("sessions", ("uid",)),
    "uq_held_posts_uid": ("held_posts", ("uid",)),
    "ix_cases_held_key": ("cases", ("held_key",)),
    "ix_posts_reference": ("posts", ("debate_key", "reference")),
} | {
    str(table.primary_key.name): (table.name, tuple(column.name for column in table.primary_key))
    for table in metadata.sorted_tables
}
"""Columns in which a second row may not equal the first; among them every primary key."""

THIRD: Final = UUID(int=9003)
FREE: Final[dict[str, dict[str, Any]]] = {
    "people": {"key": 1003, "uid": THIRD, "email": "x@y.example"},
    "cases": {"key": 1003, "uid": THIRD},
    "debates": {"key": 1003, "uid": THIRD, "slug": "x"},
}
"""What keeps a third row apart from the two that are there."""


def declared(kind: type) -> set[str]:
    return {str(c.name) for table in metadata.sorted_tables for c in table.constraints if isinstance(c, kind)}


def told(error: IntegrityError, name: str) -> bool:
    """Does the refusal come from this constraint?"""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == name)
    words = str(error.orig)
    if name.startswith("ck_"):
        return words == f"CHECK constraint failed: {name}"
    if name.startswith("fk_"):
        return words == "FOREIGN KEY constraint failed"
    table, columns = UNIQUE[name]
    return words == "UNIQUE constraint failed: " + ", ".join(f"{table}.{column}" for column in columns)


@pytest.fixture
def filled(connection: Connection) -> Connection:
    """A connection on which every table holds a valid row."""
    insert_first(connection)
    return connection


def test_every_constraint_has_its_case() -> None:
    indexes = {str(index.name) for table in metadata.sorted_tables for index in table.indexes if index.unique}
    keys = {str(table.primary_key.name) for table in metadata.sorted_tables}
    unique = {name for name in declared(object) if name.startswith("uq_")}
    assert set(CHECKS) == declared(CheckConstraint)
    assert set(REFERENCES) == declared(ForeignKeyConstraint)
    assert set(UNIQUE) == indexes | keys | unique


@pytest.mark.parametrize("table", sorted(set(FIRST) - {"people", "debates", "sessions", "cases"}))
def test_a_second_valid_row_is_taken(filled: Connection, table: str) -> None:
    insert_row(filled, table)


@pytest.mark.parametrize("name", [*CHECKS, *REFERENCES])
def test_a_row_that_breaks_one_rule_is_refused_by_it(filled: Connection, name: str) -> None:
    table, changes = (CHECKS | REFERENCES)[name]
    with pytest.raises(IntegrityError) as refused:
        insert_row(filled, table, **(FREE.get(table, {}) | changes))
    assert told(refused.value, name), refused.value


@pytest.mark.parametrize("name", UNIQUE)
def test_a_row_that_equals_another_in_a_key_is_refused(filled: Connection, name: str) -> None:
    table, columns = UNIQUE[name]
    same = {column: FIRST[table][column] for column in columns}
    with pytest.raises(IntegrityError) as refused:
        insert_row(filled, table, **(FREE.get(table, {}) | same))
    assert told(refused.value, name), refused.value


@pytest.mark.parametrize("state", ["withdrawn", "hidden", "erased"])
def test_a_tombstone_says_since_when(filled: Connection, state: str) -> None:
    with pytest.raises(IntegrityError):
        insert_row(filled, "posts", state=state, state_since=None, state_reason=None)


def test_posts_without_a_reference_are_as_many_as_there_are(filled: Connection) -> None:
    insert_row(filled, "posts", reference=None)
    insert_row(filled, "posts", reference=None, number=3)


def test_every_column_that_must_have_a_value_refuses_none(store: Database) -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.nullable or column.primary_key or column.computed is not None:
                continue
            with store.writing() as connection:
                insert_first(connection)
                row = {
                    **FIRST[table.name],
                    **OTHER[table.name],
                    **FREE.get(table.name, {}),
                    column.name: null(),
                }
                with pytest.raises(IntegrityError, match=r"(?i)not.null"):
                    connection.execute(insert(table).values(row))
                connection.rollback()


def test_the_database_holds_the_constraints_that_the_tables_declare(store: Database) -> None:
    """Alembic sees neither a CHECK that changed nor one that is missing."""
    with store.reading() as connection:
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            held = {check["name"] for check in inspector.get_check_constraints(table.name)}
            held |= {key["name"] for key in inspector.get_foreign_keys(table.name)}
            held |= {key["name"] for key in inspector.get_unique_constraints(table.name)}
            held.add(inspector.get_pk_constraint(table.name)["name"])
            assert held == {str(constraint.name) for constraint in table.constraints}, table.name
