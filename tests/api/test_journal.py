"""Every accepted act is one entry: in order, without gaps, checkable, and about nobody."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from consultation.domain.journal import EntryKind
from tests.api.bodies import DAY, LATER, REASON
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import CLOSES_AT, CONTRIBUTION, NOW, Caller, Town, rfc3339

MODERATION = {
    *("post_reported", "post_kept", "post_hidden", "post_masked", "post_moved", "post_restored"),
    *("appeal_lodged", "appeal_rejected"),
}
"""See `tests/application/test_moderation.py`."""
HELD = {"post_held", "post_refused", "held_withdrawn", "held_erased"}
"""See `tests/api/test_held.py` and `tests/application/test_waiting.py`."""
SAID = {"body": "Le conseil plantera douze arbres."}
NEW_BODY = {"body": "Un arbre dans chaque rue, sans exception."}


def entries(town: Town, debate: str) -> list[dict[str, Any]]:
    page = town.anonymous.get(f"/debates/{debate}/journal?limit=1000").json()
    assert page["next_cursor"] is None
    items: list[dict[str, Any]] = page["items"]
    return items


def leaf_hash(debate: str, entry: dict[str, Any]) -> str:
    """The leaf hash of RFC 9162, 2.1.1, of what anybody can read."""
    public = {name: entry[name] for name in ("at", "digest", "kind", "number", "sequence")}
    canonical = json.dumps(public | {"debate": debate}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + canonical.encode()).hexdigest()


@pytest.fixture
def life(here: World) -> tuple[str, list[tuple[str, int | None]]]:
    """A debate in which everything happens, with the entries that it should leave."""
    town, author = here.town, here.town.citizen("autrice")
    organiser, debate = here.town.organiser, here.town.draft()
    path = f"/debates/{debate}"
    steps: list[tuple[str, int | None, Any]] = [
        ("debate_created", None, None),
        ("debate_changed", None, lambda: organiser.patch(path, {"title": "Quels arbres ?"})),
        ("debate_published", None, lambda: organiser.post(f"{path}/publication")),
        ("debate_changed", None, lambda: organiser.patch(path, {"description": "Précision."})),
        ("contribution_posted", 1, lambda: author.post(f"{path}/contributions", CONTRIBUTION)),
        ("argument_posted", 2, lambda: _argue(author, path)),
        ("source_posted", 3, lambda: _cite(author, path)),
        ("post_revised", 1, lambda: author.patch(f"{path}/posts/1", NEW_BODY)),
        ("vote_cast", 1, lambda: author.put(f"{path}/posts/1/vote", {"value": "agree"})),
        ("vote_cast", 1, lambda: author.put(f"{path}/posts/1/vote", {"value": "mixed"})),
        ("vote_cast", 2, lambda: author.put(f"{path}/posts/2/vote", {"value": "support"})),
        ("vote_withdrawn", 1, lambda: author.delete(f"{path}/posts/1/vote")),
        ("post_withdrawn", 3, lambda: author.post(f"{path}/posts/3/withdrawal")),
        (
            "period_extended",
            None,
            lambda: organiser.post(f"{path}/extension", {"closes_at": LATER, **REASON}),
        ),
        ("response_published", 1, lambda: organiser.put(f"{path}/posts/1/response", SAID)),
        ("period_closed_early", None, lambda: town.moderator.post(f"{path}/closure", REASON)),
        ("outcome_published", None, lambda: organiser.put(f"{path}/outcome", SAID)),
        (
            "period_reopened",
            None,
            lambda: organiser.post(f"{path}/reopening", {"closes_at": LATER, **REASON}),
        ),
    ]
    for kind, _, act in steps[1:]:
        here.clock.step(timedelta(milliseconds=1))
        answer = act()
        assert answer.status_code < 300, (kind, answer.text)
    return debate, [(kind, number) for kind, number, _ in steps]


def _argue(author: Caller, path: str) -> Any:
    return author.post(f"{path}/contributions/1/arguments", {"side": "pro", "body": "L'ombre rafraîchit."})


def _cite(author: Caller, path: str) -> Any:
    source = {"title": "Une étude", "link": "https://etude.example/"}
    return author.post(f"{path}/contributions/1/sources", source)


def test_each_act_is_one_entry_of_its_kind_and_number(
    town: Town, life: tuple[str, list[tuple[str, int | None]]]
) -> None:
    debate, expected = life
    assert [(entry["kind"], entry["number"]) for entry in entries(town, debate)] == expected
    written = {kind for kind, _ in expected}
    # Imports, erasures and moderation have tests of their own.
    elsewhere = {kind for kind in EntryKind if kind.endswith(("_imported", "_unsigned", "_erased"))}
    assert written | elsewhere | MODERATION | HELD == set(EntryKind)


def test_sequences_count_from_1_without_gaps(
    town: Town, life: tuple[str, list[tuple[str, int | None]]]
) -> None:
    debate, expected = life
    sequences = [entry["sequence"] for entry in entries(town, debate)]
    assert sequences == list(range(1, len(expected) + 1))
    assert town.anonymous.get(f"/debates/{debate}").json()["journal_length"] == len(expected)


def test_every_leaf_hash_follows_from_what_is_served(
    town: Town, life: tuple[str, list[tuple[str, int | None]]]
) -> None:
    debate, _ = life
    for entry in entries(town, debate):
        assert entry["leaf_hash"] == leaf_hash(debate, entry)


def test_no_two_digests_are_the_same_though_the_same_was_done(town: Town) -> None:
    debate = town.debate()
    for name in ("a", "b", "c"):
        town.contribution(debate, town.citizen(name))
    for _ in range(2):
        town.citizen("a").put(f"/debates/{debate}/posts/1/vote", {"value": "agree"})
        town.citizen("a").delete(f"/debates/{debate}/posts/1/vote")
    digests = [entry["digest"] for entry in entries(town, debate)]
    assert len(set(digests)) == len(digests)


def test_no_text_no_name_and_no_vote_is_in_it(
    town: Town, life: tuple[str, list[tuple[str, int | None]]]
) -> None:
    debate, _ = life
    served = town.anonymous.get(f"/debates/{debate}/journal?limit=1000").text
    name = town.citizen("autrice").get("/me").json()["name"]
    for word in (
        name,
        "autrice",
        CONTRIBUTION["title"],
        "arbre",
        "agree",
        "mixed",
        "etude",
        REASON["reason"],
    ):
        assert word not in served
    members = {"sequence", "at", "kind", "number", "digest", "leaf_hash"}
    assert all(entry.keys() == members for entry in entries(town, debate))


def test_the_receipt_of_an_act_is_its_entry(town: Town) -> None:
    debate = town.debate()
    posted = town.citizen().post(f"/debates/{debate}/contributions", CONTRIBUTION).json()["receipt"]
    voted = town.citizen().put(f"/debates/{debate}/posts/1/vote", {"value": "agree"}).json()["receipt"]
    closed = town.moderator.post(f"/debates/{debate}/closure", REASON).json()["receipt"]
    last = entries(town, debate)[-3:]
    assert [(entry["sequence"], entry["leaf_hash"]) for entry in last] == [
        (receipt["sequence"], receipt["leaf_hash"]) for receipt in (posted, voted, closed)
    ]


def test_an_act_that_does_nothing_leaves_no_entry(town: Town) -> None:
    debate, author = town.debate(), town.citizen()
    town.contribution(debate, author)
    author.put(f"/debates/{debate}/posts/1/vote", {"value": "agree"})
    before = entries(town, debate)
    author.put(f"/debates/{debate}/posts/1/vote", {"value": "agree"})
    town.citizen("autre").delete(f"/debates/{debate}/posts/1/vote")
    author.patch(f"/debates/{debate}/posts/1", CONTRIBUTION)
    town.organiser.patch(f"/debates/{debate}", {"description": "Dites-nous où planter."})
    assert entries(town, debate) == before


def test_a_refused_act_leaves_no_entry(scene: Scene) -> None:
    before = entries(scene.town, scene.closed)
    for name in ("post_contribution", "cast_vote", "close_debate", "extend_period", "change_debate"):
        caller = scene.caller_of(scene.contract.operations[name])
        answer = scene.attempt(name, caller).at(debate_id=scene.closed).send()
        assert answer.status_code == 409, name
    assert entries(scene.town, scene.closed) == before


def test_reading_signing_in_and_members_leave_no_entry(scene: Scene) -> None:
    before = entries(scene.town, scene.closed)
    scene.member()
    scene.author.get("/me/posts")
    scene.town.anonymous.get(f"/debates/{scene.closed}/contributions/1")
    assert entries(scene.town, scene.closed) == before


def test_instants_go_on_when_the_clock_jumps_back(here: World) -> None:
    debate = here.town.debate()
    author = here.town.citizen()
    for jump in (timedelta(0), -timedelta(hours=5), timedelta(0), -timedelta(days=3)):
        here.clock.set(NOW + jump)
        here.town.contribution(debate, author)
    instants = [entry["at"] for entry in entries(here.town, debate)]
    assert instants == sorted(instants)
    assert len(set(instants)) == len(instants), "no two acts share an instant"


def test_a_close_holds_when_the_clock_jumps_back(here: World) -> None:
    debate, author = here.town.debate(), here.town.citizen()
    here.town.moderator.post(f"/debates/{debate}/closure", REASON)
    here.clock.set(NOW - DAY)
    answer = author.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    assert answer.json()["code"] == "period_closed"
    assert here.town.anonymous.get(f"/debates/{debate}").json()["phase"] == "closed"
    assert {capability["code"] for capability in _capabilities(author, debate)} == {"period_closed"}
    listed = here.town.anonymous.get("/debates?organisation=ville-exemple&phase=open&limit=100").json()
    assert debate not in {item["id"] for item in listed["items"]}


def _capabilities(caller: Caller, debate: str) -> list[dict[str, Any]]:
    return list(caller.get(f"/debates/{debate}/me").json()["capabilities"].values())


def test_a_deadline_holds_when_the_clock_jumps_back_after_the_last_act(here: World) -> None:
    """What was accepted at an instant stays before all that follows, also before the deadline."""
    debate = here.town.debate()
    here.clock.set(CLOSES_AT - timedelta(seconds=1))
    here.town.contribution(debate, here.town.citizen())
    here.clock.set(NOW)
    number = here.town.contribution(debate, here.town.citizen())
    created = here.town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["created_at"]
    assert created > rfc3339(CLOSES_AT - timedelta(seconds=1)).rstrip("Z")


def test_the_journal_serves_what_comes_after_a_sequence(
    town: Town, life: tuple[str, list[tuple[str, int | None]]]
) -> None:
    debate, expected = life
    path = f"/debates/{debate}/journal"
    assert [e["sequence"] for e in town.anonymous.get(f"{path}?after=16").json()["items"]] == [17, 18]
    assert town.anonymous.get(f"{path}?after={len(expected)}").json() == {"items": [], "next_cursor": None}
    page = town.anonymous.get(f"{path}?limit=5").json()
    assert ([e["sequence"] for e in page["items"]], page["next_cursor"]) == ([1, 2, 3, 4, 5], "5")


def test_each_debate_has_a_journal_of_its_own(town: Town) -> None:
    first, second = town.debate(), town.debate()
    town.contribution(first)
    assert [entry["sequence"] for entry in entries(town, second)] == [1, 2]
    assert len(entries(town, first)) == 3
