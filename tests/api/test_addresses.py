"""Ids, numbers and slugs in addresses: their bounds and their forms."""

from uuid import UUID

import pytest

from tests.api.bodies import NOBODY
from tests.api.contract import CheckedClient
from tests.api.scene import Scene
from tests.builders import Town


@pytest.mark.parametrize(
    "number",
    ["0", "-1", "2147483648", "9" * 40, "1.5", "x", "", "0x1", "1e1", "%00", "\N{ARABIC-INDIC DIGIT THREE}a"],
)
def test_a_number_is_from_1_to_31_bits(scene: Scene, client: CheckedClient, number: str) -> None:
    for path in ("posts/{}/revisions", "contributions/{}/arguments", "contributions/{}"):
        answer = client.get(f"/api/v1/debates/{scene.open}/{path.format(number)}")
        assert answer.status_code in {404, 422}
        assert answer.json()["code"] in {"malformed", "not_found"}


def test_the_largest_number_is_looked_for(scene: Scene) -> None:
    answer = scene.attempt("get_post").at(number=2**31 - 1).send()
    assert (answer.json()["code"], answer.json()["number"]) == ("post_not_found", 2**31 - 1)


def test_a_post_has_one_address(scene: Scene) -> None:
    for form in ("01", "+1", " 1", "1.0", "1_0", "\N{ARABIC-INDIC DIGIT ONE}"):
        for name in ("get_post", "get_thread", "list_revisions"):
            answer = scene.attempt(name).at(number=form).send()
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), form


def test_the_id_of_a_debate_may_be_written_in_any_form_of_a_uuid(scene: Scene) -> None:
    uid = UUID(scene.open)
    attempt = scene.attempt("get_debate")
    whole = attempt.send()
    for form in (str(uid).upper(), uid.hex, uid.urn, f"{{{uid}}}"):
        answer = attempt.at(debate_id=form).send()
        assert answer.status_code == 422 or answer.content == whole.content, form


@pytest.mark.parametrize(
    "form", ["nonsense", "1", "0" * 31, "0" * 33, "g" * 32, "01900000-0000-7000-8000", "%00", "..%2f..", "é"]
)
def test_what_is_no_id_is_malformed_or_leads_nowhere(client: CheckedClient, form: str) -> None:
    answer = client.get(f"/api/v1/debates/{form}")
    assert (answer.status_code, answer.json()["code"]) in {(422, "malformed"), (404, "not_found")}


@pytest.mark.parametrize("uid", [NOBODY, "0" * 32, "f" * 32, "00000000-0000-4000-8000-000000000000"])
def test_the_id_of_nothing_is_not_found(client: CheckedClient, uid: str) -> None:
    answer = client.get(f"/api/v1/debates/{uid}")
    assert (answer.status_code, answer.json()["code"]) == (404, "debate_not_found")


@pytest.mark.parametrize(
    "slug", ["Ville", "ville_exemple", "-ville", "ville--exemple", "ville%00", "é", "x" * 81, "a b"]
)
def test_what_is_no_slug_is_malformed(client: CheckedClient, slug: str) -> None:
    answer = client.get(f"/api/v1/organisations/{slug}")
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_an_id_or_a_number_that_leaves_is_a_uuid_7_or_counts_from_1(town: Town) -> None:
    debate = town.debate()
    assert UUID(debate).version == 7
    assert UUID(town.citizen().get("/me").json()["id"]).version == 7
    assert town.contribution(debate) == 1


@pytest.mark.parametrize("posts", ["0", "1,2,3", ",".join(str(n) for n in range(1, 101)), ""])
def test_up_to_a_hundred_numbers_may_be_asked_for(scene: Scene, posts: str) -> None:
    assert scene.attempt("get_my_debate", scene.author).asking(f"posts={posts}").send().status_code == 200


@pytest.mark.parametrize(
    "posts", ["x", "1,", ",1", "-1", "1.5", "1;2", "9" * 10, ",".join("1" * 101), "1,%00"]
)
def test_anything_else_in_their_place_is_malformed(scene: Scene, posts: str) -> None:
    answer = scene.attempt("get_my_debate", scene.author).asking(f"posts={posts}").send()
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("list_contributions", "sort=best"),
        ("list_contributions", "seed=-1"),
        ("list_contributions", "seed=2147483648"),
        ("list_contributions", "seed=x"),
        ("list_contributions", "theme=Pas%20un%20slug"),
        ("list_arguments", "side=both"),
        ("list_arguments", "sort=random"),
        ("list_debates", "phase=draft"),
        ("list_debates", "organisation=Ville"),
        ("get_journal", "after=-1"),
        ("get_journal", "after=9007199254740992"),
        ("get_journal", "limit=1001"),
        ("get_journal", "limit=0"),
        ("find_posts", ""),
        ("find_posts", "reference="),
        ("find_posts", "reference=a%00b"),
        ("remove_member", "role=king"),
    ],
)
def test_a_parameter_outside_its_bounds_is_malformed(scene: Scene, name: str, query: str) -> None:
    answer = scene.attempt(name).asking(query).send()
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_an_unknown_parameter_is_passed_over(scene: Scene) -> None:
    attempt = scene.attempt("get_debate")
    assert attempt.asking("utm_source=lettre&x").send().content == attempt.send().content


def test_a_query_that_is_not_utf_8_gets_an_answer(scene: Scene) -> None:
    for query in ("q=%ff%fe", "q=%ed%a0%80", "q=%c0%af", "%ff=1", "q=a&q=b"):
        assert scene.attempt("list_contributions").asking(query).send().status_code in {200, 422}, query
