"""The shell blocks of a document, run in order in one shell, and what each of them printed."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BLOCK: Final = re.compile(r"(?:<!-- (?P<note>.*?) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)
_MARK: Final = "=-=-= end of block ="


@dataclass(frozen=True)
class Block:
    """A shell block, and the output shown below it (None when none is)."""

    script: str
    shown: str | None


def blocks(document: str) -> list[Block]:
    """The shell blocks of a document, without those that a line above says are not run."""
    found = []
    fenced = list(_BLOCK.finditer(document))
    for index, block in enumerate(fenced):
        if block["kind"] != "sh" or (block["note"] or "").startswith("not run: "):
            continue
        following = fenced[index + 1] if index + 1 < len(fenced) else None
        directly = following is not None and document[block.end() : following.start()].strip() == ""
        output = following["text"] if following and directly and following["kind"] == "text" else None
        found.append(Block(block["text"], output))
    return found


def programs(folder: Path) -> Path:
    """A folder with what the documents call by name: `curl`, where none is installed."""
    folder.mkdir()
    if shutil.which("curl") is None:
        stand_in = Path(__file__).with_name("curl.py")
        _program(folder / "curl", f'exec "{sys.executable}" "{stand_in}" "$@"')
    return folder


def checkout(folder: Path) -> None:
    """Let `./run` in the folder be the project's own command line, with its data in that folder."""
    _program(folder / "run", f'exec "{sys.executable}" -m consultation "$@"')


def _program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def run(found: list[Block], folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Run the blocks in one shell and return what each printed; the first failure ends it."""
    script = "".join(f"{block.script}\necho '{_MARK}'\n" for block in found)
    path = f"{programs(folder / 'programs')}:{environment['PATH']}"
    result = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=folder,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    printed = result.stdout.split(f"{_MARK}\n")
    failed = found[len(printed) - 1].script if result.returncode else ""
    assert result.returncode == 0, f"{failed}\n{printed[-1]}{result.stderr}"
    return printed[:-1]


def matches(shown: str, printed: str) -> bool:
    """Is this the output shown? Three dots in it stand for anything on one line."""
    pattern = ".*?".join(re.escape(part) for part in shown.split("..."))
    return re.fullmatch(pattern, printed) is not None


def differing(found: list[Block], printed: list[str]) -> str:
    """Every block that printed something else than what is shown, with what it printed."""
    pairs = zip(found, printed, strict=True)
    wrong = [(block, output) for block, output in pairs if block.shown and not matches(block.shown, output)]
    return "\n".join(f"{block.script}--- printed\n{output}" for block, output in wrong)
