"""Acceptance: two real consultations, stored whole, with a journal and counters that hold."""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from consultation.application.exports import Section
from consultation.application.imported import ImportedDebate
from consultation.application.imports import Imported, import_records
from consultation.domain.decisions import Refused
from consultation.domain.posts import PostKind, PostState
from consultation.exchange.importers.cap_collectif_csv import read_cap_collectif_csv
from consultation.exchange.importers.cap_collectif_json import read_cap_collectif_json
from consultation.persistence.bulk.writing import bulk_store
from tests.exchange.jsonl.makers import Instance
from tests.exchange.jsonl.test_records import PLAN

pytestmark = pytest.mark.slow

DATA = Path(
    os.environ.get("CONSULTATION_TEST_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data")
)


def real(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"NO REAL DATA: {path} is absent; CONSULTATION_TEST_DATA names another folder")
    return path


def stored(instance: Instance, read: ImportedDebate, title: str) -> Imported:
    plan = replace(PLAN, title=title)
    imported = instance.work.perform(lambda tx: import_records(tx, bulk_store(tx), plan, read))
    assert not isinstance(imported, Refused)
    return imported


def check(instance: Instance, elsewhere: Instance, read: ImportedDebate, imported: Imported) -> None:
    """What holds for every import: all of it is there, it is sound, and it travels."""
    posts, votes = list(read.posts), list(read.votes)
    assert imported.not_stored == ()
    assert imported.counts[Section.POST] == len(posts)
    assert imported.counts[Section.VOTE] == len(votes)
    assert imported.counts[Section.JOURNAL] == 1 + len(posts) + len(votes)
    assert instance.rows("SELECT reference FROM posts ORDER BY number") == [(one.reference,) for one in posts]
    visible = Counter(one.kind for one in posts if one.state is PostState.VISIBLE)
    counted = instance.rows("SELECT contributions, arguments_pro + arguments_contra, sources FROM debates")
    assert counted == [tuple(visible[kind] for kind in PostKind)]
    people = {one.author for one in posts} | {one.voter for one in votes}
    assert instance.rows("SELECT participants FROM debates") == [(len(people - {None}),)]
    assert instance.findings() == []
    octets = instance.export(imported.debate)
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(imported.debate) == octets
    assert elsewhere.findings() == []


def test_the_consultation_of_2015_is_stored_whole(instance: Instance, elsewhere: Instance) -> None:
    read = read_cap_collectif_json([real("republique-numerique-2015/opinions.ndjson.gz")])
    imported = stored(instance, read, "Pour une République numérique")
    check(instance, elsewhere, read, imported)
    # Totals, not ballots: 49,846 votes are reported and none is counted.
    assert instance.rows("SELECT votes, supports FROM debates") == [(0, 0)]
    reported = sum(
        (one.reported.agree or 0) + (one.reported.mixed or 0) + (one.reported.disagree or 0)
        for one in read.posts
        if one.reported is not None
    )
    assert reported == 49_846


def test_the_consultation_of_2019_is_stored_whole(instance: Instance, elsewhere: Instance) -> None:
    read = read_cap_collectif_csv(real("cap-collectif-rua-2019/rua-fonctionnement.csv.gz"))
    imported = stored(instance, read, "Revenu universel d'activité")
    check(instance, elsewhere, read, imported)
    values = Counter(one.value.value for one in read.votes)
    found = instance.rows("SELECT sum(agree), sum(mixed), sum(disagree) FROM posts")[0]
    assert tuple(int(str(one)) for one in found) == (values["agree"], values["mixed"], values["disagree"])
    found_votes = "SELECT reference, agree + mixed + disagree FROM posts WHERE kind = 'contribution'"
    ballots = Counter(one.post for one in read.votes)
    for written, votes in instance.rows(found_votes):
        assert votes == ballots[str(written)]
