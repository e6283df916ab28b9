"""The geometry of small pictures of numbers; templates draw them, with the table beside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

HEIGHT: Final = 120
"""Of a picture with columns, in its own units; a column and its gap are `STEP` wide."""
STEP: Final = 10
_WIDTH: Final = 8
KINDS: Final = ("contributions", "arguments_pro", "arguments_contra", "sources")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its left edge, its top and its height in units of the picture; its name and figure."""

    x: int
    y: float
    height: float
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Columns:
    """A picture with columns. `peak` is the highest of them, None where there is nothing to show."""

    columns: tuple[Column, ...]
    peak: Column | None

    @property
    def width(self) -> int:
        """Of the whole picture, in its units."""
        return max(len(self.columns) * STEP, STEP)


def columns(figures: Sequence[tuple[str, int]]) -> Columns:
    """Columns of the figures, the highest as high as the picture."""
    highest = max((count for _, count in figures), default=0)
    drawn = tuple(
        Column(
            x=place * STEP,
            y=round(HEIGHT - HEIGHT * count / (highest or 1), 2),
            height=round(HEIGHT * count / (highest or 1), 2),
            name=name,
            count=count,
        )
        for place, (name, count) in enumerate(figures)
    )
    peak = next((column for column in drawn if column.count == highest and highest), None)
    return Columns(drawn, peak)


def every_day(days: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    """Posts of each day from the first with one to the last, days without any included."""
    if not days:
        return
    counts = {figures["day"]: sum(figures[kind] for kind in KINDS) for figures in days}
    day, last = date.fromisoformat(days[0]["day"]), date.fromisoformat(days[-1]["day"])
    while day <= last:
        yield day.isoformat(), counts.get(day.isoformat(), 0)
        day += timedelta(days=1)
