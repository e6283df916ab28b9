"""A debate may change the limits of its texts, within what the service is sized for."""

from dataclasses import fields

import pytest

from consultation.domain.limits import DEFAULT_LIMITS, HARD_BODY_LIMIT, MOST_POSTS_PER_HOUR, Limits

CEILINGS = {
    "title_max": 500,
    "contribution_max": HARD_BODY_LIMIT,
    "argument_max": HARD_BODY_LIMIT,
    "source_title_max": 500,
    "link_max": 2_000,
    "note_max": HARD_BODY_LIMIT,
}
PAIRS = ["title", "contribution", "argument", "source_title"]


def test_the_defaults_are_those_of_the_product() -> None:
    assert DEFAULT_LIMITS.as_mapping() == {
        "title_min": 5,
        "title_max": 200,
        "contribution_min": 20,
        "contribution_max": 30_000,
        "argument_min": 3,
        "argument_max": 4_000,
        "source_title_min": 3,
        "source_title_max": 100,
        "link_max": 2_000,
        "note_max": 1_000,
    }


def test_limits_survive_their_mapping() -> None:
    changed = Limits(title_min=1, argument_max=10, note_max=0)
    assert Limits.from_mapping(changed.as_mapping()) == changed
    assert Limits.from_mapping({}) == DEFAULT_LIMITS
    assert Limits.from_mapping({"note_max": 5}) == Limits(note_max=5)


@pytest.mark.parametrize(("name", "ceiling"), CEILINGS.items())
def test_a_longest_length_reaches_its_ceiling_and_no_further(name: str, ceiling: int) -> None:
    assert Limits.from_mapping({name: ceiling}).as_mapping()[name] == ceiling
    with pytest.raises(ValueError, match="limits out of order"):
        Limits.from_mapping({name: ceiling + 1})


@pytest.mark.parametrize("pair", PAIRS)
def test_the_shortest_length_may_equal_the_longest_and_not_pass_it(pair: str) -> None:
    exact = Limits.from_mapping({f"{pair}_min": 7, f"{pair}_max": 7}).as_mapping()
    assert (exact[f"{pair}_min"], exact[f"{pair}_max"]) == (7, 7)
    with pytest.raises(ValueError, match="limits out of order: 8 to 7"):
        Limits.from_mapping({f"{pair}_min": 8, f"{pair}_max": 7})


@pytest.mark.parametrize("name", [field.name for field in fields(Limits) if field.name != "pre_moderation"])
def test_no_length_is_negative(name: str) -> None:
    with pytest.raises(ValueError, match="limits out of order"):
        Limits.from_mapping({name: -1})


@pytest.mark.parametrize("pair", PAIRS)
def test_a_text_may_be_allowed_to_be_empty(pair: str) -> None:
    assert Limits.from_mapping({f"{pair}_min": 0}).as_mapping()[f"{pair}_min"] == 0


def test_a_link_is_never_empty() -> None:
    assert Limits(link_max=1).link_max == 1
    with pytest.raises(ValueError, match="limits out of order: 1 to 0"):
        Limits(link_max=0)


def test_a_cap_that_is_not_set_has_no_name_so_that_older_digests_hold() -> None:
    assert "posts_per_hour" not in DEFAULT_LIMITS.as_mapping()
    capped = Limits(posts_per_hour=12)
    assert capped.as_mapping()["posts_per_hour"] == 12
    assert Limits.from_mapping(capped.as_mapping()) == capped


@pytest.mark.parametrize("cap", [1, MOST_POSTS_PER_HOUR])
def test_a_cap_reaches_its_bounds(cap: int) -> None:
    assert Limits(posts_per_hour=cap).posts_per_hour == cap


@pytest.mark.parametrize("cap", [0, MOST_POSTS_PER_HOUR + 1])
def test_a_cap_does_not_pass_its_bounds(cap: int) -> None:
    with pytest.raises(ValueError, match="limits out of order"):
        Limits(posts_per_hour=cap)


def test_an_unknown_limit_is_refused() -> None:
    with pytest.raises(TypeError, match="body_max"):
        Limits.from_mapping({"body_max": 3})


def test_moderation_before_publication_is_written_down_only_where_it_is_chosen() -> None:
    """What was hashed of debates before there was this rule is still the same."""
    assert "pre_moderation" not in Limits().as_mapping()
    assert Limits(pre_moderation=True).as_mapping()["pre_moderation"] is True
    assert Limits.from_mapping(Limits(pre_moderation=True).as_mapping()).pre_moderation is True
