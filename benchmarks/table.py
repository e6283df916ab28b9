"""The rows of the table and how they are printed."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and greatest of some rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        return cls(statistics.median(values), min(values), max(values))

    def text(self) -> str:
        if self.least == self.most:
            return _figure(self.median)
        return f"{_figure(self.median)} ({_figure(self.least)}-{_figure(self.most)})"


def _figure(value: float) -> str:
    if value == int(value) and value < 1000:
        return str(int(value))
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


@dataclass(frozen=True, slots=True)
class Goal:
    """At least or at most so much."""

    kind: Literal["≥", "≤"]
    value: float

    def met_by(self, value: float) -> bool:
        return value >= self.value if self.kind == "≥" else value <= self.value


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. Without a floor the goal is for our own figure, else for the ratio."""

    what: str
    unit: str
    ours: Spread
    goal: Goal
    floor: Spread | None = None
    ratio: Spread | None = None

    @property
    def met(self) -> bool:
        return self.goal.met_by((self.ratio or self.ours).median)

    def cells(self) -> tuple[str, ...]:
        return (
            self.what,
            self.unit,
            self.ours.text(),
            self.floor.text() if self.floor else "",
            self.ratio.text() if self.ratio else "",
            f"{self.goal.kind} {self.goal.value:g}",
            "yes" if self.met else "NO",
        )


def compared(what: str, unit: str, goal: Goal, pairs: Sequence[tuple[float, float]]) -> Row:
    """The row of some rounds of (ours, floor); the ratio is taken round by round."""
    mine, floors = zip(*pairs, strict=True)
    ratios = [one / other for one, other in pairs]
    return Row(what, unit, Spread.of(mine), goal, Spread.of(floors), Spread.of(ratios))


_HEAD = ("what", "unit", "ours", "floor", "ratio", "goal", "met")


def printed(rows: Sequence[Row]) -> str:
    """The table, in Markdown that is aligned for reading as it is."""
    lines = [_HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    texts.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(texts)
