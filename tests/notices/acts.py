"""What moderation does, for tests of what people hear of it."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from consultation.persistence.tables import cases, debates
from tests.builders import Caller, Town

QUEUE: Final = "/organisations/ville-exemple/moderation/cases"
HIDE: Final = {
    "measure": "hide",
    "reason": "charter",
    "reference": "Charte, article 4",
    "facts": "Le deuxième paragraphe insulte une voisine.",
    "explanation": "La charte exclut les insultes.",
}
RESTORE: Final = HIDE | {
    "measure": "restore",
    "facts": "",
    "explanation": "Le texte rapporte des propos tenus.",
}
APPEAL: Final = {"text": "Cette phrase rapporte ce que tout le monde a entendu."}


def case_of(town: Town, debate: str, number: int) -> str:
    """The id of the last case of a post."""
    here = select(cases.c.uid).join(debates, debates.c.key == cases.c.debate_key)
    here = here.where(debates.c.uid == UUID(debate), cases.c.number == number).order_by(cases.c.key.desc())
    with town.services.database.reading() as connection:
        return str(connection.execute(here.limit(1)).scalar_one())


def report(town: Town, debate: str, number: int, *names: str) -> str:
    """Have a post reported by these people; the case."""
    for name in names:
        body = {"reason": "charter", "text": "Ce texte insulte une personne."}
        answer = town.citizen(name).post(f"/debates/{debate}/posts/{number}/reports", body)
        assert answer.status_code == 201, answer.text
    return case_of(town, debate, number)


def decide(moderator: Caller, case: str, ruling: dict[str, Any] = HIDE) -> None:
    answer = moderator.post(f"{QUEUE}/{case}/decisions", ruling)
    assert answer.status_code == 201, answer.text


def decide_appeal(moderator: Caller, case: str, ruling: dict[str, Any] = RESTORE) -> None:
    answer = moderator.post(f"{QUEUE}/{case}/appeal-decisions", ruling)
    assert answer.status_code == 201, answer.text
