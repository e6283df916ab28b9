"""Made-up calls of every operation: no server error, and no answer that the document does not declare.

`./run bench faults` makes fifty thousand of them.
"""

import pytest

from tests.fuzz.calls import call_often, operations
from tests.fuzz.ground import Ground

OPERATIONS = operations()
EXAMPLES = 10


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_declared(ground: Ground, name: str) -> None:
    assert call_often(OPERATIONS[name], ground, EXAMPLES).total() >= EXAMPLES
