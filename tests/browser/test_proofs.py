"""While very many codes are asked for, a device calculates, and its person only waits."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consultation.application.policies import CODES_NETWORK
from tests.browser.sites import Service, service


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
