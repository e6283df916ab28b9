"""Cases, decisions and what they hid travel with a debate, and nothing hidden comes back by the way."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from consultation.application.doctor.findings import Fault
from consultation.application.imports import UnfitArchiveError
from consultation.application.moderation.appealing import lodge_appeal
from consultation.application.moderation.deciding import claim_case, decide_appeal, decide_case
from consultation.application.moderation.reporting import report_post
from consultation.application.organisations import give_role
from consultation.application.posts import Edit, edit_post
from consultation.application.privacy.erasure import Eraser
from consultation.digests import KeyedDigests
from consultation.domain.actors import Person, Role
from consultation.domain.decisions import Refused
from consultation.domain.erasure import ErasureMode
from consultation.domain.moderation import Ground, Measure, Reasons, Ruling
from consultation.persistence.tables import debates, posts
from tests.exchange.jsonl.archives import Lines, changed, first, lines_of, position, sealed
from tests.exchange.jsonl.makers import ORGANISATION, Instance, lively_debate
from tests.exchange.jsonl.test_schema import validator

SECRET: Final = "Monsieur Untel, 12 rue des Lilas"
MODERATION: Final = ("case", "report", "decision", "appeal")
ROWS: Final = {
    "cases": "number, state, reports, measure, opened_at, decided_at, appeal_until, appealed_at, closed_at",
    "reports": "number, ground, text, created_at, sequence",
    "decisions": "instance, measure, ground, reference, facts, explanation, note, decided_at, sequence",
    "appeals": "text, created_at, sequence",
    "posts": "number, revision, shown_from",
    "revisions": "number, revision",
}
EARLIER: Final = (
    "SELECT {} FROM revisions JOIN posts USING (debate_key, number) WHERE revisions.revision {} shown_from"
)
"""What of revisions, of those that are hidden (`<`) or shown (`>=`)."""
STANDING: Final = [
    f"SELECT {columns} FROM {table} ORDER BY {columns}"  # noqa: S608 - our own names
    for table, columns in ROWS.items()
]


def moderated_debate(instance: Instance) -> UUID:
    """A debate with a case in every state and after every measure."""
    uid, done = lively_debate(instance), instance.done
    staff = [
        done(partial(give_role, slug=ORGANISATION, email=f"{name}@ville.example", role=Role.MODERATOR)).person
        for name in ("premiere", "seconde")
    ]
    first_moderator, second = staff
    reporters = [instance.account(name) for name in ("Ana", "Bea")]

    def report(number: int, text: str = "") -> UUID:
        case = None
        for one in reporters:
            actor = Person(one.key, one.name)
            case = done(
                partial(
                    report_post,
                    debate_uid=uid,
                    number=number,
                    actor=actor,
                    ground=Ground.CHARTER,
                    text=text,
                )
            ).case
        assert case is not None
        return case.uid

    def decide(case: UUID, measure: Measure, **changes: Any) -> None:
        ruling = _ruling(measure, **changes)
        done(lambda tx: decide_case(tx, ORGANISATION, case, first_moderator, ruling))

    def appeal(number: int, case: UUID) -> None:
        author = _author(instance, uid, number)
        done(lambda tx: lodge_appeal(tx, case, author, "Cette phrase est exacte, et je le montre."))

    author = _author(instance, uid, 2)
    done(lambda tx: edit_post(tx, uid, 2, author, Edit(body=f"Rien du tout, dit {SECRET}, nulle part.")))
    decide(report(2, SECRET), Measure.MASK, passage=SECRET, note="Vu à deux.")
    hidden = report(3)
    decide(hidden, Measure.HIDE, until=instance.clock.now + timedelta(days=90))
    appeal(3, hidden)
    decide(report(1), Measure.MOVE, theme="parcs")
    restored = report(4)
    decide(restored, Measure.HIDE)
    appeal(4, restored)
    done(lambda tx: decide_appeal(tx, ORGANISATION, restored, second, _ruling(Measure.RESTORE)))
    decide(report(5), Measure.KEEP)
    still_open = report(7)
    done(lambda tx: claim_case(tx, ORGANISATION, still_open, second))
    return uid


def _ruling(measure: Measure, **changes: Any) -> Ruling:
    reasons = Reasons(
        ground=Ground.PERSONAL_DATA,
        reference="Charte, article 2",
        facts="Le texte donne une adresse.",
        explanation="La charte l'exclut.\n\nEt la loi aussi.",
        until=changes.pop("until", None),
    )
    return Ruling(measure=measure, reasons=reasons, **changes)


def _author(instance: Instance, uid: UUID, number: int) -> Person:
    wanted = (
        select(posts.c.author_key, posts.c.author_name)
        .join(debates, debates.c.key == posts.c.debate_key)
        .where(debates.c.uid == uid, posts.c.number == number)
    )
    with instance.database.reading() as connection:
        return Person(*connection.execute(wanted).one())


def standing(instance: Instance) -> list[list[tuple[object, ...]]]:
    """What is kept of moderation, without who and without ids."""
    return [[tuple(map(str, row)) for row in instance.rows(statement)] for statement in STANDING]


def test_moderation_survives_the_journey_byte_for_byte(instance: Instance, elsewhere: Instance) -> None:
    uid = moderated_debate(instance)
    octets = instance.export(uid)
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(uid) == octets
    assert elsewhere.findings() == instance.findings() == []
    counts = orjson.loads(octets.rsplit(b"\n", 2)[1])["counts"]
    assert [counts[kind] for kind in MODERATION] == [6, 12, 6, 2]
    valid = validator()
    for line in octets.split(b"\n")[:-1]:
        valid.validate(orjson.loads(line))


def test_a_file_that_was_emptied_in_time_travels_without_what_was_written_in_it(
    instance: Instance, elsewhere: Instance
) -> None:
    uid = moderated_debate(instance)
    later = instance.clock.now + timedelta(days=60)
    assert instance.done(lambda tx: tx.cases.forget_files(later, 100)) == 4, "all that have their last word"
    octets = instance.export(uid)
    assert b"Vu " not in octets
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(uid) == octets
    assert elsewhere.findings() == instance.findings() == []


def test_no_state_of_a_case_is_lost(instance: Instance, elsewhere: Instance) -> None:
    uid = moderated_debate(instance)
    elsewhere.bring_in(instance.export(uid))
    if instance.database.engine.dialect.name == "sqlite":  # which writes instants as the other one does
        assert standing(elsewhere) == standing(instance)
    states = elsewhere.rows("SELECT state, count(*) FROM cases GROUP BY state ORDER BY state")
    assert states == [("appealed", 1), ("decided", 2), ("final", 2), ("open", 1)]


def test_cases_are_found_by_their_reasons_where_they_came_to(instance: Instance, elsewhere: Instance) -> None:
    elsewhere.bring_in(instance.export(moderated_debate(instance)))
    reasons = "SELECT number, state, reports, grounds FROM cases ORDER BY number, state"
    found = elsewhere.rows(reasons)
    assert found == instance.rows(reasons)
    assert all(grounds for *_, grounds in found)


@pytest.mark.postgres
def test_moderation_survives_the_way_from_one_database_to_the_other_and_back(
    instance: Instance, large_town: Instance, elsewhere: Instance
) -> None:
    uid = moderated_debate(instance)
    octets = instance.export(uid)
    large_town.bring_in(octets)
    assert large_town.export(uid) == octets
    assert large_town.findings() == []
    elsewhere.bring_in(large_town.export(uid))
    assert elsewhere.export(uid) == octets


def test_a_masked_passage_stays_masked_and_a_tombstone_a_tombstone(
    instance: Instance, elsewhere: Instance
) -> None:
    elsewhere.bring_in(instance.export(moderated_debate(instance)))
    shown = elsewhere.rows("SELECT body FROM posts WHERE state = 'visible'")
    shown += elsewhere.rows(EARLIER.format("revisions.body", ">="))
    assert not [body for (body,) in shown if SECRET in str(body)]
    assert elsewhere.rows("SELECT state, state_reason FROM posts WHERE number = 3") == [
        ("hidden", "personal_data")
    ]


def test_what_was_masked_stays_masked_when_its_author_left_before_the_journey(
    instance: Instance, elsewhere: Instance
) -> None:
    uid = moderated_debate(instance)
    key = _author(instance, uid, 2).key
    Eraser(instance.work, KeyedDigests("k" * 40), lambda: None).erase(key, ErasureMode.UNSIGNED)
    octets = instance.export(uid)
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(uid) == octets
    assert elsewhere.findings() == instance.findings() == []
    masked = EARLIER.format("number, revisions.revision", "<") + " ORDER BY number, revisions.revision"
    assert elsewhere.rows(masked) == instance.rows(masked) != []


def test_a_file_that_uncovers_what_was_masked_does_not_get_its_way(
    instance: Instance, elsewhere: Instance
) -> None:
    def uncover(lines: Lines) -> None:
        for line in lines:
            line.pop("hidden", None)

    uid = moderated_debate(instance)
    octets = instance.export(uid)
    elsewhere.bring_in(changed(octets, uncover))
    assert elsewhere.rows(EARLIER.format("count(*)", ">=") + " AND number = 2") == [(0,)]
    assert elsewhere.export(uid) == octets


def test_what_stands_before_a_hidden_revision_is_hidden_too(instance: Instance, elsewhere: Instance) -> None:
    """As a mask hides all that was before it."""

    def hide_the_second(lines: Lines) -> None:
        first(lines, "revision", number=1, revision=2)["hidden"] = True

    def hide_both(lines: Lines) -> None:
        hide_the_second(lines)
        first(lines, "revision", number=1, revision=1)["hidden"] = True

    octets = instance.export(moderated_debate(instance))
    elsewhere.bring_in(changed(octets, hide_the_second))
    exported = lines_of(elsewhere.export(UUID(lines_of(octets)[0]["id"])))
    assert exported == lines_of(changed(octets, hide_both))
    assert elsewhere.findings() == []


def test_nobody_who_reported_worked_or_decided_is_named(instance: Instance) -> None:
    octets = instance.export(moderated_debate(instance))
    people = [line["id"] for line in lines_of(octets) if line["type"] == "participant"]
    assert len(people) == 4, "authors and voters, as before there was moderation"
    for line in lines_of(octets):
        if line["type"] in MODERATION:
            assert not {"claimed_by", "decided_by", "person", "participant"} & line.keys()


def test_a_debate_without_moderation_is_written_as_before_there_was_any(instance: Instance) -> None:
    octets = instance.export(lively_debate(instance))
    end = orjson.loads(octets.rsplit(b"\n", 2)[1])
    assert not {"case", "report", "decision", "appeal"} & end["counts"].keys()
    assert not any("hidden" in line for line in lines_of(octets))


@pytest.mark.parametrize("kind", ["report", "decision", "appeal"])
def test_the_doctor_misses_what_was_taken_out_of_a_file(
    instance: Instance, elsewhere: Instance, kind: str
) -> None:
    lines = [line for line in lines_of(instance.export(moderated_debate(instance))) if line["type"] != kind]
    elsewhere.bring_in(sealed(lines))
    assert Fault.STATE_MISSING in {finding.fault for finding in elsewhere.findings()}


def test_the_doctor_tells_a_revision_that_was_uncovered_afterwards(instance: Instance) -> None:
    moderated_debate(instance)
    with instance.database.writing() as connection:
        connection.exec_driver_sql("UPDATE posts SET shown_from = 1 WHERE number = 2")
        connection.commit()
    assert [(one.fault, one.field, one.number) for one in instance.findings()] == [
        (Fault.REVISION, "hidden revisions", 2)
    ]


def put(kind: str, name: str, value: Any, **wanted: object) -> Callable[[Lines], object]:
    return lambda lines: first(lines, kind, **wanted).update({name: value})


def again(kind: str) -> Callable[[Lines], object]:
    def change(lines: Lines) -> None:
        line = first(lines, kind)
        lines.insert(lines.index(line), dict(line))

    return change


def second_open(lines: Lines) -> None:
    line = first(lines, "case", state="open")
    lines.insert(lines.index(line) + 1, line | {"id": "ffffffff-ffff-7fff-8fff-ffffffffffff"})


UNFIT: Final = [
    ("case of no post", "case", put("case", "number", 2_000), "number"),
    ("case twice", "case", again("case"), "id"),
    ("case of no state", "case", put("case", "state", "shelved"), "state"),
    ("appealed case without an appeal", "case", put("case", "appealed_at", None, state="appealed"), None),
    ("two open cases of a post", "case", second_open, "state"),
    ("report in no case", "report", put("report", "case", str(UUID(int=7))), "case"),
    ("report twice", "report", again("report"), "id"),
    ("report of no ground", "report", put("report", "ground", "taste"), "ground"),
    ("decision on no case", "decision", put("decision", "case", str(UUID(int=7))), "case"),
    ("decision of no measure", "decision", put("decision", "measure", "burn"), "measure"),
    ("reasons too long", "decision", put("decision", "facts", "é" * 5_001), "facts"),
    ("decision ahead of the journal", "decision", put("decision", "sequence", 9_999), "sequence"),
    ("two appeals in a case", "appeal", again("appeal"), "case"),
]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "change", "field"), [one[1:] for one in UNFIT], ids=[one[0] for one in UNFIT]
)
def test_what_does_not_fit_is_refused_with_its_field(
    instance: Instance,
    elsewhere: Instance,
    kind: str,
    change: Callable[[Lines], object],
    field: str | None,
) -> None:
    octets = instance.export(moderated_debate(instance))
    with pytest.raises(UnfitArchiveError) as refused:
        elsewhere.bring_in(changed(octets, change))
    assert refused.value.field == field or field is None, str(refused.value)
    assert refused.value.line >= position(lines_of(octets), kind)
    assert elsewhere.rows("SELECT count(*) FROM cases") == [(0,)]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_ids_of_other_debates_are_not_taken_over(instance: Instance) -> None:
    uid = moderated_debate(instance)
    other = str(UUID(int=uid.int ^ 1))

    def elsewhere(lines: Lines) -> None:
        lines[0] |= {"id": other, "slug": "ailleurs"}
        lines[:] = [line for line in lines if line["type"] not in {"participant", "vote", "journal"}]
        for line in lines:
            if line["type"] == "post":
                line["author"] = None

    with pytest.raises(UnfitArchiveError, match="taken") as refused:
        instance.bring_in(changed(instance.export(uid), elsewhere))
    assert refused.value.field == "id"
