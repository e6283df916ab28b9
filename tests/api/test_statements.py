"""How many SQL statements each operation runs, the same on both databases; BEGIN is not counted."""

from typing import Final

import pytest

from tests.api.operations import FOLLOWING, OPERATIONS, READING
from tests.api.scene import Scene
from tests.api.waiting import published
from tests.api.worlds import World
from tests.builders import CONTRIBUTION

READ_LIMIT: Final = 3
WRITE_LIMIT: Final = 8

COLD: Final = {
    "list_providers": 1,
    "list_organisations": 1,
    "get_organisation": 1,
    "list_debates": 1,
    "get_debate": 2,
    "get_period_history": 2,
    "get_statistics": 3,
    "get_journal": 2,
    "list_contributions": 2,
    "get_thread": 2,
    "list_arguments": 3,
    "list_sources": 3,
    "find_posts": 2,
    "get_post": 2,
    "list_revisions": 3,
    "list_response_versions": 3,
    "list_outcome_versions": 2,
    "get_debate_feed": 3,
    "get_thread_feed": 3,
    "get_organisation_feed": 1,
    "get_period_calendar": 3,
    "get_health": 0,
    "get_readiness": 3,
    "get_challenge": 0,
    "listen_to_debate": 1,
    "get_my_debate": 1,
    "get_privacy": 0,
    "get_me": 2,
    "list_my_notifications": 2,
    "list_my_follows": 2,
    "list_my_votes": 2,
    "get_ordered_archive": 5,
    "get_my_archive": 33,
    "erase_me": 66,
    "list_my_posts": 2,
    "list_my_held_posts": 2,
    "list_my_reports": 2,
    "list_statements": 2,
    "get_statements_file": 2,
    "get_moderation_statistics": 1,
    "list_my_identities": 2,
    "list_identity_providers": 3,
    "list_drafts": 3,
    "get_draft": 3,
    "list_members": 3,
    "list_keys": 3,
    "list_key_uses": 3,
    "get_participant": 2,
    "list_participant_held_posts": 3,
    "list_participant_notifications": 3,
    "list_invitations": 3,
    "list_my_sessions": 2,
    "list_embed_origins": 3,
    "list_participation_codes": 3,
    "list_dead_letters": 3,
    "list_cases": 3,
    "get_case": 3,
    "change_me": 4,
    "request_code": 2,
    "sign_in": 6,
    "mark_notifications_read": 4,
    "mark_participant_notifications_read": 5,
    **dict.fromkeys(FOLLOWING[:3], 5),
    **dict.fromkeys(FOLLOWING[3:], 4),
    "get_unsubscription": 0,
    "lodge_appeal_by_link": 6,
    "unsubscribe_by_link": 3,
    "sign_out": 3,
    "sign_out_everywhere": 5,
    "start_sign_in": 1,
    "finish_sign_in": 7,
    "link_identity": 5,
    "unlink_identity": 5,
    "post_contribution": 7,
    "post_argument": 8,
    "post_source": 8,
    "edit_post": 7,
    "withdraw_post": 7,
    "cast_vote": 8,
    "take_back_vote": 8,
    "report_post": 8,
    "send_notice": 6,
    "claim_case": 4,
    "decide_case": 8,
    "decide_appeal": 7,
    "lodge_appeal": 7,
    "lodge_participant_appeal": 7,
    "withdraw_held_post": 7,
    "withdraw_participant_held_post": 8,
    "publish_held_post": 7,
    "create_debate": 8,
    "change_debate": 7,
    "publish_debate": 7,
    "extend_period": 8,
    "close_debate": 7,
    "reopen_debate": 8,
    "publish_response": 8,
    "publish_outcome": 8,
    "make_participation_codes": 6,
    "revoke_participation_codes": 7,
    "redeem_participation_code": 6,
    "add_member": 8,
    "remove_member": 6,
    "leave_organisation": 5,
    "invite_member": 7,
    "name_first_administrator": 8,
    "revoke_invitation": 5,
    "accept_invitation": 6,
    "create_organisation": 5,
    "change_organisation": 4,
    "get_logo": 1,
    "set_logo": 7,
    "remove_logo": 6,
    "create_key": 5,
    "rotate_key": 6,
    "revoke_key": 6,
    "name_participant": 4,
    "end_session": 3,
    "end_other_sessions": 3,
    "add_embed_origin": 6,
    "remove_embed_origin": 6,
    "add_identity_provider": 8,
    "remove_identity_provider": 5,
    "replay_dead_letter": 4,
    "list_webhooks": 3,
    "list_webhook_deliveries": 3,
    "add_webhook": 6,
    "rotate_webhook": 6,
    "remove_webhook": 7,
    "ping_webhook": 7,
    "redeliver_webhook": 7,
}
"""Statements of the good call: nothing finished yet, an Idempotency-Key where one is taken."""


def count(scene: Scene, name: str, query: str = "") -> int:
    """The statements of the good call of an operation, its query string added to."""
    attempt = scene.fresh(name)
    if query:
        attempt = attempt.asking(query)
    keyed = attempt.operation.takes("Idempotency-Key")
    scene.world.forget_documents()
    with scene.world.statements() as seen:
        answer = attempt.send(Idempotency_Key=scene.world.name()) if keyed else attempt.send()
    assert answer.status_code == attempt.operation.success, answer.text
    return len(seen)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_statements_of_an_operation_are_counted(scene: Scene, name: str) -> None:
    assert count(scene, name) == COLD[name]


EXEMPT: Final = {"get_my_archive", "get_ordered_archive", "erase_me"}
"""An archive reads each table with personal data once. An erasure writes each of them, and then
debate by debate: three statements for each post under a lock that is held for a hundred posts."""


@pytest.mark.parametrize(
    ("name", "statements"), [("post_contribution", 8), ("post_argument", 8), ("edit_post", 8)]
)
def test_to_hold_costs_no_more_than_the_limit(scene: Scene, name: str, statements: int) -> None:
    author = scene.town.citizen(scene.world.name())
    number = published(scene.town, scene.waiting, author, scene.world.name())
    attempt = scene.attempt(name, author).at(debate_id=scene.waiting)
    attempt = attempt if name == "post_contribution" else attempt.at(number=number)
    with scene.world.statements() as seen:
        assert attempt.send(Idempotency_Key=scene.world.name()).status_code == 202
    assert len(seen) == WRITE_LIMIT


def test_the_limits_hold(scene: Scene) -> None:
    for name, statements in COLD.items():
        if name in EXEMPT:
            continue
        operation = scene.contract.operations[name]
        # A browser that is sent on leaves a trace, though it comes with GET.
        reads = operation.method == "GET" and operation.access != "browser"
        assert statements <= (READ_LIMIT if reads else WRITE_LIMIT), name


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("list_contributions", "sort=random&seed=7"),
        ("list_contributions", "q=arbre"),
        ("list_contributions", "theme=rues&sort=most_voted&limit=2"),
        ("list_contributions", "render=html"),
        ("list_contributions", "sort=random&seed=3&q=arbre&theme=rues"),
        ("list_arguments", "side=contra&sort=most_supported"),
        ("list_sources", "sort=newest"),
        ("list_debates", "phase=open&q=arbres&organisation=ville-exemple"),
        ("get_journal", "after=2&limit=3"),
        ("get_thread", "render=html"),
        ("list_my_posts", "limit=1"),
    ],
)
def test_no_parameter_makes_a_read_dearer_than_the_limit(scene: Scene, name: str, query: str) -> None:
    assert count(scene, name, query) <= READ_LIMIT


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "?sort=most_voted",
        "?theme=rues",
        "?theme=rues&sort=most_discussed",
        "/{number}",
        "/{number}/arguments",
        "/{number}/arguments?sort=most_supported&side=pro",
        "/{number}/sources",
    ],
)
@pytest.mark.parametrize("has_contribution", [True, False])
def test_a_list_without_items_costs_no_more(here: World, rest: str, *, has_contribution: bool) -> None:
    debate = here.town.debate()
    number = here.town.contribution(debate) if has_contribution else 1
    here.forget_documents()
    with here.statements() as seen:
        here.town.anonymous.get(f"/debates/{debate}/contributions{rest.format(number=number)}")
    # Who is answered 404 asked at the edge, and again in the route, which has the words for it.
    assert len(seen) <= (READ_LIMIT if has_contribution or "{" not in rest else 2 * READ_LIMIT)


@pytest.mark.parametrize("who", ["anonymous", "author", "staff"])
def test_what_depends_on_who_asks_stays_within_the_limit_too(scene: Scene, who: str) -> None:
    callers = {"anonymous": scene.town.anonymous, "author": scene.author, "staff": scene.town.moderator}
    attempt = scene.attempt("get_my_debate", callers[who]).asking("posts=1,2,3,4,5")
    with scene.world.statements() as seen:
        assert attempt.send().status_code == 200
    assert len(seen) <= READ_LIMIT


@pytest.mark.parametrize("name", READING)
def test_when_nothing_changed_a_read_asks_once_and_no_more(scene: Scene, name: str) -> None:
    attempt = scene.attempt(name).by(scene.participant)  # with credentials: never served at once
    etag = attempt.send().headers["etag"]
    with scene.world.statements() as seen:
        assert attempt.send().status_code == 200
        assert attempt.send(If_None_Match=etag).status_code == 304
    assert len(seen) == 2


def test_when_the_trust_ran_out_a_read_asks_once(scene: Scene) -> None:
    attempt = scene.attempt("get_thread")
    attempt.send()
    scene.world.process.ticks.step(1.0)
    with scene.world.statements() as seen:
        attempt.send()
        attempt.send()
    assert len(seen) == 1, "and is trusted for another second"


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("change_debate", {"slug": "un-autre-nom", "title": "Une autre question"}),
        ("create_debate", {"slug": "un-nom-choisi"}),
        ("edit_post", {"title": "Un autre titre", "theme": "parcs"}),
        ("change_me", {"name": "Camille"}),
    ],
)
def test_no_member_makes_a_write_dearer_than_the_limit(
    scene: Scene, name: str, changes: dict[str, str]
) -> None:
    if "slug" in changes:
        changes = changes | {"slug": f"{changes['slug']}-{scene.world.name()}"}
    attempt = scene.fresh(name).saying(**changes)
    with scene.world.statements() as seen:
        answer = attempt.send(Idempotency_Key=scene.world.name())
    assert answer.status_code == attempt.operation.success, answer.text
    assert len(seen) <= WRITE_LIMIT


def test_a_theme_that_falls_away_costs_no_more_than_the_limit(here: World) -> None:
    debate = here.town.debate()
    with here.statements() as seen:
        answer = here.town.organiser.patch(f"/debates/{debate}", {"themes": []}, Idempotency_Key=here.name())
    assert answer.status_code == 200
    assert len(seen) <= WRITE_LIMIT


def test_debates_of_one_title_cost_no_more_the_more_there_are(here: World) -> None:
    title = f"Une question {here.name()}"
    slugs = []
    for _ in range(4):
        with here.statements() as seen:
            debate = here.town.draft(title=title)
        slugs.append(here.town.organiser.get(f"/debates/{debate}/draft").json()["slug"])
        assert len(seen) <= WRITE_LIMIT
    base = slugs[0]
    assert slugs == [base, f"{base}-2", f"{base}-3", f"{base}-4"]


def test_a_replayed_answer_costs_one_statement(scene: Scene) -> None:
    key = scene.world.name()
    attempt = scene.attempt("post_contribution")
    attempt.send(Idempotency_Key=key)
    with scene.world.statements() as seen:
        attempt.send(Idempotency_Key=key)
    assert len(seen) == 1


def test_a_vote_cast_again_writes_nothing(scene: Scene) -> None:
    attempt = scene.attempt("cast_vote", scene.participant)
    attempt.send()
    with scene.world.statements() as seen:
        attempt.send()
    assert all(statement.startswith("SELECT") for statement in seen)


def test_a_refused_post_writes_nothing(scene: Scene) -> None:
    with scene.world.statements() as seen:
        scene.author.post(f"/debates/{scene.closed}/contributions", CONTRIBUTION)
    assert all(statement.startswith("SELECT") for statement in seen)
    assert len(seen) == 2, "who asks, and the debate"
