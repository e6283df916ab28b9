"""Two towns on one service, and a citizen who comes, takes part, and leaves nothing behind.

From outside: real processes of the service and of an identity provider, plain HTTP, letters, and the
command line of whoever runs the machine.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.api.mailbox import token_in
from tests.cli.processes import command, plain_environment, serving
from tests.journeys.stranger import Place, Stranger, everything_stored, found, letter_to, unproven
from tests.provider_process import provider_process

pytestmark = pytest.mark.slow

PROVIDER: Final = "compte-ville"
A: Final = "/organisations/aubeville"
B: Final = "/organisations/brumeville"
SUBJECT: Final = "quetzalcoatl-4711"
NAME: Final = "Zénobie Wyxquarto"
TITLE: Final = "Des bancs contre les zwirblings"
FIRST: Final = "Il faut des bancs, parce que les kvorplatz fatiguent tout le monde."
SECOND: Final = "Il faut des bancs à l'ombre, car les yuxtaflor fatiguent tout le monde."
ARGUED: Final = "Un chêne attire aussi les jhebberwog, et c'est très bien ainsi."
MARKERS: Final = [SUBJECT, "wyxquarto", "zwirblings", "kvorplatz", "yuxtaflor", "jhebberwog"]
"""Words of the citizen's that nobody else uses."""


class Service:
    """The service as whoever runs the machine has it."""

    def __init__(self, database_url: str, folder: Path, provider: str) -> None:
        self.database_url = database_url
        self.folder = folder
        self.environment = plain_environment(
            CONSULTATION_DATABASE_URL=database_url,
            CONSULTATION_MAIL_URL=(folder / "mail").as_uri(),
            CONSULTATION_PRIVATE_HOSTS=f'["{provider.removeprefix("http://")}"]',
            CONSULTATION_SECRET_KEY="a secret of this machine, long enough",
        )

    def run(self, *arguments: str) -> int:
        """How a command ends."""
        done = subprocess.run(
            command(*arguments),
            env=self.environment,
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.returncode


@pytest.fixture
def provider() -> Iterator[str]:
    """The issuer of a running provider."""
    with provider_process() as issuer:
        yield issuer


@pytest.fixture
def service(database_url: str, tmp_path: Path, provider: str) -> Service:
    """A service on a fresh database: once on each engine."""
    return Service(database_url, tmp_path, provider)


def set_up_towns(place: Place) -> None:
    """A platform administrator sets up both towns and names who administers them."""
    with place.by_mail("plateforme@exemple.example") as platform:
        for slug, path in (("aubeville", A), ("brumeville", B)):
            town = {"slug": slug, "name": slug.title(), "locale": "fr", "time_zone": "Europe/Paris"}
            platform.call("POST", "/organisations", 201, town)
            address = f"maire@{slug}.example"
            platform.call("POST", f"{path}/first-administrators", 201, {"email": address})
            assert platform.ask("GET", f"{path}/members").status_code == 403, "no power beyond that"
            with invited(place, address) as administrator:
                assert administrator.call("GET", f"{path}/members", 200)["items"][0]["email"] == address


@contextmanager
def invited(place: Place, address: str) -> Iterator[Stranger]:
    """Whoever got an invitation last, signed in, with the role that was offered."""
    token = token_in(letter_to(place.mail, address))
    with place.by_mail(address) as caller:
        caller.call("POST", "/invitations/acceptance", 201, {"token": token})
        assert caller.ask("POST", "/invitations/acceptance", {"token": token}).status_code >= 400, "once"
        yield caller


def configure(administrator: Stranger, issuer: str) -> str:
    """Town A names its provider and its site, and makes a key; the key's secret."""
    config = {
        "slug": PROVIDER,
        "name": "Mon compte",
        "issuer": issuer,
        "client_id": "consultation",
        "client_secret": "as the provider gave it",
    }
    added = administrator.call("POST", f"{A}/identity-providers", 201, config)
    assert "client_secret" not in added
    administrator.call("POST", f"{A}/embed-origins", 201, {"origin": "https://www.aubeville.example"})
    scopes = ["debates:read", "debates:write", "participation:write"]
    key = administrator.call("POST", f"{A}/keys", 201, {"name": "Site", "scopes": scopes})
    return str(key["token"])


def open_debate(organiser: Stranger) -> str:
    """The organiser drafts and publishes a debate that asks for the provider and for a capacity."""
    now = datetime.now(UTC)  # noqa: TID251 - the service under test reads the real clock
    asked = {"providers": [PROVIDER], "capacities": ["citizen", "association"], "capacity_required": True}
    body = {
        "title": "Quelle place pour les arbres ?",
        "opens_at": (now - timedelta(hours=1)).isoformat(),
        "closes_at": (now + timedelta(days=1)).isoformat(),
        "participation": asked,
    }
    debate = str(organiser.call("POST", f"{A}/debates", 201, body)["id"])
    organiser.call("POST", f"/debates/{debate}/publication", 201, {})
    return debate


def acts_in_its_town_only(key: Stranger, debate: str, period: dict[str, Any]) -> str:
    """The key of town A drafts in A and nowhere else; the draft."""
    draft = str(key.call("POST", f"{A}/debates", 201, {"title": "Un brouillon de la clé", **period})["id"])
    assert [one["id"] for one in key.call("GET", f"{A}/drafts", 200)["items"]] == [draft]
    elsewhere = {"title": "Un brouillon ailleurs", **period}
    assert key.code("POST", f"{B}/debates", 403, elsewhere) == "key_foreign"
    assert key.code("GET", f"{B}/drafts", 403) == "key_foreign"
    assert key.code("GET", f"{A}/members", 403) == "key_not_accepted"
    post = {"title": "Par la clé", "body": "Un texte que personne n'a signé ici."}
    assert key.code("POST", f"/debates/{debate}/contributions", 422, post) == "on_behalf_of_required"
    return draft


def sees_no_back_office(foreigner: Stranger, debate: str, draft: str) -> None:
    """Town B's administrator is told nothing of what only town A's staff sees."""
    for what in ("members", "keys", "drafts", "invitations", "identity-providers", "embed-origins"):
        assert foreigner.ask("GET", f"{B}/{what}").status_code == 200
        assert foreigner.code("GET", f"{A}/{what}", 403)
    assert foreigner.code("GET", f"/debates/{draft}/draft", 404) == "debate_not_found"
    assert foreigner.code("PATCH", f"/debates/{draft}", 404, {"title": "Autre"}) == "debate_not_found"
    assert foreigner.code("GET", f"/debates/{debate}/participation-codes", 403)
    assert foreigner.code("POST", f"/debates/{debate}/closure", 403, {"reason": "Parce que."})
    assert foreigner.code("PATCH", A, 403, {"name": "Pris"})


def way_in(place: Place, debate: str) -> str:
    """Where somebody who is not signed in is told to go."""
    with place.stranger() as anybody:
        mine = anybody.call("GET", f"/debates/{debate}/me", 200)
        assert not mine["capabilities"]["contribute"]["allowed"]
        (missing,) = mine["missing"]
        assert (missing["kind"], missing["code"]) == ("identity", "identity_required")
        return str(missing["providers"][0]["start_url"])


def contribute(browser: Stranger, debate: str, title: str, body: str) -> int:
    """Post as a citizen; the number. Without a capacity nothing is posted."""
    post = {"title": title, "body": body}
    path = f"/debates/{debate}/contributions"
    assert browser.ask("POST", path, post).json()["code"] == "capacity_required"
    posted = browser.call("POST", path, 201, post | {"capacity": "citizen"}, Idempotency_Key="once")
    return int(posted["number"])


def take_part(browser: Stranger, debate: str, other: int) -> int:
    """The citizen posts, argues, votes and edits, and nobody does it for them; the number of the post."""
    mine = browser.call("GET", f"/debates/{debate}/me", 200)
    assert mine["missing"] == []
    assert mine["capabilities"]["contribute"]["allowed"]
    browser.call("PATCH", "/me", 200, {"name": NAME})
    number = contribute(browser, debate, TITLE, FIRST)
    argument = {"side": "pro", "body": ARGUED}
    browser.call("POST", f"/debates/{debate}/contributions/{other}/arguments", 201, argument)
    browser.call("PUT", f"/debates/{debate}/posts/{other}/vote", 200, {"value": "agree"})
    edited = browser.call("PATCH", f"/debates/{debate}/posts/{number}", 200, {"body": SECOND})
    assert (edited["revision"], edited["author"]) == (2, {"name": NAME, "capacity": "citizen"})
    elsewhere = Stranger(browser.http)  # the same browser with the same cookie, on another site's page
    for said in (
        {"Origin": "https://www.aubeville.example", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "https://evil.example"},  # as a browser without Fetch Metadata says it
        {"Sec_Fetch_Site": "same-site"},
    ):
        vote = {"value": "disagree"}
        code = elsewhere.code("PUT", f"/debates/{debate}/posts/{other}/vote", 403, vote, **said)
        assert code == "cross_site_request"
    return number


def leave(browser: Stranger) -> None:
    """The citizen takes everything along and is erased; the session ends with the account."""
    token = browser.http.cookies["session"]
    archive = browser.ask("GET", "/me/archive")
    page = browser.ask("GET", "/me/archive?format=html")
    assert archive.json()["kept"]
    assert page.headers["content-type"].startswith("text/html")
    for marker in MARKERS:
        assert marker in archive.text.lower()
        assert marker in page.text.lower()
    assert browser.call("DELETE", "/me", 200, {"mode": "erase"})["finished"]
    assert browser.code("GET", "/me", 401)
    browser.http.cookies.set("session", token)
    assert browser.code("GET", "/me", 401), "a copy of the cookie opens nothing either"


def test_a_citizen_takes_part_in_one_of_two_towns_and_leaves_nothing_behind(
    service: Service, provider: str
) -> None:
    service.run("platform-administrator", "add", "plateforme@exemple.example")
    with serving(service.folder, service.environment, "serve", "--port", "0") as running:
        place = Place(running.address, service.folder / "mail")
        set_up_towns(place)
        with place.by_mail("maire@aubeville.example") as administrator:
            secret = configure(administrator, provider)
            invitation = {"email": "agent@aubeville.example", "role": "organiser"}
            administrator.call("POST", f"{A}/invitations", 201, invitation)
        with invited(place, "agent@aubeville.example") as organiser:
            debate = open_debate(organiser)
            document = organiser.call("GET", f"/debates/{debate}", 200)
            period = {name: document[name] for name in ("opens_at", "closes_at")}
        with place.stranger(Authorization=f"Bearer {secret}") as key:
            draft = acts_in_its_town_only(key, debate, period)
        with place.by_mail("maire@brumeville.example") as foreigner:
            sees_no_back_office(foreigner, debate, draft)

        start_url = way_in(place, debate)
        thread = f"/debates/{debate}/contributions"
        with (
            place.at_provider(start_url, "voisin") as neighbour,
            place.at_provider(start_url, SUBJECT) as citizen,
        ):
            other = contribute(neighbour, debate, "Un chêne sur la place", "Un chêne ferait de l'ombre.")
            number = take_part(citizen, debate, other)
            reply = {"side": "contra", "body": "Les bancs coûtent cher à entretenir."}
            neighbour.call("POST", f"{thread}/{number}/arguments", 201, reply)
            before = neighbour.call("GET", f"{thread}/{other}", 200)["contribution"]["tally"]
            assert found(MARKERS, everything_stored(service.database_url)) == MARKERS
            leave(citizen)

        with place.stranger() as anybody:
            left = anybody.call("GET", f"{thread}/{number}", 200)
            assert (left["contribution"]["state"], left["counts"]["contra"]) == ("erased", 1)
            assert left["arguments"]["contra"][0]["body"] == reply["body"]
            theirs = anybody.call("GET", f"{thread}/{other}", 200)
            assert [one["state"] for one in theirs["arguments"]["pro"]] == ["erased"]
            assert theirs["contribution"]["tally"] == before
            assert before["agree"] == 1
            entries = anybody.call("GET", f"/debates/{debate}/journal?limit=1000", 200)["items"]
            assert unproven(debate, entries) == []
            assert entries[-1]["kind"] == "person_erased"
        service.run("doctor")
        assert found(MARKERS, everything_stored(service.database_url)) == []
        running.stop()
    service.run("doctor")
    assert found(MARKERS, everything_stored(service.database_url) + running.log.read_bytes().lower()) == []
