"""Bodies that are no JSON, or no JSON that we take."""

from tests.builders import Town


def test_deep_nesting_is_malformed_and_says_where(town: Town) -> None:
    debate = town.debate()
    answer = town.client.post(
        f"/api/v1/debates/{debate}/contributions",
        content=b"[" * 20_000,
        headers={
            "Authorization": f"Bearer {town.citizen().token}",
            "Content-Type": "application/json",
        },
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "malformed"
    assert answer.json()["errors"]
