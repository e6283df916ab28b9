"""A decision that waits for its debate: what is committed meanwhile tells which text came before."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final
from uuid import UUID

import pytest

from consultation.application.ports import HeldCase, Transaction
from consultation.application.posts import Edit, edit_post
from consultation.application.privacy.erasure import Eraser, begin_erasure, erase_in_debate
from consultation.application.voting import cast_vote
from consultation.bootstrap import Services
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.erasure import ErasureMode
from consultation.domain.moderation import Case, Measure
from consultation.domain.posts import PostState
from consultation.domain.voting import VoteValue
from tests.builders import Town
from tests.moderating import Desk

SECRET: Final = "chaque rue"
WAITS: Final = (
    "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE NOT granted AND datname = current_database())"
)

# Not on SQLite: where there is one writer at a time, everything read is as it stands.
POSTGRESQL = [pytest.param("postgresql", marks=pytest.mark.postgres)]
pytestmark = pytest.mark.parametrize("engine_name", POSTGRESQL, indirect=True)

Act = Callable[[Transaction], Any]


@pytest.fixture
def desk(services: Services, town: Town) -> Desk:
    return Desk(services, town)


@pytest.fixture
def masked(desk: Desk) -> Case:
    """A case whose mask the author appeals against."""
    case: Case = desk.report().case
    desk.decide(case, Measure.MASK, passage=SECRET)
    desk.appeal(case)
    return case


def restore(desk: Desk, case: Case) -> Callable[[], Any]:
    return lambda: desk.decide_appeal(case, Measure.RESTORE)


def lock(desk: Desk, case: Case) -> Callable[[], HeldCase]:
    return lambda: desk.perform(lambda tx: tx.cases.lock(case.uid, desk.second.key))


def after_waiting(desk: Desk, act: Act, waiting: Callable[[], Any]) -> Any:
    """What comes of something that began before an act was committed, and waited for it."""
    with ThreadPoolExecutor(1) as pool:
        begun: list[Future[Any]] = []

        def acting(tx: Transaction) -> None:
            act(tx)
            begun.append(pool.submit(waiting))
            with desk.services.database.glancing() as other:
                while not other.exec_driver_sql(WAITS).scalar():
                    assert not begun[0].done(), "it did not wait"

        desk.perform(acting)
        return begun[0].result()


def erasing(desk: Desk) -> Act:
    """What erases the post, once the author's account is closed."""
    key, digests = desk.author.key, desk.services.digests
    parting = desk.perform(lambda tx: begin_erasure(tx, digests, key, ErasureMode.ERASE))
    return lambda tx: erase_in_debate(tx, parting, UUID(desk.debate))


def editing(desk: Desk, body: str) -> Act:
    edit, author = Edit(body=body), desk.person(desk.author)
    return lambda tx: edit_post(tx, UUID(desk.debate), desk.number, author, edit)


def voting(desk: Desk) -> Act:
    """An act that leaves all texts as they are, but not the row of the debate nor that of the post."""
    desk.town.citizen("votante")
    voter = desk.person(desk.account("votante@citoyens.example"))
    return lambda tx: cast_vote(tx, UUID(desk.debate), desk.number, voter, VoteValue.AGREE)


def everything(desk: Desk) -> str:
    """All texts that are kept of posts."""
    with desk.services.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT body FROM posts UNION ALL SELECT body FROM revisions")
        return "\n".join(rows.scalars())


def test_what_was_erased_meanwhile_does_not_come_with_the_lock(desk: Desk, masked: Case) -> None:
    held = after_waiting(desk, erasing(desk), lock(desk, masked))
    assert (held.post.state, held.post.revision, held.earlier) == (PostState.ERASED, 2, None)


def test_a_decision_brings_nothing_back_that_was_erased_meanwhile(desk: Desk, masked: Case) -> None:
    assert SECRET in everything(desk)
    refused = after_waiting(desk, erasing(desk), restore(desk, masked))
    assert isinstance(refused, Refused)
    assert SECRET not in everything(desk)
    Eraser(desk.services.work, desk.services.digests, lambda: None).resume()
    assert SECRET not in everything(desk)
    assert desk.findings() == []


def test_after_an_edit_the_text_before_is_the_one_that_was_edited(desk: Desk, masked: Case) -> None:
    held = after_waiting(desk, editing(desk, "Un arbre, et un banc à son pied."), lock(desk, masked))
    assert (held.post.revision, held.earlier) == (3, None), "the one that was before that is not taken for it"
    before = desk.perform(lambda tx: tx.posts.earlier_text(held.debate.key, desk.number, 2))
    assert "[…]" in before.body


def test_a_decision_leaves_what_was_edited_meanwhile(desk: Desk, masked: Case) -> None:
    edited = "Un arbre, et un banc à son pied."
    refused = after_waiting(desk, editing(desk, edited), restore(desk, masked))
    assert refused.code is RefusalCode.POST_NOT_HIDDEN
    assert desk.post()["body"] == edited
    assert desk.findings() == []


def test_what_leaves_the_text_lets_the_one_before_come_with_the_lock(desk: Desk, masked: Case) -> None:
    held = after_waiting(desk, voting(desk), lock(desk, masked))
    assert (held.post.revision, SECRET in held.post.text.body) == (2, False)
    assert SECRET in held.earlier.body
    assert desk.decide_appeal(masked, Measure.RESTORE).case.measure is Measure.RESTORE
    assert desk.post()["body"] == held.earlier.body
    assert desk.findings() == []
