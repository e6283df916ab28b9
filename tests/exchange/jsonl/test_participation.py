"""What a debate asks and as what people speak travel with it; where there is neither, no line says so."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from consultation.application.debates import (
    DebateDraft,
    DebateEdit,
    change_debate,
    create_debate,
    publish_debate,
)
from consultation.application.imports import UnfitArchiveError
from consultation.application.posts import Draft, Edit, add_post, edit_post
from consultation.domain.actors import Person
from consultation.domain.decisions import Refused
from consultation.domain.participation import Participation, SpeaksAs
from consultation.domain.posts import PostKind, PostText
from tests.exchange.jsonl.archives import large_archive, lines_of, sealed
from tests.exchange.jsonl.makers import ORGANISATION, Instance, lively_debate

ASKING = Participation(email=True, capacities=(SpeaksAs.CITIZEN, SpeaksAs.COMPANY), capacity_required=True)
EASED = Participation(capacities=(SpeaksAs.CITIZEN, SpeaksAs.COMPANY))
LATER = {"participation", "capacity"}


def asking_debate(instance: Instance) -> UUID:
    """A debate that asks, was eased, and holds posts with and without a capacity, one of them edited."""
    organiser, start = instance.organiser(), instance.clock.now
    wanted = DebateDraft("Qui parle ?", "", start, start + timedelta(days=30), participation=ASKING)
    done = instance.done
    uid = done(lambda tx: create_debate(tx, ORGANISATION, organiser, wanted)).debate.uid
    done(lambda tx: publish_debate(tx, uid, organiser))
    people = [instance.account(name) for name in ("Camille", "Dominique")]
    camille, dominique = (Person(one.key, one.name) for one in people)
    text = PostText("Un texte assez long pour cela.", "Un titre")
    spoken = Draft(PostKind.CONTRIBUTION, text, capacity=SpeaksAs.COMPANY)
    done(lambda tx: add_post(tx, uid, camille, spoken))
    done(lambda tx: edit_post(tx, uid, 1, camille, Edit(capacity=SpeaksAs.CITIZEN)))
    done(lambda tx: change_debate(tx, uid, organiser, DebateEdit(participation=EASED)))
    done(lambda tx: add_post(tx, uid, dominique, Draft(PostKind.CONTRIBUTION, text)))
    return uid


def of(octets: bytes, kind: str) -> list[dict[str, Any]]:
    return [line for line in lines_of(octets) if line["type"] == kind]


def test_a_debate_that_asks_survives_the_journey_byte_for_byte(
    instance: Instance, elsewhere: Instance
) -> None:
    uid = asking_debate(instance)
    octets = instance.export(uid)
    assert of(octets, "debate")[0]["participation"] == EASED.as_mapping()
    asked = [line["content"]["participation"] for line in of(octets, "act") if "slug" in line["content"]]
    assert asked == [ASKING.as_mapping(), EASED.as_mapping()]
    assert [line.get("capacity") for line in of(octets, "post")] == ["citizen", None]
    assert [line["capacity"] for line in of(octets, "revision")] == ["company"]
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(uid) == octets
    assert elsewhere.findings() == instance.findings() == []


@pytest.mark.postgres
def test_it_survives_the_way_from_one_database_to_the_other(instance: Instance, large_town: Instance) -> None:
    uid = asking_debate(instance)
    octets = instance.export(uid)
    large_town.bring_in(octets)
    assert large_town.export(uid) == octets
    assert large_town.findings() == []


def test_files_from_before_hold_neither_and_are_the_same_after_an_import(
    instance: Instance, elsewhere: Instance
) -> None:
    for octets in (instance.export(lively_debate(instance)), large_archive(5)):
        for line in lines_of(octets):
            assert not LATER & (line.keys() | line.get("content", {}).keys())
        imported = elsewhere.bring_in(octets)
        assert not isinstance(imported, Refused)
        # Line by line: who writes a file chooses the order of members.
        assert lines_of(elsewhere.export(imported.debate)) == lines_of(octets)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"capacities": [], "capacity_required": True}, "none is offered"),
        ({"providers": ["etat", "etat"]}, "twice"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    instance: Instance, elsewhere: Instance, changes: dict[str, Any], reason: str
) -> None:
    lines = lines_of(instance.export(asking_debate(instance)))
    lines[0]["participation"] |= changes
    with pytest.raises(UnfitArchiveError, match=reason) as refused:
        elsewhere.bring_in(sealed(lines))
    assert (refused.value.line, refused.value.field) == (1, "participation")


def test_the_doctor_tells_a_setting_that_the_journal_knows_nothing_of(
    instance: Instance, elsewhere: Instance
) -> None:
    lines = lines_of(instance.export(asking_debate(instance)))
    del lines[0]["participation"]
    elsewhere.bring_in(sealed(lines))
    assert {(finding.fault, finding.field) for finding in elsewhere.findings()} == {
        ("entry_differs", "participation")
    }
