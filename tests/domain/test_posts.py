"""Posts: what they may say, who may change them, and the places that they keep."""

from dataclasses import replace
from datetime import datetime

import pytest

from consultation.domain.actors import ANONYMOUS, Actor, Role
from consultation.domain.decisions import ALLOWED, Facts, RefusalCode, Refused
from consultation.domain.limits import Limits
from consultation.domain.permissions import Act
from consultation.domain.posts import (
    Post,
    PostKind,
    PostState,
    PostText,
    check_contribution,
    check_own,
    check_own_act,
    check_post_text,
    check_posting,
    check_revision,
    check_standing,
    revise,
    withdraw,
)
from tests.domain.builders import (
    ADMINISTRATOR,
    BODY,
    CLOSES_AT,
    HOUR,
    MIDWAY,
    OPENS_AT,
    PARTICIPANT,
    TOMBSTONE_CODES,
    US,
    ZONE,
    argument,
    argument_text,
    code_of,
    contribution,
    contribution_text,
    debate,
    draft,
    person,
    post_of,
    source,
    source_text,
    text_for,
    tombstone,
)

C, A, S = PostKind.CONTRIBUTION, PostKind.ARGUMENT, PostKind.SOURCE

# Kind, field of the text, name of the field in the request, shortest, longest.
LENGTHS = [
    (C, "title", "title", 5, 200),
    (C, "body", "body", 20, 30_000),
    (A, "body", "body", 3, 4_000),
    (S, "title", "title", 3, 100),
    (S, "body", "note", 0, 1_000),
]
EDGES = [
    (*row, length)
    for row in LENGTHS
    for length in (0, row[3] - 1, row[3], row[3] + 1, row[4] - 1, row[4], row[4] + 1)
    if length >= 0
]

FOREIGN_FIELDS = [
    (C, "link", "https://example.org/"),
    (C, "link", ""),
    (A, "title", "A title"),
    (A, "title", ""),
    (A, "link", "https://example.org/"),
    (A, "theme", "streets"),
    (S, "theme", "streets"),
]


@pytest.mark.parametrize(("kind", "part", "field", "shortest", "longest", "length"), EDGES)
def test_a_text_is_as_long_as_the_debate_says(
    kind: PostKind, part: str, field: str, shortest: int, longest: int, length: int
) -> None:
    text = replace(text_for(kind), **{part: "e" * length})
    answer = check_post_text(debate(), kind, text)
    if shortest <= length <= longest:
        assert answer == ALLOWED
    else:
        code = RefusalCode.TEXT_TOO_SHORT if length < shortest else RefusalCode.TEXT_TOO_LONG
        limit = shortest if length < shortest else longest
        assert answer == Refused(code, {"field": field, "limit": limit, "length": length})


def test_a_debate_has_its_own_limits() -> None:
    strict = debate(limits=Limits(argument_min=10, argument_max=12))
    lengths = {n: code_of(check_post_text(strict, A, argument_text(body="e" * n))) for n in (9, 10, 12, 13)}
    assert lengths == {
        9: RefusalCode.TEXT_TOO_SHORT,
        10: None,
        12: None,
        13: RefusalCode.TEXT_TOO_LONG,
    }


@pytest.mark.parametrize(("kind", "part", "value"), FOREIGN_FIELDS)
def test_a_text_has_only_the_fields_of_its_kind(kind: PostKind, part: str, value: str) -> None:
    text = replace(text_for(kind), **{part: value})
    expected = Refused(RefusalCode.FIELD_NOT_ALLOWED, {"field": part})
    assert check_post_text(debate(), kind, text) == expected


@pytest.mark.parametrize("kind", [C, S])
def test_a_missing_title_is_too_short(kind: PostKind) -> None:
    answer = check_post_text(debate(), kind, replace(text_for(kind), title=None))
    limit = {C: 5, S: 3}[kind]
    facts: Facts = {"field": "title", "limit": limit, "length": 0}
    assert answer == Refused(RefusalCode.TEXT_TOO_SHORT, facts)


def test_a_source_must_have_a_link_and_may_lack_a_note() -> None:
    facts: Facts = {"field": "link", "limit": 1, "length": 0}
    missing = check_post_text(debate(), S, source_text(link=None))
    assert missing == Refused(RefusalCode.TEXT_TOO_SHORT, facts)
    assert check_post_text(debate(), S, source_text(body="")) == ALLOWED
    dangerous = check_post_text(debate(), S, source_text(link="javascript:alert(1)"))
    assert dangerous == Refused(RefusalCode.LINK_INVALID, {"field": "link"})


def test_a_contribution_names_a_theme_of_the_debate_or_none() -> None:
    assert check_post_text(debate(), C, contribution_text(theme=None)) == ALLOWED
    unknown = check_post_text(debate(), C, contribution_text(theme="rivers"))
    assert unknown == Refused(RefusalCode.THEME_UNKNOWN, {"theme": "rivers"})


@pytest.mark.parametrize(
    ("kind", "part", "field"),
    [(C, "title", "title"), (C, "body", "body"), (A, "body", "body"), (S, "body", "note")],
)
def test_a_forbidden_character_is_refused_in_every_field(kind: PostKind, part: str, field: str) -> None:
    text = replace(text_for(kind), **{part: f"{BODY}\u202e"})
    facts: Facts = {"field": field, "character": "U+202E"}
    assert check_post_text(debate(), kind, text) == Refused(RefusalCode.TEXT_NOT_ALLOWED, facts)


def test_the_first_fault_of_a_text_is_told() -> None:
    bad = PostText(body="", title="", link="x", theme="rivers")
    assert code_of(check_post_text(debate(), C, bad)) == RefusalCode.FIELD_NOT_ALLOWED
    bad = replace(bad, link=None)
    assert check_post_text(debate(), C, bad) == Refused(
        RefusalCode.TEXT_TOO_SHORT, {"field": "title", "limit": 5, "length": 0}
    )
    bad = replace(bad, title="A long title")
    assert check_post_text(debate(), C, bad) == Refused(
        RefusalCode.TEXT_TOO_SHORT, {"field": "body", "limit": 20, "length": 0}
    )
    bad = replace(bad, body=BODY)
    assert code_of(check_post_text(debate(), C, bad)) == RefusalCode.THEME_UNKNOWN


def test_a_text_is_tidied_field_by_field() -> None:
    raw = PostText(
        body=" a\r\nb ", title=" e\u0301t\u00e9\n2026 ", link=" https://example.org ", theme="streets"
    )
    tidied = PostText(body="a\nb", title="\u00e9t\u00e9 2026", link="https://example.org", theme="streets")
    assert raw.tidied() == tidied
    assert tidied.tidied() == tidied
    assert PostText(body=" ").tidied() == PostText(body="")


@pytest.mark.parametrize("kind", PostKind)
@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (OPENS_AT - US, RefusalCode.PERIOD_NOT_OPEN),
        (OPENS_AT, None),
        (CLOSES_AT - US, None),
        (CLOSES_AT, RefusalCode.PERIOD_CLOSED),
    ],
)
def test_posts_come_in_during_the_period_only(
    kind: PostKind, instant: datetime, code: RefusalCode | None
) -> None:
    parent = None if kind is C else contribution()
    for actor in (PARTICIPANT, ADMINISTRATOR):
        assert code_of(check_posting(debate(), kind, parent, text_for(kind), actor, instant)) == code


@pytest.mark.parametrize("kind", PostKind)
def test_posting_asks_for_the_debate_then_the_period_then_the_person_then_the_parent_then_the_text(
    kind: PostKind,
) -> None:
    gone, empty = tombstone(PostState.HIDDEN), PostText(body="")
    order = [
        check_posting(draft(), kind, gone, empty, ANONYMOUS, CLOSES_AT),
        check_posting(draft(), kind, gone, empty, ADMINISTRATOR, CLOSES_AT),
        check_posting(debate(), kind, gone, empty, ANONYMOUS, CLOSES_AT),
        check_posting(debate(), kind, gone, empty, ANONYMOUS, MIDWAY),
        check_posting(debate(), kind, gone, empty, PARTICIPANT, MIDWAY),
        check_posting(debate(), kind, contribution(), empty, PARTICIPANT, MIDWAY),
        check_posting(debate(), kind, contribution(), text_for(kind), PARTICIPANT, MIDWAY),
    ]
    assert [code_of(answer) for answer in order] == [
        RefusalCode.DEBATE_NOT_FOUND,
        RefusalCode.DEBATE_NOT_PUBLISHED,
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.SIGN_IN_REQUIRED,
        RefusalCode.POST_HIDDEN,
        RefusalCode.TEXT_TOO_SHORT,
        None,
    ]


@pytest.mark.parametrize("reply", [argument(), source()], ids=["argument", "source"])
def test_nothing_hangs_on_an_argument_or_a_source(reply: Post) -> None:
    facts: Facts = {"number": reply.number, "kind": reply.kind.value}
    expected = Refused(RefusalCode.NOT_A_CONTRIBUTION, facts)
    assert check_contribution(reply, debate()) == expected
    assert check_posting(debate(), A, reply, argument_text(), PARTICIPANT, MIDWAY) == expected
    gone = replace(reply, state=PostState.ERASED)
    assert check_contribution(gone, debate()) == expected


@pytest.mark.parametrize(("state", "code"), TOMBSTONE_CODES.items())
def test_a_tombstone_says_what_stood_there_and_why_it_went(state: PostState, code: RefusalCode) -> None:
    facts: Facts = {
        "number": 1,
        "kind": "contribution",
        "state": state.value,
        "reason": "why",
        "since": MIDWAY,
        "time_zone": ZONE,
    }
    if state is PostState.HIDDEN:
        facts = {**facts, "reason_words": None, "reason_lang": None}
    gone, expected = tombstone(state), Refused(code, facts)
    assert check_standing(gone, debate()) == expected
    assert check_contribution(gone, debate()) == expected
    assert check_posting(debate(), A, gone, argument_text(), PARTICIPANT, MIDWAY) == expected
    assert check_own_act(debate(), gone, Act.EDIT, PARTICIPANT, MIDWAY) == expected
    assert revise(debate(), gone, contribution_text(), None, PARTICIPANT, MIDWAY) == expected
    assert withdraw(debate(), gone, PARTICIPANT, MIDWAY) == expected


def test_every_state_but_visible_is_a_tombstone() -> None:
    assert set(TOMBSTONE_CODES) == set(PostState) - {PostState.VISIBLE}
    assert check_standing(contribution(), debate()) == ALLOWED


@pytest.mark.parametrize(
    "actor", [ANONYMOUS, person(key=2), person(*Role, key=3)], ids=["anonymous", "other", "staff"]
)
def test_a_post_is_its_authors_own(actor: Actor) -> None:
    assert check_own(contribution(), PARTICIPANT) == ALLOWED
    assert check_own(contribution(), actor) == Refused(RefusalCode.NOT_AUTHOR)
    assert check_own(contribution(author_key=None), actor) == Refused(RefusalCode.NOT_AUTHOR)


@pytest.mark.parametrize("act", [Act.EDIT, Act.WITHDRAW])
def test_own_acts_ask_for_the_period_then_the_person_then_the_author_then_the_state(act: Act) -> None:
    gone, other = tombstone(PostState.WITHDRAWN), person(*Role, key=9)
    order = [
        check_own_act(debate(), gone, act, ANONYMOUS, CLOSES_AT),
        check_own_act(debate(), gone, act, ANONYMOUS, MIDWAY),
        check_own_act(debate(), gone, act, other, MIDWAY),
        check_own_act(debate(), gone, act, PARTICIPANT, MIDWAY),
        check_own_act(debate(), contribution(), act, PARTICIPANT, MIDWAY),
    ]
    assert [code_of(answer) for answer in order] == [
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.SIGN_IN_REQUIRED,
        RefusalCode.NOT_AUTHOR,
        RefusalCode.POST_WITHDRAWN,
        None,
    ]


@pytest.mark.parametrize("kind", PostKind)
def test_an_edit_is_a_new_revision_at_the_same_place(kind: PostKind) -> None:
    post = post_of(kind)
    text = replace(post.text, body=f"{BODY} And water them.")
    edited = revise(debate(), post, text, 1, PARTICIPANT, MIDWAY)
    assert edited == replace(post, text=text, revision=2, revised_at=MIDWAY)
    assert post == post_of(kind)


def test_revisions_count_on() -> None:
    post = contribution(revision=7, revised_at=OPENS_AT + 2 * HOUR)
    edited = revise(debate(), post, contribution_text(title="Another title"), 7, PARTICIPANT, MIDWAY)
    assert isinstance(edited, Post)
    assert (edited.revision, edited.revised_at, edited.created_at) == (8, MIDWAY, post.created_at)


def test_a_revision_is_dated_after_what_already_happened() -> None:
    busy = debate(last_act_at=MIDWAY)
    edited = revise(busy, contribution(), contribution_text(title="Another title"), 1, PARTICIPANT, OPENS_AT)
    assert isinstance(edited, Post)
    assert edited.revised_at == MIDWAY + US


@pytest.mark.parametrize("kind", PostKind)
def test_an_edit_that_changes_nothing_is_no_revision(kind: PostKind) -> None:
    post = post_of(kind)
    renamed = person(name="Another name")
    assert revise(debate(), post, post.text, 1, renamed, MIDWAY) is post


def test_a_revision_is_signed_with_the_name_of_now() -> None:
    edited = revise(
        debate(), contribution(), contribution_text(body=BODY * 2), None, person(name="Cam"), MIDWAY
    )
    assert isinstance(edited, Post)
    assert edited.author_name == "Cam"
    assert edited.author_key == PARTICIPANT.key


@pytest.mark.parametrize(
    ("expected", "current"), [(None, True), (3, True), (2, False), (4, False), (0, False)]
)
def test_an_author_edits_the_text_that_they_read(expected: int | None, *, current: bool) -> None:
    post = contribution(revision=3)
    outdated = Refused(RefusalCode.REVISION_OUTDATED, {"revision": 3})
    assert check_revision(post, expected) == (ALLOWED if current else outdated)
    edited = revise(debate(), post, contribution_text(body=BODY * 2), expected, PARTICIPANT, MIDWAY)
    assert code_of(edited) == (None if current else RefusalCode.REVISION_OUTDATED)


def test_an_outdated_edit_is_told_before_the_faults_of_its_text() -> None:
    answer = revise(debate(), contribution(revision=2), PostText(body=""), 1, PARTICIPANT, MIDWAY)
    assert code_of(answer) == RefusalCode.REVISION_OUTDATED


def test_an_edit_that_changes_nothing_is_still_refused_when_outdated() -> None:
    post = contribution(revision=2)
    assert code_of(revise(debate(), post, post.text, 1, PARTICIPANT, MIDWAY)) == RefusalCode.REVISION_OUTDATED


@pytest.mark.parametrize("kind", PostKind)
def test_a_revision_obeys_the_rules_of_its_kind(kind: PostKind) -> None:
    answer = revise(debate(), post_of(kind), PostText(body="", title=None), None, PARTICIPANT, MIDWAY)
    assert code_of(answer) == RefusalCode.TEXT_TOO_SHORT


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (OPENS_AT - US, RefusalCode.PERIOD_NOT_OPEN),
        (OPENS_AT, None),
        (CLOSES_AT - US, None),
        (CLOSES_AT, RefusalCode.PERIOD_CLOSED),
    ],
)
def test_posts_are_edited_and_withdrawn_during_the_period_only(
    instant: datetime, code: RefusalCode | None
) -> None:
    edited = revise(debate(), contribution(), contribution_text(body=BODY * 2), 1, PARTICIPANT, instant)
    assert code_of(edited) == code
    assert code_of(withdraw(debate(), contribution(), PARTICIPANT, instant)) == code


@pytest.mark.parametrize("kind", PostKind)
def test_a_withdrawn_post_keeps_its_place(kind: PostKind) -> None:
    post = post_of(kind)
    gone = withdraw(debate(), post, PARTICIPANT, MIDWAY)
    assert gone == replace(post, state=PostState.WITHDRAWN, state_reason="author", state_since=MIDWAY)


def test_a_post_is_withdrawn_once() -> None:
    gone = withdraw(debate(), contribution(), PARTICIPANT, MIDWAY)
    assert isinstance(gone, Post)
    again = withdraw(debate(), gone, PARTICIPANT, MIDWAY + HOUR)
    assert isinstance(again, Refused)
    assert (again.code, again.facts["since"]) == (RefusalCode.POST_WITHDRAWN, MIDWAY)
    assert code_of(revise(debate(), gone, contribution_text(), None, PARTICIPANT, MIDWAY)) == again.code


def test_staff_do_not_withdraw_other_peoples_posts() -> None:
    for role in Role:
        answer = withdraw(debate(), contribution(), person(role, key=9), MIDWAY)
        assert answer == Refused(RefusalCode.NOT_AUTHOR)
