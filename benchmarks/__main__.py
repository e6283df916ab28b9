"""`./run bench [LANE...]`: measure, print one table, stop."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.bench import Bench
from benchmarks.lanes import (
    counting,
    following,
    listening,
    pages,
    queueing,
    reading,
    scale,
    start,
    transfer,
    writing,
)
from benchmarks.servers import ROOT
from benchmarks.table import Row, printed

LIMIT: Final = 600
"""Seconds after which a run ends with what it has."""
DOCUMENT: Final = ROOT / "docs" / "performance.md"
BEGIN: Final = "<!-- table -->"
END: Final = "<!-- end of table -->"
LANES: Final[dict[str, Callable[[Bench], Iterator[Row]]]] = {
    "thread": reading.thread,
    "page": reading.page,
    "post": writing.post,
    "vote": writing.votes,
    "start": start.start,
    "statements": counting.statements,
    "listeners": listening.listeners,
    "pages": pages.pages,
    "follow": following.follow,
    "queue": queueing.queue,
    "transfer": transfer.transfer,
    "scale": scale.scale,
}


class _TooLong(Exception):
    """The run has lasted long enough."""


def main() -> int:
    """Run the lanes that the command line names; return 0 when every goal is met."""
    parser = argparse.ArgumentParser(
        prog="./run bench", description="Measure the service against its floors."
    )
    parser.add_argument("lane", nargs="*", help=f"{', '.join(LANES)}; all of them when none is named")
    parser.add_argument("--quick", action="store_true", help="half the time: for a look, not for a record")
    parser.add_argument("--full", action="store_true", help="2,000,000 posts, and as long as it takes")
    parser.add_argument("--record", action="store_true", help=f"put the table into docs/{DOCUMENT.name}")
    asked = parser.parse_args()
    unknown = set(asked.lane) - set(LANES)
    if unknown:
        parser.error(f"no such lane: {', '.join(sorted(unknown))}")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench") as scratch, ExitStack() as stack:
        bench = Bench(Path(scratch), stack, quick=asked.quick, full=asked.full)
        if not asked.full:
            signal.signal(signal.SIGALRM, _too_long)
            signal.alarm(LIMIT)
        try:
            for lane in asked.lane or LANES:
                for row in LANES[lane](bench):
                    bench.say(" | ".join(row.cells()))
                    rows.append(row)
        except _TooLong:
            bench.say(f"stopped after {LIMIT} seconds; the table has what was measured until then")
        signal.alarm(0)
    table = printed(rows)
    print(table)
    if asked.record:
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        when = f"Measured on {datetime.now(UTC):%-d %B %Y}."
        DOCUMENT.write_text(f"{before}{BEGIN}\n{when}\n\n{table}\n{END}{rest.partition(END)[2]}")
    return 0 if rows and all(row.met for row in rows) else 1


def _too_long(_signal: int, _frame: object) -> None:
    raise _TooLong


if __name__ == "__main__":
    sys.exit(main())
