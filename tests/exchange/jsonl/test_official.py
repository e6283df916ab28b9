"""Official responses and outcomes travel with their debate, and are checked like everything else."""

from uuid import UUID

import pytest
from sqlalchemy import text

from consultation.application.debates import close_early
from consultation.application.doctor import Fault
from consultation.application.imports import UnfitArchiveError
from consultation.application.official import OfficialDraft, publish_outcome, publish_response
from consultation.domain.decisions import Refused
from tests.exchange.jsonl.archives import Lines, changed
from tests.exchange.jsonl.makers import Instance, lively_debate

RESPONSES = "SELECT number, kind, content FROM debate_acts WHERE number IS NOT NULL ORDER BY sequence"


def answered(instance: Instance) -> UUID:
    """A closed debate with two versions of a response, and an outcome."""
    uid, organiser = lively_debate(instance), instance.organiser()

    def respond(body: str) -> None:
        instance.done(lambda tx: publish_response(tx, uid, 1, organiser, OfficialDraft(body)))

    respond("Le conseil étudie votre idée.")
    respond("Le conseil la retient.")
    instance.done(lambda tx: close_early(tx, uid, organiser, "Fini"))
    instance.done(lambda tx: publish_outcome(tx, uid, organiser, OfficialDraft("Tout est retenu.", "nl")))
    return uid


def test_what_was_said_officially_arrives_byte_for_byte(instance: Instance, elsewhere: Instance) -> None:
    uid = answered(instance)
    assert instance.findings() == []
    octets = instance.export(uid)
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(uid) == octets
    assert elsewhere.findings() == []
    assert [number for number, *_ in elsewhere.rows(RESPONSES)] == [1, 1]
    # There it goes on where it stood.
    organiser = elsewhere.organiser()
    third = elsewhere.done(lambda tx: publish_response(tx, uid, 1, organiser, OfficialDraft("C'est fait.")))
    assert third.official.text.version == 3


@pytest.mark.parametrize(
    ("number", "reason"), [(3, "is no contribution"), (9, "the last"), (2, "not fit"), (0, "greater")]
)
def test_a_response_answers_a_contribution_of_its_file(
    instance: Instance, elsewhere: Instance, number: int, reason: str
) -> None:
    octets = instance.export(answered(instance))

    def change(lines: Lines) -> None:
        response = next(line for line in lines if line.get("kind") == "response_published")
        response["content"]["number"] = number

    if reason == "not fit":  # another contribution: the digest tells
        assert not isinstance(elsewhere.bring_in(changed(octets, change)), Refused)
        assert {finding.fault for finding in elsewhere.findings()} == {Fault.ENTRY_DIFFERS, Fault.DIGEST}
        return
    with pytest.raises(UnfitArchiveError, match=reason):
        elsewhere.bring_in(changed(octets, change))
    assert elsewhere.rows(RESPONSES) == []


def test_the_doctor_sees_an_official_text_that_was_altered_or_lost(instance: Instance) -> None:
    uid = answered(instance)
    with instance.database.writing() as connection:
        connection.execute(text("UPDATE debate_acts SET number = 2 WHERE number = 1"))
        connection.execute(text("DELETE FROM debate_acts WHERE kind = 'outcome_published'"))
        connection.commit()
    found = [(finding.fault, finding.number) for finding in instance.findings(uid)]
    assert found == [
        (Fault.ENTRY_DIFFERS, 2),
        (Fault.ENTRY_DIFFERS, 2),
        (Fault.STATE_MISSING, None),
    ]
