"""What a reader of foreign files found becomes a debate with a journal of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from consultation.application.imported import (
    ImportedDebate,
    ImportedPost,
    ImportedTheme,
    ImportedVote,
    ImportReport,
    ReportedTally,
    RowNote,
)
from consultation.application.imports import Imported, ImportPlan, import_records
from consultation.application.imports.ports import NotStored
from consultation.application.posts import Draft, add_post
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.posts import PostKind, PostState, PostText, Side
from consultation.domain.voting import VoteValue
from consultation.persistence.bulk.writing import bulk_store
from tests.builders import number_of
from tests.exchange.jsonl.archives import first, lines_of
from tests.exchange.jsonl.makers import ORGANISATION, START, Instance

THEN = datetime(2015, 9, 26, 10, 0, tzinfo=UTC)
REPORT = ImportReport({"opinion": 2}, {"opinion": 2}, (), (RowNote("a.csv", 2, "body", "held a \x00"),))
PLAN = ImportPlan(
    organisation=ORGANISATION,
    title="  Pour une ville \n numérique ",
    description="Une consultation d'alors.",
    opens_at=THEN,
    closes_at=THEN + timedelta(days=20),
    format="cap-collectif-json",
    files=("opinions.ndjson",),
)


def opinion(number: int, **changes: Any) -> ImportedPost:
    post = ImportedPost(
        kind=PostKind.CONTRIBUTION,
        reference=f"opinion:{number}",
        title=f"Opinion {number}",
        body="Un texte d'alors.",
        created_at=THEN + timedelta(hours=number),
        author=f"user:{number % 2}",
        author_name=f"Auteur {number % 2}",
    )
    return replace(post, **changes)


def argument(number: int, on: int, **changes: Any) -> ImportedPost:
    post = ImportedPost(
        kind=PostKind.ARGUMENT,
        reference=f"argument:{number}",
        parent=f"opinion:{on}",
        side=Side.CONTRA,
        body="Non, parce que non.",
        created_at=THEN + timedelta(hours=number, minutes=1),
    )
    return replace(post, **changes)


def vote(post: str, voter: int, value: VoteValue = VoteValue.AGREE) -> ImportedVote:
    return ImportedVote(post, f"user:{voter}", value, THEN + timedelta(days=1))


def bring_in(
    instance: Instance,
    posts: Sequence[ImportedPost],
    votes: Sequence[ImportedVote] = (),
    plan: ImportPlan = PLAN,
    themes: Sequence[ImportedTheme] = (),
) -> Imported | Refused:
    read = ImportedDebate(None, themes, posts, votes, REPORT)
    return instance.work.perform(lambda tx: import_records(tx, bulk_store(tx), plan, read))


def taken(instance: Instance, *arguments: Any, **named: Any) -> Imported:
    imported = bring_in(instance, *arguments, **named)
    assert not isinstance(imported, Refused)
    assert instance.findings() == []
    return imported


def test_posts_are_numbered_as_they_come_and_keep_their_references(instance: Instance) -> None:
    imported = taken(instance, [opinion(7), argument(9, on=7), opinion(8)], [vote("opinion:8", 5)])
    assert instance.rows("SELECT number, kind, contribution, reference FROM posts ORDER BY number") == [
        (1, "contribution", None, "opinion:7"),
        (2, "argument", 1, "argument:9"),
        (3, "contribution", None, "opinion:8"),
    ]
    assert instance.rows("SELECT last_number, journal_length, contributions, votes FROM debates") == [
        (3, 5, 2, 1)
    ]
    counts = {section.value: count for section, count in imported.counts.items() if count}
    assert counts == {
        "debate": 1,
        "act": 1,
        "participant": 3,
        "post": 3,
        "vote": 1,
        "journal": 5,
        "import_report": 1,
    }


def test_the_journal_says_when_it_was_recorded_and_the_posts_when_they_were_written(
    instance: Instance,
) -> None:
    lines = lines_of(instance.export(taken(instance, [opinion(7)], [vote("opinion:7", 1)]).debate))
    entries = [line for line in lines if line["type"] == "journal"]
    assert [(line["kind"], line["number"]) for line in entries] == [
        ("debate_imported", None),
        ("post_imported", 1),
        ("vote_imported", 1),
    ]
    assert len({line["at"] for line in entries}) == 1
    assert entries[0]["at"] > "2026"
    assert lines[0]["published_at"] == lines[0]["created_at"] == entries[0]["at"]
    assert first(lines, "post")["created_at"] == "2015-09-26T17:00:00.000000Z"
    assert first(lines, "vote")["cast_at"] == "2015-09-27T10:00:00.000000Z"
    act = first(lines, "act")
    assert (act["kind"], act["content"]["title"]) == ("debate_imported", "Pour une ville numérique")


def test_the_debate_is_published_and_says_where_it_comes_from(instance: Instance) -> None:
    imported = taken(instance, [opinion(1)])
    assert imported.slug == "pour-une-ville-numerique"
    again = taken(instance, [opinion(1)])
    assert again.slug == "pour-une-ville-numerique-2"
    long = [taken(instance, [opinion(1)], plan=replace(PLAN, title="a" * 73 + " b")).slug for _ in range(2)]
    assert long == ["a" * 73 + "-b", "a" * 73 + "-2"]
    header = lines_of(instance.export(imported.debate))[0]
    assert header["source"] == {"files": ["opinions.ndjson"], "format": "cap-collectif-json"}
    assert header["title"] == "Pour une ville numérique"
    assert header["time_zone"] == "Europe/Paris"


def test_totals_without_ballots_stay_beside_our_counters(instance: Instance) -> None:
    tally = ReportedTally(source="votes_ok", agree=12, mixed=3, disagree=4)
    imported = taken(instance, [opinion(1, reported=tally)])
    assert instance.rows("SELECT agree, mixed, disagree, votes FROM posts") == [(0, 0, 0, 0)]
    assert instance.rows("SELECT votes FROM debates") == [(0,)]
    post = first(lines_of(instance.export(imported.debate)), "post")
    assert post["reported_tally"] == {
        "agree": 12,
        "disagree": 4,
        "mixed": 3,
        "source": "votes_ok",
        "support": None,
    }


def test_a_missing_total_is_nothing_in_the_database(instance: Instance) -> None:
    taken(instance, [opinion(1)])
    assert instance.rows("SELECT count(*) FROM posts WHERE reported_tally IS NULL") == [(1,)]


def test_what_was_hidden_stays_hidden(instance: Instance) -> None:
    since = THEN + timedelta(days=3)
    taken(
        instance,
        [
            opinion(1, state=PostState.HIDDEN, state_reason="trashed in the source"),
            opinion(2, state=PostState.HIDDEN, state_since=since),
            opinion(3, state=PostState.HIDDEN),
            argument(4, on=1, state=PostState.HIDDEN, state_reason="Propos violents", state_since=since),
            argument(5, on=1),
        ],
    )
    found = instance.rows(
        "SELECT number, state_reason, state_since IS NULL FROM posts WHERE state = 'hidden'"
    )
    assert [(number, reason, bool(unknown)) for number, reason, unknown in sorted(found)] == [
        (1, "trashed in the source", True),
        (2, None, False),
        (3, "in the source", True),
        (4, "Propos violents", False),
    ]
    assert instance.rows("SELECT contributions, arguments_contra FROM debates") == [(0, 1)]
    assert instance.rows("SELECT contra FROM posts WHERE number = 1") == [(1,)]


def test_people_come_once_each_with_their_name_and_without_an_address(instance: Instance) -> None:
    taken(
        instance,
        [opinion(1), opinion(3), opinion(5, author=None, author_name=None), argument(6, on=1)],
        [vote("opinion:1", 1), vote("opinion:3", 1), vote("opinion:3", 8)],
    )
    found = instance.rows("SELECT name, email FROM people WHERE imported_with IS NOT NULL")
    assert len(found) == 2
    assert ("Auteur 1", None) in found
    assert {str(name)[:12] for name, _ in found} == {"Auteur 1", "Participant "}
    assert instance.rows("SELECT participants FROM debates") == [(2,)]
    # The same reference in another import is another person.
    taken(instance, [opinion(1)])
    assert instance.rows("SELECT count(*) FROM people WHERE imported_with IS NOT NULL") == [(3,)]


def test_what_does_not_fit_is_left_out_with_what_hangs_on_it(instance: Instance) -> None:
    posts = [
        opinion(1, title="é" * 1_001),
        argument(2, on=1),
        opinion(3, title=None),
        opinion(4, theme="nulle-part"),
        opinion(5, body="a\x07b"),
        opinion(6),
        opinion(6),
        argument(7, on=6),
        argument(8, on=6, side=None),
        replace(argument(9, on=6), parent="argument:7"),
        opinion(10, author_name="n" * 101),
        replace(opinion(11), kind=PostKind.SOURCE, parent="opinion:6", link="javascript:alert(1)"),
        opinion(12, title="é" * 745),
    ]
    votes = [
        vote("opinion:1", 1),
        vote("argument:7", 1),
        vote("argument:7", 2, VoteValue.SUPPORT),
        vote("opinion:6", 2, VoteValue.SUPPORT),
    ]
    imported = taken(instance, posts, votes)
    assert imported.not_stored == (
        NotStored("opinion:1", "title text_too_long (limit 1000, length 1001)"),
        NotStored("argument:2", "its contribution opinion:1 is not there"),
        NotStored("opinion:3", "title is missing in a post of kind contribution"),
        NotStored("opinion:4", "theme is no theme of the debate"),
        NotStored("opinion:5", "body text_not_allowed (character U+0007)"),
        NotStored("opinion:6", "this reference was there before"),
        NotStored("argument:8", "side is missing in a post of kind argument"),
        NotStored("argument:9", "its contribution argument:7 is not there"),
        NotStored("opinion:10", "author_name text_too_long (limit 100, length 101)"),
        NotStored("opinion:11", "link is no http or https address"),
        NotStored("vote of user:1 on opinion:1", "its post is not there"),
        NotStored("vote of user:1 on argument:7", "agree is no vote on a post of kind argument"),
        NotStored("vote of user:2 on opinion:6", "support is no vote on a post of kind contribution"),
    )
    assert instance.rows("SELECT number, reference FROM posts ORDER BY number") == [
        (1, "opinion:6"),
        (2, "argument:7"),
        (3, "opinion:12"),
    ]
    assert instance.rows("SELECT supports, votes FROM debates") == [(1, 0)]


def test_the_report_is_kept_with_the_debate(instance: Instance) -> None:
    plan = replace(PLAN, files=("opinions\udcff\n.json",))
    imported = taken(instance, [opinion(1), opinion(2, title=None)], plan=plan)
    line = first(lines_of(instance.export(imported.debate)), "import_report")
    assert line["format"] == "cap-collectif-json"
    assert lines_of(instance.export(imported.debate))[0]["source"]["files"] == ["opinions\ufffd\n.json"]
    report = line["report"]
    assert report["read"] == {"opinion": 2}
    assert report["notes"][0]["text"] == "held a \ufffd"
    assert report["stored"]["post"] == 1
    assert report["not_stored"] == [
        {"reference": "opinion:2", "reason": "title is missing in a post of kind contribution"}
    ]


def test_themes_come_along(instance: Instance) -> None:
    themes = [ImportedTheme("donnees", " Les  données ", "Ouvertes"), ImportedTheme("vide", "", "")]
    imported = taken(instance, [opinion(1, theme="donnees")], themes=themes)
    lines = lines_of(instance.export(imported.debate))
    assert lines[0]["themes"] == [
        {"slug": "donnees", "title": "Les données", "description": "Ouvertes"},
        {"slug": "vide", "title": "vide", "description": ""},
    ]
    assert first(lines, "post")["theme"] == "donnees"


def test_an_imported_debate_travels_byte_for_byte(instance: Instance, elsewhere: Instance) -> None:
    tally = ReportedTally(source="votes_ok", agree=12, mixed=3, disagree=4)
    posts = [opinion(1, reported=tally), argument(2, on=1, author="user:1"), opinion(3)]
    imported = taken(instance, posts, [vote("opinion:1", 1), vote("opinion:1", 2), vote("opinion:3", 3)])
    octets = instance.export(imported.debate)
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(imported.debate) == octets
    assert elsewhere.findings() == []
    assert orjson.loads(octets.split(b"\n")[-2])["counts"]["vote"] == 3


def test_a_past_debate_is_closed_and_a_present_one_goes_on(instance: Instance) -> None:
    account = instance.account("Camille")
    by = Person(account.key, account.name)
    text = PostText("Un texte assez long pour une contribution.", "Un titre")
    draft = Draft(PostKind.CONTRIBUTION, text)
    past = taken(instance, [opinion(1)])
    refused = instance.work.perform(lambda tx: add_post(tx, past.debate, by, draft))
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.PERIOD_CLOSED
    present = taken(instance, [opinion(1)], plan=replace(PLAN, closes_at=START + timedelta(days=9)))
    posted = instance.done(lambda tx: add_post(tx, present.debate, by, draft))
    assert number_of(posted) == 2
    assert instance.findings() == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"organisation": "nulle-part"}, RefusalCode.ORGANISATION_NOT_FOUND),
        ({"slug": "prise"}, RefusalCode.SLUG_TAKEN),
        ({"title": " "}, RefusalCode.TEXT_TOO_SHORT),
        ({"title": "é" * 501}, RefusalCode.TEXT_TOO_LONG),
        ({"description": "\x00"}, RefusalCode.TEXT_NOT_ALLOWED),
        ({"closes_at": THEN}, RefusalCode.PERIOD_INVALID),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    instance: Instance, changes: dict[str, Any], code: RefusalCode
) -> None:
    taken(instance, [opinion(1)], plan=replace(PLAN, slug="prise"))
    refused = bring_in(instance, [opinion(1)], plan=replace(PLAN, **changes))
    assert isinstance(refused, Refused)
    assert refused.code is code
    assert instance.rows("SELECT count(*) FROM debates") == [(1,)]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("slug", ["Pas un slug", "a" * 81])
def test_a_slug_that_is_none_is_an_error_of_the_caller(instance: Instance, slug: str) -> None:
    with pytest.raises(ValueError, match="slug"):
        bring_in(instance, [opinion(1)], plan=replace(PLAN, slug=slug))
