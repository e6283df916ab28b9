"""A valid row of each table of notices and of what people follow."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from tests.persistence.values import NOW

NOTICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "notices": {
        "key": 1001,
        "uid": UUID(int=5301),
        "person_key": 1001,
        "kind": "report_outcome",
        "debate_key": 1001,
        "number": 1,
        "sequence": 1,
        "created_at": NOW,
    },
    "follows": {
        "key": 1001,
        "uid": UUID(int=5401),
        "person_key": 1001,
        "debate_key": 1001,
        "theme": "",
        "number": 1,
        "created_at": NOW,
        "told": 1,
    },
    "mail_settings": {"person_key": 1001, "follows": "daily", "notices": True},
    "closing_notices": {"debate_key": 1001, "closes_at": NOW},
}

OTHER_NOTICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "notices": {"key": 1002, "uid": UUID(int=5302), "sequence": 2},
    "follows": {"key": 1002, "uid": UUID(int=5402), "number": 2},
    "mail_settings": {"person_key": 1002},
    "closing_notices": {"debate_key": 1002},
}
"""What makes a second valid row of the first."""
