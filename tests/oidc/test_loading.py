"""What signing in at providers needs is loaded when somebody does, and not at the start."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
PROGRAM = """
import sys
from consultation.bootstrap import build, create_app
from consultation.settings import Settings
create_app(build(Settings(database_url=f"sqlite:///{sys.argv[1]}/x.sqlite3")))
print(*sorted({"authlib", "joserfc", "cryptography", "httpx2", "httpcore2"} & sys.modules.keys()))
"""


def test_the_libraries_of_the_protocol_are_not_loaded_at_the_start(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    found = subprocess.run(
        command, env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []
