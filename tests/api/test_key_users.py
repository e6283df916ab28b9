"""On behalf of an organisation's own users: one id is one person, with the rights of one person."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from consultation.persistence.tables import identities, people
from tests.api.bodies import REASON
from tests.api.worlds import World
from tests.builders import CONTRIBUTION, SLUG, Town


def person_behind(here: World, subject: str, issuer: str) -> list[int]:
    with here.services.database.reading() as connection:
        return list(
            connection.scalars(
                select(identities.c.person_key).where(
                    identities.c.subject == subject, identities.c.issuer == issuer
                )
            )
        )


def issuer(here: World, slug: str = SLUG) -> str:
    found = here.services.work.perform(lambda tx: tx.organisations.find(slug))
    assert found is not None
    return str(found.uid.urn)  # type: ignore[union-attr]  # finding refuses nothing


def test_one_id_is_one_person_with_one_vote_through_all_keys_of_the_town(here: World, town: Town) -> None:
    debate, user = town.debate(), here.name()
    number = town.contribution(debate)
    vote = f"/debates/{debate}/posts/{number}/vote"
    for value in ("agree", "mixed", "disagree"):
        town.key().naming(user).put(vote, {"value": value})
    town.key().naming(f"{user}-bis").put(vote, {"value": "agree"})
    tally = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["tally"]
    assert tally == {"agree": 1, "mixed": 0, "disagree": 1, "on_earlier_revisions": 0}
    assert len(person_behind(here, user, issuer(here))) == 1
    assert town.anonymous.get(f"/debates/{debate}").json()["counts"]["participants"] == 3


def test_two_first_calls_at_once_make_one_person(here: World, town: Town) -> None:
    """Both find nobody; the second meets the first's row, is run again and finds the person."""
    debate, number = town.debate(), 0
    number = town.contribution(debate)
    caller, vote = town.key(), f"/debates/{debate}/posts/{number}/vote"
    for _ in range(5):
        user = here.name()
        barrier = Barrier(4)

        def voting(value: str, user: str = user, barrier: Barrier = barrier) -> Response:
            barrier.wait(timeout=60)
            return caller.naming(user).put(vote, {"value": value})

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(voting, ("agree", "mixed", "disagree", "agree")))
        assert {answer.status_code for answer in answers} == {200}
        assert len(person_behind(here, user, issuer(here))) == 1
    votes = town.anonymous.get(f"/debates/{debate}").json()["counts"]["votes"]
    assert votes == 5


def test_the_same_id_in_two_towns_is_two_people(here: World, town: Town) -> None:
    slug, _ = here.organisation()
    user = here.name()
    for place, owner in ((SLUG, town.key()), (slug, town.key(organisation=slug))):
        owner.naming(user).put(f"/organisations/{place}/participant", {"name": f"De {place}"})
    first, second = (person_behind(here, user, issuer(here, place)) for place in (SLUG, slug))
    assert len(first) == len(second) == 1
    assert first != second


def test_a_user_signs_with_a_pseudonym_until_the_town_gives_a_name(here: World, town: Town) -> None:
    debate, caller = town.debate(), town.key().naming(here.name())
    place = f"/organisations/{SLUG}/participant"
    assert caller.get(place).json()["code"] == "participant_not_found"
    first = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()
    assert first["author"]["name"].startswith("Participant ")
    assert str(caller.on_behalf_of) not in str(first)
    assert caller.put(place, {"name": "  Camille   T. ", "locale": "nl"}).json() == {
        "name": "Camille T.",
        "locale": "nl",
    }
    other = CONTRIBUTION | {"body": "Un banc sous chaque arbre, et une fontaine."}
    second = caller.post(f"/debates/{debate}/contributions", other).json()
    assert second["author"]["name"] == "Camille T."
    posts = f"/debates/{debate}/posts"
    assert town.anonymous.get(f"{posts}/{first['number']}").json()["author"] == first["author"]
    assert caller.get(place).json() == {"name": "Camille T.", "locale": "nl"}


def test_an_author_edits_and_withdraws_and_nobody_else_does(here: World, town: Town) -> None:
    debate, caller = town.debate(), town.key().naming(here.name())
    number = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()["number"]
    post = f"/debates/{debate}/posts/{number}"
    other = caller.naming(here.name())
    assert other.patch(post, {"title": "Un autre titre"}).json()["code"] == "not_author"
    assert other.post(f"{post}/withdrawal").json()["code"] == "not_author"
    assert caller.patch(post, {"title": "Un autre titre"}).json()["revision"] == 2
    assert caller.post(f"{post}/withdrawal").json()["state"] == "withdrawn"


def test_a_refused_first_act_makes_nobody(here: World, town: Town) -> None:
    debate, user = town.debate(), here.name()
    caller = town.key().naming(user)
    town.moderator.post(f"/debates/{debate}/closure", REASON)
    with here.services.database.reading() as connection:
        before = connection.scalar(select(func.count()).select_from(people))
    answer = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION)
    assert answer.json()["code"] == "period_closed"
    with here.services.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(people)) == before
    assert person_behind(here, user, issuer(here)) == []


@pytest.mark.parametrize("name", ["", "x" * 201, "deux mots", "\u00e9t\u00e9", "tab\tici"])
def test_an_unfit_name_of_a_user_is_malformed(town: Town, name: str) -> None:
    secret = town.key().token or ""
    headers = [(b"authorization", f"Bearer {secret}".encode()), (b"on-behalf-of", name.encode("latin-1"))]
    answer = town.client.get(f"/api/v1/organisations/{SLUG}/participant", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/header/On-Behalf-Of"


def test_two_users_at_once_are_malformed(town: Town) -> None:
    bearer = ("Authorization", f"Bearer {town.key().token}")
    named = [("On-Behalf-Of", "usager-1"), ("On-Behalf-Of", "usager-2")]
    answer = town.client.get(f"/api/v1/organisations/{SLUG}/participant", headers=[bearer, *named])
    assert answer.json()["code"] == "malformed"


def test_a_person_cannot_act_as_a_towns_user(town: Town) -> None:
    debate = town.debate()
    for caller in (town.citizen(), town.administrator, town.anonymous):
        answer = caller.naming("usager-1").post(f"/debates/{debate}/contributions", CONTRIBUTION)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_server_runs_nothing_in_the_name_of_a_user(town: Town) -> None:
    debate = town.debate()
    answer = town.key().naming("usager-1").post(f"/debates/{debate}/closure", REASON)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert town.anonymous.get(f"/debates/{debate}").json()["phase"] == "open"


def test_what_a_server_and_its_user_may_do_is_told(here: World, town: Town) -> None:
    debate, caller = town.debate(), town.key()
    user = caller.naming(here.name())
    number = user.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()["number"]
    user.put(f"/debates/{debate}/posts/{number}/vote", {"value": "agree"})
    mine = user.get(f"/debates/{debate}/me?posts={number}").json()
    assert mine["posts"] == [number]
    assert mine["votes"][str(number)]["value"] == "agree"
    assert all(one["allowed"] for one in mine["capabilities"].values())
    newcomer = caller.naming(here.name()).get(f"/debates/{debate}/me?posts={number}").json()
    assert (newcomer["posts"], newcomer["votes"]) == ([], {})
    assert newcomer["capabilities"]["vote"]["allowed"]
    itself = caller.get(f"/debates/{debate}/me").json()["capabilities"]
    assert itself["vote"]["code"] == "on_behalf_of_required"
    assert itself["close"]["allowed"]


def test_nobody_takes_part_outside_the_period_through_a_key(here: World, town: Town) -> None:
    debate, caller = town.debate(), town.key().naming(here.name())
    number = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION).json()["number"]
    caller.naming(None).post(f"/debates/{debate}/closure", REASON)
    post = f"/debates/{debate}/posts/{number}"
    for answer in (
        caller.post(f"/debates/{debate}/contributions", CONTRIBUTION),
        caller.put(f"{post}/vote", {"value": "agree"}),
        caller.patch(post, {"title": "Un autre titre"}),
        caller.post(f"{post}/withdrawal"),
    ):
        assert answer.json()["code"] == "period_closed"


def test_two_users_of_one_server_never_get_each_others_answers(here: World, town: Town) -> None:
    debate, caller, once = town.debate(), town.key(), here.name()
    users = [caller.naming(here.name()) for _ in range(2)]
    path = f"/debates/{debate}/contributions"
    numbers = [user.post(path, CONTRIBUTION, Idempotency_Key=once).json()["number"] for user in users]
    again = [user.post(path, CONTRIBUTION, Idempotency_Key=once).json()["number"] for user in users]
    assert numbers == again
    assert numbers[0] != numbers[1]
