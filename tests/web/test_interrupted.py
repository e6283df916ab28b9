"""What a form held when the service could not even look at it: kept on the page, to be sent again."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from consultation.application.policies import CODES_NETWORK
from consultation.persistence import engine
from tests.api.worlds import World, world
from tests.builders import CONTRIBUTION
from tests.web.reader import Reader, address_of, words
from tests.web.sender import form_on, send, shown, went_to

TEXT = "Un arbre dans chaque rue qui n’en a pas encore, et deux sur la place."


@pytest.fixture
def small(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world with the usual limits and little patience, on a file that a test can lock."""
    monkeypatch.setattr(engine, "_BUSY_MILLISECONDS", 100)
    shutil.copyfile(sqlite_template, tmp_path / "test.sqlite3")
    with world(f"sqlite:///{tmp_path / 'test.sqlite3'}", tmp_path, rate_limits=1.0) as made:
        yield made


def test_a_form_that_meets_a_busy_database_is_kept_and_sent_again(small: World, tmp_path: Path) -> None:
    town = small.town
    debate = town.debate()
    reader = Reader(small.process.client)
    camille = reader.as_(town.citizen())
    address = address_of(reader.client, debate)
    form = form_on(camille.get(f"{address}/contribute"), "/contribute")
    other = sqlite3.connect(tmp_path / "test.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = send(camille, form.with_(title="Des arbres", body=TEXT))
    other.rollback()
    other.close()
    page = shown(answer, 503)
    assert answer.headers["retry-after"]
    assert TEXT in words(page)
    again = form_on(answer, "/contribute", 503)
    assert again.values["key"] == form.values["key"]
    went_to(send(camille, again))
    counts = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    assert counts["contributions"] == 1


def test_a_form_that_waits_outlives_too_many_calls(small: World) -> None:
    town = small.town
    debate = town.debate()
    reader = Reader(small.process.client)
    address = address_of(reader.client, debate)
    form = form_on(reader.get(f"{address}/contribute"), "/contribute")
    answer = send(reader, form.with_(title="Des arbres", body=TEXT))
    start = form_on(answer, "/sign-in", 401)
    for _ in range(CODES_NETWORK.quota + 1):
        answer = send(reader, start.with_(email="x"))
        if answer.status_code == 429:
            break
    page = shown(answer, 429)
    assert answer.headers["retry-after"]
    assert "n’est perdu" in words(page)
    again = form_on(answer, "/sign-in", 429)
    assert again.values["kept"] == start.values["kept"]


def test_what_another_site_sends_is_never_shown_here(small: World) -> None:
    reader = Reader(small.process.client)
    form = form_on(reader.get("/sign-in"), "/sign-in")
    for _ in range(CODES_NETWORK.quota + 1):
        answer = send(reader, form.with_(email="x"))
        if answer.status_code == 429:
            break
    told = {"Sec_Fetch_Site": "cross-site"}
    answer = send(reader, form.with_(**CONTRIBUTION | {"body": "Les mots d’un autre site."}), **told)
    assert answer.status_code == 429
    assert "autre site" not in answer.text
