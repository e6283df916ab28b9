"""Searching contributions and debates finds the same on both databases."""

import pytest

from tests.builders import Town


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("vélo", [2, 1]),
        ("VELOS", [2, 1]),
        ("velos pistes", [1]),
        ("piste", [1]),
        ("pistes cyclables absentes", []),
        ('"vélo" OR NEAR(', []),
        ("a_b", [3]),
        ("%", []),
        ("*", []),
        ("l'ombre", [3]),
    ],
)
def test_search_finds_whole_words_whatever_their_form(town: Town, query: str, found: list[int]) -> None:
    debate = town.debate()
    town.contribution(debate, title="Des pistes pour les vélos", body="Des pistes cyclables sûres.")
    town.contribution(debate, title="Garer son vélo", body="Des arceaux devant chaque école.")
    town.contribution(debate, title="Arbres a_b", body="Il faut de l'ombre, 100 % des rues.")
    answer = town.anonymous.client.get(f"/api/v1/debates/{debate}/contributions", params={"q": query})
    assert [item["number"] for item in answer.json()["items"]] == found


def test_search_follows_edits_and_withdrawals(town: Town) -> None:
    debate = town.debate()
    author = town.citizen()
    number = town.contribution(debate, author, body="Une fontaine sur la grande place.")
    path = f"/debates/{debate}/contributions?q="

    def numbers(query: str) -> list[int]:
        return [item["number"] for item in town.anonymous.get(path + query).json()["items"]]

    assert numbers("fontaine") == [number]
    author.patch(f"/debates/{debate}/posts/{number}", {"body": "Un kiosque sur la grande place."})
    assert numbers("fontaine") == []
    assert numbers("kiosques") == [number]
    author.post(f"/debates/{debate}/posts/{number}/withdrawal")
    assert numbers("kiosques") == []


def test_search_stays_inside_its_debate(town: Town) -> None:
    first, second = town.debate(), town.debate()
    town.contribution(first, body="Une fontaine sur la grande place.")
    answer = town.anonymous.get(f"/debates/{second}/contributions?q=fontaine")
    assert answer.json()["items"] == []


def test_debates_are_found_by_their_words(town: Town) -> None:
    debate = town.debate(title="Où planter des séquoias ?", description="Dites-le nous.")
    town.debate(title="Les horaires des bus", description="Le soir surtout.")
    answer = town.anonymous.get("/debates?q=séquoia")
    assert [item["id"] for item in answer.json()["items"]] == [debate]
