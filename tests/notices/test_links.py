"""Links in messages: what they open without a session, and what nobody can do with them."""

import base64
from collections.abc import Callable
from datetime import timedelta
from html import escape
from typing import Any, Final

import pytest
from httpx2 import Response

from consultation.application.notices.links import APPEAL as APPEALING
from consultation.application.notices.links import UNSUBSCRIBE
from consultation.bootstrap import Services
from consultation.localisation.languages import Language
from tests.builders import API, NOW, StepClock, Town
from tests.notices.acts import APPEAL, QUEUE, decide, report
from tests.postbox import Postbox, link_in, plain

Deliver = Callable[[], None]
ADDRESS: Final = "autrice@citoyens.example"


def for_programs(address: str) -> str:
    """The path of the interface that does what the page behind the link of a message does."""
    return address.replace("/appeals/", "/appeals/links/")


@pytest.fixture
def address(town: Town, postbox: Postbox, deliver: Deliver) -> str:
    """The link to the page, from the message to the author of a hidden post."""
    debate = town.debate()
    decide(town.moderator, report(town, debate, town.contribution(debate, town.citizen("autrice")), "anne"))
    deliver()
    return link_in(postbox.of(ADDRESS)[0], "appeals")


@pytest.fixture
def link(address: str) -> str:
    return for_programs(address)


def send(town: Town, path: str, fields: dict[str, str], **headers: str) -> Response:
    """What the form of a page sends."""
    sent = {"Accept": "text/html"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return town.client.post(path, data=fields, headers=sent, follow_redirects=False)


def state(town: Town) -> Any:
    (case,) = town.moderator.get(QUEUE).json()["items"]
    return case["state"]


def test_the_link_opens_a_form_and_decides_nothing(town: Town, address: str) -> None:
    for method in ("GET", "HEAD", "GET"):
        answer = town.client.request(method, f"{address}?done=appealed&text={APPEAL['text']}")
        assert answer.status_code == 200
        assert ('<form method="post"' in answer.text) is (method == "GET")
        assert "enregistré" not in answer.text, "nothing was"
        assert "form-action 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
    assert state(town) == "decided"


def test_the_interface_has_no_form_of_its_own_and_takes_none(town: Town, address: str, link: str) -> None:
    assert town.anonymous.get(link).status_code == 405
    answer = send(town, f"{API}{link}", APPEAL)
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")
    assert state(town) == "decided"
    assert send(town, address, APPEAL).status_code == 303
    assert state(town) == "appealed"


def test_the_form_tells_of_the_moderators_decision_where_a_rule_had_decided_before(
    town: Town, postbox: Postbox, deliver: Deliver
) -> None:
    debate = town.debate(rules={"hide_after_reports": 2})
    number = town.contribution(debate, town.citizen("autrice"))
    case = report(town, debate, number, "anne", "bea")
    deliver()
    decide(town.moderator, case)
    deliver()
    by_rule, by_moderator = postbox.of(ADDRESS)
    assert "appeals" not in plain(by_rule)
    address = link_in(by_moderator, "appeals")
    page = town.client.get(address)
    assert page.status_code == 200
    assert "La charte exclut les insultes." in page.text
    assert town.anonymous.post(for_programs(address), APPEAL).status_code == 201


def test_an_ended_session_of_the_browser_closes_no_link(town: Town, address: str, services: Services) -> None:
    person = town.citizen("autrice").get("/me").json()["id"]
    token = services.sealed_links.seal(UNSUBSCRIBE, NOW + timedelta(days=1), person, "digests")
    ended = {"Cookie": "session=ended", "Sec-Fetch-Site": "cross-site"}
    assert town.client.get(address, headers=ended).status_code == 200
    assert town.client.get(f"{API}/unsubscriptions/{token}", headers=ended).status_code == 200
    sent = {"Cookie": "session=ended", "Sec-Fetch-Site": "same-origin"}
    assert send(town, address, APPEAL, **sent).status_code == 303
    assert town.client.post(f"{API}/unsubscriptions/{token}", headers=sent).status_code == 200


def test_an_appeal_is_lodged_by_the_link_without_a_session_and_once(town: Town, link: str) -> None:
    answer = town.anonymous.post(link, APPEAL)
    assert (answer.status_code, answer.json()["state"]) == (201, "appealed")
    assert state(town) == "appealed"
    assert town.anonymous.post(link, APPEAL).json()["code"] == "appeal_lodged"


def test_the_answer_of_a_page_is_kept_with_its_lines(town: Town, address: str) -> None:
    done = send(town, address, {"text": "Cette phrase\r\nrapporte ce que j'ai entendu."})
    assert done.status_code == 303
    case = town.moderator.get(QUEUE).json()["items"][0]["id"]
    told = town.moderator.get(f"{QUEUE}/{case}").json()["appeal"]
    assert told["text"] == "Cette phrase\nrapporte ce que j'ai entendu."


def test_no_page_of_another_site_lodges_an_appeal(town: Town, address: str, link: str) -> None:
    foreign = {"Origin": "https://ailleurs.example", "Sec-Fetch-Site": "cross-site"}
    assert send(town, address, APPEAL, **foreign).status_code == 403
    answer = town.client.post(f"{API}{link}", json=APPEAL, headers=foreign)
    assert answer.json()["code"] == "cross_site_request"
    assert state(town) == "decided"


def test_a_link_ends_when_the_time_to_appeal_does(town: Town, link: str, clock: StepClock) -> None:
    clock.set(NOW + timedelta(days=30, seconds=1))
    assert town.anonymous.post(link, APPEAL).json()["code"] == "mail_link_invalid"


def test_a_link_that_lasts_longer_than_the_time_to_appeal_makes_none_of_it(
    town: Town, link: str, clock: StepClock, services: Services
) -> None:
    (case,) = town.moderator.get(QUEUE).json()["items"]
    token = services.sealed_links.seal(APPEALING, NOW + timedelta(days=60), case["id"])
    clock.set(NOW + timedelta(days=30, seconds=1))
    answer = town.anonymous.post(f"/appeals/links/{token}", APPEAL)
    assert (answer.status_code, answer.json()["code"]) == (409, "appeal_too_late")
    assert answer.json()["appeal_until"] == case["appeal_until"]
    on_a_page = send(town, f"/appeals/{token}", APPEAL)
    assert on_a_page.status_code == 409
    assert APPEAL["text"] in on_a_page.text, "what was written is not lost"
    clock.set(NOW)  # when the moderator's session lasts
    assert state(town) == "decided"


def test_a_good_link_is_too_late_where_the_debate_has_acts_of_a_later_instant(
    town: Town, link: str, clock: StepClock
) -> None:
    (case,) = town.moderator.get(QUEUE).json()["items"]
    other = town.contribution(case["debate"], town.citizen("bilal"))
    clock.set(NOW + timedelta(days=31))
    report(town, case["debate"], other, "anne")
    clock.set(NOW + timedelta(days=29))  # as on a server whose clock is slow
    answer = town.anonymous.post(link, APPEAL)
    assert (answer.status_code, answer.json()["code"]) == (409, "appeal_too_late")
    clock.set(NOW)  # when the moderator's session lasts
    assert town.moderator.get(f"{QUEUE}/{case['id']}").json()["state"] == "decided"


def test_a_token_that_is_altered_or_of_another_purpose_opens_nothing(
    town: Town, link: str, services: Services
) -> None:
    token = link.rpartition("/")[2]
    octets = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    case = town.moderator.get(QUEUE).json()["items"][0]["id"]
    later = NOW + timedelta(days=1)
    forged = [services.sealed_links.seal(UNSUBSCRIBE, later, case), token[:-4], "A", f"{token}AAAA"]
    for place in (0, 5, 20, len(octets) - 1):
        changed = octets.copy()
        changed[place] ^= 1
        forged.append(base64.urlsafe_b64encode(changed).rstrip(b"=").decode())
    for one in forged:
        answer = town.anonymous.post(f"/appeals/links/{one}", APPEAL)
        assert (answer.status_code, answer.json()["code"]) == (404, "mail_link_invalid"), one
    assert state(town) == "decided"
    unsubscribing = services.sealed_links.seal(APPEALING, later, case)
    assert town.anonymous.post(f"/unsubscriptions/{unsubscribing}").status_code == 404


def test_a_token_tells_nothing_of_whom_it_is_about(town: Town, link: str) -> None:
    token = link.rpartition("/")[2]
    octets = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    case = town.moderator.get(QUEUE).json()["items"][0]["id"]
    assert case.encode() not in octets
    assert ADDRESS not in link


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["abgelaufen", "a.b"])
def test_whoever_follows_a_broken_link_to_unsubscribe_reads_a_page_and_programs_a_document(
    town: Town, language: Language, method: str, token: str
) -> None:
    path = f"{API}/unsubscriptions/{token}"
    asked = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": language.value}
    page = town.client.request(method, path, headers=asked)
    told = town.client.request(method, path, headers=asked | {"Accept": "*/*"})
    assert page.status_code == told.status_code == (404 if token == "abgelaufen" else 422)
    assert told.headers["content-type"] == "application/problem+json"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language.value}"' in page.text
    assert escape(told.json()["title"], quote=False) in page.text
