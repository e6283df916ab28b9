"""Participation codes: shown once, one for each person, each once, and nobody's afterwards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, func, literal_column, select

from consultation.application.ports import Transaction
from consultation.application.retention import forget_expired
from consultation.domain.participation_codes import TRIES, typed
from consultation.persistence.tables import (
    code_redemptions,
    idempotency_keys,
    metadata,
    participation_codes,
)
from tests.api.worlds import World
from tests.builders import CLOSES_AT, OPENS_AT, Caller
from tests.exchange.jsonl.makers import Instance


def asking(world: World) -> str:
    return world.town.debate(participation={"code": True})


def made(world: World, debate: str, count: int = 1, **headers: str) -> dict[str, Any]:
    body = {"count": count, "note": "Lettres"}
    answer = world.town.organiser.post(f"/debates/{debate}/participation-codes", body, **headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def redeem(caller: Caller, debate: str, code: str, **headers: str) -> tuple[int, dict[str, Any]]:
    answer = caller.post(f"/debates/{debate}/participation-codes/redemption", {"code": code}, **headers)
    return answer.status_code, answer.json()


def batches(world: World, debate: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.town.organiser.get(f"/debates/{debate}/participation-codes").json()[
        "items"
    ]
    return found


def stranger(world: World) -> Caller:
    return world.town.citizen(world.name())


def everything_stored(world: World) -> bytes:
    """All that the database holds, as bytes to search in."""
    held = []
    with world.services.database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                held += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join(held)


def test_with_a_code_one_takes_part(here: World) -> None:
    debate, caller = asking(here), stranger(here)
    code = made(here, debate)["codes"][0]
    vote = caller.get(f"/debates/{debate}/me").json()["capabilities"]["contribute"]
    assert (vote["allowed"], vote["code"]) == (False, "participation_code_required")
    assert redeem(caller, debate, f"  {code.lower().replace('-', ' ')} ") == (
        200,
        {"debate": debate, "redeemed": True},
    )
    assert here.town.contribution(debate, caller) == 1
    assert caller.get(f"/debates/{debate}/me").json()["missing"] == []


def test_codes_are_shown_once_and_kept_nowhere(here: World) -> None:
    debate, key = asking(here), here.name()
    batch = made(here, debate, 3, Idempotency_Key=key)
    again = made(here, debate, 3, Idempotency_Key=key)
    assert (batch["made"], len(set(batch["codes"]))) == (3, 3)
    assert again == batch | {"codes": None}
    assert len(batches(here, debate)) == 1
    held = everything_stored(here)
    for code in batch["codes"]:
        assert code.encode() not in held
        assert str(typed(code)).encode() not in held


def test_ten_thousand_codes_are_made_at_once_and_no_more(here: World) -> None:
    debate = asking(here)
    assert len(set(made(here, debate, 10_000)["codes"])) == 10_000
    answer = here.town.organiser.post(f"/debates/{debate}/participation-codes", {"count": 10_001})
    assert answer.json()["code"] == "malformed"


def test_a_code_serves_one_person_and_a_person_needs_one_code(here: World) -> None:
    debate, first, second = asking(here), stranger(here), stranger(here)
    one, other = made(here, debate, 2)["codes"]
    assert redeem(first, debate, one)[0] == 200
    status, problem = redeem(second, debate, one)
    assert (status, problem["code"]) == (403, "participation_code_spent")
    assert redeem(first, debate, one)[0] == 200, "the same once more"
    assert redeem(first, debate, other)[0] == 200, "has one already: the other is not used up"
    assert redeem(second, debate, other)[0] == 200
    assert (batches(here, debate)[0]["used"], batches(here, debate)[0]["made"]) == (2, 2)


def test_whoever_has_redeemed_a_code_learns_nothing_of_others(here: World) -> None:
    debate, caller = asking(here), stranger(here)
    redeem(caller, debate, made(here, debate)["codes"][0])
    foreign = made(here, asking(here))["codes"][0]
    assert redeem(caller, debate, foreign) == (200, {"debate": debate, "redeemed": True})


def test_a_code_admits_to_its_own_debate_only(here: World) -> None:
    debate, other, caller = asking(here), asking(here), stranger(here)
    status, problem = redeem(caller, debate, made(here, other)["codes"][0])
    assert (status, problem["code"], problem["tries_left"]) == (403, "participation_code_unknown", TRIES - 1)


def test_a_typing_error_is_told_from_an_unknown_code_and_is_no_try(here: World) -> None:
    debate, caller = asking(here), stranger(here)
    code = made(here, debate)["codes"][0]
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else code[:-1] + "?"
    for _ in range(TRIES + 1):
        assert redeem(caller, debate, swapped)[1]["code"] == "participation_code_mistyped"
    assert redeem(caller, debate, code)[0] == 200


def test_wrong_codes_are_counted_and_end_after_an_hour(here: World) -> None:
    debate, caller = asking(here), stranger(here)
    right, foreign = made(here, debate)["codes"][0], made(here, asking(here))["codes"][0]
    left = [redeem(caller, debate, foreign)[1]["tries_left"] for _ in range(TRIES)]
    assert left == list(reversed(range(TRIES)))
    here.clock.step(timedelta(minutes=59))
    status, problem = redeem(caller, debate, right)
    assert (status, problem["code"], problem["retry_after"]) == (429, "too_many_wrong_codes", 60)
    here.clock.step(timedelta(minutes=1))
    assert redeem(caller, debate, right)[0] == 200


def test_a_refused_code_is_counted_with_an_idempotency_key_too(here: World) -> None:
    debate, caller, key = asking(here), stranger(here), here.name()
    foreign = made(here, asking(here))["codes"][0]
    left = [redeem(caller, debate, foreign, Idempotency_Key=key)[1]["tries_left"] for _ in range(2)]
    assert left == [TRIES - 1, TRIES - 2], "what was refused is decided anew"


def test_codes_are_redeemed_before_the_opening_and_not_after_the_close(here: World) -> None:
    here.clock.set(OPENS_AT - timedelta(days=1))
    debate, caller = asking(here), stranger(here)
    one, other = made(here, debate, 2)["codes"]
    assert redeem(caller, debate, one)[0] == 200
    here.clock.set(CLOSES_AT)
    assert redeem(stranger(here), debate, other)[1]["code"] == "period_closed"


def test_a_revoked_batch_keeps_whom_it_let_in_and_lets_nobody_else_in(here: World) -> None:
    debate, early, late = asking(here), stranger(here), stranger(here)
    batch, kept = made(here, debate, 3), made(here, debate)
    redeem(early, debate, batch["codes"][0])
    answer = here.town.organiser.delete(f"/debates/{debate}/participation-codes/{batch['batch']}")
    figures = [(one["made"], one["used"], one["revoked"]) for one in answer.json()["items"]]
    assert figures == [(3, 1, 2), (1, 0, 0)]
    assert redeem(late, debate, batch["codes"][1])[1]["code"] == "participation_code_spent"
    assert here.town.contribution(debate, early) == 1
    assert redeem(late, debate, kept["codes"][0])[0] == 200


def test_a_batch_of_another_debate_cannot_be_revoked(here: World) -> None:
    debate, other = asking(here), asking(here)
    batch = made(here, other)["batch"]
    answer = here.town.organiser.delete(f"/debates/{debate}/participation-codes/{batch}")
    assert answer.json()["code"] == "code_batch_not_found"
    assert batches(here, other)[0]["revoked"] == 0


def test_codes_can_be_printed_before_the_debate_is_published(here: World) -> None:
    draft, caller = here.town.draft(participation={"code": True}), stranger(here)
    code = made(here, draft)["codes"][0]
    assert redeem(caller, draft, code)[1]["code"] == "debate_not_found"
    here.town.organiser.post(f"/debates/{draft}/publication")
    assert redeem(caller, draft, code)[0] == 200


def test_nothing_that_is_kept_says_which_code_was_whose(here: World) -> None:
    """Neither a column, nor the answer kept under a key, nor the fingerprint of the call."""
    debate, people = asking(here), [stranger(here), stranger(here)]
    keys = [here.name(), here.name()]
    for caller, code, key in zip(people, made(here, debate, 2)["codes"], keys, strict=True):
        assert redeem(caller, debate, code, Idempotency_Key=key)[0] == 200
    assert {column.name for column in code_redemptions.c} == {"debate_key", "person_key"}
    assert {column.name for column in participation_codes.c} & {"person_key", "used_at", "key"} == set()
    with here.services.database.reading() as connection:
        kept = connection.execute(
            select(idempotency_keys.c.fingerprint, idempotency_keys.c.body).where(
                idempotency_keys.c.idempotency_key.in_(keys)
            )
        ).all()
    assert len(kept) == 2
    assert len(set(kept)) == 1


def test_used_codes_are_mixed_so_that_no_transaction_pairs_them_with_people(here: World) -> None:
    debate = asking(here)
    codes = made(here, debate, 4)["codes"]

    def mix() -> None:
        here.services.work.perform(forget_expired)

    for code in codes[:2]:
        redeem(stranger(here), debate, code)
    mix()
    redeem(stranger(here), debate, codes[2])
    mix()
    assert batches(here, debate)[0]["used"] == 3
    assert redeem(stranger(here), debate, codes[0])[1]["code"] == "participation_code_spent"
    if here.services.database.is_sqlite:
        return  # which keeps no number of a row's transaction
    written: ColumnElement[str] = literal_column("participation_codes.xmin::text")
    with here.services.database.reading() as connection:
        found = connection.execute(
            select(func.count(), func.count(written.distinct())).where(
                participation_codes.c.state == "spent",
                participation_codes.c.code_digest.in_(
                    [here.services.digests.participation_code(UUID(debate), str(typed(c))) for c in codes]
                ),
            )
        ).one()
    assert tuple(found) == (3, 1), "all bear the number of the last mixing"


def test_one_who_lost_the_race_is_refused_by_the_database_itself(here: World) -> None:
    """Were the lock not there, the state of the code would still change once only."""
    debate, email = asking(here), f"{here.name()}@citoyens.example"
    here.town.sign_in(email)
    code = made(here, debate)["codes"][0]
    digest = here.services.digests.participation_code(UUID(debate), str(typed(code)))

    def twice(tx: Transaction) -> str:
        account, locked = tx.people.by_email(email), tx.debates.lock(UUID(debate))
        assert account is not None
        assert locked is not None
        tx.participations.redeem(locked.key, account.key, digest)
        with pytest.raises(LookupError):
            tx.participations.redeem(locked.key, account.key, digest)
        return "refused"

    assert here.services.work.perform(twice) == "refused"


def test_the_doctor_finds_nothing_wrong(here: World) -> None:
    debate = asking(here)
    for code in made(here, debate, 2)["codes"]:
        redeem(stranger(here), debate, code)
    assert Instance(here.services.database, founded=True).findings(UUID(debate)) == []
