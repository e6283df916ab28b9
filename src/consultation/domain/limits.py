"""How long the texts of a debate may be, and how many come in an hour; a debate can change the defaults.

Lengths are Unicode code points of the text as it will be stored: normalised line ends and
trimmed white space (see `texts.tidy`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

HARD_BODY_LIMIT: Final = 30_000
"""No debate may allow longer texts, in code points: rendering and storage are sized for it."""

MOST_POSTS_PER_HOUR: Final = 1_000
"""No cap is higher: above it, none says the same."""

FEWEST_REPORTS: Final = 2
MOST_REPORTS: Final = 100
"""No single report hides a post, and no debate waits for more of them than these."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Shortest and longest texts that a debate takes, in code points, and a cap.

    `posts_per_hour` is how many posts one person may publish within an hour, None for any number.
    `hide_after_reports` is how many people, each on their own, must report a post for it to be hidden
    until a moderator decides; None for never. With `pre_moderation` nothing is published before a moderator
    has read it.
    """

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
    posts_per_hour: int | None = None
    hide_after_reports: int | None = None
    pre_moderation: bool = False

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
        if self.posts_per_hour is not None and not 1 <= self.posts_per_hour <= MOST_POSTS_PER_HOUR:
            message = f"limits out of order: {self.posts_per_hour} posts an hour, 1 to {MOST_POSTS_PER_HOUR}"
            raise ValueError(message)
        reports = self.hide_after_reports
        if reports is not None and not FEWEST_REPORTS <= reports <= MOST_REPORTS:
            message = f"limits out of order: {reports} reports, {FEWEST_REPORTS} to {MOST_REPORTS}"
            raise ValueError(message)

    def as_mapping(self) -> dict[str, int]:
        """The limits by name, as stored and as the journal's digests cover them.

        What is not set has no name: what was hashed before there were caps is still the same.
        """
        return {
            name: value for name, value in asdict(self).items() if value is not None and value is not False
        }

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Limits":
        """Limits with the given names changed. Raises TypeError or ValueError when unfit."""
        return cls(**values)


DEFAULT_LIMITS: Final = Limits()
