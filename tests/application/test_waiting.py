"""What is held, to the doctor and to whoever is erased."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from consultation.bootstrap import Services
from consultation.domain.erasure import ErasureMode
from consultation.persistence.tables import appeals, decisions, held_posts
from tests.api.cases import QUEUE
from tests.api.waiting import APPEAL, OVERTURN, publish, published, refuse, send, waiting_debate
from tests.builders import StepClock, Town
from tests.moderating import Desk

SECRET = "Mirabelle"
MODES = list(ErasureMode)


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    return Desk(services, town)


class Queue:
    """A debate in which one of everything was held, all by one author."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.debate = waiting_debate(town)
        self.author = town.citizen("camille-attend")
        self.number = published(town, self.debate, self.author, f"Premier, {SECRET}.")
        held = [
            send(self.author, self.debate, f"{said}, {SECRET}.")["id"]
            for said in ("Un", "Deux", "Trois", "Quatre", "Cinq")
        ]
        self.waiting, self.withdrawn, self.refused, self.upheld, self.overturned = held
        self.author.post(f"/me/held/{self.withdrawn}/withdrawal")
        for one in (self.refused, self.upheld, self.overturned):
            refuse(town.moderator, one)
        for one, ruling in ((self.upheld, OVERTURN | {"measure": "keep"}), (self.overturned, OVERTURN)):
            self.author.post(f"/appeals/{one}", APPEAL)
            answer = town.organiser.post(f"{QUEUE}/{one}/appeal-decisions", ruling)
            assert answer.status_code == 201, answer.text
        edit = self.author.patch(
            f"/debates/{self.debate}/posts/{self.number}", {"title": f"Un titre, {SECRET}"}
        )
        publish(town.moderator, edit.json()["id"])
        self.author.patch(f"/debates/{self.debate}/posts/{self.number}", {"title": f"Un autre, {SECRET}"})


def test_the_doctor_finds_nothing_wrong_with_what_was_held(desk: Desk) -> None:
    Queue(desk.town)
    assert desk.findings() == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE held_posts SET body = 'Autre.' WHERE kept = 'withdrawn'", "digest, held text"),
        ("UPDATE held_posts SET sequence = 2 WHERE kept = 'withdrawn'", "entry_differs, kind"),
        ("UPDATE held_posts SET state_sequence = NULL WHERE kept = 'withdrawn'", "state of a held text"),
        (
            "UPDATE cases SET number = NULL WHERE measure = 'publish'",
            "number of what was held",
        ),
        ("UPDATE decisions SET facts = 'Autre.' WHERE measure = 'refuse'", "digest, decision"),
        ("DELETE FROM decisions WHERE measure = 'refuse'", "state_missing, post_refused"),
    ],
)
def test_the_doctor_finds_what_was_altered_of_it(
    desk: Desk, services: Services, damage: str, found: str
) -> None:
    Queue(desk.town)
    with services.database.writing() as connection:
        connection.execute(text(damage))
        connection.commit()
    assert any(found in finding for finding in desk.findings()), desk.findings()


def test_what_waited_is_emptied_a_year_after_the_last_word_on_it(
    desk: Desk, services: Services, clock: StepClock
) -> None:
    queue = Queue(desk.town)
    before = kept_texts(services)
    clock.step(timedelta(days=360))
    services.keeper.forget()
    assert kept_texts(services) == before
    clock.step(timedelta(days=7))
    assert services.keeper.forget().files == 5
    after = kept_texts(services)
    assert {queue.refused, queue.waiting} < after.keys(), (
        "an appeal was possible for thirty days on the first"
    )
    assert len(after) == 3
    clock.step(timedelta(days=30))
    assert services.keeper.forget().files == 1
    waiting = kept_texts(services)
    assert queue.waiting in waiting, "nobody has decided yet"
    assert len(waiting) == 2
    assert queue.town.anonymous.get(f"/debates/{queue.debate}/posts/{queue.number}").status_code == 200
    assert desk.findings() == []


def kept_texts(services: Services) -> dict[str, str]:
    """The texts that are kept of what waits or waited, by their public ids."""
    with services.database.reading() as connection:
        rows = connection.execute(select(held_posts)).all()
    assert all((row.body == "") is (row.salt is None) is (row.author_key is None) for row in rows)
    return {str(row.uid): row.body for row in rows if row.body}


@pytest.mark.parametrize("mode", MODES)
def test_an_erasure_takes_every_text_that_was_held_and_the_journal_says_so(
    desk: Desk, services: Services, mode: ErasureMode
) -> None:
    queue = Queue(desk.town)
    account = desk.account("camille-attend@citoyens.example")
    services.eraser.erase(account.key, mode)
    with services.database.reading() as connection:
        texts = connection.execute(
            select(held_posts.c.title, held_posts.c.body, held_posts.c.author_key, held_posts.c.salt)
        ).all()
        said = connection.execute(select(decisions.c.facts)).scalars().all()
        answers = connection.execute(select(appeals.c.text, appeals.c.person_key)).all()
    assert {tuple(row) for row in texts} == {(None, "", None, None)}
    assert set(said) == {""}
    assert {tuple(row) for row in answers} == {("", None)}
    kinds = [
        entry["kind"]
        for entry in desk.town.anonymous.get(f"/debates/{queue.debate}/journal?limit=100").json()["items"]
    ]
    assert kinds.count("held_erased") == 4, "two that wait, two that were refused"
    figures = desk.town.anonymous.get(f"/debates/{queue.debate}/statistics").json()["moderation"]["held"]
    assert (figures["waiting"], figures["published"], figures["refused"]) == (0, 3, 2)
    assert desk.findings() == []
    late = desk.town.moderator.post(f"{QUEUE}/{queue.waiting}/publication")
    assert late.json()["code"] == "case_state"


def test_the_archive_of_a_person_has_what_was_held_of_them(desk: Desk) -> None:
    queue = Queue(desk.town)
    archive = queue.author.get("/me/archive").text
    assert '"held_posts"' in archive
    assert f"Un, {SECRET}." in archive
