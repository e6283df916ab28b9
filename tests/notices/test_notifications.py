"""`/me/notifications`: what became of one's posts, reports and appeals, for oneself alone."""

from collections.abc import Callable

from tests.builders import Town
from tests.notices.acts import APPEAL, HIDE, decide, decide_appeal, report

Deliver = Callable[[], None]


def test_the_author_reads_the_statement_and_the_reporters_read_what_was_decided(
    town: Town, deliver: Deliver
) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    number = town.contribution(debate, author)
    case = report(town, debate, number, "anne")
    decide(town.moderator, case)
    deliver()
    (notice,) = author.get("/me/notifications").json()["items"]
    assert (notice["kind"], notice["debate"], notice["number"]) == ("statement_of_reasons", debate, number)
    assert notice["statement"]["facts"] == HIDE["facts"]
    assert notice["case"] == case
    assert notice["appeal_until"].startswith("2026-04-14T12:00:00")
    assert "note" not in notice["statement"]
    (told,) = town.citizen("anne").get("/me/notifications").json()["items"]
    assert (told["kind"], told["measure"], told["reason"]) == ("report_outcome", "hide", "charter")
    assert (told["statement"], told["case"], told["appeal_until"]) == (None, None, None)
    assert town.citizen("bilal").get("/me/notifications").json()["items"] == []


def test_notices_are_marked_as_read_by_whom_they_are_for_and_by_nobody_else(
    town: Town, deliver: Deliver
) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    number = town.contribution(debate, author)
    case = report(town, debate, number, "anne")
    decide(town.moderator, case)
    author.post(f"/appeals/{case}", APPEAL)
    decide_appeal(town.organiser, case)
    deliver()
    newest, oldest = author.get("/me/notifications").json()["items"]
    assert [newest["kind"], oldest["kind"]] == ["appeal_outcome", "statement_of_reasons"]
    foreign = town.citizen("anne").post("/me/notifications/read", {"ids": [oldest["id"]]})
    assert foreign.json() == {"unread": 2}
    assert author.get("/me/notifications?unread=true").json()["items"] == [newest, oldest]
    for _ in range(2):
        assert author.post("/me/notifications/read", {"ids": [oldest["id"]]}).json() == {"unread": 1}
    assert author.get("/me/notifications?unread=true").json()["items"] == [newest]
    page = author.get("/me/notifications?limit=1").json()
    rest = author.get(f"/me/notifications?limit=1&cursor={page['next_cursor']}").json()
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [newest["id"], oldest["id"]]
    assert rest["next_cursor"] is None


def test_a_post_that_is_kept_is_told_to_reporters_and_not_to_its_author(town: Town, deliver: Deliver) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    case = report(town, debate, town.contribution(debate, author), "anne")
    decide(town.moderator, case, HIDE | {"measure": "keep"})
    deliver()
    assert author.get("/me/notifications").json()["items"] == []
    told = town.citizen("anne").get("/me/notifications").json()["items"]
    assert [one["measure"] for one in told] == ["keep"]


def test_a_restoration_tells_whether_another_decision_still_hides_the_post(
    town: Town, deliver: Deliver
) -> None:
    debate, author, anne = town.debate(), town.citizen("autrice"), town.citizen("anne")
    number = town.contribution(debate, author, body="Un arbre dans chaque rue, dit Untel.")
    first = report(town, debate, number, "anne")
    decide(town.moderator, first, HIDE | {"measure": "mask", "passage": "dit Untel"})
    second = report(town, debate, number, "bilal")
    decide(town.moderator, second)
    for case in (first, second):
        assert author.post(f"/appeals/{case}", APPEAL).status_code == 201
    decide_appeal(town.organiser, first)
    deliver()
    for person in (author, anne):
        newest, *earlier = person.get("/me/notifications").json()["items"]
        assert (newest["measure"], newest["still_hidden"]) == ("restore", True)
        assert not any(one["still_hidden"] for one in earlier), "which lifted nothing"
    decide_appeal(town.organiser, second)
    deliver()
    told = author.get("/me/notifications").json()["items"]
    assert [one["measure"] for one in told[:2]] == ["restore", "restore"]
    assert not any(one["still_hidden"] for one in told), "as the post stands by now"
