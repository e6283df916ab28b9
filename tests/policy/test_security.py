"""The written check against OWASP ASVS 5.0: complete, honest about what it names, and counted."""

import ast
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from sqlalchemy import func, select

from consultation.api.app import openapi_bytes
from consultation.persistence.engine import Database
from consultation.persistence.tables import metadata
from tests.api.operations import BEHIND_LINKS, FORMS_BEHIND_LINKS

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "security.md"
STATES: Final = ("met", "operator", "not met", "does not apply")

REQUIREMENTS: Final = {
    1: ("1.1-2", "2.1-9", "3.1-11", "4.1-3", "5.1-2"),
    2: ("1.1-3", "2.1-3", "3.1-4", "4.1-1"),
    3: ("2.1-2", "3.1-4", "4.1-6", "5.1-5", "7.1-2"),
    4: ("1.1-3", "2.1-1", "3.1-2", "4.1-4"),
    5: ("1.1-1", "2.1-3", "3.1-2", "4.1-3"),
    6: ("1.1-3", "2.1-12", "3.1-4", "4.1-4", "5.1-5", "6.1-3", "8.1-4"),
    7: ("1.1-3", "2.1-4", "3.1-2", "4.1-5", "5.1-2", "6.1-2"),
    8: ("1.1-2", "2.1-3", "3.1-1", "4.1-1"),
    9: ("1.1-3", "2.1-4"),
    10: ("1.1-2", "2.1-2", "3.1-4", "4.1-11", "5.1-5", "6.1-2", "7.1-3"),
    11: ("1.1-2", "2.1-3", "3.1-3", "4.1-4", "5.1-1", "6.1-1"),
    12: ("1.1-3", "2.1-2", "3.1-4"),
    13: ("1.1-1", "2.1-5", "3.1-2", "4.1-5"),
    14: ("1.1-2", "2.1-4", "3.1-3"),
    15: ("1.1-3", "2.1-3", "3.1-7"),
    16: ("1.1-1", "2.1-5", "3.1-4", "4.1-3", "5.1-3"),
    17: ("1.1-1", "2.1-4", "3.1-2"),
}
"""The requirements of levels 1 and 2 in version 5.0.0, by chapter: section, first and last number."""

_ROW: Final = re.compile(r"^\| v5\.0\.0-([\d.]+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
_TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


class Row(NamedTuple):
    """One requirement of the page."""

    number: str
    asked: str
    state: str
    proof: str


@cache
def rows() -> list[Row]:
    return [Row(*found) for found in _ROW.findall(PAGE.read_text("utf-8"))]


def test_every_requirement_of_levels_1_and_2_is_answered_once_and_in_order() -> None:
    expected = []
    for chapter, sections in REQUIREMENTS.items():
        for section in sections:
            name, _, span = section.partition(".")
            first, _, last = span.partition("-")
            expected += [f"{chapter}.{name}.{number}" for number in range(int(first), int(last) + 1)]
    assert len(expected) == 253
    assert [row.number for row in rows()] == expected


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.number)
def test_a_requirement_says_its_state_and_by_what(row: Row) -> None:
    assert row.state in STATES
    if row.state == "met":
        assert _TEST.search(row.proof) or "](" in row.proof, "neither a test nor a document"


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    named = [found for row in rows() for found in _TEST.findall(row.proof)]
    assert len(named) > 100
    missing = [
        f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or name not in names_in(path)
    ]
    assert missing == []


def test_the_states_are_counted_right() -> None:
    counted = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    assert counted == {state: str(count) for state, count in Counter(row.state for row in rows()).items()}


def test_no_part_of_an_address_is_a_secret() -> None:
    """Addresses end in logs, in histories and in what other sites are told.

    OpenID Connect prescribes one exception: the provider's code. It works once, for this service and
    with the verifier that never leaves it (RFC 7636), and the answer sends the browser on from it.
    Links in messages hold what they are for, since whoever follows one has nothing else (RFC 8058): an
    encrypted word that opens one form for a while.
    """
    with_tokens = {"finish_sign_in", *FORMS_BEHIND_LINKS, *BEHIND_LINKS}
    secret = {"token", "code", "email", "password", "secret", "authorization", "session_token"}
    document = json.loads(openapi_bytes())
    found = {
        parameter["name"]
        for methods in document["paths"].values()
        for operation in methods.values()
        if operation["operationId"] not in with_tokens
        for parameter in operation.get("parameters", ())
        if parameter["in"] in {"query", "path"}
    }
    assert found & secret == set()


def test_a_new_database_has_nobody_in_it(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    with database.reading() as connection:
        counts = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
    database.dispose()
    assert counts["people"] == counts["sessions"] == counts["memberships"] == 0
