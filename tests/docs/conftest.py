"""The shipped application on SQLite, for pages that look the same on every database."""

import pytest


@pytest.fixture
def engine_name() -> str:
    """One database is enough: what these tests read does not come from it."""
    return "sqlite"
