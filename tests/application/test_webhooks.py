"""Webhooks from the act to a real receiver, verified by the library that the specification publishes."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from consultation.application.documents import Links
from consultation.application.ports import JobKind
from consultation.application.webhooks.sending import Courier, headers_of, signature
from consultation.application.worker.backoff import LONGEST_DELAY, MOST_ATTEMPTS
from consultation.application.worker.loop import Worker
from consultation.bootstrap import Services, duties, make_worker
from consultation.domain.webhooks import GIVEN_UP_AFTER, LOG_KEPT
from consultation.hooks import GuardedSender
from consultation.outgoing import Outgoing
from consultation.persistence.tables import webhooks
from consultation.settings import Settings
from tests.builders import CLOSES_AT, NOW, StepClock, Town, rfc3339
from tests.receiver import Got, Receiver, calling

ENDPOINTS: Final = "/organisations/ville-exemple/webhooks"
DATA: Final = Path(__file__).parents[3] / "shared" / "data"
VECTORS: Final = (
    Path(os.environ.get("CONSULTATION_TEST_DATA", DATA)) / "reference-vectors/standard-webhooks/vectors.json"
)
DAY: Final = timedelta(days=1)


@pytest.fixture
def services(settings: Settings, clock: StepClock, receiver: Receiver) -> Iterator[Services]:
    """The services of a process that may call the receiver on loopback."""
    with calling(settings, clock, receiver) as services:
        yield services


@pytest.fixture
def worker(services: Services) -> Worker:
    return make_worker(services)


def exhausted(worker: Worker) -> None:
    while worker.step():
        pass


def add(town: Town, url: str, *events: str) -> dict[str, Any]:
    answer = town.administrator.post(ENDPOINTS, {"url": url, "events": list(events)})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def endpoint(town: Town) -> dict[str, Any]:
    (one,) = town.administrator.get(ENDPOINTS).json()["items"]
    return dict(one)


def log(town: Town, uid: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = town.administrator.get(f"{ENDPOINTS}/{uid}/deliveries").json()["items"]
    return items


def verified(got: Got, secret: str, now: datetime) -> dict[str, Any]:
    """What the library makes of a call; its clock is the test's."""

    class Frozen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # the instant of the test
            return now.astimezone(tz)

    from standardwebhooks import webhooks as library  # noqa: PLC0415 - patched for this call only

    kept, library.datetime = library.datetime, Frozen  # type: ignore[attr-defined]  # its module's clock
    try:
        told: dict[str, Any] = Webhook(secret).verify(got.body, got.headers)
    finally:
        library.datetime = kept  # type: ignore[attr-defined]  # its module's clock
    return told


def kinds(receiver: Receiver) -> list[str]:
    return [json.loads(got.body)["type"] for got in receiver.got]


def test_what_happens_arrives_signed_with_ids_and_without_texts_or_people(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    secret = add(town, receiver.url, "contribution_posted")["secret"]
    assert secret.startswith("whsec_")
    debate = town.debate()
    number = town.contribution(debate)
    exhausted(worker)
    (got,) = receiver.got
    told = verified(got, secret, clock.now)
    assert told["type"] == "contribution_posted"
    assert told["data"].keys() == {"debate", "sequence", "number", "url", "api"}
    assert (told["data"]["debate"], told["data"]["number"]) == (debate, number)
    assert told["data"]["url"].endswith(f"/{number}")
    assert b"camille" not in got.body.lower()
    assert got.headers["webhook-id"] not in {"", None}


def test_only_what_was_subscribed_to_is_sent_and_an_empty_list_stands_for_all(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    add(town, f"{receiver.url}?all")
    add(town, f"{receiver.url}?votes", "vote_cast")
    worker.step()
    debate = town.debate()
    town.contribution(debate)
    town.citizen("nour").put(f"/debates/{debate}/posts/1/vote", {"value": "agree"})
    clock.step(timedelta(seconds=2))
    exhausted(worker)
    assert sorted(kinds(receiver)) == [
        *("contribution_posted", "debate_created", "debate_opened", "debate_published"),
        *("vote_cast", "vote_cast"),
    ]


def test_an_endpoint_that_fails_five_times_gets_the_event_under_one_id(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    made = add(town, receiver.url, "contribution_posted")
    receiver.answers = [500, 502, 503, 500, 504, 200]
    town.contribution(town.debate())
    for _ in range(8):
        exhausted(worker)
        clock.step(LONGEST_DELAY)
    assert len(receiver.got) == 6
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1
    assert len({got.body for got in receiver.got}) == 1
    (delivery,) = log(town, made["id"])
    assert delivery["id"] == receiver.got[0].headers["webhook-id"]
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("delivered", 6, 200)
    assert endpoint(town)["state"] == "working"


def test_an_endpoint_that_says_it_is_gone_gets_nothing_more(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    add(town, receiver.url, "contribution_posted")
    receiver.answers = [410]
    debate = town.debate()
    town.contribution(debate)
    exhausted(worker)
    town.contribution(debate)
    for _ in range(3):
        exhausted(worker)
        clock.step(LONGEST_DELAY)
    assert len(receiver.got) == 1
    assert (endpoint(town)["state"], endpoint(town)["ending"]) == ("disabled", "gone")


def test_an_endpoint_that_fails_for_days_is_given_up_and_a_ping_brings_it_back(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    made = add(town, receiver.url, "contribution_posted")
    debate = town.debate()
    receiver.answers = [500] * 200
    town.contribution(debate)
    for _ in range(GIVEN_UP_AFTER // LONGEST_DELAY + MOST_ATTEMPTS):
        exhausted(worker)
        clock.step(LONGEST_DELAY)
    assert endpoint(town)["state"] == "failing"
    assert log(town, made["id"])[0]["state"] == "failed"
    town.contribution(debate)
    exhausted(worker)
    assert (endpoint(town)["state"], endpoint(town)["ending"]) == ("disabled", "failing")
    receiver.answers = []
    assert town.administrator.post(f"{ENDPOINTS}/{made['id']}/ping").status_code == 202
    exhausted(worker)
    assert kinds(receiver)[-1] == "ping"
    assert endpoint(town)["state"] == "working"


def test_a_ping_is_made_once(town: Town, worker: Worker, receiver: Receiver, clock: StepClock) -> None:
    made = add(town, receiver.url)
    exhausted(worker)
    receiver.got.clear()
    receiver.answers = [500]
    town.administrator.post(f"{ENDPOINTS}/{made['id']}/ping")
    for _ in range(3):
        exhausted(worker)
        clock.step(LONGEST_DELAY)
    assert kinds(receiver) == ["ping"]
    assert log(town, made["id"])[0]["state"] == "failed"


def test_a_redelivery_comes_under_the_same_id(town: Town, worker: Worker, receiver: Receiver) -> None:
    made = add(town, receiver.url, "contribution_posted")
    town.contribution(town.debate())
    exhausted(worker)
    (delivery,) = log(town, made["id"])
    path = f"{ENDPOINTS}/{made['id']}/deliveries/{delivery['id']}/redelivery"
    assert town.administrator.post(path).status_code == 202
    exhausted(worker)
    first, second = receiver.got
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)


def test_during_a_rotation_both_secrets_verify_and_after_it_the_new_one_alone(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    made = add(town, receiver.url, "contribution_posted")
    rotated = town.administrator.post(f"{ENDPOINTS}/{made['id']}/rotation", {"overlap_hours": 2}).json()
    assert rotated["secret"] != made["secret"]
    debate = town.debate()
    town.contribution(debate)
    exhausted(worker)
    for secret in (made["secret"], rotated["secret"]):
        verified(receiver.got[-1], secret, clock.now)
    clock.step(timedelta(hours=2))
    town.contribution(debate)
    exhausted(worker)
    verified(receiver.got[-1], rotated["secret"], clock.now)
    with pytest.raises(WebhookVerificationError):
        verified(receiver.got[-1], made["secret"], clock.now)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_an_address_inside_is_not_followed(
    town: Town, worker: Worker, receiver: Receiver, status: int
) -> None:
    made = add(town, receiver.url, "contribution_posted")
    receiver.answers = [status]
    town.contribution(town.debate())
    exhausted(worker)
    assert len(receiver.got) == 1
    assert log(town, made["id"])[0]["error"] == f"status {status}"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:9", "localhost", "169.254.169.254", "[::1]", "10.0.0.1", "0x7f000001"]
)
def test_an_address_inside_is_not_called(town: Town, services: Services, worker: Worker, host: str) -> None:
    """None can be set up (see `tests/api/sending.py`); an older database may hold one."""
    made = add(town, "https://evenements.ville.example/hooks", "contribution_posted")
    with services.database.writing() as connection:
        connection.execute(update(webhooks).values(url=f"https://{host}/hooks"))
        connection.commit()
    town.contribution(town.debate())
    exhausted(worker)
    (delivery,) = log(town, made["id"])
    assert (delivery["state"], delivery["status"]) == ("pending", None)
    assert host not in delivery["error"]


def test_a_name_that_comes_to_lead_inside_is_not_called(
    town: Town, services: Services, receiver: Receiver
) -> None:
    """Rebinding: the name was public when the endpoint was made, and is looked up for each connection."""
    made = add(town, f"https://evenements.ville.example:{receiver.port}/", "contribution_posted")
    outgoing = Outgoing(resolve=lambda *_: ["127.0.0.1"], largest=0)
    courier = Courier(
        services.work, services.federation.sealer, GuardedSender(outgoing), Links("http://testserver")
    )
    ours = duties(services, services.work)
    handlers = {**ours.handlers, JobKind.WEBHOOK: courier.handler()}
    town.contribution(town.debate())
    exhausted(Worker(services.work, replace(ours, handlers=handlers), lambda _: False))
    assert receiver.got == []
    assert log(town, made["id"])[0]["error"] == "not a public address"


def test_a_debate_that_opens_and_closes_is_told_of_once_each(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    add(town, receiver.url, "debate_opened", "debate_closed")
    debate = town.debate(opens_at=rfc3339(NOW + DAY), closes_at=rfc3339(NOW + 2 * DAY))
    exhausted(worker)
    assert kinds(receiver) == []
    clock.set(NOW + DAY)
    exhausted(worker)
    exhausted(worker)
    assert kinds(receiver) == ["debate_opened"]
    town.organiser.post(f"/debates/{debate}/closure", {"reason": "Essai."})
    clock.step(timedelta(seconds=2))
    exhausted(worker)
    clock.set(NOW + 3 * DAY)
    exhausted(worker)
    assert kinds(receiver) == ["debate_opened", "debate_closed"]


def test_a_worker_that_was_away_tells_of_opening_and_closing_with_their_instants(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    add(town, receiver.url, "debate_opened", "debate_closed")
    town.debate(opens_at=rfc3339(NOW + DAY))
    exhausted(worker)
    clock.set(CLOSES_AT + DAY)
    exhausted(worker)
    assert sorted(kinds(receiver)) == ["debate_closed", "debate_opened"]
    told = {json.loads(got.body)["type"]: json.loads(got.body)["timestamp"] for got in receiver.got}
    assert told["debate_closed"] == CLOSES_AT.isoformat(timespec="microseconds").replace("+00:00", "Z")


def test_an_extension_postpones_what_is_told(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    add(town, receiver.url, "debate_closed")
    debate = town.debate()
    exhausted(worker)
    later = {"closes_at": rfc3339(CLOSES_AT + DAY), "reason": "Encore un jour."}
    assert town.organiser.post(f"/debates/{debate}/extension", later).status_code in {200, 201}
    clock.set(CLOSES_AT)
    exhausted(worker)
    assert kinds(receiver) == []
    clock.set(CLOSES_AT + DAY)
    exhausted(worker)
    assert kinds(receiver) == ["debate_closed"]


def test_an_endpoint_that_was_taken_away_gets_nothing(town: Town, worker: Worker, receiver: Receiver) -> None:
    made = add(town, receiver.url, "contribution_posted")
    town.contribution(town.debate())
    worker._plan()
    assert town.administrator.delete(f"{ENDPOINTS}/{made['id']}").json()["items"] == []
    exhausted(worker)
    assert receiver.got == []


def test_other_organisations_learn_nothing(town: Town, worker: Worker, receiver: Receiver) -> None:
    made = add(town, receiver.url)
    assert town.organiser.get(ENDPOINTS).json()["code"] == "not_permitted"
    assert town.citizen().get(f"{ENDPOINTS}/{made['id']}/deliveries").json()["code"] == "not_permitted"
    exhausted(worker)


def test_the_log_is_kept_for_a_month(
    town: Town, worker: Worker, receiver: Receiver, clock: StepClock
) -> None:
    made = add(town, receiver.url, "contribution_posted")
    town.contribution(town.debate())
    exhausted(worker)
    clock.step(LOG_KEPT + timedelta(hours=1))
    worker.step()
    again = replace(town.administrator, token=town.sign_in("administrator@ville.example").token)
    assert again.get(f"{ENDPOINTS}/{made['id']}/deliveries").json()["items"] == []


def test_secrets_are_shown_once_and_lie_sealed(town: Town, services: Services, receiver: Receiver) -> None:
    made = add(town, receiver.url)
    assert "secret" not in endpoint(town)
    with services.database.reading() as connection:
        sealed = bytes(connection.execute(select(webhooks.c.sealed_secret)).scalar_one())
    assert made["secret"].encode() not in sealed
    assert len(sealed) > len(made["secret"])


def test_a_key_with_the_scope_manages_endpoints(town: Town, receiver: Receiver) -> None:
    from consultation.domain.keys import Scope  # noqa: PLC0415 - this test alone

    key = town.key(Scope.WEBHOOKS)
    assert key.post(ENDPOINTS, {"url": receiver.url}).status_code == 201
    assert len(key.get(ENDPOINTS).json()["items"]) == 1
    assert town.key(Scope.EXPORTS).get(ENDPOINTS).json()["code"] == "key_scope_missing"


@pytest.mark.skipif(not VECTORS.exists(), reason=f"NO REFERENCE VECTORS: {VECTORS} is absent")
def test_signatures_equal_the_reference_vectors() -> None:
    vectors = json.loads(VECTORS.read_text())
    sign = vectors["sign"]
    stamp, body = int(sign["webhook-timestamp"]), sign["payload"].encode()
    for secret in (sign["secret"], sign["secret"].removeprefix("whsec_")):
        made = signature(secret, sign["webhook-id"], stamp, body)
        assert made == sign["webhook-signature"]
        assert made in vectors["verify_must_pass_multi"].split()
        assert made not in [one["webhook-signature"] for one in vectors["verify_must_fail"]]
    with pytest.raises(ValueError, match="empty"):
        signature("whsec_", sign["webhook-id"], stamp, body)


def test_several_signatures_stand_in_one_header() -> None:
    secrets = ["whsec_" + "A" * 32, "whsec_" + "B" * 32]
    headers = headers_of("msg", secrets, NOW, b"{}")
    assert headers["webhook-signature"].count("v1,") == 2
    assert len(headers["webhook-signature"].split(" ")) == 2
