"""Moderators and authors at several processes at one moment: a case has one first word and one last one."""

from contextlib import ExitStack
from typing import Final

import pytest

from tests.races.arena import ORGANISATION, created
from tests.races.conftest import Cluster
from tests.races.meeting import at_once, everywhere, statuses
from tests.races.wire import Request, Wire

pytestmark = pytest.mark.race

ROUNDS: Final = 8
QUEUE: Final = f"/organisations/{ORGANISATION}/moderation/cases"
HIDE: Final = {
    "measure": "hide",
    "reason": "charter",
    "reference": "Charte, article 4",
    "facts": "Le deuxième paragraphe traite un voisin de voleur.",
    "explanation": "La charte exclut les insultes.",
}
KEEP: Final = HIDE | {"measure": "keep"}
ANSWER: Final = {"text": "Cette phrase rapporte ce que tout le monde a entendu."}


def post_and_case(cluster: Cluster, debate: str, words: str) -> str:
    """The id of an open case of a new contribution by the first of the crowd."""
    author, reader = cluster.arena.crowd[:2]
    with Wire(cluster.addresses[0], author) as wire:
        text = {"title": f"Une idée {words}", "body": f"Un arbre dans la rue numéro {words}, devant l'école."}
        number = created(wire.post(f"/debates/{debate}/contributions", text)).json()["number"]
    with Wire(cluster.addresses[1], reader) as wire:
        created(wire.post(f"/debates/{debate}/posts/{number}/reports", {"reason": "charter", "text": ""}))
    with Wire(cluster.addresses[0], cluster.arena.organiser) as wire:
        queue = wire.get(f"{QUEUE}?debate={debate}&state=open").json()["items"]
    return str(next(case["id"] for case in queue if case["number"] == number))


def staff(cluster: Cluster, stack: ExitStack) -> list[Wire]:
    """Two moderators, each at two processes."""
    tokens = (cluster.arena.organiser, cluster.arena.administrator) * 2
    return [
        stack.enter_context(Wire(cluster.addresses[index % len(cluster.addresses)], token))
        for index, token in enumerate(tokens)
    ]


def decisions_of(cluster: Cluster, case: str) -> list[str]:
    with Wire(cluster.addresses[-1], cluster.arena.organiser) as wire:
        return [one["measure"] for one in wire.get(f"{QUEUE}/{case}").json()["decisions"]]


def test_of_several_who_decide_at_once_one_does_and_the_others_learn_it(
    cluster: Cluster, debate: str
) -> None:
    for turn in range(ROUNDS):
        case = post_and_case(cluster, debate, f"{turn}")
        with ExitStack() as stack:
            wires = staff(cluster, stack)
            path = f"{QUEUE}/{case}/decisions"
            replies = at_once(wires, [Request("POST", path, body) for body in (HIDE, KEEP, KEEP, HIDE)])
        assert statuses(replies) == [201, 409, 409, 409]
        assert {reply.code for reply in replies} == {None, "case_state"}
        told = next(reply for reply in replies if reply.accepted).json()["measure"]
        assert decisions_of(cluster, case) == [told]


def test_an_appeal_is_lodged_once_and_decided_once_by_the_other(cluster: Cluster, debate: str) -> None:
    for turn in range(ROUNDS):
        case = post_and_case(cluster, debate, f"{turn}")
        with Wire(cluster.addresses[0], cluster.arena.organiser) as wire:
            created(wire.post(f"{QUEUE}/{case}/decisions", HIDE))
        with cluster.tabs(cluster.arena.crowd[0]) as tabs:
            lodged = everywhere(tabs, Request("POST", f"/appeals/{case}", ANSWER))
        assert statuses(lodged) == [201, *[409] * (len(lodged) - 1)]
        with ExitStack() as stack:
            wires = staff(cluster, stack)
            last_words = everywhere(wires, Request("POST", f"{QUEUE}/{case}/appeal-decisions", KEEP))
        # Whoever decided first is refused before the last word and after it.
        assert {reply.code for reply in last_words[::2]} <= {"same_moderator", "case_state"}
        assert statuses(last_words[1::2]) == [201, 409]
        assert decisions_of(cluster, case) == ["hide", "keep"]


def test_reports_of_a_crowd_at_once_are_one_case(cluster: Cluster, debate: str) -> None:
    with Wire(cluster.addresses[0], cluster.arena.crowd[0]) as wire:
        text = {"title": "Une idée à signaler", "body": "Un arbre dans chaque rue, devant chaque école."}
        number = created(wire.post(f"/debates/{debate}/contributions", text)).json()["number"]
    crowd = cluster.arena.crowd[1:13]
    with ExitStack() as stack:
        wires = [
            stack.enter_context(Wire(cluster.addresses[index % len(cluster.addresses)], token))
            for index, token in enumerate(crowd)
        ]
        report = Request("POST", f"/debates/{debate}/posts/{number}/reports", {"reason": "spam", "text": ""})
        replies = everywhere(wires, report)
    assert statuses(replies) == [201] * len(crowd)
    with Wire(cluster.addresses[0], cluster.arena.organiser) as wire:
        (case,) = wire.get(f"{QUEUE}?debate={debate}").json()["items"]
    assert case["reports_count"] == len(crowd)
