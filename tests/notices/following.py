"""Following, for the tests: what somebody wants of mail, and which posts their letters tell of."""

import re
from datetime import timedelta
from typing import Final

from tests.builders import Caller
from tests.postbox import Postbox, plain

ADDRESS: Final = "nour@citoyens.example"
"""That of the follower."""
DAY: Final = timedelta(days=1)


def wants(follower: Caller, follows: str) -> None:
    answer = follower.patch("/me", {"mail": {"follows": follows}})
    assert answer.json()["mail"]["follows"] == follows


def numbers(postbox: Postbox) -> list[list[int]]:
    """The numbers of the posts in each letter to the follower."""
    letters = map(plain, postbox.of(ADDRESS))
    return [[int(one) for one in re.findall(r"^#(\d+), ", letter, re.MULTILINE)] for letter in letters]
