"""What rows keep of other rows is recomputed by the doctor: cases, what was held, logos."""

from typing import Final

import pytest

from consultation.application.doctor import Fault, Finding, examine
from consultation.application.logos import set_logo
from consultation.application.ports import Transaction
from consultation.bootstrap import Services
from consultation.domain.decisions import Refused
from consultation.domain.moderation import Ground, Measure
from consultation.persistence.bulk.examining import examination_of
from tests.builders import Town
from tests.moderating import Desk
from tests.pictures import png

ZEROS: Final = "00" * 32


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    """A case with two reports, decided and answered."""
    desk = Desk(services, town)
    case = desk.report("anne").case
    desk.report("bilal", ground=Ground.SPAM)
    desk.decide(case, Measure.HIDE)
    desk.appeal(case)
    assert desk.findings() == []
    return desk


def damaged(services: Services, statement: str) -> list[Finding]:
    """What the doctor finds after somebody wrote past the commands."""
    with services.database.engine.connect() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1, statement
        connection.commit()
    with examination_of(services.database) as record:
        return list(examine(record))


@pytest.mark.parametrize(
    ("change", "fault", "field", "stored", "recomputed"),
    [
        ("reports = 3", Fault.COUNTER, "reports", 3, 2),
        ("grounds = 4", Fault.DERIVED, "grounds of a case", "personal_data", "charter spam"),
        ("grounds = 0", Fault.DERIVED, "grounds of a case", "", "charter spam"),
        ("measure = 'keep'", Fault.DERIVED, "measure of a case", "keep", "hide"),
        ("measure = NULL", Fault.DERIVED, "measure of a case", None, "hide"),
    ],
)
def test_a_case_says_what_its_reports_and_decisions_say(
    desk: Desk,
    services: Services,
    change: str,
    fault: Fault,
    field: str,
    stored: object,
    recomputed: object,
) -> None:
    (found,) = damaged(services, f"UPDATE cases SET {change}")  # noqa: S608 - our own words
    assert (found.fault, found.field, found.number) == (fault, field, desk.number)
    assert (found.stored, found.recomputed) == (stored, recomputed)


@pytest.mark.parametrize("name", ["decided_at", "appealed_at"])
def test_a_case_dates_its_decision_and_its_answer_as_these_do(
    desk: Desk, services: Services, name: str
) -> None:
    (found,) = damaged(services, f"UPDATE cases SET {name} = NULL")  # noqa: S608 - our own names
    assert (found.fault, found.field) == (Fault.DERIVED, f"{name} of a case")
    assert found.stored is None
    assert desk.findings() == [str(found)]


def test_what_waits_has_the_words_of_its_text(services: Services, town: Town) -> None:
    debate = town.debate(rules={"pre_moderation": True})
    held = {"title": "Planter des arbres", "body": "Un arbre dans chaque rue."}
    assert town.citizen().post(f"/debates/{debate}/contributions", held).status_code == 202
    (found,) = damaged(services, "UPDATE held_posts SET search_terms = 'autre'")
    assert (found.fault, found.field) == (Fault.DERIVED, "search_terms of what was held")
    assert "arbre" not in str(found)


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("UPDATE logos SET content = x'00'", {(Fault.DIGEST, "file of the logo")}),
        (
            "UPDATE logos SET digest = x'ZEROS'",
            {(Fault.DIGEST, "file of the logo"), (Fault.DERIVED, "logo")},
        ),
        ("DELETE FROM logos", {(Fault.DERIVED, "logo")}),
        ("UPDATE organisations SET logo = NULL", {(Fault.DERIVED, "logo")}),
    ],
)
def test_a_logo_is_the_file_of_its_digest_and_the_one_that_pages_name(
    services: Services, town: Town, statement: str, seen: set[tuple[Fault, str]]
) -> None:
    def change(tx: Transaction) -> object:
        account = tx.people.by_email("administrator@ville.example")
        assert account is not None
        return set_logo(tx, "ville-exemple", account, png(64, 64), "Un tilleul")

    assert not isinstance(services.work.perform(change), Refused)
    assert town.anonymous.get("/organisations/ville-exemple").json()["logo"] is not None
    with examination_of(services.database) as record:
        assert list(examine(record)) == []
    statement = statement.replace("ZEROS", ZEROS)
    if not services.database.is_sqlite:
        statement = statement.replace("x'", r"'\x")
    findings = damaged(services, statement)
    assert {(found.fault, found.field) for found in findings} == seen
    assert {found.organisation for found in findings} == {"ville-exemple"}
    assert str(findings[0]).startswith("organisation ville-exemple: ")
