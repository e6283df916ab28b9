"""Reads the Dockerfile and repeats its build in a folder, as no container engine is at hand in the tests."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile: `stage` counts from 0, `text` is all that follows its name."""

    stage: int
    name: str
    text: str

    def words(self) -> list[str]:
        """The arguments, whether they are written as JSON or plainly; options such as --from stay in."""
        return (
            [str(word) for word in json.loads(self.text)] if self.text.startswith("[") else self.text.split()
        )


def instructions() -> Iterator[Instruction]:
    """The instructions of the project's Dockerfile, continued lines joined and comments left out."""
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    stage = -1
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            stage += name == "FROM"
            yield Instruction(stage, name, rest.strip())


def last(name: str) -> Instruction:
    """The instruction of that name that holds for the image: the last one of the last stage."""
    found = list(instructions())
    return [one for one in found if one.name == name and one.stage == found[-1].stage][-1]


def health_command() -> list[str]:
    """The command of the HEALTHCHECK instruction."""
    return [str(word) for word in json.loads(last("HEALTHCHECK").text.partition("CMD ")[2])]


def copied_from_context() -> list[str]:
    """Every source of a COPY that comes from the project and not from another stage."""
    copies = [one.words() for one in instructions() if one.name == "COPY"]
    return [source for words in copies if not words[0].startswith("--from") for source in words[:-1]]


def admitted(name: str) -> bool:
    """Does .dockerignore let this file or folder into the build? The last pattern that fits decides."""
    verdict = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#") and fnmatch(name, pattern.removeprefix("!")):
            verdict = pattern.startswith("!")
    return verdict


def rebuild(root: Path) -> Path:
    """Carry out the first stage below `root` instead of /, and return the folder of the image's programs."""
    # What stands for the image's own interpreter: this one, without the packages of the tests.
    programs = root / "usr" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PATH"] = f"{programs}:{os.environ['PATH']}"
    here = root
    for one in instructions():
        if one.stage > 0:
            break
        if one.name == "WORKDIR":
            here = root / one.text.lstrip("/")
            here.mkdir(parents=True)
        elif one.name == "COPY":
            *sources, target = one.words()
            for source in sources:
                copy(ROOT / source, here / target if len(sources) == 1 else here / target / source)
        elif one.name == "RUN":
            command = re.sub(r"(?<![\w.])/(?=opt/)", f"{root}/", one.text)
            result = subprocess.run(
                ["sh", "-euc", command],
                cwd=here,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert result.returncode == 0, f"RUN {one.text}\n{result.stdout}{result.stderr}"
    return root / "opt" / "consultation" / "bin"


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder as COPY does, caches left out."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    else:
        shutil.copy(source, target)
