"""Every personal column has its place: in the archive, in the erasure, and in the record of processing."""

from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, select

from consultation.application.privacy.archives import ArchiveKind
from consultation.domain.erasure import ErasureMode
from consultation.exchange.person_archive import write_archive
from consultation.persistence.privacy import HOLDINGS, Treatment
from consultation.persistence.privacy.reading import SqlSections
from consultation.persistence.repositories.erasing import SqlErasing
from consultation.persistence.tables import metadata
from tests.persistence.rows import FIRST, insert_first, insert_row
from tests.persistence.values import NOW

PERSON = 1001
RECORD = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
PERSONAL = [
    column
    for table in metadata.sorted_tables
    for column in table.columns
    if (column.comment or "").startswith("personal:")
]


def place(column: Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


@pytest.mark.parametrize("column", PERSONAL, ids=place)
def test_a_personal_column_is_in_the_archive_or_says_why_not(column: Column[object]) -> None:
    declared = [one for one in HOLDINGS if one.table is column.table]
    assert declared, "give the table an entry in persistence/privacy/holdings.py"
    shown = any(column.name in one.shown for one in declared)
    withheld = any(column.name in one.withheld for one in declared)
    assert shown != withheld, "name it in `shown`, or in `withheld` with the reason"


@pytest.mark.parametrize("column", PERSONAL, ids=place)
def test_a_personal_column_is_in_the_record_of_processing(column: Column[object]) -> None:
    parts = [one.section for one in HOLDINGS if one.table is column.table]
    chapters = [RECORD.split(f"### {part}\n")[1].split("\n### ")[0] for part in parts]
    assert any(f"`{column.name}`" in chapter for chapter in chapters), "run tools/generate"


def test_a_column_with_the_key_of_a_person_is_personal() -> None:
    unmarked = [
        place(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "people.key" for key in column.foreign_keys)
        and not (column.comment or "").startswith("personal:")
    ]
    assert unmarked == []


def test_every_table_that_refers_to_people_is_erased() -> None:
    """A row that an erasure forgets would keep the account from being deleted."""
    referring = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "people.key"
    }
    assert referring <= {one.table.name for one in HOLDINGS}


def test_what_the_list_names_is_there() -> None:
    for one in HOLDINGS:
        assert set(one.shown) | set(one.withheld) <= set(one.table.c.keys()), one.table.name
        if isinstance(one.whose, str):
            assert one.whose in one.table.c, one.table.name
        assert one.purpose
        assert one.basis
        assert one.retention
        assert one.recipients


@pytest.fixture
def filled(connection: Connection) -> Connection:
    """Every table holds a row of one person."""
    insert_first(connection)
    return connection


def test_the_archive_has_a_row_of_every_table(filled: Connection) -> None:
    kept = {name: [*rows] for name, rows in SqlSections(filled, PERSON).sections()}
    # Whoever invited somebody else was not invited.
    assert [name for name, rows in kept.items() if not rows] == ["invitations", "invitations_accepted"]
    assert kept["posts"][0]["body"] == FIRST["posts"]["body"]
    assert kept["posts"][0]["debate_title"] == FIRST["debates"]["title"]
    assert kept["memberships"][0]["organisation"] == FIRST["organisations"]["slug"]


def test_the_archive_has_no_row_of_anybody_else(filled: Connection) -> None:
    for name, rows in SqlSections(filled, 1002).sections():
        found = [*rows]
        assert len(found) == (1 if name in {"people", "invitations"} else 0), name


@pytest.mark.parametrize("kind", ArchiveKind)
def test_the_archive_can_be_written_in_both_forms(filled: Connection, kind: ArchiveKind) -> None:
    octets = b"".join(write_archive(SqlSections(filled, PERSON), kind, "fr", NOW))
    assert b"camille@ville.example" in octets
    assert b"Un arbre dans chaque rue." in octets


def test_what_the_list_deletes_is_deleted_and_nothing_of_others(filled: Connection) -> None:
    def rows(of: int) -> dict[str, int]:
        return {
            one.section: len(filled.execute(select(one.table).where(one.of(of))).all())
            for one in HOLDINGS
            if one.treatment is not Treatment.WRITTEN
        }

    insert_row(filled, "sessions", person_key=1002)
    empty = {section for section, count in rows(PERSON).items() if not count}
    assert empty == {"invitations", "invitations_accepted"}, "whoever invited was not invited"
    SqlErasing(filled).begin(PERSON, ErasureMode.ERASE)
    assert not any(rows(PERSON).values())
    assert rows(1002)["sessions"] == rows(1002)["invitations"] == 1


FORBIDDEN = ("user_agent", "useragent", "ip_address", "remote_addr", "client_ip", "ip", "host")


def test_no_column_could_hold_a_network_address_or_a_user_agent() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            parts = column.name.split("_")
            assert not set(parts) & {"ip", "agent", "host", "network"}, place(column)
            assert column.name not in FORBIDDEN, place(column)
            assert column.type.__class__.__name__ not in {"INET", "CIDR"}, place(column)
            words = (column.comment or "").lower()
            assert "user agent" not in words, place(column)
            assert "network address" not in words, place(column)
            assert "ip address" not in words, place(column)
