"""What came through a key says so in the archive and to the doctor, for every kind of act."""

import hashlib
from functools import partial
from uuid import UUID

import orjson
import pytest

from consultation.application.callers import enrolled
from consultation.application.debates import (
    DebateDraft,
    DebateEdit,
    change_debate,
    close_early,
    create_debate,
    publish_debate,
)
from consultation.application.doctor import Fault
from consultation.application.keys import NewKey, issue_key, issuer_of
from consultation.application.ports import Delegate, KeyHolder, Transaction
from consultation.application.posts import Draft, Edit, add_post, edit_post, withdraw_post
from consultation.application.voting import cast_vote, take_back_vote
from consultation.digests import KeyedDigests
from consultation.domain.actors import Key, Person
from consultation.domain.decisions import Refused
from consultation.domain.keys import Scope
from consultation.domain.posts import PostKind, PostText
from consultation.domain.voting import VoteValue
from consultation.persistence.engine import Database
from tests.exchange.jsonl.archives import lines_of
from tests.exchange.jsonl.makers import CLOSES_AT, ORGANISATION, START, Instance
from tests.persistence.patients import Patient

DIGESTS = KeyedDigests("x" * 40)


def holder(instance: Instance) -> KeyHolder:
    """A server of the town, with all scopes."""

    def make(tx: Transaction) -> KeyHolder | Refused:
        town = tx.organisations.find(ORGANISATION)
        assert town is not None
        issued = issue_key(tx, DIGESTS, town, NewKey("Site", frozenset(Scope)))
        assert not isinstance(issued, Refused)
        stored = tx.keys.lock(town.key, issued.key.uid)
        assert stored is not None
        key = Key(stored.key, stored.uid, stored.name, town.key, stored.scopes)
        return KeyHolder(key, issuer_of(town), town.locale)

    return instance.done(make)


def through_a_key(instance: Instance) -> tuple[UUID, UUID]:
    """A debate of which every act came through one key: its id, and the key's."""
    server = holder(instance)
    account = instance.done(lambda tx: enrolled(tx, Delegate(server, "usager-1", None)))
    user = Person(account.key, account.name, through=server.key)
    wanted = DebateDraft("Des arbres ?", "", START, CLOSES_AT)
    uid = instance.done(lambda tx: create_debate(tx, ORGANISATION, server, wanted)).debate.uid
    done = instance.done
    done(lambda tx: change_debate(tx, uid, server, DebateEdit(title="Quels arbres ?")))
    done(lambda tx: publish_debate(tx, uid, server))
    for text in (
        PostText("Un texte assez long pour cela.", "Un titre"),
        PostText("Des bancs à l'ombre.", "Bancs"),
    ):
        done(partial(add_post, debate_uid=uid, actor=user, draft=Draft(PostKind.CONTRIBUTION, text)))
    done(lambda tx: edit_post(tx, uid, 1, user, Edit(title="Un autre titre")))
    done(lambda tx: cast_vote(tx, uid, 1, user, VoteValue.AGREE))
    done(lambda tx: cast_vote(tx, uid, 2, user, VoteValue.MIXED))
    done(lambda tx: take_back_vote(tx, uid, 2, user))
    done(lambda tx: withdraw_post(tx, uid, 2, user))
    done(lambda tx: close_early(tx, uid, server, "Assez."))
    return uid, server.key.uid


def test_every_entry_names_the_key_and_the_archive_keeps_it(instance: Instance, elsewhere: Instance) -> None:
    uid, key = through_a_key(instance)
    octets = instance.export(uid)
    entries = [line for line in lines_of(octets) if line["type"] == "journal"]
    assert len(entries) == 11
    assert {line["access_key"] for line in entries} == {str(key)}
    acts = [line for line in lines_of(octets) if line["type"] == "act"]
    assert {line["role"] for line in acts} == {"key"}
    assert not isinstance(elsewhere.bring_in(octets), Refused)
    assert elsewhere.export(uid) == octets
    assert (instance.findings(), elsewhere.findings()) == ([], [])


def test_an_older_file_that_knows_no_keys_is_read(instance: Instance, elsewhere: Instance) -> None:
    organiser = instance.organiser()
    wanted = DebateDraft("Des arbres ?", "", START, CLOSES_AT)
    uid = instance.done(lambda tx: create_debate(tx, ORGANISATION, organiser, wanted)).debate.uid
    octets = instance.export(uid)
    body, end = octets.replace(b',"access_key":null', b"").rstrip(b"\n").rsplit(b"\n", 1)
    body += b"\n"
    last = orjson.loads(end) | {"sha256": hashlib.sha256(body).hexdigest()}
    assert not isinstance(elsewhere.bring_in(body + orjson.dumps(last) + b"\n"), Refused)
    assert elsewhere.export(uid) == octets
    assert elsewhere.findings() == []


@pytest.mark.parametrize("value", ["NULL", "'01900000-0000-7000-8000-000000000000'"])
def test_an_entry_that_names_no_key_or_another_is_found(database_url: str, value: str) -> None:
    made = Instance(Database(database_url))
    through_a_key(made)
    made.database.dispose()
    patient = Patient(database_url)
    patient.damage(f"UPDATE journal_entries SET access_key = {value}")  # noqa: S608 - two values of ours
    leaves = {finding.fault for finding in patient.findings()}
    fields = {(finding.field, finding.number) for finding in patient.findings()}
    assert leaves == {Fault.DIGEST}
    assert fields >= {("act", None), ("text", 1), ("earlier text", 1), ("vote", 1), ("state", 2)}
    patient.instance.database.dispose()
