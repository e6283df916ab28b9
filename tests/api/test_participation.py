"""What debates ask of participants: who is let in, what whoever asks is told, and as what people speak."""

from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from consultation.persistence.tables import identities, people
from tests.api.bodies import BODIES
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import CONTRIBUTION, NOW, Caller
from tests.exchange.jsonl.makers import Instance

CITIZEN_OR_COMPANY: Final = {"capacities": ["citizen", "company"], "capacity_required": True}


def without_address(world: World) -> Caller:
    """Somebody whom a provider brought: an account without an e-mail address."""
    caller = world.town.citizen(world.name())
    world.execute(people.update().where(people.c.uid == uid_of(caller)).values(email=None))
    return caller


def uid_of(caller: Caller) -> UUID:
    return UUID(caller.get("/me").json()["id"])


def vouch(world: World, caller: Caller, provider: str, assurance: str | None = None) -> None:
    """What a sign-in through a provider leaves behind."""
    key = select(people.c.key).where(people.c.uid == uid_of(caller)).scalar_subquery()
    vouched = insert(identities).values(
        issuer=f"https://{provider}.example",
        subject=world.name(),
        person_key=key,
        provider=provider,
        assurance=assurance,
        linked_at=NOW,
        used_at=NOW,
    )
    world.execute(vouched)


def contribute(caller: Caller, debate: str, **changes: Any) -> tuple[int, str | None]:
    answer = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION | changes)
    return answer.status_code, answer.json().get("code")


def missing(caller: Caller, debate: str, **headers: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"/debates/{debate}/me", **headers).json()["missing"]
    return found


def test_a_debate_that_asks_for_a_verified_address_takes_who_has_one(here: World) -> None:
    debate = here.town.debate(participation={"email": True})
    assert contribute(here.town.citizen(), debate) == (201, None)
    assert contribute(without_address(here), debate) == (403, "email_required")


@pytest.mark.parametrize(
    ("asked", "provider", "assurance", "code"),
    [
        ({"providers": ["etat"]}, "etat", None, None),
        ({"providers": ["etat", "ville"]}, "ville", None, None),
        ({"providers": ["etat"]}, "ville", "eidas3", "identity_required"),
        ({"providers": ["ville"], "assurance": ["eidas2", "eidas3"]}, "ville", "eidas3", None),
        ({"providers": ["ville"], "assurance": ["eidas3"]}, "ville", "eidas1", "identity_required"),
        ({"providers": ["etat"], "assurance": ["eidas3"]}, "etat", "eidas3", None),
        ({"providers": ["etat"], "assurance": ["eidas3"]}, "etat", None, "identity_required"),
    ],
)
def test_a_debate_that_asks_for_an_identity_takes_who_has_one(
    here: World, asked: dict[str, Any], provider: str, assurance: str | None, code: str | None
) -> None:
    debate, caller = here.town.debate(participation=asked), here.town.citizen(here.name())
    assert contribute(caller, debate) == (403, "identity_required")
    vouch(here, caller, provider, assurance)
    assert contribute(caller, debate)[1] == code


def test_that_a_server_named_its_user_vouches_for_nobody(here: World) -> None:
    debate, caller = here.town.debate(participation={"providers": ["key"]}), here.town.citizen(here.name())
    vouch(here, caller, "key")
    assert contribute(caller, debate) == (403, "identity_required")


def test_what_is_asked_is_asked_of_every_act_of_speaking_and_of_staff_too(here: World) -> None:
    debate = here.town.debate(participation={"providers": ["etat"]})
    vouched = here.town.citizen(here.name())
    vouch(here, vouched, "etat")
    number = here.town.contribution(debate, vouched)
    for caller in (here.town.citizen(), here.town.administrator):
        answers = [
            caller.post(f"/debates/{debate}/contributions/{number}/arguments", BODIES["post_argument"]),
            caller.post(f"/debates/{debate}/contributions/{number}/sources", BODIES["post_source"]),
            caller.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"}),
            caller.patch(f"/debates/{debate}/posts/{number}", {"body": "Autre chose, et assez long."}),
        ]
        assert {answer.json()["code"] for answer in answers} == {"identity_required"}


def test_whoever_lost_what_is_asked_can_still_take_back_what_they_said(here: World) -> None:
    debate, caller = here.town.debate(participation={"providers": ["etat"]}), here.town.citizen(here.name())
    vouch(here, caller, "etat")
    number = here.town.contribution(debate, caller)
    caller.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    here.execute(identities.delete().where(identities.c.provider == "etat"))
    assert contribute(caller, debate) == (403, "identity_required")
    assert caller.delete(f"/debates/{debate}/posts/{number}/vote").status_code == 200
    assert caller.post(f"/debates/{debate}/posts/{number}/withdrawal").status_code == 201
    capabilities = caller.get(f"/debates/{debate}/me").json()["capabilities"]
    allowed = {act for act, capability in capabilities.items() if capability["allowed"]}
    assert allowed == {"take_back_vote", "withdraw"}


def test_reading_never_asks_for_anything(here: World) -> None:
    debate = here.town.debate(participation={"email": True, "providers": ["etat"], "code": True})
    for path in ("", "/contributions", "/statistics", "/journal", "/period-history", "/me"):
        assert here.town.anonymous.get(f"/debates/{debate}{path}").status_code == 200


def test_everybody_is_told_beforehand_what_a_debate_asks(here: World) -> None:
    asked = {"email": True, "providers": ["etat"], "assurance": ["eidas2"], "code": True}
    debate = here.town.debate(participation=asked)
    document = here.town.anonymous.get(f"/debates/{debate}").json()
    assert document["participation"] == asked | {"capacities": [], "capacity_required": False}
    plain = here.town.anonymous.get(f"/debates/{here.town.debate()}").json()["participation"]
    assert not any(plain.values())


def test_what_is_missing_comes_with_the_way_to_get_it(here: World) -> None:
    asked = {"email": True, "providers": ["etat", "ville"], "assurance": ["eidas2"], "code": True}
    debate, caller = here.town.debate(participation=asked), without_address(here)
    api = "http://testserver/api/v1"
    email, identity, code = missing(caller, debate, Accept_Language="en")
    assert (email["kind"], email["code"], email["url"]) == ("email", "email_required", f"{api}/auth/codes")
    assert identity["providers"] == [
        {"provider": slug, "start_url": f"{api}/auth/oidc/{slug}/start"} for slug in ("etat", "ville")
    ]
    assert (identity["assurance"], identity["code"]) == (["eidas2"], "identity_required")
    assert "etat or ville" in identity["detail"]
    assert code["url"] == f"{api}/debates/{debate}/participation-codes/redemption"
    vouch(here, caller, "etat", "eidas2")
    assert [one["kind"] for one in missing(caller, debate)] == ["email", "code"]


def test_somebody_anonymous_is_told_all_that_would_be_asked_and_that_signing_in_is_the_first_step(
    here: World,
) -> None:
    debate = here.town.debate(participation={"email": True, "code": True})
    document = here.town.anonymous.get(f"/debates/{debate}/me").json()
    assert [one["kind"] for one in document["missing"]] == ["email", "code"]
    assert document["capabilities"]["vote"]["code"] == "sign_in_required"
    assert document["capabilities"]["vote"]["sign_in_helps"] is True


def test_nothing_is_missing_where_nothing_is_asked(scene: Scene) -> None:
    for caller in (scene.town.anonymous, scene.participant):
        assert missing(caller, scene.open) == []


def test_looking_a_person_up_costs_one_statement_and_only_where_something_is_asked(here: World) -> None:
    caller, counts = here.town.citizen(here.name()), []
    for asked in ({}, {"email": True}, CITIZEN_OR_COMPANY):
        debate = here.town.debate(participation=asked)
        with here.statements() as seen:
            assert contribute(caller, debate, **({"capacity": "citizen"} if "capacities" in asked else {}))
        counts.append(len(seen))
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]


def test_a_published_debate_can_ask_for_less_and_never_for_more(here: World) -> None:
    debate, organiser = here.town.debate(participation={"email": True, "code": True}), here.town.organiser
    eased = organiser.patch(f"/debates/{debate}", {"participation": {"email": True}})
    assert eased.status_code == 200
    assert eased.json()["receipt"] is not None
    assert eased.json()["participation"]["code"] is False
    for asked in ({"email": True, "code": True}, {"providers": ["etat"]}):
        answer = organiser.patch(f"/debates/{debate}", {"participation": asked})
        assert (answer.status_code, answer.json()["code"]) == (409, "participation_tightened")
    same = organiser.patch(f"/debates/{debate}", {"participation": {"email": True}})
    assert same.json()["receipt"] is None


def test_a_draft_can_ask_for_anything(here: World) -> None:
    draft = here.town.draft(participation={"email": True})
    answer = here.town.organiser.patch(f"/debates/{draft}", {"participation": {"code": True}})
    assert answer.status_code == 200
    assert answer.json()["participation"]["code"] is True
    assert answer.json()["participation"]["email"] is False


@pytest.mark.parametrize(
    "unfit",
    [
        {"providers": ["etat", "etat"]},
        {"providers": ["Pas Un Slug"]},
        {"assurance": ["eidas2"]},
        {"providers": ["etat"], "assurance": [""]},
        {"providers": ["etat"], "assurance": ["eidas 2"]},
        {"capacities": ["king"]},
        {"capacities": ["citizen", "citizen"]},
        {"capacity_required": True},
        {"passport": True},
        {"code": "perhaps"},
    ],
)
def test_a_setting_that_makes_no_sense_is_malformed(here: World, unfit: dict[str, Any]) -> None:
    answer = here.town.organiser.patch(f"/debates/{here.town.draft()}", {"participation": unfit})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"].startswith("/participation")


def test_as_what_somebody_speaks_stands_beside_the_name_wherever_the_post_is_shown(here: World) -> None:
    debate, caller = here.town.debate(participation=CITIZEN_OR_COMPANY), here.town.citizen(here.name())
    name = caller.get("/me").json()["name"]
    posted = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION | {"capacity": "company"}).json()
    signed = {"name": name, "capacity": "company"}
    number = posted["number"]
    read = here.town.anonymous.get
    assert posted["author"] == signed
    assert read(f"/debates/{debate}/posts/{number}").json()["author"] == signed
    assert read(f"/debates/{debate}/contributions").json()["items"][0]["author"] == signed
    thread = read(f"/debates/{debate}/contributions/{number}").json()
    assert thread["contribution"]["author"] == signed
    assert caller.get("/me/posts").json()["items"][0]["author"] == signed


def test_the_last_capacity_is_remembered_and_can_be_another_one(here: World) -> None:
    debate, caller = here.town.debate(participation=CITIZEN_OR_COMPANY), here.town.citizen(here.name())
    assert contribute(caller, debate) == (422, "capacity_required")
    assert caller.get(f"/debates/{debate}/me").json()["capacity"] is None
    number = here.town.contribution(debate, caller, capacity="company")
    assert caller.get(f"/debates/{debate}/me").json()["capacity"] == "company"
    here.town.argument(debate, number, caller=caller)
    here.town.contribution(debate, caller, capacity="citizen")
    here.town.argument(debate, number, caller=caller)
    read = here.town.anonymous.get
    spoken = [read(f"/debates/{debate}/posts/{n}").json()["author"]["capacity"] for n in range(1, 5)]
    assert spoken == ["company", "company", "citizen", "citizen"]


def test_an_edit_can_correct_the_capacity_and_each_revision_keeps_its_own(here: World) -> None:
    debate, caller = here.town.debate(participation=CITIZEN_OR_COMPANY), here.town.citizen(here.name())
    number = here.town.contribution(debate, caller, capacity="company")
    edited = caller.patch(f"/debates/{debate}/posts/{number}", {"capacity": "citizen"}).json()
    assert (edited["revision"], edited["author"]["capacity"]) == (2, "citizen")
    caller.patch(f"/debates/{debate}/posts/{number}", {"body": "Un arbre dans chaque rue, et deux ici."})
    revisions = here.town.anonymous.get(f"/debates/{debate}/posts/{number}/revisions").json()["items"]
    assert [one["author"]["capacity"] for one in revisions] == ["company", "citizen", "citizen"]
    refused = caller.patch(f"/debates/{debate}/posts/{number}", {"capacity": "association"})
    assert refused.json()["code"] == "capacity_required"
    assert refused.json()["capacities"] == ["citizen", "company"]


def test_figures_can_be_read_by_capacity_and_tell_nothing_of_votes(here: World) -> None:
    debate = here.town.debate(participation={"capacities": ["citizen", "company", "association"]})
    first, second, voter = (here.town.citizen(here.name()) for _ in range(3))
    one = here.town.contribution(debate, first, capacity="company")
    here.town.contribution(debate, first)
    here.town.argument(debate, one, "contra", first)
    withdrawn = here.town.contribution(debate, second, capacity="citizen")
    second.post(f"/debates/{debate}/posts/{withdrawn}/withdrawal")
    here.town.contribution(debate, voter)
    voter.put(f"/debates/{debate}/posts/{one}/vote", {"value": "agree"})
    figures = here.town.anonymous.get(f"/debates/{debate}/statistics").json()["by_capacity"]
    told = {line["capacity"]: (line["people"], *line["posts"].values()) for line in figures}
    assert told == {
        "citizen": (1, 0, 0, 0, 0),
        "association": (0, 0, 0, 0, 0),
        "company": (1, 2, 0, 1, 0),
        "public_body": (0, 0, 0, 0, 0),
        "elected_official": (0, 0, 0, 0, 0),
        None: (None, 1, 0, 0, 0),
    }


def test_where_nobody_says_as_what_they_speak_there_are_no_such_figures(scene: Scene) -> None:
    statistics = scene.town.anonymous.get(f"/debates/{scene.open}/statistics").json()
    assert statistics["by_capacity"] == []


def test_the_journal_covers_what_was_asked_and_as_what_people_spoke(here: World) -> None:
    debate, caller = here.town.debate(participation=CITIZEN_OR_COMPANY), here.town.citizen(here.name())
    number = here.town.contribution(debate, caller, capacity="company")
    caller.patch(f"/debates/{debate}/posts/{number}", {"capacity": "citizen"})
    here.town.organiser.patch(f"/debates/{debate}", {"participation": {"capacities": ["citizen", "company"]}})
    doctor = Instance(here.services.database, founded=True)
    assert doctor.findings(UUID(debate)) == []
