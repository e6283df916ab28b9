"""Erasing people: nothing of them is left, what stays can be checked, and it can be taken up again."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import inspect, select, text, update

from consultation.application.doctor import Fault
from consultation.application.moderation.appealing import lodge_appeal
from consultation.application.moderation.deciding import decide_case
from consultation.application.moderation.reporting import report_post
from consultation.application.organisations import give_role
from consultation.application.people import open_session
from consultation.application.ports import Parting, Replay, SessionRules
from consultation.application.posts import Draft, Edit, add_post, edit_post, withdraw_post
from consultation.application.privacy import erasure
from consultation.application.privacy.erasure import Eraser, begin_erasure, erase_in_debate
from consultation.application.voting import cast_vote
from consultation.digests import KeyedDigests
from consultation.domain.actors import Person, Role
from consultation.domain.erasure import ErasureMode
from consultation.domain.moderation import Ground, Measure, Reasons, Ruling
from consultation.domain.posts import PostKind, PostText, Side
from consultation.domain.voting import VoteValue
from consultation.persistence.engine import Database
from consultation.persistence.tables import debate_acts, identities, invitations, organisations, posts
from tests.builders import number_of
from tests.exchange.jsonl.makers import ORGANISATION, Instance, lively_debate
from tests.persistence.patients import seen

MARK: Final = "xylophonequartz"
"""A word that nobody else uses."""

DIGESTS: Final = KeyedDigests("k" * 40)
TALLIES: Final = "SELECT number, agree, mixed, disagree, support, on_earlier_revisions FROM posts ORDER BY 1"


class Case:
    """A lively debate, in which one person has something of everything."""

    def __init__(self, database: Database) -> None:
        self.instance = instance = Instance(database)
        self.eraser = Eraser(instance.work, DIGESTS, database.tidy)
        self.debate = lively_debate(instance)
        self.account = instance.account(MARK)
        self.key, self.uid = self.account.key, self.account.uid
        self.person = Person(self.key, MARK)
        self.other = instance.account("Autrui").key
        self._take_part()
        self._be_moderated()
        self._leave_traces()

    def _take_part(self) -> None:
        done, debate, person = self.instance.done, self.debate, self.person

        def post(kind: PostKind, words: PostText, on: int | None = None) -> int:
            side = Side.PRO if kind is PostKind.ARGUMENT else None
            return number_of(done(lambda tx: add_post(tx, debate, person, Draft(kind, words, on, side))))

        own = post(PostKind.CONTRIBUTION, PostText(f"Un texte de {MARK} à effacer.", f"Titre {MARK}"))
        self.own = own
        done(lambda tx: edit_post(tx, debate, own, person, Edit(body=f"Un autre texte de {MARK}.")))
        self.argument = post(PostKind.ARGUMENT, PostText(f"Argument de {MARK}."), 2)
        link = f"https://{MARK}.example/"
        post(PostKind.SOURCE, PostText(f"Note {MARK}", f"Source {MARK}", link), 2)
        self.withdrawn = post(PostKind.ARGUMENT, PostText(f"Retiré par {MARK}."), 2)
        done(lambda tx: withdraw_post(tx, debate, self.withdrawn, person))
        for number, value in ((1, VoteValue.AGREE), (2, VoteValue.MIXED), (3, VoteValue.SUPPORT)):
            done(partial(cast_vote, debate_uid=debate, number=number, actor=person, value=value))

    def _be_moderated(self) -> None:
        """Two of the person's posts are reported and hidden, in words that name the person."""
        done, debate = self.instance.done, self.debate
        staff = done(lambda tx: give_role(tx, ORGANISATION, "mod@ville.example", Role.MODERATOR)).person
        reasons = Reasons(
            ground=Ground.CHARTER,
            reference="Charte, article 4",
            facts=f"{MARK} insulte un voisin.",
            explanation=f"La charte l'interdit à {MARK} aussi.",
        )
        ruling = Ruling(measure=Measure.HIDE, reasons=reasons, note=f"Encore {MARK}.")
        reader = Person(self.other, "Autrui")
        for number in (self.argument, self.argument + 1):
            report = partial(report_post, debate_uid=debate, number=number, actor=reader)
            case = done(partial(report, ground=Ground.CHARTER, text=f"C'est encore {MARK}.")).case
            done(partial(decide_case, slug=ORGANISATION, uid=case.uid, account=staff, ruling=ruling))
        answer = f"{MARK} n'a rien fait de tel."
        done(lambda tx: lodge_appeal(tx, case.uid, self.person, answer))

    def _leave_traces(self) -> None:
        def leave(tx: Any) -> str:
            now = tx.now()
            open_session(tx, DIGESTS, self.account, SessionRules())
            tx.platform.add(self.key, now)
            tx.platform.add(self.other, now)
            for email, inviter in ((self.account.email, self.other), ("x@y.example", self.key)):
                tx.connection.execute(
                    invitations.insert().values(
                        uid=tx.ids.uid(),
                        organisation_key=select(organisations.c.key).scalar_subquery(),
                        email=email,
                        role="moderator",
                        token_digest=DIGESTS.token(str(email)),
                        inviter_key=inviter,
                        invited_at=now,
                        expires_at=now,
                    )
                )
            answer = Replay(b"\x01" * 32, 201, {"x": MARK}, MARK.encode())
            tx.replays.keep(self.key, MARK, answer, now)
            made = tx.archives.order(tx.ids.uid(), self.key, "fr", now, now + timedelta(days=1))
            tx.archives.claim(now, now)
            tx.archives.add_part(made.key, now, "json", 1, MARK.encode())
            tx.connection.execute(
                identities.insert().values(
                    issuer="https://id.example",
                    subject=MARK,
                    person_key=self.key,
                    provider="id",
                    assurance=MARK,
                    linked_at=now,
                    used_at=now,
                )
            )
            tx.connection.execute(update(debate_acts).values(person_key=self.key))
            return "left"

        self.instance.done(leave)

    def dump(self) -> str:
        """Every value of every column of every table, the search index included."""
        values: list[str] = []
        with self.instance.database.reading() as connection:
            for table in inspect(connection).get_table_names():
                for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 - the database's own names
                    for value in row:
                        octets = bytes(value) if isinstance(value, bytes | memoryview) else None
                        values.append(repr(octets) + octets.hex() if octets is not None else str(value))
        return "\n".join(values)

    def traces(self) -> list[str]:
        """By what the person could be found."""
        account = self.account
        return [MARK, str(account.uid), account.uid.hex, str(account.email)]

    def references(self) -> int:
        """Rows that refer to the person's key."""
        found = 0
        with self.instance.database.reading() as connection:
            inspector = inspect(connection)
            for table in inspector.get_table_names():
                for key in inspector.get_foreign_keys(table):
                    if key["referred_table"] == "people":
                        column = key["constrained_columns"][0]
                        counted = text(f'SELECT count(*) FROM "{table}" WHERE "{column}" = :key')  # noqa: S608 - as above
                        found += int(connection.execute(counted, {"key": self.key}).scalar_one())
        return found

    def shown(self, number: int) -> Any:
        with self.instance.database.reading() as connection:
            return connection.execute(posts.select().where(posts.c.number == number)).one()


@pytest.fixture
def case(database_url: str) -> Iterator[Case]:
    """The case, once on each database."""
    made = Case(Database(database_url))
    assert made.instance.findings() == []
    yield made
    made.instance.database.dispose()


@pytest.mark.parametrize("mode", ErasureMode)
def test_nothing_of_the_person_is_left_anywhere(case: Case, mode: ErasureMode) -> None:
    before, dumped = case.instance.rows(TALLIES), case.dump()
    assert all(trace in dumped for trace in (MARK, str(case.account.email)))
    assert case.references() > 10
    people = case.instance.rows("SELECT participants FROM debates")

    assert case.eraser.erase(case.key, mode) is None

    assert case.references() == 0
    left = case.dump()
    if mode is ErasureMode.ERASE:
        assert [trace for trace in case.traces() if trace in left] == []
    else:
        assert case.shown(case.own).body == f"Un autre texte de {MARK}."
        assert [trace for trace in case.traces()[1:] if trace in left] == []
        assert case.shown(case.own).author_name is None
    assert case.instance.rows(TALLIES) == before, "published tallies do not change"
    assert case.instance.rows("SELECT participants FROM debates") == people
    assert case.instance.findings() == [], "what stays can be checked"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nothing_is_left_in_the_files_either(case: Case) -> None:
    path = Path(str(case.instance.database.engine.url.database))
    case.eraser.erase(case.key, ErasureMode.ERASE)
    octets = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    for trace in case.traces():
        assert trace.encode() not in octets, trace
    assert case.uid.bytes not in octets


def test_that_there_was_a_case_stays_and_what_was_said_of_the_text_goes_with_it(case: Case) -> None:
    case.eraser.erase(case.key, ErasureMode.ERASE)
    rows = case.instance.rows
    assert (
        rows("SELECT measure, ground, facts, explanation, note FROM decisions")
        == [("hide", "charter", "", "", "")] * 2
    )
    assert rows("SELECT text, salt FROM reports") == [("", None)] * 2
    assert rows("SELECT text, person_key FROM appeals") == [("", None)]
    assert rows("SELECT reports, state FROM cases ORDER BY state") == [(1, "appealed"), (1, "decided")]
    assert case.instance.findings() == []


def test_an_altered_statement_is_found_where_the_text_stayed(case: Case) -> None:
    case.eraser.erase(case.key, ErasureMode.UNSIGNED)
    with case.instance.database.writing() as connection, connection.begin():
        connection.execute(text("UPDATE decisions SET facts = 'Rien.', salt = NULL"))
    assert Fault.SALT_MISSING in {found for found, _, _ in seen(case.instance.findings())}


@pytest.mark.parametrize("mode", ErasureMode)
def test_what_was_withdrawn_goes_in_either_mode(case: Case, mode: ErasureMode) -> None:
    case.eraser.erase(case.key, mode)
    post = case.shown(case.withdrawn)
    assert (post.state, post.body, post.author_key, post.search_terms) == ("erased", "", None, "")


def test_a_tombstone_keeps_its_place_and_replies_stay(case: Case) -> None:
    sacha = case.instance.account("Sacha2")
    reply = Draft(PostKind.ARGUMENT, PostText("Une réponse."), case.own, Side.CONTRA)
    person = Person(sacha.key, sacha.name)
    number = number_of(case.instance.done(lambda tx: add_post(tx, case.debate, person, reply)))
    case.eraser.erase(case.key, ErasureMode.ERASE)
    post = case.shown(case.own)
    assert (post.state, post.title, post.contra, post.revision) == ("erased", None, 1, 2)
    assert case.shown(number).body == "Une réponse."


def test_votes_are_counts_that_belong_to_nobody(case: Case) -> None:
    case.eraser.erase(case.key, ErasureMode.UNSIGNED)
    found = case.instance.rows("SELECT number, value, revision, votes FROM unlinked_votes ORDER BY 1")
    assert found == [(1, "agree", 3, 1), (2, "mixed", 1, 1), (3, "support", 1, 1)]
    key = case.instance.rows(
        "SELECT key FROM people WHERE email = 'eloise@citoyens.example' OR name = 'Éloïse'"
    )
    case.eraser.erase(int(str(key[0][0])), ErasureMode.ERASE)
    salts = case.instance.rows("SELECT salt FROM debate_acts WHERE kind = 'person_erased' ORDER BY sequence")
    assert salts[0] == (None,), "it would tell which counts grew with the second"
    assert salts[1] != (None,)
    assert case.instance.findings() == []


def test_the_archive_of_the_debate_travels_without_loss_and_without_the_person(
    case: Case, tmp_path: Path, sqlite_template: Path
) -> None:
    case.eraser.erase(case.key, ErasureMode.ERASE)
    octets = case.instance.export(case.debate)
    assert MARK.encode() not in octets
    shutil.copyfile(sqlite_template, tmp_path / "elsewhere.sqlite3")
    elsewhere = Instance(Database(f"sqlite:///{tmp_path}/elsewhere.sqlite3"))
    elsewhere.clock.now = case.instance.clock.now + timedelta(hours=1)
    elsewhere.bring_in(octets)
    assert elsewhere.findings() == []
    assert elsewhere.export(case.debate) == octets
    assert elsewhere.rows("SELECT participants FROM debates") == case.instance.rows(
        "SELECT participants FROM debates"
    )
    elsewhere.database.dispose()


TAMPERING: Final = [
    ("UPDATE unlinked_votes SET votes = votes + 1 WHERE number = 3", Fault.UNLINKED),
    ("DELETE FROM unlinked_votes WHERE number = 3", Fault.UNLINKED),
    (
        "UPDATE posts SET body = 'Autre chose.' WHERE author_name IS NULL AND body LIKE 'Argument%'",
        Fault.DIGEST,
    ),
    ("UPDATE posts SET salt = NULL WHERE author_name IS NULL AND state = 'visible'", Fault.SALT_MISSING),
    ("UPDATE debate_acts SET salt = NULL WHERE kind = 'person_erased'", Fault.SALT_MISSING),
    ("UPDATE posts SET state_reason = 'spam' WHERE state = 'erased' AND number > 8", Fault.DIGEST),
    ("UPDATE posts SET body = 'Jamais écrit.' WHERE state = 'erased' AND number > 8", Fault.SALT_MISSING),
]


@pytest.mark.parametrize(("statement", "fault"), TAMPERING)
def test_the_doctor_still_finds_what_is_altered_after_an_erasure(
    case: Case, statement: str, fault: Fault
) -> None:
    case.eraser.erase(case.key, ErasureMode.UNSIGNED)
    with case.instance.database.writing() as connection, connection.begin():
        assert connection.execute(text(statement)).rowcount > 0
    assert fault in {found for found, _, _ in seen(case.instance.findings())}


def test_an_erasure_that_broke_off_is_carried_on(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "POSTS_AT_ONCE", 2)
    begun = case.instance.done(lambda tx: begin_erasure(tx, DIGESTS, case.key, ErasureMode.ERASE))
    assert isinstance(begun, Parting)
    assert case.instance.done(lambda tx: erase_in_debate(tx, begun, case.debate)) is True
    assert case.instance.findings() == [], "nothing is half done"
    # Here the process dies; another one, or the next hour, goes on.
    assert case.eraser.resume() == 1
    assert case.eraser.resume() == 0
    assert case.references() == 0
    assert MARK not in case.dump()
    assert case.instance.findings() == []


def test_two_who_carry_on_at_once_count_the_person_once(case: Case) -> None:
    begun = case.instance.done(lambda tx: begin_erasure(tx, DIGESTS, case.key, ErasureMode.ERASE))
    for _ in range(2):
        assert case.instance.done(lambda tx: erase_in_debate(tx, begun, case.debate)) is False
    case.eraser.resume()
    assert case.instance.rows("SELECT count(*) FROM debate_acts WHERE kind = 'person_erased'") == [(1,)]
    assert case.instance.findings() == []


def test_a_post_that_comes_in_while_the_account_is_closed_is_erased_too(case: Case) -> None:
    begun = case.instance.done(lambda tx: begin_erasure(tx, DIGESTS, case.key, ErasureMode.ERASE))
    case.instance.done(lambda tx: erase_in_debate(tx, begun, case.debate))
    late = Draft(PostKind.CONTRIBUTION, PostText(f"Encore {MARK}, en retard.", f"Encore {MARK}"))
    case.instance.done(lambda tx: add_post(tx, case.debate, case.person, late))
    case.eraser.resume()
    assert MARK not in case.dump()
    assert case.instance.findings() == []


def test_a_restored_backup_is_erased_again(case: Case) -> None:
    """Yesterday's database, and the list of today."""
    listed = [*case.eraser.listed()]
    assert listed == []
    case.eraser.erase(case.key, ErasureMode.ERASE)
    listed = case.eraser.listed()
    # The backup: the same person is there again, under the same id.
    again = case.instance.account("Revenue")
    with case.instance.database.writing() as connection, connection.begin():
        connection.execute(
            text("UPDATE people SET uid = :uid, name = :name WHERE key = :key").bindparams(
                uid=case.uid.hex if case.instance.database.is_sqlite else case.uid, name=MARK, key=again.key
            )
        )
    assert case.eraser.apply(listed) == (1, [])
    assert case.eraser.apply(listed) == (0, [])
    assert [trace for trace in case.traces() if trace in case.dump()] == []
    other = Eraser(case.instance.work, KeyedDigests("another key, of another instance ....."), lambda: None)
    assert other.apply(listed) == (0, []), "the list tells nobody else whom it means"


def test_the_list_of_erasures_holds_no_id(case: Case) -> None:
    case.eraser.erase(case.key, ErasureMode.ERASE)
    (one,) = case.eraser.listed()
    assert one.person_digest == DIGESTS.person(case.uid)
