"""Taking one's data away and being erased, over HTTP: as the person, as a thief, as everybody else."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import inspect, text

from consultation.application.platform import add_platform_administrator
from consultation.domain.actors import Role
from consultation.localisation.languages import Language
from tests.api.bodies import INSTANCE
from tests.api.browser import Browser
from tests.api.mailbox import ask_for_code
from tests.api.worlds import World
from tests.builders import CLOSES_AT, Caller, Town, rfc3339
from tests.identity_provider import Issuer

TEXT: Final = "Un arbre dans chaque cour, et deux dans la mienne."


def erase(caller: Caller, mode: str = "erase", **headers: str) -> Any:
    return caller.delete_with("/me", {"mode": mode}, **headers)


def newcomer(here: World) -> Caller:
    return here.town.citizen(here.name())


def test_an_erased_text_is_gone_at_once_from_every_process(here: World, town: Town) -> None:
    debate, author = town.debate(), newcomer(here)
    number = town.contribution(debate, author, body=TEXT)
    reply = town.argument(debate, number, caller=newcomer(here))
    paths = [
        f"/debates/{debate}/contributions/{number}",
        f"/debates/{debate}/contributions",
        f"/debates/{debate}/posts/{reply}",
    ]
    for path in paths:
        town.anonymous.get(path)
        here.neighbour.anonymous.get(path)
    assert erase(author).json() == {"mode": "erase", "finished": True}
    here.neighbour.ticks.step(1.0)
    for process in (here.process, here.neighbour):
        thread, page, kept = (process.anonymous.get(path) for path in paths)
        assert TEXT not in thread.text + page.text
        assert thread.json()["contribution"]["state"] == "erased"
        assert thread.json()["contribution"]["counts"]["pro"] == 1
        assert kept.json()["body"]
    gone = town.anonymous.get(f"/debates/{debate}/posts/{number}")
    assert (gone.status_code, gone.json()["code"], gone.json()["number"]) == (410, "post_erased", number)
    assert town.anonymous.get(f"/debates/{debate}/contributions?q=cour").json()["items"] == []


def test_an_unsigned_text_stays_without_a_name(here: World, town: Town) -> None:
    debate, author = town.debate(), newcomer(here)
    number = town.contribution(debate, author, body=TEXT)
    author.patch(f"/debates/{debate}/posts/{number}", {"body": f"{TEXT} Ou trois."})
    erase(author, "unsigned")
    post = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()
    assert (post["author"]["name"], post["body"], post["revision"]) == (None, f"{TEXT} Ou trois.", 2)
    revisions = town.anonymous.get(f"/debates/{debate}/posts/{number}/revisions").json()["items"]
    assert [one["author"]["name"] for one in revisions] == [None, None]
    assert revisions[0]["body"] == TEXT


def test_votes_stay_counted_and_nobody_finds_them_again(here: World, town: Town) -> None:
    debate, voter = town.debate(), newcomer(here)
    number = town.contribution(debate, newcomer(here))
    voter.put(f"/debates/{debate}/posts/{number}/vote", {"value": "mixed"})
    before = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    erase(voter)
    assert town.anonymous.get(f"/debates/{debate}").json()["counts"] == before
    tally = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["tally"]
    assert tally["mixed"] == 1
    kinds = [e["kind"] for e in town.anonymous.get(f"/debates/{debate}/journal").json()["items"]]
    assert kinds[-1] == "person_erased"
    history = town.anonymous.get(f"/debates/{debate}/period-history").json()["items"]
    assert [one["act"] for one in history] == ["planned"], "an erasure moves no period"


def test_erasing_works_when_the_debate_is_closed(here: World, town: Town) -> None:
    debate, email = town.debate(), f"{here.name()}@citoyens.example"
    number = town.contribution(debate, town.sign_in(email), body=TEXT)
    here.clock.set(CLOSES_AT + timedelta(days=1))
    assert erase(town.sign_in(email)).status_code == 200
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["code"] == "post_erased"
    assert town.anonymous.get(f"/debates/{debate}").json()["phase"] == "closed"


def test_no_session_outlives_the_account(here: World, town: Town) -> None:
    email = f"{here.name()}@citoyens.example"
    first, second = town.sign_in(email), town.sign_in(email)
    erase(second)
    for caller in (first, second):
        assert caller.get("/me").json()["code"] == "session_invalid"
    assert town.sign_in(email).get("/me/posts").json()["items"] == [], (
        "a new account knows nothing of the old"
    )


def test_an_old_session_erases_nothing(here: World, town: Town) -> None:
    stolen = newcomer(here)
    here.clock.step(timedelta(minutes=15))
    answer = erase(stolen)
    assert (answer.status_code, answer.json()["code"], answer.json()["minutes"]) == (403, "sign_in_again", 15)
    assert stolen.get("/me").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}, {}]
)
def test_another_site_cannot_erase_with_the_cookie(here: World, headers: dict[str, str]) -> None:
    victim = newcomer(here)
    answer = erase(here.town.anonymous, Cookie=f"session={victim.token}", **headers)
    assert answer.json()["code"] == "cross_site_request"
    assert victim.get("/me").status_code == 200


def test_whoever_alone_administers_hands_over_first(here: World) -> None:
    slug, staff = here.organisation()
    administrator = staff[Role.ADMINISTRATOR]
    answer = erase(administrator)
    assert (answer.status_code, answer.json()["organisations"]) == (409, [slug])
    body = {"email": f"{here.name()}@{slug}.example", "role": "administrator"}
    administrator.post(f"/organisations/{slug}/members", body)
    assert erase(administrator).status_code == 200
    assert erase(here.town.sign_in(body["email"])).json()["code"] == "hand_over_first", "now it is the last"


def test_nobody_votes_twice_by_leaving_and_coming_back(here: World, town: Town) -> None:
    debate, email = town.debate(), f"{here.name()}@citoyens.example"
    number = town.contribution(debate, newcomer(here))
    voter = town.sign_in(email)
    voter.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    erase(voter, "unsigned")

    def come_back() -> Any:
        body = {"email": email, "code": ask_for_code(here, email)}
        return town.anonymous.post("/auth/sessions", body)

    refused = come_back()
    assert (refused.status_code, refused.json()["code"]) == (409, "erased_lately")
    assert refused.json()["until"].startswith("2026-03-31T16:00")
    here.clock.set(CLOSES_AT)
    assert come_back().status_code == 201


@pytest.mark.parametrize("way", ["member", "platform-administrator"])
def test_a_role_given_to_whoever_left_lets_nobody_vote_twice(here: World, town: Town, way: str) -> None:
    """Whoever gives it is not told that this person was here; they wait for the close to use it."""
    debate, email = town.debate(), f"{here.name()}@citoyens.example"
    number = town.contribution(debate, newcomer(here))
    voter = town.sign_in(email)
    voter.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    erase(voter, "unsigned")
    if way == "member":
        body = {"email": email, "role": "moderator"}
        given = town.administrator.post("/organisations/ville-exemple/members", body)
        assert given.status_code == 201
        assert given.json()["roles"] == ["moderator"]
    else:
        here.services.work.perform(lambda tx: add_platform_administrator(tx, email, "fr"))

    def come_back() -> Any:
        return town.anonymous.post("/auth/sessions", {"email": email, "code": ask_for_code(here, email)})

    refused = come_back()
    assert (refused.status_code, refused.json()["code"]) == (409, "erased_lately")
    here.clock.set(CLOSES_AT)
    assert come_back().status_code == 201


def test_an_identity_of_whoever_left_is_linked_to_no_other_account(
    here: World, town: Town, issuer: Issuer
) -> None:
    """They would vote again in a debate that asks for it, from an account with another address."""
    debate = town.debate(participation={"providers": [INSTANCE]})
    browser = Browser(here.process.client)
    browser.sign_in(INSTANCE, issuer)
    number = town.contribution(debate, browser.session)
    browser.session.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    erase(browser.session, "unsigned")
    other = newcomer(here)
    refused = Browser(here.process.client).link(other, INSTANCE, issuer)
    assert (refused.status_code, refused.json()["code"]) == (409, "erased_lately")
    assert other.get("/me/identities").json()["items"] == []
    here.clock.set(CLOSES_AT)
    later = town.sign_in(f"{here.name()}@citoyens.example")
    assert Browser(here.process.client).link(later, INSTANCE, issuer).status_code == 303


def test_whoever_left_votes_in_a_debate_that_is_extended_comes_back_after_its_later_close(
    here: World, town: Town
) -> None:
    email = f"{here.name()}@citoyens.example"
    debate, other = town.debate(), town.debate(closes_at=rfc3339(CLOSES_AT - timedelta(days=1)))
    voter = town.sign_in(email)
    for one in (debate, other):
        number = town.contribution(one, newcomer(here))
        voter.put(f"/debates/{one}/posts/{number}/vote", {"value": "agree"})
    later = CLOSES_AT + timedelta(days=7)

    def extend(one: str, closes_at: datetime) -> None:
        body = {"closes_at": rfc3339(closes_at), "reason": "Encore une semaine."}
        answer = town.organiser.post(f"/debates/{one}/extension", body)
        assert answer.status_code in {200, 201}, answer.text

    def come_back() -> Any:
        return town.anonymous.post("/auth/sessions", {"email": email, "code": ask_for_code(here, email)})

    erase(voter, "unsigned")
    extend(other, CLOSES_AT - timedelta(hours=1))
    assert come_back().json()["until"].startswith("2026-03-31T16:00"), "the other debate closes last still"
    extend(town.debate(), later)
    assert come_back().json()["until"].startswith("2026-03-31T16:00"), "nobody left a vote there"
    extend(debate, later)
    here.clock.set(CLOSES_AT)
    here.services.keeper.forget()
    assert come_back().json()["code"] == "erased_lately"
    here.clock.set(later)
    assert come_back().status_code == 201


def test_whoever_left_no_vote_can_come_back_at_once(here: World, town: Town) -> None:
    debate, email = town.debate(), f"{here.name()}@citoyens.example"
    author = town.sign_in(email)
    town.contribution(debate, author)
    erase(author)
    body = {"email": email, "code": ask_for_code(here, email)}
    assert town.anonymous.post("/auth/sessions", body).status_code == 201


def test_one_s_own_votes_are_listed_page_by_page(here: World, town: Town) -> None:
    debate, voter = town.debate(), newcomer(here)
    numbers = [town.contribution(debate, newcomer(here)) for _ in range(3)]
    for number in numbers:
        voter.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    seen, cursor = [], ""
    while True:
        page = voter.get(f"/me/votes?limit=2{cursor}").json()
        seen += [one["number"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == numbers[::-1]
    assert newcomer(here).get("/me/votes").json()["items"] == []


def test_one_s_own_votes_say_what_was_voted_on_while_it_is_shown(here: World, town: Town) -> None:
    debate, voter, author = town.debate(), newcomer(here), newcomer(here)
    number = town.contribution(debate, author, title="Des tilleuls", body="De l’**ombre**. " * 40)
    said = {"side": "pro", "body": "Elle rafraîchit la place."}
    argument = author.post(f"/debates/{debate}/contributions/{number}/arguments", said).json()["number"]
    voter.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    voter.put(f"/debates/{debate}/posts/{argument}/vote", {"value": "support"})

    def told() -> list[tuple[str | None, str | None]]:
        return [(one["title"], one["beginning"]) for one in voter.get("/me/votes").json()["items"]]

    long = ("De l’**ombre**. " * 40)[:280]
    assert told() == [(None, "Elle rafraîchit la place."), ("Des tilleuls", long)]
    author.post(f"/debates/{debate}/posts/{number}/withdrawal")
    assert told()[1] == (None, None), "what was taken back is not told here either"


def test_the_archive_has_everything_and_only_one_s_own(here: World, town: Town) -> None:
    debate, author = town.debate(title=f"Une question {here.name()}"), newcomer(here)
    number = town.contribution(debate, author, body=TEXT)
    author.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    town.contribution(debate, newcomer(here), body="Le texte de quelqu’un d’autre.")
    answer = author.get("/me/archive")
    kept = answer.json()["kept"]
    assert kept["people"][0]["email"] == author.get("/me").json()["email"]
    assert [(one["number"], one["body"]) for one in kept["posts"]] == [(number, TEXT)]
    assert kept["votes"][0]["value"] == "agree"
    assert kept["sessions"]
    assert "quelqu’un d’autre" not in answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="archive.json"'


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("", "*/*", "application/json"),
        ("", "application/json, text/html", "application/json"),
        ("?format=html", "application/json", "text/html; charset=utf-8"),
        ("?format=json", "text/html", "application/json"),
    ],
)
def test_the_archive_comes_in_the_form_that_is_asked_for(
    here: World, query: str, accept: str, kind: str
) -> None:
    answer = newcomer(here).get(f"/me/archive{query}", Accept=accept)
    assert answer.headers["content-type"] == kind


def test_the_html_is_in_the_person_s_language_and_runs_nothing(here: World, town: Town) -> None:
    author = newcomer(here)
    author.patch("/me", {"locale": "de", "name": "<script>alert(1)</script>"})
    page = author.get("/me/archive?format=html").text
    assert '<html lang="de">' in page
    assert "Ihr Konto" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_large_archive_is_written_in_the_background_and_fetched_later(here: World, town: Town) -> None:
    debate, author = town.debate(), newcomer(here)
    town.contribution(debate, author, body=TEXT)
    archivist = here.services.archivist
    small = replace(archivist, rows_at_once=0)
    with here.kit(archivist=small, archive_ordered=lambda: None):
        waiting = author.get("/me/archive")
        assert waiting.status_code == 202
        assert waiting.json()["state"] == "pending"
        place = waiting.headers["location"].partition("/api/v1")[2]
        assert author.get(place).status_code == 202
        assert author.get("/me/archive").json()["id"] == waiting.json()["id"], "one for each person"
        assert archivist.write_next()
        assert not archivist.write_next()
        ready = author.get(place)
        assert ready.status_code == 200
        assert ready.json()["kept"]["posts"][0]["body"] == TEXT
        assert author.get("/me/archive?format=html").text.endswith("</html>\n")
    assert newcomer(here).get(place).json()["code"] == "archive_not_found", "it is that person's"
    here.clock.step(timedelta(days=7))
    again = author.get(place)
    assert again.json()["code"] == "archive_not_found", "and kept for a week"
    with here.kit(archivist=small, archive_ordered=lambda: None):
        anew = author.get("/me/archive")
        assert (anew.status_code, anew.json()["state"]) == (202, "pending"), "whether it was deleted or not"
        assert anew.json()["id"] != waiting.json()["id"]
    assert author.get("/me/archive").status_code == 202, "one is ordered, and waits"
    assert archivist.write_next()
    assert author.get(anew.headers["location"].partition("/api/v1")[2]).status_code == 200


def test_an_archive_that_is_left_in_the_middle_is_begun_anew_by_the_next_who_looks(
    here: World, town: Town
) -> None:
    author, archivist = newcomer(here), here.services.archivist
    with here.kit(archivist=replace(archivist, rows_at_once=0), archive_ordered=lambda: None):
        place = author.get("/me/archive").headers["location"].partition("/api/v1")[2]
        stopping = iter((False, True))
        assert archivist.write_next(lambda: next(stopping))
        assert author.get(place).status_code == 202
        assert archivist.write_next()
        assert author.get(place).json()["kept"]["people"][0]["uid"] == author.get("/me").json()["id"]
        assert author.get(f"{place}?format=html").text.count("</html>") == 1


def test_the_notice_is_in_four_languages_with_the_periods_that_are_applied(town: Town) -> None:
    notice = town.anonymous.get("/privacy").json()
    periods = {one["name"]: one["kept_for"] for one in notice["classes"]}
    assert (periods["sessions"], periods["codes"], periods["account"]) == ("P30D", "PT1H", "P24M")
    for one in (*notice["classes"], *notice["rights"]):
        assert set(one["text"]) == {language.value for language in Language}
    assert notice["never"] == ["ip_address", "user_agent"]


def test_no_network_address_and_no_user_agent_reaches_the_database_or_the_log(
    here: World, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    marks = {
        "User_Agent": "Mozilla-qwxyz",
        "X_Forwarded_For": "198.51.100.77",
        "Forwarded": "for=198.51.100.78",
    }
    debate, author = town.debate(), newcomer(here)
    author.post(f"/debates/{debate}/contributions", {"title": "Planter", "body": TEXT}, **marks)
    author.get("/me/archive", **marks)
    with here.services.database.reading() as connection:
        tables = inspect(connection).get_table_names()
        rows = [str(tuple(row)) for t in tables for row in connection.execute(text(f'SELECT * FROM "{t}"'))]  # noqa: S608 - the database's own names
    everything = "\n".join(rows) + caplog.text
    for mark in marks.values():
        assert mark not in everything
