"""Instants go in as RFC 3339 with an offset and come out in UTC with `Z`, exact to the microsecond."""

from datetime import datetime

import pytest

from tests.api.scene import Scene
from tests.builders import Town

CLOSES_AT = "2026-12-31T23:00:00Z"


def in_utc(sent: str) -> datetime:
    """An instant as the service sends it: UTC, with `Z`."""
    assert sent.endswith("Z")
    return datetime.fromisoformat(sent)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z"),
        ("2026-03-01T09:00:00z", "2026-03-01T09:00:00Z"),
        ("2026-03-01t09:00:00Z", "2026-03-01T09:00:00Z"),
        ("2026-03-01 09:00:00Z", "2026-03-01T09:00:00Z"),
        ("2026-03-01T10:00:00+01:00", "2026-03-01T09:00:00Z"),
        ("2026-03-01T03:30:00-05:30", "2026-03-01T09:00:00Z"),
        ("2026-03-01T09:00:00+00:00", "2026-03-01T09:00:00Z"),
        ("2026-03-01T09:00:00-00:00", "2026-03-01T09:00:00Z"),
        ("2026-03-01T08:59:00-00:01", "2026-03-01T09:00:00Z"),
        ("2026-03-01T09:00:00.5Z", "2026-03-01T09:00:00.500000Z"),
        ("2026-03-01T09:00:00.000001Z", "2026-03-01T09:00:00.000001Z"),
        ("2026-03-01T09:00:00.999999Z", "2026-03-01T09:00:00.999999Z"),
        ("2026-03-01T09:00:00.120Z", "2026-03-01T09:00:00.120000Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
        ("2026-02-28T23:00:00-01:00", "2026-03-01T00:00:00Z"),
        # Both sides of the hour that happens twice, and of the one that never does, in Paris.
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"),
        ("2026-03-29T01:59:59+01:00", "2026-03-29T00:59:59Z"),
        ("2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00Z"),
        ("1971-01-01T00:00:00Z", "1971-01-01T00:00:00Z"),
    ],
)
def test_an_instant_is_kept_to_the_microsecond_whatever_its_offset(
    town: Town, written: str, read: str
) -> None:
    draft = town.draft(opens_at=written, closes_at=CLOSES_AT)
    answer = town.organiser.get(f"/debates/{draft}/draft").json()
    assert in_utc(answer["opens_at"]) == datetime.fromisoformat(read)
    assert in_utc(answer["closes_at"]) == datetime.fromisoformat(CLOSES_AT)


@pytest.mark.parametrize(
    "written",
    [
        "202\N{ARABIC-INDIC DIGIT SIX}-03-01T09:00:00Z",
        "2026-03-01T09:00:00",
        "2026-03-01T09:00Z",
        "2026-03-01",
        "2026-03-01T09Z",
        "20260301T090000Z",
        "2026-060T09:00:00Z",
        "2026-W09-7T09:00:00Z",
        "2026-3-1T09:00:00Z",
        "2026-03-01T09:00:00+0100",
        "2026-03-01T09:00:00+01",
        "2026-03-01T09:00:00 +01:00",
        "2026-03-01T09:00:00,5Z",
        "2026-03-01T09:00:00.Z",
        "2026-03-01T09:00:00.1234567Z",
        "2026-03-01T23:59:60Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T09:60:00Z",
        "2026-13-01T09:00:00Z",
        "2026-02-29T09:00:00Z",
        "2026-00-01T09:00:00Z",
        "2026-03-01T09:00:00+24:00",
        "2026-03-01T09:00:00+01:60",
        "2026-03-01T09:00:00Z\n",
        " 2026-03-01T09:00:00Z",
        "2026-03-01T09:00:00[Europe/Paris]",
        "2026-03-01T09:00:00Z[Europe/Paris]",
        "\N{FULLWIDTH DIGIT TWO}026-03-01T09:00:00Z",
        "1970-06-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999-14:00",
        "12026-03-01T09:00:00Z",
        "-2026-03-01T09:00:00Z",
        "now",
        "",
        1772355600,
        1772355600.5,
        "1772355600",
        None,
        True,
        {"year": 2026},
    ],
)
def test_what_is_no_rfc_3339_instant_is_malformed(scene: Scene, written: object) -> None:
    for name, field in (("create_debate", "opens_at"), ("extend_period", "closes_at")):
        answer = scene.attempt(name).saying(**{field: written}).send()
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), name
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{field}"]


def test_a_period_of_one_microsecond_is_a_period(town: Town) -> None:
    draft = town.draft(opens_at="2026-04-01T00:00:00Z", closes_at="2026-04-01T00:00:00.000001Z")
    assert town.organiser.get(f"/debates/{draft}/draft").json()["closes_at"] == "2026-04-01T00:00:00.000001Z"


@pytest.mark.parametrize("closes_at", ["2026-04-01T02:00:00+02:00", "2026-03-31T23:59:59.999999Z"])
def test_a_period_that_does_not_open_before_it_closes_is_refused(scene: Scene, closes_at: str) -> None:
    attempt = scene.attempt("create_debate").saying(opens_at="2026-04-01T00:00:00Z", closes_at=closes_at)
    assert attempt.send().json()["code"] == "period_invalid"


def test_posts_bear_the_instant_of_the_clock(town: Town) -> None:
    debate = town.debate()
    town.clock.set(town.clock.now.replace(microsecond=123456))
    number = town.contribution(debate)
    created = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["created_at"]
    assert created == "2026-03-15T12:00:00.123456Z"
