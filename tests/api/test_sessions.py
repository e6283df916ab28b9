"""Sessions: as bearer token or as cookie, for thirty days, until they are ended."""

from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from tests.api.contract import CheckedClient
from tests.api.mailbox import ask_for_code
from tests.api.worlds import World
from tests.builders import NOW, Caller, Town

MONTH = timedelta(days=30)
TICK = timedelta(microseconds=1)


def with_cookie(here: World) -> Response:
    """The answer to a sign-in that asks for a cookie."""
    address = f"{here.name()}@citoyens.example"
    body = {"email": address, "code": ask_for_code(here, address), "cookie": True}
    return here.process.anonymous.post("/auth/sessions", body, Sec_Fetch_Site="same-origin")


def attributes(answer: Response) -> tuple[str, str, dict[str, str]]:
    """Name, value and attributes of the one cookie that an answer sets."""
    (header,) = answer.headers.get_list("set-cookie")
    pair, *rest = header.split("; ")
    name, _, value = pair.partition("=")
    return name, value, {key.lower(): word for key, _, word in (part.partition("=") for part in rest)}


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER  {} "])
def test_the_token_opens_what_is_ones_own(client: CheckedClient, town: Town, header: str) -> None:
    token = town.citizen().token
    answer = client.get("/api/v1/me", headers={"Authorization": header.format(token)})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dTpw",
        "Token {}",
        "{}",
        "Bearer {}x",
        "Bearer nonsense",
        "Bearer \u00e9",
    ],
)
def test_any_other_credential_is_an_invalid_session(client: CheckedClient, town: Town, header: str) -> None:
    value = header.format(town.citizen().token).encode("latin-1")
    answer = client.get("/api/v1/me", headers=[(b"authorization", value)])
    assert (answer.status_code, answer.json()["code"]) == (401, "session_invalid")


def test_without_any_credential_one_is_asked_to_sign_in(client: CheckedClient) -> None:
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("age", "status"), [(MONTH - TICK, 200), (MONTH, 401)])
def test_a_session_lasts_thirty_days_and_not_a_microsecond_longer(
    here: World, age: timedelta, status: int
) -> None:
    citizen = here.town.citizen()
    here.clock.set(NOW + age)
    assert citizen.get("/me").status_code == status
    assert citizen.patch("/me", {"locale": "fr"}).status_code == status


def test_signing_out_ends_the_session_at_once_and_no_other(town: Town) -> None:
    first, second = town.citizen(), town.citizen()
    assert first.delete("/auth/sessions/current").status_code == 204
    assert [caller.get("/me").status_code for caller in (first, second)] == [401, 200]
    assert first.delete("/auth/sessions/current").json()["code"] == "session_invalid"


def test_a_cookie_session_shows_no_token_to_scripts(here: World) -> None:
    answer = with_cookie(here)
    name, value, flags = attributes(answer)
    assert answer.json()["token"] is None
    assert name == "session"
    assert value not in answer.text
    assert flags["httponly"] == ""
    assert (flags["samesite"], flags["path"], flags["max-age"]) == ("lax", "/", str(30 * 24 * 3600))
    assert "domain" not in flags


def test_over_https_the_cookie_is_secure_and_bound_to_its_host(here: World) -> None:
    with here.kit(public_url="https://consultation.example"):
        name, _, flags = attributes(with_cookie(here))
    assert name == "__Host-session"
    assert flags["secure"] == ""
    assert flags["path"] == "/"
    assert "domain" not in flags


def test_a_bearer_session_sets_no_cookie(here: World) -> None:
    address = f"{here.name()}@citoyens.example"
    body = {"email": address, "code": ask_for_code(here, address)}
    assert "set-cookie" not in here.process.anonymous.post("/auth/sessions", body).headers


def call(here: World, cookie: str, method: str, headers: dict[str, str]) -> Response:
    """PATCH or GET of one's own account with a cookie, as a browser sends it."""
    body: dict[str, Any] = {"json": {"locale": "fr"}} if method == "PATCH" else {}
    return here.process.client.request(
        method, "/api/v1/me", headers={"Cookie": f"session={cookie}", **headers}, **body
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "http://testserver:81"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_a_cookie_writes_from_our_own_pages_only(here: World, headers: dict[str, str], status: int) -> None:
    _, cookie, _ = attributes(with_cookie(here))
    answer = call(here, cookie, "PATCH", headers)
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "cross_site_request"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_cookie_reads_from_anywhere_for_no_script_gets_the_answer(here: World, site: str) -> None:
    _, cookie, _ = attributes(with_cookie(here))
    assert call(here, cookie, "GET", {"Sec-Fetch-Site": site}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Origin": "http://testserver"}, 201),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://sub.testserver"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({}, 403),
    ],
)
def test_a_cookie_is_given_to_our_own_pages_only(here: World, headers: dict[str, str], status: int) -> None:
    """Else another site could sign its visitor in as somebody else."""
    address = f"{here.name()}@citoyens.example"
    body = {"email": address, "code": ask_for_code(here, address), "cookie": True}
    answer = here.process.client.post("/api/v1/auth/sessions", json=body, headers=headers)
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) is (status == 201)


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://testserver"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://inscrite.example"}, True),
        ({"Origin": "https://inscrite.example"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://sub.testserver"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
    ],
)
def test_pages_of_sites_that_nobody_listed_neither_ask_for_codes_nor_exchange_them(
    here: World, headers: dict[str, str], *, is_let_in: bool
) -> None:
    here.town.administrator.post(
        "/organisations/ville-exemple/embed-origins", {"origin": "https://inscrite.example"}
    )
    address = f"{here.name()}@citoyens.example"
    code = ask_for_code(here, address)
    client = here.process.client
    exchanged = client.post("/api/v1/auth/sessions", json={"email": address, "code": code}, headers=headers)
    asked = client.post("/api/v1/auth/codes", json={"email": address}, headers=headers)
    assert (exchanged.status_code, asked.status_code) == ((201, 202) if is_let_in else (403, 403))


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_of_another_page_can_send_is_no_call(here: World, media_type: str) -> None:
    """Such bodies need no preflight: they must not be read as JSON, whoever sends them."""
    _, cookie, _ = attributes(with_cookie(here))
    for path in ("/auth/codes", "/auth/sessions", "/me"):
        answer = here.process.client.request(
            "PATCH" if path == "/me" else "POST",
            f"/api/v1{path}",
            content=b'{"email": "a@b.example", "code": "000000", "locale": "nl"}',
            headers={
                "Content-Type": media_type,
                "Cookie": f"session={cookie}",
                "Sec-Fetch-Site": "same-origin",
            },
        )
        assert answer.json()["code"] == "media_type_unsupported", path


def test_a_bearer_token_writes_from_anywhere_for_no_browser_adds_it(here: World) -> None:
    token = here.town.citizen().token
    headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "cross-site"}
    assert call(here, "", "PATCH", headers).status_code == 200


def test_a_bearer_token_counts_before_a_cookie(here: World) -> None:
    _, cookie, _ = attributes(with_cookie(here))
    assert call(here, cookie, "GET", {"Authorization": "Bearer nonsense"}).status_code == 401


def test_signing_out_takes_the_cookie_away(here: World) -> None:
    _, cookie, _ = attributes(with_cookie(here))
    headers = {"Cookie": f"session={cookie}", "Sec-Fetch-Site": "same-origin"}
    answer = here.process.client.delete("/api/v1/auth/sessions/current", headers=headers)
    name, _, flags = attributes(answer)
    assert (answer.status_code, name, flags["max-age"]) == (204, "session", "0")
    assert call(here, cookie, "GET", {}).status_code == 401


def test_a_change_of_name_signs_what_is_written_from_now_on(here: World) -> None:
    town = here.town
    debate, author = town.debate(), town.citizen(here.name())
    first = town.contribution(debate, author)
    answer = author.patch("/me", {"name": "  Camille   du quai "})
    assert answer.json()["name"] == "Camille du quai"
    second = town.contribution(debate, author)
    names = [
        town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["author"]["name"]
        for number in (first, second)
    ]
    assert names[0].startswith("Participant ")
    assert names[1] == "Camille du quai"


def test_what_is_left_out_of_a_change_stays(here: World) -> None:
    author = here.town.citizen(here.name())
    before = author.get("/me").json()
    assert author.patch("/me", {"locale": "en"}).json() == before | {"locale": "en"}
    assert author.patch("/me", {}).json() == before | {"locale": "en"}
    assert author.patch("/me", {"name": "Dominique"}).json() == before | {"locale": "en", "name": "Dominique"}


def test_own_posts_are_shown_with_their_debate_and_tombstones(here: World, town: Town) -> None:
    author, debate = town.citizen(here.name()), town.debate(title="Et les bancs ?")
    town.contribution(debate, author)
    town.argument(debate, 1, "pro", author)
    author.post(f"/debates/{debate}/posts/2/withdrawal")
    items = author.get("/me/posts").json()["items"]
    assert [(item["number"], item["state"], item["debate_title"]) for item in items] == [
        (2, "withdrawn", "Et les bancs ?"),
        (1, "visible", "Et les bancs ?"),
    ]


def test_nobody_sees_the_posts_of_others_as_own(here: World) -> None:
    author, other = here.town.citizen(here.name()), here.town.citizen(here.name())
    here.town.contribution(here.town.debate(), author)
    assert Caller(other.client, other.token).get("/me/posts").json()["items"] == []
