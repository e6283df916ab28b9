"""The documents: every link leads somewhere, every path exists, every decision says what enforces it."""

import re
from functools import cache
from pathlib import Path

import pytest

from consultation.api.problems import STATUS
from consultation.cli.main import COMMANDS
from consultation.domain.permissions import Act

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
SECTIONS = ["Context", "Decision", "Consequences", "Enforced by", "Measured"]
TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_FOLDERS = ("src", "tests", "docs", "migrations", "openapi", "benchmarks", "tools", ".ci")
_PATH = re.compile(rf"`((?:{'|'.join(map(re.escape, _FOLDERS))})/[\w./-]*\w)/?`")
_IN_CODE = re.compile(r"docs/(?:decisions/\d{4}|[a-z-]+\.md)")


def documents() -> list[Path]:
    below = [path for folder in ("docs", "openapi") for path in sorted((ROOT / folder).rglob("*.md"))]
    return [*(ROOT / name for name in TOP), *below]


@cache
def text_of(path: Path) -> str:
    """A document without its fenced blocks, in which brackets mean other things."""
    return _FENCED.sub("", path.read_text("utf-8"))


def anchors(path: Path) -> set[str]:
    """The fragments of a document's headings, as they are made from the words."""
    headings = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in _LINK.findall(text_of(path)):
        target, _, fragment = link.partition("#")
        if target.startswith("https://"):
            continue
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), link
        assert not fragment or fragment in anchors(found), link


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_is_named_exists(path: Path) -> None:
    missing = [name for name in _PATH.findall(text_of(path)) if not (ROOT / name).exists()]
    assert missing == []


def test_every_document_that_the_code_names_exists() -> None:
    folders = ("src", "tests", "benchmarks", "migrations", "tools")
    named = {
        (name, str(path.relative_to(ROOT)))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        for name in _IN_CODE.findall(path.read_text("utf-8"))
    }
    missing = [one for one in named if not ((ROOT / one[0]).is_file() or list(ROOT.glob(f"{one[0]}-*.md")))]
    assert sorted(missing) == []


def decisions() -> list[Path]:
    return sorted(DECISIONS.glob("[0-9]*.md"))


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    assert [path.name[:4] for path in decisions()] == [f"{n:04}" for n in range(1, len(decisions()) + 1)]
    listed = re.findall(r"\| (\d{4}) \| \[(.+)\]\((.+)\) \|", text_of(DECISIONS / "README.md"))
    titles = [re.findall(r"^# (.+)$", text_of(path), re.MULTILINE)[0] for path in decisions()]
    numbers = [path.name[:4] for path in decisions()]
    assert listed == list(zip(numbers, titles, [path.name for path in decisions()], strict=True))


@pytest.mark.parametrize("path", decisions(), ids=lambda path: str(path.name[:4]))
def test_a_decision_is_short_and_says_what_enforces_it(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert len(text.split()) <= 400
    enforced = text.split("## Enforced by")[1].split("## Measured")[0]
    assert re.search(r"`(tests/|consultation doctor|\./run check|pyproject)|persistence/tables", enforced)


def test_the_table_of_directories_has_every_package() -> None:
    text = text_of(ROOT / "docs" / "architecture.md")
    listed = set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))
    packages = {
        str(path.parent.relative_to(ROOT)) for path in (ROOT / "src/consultation").glob("*/**/__init__.py")
    }
    assert packages - listed == set()


def test_every_code_is_explained() -> None:
    text = (ROOT / "docs" / "problems.md").read_text("utf-8")
    assert sorted(re.findall(r"^### (\w+)$", text, re.MULTILINE)) == sorted(STATUS)


def test_every_command_is_in_the_changelog_or_in_its_page() -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"\n## consultation {name}\n" not in text] == []


def test_the_glossary_of_acts_is_that_of_the_code() -> None:
    described = (ROOT / "openapi" / "openapi.json").read_text("utf-8")
    assert [act for act in Act if f'"x-act": "{act}"' not in described] == []


def test_the_changelog_keeps_its_form() -> None:
    text = text_of(ROOT / "CHANGELOG.md")
    assert text.startswith("# Changelog\n")
    assert "## [Unreleased]" in text
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_documents_are_wrapped() -> None:
    generated = {"problems.md", "settings.md", "cli.md", "permissions.md"}
    for path in documents():
        if path.name in generated:
            continue
        for line in text_of(path).splitlines():
            assert len(line) <= 126 or line.startswith("|"), f"{path.name}: {line}"
