"""What pages of other origins can do to the service, in a real browser: the attacker's own tool."""

import json
import re
from typing import Any, Final, TypeAlias

import pytest
from playwright.sync_api import Page
from sqlalchemy import func, select

from consultation.persistence.tables import metadata
from tests.browser.sites import Service
from tests.builders import CONTRIBUTION, Town

BENCHES: Final = {"title": "Des bancs", "body": "Un banc sous chaque tilleul de la place."}
ORIGINS: Final = "/organisations/ville-exemple/embed-origins"
READ: Final = """async ([url, token]) => {
    const headers = token ? {Authorization: `Bearer ${token}`} : {};
    const answer = await fetch(url, {cache: "no-store", headers});
    const document = await answer.json();
    return [answer.status, answer.headers.get("ETag"), answer.headers.get("X-Request-Id") !== null, document];
}"""
POST: Final = """async ([url, token, body]) => {
    const headers = {
        "Authorization": `Bearer ${token}`, "Content-Type": "application/json",
        "Idempotency-Key": crypto.randomUUID(), "Accept-Language": "en",
    };
    const answer = await fetch(url, {method: "POST", headers, body: JSON.stringify(body)});
    return [answer.status, answer.headers.get("Location")];
}"""
State: TypeAlias = dict[str, int]


@pytest.fixture(scope="module")
def debate(town: Town, listed_site: str) -> str:
    """An open debate of the town, which has listed one site."""
    answer = town.administrator.post(ORIGINS, {"origin": listed_site})
    assert answer.status_code == 201, answer.text
    debate = town.debate()
    town.contribution(debate)
    return debate


@pytest.fixture
def where(request: pytest.FixtureRequest) -> str:
    """The origin of the site that a fixture of this name makes."""
    return str(request.getfixturevalue(request.param))


def rows(running: Service) -> State:
    """How many rows each table has: what is written anywhere shows here."""
    with running.services.database.reading() as connection:
        return {
            table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in metadata.sorted_tables
        }


def sign_in_by_cookie(page: Page, running: Service, email: str) -> None:
    """Sign the browser's person in, as a page of the service does: the cookie is the browser's own."""
    api = f"{running.url}/api/v1"
    page.context.request.post(f"{api}/auth/codes", data={"email": email})
    code = re.findall(r"\b\d{6}\b", running.letters.mails[-1].text)[0]
    answer = page.context.request.post(
        f"{api}/auth/sessions",
        data={"email": email, "code": code, "cookie": True},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status == 201
    cookies: list[Any] = page.context.cookies(running.url)
    (cookie,) = cookies
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")


def test_a_listed_site_reads_and_posts_with_a_token(
    page: Page, running: Service, town: Town, debate: str, listed_site: str
) -> None:
    token, api = town.citizen().token, f"{running.url}/api/v1"
    page.goto(listed_site)
    status, etag, has_id, document = page.evaluate(READ, [f"{api}/debates/{debate}", token])
    assert (status, document["id"], has_id) == (200, debate, True)
    assert etag.startswith('"')
    assert page.evaluate(READ, [f"{api}/debates/{debate}/contributions/1", None])[0] == 200
    assert page.evaluate(READ, [f"{api}/me", token])[3]["email"] == "camille@citoyens.example"
    status, location = page.evaluate(POST, [f"{api}/debates/{debate}/contributions", token, BENCHES])
    assert (status, location.startswith(running.url)) == (201, True)


@pytest.mark.parametrize("where", ["foreign", "neighbour"], indirect=True)
def test_any_other_site_reads_nothing_and_its_posts_do_not_arrive(
    page: Page, running: Service, town: Town, debate: str, where: str
) -> None:
    token, api = town.citizen().token, f"{running.url}/api/v1"
    page.goto(where)
    before = rows(running)
    for script, arguments in (
        (READ, [f"{api}/debates/{debate}", None]),
        (READ, [f"{api}/debates/{debate}/contributions/1", None]),
        (READ, [f"{api}/debates/{debate}", token]),
        (READ, [f"{api}/me", token]),
        (READ, [f"{api}/debates", None]),
        (POST, [f"{api}/debates/{debate}/contributions", token, CONTRIBUTION]),
    ):
        with pytest.raises(Exception, match="Failed to fetch"):
            page.evaluate(script, arguments)
    assert rows(running) == before


FETCHES: Final = """async ([calls]) => {
    const answers = [];
    for (const [url, options] of calls) {
        try {
            const answer = await fetch(url, options);
            answers.push([answer.type, answer.status, await answer.text()]);
        } catch (error) { answers.push(["error", 0, ""]); }
    }
    return answers;
}"""
FORM: Final = """([url, enctype, fields]) => new Promise(done => {
    const frame = document.createElement("iframe");
    frame.name = `sink${document.querySelectorAll("iframe").length}`;
    document.body.append(frame);
    const form = document.createElement("form");
    Object.assign(form, {action: url, method: "POST", enctype, target: frame.name});
    for (const [name, value] of Object.entries(fields)) {
        const input = document.createElement("input");
        Object.assign(input, {type: "hidden", name, value});
        form.append(input);
    }
    document.body.append(form);
    frame.addEventListener("load", () => done(true));
    form.submit();
})"""


def attacks(api: str, debate: str, own: int) -> list[list[Any]]:
    """Calls that a page can make with the visitor's cookie, who wrote the post `own`.

    The first takes no body: for it a browser asks nobody's leave, and sends it as it is.
    """
    body = json.dumps(CONTRIBUTION)
    posts, me = f"{api}/debates/{debate}/contributions", f"{api}/me"
    vote = f"{api}/debates/{debate}/posts/1/vote"
    with_cookie = {"credentials": "include"}
    json_type, text_type = {"Content-Type": "application/json"}, {"Content-Type": "text/plain"}
    return [
        [
            f"{api}/debates/{debate}/posts/{own}/withdrawal",
            {"method": "POST", "mode": "no-cors", **with_cookie},
        ],
        [posts, {"method": "POST", "mode": "no-cors", **with_cookie, "body": body}],
        [posts, {"method": "POST", "mode": "no-cors", **with_cookie, "headers": text_type, "body": body}],
        [posts, {"method": "POST", **with_cookie, "headers": json_type, "body": body}],
        [posts, {"method": "POST", **with_cookie, "headers": text_type, "body": body}],
        [posts, {"method": "POST", **with_cookie}],
        [vote, {"method": "PUT", **with_cookie, "headers": json_type, "body": '{"value": "agree"}'}],
        [me, {"method": "PATCH", **with_cookie, "headers": json_type, "body": '{"name": "Piratée"}'}],
        [f"{me}/sessions", {"method": "DELETE", **with_cookie}],
        [f"{api}/auth/sessions/current", {"method": "DELETE", **with_cookie}],
        [f"{api}/auth/codes", {"method": "POST", "mode": "no-cors", "body": '{"email": "a@b.example"}'}],
        [me, with_cookie],
        [f"{api}/debates/{debate}/me", with_cookie],
    ]


@pytest.mark.parametrize("where", ["foreign", "neighbour", "listed_site"], indirect=True)
def test_no_page_of_another_origin_acts_or_reads_with_the_cookie_of_its_visitor(
    page: Page, running: Service, town: Town, debate: str, where: str
) -> None:
    """`neighbour` is where a browser does send the cookie: only the service's own check stands there."""
    email = f"victime-{where.rpartition(':')[2]}@citoyens.example"
    sign_in_by_cookie(page, running, email)
    own = town.contribution(debate, town.sign_in(email))
    api = f"{running.url}/api/v1"
    account = page.context.request.get(f"{api}/me").json()
    page.goto(where)
    before, letters = rows(running), len(running.letters.mails)
    answers = page.evaluate(FETCHES, [attacks(api, debate, own)])
    assert {kind for kind, _, _ in answers} <= {"error", "opaque"}, answers
    assert all(text == "" for _, _, text in answers), "nothing was read"
    trick = json.dumps(CONTRIBUTION | {"note": "="}).split("=")
    for enctype, fields in (
        ("application/x-www-form-urlencoded", CONTRIBUTION),
        ("multipart/form-data", CONTRIBUTION),
        ("text/plain", {trick[0]: trick[1]}),
    ):
        posts = f"debates/{debate}/posts/{own}/withdrawal"
        for path in (f"debates/{debate}/contributions", posts, "auth/sessions", "auth/codes"):
            page.evaluate(FORM, [f"{api}/{path}", enctype, fields])
    assert rows(running) == before
    assert town.anonymous.get(f"/debates/{debate}/posts/{own}").status_code == 200, "not withdrawn"
    assert len(running.letters.mails) == letters
    assert page.context.request.get(f"{api}/me").json() == account, "still signed in, and unchanged"


@pytest.mark.parametrize("where", ["foreign", "neighbour", "listed_site"], indirect=True)
def test_no_page_of_another_origin_signs_its_visitor_in_as_somebody_else(
    page: Page, running: Service, debate: str, where: str
) -> None:
    api, email = f"{running.url}/api/v1", f"attaquante-{where.rpartition(':')[2]}@citoyens.example"
    page.context.request.post(f"{api}/auth/codes", data={"email": email})
    code = re.findall(r"\b\d{6}\b", running.letters.mails[-1].text)[0]
    body = json.dumps({"email": email, "code": code, "cookie": True})
    page.goto(where)
    before = rows(running)
    options: dict[str, Any] = {"method": "POST", "credentials": "include", "body": body}
    calls = [
        [f"{api}/auth/sessions", options | {"headers": {"Content-Type": kind}} | mode]
        for kind in ("application/json", "text/plain")
        for mode in ({}, {"mode": "no-cors"}, {"credentials": "same-origin"})
    ]
    page.evaluate(FETCHES, [calls])
    assert debate
    assert page.context.cookies(running.url) == []
    assert rows(running) == before, "the code was not even spent"


FRAME: Final = """url => new Promise(done => {
    const frame = document.createElement("iframe");
    frame.src = url;
    frame.addEventListener("load", () => done(true));
    document.body.append(frame);
})"""


def framed(page: Page, url: str) -> str:
    """What a visitor sees of an address in a frame of the page; "" where the browser refuses to show it."""
    page.evaluate(FRAME, url)
    frame = page.frames[-1]
    # What is refused is replaced by the browser's own word for it. The page hears of either before we do.
    frame.wait_for_url(re.compile(f"^(?:{re.escape(url)}$|chrome-error:)"))
    return frame.inner_text("body") if frame.url == url else ""


def test_a_listed_site_frames_the_page_of_the_debate(
    page: Page, running: Service, town: Town, debate: str, listed_site: str
) -> None:
    page.goto(listed_site)
    shown = framed(page, f"{running.url}/embed/debates/{debate}?lang=fr")
    title = town.anonymous.get(f"/debates/{debate}").json()["title"].replace(" ?", "\xa0?")
    assert title in shown, "no line begins with a question mark"
    assert "contribution" in shown
    frame = page.frames[-1]
    assert frame.get_by_role("heading", level=1).inner_text() == title
    assert frame.evaluate("getComputedStyle(document.documentElement).fontFamily") != "Times New Roman"


@pytest.mark.parametrize("where", ["foreign", "neighbour"], indirect=True)
def test_no_other_site_frames_it(page: Page, running: Service, debate: str, where: str) -> None:
    page.goto(where)
    assert framed(page, f"{running.url}/embed/debates/{debate}") == ""


@pytest.mark.parametrize("path", ["/", "/docs", "/problems", "/api/v1/debates"])
def test_nobody_frames_anything_else(page: Page, running: Service, listed_site: str, path: str) -> None:
    page.goto(listed_site)
    assert framed(page, f"{running.url}{path}") == ""


def test_a_removed_site_reads_and_frames_no_more(
    page: Page, running: Service, town: Town, debate: str, foreign: str
) -> None:
    url, embedded = f"{running.url}/api/v1/debates/{debate}", f"{running.url}/embed/debates/{debate}"
    entry = town.administrator.post(ORIGINS, {"origin": foreign}).json()
    page.goto(foreign)
    assert page.evaluate(READ, [url, None])[0] == 200
    assert framed(page, embedded) != ""
    assert town.administrator.delete(f"{ORIGINS}/{entry['id']}").status_code == 200
    with pytest.raises(Exception, match="Failed to fetch"):
        page.evaluate(READ, [url, None])
    assert framed(page, embedded) == ""


def test_the_pages_of_the_service_break_none_of_their_own_rules(page: Page, running: Service) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in ("/", "/docs", "/problems", "/problems/busy"):
        page.goto(f"{running.url}{path}")
    assert [text for text in said if "Content Security Policy" in text or "Refused" in text] == []
