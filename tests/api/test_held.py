"""Moderation before publication: what arrives waits, without a number, until somebody has read it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.bodies import NOBODY, REASON
from tests.api.waiting import (
    APPEAL,
    OVERTURN,
    QUEUE,
    REFUSAL,
    publish,
    published,
    refuse,
    send,
    waiting_debate,
)
from tests.api.worlds import World
from tests.builders import CONTRIBUTION, Caller, Town


@pytest.fixture
def author(here: World) -> Caller:
    return here.town.citizen(here.name())


def kinds(town: Town, debate: str) -> list[str]:
    items = town.anonymous.get(f"/debates/{debate}/journal?limit=100").json()["items"]
    return [entry["kind"] for entry in items]


def own(author: Caller, held: str) -> dict[str, Any]:
    items = author.get("/me/held").json()["items"]
    found: dict[str, Any] = next(item for item in items if item["id"] == held)
    return found


def test_a_debate_says_whether_posts_are_read_before_they_are_published(town: Town) -> None:
    before, after = waiting_debate(town), town.debate()
    assert town.anonymous.get(f"/debates/{before}").json()["limits"]["pre_moderation"] is True
    assert town.anonymous.get(f"/debates/{after}").json()["limits"]["pre_moderation"] is False


def test_a_draft_can_choose_it_and_what_is_published_cannot_change_it(town: Town) -> None:
    draft = town.draft()
    for chosen in (True, False, True):
        answer = town.organiser.patch(f"/debates/{draft}", {"rules": {"pre_moderation": chosen}})
        assert answer.json()["limits"]["pre_moderation"] is chosen
    town.organiser.post(f"/debates/{draft}/publication")
    answer = town.organiser.patch(f"/debates/{draft}", {"rules": {"pre_moderation": False}})
    assert answer.json()["code"] == "debate_already_published"


def test_what_arrives_is_accepted_and_waits_with_a_receipt(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    held = send(author, debate, theme="rues")
    assert held["state"] == "held"
    assert (held["kind"], held["title"], held["theme"]) == ("contribution", CONTRIBUTION["title"], "rues")
    assert "number" not in held
    items = town.anonymous.get(f"/debates/{debate}/journal").json()["items"]
    entry = items[held["receipt"]["sequence"] - 1]
    assert (entry["kind"], entry["number"]) == ("post_held", None)
    assert entry["leaf_hash"] == held["receipt"]["leaf_hash"]
    assert own(author, held["id"])["state"] == "held"
    assert town.citizen("passante").get("/me/held").json()["items"] == []


def test_what_waits_is_in_nothing_that_the_public_reads(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    number = published(town, debate, author)
    reads = (
        *("", "/contributions", "/contributions?q=mot-secret", f"/contributions/{number}"),
        *(f"/contributions/{number}/arguments", f"/contributions/{number}/sources", "/statistics"),
        *(f"/posts/{number}", f"/posts/{number}/revisions", "/feed.atom", "/moderation/statements"),
    )
    before = [town.anonymous.get(f"/debates/{debate}{read}").text for read in reads]
    body = {"side": "pro", "body": "Un mot-secret qui attend."}
    assert author.post(f"/debates/{debate}/contributions/{number}/arguments", body).status_code == 202
    source = {"title": "Un mot-secret", "link": "https://etude.example/mot-secret"}
    assert author.post(f"/debates/{debate}/contributions/{number}/sources", source).status_code == 202
    edit = author.patch(f"/debates/{debate}/posts/{number}", {"title": "Un mot-secret en titre"})
    assert (edit.status_code, edit.json()["revises"]) == (202, number)
    send(author, debate, "mot-secret")
    for read, earlier in zip(reads, before, strict=True):
        found = town.anonymous.get(f"/debates/{debate}{read}")
        assert "secret" not in found.text.replace("q=mot-secret", ""), read
        if read not in {"", "/statistics", "/feed.atom"}:  # these tell how far the journal is
            assert found.text == earlier, read
    counts = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    assert (counts["contributions"], counts["arguments_pro"], counts["sources"]) == (1, 0, 0)
    assert counts["participants"] == 1
    assert town.anonymous.get(f"/debates/{debate}/posts/{number + 1}").json()["code"] == "post_not_found"


def test_a_publication_gives_the_number_and_counts_as_if_it_were_posted_then(
    here: World, author: Caller
) -> None:
    town, debate = here.town, waiting_debate(here.town)
    first, second = send(author, debate), send(author, debate, "Vraiment.")
    here.clock.step(timedelta(hours=3))
    assert publish(town.moderator, second["id"]) == 1
    assert publish(town.organiser, first["id"]) == 2
    post = town.anonymous.get(f"/debates/{debate}/posts/1").json()
    assert post["created_at"] > second["arrived_at"]
    counts = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    assert (counts["contributions"], counts["participants"]) == (2, 1)
    assert kinds(town, debate)[-4:] == [
        "post_held",
        "post_held",
        "contribution_posted",
        "contribution_posted",
    ]
    mine = own(author, second["id"])
    assert (mine["state"], mine["number"]) == ("published", 1)
    assert mine["url"].endswith("/1")
    assert mine["decided_at"] is not None


def test_arguments_and_sources_are_published_under_their_contribution(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    number = published(town, debate, author)
    thread = f"/debates/{debate}/contributions/{number}"
    argument = author.post(f"{thread}/arguments", {"side": "contra", "body": "Et les racines ?"}).json()
    source = author.post(f"{thread}/sources", {"title": "Étude", "link": "https://etude.example/"}).json()
    assert publish(town.moderator, argument["id"]) == 2
    assert publish(town.moderator, source["id"]) == 3
    found = town.anonymous.get(thread).json()
    assert found["counts"] == {"pro": 0, "contra": 1, "sources": 1}
    assert [post["number"] for post in (*found["arguments"]["contra"], *found["sources"])] == [2, 3]


def test_an_edit_waits_too_and_the_text_that_stands_is_shown_until_then(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    number = published(town, debate, author)
    place = f"/debates/{debate}/posts/{number}"
    held = author.patch(place, {"title": "Planter des haies"}).json()
    assert town.anonymous.get(place).json()["title"] == CONTRIBUTION["title"]
    assert author.patch(place, {"title": "Planter des fleurs"}).json()["code"] == "edit_waiting"
    assert publish(town.moderator, held["id"]) == number
    post = town.anonymous.get(place).json()
    assert (post["title"], post["revision"]) == ("Planter des haies", 2)
    assert kinds(town, debate)[-1] == "post_revised"
    assert author.patch(place, {"title": "Planter des fleurs"}).status_code == 202


def test_an_edit_that_changes_nothing_waits_for_nobody(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    number = published(town, debate, author)
    answer = author.patch(f"/debates/{debate}/posts/{number}", {"title": CONTRIBUTION["title"]})
    assert (answer.status_code, answer.json()["receipt"]) == (200, None)


def test_its_author_takes_it_back_while_it_waits_also_after_the_close(here: World, author: Caller) -> None:
    town, debate = here.town, waiting_debate(here.town)
    held = send(author, debate)
    town.organiser.post(f"/debates/{debate}/closure", REASON)
    path = f"/me/held/{held['id']}/withdrawal"
    assert town.citizen("passante").post(path).json()["code"] == "held_post_not_found"
    assert author.post(f"/me/held/{NOBODY}/withdrawal").json()["code"] == "held_post_not_found"
    answer = author.post(path)
    assert (answer.status_code, answer.json()["state"]) == (201, "withdrawn")
    assert kinds(town, debate)[-1] == "held_withdrawn"
    assert author.post(path).json()["code"] == "held_post_decided"
    late = town.moderator.post(f"{QUEUE}/{held['id']}/publication")
    assert (late.status_code, late.json()["code"]) == (409, "case_state")


def test_what_arrived_in_time_is_published_after_the_close_and_nothing_more_arrives(
    town: Town, author: Caller
) -> None:
    debate = waiting_debate(town)
    held = send(author, debate)
    town.organiser.post(f"/debates/{debate}/closure", REASON)
    late = author.post(f"/debates/{debate}/contributions", CONTRIBUTION | {"body": "Trop tard, cette fois."})
    assert late.json()["code"] == "period_closed"
    assert publish(town.moderator, held["id"]) == 1


def test_a_refusal_has_reasons_which_the_author_alone_can_appeal_once(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    held = send(author, debate)
    bare = town.moderator.post(f"{QUEUE}/{held['id']}/decisions", REFUSAL | {"facts": "", "reference": ""})
    assert bare.json()["code"] == "text_too_short"
    refused = refuse(town.moderator, held["id"])
    assert (refused["state"], refused["measure"], refused["number"]) == ("decided", "refuse", None)
    assert refused["appeal_until"] is not None
    assert own(author, held["id"])["state"] == "refused"
    appeal = f"/appeals/{held['id']}"
    assert town.citizen("passante").post(appeal, APPEAL).json()["code"] == "case_not_found"
    assert author.post(appeal, APPEAL).status_code == 201
    assert author.post(appeal, APPEAL).json()["code"] == "appeal_lodged"
    assert kinds(town, debate)[-3:] == ["post_held", "post_refused", "appeal_lodged"]
    assert town.anonymous.get(f"/debates/{debate}").json()["counts"]["contributions"] == 0


def test_somebody_else_decides_the_appeal_and_publishes_or_not(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    upheld, overturned = send(author, debate), send(author, debate, "Vraiment.")
    for held in (upheld, overturned):
        refuse(town.moderator, held["id"])
        author.post(f"/appeals/{held['id']}", APPEAL)
    path = f"{QUEUE}/{overturned['id']}/appeal-decisions"
    assert town.moderator.post(path, OVERTURN).json()["code"] == "same_moderator"
    unfit = town.organiser.post(path, OVERTURN | {"measure": "hide"})
    assert unfit.json()["code"] == "measure_not_fitting"
    answer = town.organiser.post(path, OVERTURN).json()
    assert (answer["state"], answer["measure"], answer["number"]) == ("final", "publish", 1)
    kept = town.organiser.post(f"{QUEUE}/{upheld['id']}/appeal-decisions", OVERTURN | {"measure": "keep"})
    assert (kept.json()["state"], kept.json()["measure"]) == ("final", "refuse")
    assert kinds(town, debate)[-2:] == ["contribution_posted", "appeal_rejected"]
    assert [own(author, held["id"])["state"] for held in (upheld, overturned)] == ["refused", "published"]


def test_nobody_decides_on_what_they_wrote_themselves(town: Town) -> None:
    debate = waiting_debate(town)
    held = send(town.moderator, debate)
    for path, body in (("publication", None), ("decisions", REFUSAL), ("claim", None)):
        answer = town.moderator.post(f"{QUEUE}/{held['id']}/{path}", body)
        assert answer.json()["code"] == "own_post", path
    assert publish(town.administrator, held["id"]) == 1


def test_only_the_organisations_staff_decides(town: Town, here: World, author: Caller) -> None:
    held = send(author, waiting_debate(town))
    assert author.post(f"{QUEUE}/{held['id']}/publication").json()["code"] == "not_permitted"
    slug, staff = here.organisation()
    for caller in staff.values():
        path = f"/organisations/{slug}/moderation/cases/{held['id']}/publication"
        assert caller.post(path).json()["code"] in {"case_not_found", "not_permitted"}
    assert town.moderator.get(f"{QUEUE}/{held['id']}/publication").status_code == 405


def test_measures_for_posts_are_none_for_what_waits_and_the_other_way_round(
    town: Town, author: Caller
) -> None:
    held = send(author, waiting_debate(town))
    for measure in ("keep", "hide", "move", "publish"):
        answer = town.moderator.post(f"{QUEUE}/{held['id']}/decisions", REFUSAL | {"measure": measure})
        assert answer.json()["code"] == "measure_not_fitting", measure


def test_the_queue_shows_what_waits_with_its_text_and_can_be_narrowed_to_it(
    town: Town, author: Caller
) -> None:
    debate = waiting_debate(town)
    number = published(town, debate, author)
    held = author.patch(f"/debates/{debate}/posts/{number}", {"title": "Planter des haies"}).json()
    town.citizen("lectrice").post(f"/debates/{debate}/posts/{number}/reports", {"reason": "charter"})
    queue = f"{QUEUE}?debate={debate}&state=open"
    assert len(town.moderator.get(queue).json()["items"]) == 2
    (waiting,) = town.moderator.get(f"{queue}&held=true").json()["items"]
    (reported,) = town.moderator.get(f"{queue}&held=false").json()["items"]
    assert (waiting["id"], waiting["number"], waiting["held"]) == (held["id"], None, True)
    assert (reported["number"], reported["held"]) == (number, False)
    assert waiting["opened_at"] == held["arrived_at"]
    case = town.moderator.get(f"{QUEUE}/{held['id']}").json()
    assert (case["post"]["title"], case["post"]["revises"]) == ("Planter des haies", number)
    assert (case["post"]["state"], case["post"]["number"]) == ("held", None)
    assert town.moderator.post(f"{QUEUE}/{held['id']}/claim").status_code == 200
    assert [one["id"] for one in town.moderator.get(f"{queue}&mine=true").json()["items"]] == [held["id"]]


def test_what_waits_is_late_after_a_week(here: World, author: Caller) -> None:
    town, debate = here.town, waiting_debate(here.town)
    held = send(author, debate)
    queue = f"{QUEUE}?debate={debate}&held=true&late=true"
    assert town.moderator.get(queue).json()["items"] == []
    here.clock.step(timedelta(days=7, seconds=1))
    (late,) = town.moderator.get(queue).json()["items"]
    assert (late["id"], late["late"]) == (held["id"], True)


def test_nothing_is_said_twice_while_it_waits_and_what_waits_counts_for_the_pace(
    town: Town, author: Caller
) -> None:
    debate = waiting_debate(town, posts_per_hour=2)
    send(author, debate)
    again = author.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    assert again.json()["code"] == "already_held"
    send(author, debate, "Vraiment.")
    third = author.post(f"/debates/{debate}/contributions", CONTRIBUTION | {"body": "Encore un autre texte."})
    assert third.json()["code"] == "too_many_posts"


def test_what_was_taken_back_or_refused_can_be_said_again(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    author.post(f"/me/held/{send(author, debate)['id']}/withdrawal")
    refuse(town.moderator, send(author, debate)["id"])
    send(author, debate)


def test_a_reply_is_not_published_under_what_is_gone_and_can_still_be_refused(
    town: Town, author: Caller
) -> None:
    debate = waiting_debate(town)
    number = published(town, debate, author)
    body = {"side": "pro", "body": "L'ombre rafraîchit."}
    reply = town.citizen("lectrice").post(f"/debates/{debate}/contributions/{number}/arguments", body).json()
    edit = author.patch(f"/debates/{debate}/posts/{number}", {"title": "Un autre titre"}).json()
    author.post(f"/debates/{debate}/posts/{number}/withdrawal")
    for held in (reply, edit):
        answer = town.moderator.post(f"{QUEUE}/{held['id']}/publication")
        assert answer.json()["code"] == "post_withdrawn"
        refuse(town.moderator, held["id"])


def test_the_same_call_twice_with_one_key_holds_one_text(town: Town, author: Caller, here: World) -> None:
    debate, key = waiting_debate(town), here.name()
    path = f"/debates/{debate}/contributions"
    first = author.post(path, CONTRIBUTION, Idempotency_Key=key)
    second = author.post(path, CONTRIBUTION, Idempotency_Key=key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert kinds(town, debate).count("post_held") == 1


def test_the_rules_of_texts_and_of_the_period_come_before_waiting(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    short = author.post(f"/debates/{debate}/contributions", CONTRIBUTION | {"body": "Non."})
    assert short.json()["code"] == "text_too_short"
    assert town.anonymous.post(f"/debates/{debate}/contributions", CONTRIBUTION).status_code == 401
    assert author.get("/me/held").json()["items"] == []


def test_a_theme_in_which_something_waits_stays(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    held = send(author, debate, theme="rues")
    themes = [{"slug": "parcs", "title": "Les parcs"}]
    answer = town.organiser.patch(f"/debates/{debate}", {"themes": themes})
    assert answer.json()["code"] == "theme_in_use"
    author.post(f"/me/held/{held['id']}/withdrawal")
    assert town.organiser.patch(f"/debates/{debate}", {"themes": themes}).status_code == 200


def test_the_figures_say_what_became_of_what_was_held_and_how_long_it_waited(
    here: World, author: Caller
) -> None:
    town, debate = here.town, waiting_debate(here.town)
    sent = [
        send(author, debate, f"Vraiment, {one}.")["id"] for one in ("oui", "non", "si", "peut-être", "enfin")
    ]
    here.clock.step(timedelta(hours=2))
    publish(town.moderator, sent[0])
    here.clock.step(timedelta(hours=2))
    refuse(town.moderator, sent[1])
    refuse(town.moderator, sent[2])
    author.post(f"/me/held/{sent[3]}/withdrawal")
    author.post(f"/appeals/{sent[2]}", APPEAL)
    town.organiser.post(f"{QUEUE}/{sent[2]}/appeal-decisions", OVERTURN)
    found = town.anonymous.get(f"/debates/{debate}/statistics").json()["moderation"]
    median = found["held"].pop("median_seconds_to_decision")
    assert found["held"] == {
        "total": 5,
        "waiting": 1,
        "published": 2,
        "refused": 1,
        "withdrawn": 1,
        "erased": 0,
    }
    assert median == pytest.approx(4 * 3600, abs=2)
    assert found["cases"] == {"total": 0, "open": 0, "appealed": 0}
    assert found["median_seconds_to_decision"] is None
    assert found["decisions"]["by_measure"]["refuse"] == found["decisions"]["total"] == 2
    assert found["appeals"] == {"total": 1, "upheld": 0, "reversed": 1}


def test_refusals_are_among_the_public_statements_of_reasons(town: Town, author: Caller) -> None:
    debate = waiting_debate(town)
    refused = refuse(town.moderator, send(author, debate)["id"])
    (statement,) = town.anonymous.get(f"/debates/{debate}/moderation/statements").json()["items"]
    assert statement["puid"] == refused["statement"]
    assert statement["decision_visibility"] == ["DECISION_VISIBILITY_OTHER"]
    assert statement["source_type"] == "SOURCE_VOLUNTARY"
    assert REFUSAL["facts"] not in str(statement)
    file = town.anonymous.get(f"/debates/{debate}/moderation/statements.csv").text
    assert refused["statement"] in file
