"""The rules of the house that no linter knows: each is a few lines over the syntax tree or the list of files.

Every rule reads the files that git would commit, so that what is ignored is none of its business.
"""

import ast
import re
import subprocess
import sys
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400
FEWEST_WORDS = 2

COMMITS = {"src/consultation/persistence/unit_of_work.py"}
COMPARES_PERIODS = {"src/consultation/domain/period.py", "src/consultation/persistence/periods.py"}
ENDS = {"opens_at", "closes_at"}

SETS = ("requirements.txt", "requirements-test.txt", "requirements-dev.txt")
TOOL_SETS = ("requirements-uv.txt", "requirements-build.txt")


@cache
def files() -> tuple[str, ...]:
    """Every file of the project, by its path from the root; generated and private ones are left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = set(listed.stdout.split("\0")) - {""}
    else:  # the tree was copied or unpacked without its repository
        hidden = {".git", ".venv", "var"}
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        names = {str(path) for path in paths if path.parts[0] not in hidden and "cache" not in str(path)}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def modules(*folders: str) -> list[str]:
    return [name for name in files() if name.endswith(".py") and name.startswith(folders)]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text("utf-8"), name)


def at(name: str, node: ast.AST) -> str:
    return f"{name}:{getattr(node, 'lineno', 1)}"


def test_only_the_unit_of_work_commits() -> None:
    found = [
        at(name, node)
        for name in modules("src/")
        if name not in COMMITS
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert found == [], "a command commits once, in unit_of_work.py"


def orders_an_end(node: ast.AST) -> bool:
    """Is this a comparison by order in which a name or an attribute is an end of a period?"""
    if not isinstance(node, ast.Compare):
        return False
    if not any(isinstance(operator, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for operator in node.ops):
        return False
    return any(
        (isinstance(part, ast.Name) and part.id in ENDS)
        or (isinstance(part, ast.Attribute) and part.attr in ENDS)
        for part in ast.walk(node)
    )


def test_only_the_period_compares_its_ends() -> None:
    found = [
        at(name, node)
        for name in modules("src/")
        if name not in COMPARES_PERIODS
        for node in ast.walk(tree(name))
        if orders_an_end(node)
    ]
    assert found == [], "whether a period is open has one answer: ask consultation.domain.period"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now < period.closes_at", True),
        ("opens_at >= now", True),
        ("debates.c.closes_at > now", True),
        ("period.closes_at == other.closes_at", False),
        ("now < deadline", False),
    ],
)
def test_a_comparison_by_order_is_recognised(text: str, expected: bool) -> None:  # noqa: FBT001  # a case
    assert orders_an_end(ast.parse(text, mode="eval").body) is expected


def test_every_test_is_collected() -> None:
    found = []
    for name in modules("tests/"):
        collected = Path(name).name.startswith("test_")
        for node in tree(name).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found += [at(name, node)] if node.name.startswith("test_") and not collected else []
            if not isinstance(node, ast.ClassDef):
                continue
            methods = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
            lost = not (collected and node.name.startswith("Test")) or "__init__" in methods
            if lost and any(method.startswith("test_") for method in methods):
                found.append(at(name, node))
    assert found == [], (
        "pytest collects test_ functions and Test classes without __init__ from test_ files only"
    )


def test_every_module_says_what_it_is_for() -> None:
    found = [name for name in modules("src/", "tests/", "benchmarks/") if not ast.get_docstring(tree(name))]
    assert found == []


def test_no_module_is_too_long_to_read() -> None:
    lengths = {
        name: len((ROOT / name).read_text("utf-8").splitlines())
        for name in modules("src/", "tests/", "benchmarks/")
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    names = [
        name.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in modules("src/consultation/domain/")
    ]
    program = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(*(name for name in sys.modules if name.startswith('consultation.')))\n"
    )
    # -S leaves out the folder of installed packages: an import of one fails.
    command = [sys.executable, "-S", "-c", program]
    environment = {"PYTHONPATH": str(ROOT / "src")}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert result.returncode == 0, result.stderr
    outside = {name for name in result.stdout.split() if not name.startswith("consultation.domain")}
    assert outside == set(), "the domain knows no other layer"


def sleeps(node: ast.AST) -> bool:
    """Is this a call of time.sleep, or of asyncio.sleep or anyio.sleep with anything but zero?"""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
    waits = not (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0)
    return called == "sleep" and waits


def test_every_opt_out_gives_its_reason() -> None:
    # Written in pieces for the same reason as below: this line is read too.
    opt_out = re.compile(
        "# (" + r"noqa|nosec|type: ignore|pragma: no cover)(:? ?[A-Z]+\d+,?| ?\[[a-z-, ]+\])*(.*)"
    )
    found = [
        f"{name}:{number}"
        for name in modules("src/", "tests/", "benchmarks/", "migrations/")
        for number, line in enumerate((ROOT / name).read_text("utf-8").splitlines(), 1)
        if (match := opt_out.search(line)) and len(re.findall(r"\w+", match[3])) < FEWEST_WORDS
    ]
    assert found == [], "say behind it, on the same line, why the rule does not hold here"


def test_no_test_sleeps() -> None:
    found = [at(name, node) for name in modules("tests/") for node in ast.walk(tree(name)) if sleeps(node)]
    assert found == [], (
        "wait for what is expected, or step the clock: a sleep is either too short or too long"
    )


def test_pins_hold_no_address_and_no_index() -> None:
    address = re.compile(r"://|--(extra-)?index-url|--find-links")
    assert {name for name in files() if fnmatch(name, "requirements*.txt")} == {*SETS, *TOOL_SETS}
    found = [name for name in (*SETS, *TOOL_SETS) if address.search((ROOT / name).read_text("utf-8"))]
    assert found == []
    locks = re.compile(r"(^|/)(uv\.lock|pylock.*\.toml|poetry\.lock)$")
    assert [name for name in files() if locks.search(name)] == []


def test_every_pin_has_a_hash_and_stands_in_one_set() -> None:
    owners: dict[str, str] = {}
    for name in SETS:
        for pin in re.findall(
            r"^[A-Za-z0-9].*(?:\n +--hash.*)*", (ROOT / name).read_text("utf-8"), re.MULTILINE
        ):
            assert "--hash=sha256:" in pin, f"{name}: no hash for {pin}"
            package = re.split(r"[\[=]", pin)[0]
            assert owners.setdefault(package, name) == name, f"{package} is pinned twice"


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    # Written in pieces, so that this file is not its own first finding.
    place = re.compile("|".join(("/" + "home/[a-z]", "/" + "Users/[A-Za-z]", "/" + "work/", "/" + "root/")))
    texts = {
        ".py",
        ".md",
        ".toml",
        ".txt",
        ".yaml",
        ".yml",
        ".json",
        ".html",
        ".css",
        ".js",
        ".po",
        ".sh",
        "",
    }
    found = [
        f"{name}:{number}"
        for name in files()
        if Path(name).suffix in texts
        for number, line in enumerate((ROOT / name).read_text("utf-8").splitlines(), 1)
        if place.search(line)
    ]
    assert found == []


def test_scripts_can_be_executed_and_parsed() -> None:
    for name in ("run", "tools/lock", "tools/check", "tools/browser", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111, f"{name} lacks its executable bit"
    for shell, name in (("sh", "run"), ("sh", "tools/lock"), ("sh", "tools/browser"), ("bash", ".ci/run")):
        subprocess.run([shell, "-n", name], cwd=ROOT, check=True)
