"""Two commands of the service in one process, the second with a stop-watch.

`python -m benchmarks.commands WORDS... -- WORDS...` runs both and prints a JSON object: the seconds
of the second, and the peak memory after each, in megabytes of a million octets. The first loads
what the second needs, so that only its work is timed.
"""

import contextlib
import io
import os
import sys
import time

import orjson

from benchmarks.servers import memory_of
from consultation.cli.main import run as command


def run(words: list[str]) -> float:
    """Run a command in silence and return its seconds."""
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        code = command(words)
    assert code == 0, f"{' '.join(words)} ended with {code}"
    return time.perf_counter() - start


def main() -> None:
    """Run the commands of the command line."""
    split = sys.argv.index("--")
    run(sys.argv[1:split])
    before = memory_of(os.getpid(), "VmHWM")
    seconds = run(sys.argv[split + 1 :])
    after = memory_of(os.getpid(), "VmHWM")
    print(orjson.dumps({"seconds": seconds, "before": before, "after": after}).decode())


if __name__ == "__main__":
    main()
