"""Real consultations for the acceptance tests: read where they lie, never copied."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from consultation.application.imported import ImportedDebate
from consultation.exchange.importers.cap_collectif_csv import read_cap_collectif_csv
from tests.exchange.importers.exports import HEADER, Read

_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Gives the path of a real file, or skips the test, saying which file was not there."""
    folder = Path(os.environ.get("CONSULTATION_TEST_DATA", _ROOT.parent / "shared" / "data"))

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"NO REAL DATA: {path} is absent; CONSULTATION_TEST_DATA names another folder")
        return path

    return find


@pytest.fixture
def read_rows(tmp_path: Path) -> Read:
    """Writes rows to a file and reads them."""

    def from_rows(*rows: list[str], header: list[str] = HEADER) -> ImportedDebate:
        path = tmp_path / "export.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows([header, *rows])
        return read_cap_collectif_csv(path)

    return from_rows
