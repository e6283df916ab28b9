"""While very many codes are asked for, a device calculates, and its person only waits."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from consultation.application.policies import CODES_NETWORK, NOTICES_NETWORK
from consultation.bootstrap import create_app
from tests.browser.sites import Service, service
from tests.browser.writing import draft
from tests.builders import Town, rfc3339


@pytest.fixture(scope="module")
def busy(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with its usual limits, at the system's time, by which the library checks proofs."""
    folder = tmp_path_factory.mktemp("busy")
    shutil.copyfile(sqlite_template, folder / "test.sqlite3")
    with service(f"sqlite:///{folder / 'test.sqlite3'}", folder, rate_limits=1.0) as made:
        made.clock.set(datetime.now(UTC))  # noqa: TID251 - see above
        yield made


def test_the_device_calculates_by_itself_and_the_code_arrives(page: Page, busy: Service) -> None:
    for number in range(CODES_NETWORK.proof_after or 0):
        answer = page.context.request.post(
            f"{busy.url}/api/v1/auth/codes", data={"email": f"foule-{number}@citoyens.example"}
        )
        assert answer.status == 202
    page.goto(f"{busy.url}/fr/sign-in")
    page.get_by_label("Adresse électronique").fill("patiente@citoyens.example")
    page.get_by_role("button", name="Recevoir un code").click()
    expect(page.get_by_label("Code à six chiffres")).to_be_visible()
    assert busy.letters.mails[-1].to == "patiente@citoyens.example"


def test_so_it_does_for_a_notice_of_illegal_content_and_the_draft_ends_with_it(
    page: Page, busy: Service
) -> None:
    town = Town(busy.services, TestClient(create_app(busy.services)), busy.clock)
    now = busy.clock.now
    debate = town.debate(opens_at=rfc3339(now), closes_at=rfc3339(now + timedelta(days=9)))
    number = town.contribution(debate)
    api = f"{busy.url}/api/v1/debates/{debate}"
    text = "Ce texte appelle à frapper une famille."
    for _ in range(NOTICES_NETWORK.proof_after or 0):
        sent = {"text": text, "good_faith": True}
        assert page.context.request.post(f"{api}/posts/{number}/notices", data=sent).status == 202
    address = page.context.request.get(api).json()["url"]
    page.goto(f"{address}/{number}/report")
    page.get_by_role("link", name="Tell of illegal content").click()
    page.get_by_label("What is illegal, and why").fill(text)
    page.get_by_label("in good faith").check()
    page.get_by_role("button", name="Send the notice").click()
    expect(page.get_by_text("Your notice has been recorded")).to_be_visible(timeout=15_000)
    assert draft(page) is None
