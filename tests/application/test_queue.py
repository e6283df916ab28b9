"""The moderation queue, narrowed by what posts were reported for."""

import pytest
from sqlalchemy import select, update

from consultation.bootstrap import Services
from consultation.persistence.tables import cases
from tests.builders import SLUG, Town

QUEUE = f"/organisations/{SLUG}/moderation/cases"
TEXT = "Ce texte insulte une personne nommée."


def report(town: Town, debate: str, number: int, who: str, reason: str) -> None:
    sent = {"reason": reason, "text": TEXT}
    answer = town.citizen(who).post(f"/debates/{debate}/posts/{number}/reports", sent)
    assert answer.status_code == 201, answer.text


def numbers(town: Town, query: str) -> list[int]:
    return [case["number"] for case in town.moderator.get(f"{QUEUE}?{query}").json()["items"]]


@pytest.fixture
def debate(town: Town) -> str:
    """A debate with two cases: one reported for two reasons, one for one."""
    debate = town.debate()
    for _ in range(2):
        town.contribution(debate)
    report(town, debate, 1, "anne", "spam")
    report(town, debate, 1, "bruno", "illegal")
    report(town, debate, 1, "chloé", "spam")
    report(town, debate, 2, "anne", "spam")
    return debate


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("reason=spam", [1, 2]),
        ("reason=illegal", [1]),
        ("reason=off_topic", []),
        ("reason=spam&state=open", [1, 2]),
        ("reason=illegal&state=open", [1]),
        ("reason=illegal&state=final", []),
        ("reason=illegal&mine=true", []),
        ("reason=spam&limit=1", [1]),
    ],
)
def test_a_case_is_found_by_each_reason_that_any_of_its_reports_gave(
    debate: str, town: Town, query: str, found: list[int]
) -> None:
    assert numbers(town, f"debate={debate}&{query}") == found
    assert numbers(town, query) == found


def test_a_decided_case_is_still_found_by_its_reasons(debate: str, town: Town) -> None:
    case = town.moderator.get(f"{QUEUE}?reason=illegal").json()["items"][0]["id"]
    kept = {"measure": "keep", "reason": "spam", "facts": TEXT, "explanation": TEXT}
    answer = town.moderator.post(f"{QUEUE}/{case}/decisions", kept)
    assert answer.status_code == 201, answer.text
    assert numbers(town, "reason=illegal&state=final") == [1]
    assert numbers(town, "reason=illegal&state=open") == []
    assert debate


def test_what_a_case_was_reported_for_is_kept_with_it(debate: str, services: Services) -> None:
    with services.database.reading() as connection:
        kept = connection.execute(select(cases.c.grounds).order_by(cases.c.number)).scalars().all()
    assert kept == [2 | 8, 8]
    assert debate


def test_a_case_tells_in_whose_hands_it_is_together_with_since_when(
    debate: str, town: Town, services: Services
) -> None:
    del debate
    kept = {"measure": "keep", "reason": "spam", "facts": TEXT, "explanation": TEXT}
    waits = town.moderator.get(QUEUE).json()["items"][0]
    assert (waits["claimed_by"], waits["claimed_at"]) == (None, None)
    assert town.moderator.post(f"{QUEUE}/{waits['id']}/decisions", kept).status_code == 201
    decided = town.moderator.get(f"{QUEUE}/{waits['id']}").json()
    assert decided["claimed_by"]["id"] == town.moderator.get("/me").json()["id"]
    assert decided["claimed_at"] == decided["decided_at"]
    with services.database.writing() as connection, connection.begin():
        connection.execute(update(cases).values(claimed_by=None))  # as when the account is erased
    gone = town.moderator.get(f"{QUEUE}/{waits['id']}").json()
    assert (gone["claimed_by"], gone["claimed_at"]) == (None, None)
