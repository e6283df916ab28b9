"""README.md does what it says: its blocks are run in order, and what they print is what it shows."""

import json
from pathlib import Path

import pytest

from tests.cli.processes import ROOT, plain_environment, serving
from tests.docs.shell import blocks, checkout, differing, matches, run

pytestmark = pytest.mark.slow

TEXT = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:8000"
LAST_LINE = "The town's organiser"
OPINION = 61
ARGUMENTS = 120


def opinions() -> str:
    """A consultation in the form of Cap Collectif's API, with more arguments than a page holds."""
    when = "2015-10-01T12:00:00+0200"
    author = {"uniqueId": "ann", "displayName": "Ann"}
    arguments = [
        {
            "id": number,
            "type": number % 2,
            "body": f"Reason {number}.",
            "created_at": when,
            "updated_at": when,
        }
        | {"author": author, "votes_count": 0, "is_trashed": False, "is_enabled": True}
        for number in range(1, ARGUMENTS + 1)
    ]
    votes = {"votes_ok": 0, "votes_mitige": 0, "votes_nok": 0, "votes_total": 0, "votes": []}
    counts = {"arguments_count": ARGUMENTS, "sources_count": 0, "versions_count": 0}
    sides = {"arguments_yes_count": ARGUMENTS // 2, "arguments_no_count": ARGUMENTS // 2}
    opinion = {
        "id": OPINION,
        "title": "A bench",
        "body": "<p>Put a bench here.</p>",
        "created_at": when,
        "updated_at": when,
        "author": author,
        "type": {"id": 7, "title": "Section 1", "subtitle": "Places"},
        "arguments": arguments,
        "sources": [],
        "is_trashed": False,
    }
    return json.dumps({"opinion": opinion | votes | counts | sides}) + "\n"


def test_the_tour_can_be_followed_from_the_top(tmp_path: Path) -> None:
    checkout(tmp_path)
    (tmp_path / "opinions.ndjson").write_text(opinions())
    variables = plain_environment()
    with serving(tmp_path, variables, "demo", "--port", "0", until=LAST_LINE) as service:
        shown = TEXT.replace(ADDRESS, service.address)
        introduction = shown.split("<!-- printed by: demo -->\n```text\n")[1].split("```")[0]
        assert matches(introduction, service.said[: service.said.index("\nSign in")])
        found = blocks(shown)
        printed = run(found, tmp_path, variables)
        service.stop()
    wrong = differing(found, printed)
    assert not wrong, wrong
    assert printed[-1].splitlines()[-1] == f"{ARGUMENTS} arguments read"


def test_the_tour_shows_what_its_blocks_print() -> None:
    found = blocks(TEXT)
    assert len(found) >= 12
    assert sum(block.shown is not None for block in found) >= 11


def test_three_dots_stand_for_anything_on_one_line() -> None:
    assert matches("a ... c\n", "a b c\n")
    assert not matches("a ... c\n", "a b\nc\n")
    assert not matches("a c\n", "a b c\n")
