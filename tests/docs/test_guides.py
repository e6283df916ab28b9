"""The guides do what they say: their blocks are run in order, and what they print is what they show."""

import re
from pathlib import Path

import pytest

from consultation.domain.journal import EntryKind
from tests.cli.processes import ROOT, plain_environment, serving
from tests.docs.shell import blocks, checkout, differing, run

ADDRESS = "http://127.0.0.1:8000"
GUIDES = {"api.md": 14, "embedding.md": 4, "journal.md": 1}
"""Each guide, and how many blocks it has at least."""


def text_of(guide: str) -> str:
    return (ROOT / "docs" / guide).read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_shows_what_its_blocks_print(guide: str, tmp_path: Path) -> None:
    checkout(tmp_path)
    variables = plain_environment()
    with serving(tmp_path, variables, "demo", "--port", "0", until="The town's organiser") as service:
        found = blocks(text_of(guide).replace(ADDRESS, service.address))
        printed = run(found, tmp_path, variables)
        service.stop()
    assert len(found) >= GUIDES[guide]
    wrong = differing(found, printed)
    assert not wrong, wrong
    # Only the first block, which sets the variables, may show nothing.
    assert [block.script for block in found[1:] if block.shown is None] == []


def test_the_page_of_the_journal_names_every_kind_of_entry() -> None:
    table = text_of("journal.md").split("| `kind` | content |")[1]
    named = re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\|(.*?)\|", table, re.MULTILINE)))
    assert sorted(named) == sorted(EntryKind)
