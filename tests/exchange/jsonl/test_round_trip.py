"""What is exported can be imported, and is then the same debate, byte for byte."""

from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from consultation.application.debates import DebateDraft, create_debate, publish_debate, reopen
from consultation.application.exports import Section, participant_id
from consultation.application.posts import Draft, add_post
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.posts import PostKind, PostText
from consultation.exchange.debate_jsonl.lines import LATER_SECTIONS
from consultation.persistence.bulk.expressions import TextColumns
from consultation.persistence.tables import people
from tests.exchange.jsonl.archives import DEBATE, large_archive, lines_of
from tests.exchange.jsonl.makers import CLOSES_AT, NASTY, ORGANISATION, START, Instance, lively_debate

COUNTED = (
    "SELECT number, pro, contra, sources, agree, mixed, disagree, support, on_earlier_revisions,"
    " shuffle, search_terms FROM posts ORDER BY number"
)
COUNTED_DEBATE = (
    "SELECT contributions, arguments_pro, arguments_contra, sources, votes, supports, participants,"
    " last_number, journal_length, search_terms FROM debates"
)


def draft(instance: Instance, title: str = "Une autre question") -> UUID:
    organiser = instance.organiser()
    wanted = DebateDraft(title, "", START, CLOSES_AT)
    return instance.done(lambda tx: create_debate(tx, ORGANISATION, organiser, wanted)).debate.uid


def open_with_a_post(instance: Instance, title: str, author: Person) -> UUID:
    uid, organiser = draft(instance, title), instance.organiser()
    instance.done(lambda tx: publish_debate(tx, uid, organiser))
    contribution = Draft(PostKind.CONTRIBUTION, PostText("Un texte assez long pour cela.", "Un titre"))
    instance.done(lambda tx: add_post(tx, uid, author, contribution))
    return uid


def test_a_debate_survives_the_journey_byte_for_byte(instance: Instance, elsewhere: Instance) -> None:
    uid = lively_debate(instance)
    octets = instance.export(uid)
    imported = elsewhere.bring_in(octets)
    assert not isinstance(imported, Refused)
    assert (imported.debate, imported.organisation) == (uid, ORGANISATION)
    assert elsewhere.export(uid) == octets
    assert elsewhere.rows(COUNTED) == instance.rows(COUNTED)
    assert elsewhere.rows(COUNTED_DEBATE) == instance.rows(COUNTED_DEBATE)
    assert elsewhere.findings() == []


def test_the_past_of_a_debate_that_moves_is_not_announced_where_it_arrives(
    instance: Instance, elsewhere: Instance
) -> None:
    uid = lively_debate(instance)
    elsewhere.bring_in(instance.export(uid))
    assert elsewhere.rows("SELECT sequence FROM journal_positions") == elsewhere.rows(
        "SELECT journal_length FROM debates"
    )
    assert elsewhere.done(lambda tx: tx.outbox.behind(10)) == []
    # What is written there from now on is.
    organiser = elsewhere.organiser()
    elsewhere.done(lambda tx: reopen(tx, uid, organiser, CLOSES_AT + timedelta(days=900), "Encore."))
    assert len(elsewhere.done(lambda tx: tx.outbox.behind(10))) == 1


@pytest.mark.postgres
def test_a_debate_survives_the_way_from_one_database_to_the_other_and_back(
    instance: Instance, large_town: Instance, elsewhere: Instance
) -> None:
    uid = lively_debate(instance)
    octets = instance.export(uid)
    large_town.bring_in(octets)
    assert large_town.export(uid) == octets
    assert large_town.rows(COUNTED) == instance.rows(COUNTED)
    assert large_town.findings() == []
    elsewhere.bring_in(large_town.export(uid))
    assert elsewhere.export(uid) == octets


def test_the_export_accounts_for_what_it_wrote(instance: Instance) -> None:
    octets, exported = instance.export_with_account(lively_debate(instance))
    assert exported.octets == len(octets)
    end = orjson.loads(octets.rsplit(b"\n", 2)[1])
    assert end["sha256"] == exported.sha256
    counted = {section.value: count for section, count in exported.counts.items()}
    assert [counted.pop(one.value) for one in LATER_SECTIONS] == [0] * len(LATER_SECTIONS)
    assert end["counts"] == counted, "a file without what came later is as it was before"
    assert exported.counts[Section.POST] == 7
    assert exported.counts[Section.REVISION] == 3
    assert exported.counts[Section.VOTE] == 6


def test_a_draft_and_an_empty_debate_travel_too(instance: Instance, elsewhere: Instance) -> None:
    empty = draft(instance, "Question vide")
    organiser = instance.organiser()
    instance.done(lambda tx: publish_debate(tx, empty, organiser))
    for uid in (draft(instance), empty):
        octets = instance.export(uid)
        assert not isinstance(elsewhere.bring_in(octets), Refused)
        assert elsewhere.export(uid) == octets


def test_nasty_texts_stay_what_they_are(instance: Instance, elsewhere: Instance) -> None:
    uid = lively_debate(instance)
    elsewhere.bring_in(instance.export(uid))
    # The command has composed the accent; nothing else may have changed.
    composed = NASTY.replace("e\u0301", "é")
    assert elsewhere.rows("SELECT count(*) FROM revisions WHERE revision = 1 AND number = 1") == [(1,)]
    (body,) = elsewhere.rows("SELECT body FROM revisions WHERE revision = 1 AND number = 1")[0]
    assert body == composed


def test_the_file_has_one_line_a_record_whatever_stands_in_the_texts(instance: Instance) -> None:
    octets, exported = instance.export_with_account(lively_debate(instance))
    assert octets.count(b"\n") == sum(exported.counts.values()) + 1
    assert "\u2028" in octets.decode()


def test_an_archive_names_nobody_who_has_an_account(instance: Instance) -> None:
    octets = instance.export(lively_debate(instance))
    for uid, email in instance.rows("SELECT uid, email FROM people"):
        assert str(UUID(str(uid))).encode() not in octets
        assert str(email).encode() not in octets


def test_a_person_is_somebody_else_in_every_debate(instance: Instance) -> None:
    account = instance.account("Camille")
    author = Person(account.key, account.name)
    archives = [
        instance.export(open_with_a_post(instance, title, author))
        for title in ("Première question", "Deuxième question")
    ]
    first, second = (
        [line["id"] for line in lines_of(octets) if line["type"] == "participant"] for octets in archives
    )
    assert len(first) == len(second) == 1
    assert first != second


def test_the_database_derives_the_ids_of_participants_as_the_application_does(instance: Instance) -> None:
    uid = lively_debate(instance)
    assert not isinstance(instance.bring_in(large_archive(5)), Refused)
    with instance.database.reading() as connection:
        for debate in (uid, DEBATE):
            text = TextColumns(connection, debate)
            wanted = select(people.c.uid, people.c.imported_with, text.participant().label("found"))
            for row in connection.execute(wanted):
                assert row.found == str(participant_id(debate, row.uid, row.imported_with))
        imported_with = set(connection.scalars(select(people.c.imported_with)))
    assert imported_with == {None, DEBATE}


def test_who_came_with_an_import_keeps_the_id(instance: Instance, elsewhere: Instance) -> None:
    uid = lively_debate(instance)
    octets = instance.export(uid)
    elsewhere.bring_in(octets)
    ids = {line["id"] for line in lines_of(octets) if line["type"] == "participant"}
    found = elsewhere.rows("SELECT uid FROM people WHERE imported_with IS NOT NULL")
    assert {str(UUID(str(one))) for (one,) in found} == ids
    assert elsewhere.rows("SELECT count(*) FROM people WHERE email IS NOT NULL") == [(0,)]


def test_a_debate_is_there_once(instance: Instance) -> None:
    uid = lively_debate(instance)
    refused = instance.bring_in(instance.export(uid))
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.DEBATE_EXISTS


def test_a_taken_slug_and_a_missing_organisation_are_refused(instance: Instance, elsewhere: Instance) -> None:
    octets = instance.export(lively_debate(instance))
    draft(elsewhere, "Quelle place pour les arbres ?")
    taken = elsewhere.bring_in(octets)
    assert isinstance(taken, Refused)
    assert taken.code is RefusalCode.SLUG_TAKEN
    missing = elsewhere.bring_in(octets, "ville-inconnue")
    assert isinstance(missing, Refused)
    assert missing.code is RefusalCode.ORGANISATION_NOT_FOUND
    assert elsewhere.rows("SELECT count(*) FROM posts") == [(0,)]


def test_a_debate_can_come_into_another_organisation(instance: Instance, elsewhere: Instance) -> None:
    uid = lively_debate(instance)
    elsewhere.found("autre-ville")
    imported = elsewhere.bring_in(instance.export(uid), "autre-ville")
    assert not isinstance(imported, Refused)
    assert imported.organisation == "autre-ville"
    assert lines_of(elsewhere.export(uid))[0]["organisation"]["slug"] == "autre-ville"
    assert elsewhere.findings() == []


def test_a_closed_debate_stays_closed(instance: Instance, elsewhere: Instance) -> None:
    uid = lively_debate(instance)
    elsewhere.bring_in(instance.export(uid))
    account = elsewhere.account("Camille")
    text = PostText("Un texte assez long pour une contribution.", "Un titre")
    draft_of_late = Draft(PostKind.CONTRIBUTION, text)
    refused = elsewhere.work.perform(
        lambda tx: add_post(tx, uid, Person(account.key, account.name), draft_of_late)
    )
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.PERIOD_CLOSED
