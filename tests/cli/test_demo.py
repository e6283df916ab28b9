"""The demonstration: its texts obey the rules at any hour, and its process shows what it promises."""

import json
import re
import signal
import sqlite3
import urllib.request
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from consultation.cli.demo.command import environment as demo_environment
from consultation.cli.demo.seed import NAMES, ORGANISER, TOWN, prepare
from consultation.settings import Settings
from tests.cli.conftest import Cli
from tests.cli.processes import Serving, plain_environment, serving

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)


@pytest.fixture
def settings(environment: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings of a demonstration in a folder of its own."""
    for name, value in demo_environment(tmp_path / "demo", "http://127.0.0.1:8123").items():
        environment.setenv(name, value)
    return Settings()


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 1, 1, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 22, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_the_debates_are_in_their_phases_whenever_it_starts(settings: Settings, now: datetime) -> None:
    debates = prepare(settings, now)
    assert {name: str(debates[name]["phase"]) for name in NAMES} == {
        "open": "open",
        "upcoming": "upcoming",
        "thread": "closed",
    }
    counts = debates["open"]["counts"]
    assert counts["contributions"] == 11
    assert min(counts["arguments_pro"], counts["arguments_contra"], counts["sources"]) >= 3
    assert counts["votes"] > 50
    for row in rows(settings, "SELECT max(created_at) FROM posts"):
        assert datetime.fromisoformat(row[0]) <= now


def rows(settings: Settings, statement: str) -> list[Any]:
    path = settings.database_url.get_secret_value().removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_the_open_debate_has_something_of_everything(settings: Settings) -> None:
    prepare(settings, NOW)
    open_posts = (
        "FROM posts JOIN debates ON debates.key = posts.debate_key WHERE debates.slug = 'place-des-tilleuls'"
    )
    assert rows(settings, f"SELECT DISTINCT state {open_posts} AND state <> 'visible'") == [("withdrawn",)]
    (edited,) = rows(settings, f"SELECT on_earlier_revisions, agree {open_posts} AND revision > 1")
    assert 0 < edited[0] < edited[1] + 1
    names = {row[0] for row in rows(settings, f"SELECT author_name {open_posts}")}
    assert "Facebook_Camille Exemple" in names
    numbers = [row[0] for row in rows(settings, f"SELECT number {open_posts} ORDER BY number")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_second_start_changes_nothing(settings: Settings) -> None:
    first = prepare(settings, NOW)
    before = rows(settings, "SELECT count(*), max(at) FROM journal_entries")
    again = prepare(settings, NOW + timedelta(hours=1))
    assert [again[name]["id"] for name in NAMES] == [first[name]["id"] for name in NAMES]
    assert rows(settings, "SELECT count(*), max(at) FROM journal_entries") == before


def test_the_shipped_archive_comes_back_as_it_was(cli: Cli, settings: Settings, tmp_path: Path) -> None:
    prepare(settings, NOW)
    settings_url = settings.database_url.get_secret_value()
    target = tmp_path / "closed.jsonl"
    cli_environment = pytest.MonkeyPatch()
    with cli_environment.context() as patched:
        patched.setenv("CONSULTATION_DATABASE_URL", settings_url)
        assert cli("export", "debate-jsonl", f"{TOWN}/demarches-en-ligne", "--output", str(target)).code == 0
    shipped = Path(__file__).parents[2] / "src/consultation/cli/demo/closed.jsonl"
    assert target.read_bytes() == shipped.read_bytes()


def start(folder: Path, *options: str, until: str = "The town's organiser") -> Any:
    return serving(folder, plain_environment(), "demo", "--port", "0", *options, until=until)


def addresses(service: Serving) -> dict[str, str]:
    """What the introduction says is where, as paths."""
    found = re.findall(r"^  (\S.*?) +(http://\S+)$", service.said, re.MULTILINE)
    return {name: address.removeprefix(service.address) for name, address in found}


def interface_of(service: Serving, name: str) -> str:
    """Where programs find the debate whose page the introduction names."""
    place = addresses(service)[name]
    (debate,) = (one for one in service.get("/api/v1/debates")["items"] if one["url"].endswith(place))
    return f"/api/v1/debates/{debate['id']}"


def test_the_thread_has_the_shape_of_the_page_it_stands_for(tmp_path: Path) -> None:
    with start(tmp_path) as service:
        places = addresses(service)
        assert list(places) == [
            *("pages", "open debate", "upcoming debate", "closed debate", "thread #2150"),
            *("organiser's desk", "interface", "documentation"),
        ]
        closed = service.get(interface_of(service, "closed debate"))
        thread = service.get(f"{interface_of(service, 'closed debate')}/contributions/2150")
        assert thread["contribution"]["url"].endswith(places["thread #2150"])
        phases = ("open", "upcoming")
        assert [service.get(interface_of(service, f"{one} debate"))["phase"] for one in phases] == [*phases]
        for page in ("pages", "open debate", "thread #2150", "organiser's desk", "documentation"):
            with urllib.request.urlopen(f"{service.address}{places[page]}", timeout=30) as answer:  # noqa: S310 - our own loopback address
                assert answer.headers["content-type"].startswith("text/html"), page
    contribution = thread["contribution"]
    assert (contribution["number"], contribution["author"]["name"]) == (2150, "Facebook_Camille Exemple")
    assert datetime.fromisoformat(contribution["created_at"]) == datetime(2014, 12, 15, 21, 3, tzinfo=UTC)
    assert 2_100 <= len(contribution["body"]) <= 2_300
    assert contribution["body"].count("\n- ") == 6
    assert contribution["body"].count("\n> ") == 1
    assert (thread["arguments"]["pro"], thread["sources"]) == ([], [])
    (argument,) = thread["arguments"]["contra"]
    assert argument["number"] == 2797
    assert datetime.fromisoformat(argument["created_at"]) == datetime(2015, 1, 18, 9, 15, tzinfo=UTC)
    assert 1_200 <= len(argument["body"]) <= 1_300
    assert (closed["phase"], closed["time_zone"]) == ("closed", "Europe/Paris")


def newest_code(folder: Path) -> str:
    newest = max((folder / "var/demo/mail").glob("*.eml"))
    text = message_from_bytes(newest.read_bytes()).as_string()
    found = re.search(r"\b\d{6}\b", text)
    assert found is not None
    return found[0]


def sign_in(service: Serving, folder: Path, email: str) -> str:
    service.call("/api/v1/auth/codes", {"email": email})
    return str(service.call("/api/v1/auth/sessions", {"email": email, "code": newest_code(folder)})["token"])


def test_what_one_writes_stays_until_one_starts_afresh(tmp_path: Path) -> None:
    with start(tmp_path) as service:
        token = sign_in(service, tmp_path, "you@example.org")
        debate = interface_of(service, "open debate")
        text = {"title": "Un banc de plus", "body": "Un banc à l'ombre, près de la fontaine."}
        number = service.call(f"{debate}/contributions", text, token)["number"]
        assert service.stop(signal.SIGINT) == 0
    with start(tmp_path) as service:
        assert interface_of(service, "open debate") == debate
        assert service.get(f"{debate}/posts/{number}")["title"] == text["title"]
        service.stop()
    with start(tmp_path, "--fresh") as service:
        assert interface_of(service, "open debate") != debate
        assert list((tmp_path / "var/demo/mail").glob("*")) == []


def test_a_debate_that_has_run_out_is_pointed_out(tmp_path: Path) -> None:
    with start(tmp_path) as service:
        token = sign_in(service, tmp_path, ORGANISER)
        debate = interface_of(service, "open debate")
        service.call(f"{debate}/closure", {"reason": "Pour voir"}, token)
        service.stop()
    with start(tmp_path) as service:
        service.get("/healthz")
        assert "consultation demo --fresh" in service.log.read_text("utf-8")


def test_the_settings_of_another_service_are_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "production.sqlite3"
    settings = plain_environment(
        CONSULTATION_ENVIRONMENT="production",
        CONSULTATION_SECRET_KEY="x" * 40,
        CONSULTATION_DATABASE_URL=f"sqlite:///{elsewhere}",
        CONSULTATION_MAIL_URL="smtp://127.0.0.1:1",
        CONSULTATION_PUBLIC_URL="https://debates.example.org",
    )
    with serving(tmp_path, settings, "demo", "--port", "0", until="The town's organiser") as service:
        assert f"thread #2150     {service.address}/" in service.said
    assert not elsewhere.exists()
    assert json.dumps(service.said).count("production") == 0
