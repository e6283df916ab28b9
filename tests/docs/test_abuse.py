"""What the document on abuse says of limits is what the code holds."""

import re
from pathlib import Path

from consultation.application.policies import CODES_EVERYONE, CODES_NETWORK, MINUTE, POLICIES
from consultation.domain.repetition import LOOKED_AT, NEAR

DOCUMENT = (Path(__file__).parents[2] / "docs" / "abuse.md").read_text("utf-8")
ROW = re.compile(r"^\| `([a-z-]+)` \| (\w+) \| (\d+) \| (\d+) minutes? \|$", re.MULTILINE)


def test_the_table_of_limits_is_that_of_the_code() -> None:
    told = [
        (name, subject, int(quota), int(minutes) * MINUTE)
        for name, subject, quota, minutes in ROW.findall(DOCUMENT)
    ]
    assert told == [(one.name, one.subject.value, one.quota, one.window) for one in POLICIES.values()]


def test_the_thresholds_are_those_of_the_code() -> None:
    assert (CODES_NETWORK.proof_after, CODES_EVERYONE.proof_after) == (10, 600)
    assert "After ten calls of one network within ten minutes, or 600 of\nall" in DOCUMENT
    assert f"{NEAR} percent or more" in DOCUMENT
    assert LOOKED_AT == 10
    assert "last ten posts" in DOCUMENT
