"""The image and the composition: what their files promise, and what their steps really build."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from consultation.settings import Settings
from tests.packaging.dockerfile import ROOT, admitted, copied_from_context, instructions, last

OLDEST_POSTGRES = 15


@pytest.fixture(scope="module")
def composition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return loaded


def test_every_copied_source_exists_and_reaches_the_build() -> None:
    for source in copied_from_context():
        assert (ROOT / source).exists(), source
        assert admitted(source), f"{source} is kept out by .dockerignore"


@pytest.mark.parametrize("name", [".env", ".git", ".venv", "var", "tests", "data.sqlite3"])
def test_private_and_heavy_things_stay_out_of_the_build(name: str) -> None:
    assert not admitted(name)


def test_every_image_is_pinned_to_a_version() -> None:
    stages = [one.text.split()[0] for one in instructions() if one.name == "FROM"]
    assert all(re.fullmatch(r"python:3\.\d+-slim-bookworm", stage) for stage in stages)
    assert len(set(stages)) == 1, "the environment is built for the interpreter that runs it"


def test_the_image_does_not_run_as_root() -> None:
    assert re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", last("USER").text), "a number, and not 0"


def test_the_image_holds_no_secret_and_no_setting() -> None:
    assert "CONSULTATION_" not in (ROOT / "Dockerfile").read_text("utf-8")


@pytest.mark.slow
def test_the_default_command_is_one_that_the_program_knows(programs: Path) -> None:
    (program,) = last("ENTRYPOINT").words()
    command, *options = last("CMD").words()
    explained = subprocess.run(
        [programs / program, command, "--help"], capture_output=True, text=True, check=True, cwd="/"
    ).stdout
    for option in options:
        assert not option.startswith("--") or option in explained


@pytest.mark.slow
def test_the_image_holds_exactly_the_pinned_packages_and_the_service(programs: Path) -> None:
    listing = "import importlib.metadata as m; print(*(d.name.lower() for d in m.distributions()))"
    installed = subprocess.run(
        [programs / "python", "-I", "-c", listing], capture_output=True, text=True, check=True
    ).stdout.split()
    pins = re.findall(r"^([\w.-]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    assert "consultation" in installed
    assert {normal(name) for name in installed} - {"consultation"} <= {normal(name) for name in pins}


def normal(name: str) -> str:
    """The name of a package in its normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_composition_has_no_default_for_a_secret() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    for name in ("CONSULTATION_SECRET_KEY", "POSTGRES_PASSWORD"):
        uses = re.findall(rf"\${{{name}([^}}]*)}}", text)
        assert uses
        assert all(use.startswith(":?") for use in uses), f"{name} must be given"
    assert "CONSULTATION_ENVIRONMENT: production" in text


def test_the_composition_starts_in_order(composition: dict[str, Any]) -> None:
    services = composition["services"]
    version = re.fullmatch(r"postgres:(\d+)-\w+", services["database"]["image"])
    assert version is not None
    assert int(version[1]) >= OLDEST_POSTGRES
    assert "pg_isready" in services["database"]["healthcheck"]["test"]
    assert services["migrate"]["command"] == ["migrate"]
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["service"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_composition_keeps_what_the_image_declares(composition: dict[str, Any]) -> None:
    (volume,) = last("VOLUME").words()
    service = composition["services"]["service"]
    assert service["volumes"] == [f"var:{volume}"]
    assert service["read_only"] is True
    assert set(composition["volumes"]) == {"database", "var"}
    published = last("EXPOSE").text
    assert all(port.endswith(f":{published}") for port in service["ports"])


def test_the_composition_names_settings_that_exist(composition: dict[str, Any]) -> None:
    known = {f"CONSULTATION_{name}".upper() for name in Settings.model_fields}
    assert set(composition["services"]["service"]["environment"]) <= known
