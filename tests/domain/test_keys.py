"""What scopes allow, how long secrets work, and that a key is nothing outside its organisation."""

from datetime import timedelta

import pytest

from consultation.domain.actors import ANONYMOUS, Person, Role, key_of, within
from consultation.domain.contents import attributed
from consultation.domain.debates import Owner, check_act, check_visible
from consultation.domain.decisions import ALLOWED, RefusalCode, Refused
from consultation.domain.keys import (
    LONGEST_LIFE,
    SCOPES_OF_ACTS,
    KeyLife,
    Scope,
    check_expiry,
    check_scope,
    check_secret,
    is_key,
)
from consultation.domain.permissions import FOR_EVERYBODY, PARTICIPATION, Act, acting_role, check_permission
from tests.domain.builders import CLOSES_AT, KEY_UID, MIDWAY, US, ZONE, debate, draft, key, person, refusal

ALL = tuple(Scope)
THROUGH = Person(1, "Camille", through=key(*ALL))

MAY: dict[Scope, set[str]] = {
    Scope.DEBATES_READ: {"read_drafts"},
    Scope.DEBATES_WRITE: {
        *("read_drafts", "create_debate", "change_debate"),
        *("publish", "extend", "close", "reopen", "respond", "publish_outcome"),
    },
    Scope.PARTICIPATION_WRITE: {
        *("contribute", "argue", "add_source", "vote", "take_back_vote", "edit", "withdraw"),
        *("report", "name_participant"),
    },
    Scope.MODERATION: set(),
    Scope.EXPORTS: set(),
    Scope.WEBHOOKS: {"manage_webhooks"},
}


def test_the_catalogue_of_scopes_is_closed() -> None:
    assert {scope.value for scope in Scope} == {
        *("debates:read", "debates:write", "participation:write"),
        *("moderation", "exports", "webhooks"),
    }


def test_scopes_are_given_for_acts_that_exist() -> None:
    assert SCOPES_OF_ACTS.keys() <= {act.value for act in Act}


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("act", Act)
def test_a_scope_allows_its_acts_and_no_other(act: Act, scope: Scope) -> None:
    decision = check_scope(act, frozenset({scope}))
    if act not in SCOPES_OF_ACTS:
        assert decision == Refused(RefusalCode.KEY_NOT_ACCEPTED)
    else:
        assert decision.allowed is (act in MAY[scope])


def test_what_is_missing_is_the_narrowest_scope_that_would_do() -> None:
    missing = refusal(check_scope("read_drafts", frozenset({Scope.EXPORTS})))
    assert missing == Refused(RefusalCode.KEY_SCOPE_MISSING, {"scope": "debates:read", "act": "read_drafts"})


@pytest.mark.parametrize("act", [Act.MANAGE_MEMBERS, Act.MANAGE_KEYS])
def test_no_key_does_what_is_peoples_business(act: Act) -> None:
    assert check_permission(act, key(*ALL)) == Refused(RefusalCode.KEY_NOT_ACCEPTED)


@pytest.mark.parametrize("act", sorted(FOR_EVERYBODY))
def test_a_key_takes_part_for_a_person_only(act: Act) -> None:
    assert check_permission(act, key(*ALL)) == Refused(RefusalCode.ON_BEHALF_OF_REQUIRED)
    assert check_permission(act, THROUGH) == ALLOWED


@pytest.mark.parametrize("act", sorted(set(Act) - FOR_EVERYBODY))
def test_whom_a_server_names_runs_nothing_whatever_roles_they_hold(act: Act) -> None:
    named = Person(1, "Camille", frozenset(Role), key(*ALL))
    assert check_permission(act, named) == Refused(RefusalCode.KEY_NOT_ACCEPTED)


@pytest.mark.parametrize("act", Act)
def test_a_key_of_another_organisation_does_nothing_in_a_debate(act: Act) -> None:
    elsewhere = debate(owner=Owner(2, "ailleurs", "Ailleurs"))
    for actor in (key(*ALL), THROUGH):
        assert not check_act(elsewhere, act, actor, MIDWAY).allowed
        unseen = draft(owner=elsewhere.owner)
        assert check_visible(unseen, actor) == Refused(RefusalCode.DEBATE_NOT_FOUND)
        assert check_act(unseen, act, actor, MIDWAY) == Refused(RefusalCode.DEBATE_NOT_FOUND)


def test_a_key_that_reads_drafts_sees_them() -> None:
    assert check_visible(draft(), key(Scope.DEBATES_READ)) == ALLOWED
    assert check_visible(draft(), key(Scope.PARTICIPATION_WRITE)).allowed is False
    assert check_visible(draft(), THROUGH).allowed is False


@pytest.mark.parametrize("act", sorted(PARTICIPATION))
def test_nobody_takes_part_outside_the_period_through_a_key_either(act: Act) -> None:
    assert refusal(check_act(debate(), act, THROUGH, CLOSES_AT)).code is RefusalCode.PERIOD_CLOSED
    assert refusal(check_act(debate(), act, key(*ALL), CLOSES_AT)).code is RefusalCode.PERIOD_CLOSED


def test_within_changes_nobody_but_keys() -> None:
    assert within(ANONYMOUS, 1) == ANONYMOUS
    assert within(person(Role.ORGANISER), 2) == person(Role.ORGANISER)
    assert within(key(*ALL), 1) == key(*ALL)
    assert within(key(*ALL), 2) == key(organisation=1)
    assert within(THROUGH, 2) == Person(1, "Camille", through=key())


def test_the_journal_names_the_key_of_whoever_acts_through_one() -> None:
    assert key_of(key()) == key_of(THROUGH) == KEY_UID
    assert key_of(person()) is None
    assert key_of(ANONYMOUS) is None
    assert attributed({"number": 1}, None) == {"number": 1}
    assert attributed({"number": 1}, KEY_UID) == {"number": 1, "access_key": str(KEY_UID)}


def test_histories_show_a_key_as_a_key() -> None:
    assert acting_role(Act.CLOSE, key(*ALL)) == "key"
    assert acting_role(Act.VOTE, THROUGH) == "participant"


@pytest.mark.parametrize(
    ("token", "answer"),
    [
        ("cns_" + "x" * 43, True),
        ("cns_x", True),
        ("cns_" + "x" * 39, False),  # a session's token that happens to begin so
        ("x" * 43, False),
        ("CNS_" + "x" * 43, False),
        ("", False),
    ],
)
def test_how_a_token_begins_says_whose_it_is(token: str, answer: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_key(token) is answer


HOUR = timedelta(hours=1)
LIFE = KeyLife(MIDWAY, MIDWAY + HOUR)


def test_a_secret_works_until_just_before_its_end() -> None:
    assert check_secret(LIFE, MIDWAY + HOUR - US, ZONE, is_former=False) == ALLOWED
    ended = refusal(check_secret(LIFE, MIDWAY + HOUR, ZONE, is_former=False))
    assert ended.facts == {"cause": "expired", "since": MIDWAY + HOUR, "time_zone": ZONE}
    assert LIFE.is_usable(MIDWAY + HOUR - US)
    assert not LIFE.is_usable(MIDWAY + HOUR)


def test_a_replaced_secret_works_until_just_before_the_end_of_its_grace() -> None:
    until = MIDWAY + HOUR / 2
    life = KeyLife(MIDWAY, MIDWAY + HOUR, rotated_at=MIDWAY, former_until=until)
    assert check_secret(life, until - US, ZONE, is_former=True) == ALLOWED
    assert check_secret(life, until, ZONE, is_former=False) == ALLOWED
    ended = refusal(check_secret(life, until, ZONE, is_former=True))
    assert ended.facts == {"cause": "rotated", "since": until, "time_zone": ZONE}


def test_of_a_revoked_key_no_secret_works() -> None:
    life = KeyLife(MIDWAY, MIDWAY + HOUR, MIDWAY, MIDWAY, MIDWAY + HOUR)
    for is_former in (True, False):
        ended = refusal(check_secret(life, MIDWAY, ZONE, is_former=is_former))
        assert ended.facts == {"cause": "revoked", "since": MIDWAY, "time_zone": ZONE}
    assert not life.is_usable(MIDWAY)


def test_a_secret_that_nothing_replaced_is_no_former_one() -> None:
    assert not check_secret(LIFE, MIDWAY, ZONE, is_former=True).allowed


def test_a_key_ends_in_the_future_and_within_two_years() -> None:
    assert check_expiry(MIDWAY + US, MIDWAY, ZONE) == ALLOWED
    assert check_expiry(MIDWAY + LONGEST_LIFE, MIDWAY, ZONE) == ALLOWED
    assert not check_expiry(MIDWAY + LONGEST_LIFE + US, MIDWAY, ZONE).allowed
    assert not check_expiry(MIDWAY, MIDWAY, ZONE).allowed
