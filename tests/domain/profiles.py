"""How hard the properties are tried.

`CONSULTATION_TEST_EXAMPLES=20` tries twenty times as many examples, chosen anew at each run and
kept in `.hypothesis` when they fail. Without it a run is the same every time and takes seconds.
"""

import os
from typing import Final

from hypothesis import HealthCheck, settings

FACTOR: Final = int(os.environ.get("CONSULTATION_TEST_EXAMPLES", "1"))

PATIENCE: Final = 540 + 60 * FACTOR
"""Seconds that a property may take: where a rule is broken, up to five minutes go into making the
example small, and a test that is cut off before then would not show it."""


def examples(number: int) -> settings:
    """The settings of a property that is tried this often in an ordinary run."""
    return settings(
        max_examples=number * FACTOR,
        derandomize=FACTOR == 1,
        deadline=None,  # a busy machine is no fault of the rules
        suppress_health_check=[HealthCheck.too_slow],  # for the same reason
    )


def use_for_all() -> None:
    """Let properties that ask for no settings have the same: a hundred examples, no haste."""
    settings.register_profile("consultation", parent=examples(100))
    settings.load_profile("consultation")
