"""How long the texts of a debate may be; a debate can change the defaults.

Lengths are Unicode code points of the text as it will be stored: normalised line ends and
trimmed white space (see `texts.tidy`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

HARD_BODY_LIMIT: Final = 30_000
"""No debate may allow longer texts, in code points: rendering and storage are sized for it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Shortest and longest texts that a debate takes, in code points."""

    title_min: int = 5
    title_max: int = 200
    contribution_min: int = 20
    contribution_max: int = HARD_BODY_LIMIT
    argument_min: int = 3
    argument_max: int = 4_000
    source_title_min: int = 3
    source_title_max: int = 100
    link_max: int = 2_000
    note_max: int = 1_000

    def __post_init__(self) -> None:
        pairs = (
            (self.title_min, self.title_max, 500),
            (self.contribution_min, self.contribution_max, HARD_BODY_LIMIT),
            (self.argument_min, self.argument_max, HARD_BODY_LIMIT),
            (self.source_title_min, self.source_title_max, 500),
            (1, self.link_max, 2_000),
            (0, self.note_max, HARD_BODY_LIMIT),
        )
        for shortest, longest, ceiling in pairs:
            if not 0 <= shortest <= longest <= ceiling:
                message = f"limits out of order: {shortest} to {longest}, at most {ceiling}"
                raise ValueError(message)

    def as_mapping(self) -> dict[str, int]:
        """The limits by name, as stored and served."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, values: Mapping[str, int]) -> "Limits":
        """Limits with the given names changed. Raises TypeError or ValueError when unfit."""
        return cls(**values)


DEFAULT_LIMITS: Final = Limits()
