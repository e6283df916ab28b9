"""The page about the format names every type of line, every field, and the example's values."""

import re
from pathlib import Path

import pytest

from consultation.application.exports import Section
from consultation.exchange.debate_jsonl import case_lines, held_lines, lines
from consultation.exchange.debate_jsonl.values import Part

PAGE = (Path(__file__).parents[3] / "docs" / "debate-jsonl.md").read_text("utf-8")
MODELS: dict[str, list[type[Part]]] = {
    "debate": [lines.DebateLine, lines.OrganisationPart, lines.ThemePart],
    "participant": [lines.ParticipantLine],
    "act": [lines.TextsAct, lines.PeriodAct, lines.ErasureAct, lines.ErasureContent],
    "post": [lines.PostLine, lines.TallyPart],
    "revision": [lines.RevisionLine],
    "vote": [lines.VoteLine],
    "unlinked_vote": [lines.UnlinkedVoteLine],
    "held_post": [held_lines.HeldPostLine],
    "case": [case_lines.CaseLine],
    "report": [case_lines.ReportLine],
    "decision": [case_lines.DecisionLine],
    "appeal": [case_lines.AppealLine],
    "journal": [lines.JournalLine],
    "import_report": [lines.ImportReportLine],
    "end": [lines.EndLine],
}


@pytest.mark.parametrize("kind", MODELS)
def test_the_page_names_every_field(kind: str) -> None:
    chapter = PAGE.split(f"### {kind}\n")[1].split("\n## ")[0].split("\n### ")[0]
    named = set(re.findall(r"`([a-z_0-9]+)`", chapter))
    fields = {name for model in MODELS[kind] for name in model.model_fields} - {"type"}
    assert fields <= named, fields - named


def test_the_page_lists_the_lines_in_their_order() -> None:
    table = PAGE.split("| `type` |")[1].split("\n\n")[0]
    listed = re.findall(r"^\| `([a-z_]+)` \|", table, re.MULTILINE)
    assert listed == [*Section, "end"]
    assert list(MODELS) == listed
