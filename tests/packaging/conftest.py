"""What is shipped, built once for all tests of this folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.dockerfile import ROOT, rebuild


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the image's programs: the pinned packages and the wheel, as the Dockerfile has it."""
    return rebuild(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tree as it stands."""
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build a wheel or an sdist of the project at `source` into an empty folder."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    result = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    (built,) = folder.iterdir()
    return built
