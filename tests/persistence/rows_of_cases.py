"""Rows of moderation: see `rows`."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from tests.persistence.values import NOW, SALT

CASES: Final[Mapping[str, Mapping[str, Any]]] = {
    "cases": {
        "key": 1001,
        "uid": UUID(int=5001),
        "debate_key": 1001,
        "number": 1,
        "held_key": 1001,
        "state": "open",
        "opened_at": NOW,
        "reports": 1,
        "claimed_by": 1001,
        "claimed_at": NOW,
        "decided_by": 1001,
        "decided_at": NOW,
    },
    "held_posts": {
        "key": 1001,
        "uid": UUID(int=5001),
        "debate_key": 1001,
        "kind": "contribution",
        "author_key": 1001,
        "author_name": "Camille",
        "title": "Planter",
        "body": "Un arbre dans chaque rue.",
        "language": "fr",
        "arrived_at": NOW,
        "kept": "kept",
        "search_terms": "",
        "sequence": 1,
        "salt": SALT,
    },
    "reports": {
        "key": 1001,
        "uid": UUID(int=5101),
        "case_key": 1001,
        "debate_key": 1001,
        "number": 1,
        "person_key": 1001,
        "ground": "spam",
        "text": "De la réclame.",
        "created_at": NOW,
        "sequence": 1,
        "salt": SALT,
    },
    "decisions": {
        "key": 1001,
        "uid": UUID(int=5201),
        "case_key": 1001,
        "debate_key": 1001,
        "instance": "first",
        "measure": "hide",
        "decided_by": 1001,
        "decided_at": NOW,
        "ground": "spam",
        "reference": "Article 4",
        "facts": "Un lien vers une boutique.",
        "explanation": "La charte exclut la réclame.",
        "detected_automatically": False,
        "decided_automatically": False,
        "note": "",
        "sequence": 1,
        "salt": SALT,
    },
    "appeals": {
        "case_key": 1001,
        "person_key": 1001,
        "text": "Ce n'est pas de la réclame.",
        "created_at": NOW,
        "sequence": 1,
        "salt": SALT,
    },
    "notice_contacts": {
        "report_key": 1001,
        "email": "camille@ville.example",
        "locale": "fr",
        "created_at": NOW,
    },
}

OTHER_CASES: Final[Mapping[str, Mapping[str, Any]]] = {
    "cases": {"key": 1002, "uid": UUID(int=5002), "held_key": None, "state": "final"},
    "held_posts": {"key": 1002, "uid": UUID(int=5002)},
    "reports": {"key": 1002, "uid": UUID(int=5102), "person_key": 1002},
    "decisions": {"key": 1002, "uid": UUID(int=5202)},
    "appeals": {"case_key": 1002},
    "notice_contacts": {"report_key": 1009},
}
