"""When very many codes are asked for, devices calculate; people are never asked to see or hear anything.

The library that checks proofs reads the system's time, so these tests begin at it.
"""

import base64
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4  # noqa: TID251 - names of throw-away databases

import pytest
from altcha import Challenge, Payload, create_challenge, solve_challenge
from httpx2 import Response
from sqlalchemy import select

from consultation.application.limiting import Limiter
from consultation.application.policies import CODES_EVERYONE, CODES_NETWORK
from consultation.application.retention import forget_expired
from consultation.persistence.tables import used_proofs
from consultation.proofs import ALGORITHM, GOOD_FOR, AltchaProofs
from tests.api.mailbox import letters
from tests.api.worlds import World, world
from tests.postgres import create_database, drop_database

THRESHOLD = CODES_NETWORK.proof_after or 0


@pytest.fixture(scope="module")
def busy_world(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A world of its own with the default limits, at the system's time."""
    folder = tmp_path_factory.mktemp(f"proofs-{engine_name}")
    changes: dict[str, Any] = {"rate_limits": 1.0, "proof_cost": 1}
    if engine_name == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "test.sqlite3")
        with world(f"sqlite:///{folder / 'test.sqlite3'}", folder, **changes) as made:
            yield made
        return
    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{uuid4().hex[:12]}"
    with world(create_database(server, name, template="template_test"), folder, **changes) as made:
        yield made
    drop_database(server, name)


@pytest.fixture
def busy(busy_world: World) -> World:
    """So many codes were asked for just now that the next one needs a proof."""
    start = datetime.now(UTC)  # noqa: TID251 - see above
    # An hour on from the test before, whose calls are out of reach by then.
    busy_world.clock.set(max(start, busy_world.clock()) + timedelta(hours=1))
    for _ in range(THRESHOLD):
        assert ask(busy_world).status_code == 202
    return busy_world


def ask(here: World, address: str | None = None, **members: str) -> Response:
    address = address or f"{here.name()}@citoyens.example"
    return here.process.anonymous.post("/auth/codes", {"email": address, **members})


def challenge(here: World) -> dict[str, Any]:
    answer = here.process.anonymous.get("/auth/challenge")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def solved(told: dict[str, Any]) -> str:
    """A payload as the web component sends it."""
    given = Challenge.from_dict(told)
    solution = solve_challenge(given)
    assert solution is not None
    return str(Payload(given, solution).to_base64())


def test_below_the_threshold_nothing_is_asked_and_nothing_is_looked_at(here: World) -> None:
    for members in ({}, {"website": "https://autofill.example"}, {"proof": "nonsense"}):
        address = f"{here.name()}@citoyens.example"
        assert ask(here, address, **members).status_code == 202
        assert len(letters(here, address)) == 1


def test_above_the_threshold_a_proof_is_needed_and_it_says_where_to_begin(busy: World) -> None:
    address = f"{busy.name()}@citoyens.example"
    refused = ask(busy, address)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (403, "proof_required")
    assert problem["challenge"] == "http://testserver/api/v1/auth/challenge"
    assert letters(busy, address) == []
    accepted = ask(busy, address, proof=solved(challenge(busy)))
    assert (accepted.status_code, accepted.json()) == (202, {"expires_in_seconds": 600})
    assert len(letters(busy, address)) == 1


def test_to_be_sent_for_a_challenge_counts_for_nothing(busy: World) -> None:
    for _ in range(3 * THRESHOLD):
        assert ask(busy).json()["code"] == "proof_required"
    answer = ask(busy, proof=solved(challenge(busy)))
    assert f'"codes-network";r={CODES_NETWORK.quota - THRESHOLD - 1};' in answer.headers["ratelimit"]


def test_many_codes_from_everywhere_make_a_proof_due_as_well(here: World) -> None:
    limiter = Limiter(here.clock, here.services.digests)
    for _ in range(CODES_EVERYONE.proof_after or 0):
        limiter.spend(CODES_EVERYONE, "")
    with here.kit(limiter=limiter):
        assert ask(here).json()["code"] == "proof_required"


def test_a_proof_is_good_once(busy: World) -> None:
    proof = solved(challenge(busy))
    assert ask(busy, proof=proof).status_code == 202
    again = ask(busy, proof=proof)
    assert (again.status_code, again.json()["code"]) == (403, "proof_invalid")


def test_a_used_proof_is_recognised_however_it_is_wrapped(busy: World) -> None:
    proof = solved(challenge(busy))
    assert ask(busy, proof=proof).status_code == 202
    inside = json.loads(base64.b64decode(proof))
    inside["solution"]["time"] = 1.5
    inside["more"] = "words"
    other = base64.b64encode(json.dumps(inside, indent=3).encode()).decode()
    assert ask(busy, proof=other).json()["code"] == "proof_invalid"


def test_one_proof_sent_at_once_by_many_lets_one_in(busy: World) -> None:
    proof = solved(challenge(busy))
    addresses = [f"{busy.name()}@citoyens.example" for _ in range(8)]
    processes = [busy.process, busy.neighbour]
    for turn in range(2):  # the second process has counted nothing yet
        for _ in range(THRESHOLD if turn else 0):
            processes[1].anonymous.post("/auth/codes", {"email": f"{busy.name()}@citoyens.example"})

    def send(turn: int) -> int:
        body = {"email": addresses[turn], "proof": proof}
        return processes[turn % 2].anonymous.post("/auth/codes", body).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(8)))
    assert statuses == [202, *[403] * 7]
    assert sum(len(letters(busy, address)) for address in addresses) == 1


def test_a_proof_that_bought_nothing_is_not_used_up(busy: World) -> None:
    address = f"{busy.name()}@citoyens.example"
    for _ in range(5):
        assert ask(busy, address, proof=solved(challenge(busy))).status_code == 202
    proof = solved(challenge(busy))
    assert ask(busy, address, proof=proof).json()["code"] == "too_many_codes"
    assert ask(busy, proof=proof).status_code == 202


def test_a_proof_expires_with_its_challenge_to_the_second(busy: World) -> None:
    told = challenge(busy)
    expires_at = datetime.fromtimestamp(told["parameters"]["expiresAt"], UTC)
    assert timedelta() <= busy.clock() + GOOD_FOR - expires_at < timedelta(seconds=1)
    proofs, proof = busy.services.proofs, solved(told)
    assert proofs.check(proof) is not None
    now = busy.clock()
    busy.clock.set(expires_at - timedelta(microseconds=1))
    assert proofs.check(proof) is not None
    busy.clock.set(expires_at)
    assert proofs.check(proof) is None
    busy.clock.set(now)


def forged(told: dict[str, Any], **changes: object) -> str:
    return solved({**told, "parameters": {**told["parameters"], **changes}})


def test_a_challenge_that_was_made_easier_or_longer_is_not_ours(busy: World) -> None:
    told = challenge(busy)
    for changes in (
        {"keyPrefix": "00"},
        {"expiresAt": 4_000_000_000},
        {"expiresAt": None},
        {"cost": 2, "keyPrefix": "0"},
    ):
        assert ask(busy, proof=forged(told, **changes)).json()["code"] == "proof_invalid"
    own = create_challenge(ALGORITHM, 1, counter=1, hmac_secret="of somebody else").to_dict()
    assert ask(busy, proof=solved(own)).json()["code"] == "proof_invalid"
    unsigned = create_challenge(ALGORITHM, 1, counter=1).to_dict()
    assert ask(busy, proof=solved(unsigned)).json()["code"] == "proof_invalid"


def test_a_wrong_solution_is_refused(busy: World) -> None:
    inside = json.loads(base64.b64decode(solved(challenge(busy))))
    for counter in (inside["solution"]["counter"] + 1, -1, 2**40, "7", None, 1.5):
        wrong = {**inside, "solution": {**inside["solution"], "counter": counter}}
        payload = base64.b64encode(json.dumps(wrong).encode()).decode()
        assert ask(busy, proof=payload).json()["code"] == "proof_invalid"


@pytest.mark.parametrize(
    "payload",
    ["", "e30=", "nonsense", "bnVsbA==", "W10=", "eyJjaGFsbGVuZ2UiOjF9", "[" * 4_000, "\u00e9", "A" * 4_096],
)
def test_nonsense_is_no_proof(busy: World, payload: str) -> None:
    assert ask(busy, proof=payload).json()["code"] in {"proof_invalid", "proof_required"}


def test_a_deep_payload_is_no_proof(busy: World) -> None:
    deep = base64.b64encode(b'{"challenge":' + b"[" * 2_500 + b"]" * 500).decode()
    assert busy.services.proofs.check(deep) is None


def test_who_fills_in_what_nobody_sees_is_answered_like_everybody_and_gets_nothing(busy: World) -> None:
    address = f"{busy.name()}@citoyens.example"
    trapped = ask(busy, address, website="https://spam.example", proof="anything")
    honest = ask(busy, proof=solved(challenge(busy)))
    assert (trapped.status_code, trapped.content) == (honest.status_code, honest.content)
    assert trapped.headers.keys() == honest.headers.keys()
    assert letters(busy, address) == []


def test_known_and_unknown_addresses_are_answered_alike_above_the_threshold(busy: World) -> None:
    known = f"{busy.name()}@citoyens.example"
    busy.town.sign_in(known)
    answers = [ask(busy, address) for address in (known, f"{busy.name()}@citoyens.example")]
    assert answers[0].content == answers[1].content
    answers = [
        ask(busy, address, proof=solved(challenge(busy)))
        for address in (known, f"{busy.name()}@citoyens.example")
    ]
    assert answers[0].content == answers[1].content


def test_a_used_proof_is_kept_as_long_as_it_could_be_used_and_says_nothing_of_who_used_it(
    busy: World,
) -> None:
    ask(busy, proof=solved(challenge(busy)))
    with busy.services.database.reading() as connection:
        rows = connection.execute(select(used_proofs)).all()
    assert {len(row.proof_digest) for row in rows} == {32}
    assert max(row.expires_at for row in rows) <= busy.clock() + GOOD_FOR
    now = busy.clock()
    busy.clock.set(now + GOOD_FOR + timedelta(seconds=1))
    assert busy.services.work.perform(forget_expired).proofs >= len(rows)  # type: ignore[union-attr]  # nothing refuses it
    busy.clock.set(now)


def test_a_challenge_is_even_work_and_new_each_time(busy: World) -> None:
    seen = [challenge(busy) for _ in range(12)]
    assert len({told["signature"] for told in seen}) == 12
    for told in seen[:4]:
        solution = solve_challenge(Challenge.from_dict(told))
        assert solution is not None
        assert 64 <= solution.counter < 192


def test_challenges_are_limited_by_network_too(busy: World) -> None:
    statuses = {busy.process.anonymous.get("/auth/challenge").status_code for _ in range(70)}
    assert statuses == {200, 429}


def test_another_key_signs_other_challenges(busy: World) -> None:
    other = AltchaProofs("y" * 64, busy.clock, busy.services.ids, 1)
    assert busy.services.proofs.check(solved(dict(other.challenge()))) is None
