"""Decisions about what a user of an organisation's server wrote: the server reads why, and answers once."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from consultation.application.doctor import examine
from consultation.domain.keys import Scope
from consultation.persistence.bulk.examining import examination_of
from tests.api.bodies import NOBODY, RULING
from tests.api.notified import PLACE, hidden, told
from tests.api.waiting import APPEAL, OVERTURN, QUEUE, refuse, send, waiting_debate
from tests.api.worlds import World
from tests.builders import NOW, SLUG, Caller, Town

RESTORE: Final = RULING | {"measure": "restore", "facts": "", "explanation": "La phrase est un fait connu."}


@pytest.fixture
def user(here: World, town: Town) -> Caller:
    return town.key(Scope.PARTICIPATION_WRITE).naming(here.name())


def state(town: Town, case: str) -> str:
    return str(town.moderator.get(f"{QUEUE}/{case}").json()["state"])


def test_a_server_reads_the_statement_answers_once_and_reads_the_last_word(
    here: World, town: Town, user: Caller
) -> None:
    debate, case = hidden(here, user)
    (notice,) = told(here, user)
    assert (notice["kind"], notice["debate"], notice["case"]) == ("statement_of_reasons", debate, case)
    assert notice["statement"]["facts"] == RULING["facts"]
    assert notice["statement"]["explanation"] == RULING["explanation"]
    assert "note" not in notice["statement"]
    path, key = f"{PLACE}/appeals/{case}", here.name()
    answers = [user.post(path, APPEAL, Idempotency_Key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["state"] == state(town, case) == "appealed"
    assert town.moderator.get(f"{QUEUE}/{case}").json()["appeal"]["text"] == APPEAL["text"]
    again = user.post(path, APPEAL)
    assert (again.status_code, again.json()["code"]) == (409, "appeal_lodged")
    assert town.organiser.post(f"{QUEUE}/{case}/appeal-decisions", RESTORE).status_code == 201
    outcome, _ = told(here, user)
    assert (outcome["kind"], outcome["measure"]) == ("appeal_outcome", "restore")
    with examination_of(here.services.database) as record:
        assert [str(one) for one in examine(record, UUID(debate))] == []


def test_a_refusal_to_publish_is_appealed_likewise_within_the_limit_of_statements(
    here: World, town: Town, user: Caller
) -> None:
    held = str(send(user, waiting_debate(town))["id"])
    refuse(town.moderator, held)
    (notice,) = told(here, user)
    assert (notice["case"], notice["number"], notice["measure"]) == (held, None, "refuse")
    with here.statements() as seen:
        answer = user.post(f"{PLACE}/appeals/{held}", APPEAL, Idempotency_Key=here.name())
    assert answer.status_code == 201, answer.text
    assert len(seen) == 8
    assert town.organiser.post(f"{QUEUE}/{held}/appeal-decisions", OVERTURN).status_code == 201
    assert told(here, user)[0]["measure"] == "publish"


def test_an_appeal_comes_also_after_the_close_and_not_after_its_time(
    here: World, town: Town, user: Caller
) -> None:
    (debate, closed), (_, late) = hidden(here, user), hidden(here, user)
    reason = {"reason": "Le projet est retiré."}
    assert town.organiser.post(f"/debates/{debate}/closure", reason).status_code == 201
    assert user.post(f"{PLACE}/appeals/{closed}", APPEAL).status_code == 201
    now = here.clock()
    here.clock.set(NOW + timedelta(days=31))
    answer = user.post(f"{PLACE}/appeals/{late}", APPEAL)
    here.clock.set(now)
    assert (answer.status_code, answer.json()["code"]) == (409, "appeal_too_late")
    assert state(town, late) == "decided"


def test_nobody_else_finds_the_case_or_the_notices(here: World, town: Town, user: Caller) -> None:
    """Neither another user of the town nor the same id in another town, by its own address or by ours."""
    _, case = hidden(here, user)
    slug, _ = here.organisation()
    elsewhere = town.key(organisation=slug).naming(user.on_behalf_of or "")
    other = user.naming(here.name())
    for stranger in (other, elsewhere):
        place = f"/organisations/{slug if stranger is elsewhere else SLUG}/participant"
        stranger.put(place, {"name": "Autrui"})
        assert told(here, stranger, place) == []
        found = stranger.post(f"{place}/appeals/{case}", APPEAL)
        missing = stranger.post(f"{place}/appeals/{NOBODY}", APPEAL)
        assert (found.status_code, found.json()["code"]) == (404, "case_not_found")
        assert found.json() == missing.json()
    for answer in (
        elsewhere.get(f"{PLACE}/notifications"),
        elsewhere.post(f"{PLACE}/appeals/{case}", APPEAL),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "key_foreign")
    # The user's own server, at the address of another town, where the case is not.
    abroad = user.post(f"/organisations/{slug}/participant/appeals/{case}", APPEAL)
    assert (abroad.status_code, abroad.json()["code"]) == (403, "key_foreign")
    nowhere = user.post(f"/organisations/ville-inconnue/participant/appeals/{case}", APPEAL)
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "organisation_not_found")
    assert state(town, case) == "decided"
    assert [one["case"] for one in told(here, user)] == [case]


def test_a_server_does_not_answer_for_somebody_with_an_account(here: World, town: Town, user: Caller) -> None:
    citizen = town.citizen(here.name())
    _, case = hidden(here, citizen)
    person = citizen.get("/me").json()
    for subject in (user.on_behalf_of, person["id"], person["email"]):
        answer = user.naming(subject or "").post(f"{PLACE}/appeals/{case}", APPEAL)
        assert (answer.status_code, answer.json()["code"]) == (404, "case_not_found")
    assert state(town, case) == "decided"


def test_it_takes_the_scope_and_the_name_of_a_user(town: Town, here: World, user: Caller) -> None:
    _, case = hidden(here, user)
    path = f"{PLACE}/appeals/{case}"
    poor = town.key(Scope.DEBATES_READ).naming(user.on_behalf_of or "")
    nameless = Caller(town.client, user.token)
    assert poor.get(f"{PLACE}/notifications").json()["code"] == "key_scope_missing"
    assert poor.post(path, APPEAL).json()["code"] == "key_scope_missing"
    assert nameless.get(f"{PLACE}/notifications").json()["code"] == "on_behalf_of_required"
    assert nameless.post(path, APPEAL).json()["code"] == "on_behalf_of_required"
    assert town.administrator.post(path, APPEAL).json()["code"] == "key_required"
    assert user.post(f"/appeals/{case}", APPEAL).json()["code"] == "key_not_accepted"
    assert state(town, case) == "decided"


def test_an_answer_through_a_key_is_among_its_uses(here: World, town: Town) -> None:
    made = town.administrator.post(
        f"/organisations/{SLUG}/keys", {"name": "Site", "scopes": ["participation:write"]}
    ).json()
    user = Caller(town.client, made["token"]).naming(here.name())
    _, case = hidden(here, user)
    assert user.post(f"{PLACE}/appeals/{case}", APPEAL).status_code == 201
    uses = town.administrator.get(f"/organisations/{SLUG}/keys/{made['id']}/uses").json()["items"]
    assert [one["kind"] for one in uses] == ["appeal_lodged", "contribution_posted"]


def test_a_user_who_never_took_part_is_not_made_by_asking(here: World, town: Town) -> None:
    stranger = town.key().naming(here.name())
    assert stranger.get(f"{PLACE}/notifications").json()["code"] == "participant_not_found"
    assert stranger.post(f"{PLACE}/appeals/{NOBODY}", APPEAL).json()["code"] == "case_not_found"
    assert stranger.get(PLACE).json()["code"] == "participant_not_found"


def test_notices_come_page_by_page_and_concern_reports_too(here: World, town: Town, user: Caller) -> None:
    _, case = hidden(here, user)
    assert [one["case"] for one in told(here, user)] == [case]
    debate = town.debate()
    number = town.contribution(debate)
    report = {"reason": "charter", "text": "Ce texte insulte une personne."}
    assert user.post(f"/debates/{debate}/posts/{number}/reports", report).status_code == 201
    (reported,) = town.moderator.get(f"{QUEUE}?debate={debate}").json()["items"]
    town.moderator.post(f"{QUEUE}/{reported['id']}/decisions", RULING)
    newest, oldest = told(here, user)
    assert (newest["kind"], newest["case"], newest["statement"]) == ("report_outcome", None, None)
    assert oldest["case"] == case
    page = user.get(f"{PLACE}/notifications?limit=1").json()
    assert [one["id"] for one in page["items"]] == [newest["id"]]
    rest = user.get(f"{PLACE}/notifications?limit=1&cursor={page['next_cursor']}").json()
    assert [one["id"] for one in rest["items"]] == [oldest["id"]]
