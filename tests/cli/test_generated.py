"""What is made from the code is as the code has it, and the interface's description can be had."""

import json
import subprocess
import sys
from pathlib import Path

from consultation.cli.failures import ExitCode
from tests.cli.conftest import Cli
from tests.cli.processes import ROOT, plain_environment


def test_the_generated_files_are_up_to_date() -> None:
    result = subprocess.run(
        [sys.executable, "tools/generate", "--check"],
        cwd=ROOT,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"run tools/generate\n{result.stdout}{result.stderr}"


def test_the_description_of_the_interface_is_printed_written_and_compared(
    bare_cli: Cli, tmp_path: Path
) -> None:
    printed = bare_cli("openapi")
    assert printed.code == 0
    document = json.loads(printed.out)
    assert document["openapi"].startswith("3.1")
    target = tmp_path / "openapi.json"
    assert bare_cli("openapi", "--output", str(target), "--check").code == ExitCode.REFUSED
    assert not target.exists()
    assert bare_cli("openapi", "--output", str(target)).out == ""
    assert target.read_text("utf-8") == printed.out
    assert bare_cli("openapi", "--output", str(target), "--check").code == 0
    target.write_text(printed.out.replace("3.1", "3.0", 1), "utf-8")
    told = bare_cli("openapi", "--output", str(target), "--check")
    assert told.code == ExitCode.REFUSED
    assert f"consultation openapi --output {target}" in told.err
    assert bare_cli("openapi", "--output", "-").out == printed.out
