"""Following: what followers are told, at once or in digests, with nothing missing and nothing twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from consultation.application.worker.loop import Worker
from consultation.domain.notices import Frequency, next_digest
from tests.builders import CLOSES_AT, NOW, Caller, StepClock, Town, rfc3339
from tests.notices.following import ADDRESS, DAY, numbers, wants
from tests.postbox import Postbox, link_in, plain

Deliver = Callable[[], None]


def test_who_wants_it_at_once_gets_one_letter_for_each_thing(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver
) -> None:
    debate = town.debate()
    town.contribution(debate)
    assert follower.put(f"/me/follows/{debate}", None).status_code == 204
    wants(follower, "at_once")
    town.contribution(debate)
    town.argument(debate, 1, "contra")
    deliver()
    town.contribution(debate, follower)  # one's own is no news
    deliver()
    assert numbers(postbox) == [[2], [3]]
    (first, second) = map(plain, postbox.of(ADDRESS))
    assert "#2, contribution\u202f: Planter des arbres" in first
    assert "#3, argument contre\u202f: L'ombre rafraîchit" in second


@pytest.mark.parametrize(
    ("path", "expected"),
    [("", [3, 4, 5, 6]), ("/themes/rues", [3, 5]), ("/contributions/2", [4])],
)
def test_a_digest_holds_what_belongs_to_what_is_followed(
    town: Town,
    follower: Caller,
    postbox: Postbox,
    deliver: Deliver,
    clock: StepClock,
    path: str,
    expected: list[int],
) -> None:
    debate = town.debate()
    town.contribution(debate, theme="rues")
    town.contribution(debate, theme="parcs")
    follower.put(f"/me/follows/{debate}{path}", None)
    town.argument(debate, 1)  # 3
    town.argument(debate, 2)  # 4
    town.contribution(debate, theme="rues")  # 5
    town.contribution(debate, theme="parcs")  # 6
    deliver()
    assert postbox.taken == []
    clock.set(datetime(2026, 3, 16, 6, 0, tzinfo=UTC))
    deliver()
    deliver()
    assert numbers(postbox) == [expected]
    clock.step(DAY)
    deliver()
    assert len(postbox.taken) == 1, "nothing new, no letter"


def test_what_the_organiser_answers_is_news_to_the_author_too(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver
) -> None:
    debate = town.debate()
    number = town.contribution(debate, follower)
    follower.put(f"/me/follows/{debate}/contributions/{number}", None)
    wants(follower, "at_once")
    organiser, body = town.organiser, {"body": "La ville plantera deux cents arbres."}
    assert organiser.put(f"/debates/{debate}/posts/{number}/response", body).status_code == 200
    organiser.post(f"/debates/{debate}/closure", {"reason": "Le conseil a décidé."})
    assert organiser.put(f"/debates/{debate}/outcome", body).status_code == 200
    deliver()
    response, closed, outcome = map(plain, postbox.of(ADDRESS))
    assert "#1, réponse officielle\u202f: Planter des arbres" in response
    assert "La période de participation a changé" in closed
    assert "Le bilan du débat est publié." in outcome


def test_overlapping_follows_tell_each_thing_once(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    debate, other = town.debate(), town.debate(title="Quels bancs pour la ville ?")
    town.contribution(debate, theme="rues")
    for path in ("", "/themes/rues", "/contributions/1"):
        follower.put(f"/me/follows/{debate}{path}", None)
        follower.put(f"/me/follows/{debate}{path}", None)
    follower.put(f"/me/follows/{other}", None)
    assert len(follower.get("/me/follows").json()["items"]) == 4
    town.argument(debate, 1)
    town.contribution(other)
    clock.step(DAY)
    deliver()
    (letter,) = postbox.of(ADDRESS)
    assert numbers(postbox) == [[2, 1]]
    assert letter["Subject"] == "Du nouveau dans ce que vous suivez"


def test_nothing_is_missing_and_nothing_comes_twice_however_often_one_changes_ones_mind(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    """Forty acts, with changes between the frequencies, late workers and days between them."""
    debate = town.debate(closes_at=rfc3339(NOW + 400 * DAY))
    author = town.citizen("autrice")
    town.contribution(debate, author, theme="rues")
    follower.put(f"/me/follows/{debate}", None)
    follower.put(f"/me/follows/{debate}/contributions/1", None)
    posted = []
    for act in range(40):
        posted.append(town.argument(debate, 1, "pro", author))
        if act % 4 == 1:
            wants(follower, ("at_once", "daily", "weekly")[act // 4 % 3])
        if act % 3 != 1:
            deliver()
        if act % 5 == 3:
            clock.step(timedelta(hours=7 * act % 60 + 1))
            author, follower = town.citizen("autrice"), town.citizen("nour")
    wants(follower, "weekly")
    clock.step(8 * DAY)
    deliver()
    assert [number for letter in numbers(postbox) for number in letter] == posted
    assert 4 < len(numbers(postbox)) < 40


def test_what_was_withdrawn_before_the_digest_is_not_in_it(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    follower.put(f"/me/follows/{debate}", None)
    number = town.contribution(debate, author)
    author.post(f"/debates/{debate}/posts/{number}/withdrawal")
    clock.step(DAY)
    deliver()
    assert postbox.taken == []


def test_a_long_digest_says_how_much_there_is_besides(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    debate, author = town.debate(), town.citizen("autrice")
    follower.put(f"/me/follows/{debate}", None)
    for _ in range(35):
        town.contribution(debate, author)
    clock.step(DAY)
    deliver()
    assert numbers(postbox) == [list(range(1, 31))]
    assert "Et 5 autres nouveautés." in plain(postbox.of(ADDRESS)[0])


def test_who_chose_never_hears_nothing_and_is_not_told_of_the_past_later(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    debate = town.debate()
    follower.put(f"/me/follows/{debate}", None)
    wants(follower, "never")
    town.contribution(debate)
    clock.step(8 * DAY)
    deliver()
    wants(town.citizen("nour"), "daily")
    town.contribution(debate)
    clock.step(DAY)
    deliver()
    assert numbers(postbox) == [[2]]


def test_followers_are_told_before_the_close_once_and_again_when_it_is_put_off(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    debate = town.debate()
    town.contribution(debate)
    follower.put(f"/me/follows/{debate}", None)
    follower.put(f"/me/follows/{debate}/contributions/1", None)
    clock.set(CLOSES_AT - 3 * DAY - timedelta(seconds=1))
    deliver()
    assert postbox.subjects(ADDRESS) == []
    for _ in range(3):
        clock.step(timedelta(seconds=2))
        deliver()
    organiser = town.sign_in("organiser@ville.example")
    later = {"closes_at": rfc3339(CLOSES_AT + 30 * DAY), "reason": "Le conseil l'a décidé."}
    assert organiser.post(f"/debates/{debate}/extension", later).status_code == 201
    deliver()
    clock.set(CLOSES_AT + 28 * DAY)
    deliver()
    soon = "Le débat «\u202fQuelle place pour les arbres ?\u202f» ferme bientôt"
    assert postbox.subjects(ADDRESS).count(soon) == 2
    kinds = [one["kind"] for one in town.citizen("nour").get("/me/notifications").json()["items"]]
    assert kinds == ["closing_soon", "closing_soon"]


def test_who_does_not_follow_is_not_told_and_who_stops_is_told_no_more(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver
) -> None:
    debate = town.debate()
    follower.put(f"/me/follows/{debate}", None)
    wants(follower, "at_once")
    town.contribution(debate)
    for _ in range(2):
        assert follower.delete(f"/me/follows/{debate}").status_code == 204
    deliver()
    town.contribution(debate)
    deliver()
    assert postbox.taken == [], "not even of what happened before, and was not sent yet"


def test_only_contributions_and_themes_that_are_there_are_followed(town: Town, follower: Caller) -> None:
    debate = town.debate()
    town.contribution(debate)
    town.argument(debate, 1)
    codes = {
        path: follower.put(f"/me/follows/{debate}{path}", None).json()["code"]
        for path in ("/contributions/9", "/contributions/2", "/themes/lacs")
    }
    assert list(codes.values()) == ["post_not_found", "not_a_contribution", "theme_unknown"]


def test_one_click_ends_the_messages_of_a_debate_and_opening_the_link_ends_nothing(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver
) -> None:
    debate = town.debate()
    follower.put(f"/me/follows/{debate}", None)
    wants(follower, "at_once")
    town.contribution(debate)
    deliver()
    (letter,) = postbox.of(ADDRESS)
    link = link_in(letter, "unsubscriptions")
    assert letter["List-Unsubscribe"] == f"<http://testserver/api/v1{link}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Id"] == f"<{debate}.testserver>"
    page = town.anonymous.get(link)
    assert (page.status_code, '<form method="post">' in page.text) == (200, True)
    assert len(follower.get("/me/follows").json()["items"]) == 1
    for _ in range(2):
        click = town.client.post(f"/api/v1{link}", data={"List-Unsubscribe": "One-Click"})
        assert click.status_code == 200
    assert follower.get("/me/follows").json()["items"] == []
    town.contribution(debate)
    deliver()
    assert len(postbox.taken) == 1


def test_one_click_in_a_digest_ends_digests(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    debates = [town.debate(), town.debate(title="Quels bancs pour la ville ?")]
    for debate in debates:
        follower.put(f"/me/follows/{debate}", None)
        town.contribution(debate)
    clock.step(DAY)
    deliver()
    link = link_in(postbox.of(ADDRESS)[0], "unsubscriptions")
    assert town.client.post(f"/api/v1{link}").status_code == 200
    assert town.citizen("nour").get("/me").json()["mail"]["follows"] == "never"


def test_what_waits_for_the_mail_server_is_not_sent_to_who_has_unsubscribed_since(
    town: Town, follower: Caller, postbox: Postbox, deliver: Deliver, clock: StepClock
) -> None:
    debate = town.debate()
    follower.put(f"/me/follows/{debate}", None)
    wants(follower, "at_once")
    town.contribution(debate)
    postbox.answers[ADDRESS] = ["451 4.2.1 try later"]
    deliver()
    wants(follower, "never")
    postbox.answers.clear()
    clock.step(DAY)
    deliver()
    assert postbox.taken == []


@pytest.mark.parametrize(
    ("frequency", "after", "due"),
    [
        (Frequency.DAILY, datetime(2026, 3, 15, 5, 59, tzinfo=UTC), datetime(2026, 3, 15, 6, tzinfo=UTC)),
        (Frequency.DAILY, datetime(2026, 3, 15, 6, 0, tzinfo=UTC), datetime(2026, 3, 16, 6, tzinfo=UTC)),
        (Frequency.WEEKLY, datetime(2026, 3, 15, 12, tzinfo=UTC), datetime(2026, 3, 16, 6, tzinfo=UTC)),
        (Frequency.WEEKLY, datetime(2026, 3, 16, 6, tzinfo=UTC), datetime(2026, 3, 23, 6, tzinfo=UTC)),
        (Frequency.AT_ONCE, NOW, None),
        (Frequency.NEVER, NOW, None),
    ],
)
def test_digests_go_out_at_six_daily_or_on_mondays(
    frequency: Frequency, after: datetime, due: datetime | None
) -> None:
    assert next_digest(frequency, after) == due


def test_two_workers_tell_each_thing_once(
    town: Town, follower: Caller, postbox: Postbox, worker: Worker, deliver: Deliver
) -> None:
    debate = town.debate()
    follower.put(f"/me/follows/{debate}", None)
    wants(follower, "at_once")
    for _ in range(5):
        town.contribution(debate)
        worker.step()
        deliver()
    assert numbers(postbox) == [[1], [2], [3], [4], [5]]
