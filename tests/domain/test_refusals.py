"""Every code that the rules of the domain refuse with, once, with its facts."""

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

import consultation.domain
from consultation.domain.actors import ANONYMOUS, Role
from consultation.domain.appeals import appeal
from consultation.domain.appearance import check_accent
from consultation.domain.confirmation import CONFIRMED_FOR, check_confirmed
from consultation.domain.debates import check_act, check_visible, extend, publish, reopen
from consultation.domain.decisions import Facts, RefusalCode
from consultation.domain.erasure import check_handed_over
from consultation.domain.held import HeldPost, Kept
from consultation.domain.held import withdraw as withdraw_held
from consultation.domain.keys import LONGEST_LIFE, KeyLife, Scope, check_expiry, check_secret
from consultation.domain.logos import HEAVIEST, check_logo
from consultation.domain.membership import check_acceptable, check_first_administrator, check_losing
from consultation.domain.moderation import Case as ModerationCase
from consultation.domain.moderation import (
    CaseState,
    Ground,
    Measure,
    Reasons,
    Ruling,
    check_report,
    claim,
    decide,
)
from consultation.domain.origins import normal_origin
from consultation.domain.participation import (
    ANYONE,
    Participation,
    SpeaksAs,
    check_capacity,
    check_eased,
)
from consultation.domain.participation_codes import CodeState, check_code, check_redeeming
from consultation.domain.period import check_period
from consultation.domain.permissions import Act, check_permission
from consultation.domain.posts import PostKind, PostState, PostText, check_posting, check_standing, revise
from consultation.domain.repetition import Earlier, Wording, check_pace, check_repetition
from consultation.domain.texts import check_text
from consultation.domain.voting import VoteValue, cast
from consultation.domain.webhooks import Reach, check_url
from tests.domain.builders import (
    CLOSES_AT,
    DEBATE_UID,
    HOUR,
    MIDWAY,
    MODERATOR,
    OPENS_AT,
    ORGANISER,
    PARTICIPANT,
    US,
    ZONE,
    argument,
    argument_text,
    contribution,
    contribution_text,
    debate,
    draft,
    key,
    person,
    refusal,
    source_text,
    tombstone,
)
from tests.pictures import heavy_png, png

Case = tuple[Callable[[], object], Facts]

OPEN_CASE: Final = ModerationCase(
    key=1, uid=DEBATE_UID, debate_key=1, number=1, state=CaseState.OPEN, opened_at=MIDWAY
)
HELD: Final = HeldPost(
    key=1,
    uid=DEBATE_UID,
    kind=PostKind.CONTRIBUTION,
    text=contribution_text(),
    language="fr",
    arrived_at=MIDWAY,
)
DECIDED: Final = replace(
    OPEN_CASE, state=CaseState.DECIDED, decided_by=MODERATOR.key, appeal_until=MIDWAY + HOUR
)

APPEALED: Final = replace(DECIDED, state=CaseState.APPEALED, appealed_at=MIDWAY)
REASONS: Final = Reasons(ground=Ground.CHARTER, reference="4", facts="It insults.", explanation="It does.")


def ruled(measure: Measure, until: datetime | None = None, **where: str) -> Callable[[], object]:
    ruling = Ruling(measure=measure, reasons=replace(REASONS, until=until), **where)
    return lambda: decide(debate(), OPEN_CASE, contribution(), ruling, MODERATOR, MIDWAY)


def gone(state: PostState) -> Case:
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
    return lambda: check_standing(tombstone(state), debate()), facts


def posting(text: PostText, kind: PostKind = PostKind.CONTRIBUTION) -> object:
    return check_posting(debate(), kind, None, text, PARTICIPANT, MIDWAY)


def vote_asking(**asked: Any) -> object:
    asking = debate(participation=Participation(**asked))
    return check_act(asking, Act.VOTE, PARTICIPANT, MIDWAY)


CASES: Final[dict[RefusalCode, Case]] = {
    RefusalCode.SIGN_IN_REQUIRED: (lambda: check_act(debate(), Act.VOTE, ANONYMOUS, MIDWAY), {}),
    RefusalCode.NOT_PERMITTED: (
        lambda: check_act(debate(), Act.REOPEN, MODERATOR, MIDWAY),
        {"act": "reopen", "roles": ("administrator", "organiser")},
    ),
    RefusalCode.NOT_AUTHOR: (
        lambda: revise(debate(), contribution(), contribution_text(), None, person(key=2), MIDWAY),
        {},
    ),
    RefusalCode.KEY_SCOPE_MISSING: (
        lambda: check_act(debate(), Act.CLOSE, key(Scope.EXPORTS), MIDWAY),
        {"scope": "debates:write", "act": "close"},
    ),
    RefusalCode.KEY_FOREIGN: (
        lambda: check_act(debate(), Act.CLOSE, key(*Scope, organisation=2), MIDWAY),
        {},
    ),
    RefusalCode.KEY_NOT_ACCEPTED: (lambda: check_permission(Act.MANAGE_KEYS, key(*Scope)), {}),
    RefusalCode.ON_BEHALF_OF_REQUIRED: (lambda: check_act(debate(), Act.VOTE, key(*Scope), MIDWAY), {}),
    RefusalCode.KEY_ENDED: (
        lambda: check_secret(KeyLife(OPENS_AT, MIDWAY), MIDWAY, ZONE, is_former=False),
        {"cause": "expired", "since": MIDWAY, "time_zone": ZONE},
    ),
    RefusalCode.KEY_EXPIRY_INVALID: (
        lambda: check_expiry(MIDWAY, MIDWAY, ZONE),
        {"expires_at": MIDWAY, "latest": MIDWAY + LONGEST_LIFE, "time_zone": ZONE},
    ),
    RefusalCode.LAST_ADMINISTRATOR: (lambda: check_losing({Role.ADMINISTRATOR}, []), {}),
    RefusalCode.ADMINISTRATOR_EXISTS: (
        lambda: check_first_administrator([frozenset({Role.ADMINISTRATOR})]),
        {},
    ),
    RefusalCode.INVITATION_UNUSABLE: (
        lambda: check_acceptable(MIDWAY, MIDWAY, frozenset({Role.ADMINISTRATOR}), []),
        {},
    ),
    RefusalCode.EMAIL_REQUIRED: (lambda: vote_asking(email=True), {}),
    RefusalCode.IDENTITY_REQUIRED: (
        lambda: vote_asking(providers=("town",), assurance=("high",)),
        {"providers": ("town",), "assurance": ("high",)},
    ),
    RefusalCode.PARTICIPATION_CODE_REQUIRED: (lambda: vote_asking(code=True), {}),
    RefusalCode.PARTICIPATION_CODES_NOT_ASKED: (lambda: check_redeeming(debate(), MIDWAY), {}),
    RefusalCode.PARTICIPATION_CODE_UNKNOWN: (lambda: check_code(None, 4), {"tries_left": 4}),
    RefusalCode.PARTICIPATION_CODE_SPENT: (lambda: check_code(CodeState.USED, 0), {}),
    RefusalCode.PARTICIPATION_TIGHTENED: (
        lambda: check_eased(ANYONE, Participation(code=True)),
        {"field": "participation"},
    ),
    RefusalCode.CAPACITY_REQUIRED: (
        lambda: check_capacity(
            Participation(capacities=(SpeaksAs.CITIZEN, SpeaksAs.COMPANY), capacity_required=True), None
        ),
        {"field": "capacity", "capacities": ("citizen", "company")},
    ),
    RefusalCode.DEBATE_NOT_FOUND: (lambda: check_visible(draft(), PARTICIPANT), {}),
    RefusalCode.DEBATE_NOT_PUBLISHED: (lambda: check_act(draft(), Act.VOTE, MODERATOR, MIDWAY), {}),
    RefusalCode.DEBATE_ALREADY_PUBLISHED: (lambda: publish(debate(), ORGANISER, MIDWAY), {}),
    RefusalCode.PERIOD_NOT_OPEN: (
        lambda: check_act(debate(), Act.VOTE, PARTICIPANT, OPENS_AT - US),
        {"opens_at": OPENS_AT, "time_zone": ZONE},
    ),
    RefusalCode.PERIOD_CLOSED: (
        lambda: check_act(debate(), Act.VOTE, PARTICIPANT, CLOSES_AT),
        {"closed_at": CLOSES_AT, "time_zone": ZONE},
    ),
    RefusalCode.PERIOD_NOT_CLOSED: (
        lambda: reopen(debate(), ORGANISER, CLOSES_AT + HOUR, MIDWAY),
        {"closes_at": CLOSES_AT, "time_zone": ZONE},
    ),
    RefusalCode.PERIOD_INVALID: (
        lambda: check_period(MIDWAY, MIDWAY, ZONE),
        {"opens_at": MIDWAY, "closes_at": MIDWAY, "time_zone": ZONE},
    ),
    RefusalCode.CLOSING_NOT_LATER: (
        lambda: extend(debate(), ORGANISER, CLOSES_AT, MIDWAY),
        {"closes_at": CLOSES_AT, "requested": CLOSES_AT, "time_zone": ZONE},
    ),
    RefusalCode.CLOSING_IN_THE_PAST: (
        lambda: reopen(debate(), ORGANISER, CLOSES_AT, CLOSES_AT),
        {"requested": CLOSES_AT, "now": CLOSES_AT, "time_zone": ZONE},
    ),
    RefusalCode.NOT_A_CONTRIBUTION: (
        lambda: check_posting(debate(), PostKind.ARGUMENT, argument(), argument_text(), PARTICIPANT, MIDWAY),
        {"number": 2, "kind": "argument"},
    ),
    RefusalCode.POST_WITHDRAWN: gone(PostState.WITHDRAWN),
    RefusalCode.POST_HIDDEN: gone(PostState.HIDDEN),
    RefusalCode.POST_ERASED: gone(PostState.ERASED),
    RefusalCode.REVISION_OUTDATED: (
        lambda: revise(debate(), contribution(revision=3), contribution_text(), 2, PARTICIPANT, MIDWAY),
        {"revision": 3},
    ),
    RefusalCode.SIGN_IN_AGAIN: (
        lambda: check_confirmed(MIDWAY - CONFIRMED_FOR, MIDWAY),
        {"minutes": 15},
    ),
    RefusalCode.HAND_OVER_FIRST: (
        lambda: check_handed_over(("ville-exemple",)),
        {"organisations": ("ville-exemple",)},
    ),
    RefusalCode.OWN_POST: (
        lambda: check_report(debate(), contribution(), Ground.SPAM, "", PARTICIPANT, MIDWAY),
        {},
    ),
    RefusalCode.SAME_MODERATOR: (lambda: claim(debate(), APPEALED, contribution(), MODERATOR, MIDWAY), {}),
    RefusalCode.CASE_STATE: (
        lambda: claim(debate(), DECIDED, contribution(), MODERATOR, MIDWAY),
        {"state": "decided"},
    ),
    RefusalCode.MEASURE_NOT_FITTING: (ruled(Measure.REFUSE), {}),
    RefusalCode.HELD_POST_DECIDED: (
        lambda: withdraw_held(OPEN_CASE, replace(HELD, kept=Kept.WITHDRAWN), MIDWAY),
        {},
    ),
    RefusalCode.ALREADY_HELD: (
        lambda: check_repetition(
            Wording("oui", 3), [Earlier(None, Wording("oui", 4))], lambda _one, _others: None
        ),
        {},
    ),
    RefusalCode.POST_NOT_HIDDEN: (ruled(Measure.RESTORE), {"number": 1}),
    RefusalCode.PASSAGE_NOT_FOUND: (ruled(Measure.MASK, passage="nowhere"), {"number": 1}),
    RefusalCode.THEME_UNCHANGED: (ruled(Measure.MOVE, theme="streets"), {"theme": "streets"}),
    RefusalCode.RESTRICTION_OVER: (
        ruled(Measure.HIDE, until=MIDWAY),
        {"until": MIDWAY, "time_zone": ZONE},
    ),
    RefusalCode.APPEAL_LODGED: (
        lambda: appeal(APPEALED, contribution(), "A text.", PARTICIPANT.key, MIDWAY, ZONE),
        {"appealed_at": MIDWAY, "time_zone": ZONE},
    ),
    RefusalCode.APPEAL_TOO_LATE: (
        lambda: appeal(DECIDED, contribution(), "A text.", PARTICIPANT.key, MIDWAY + HOUR, ZONE),
        {"appeal_until": MIDWAY + HOUR, "time_zone": ZONE},
    ),
    RefusalCode.TEXT_TOO_SHORT: (
        lambda: posting(contribution_text(body="Short.")),
        {"field": "body", "limit": 20, "length": 6},
    ),
    RefusalCode.TEXT_TOO_LONG: (
        lambda: posting(contribution_text(title="e" * 201)),
        {"field": "title", "limit": 200, "length": 201},
    ),
    RefusalCode.TEXT_NOT_ALLOWED: (
        lambda: check_text("reason", "\x00", 1, 9),
        {"field": "reason", "character": "U+0000"},
    ),
    RefusalCode.LINK_INVALID: (
        lambda: posting(source_text(link="javascript:alert(1)"), PostKind.SOURCE),
        {"field": "link"},
    ),
    RefusalCode.THEME_UNKNOWN: (lambda: posting(contribution_text(theme="rivers")), {"theme": "rivers"}),
    RefusalCode.VOTE_VALUE_UNKNOWN: (
        lambda: cast(debate(), argument(), VoteValue.AGREE, PARTICIPANT, MIDWAY),
        {"value": "agree", "allowed": ("support",)},
    ),
    RefusalCode.TOO_MANY_POSTS: (
        lambda: check_pace(2, MIDWAY, MIDWAY + HOUR - US, ZONE),
        {"limit": 2, "retry_at": MIDWAY + HOUR, "retry_after": 1, "time_zone": ZONE},
    ),
    RefusalCode.DUPLICATE_TEXT: (
        lambda: check_repetition(
            Wording("oui", 3), [Earlier(7, Wording("oui", 4))], lambda _one, _others: None
        ),
        {"number": 7, "similarity": 100},
    ),
    RefusalCode.FIELD_NOT_ALLOWED: (
        lambda: posting(argument_text(title="A title"), PostKind.ARGUMENT),
        {"field": "title"},
    ),
    RefusalCode.WEBHOOK_URL_INVALID: (lambda: check_url("ftp://ville.example", Reach(plain_http=True)), {}),
    RefusalCode.WEBHOOK_HOST_PRIVATE: (
        lambda: check_url("https://10.0.0.7/hooks", Reach()),
        {"host": "10.0.0.7"},
    ),
    RefusalCode.ACCENT_TOO_PALE: (
        lambda: check_accent("#888888"),
        {"field": "accent", "contrast": "3.1", "limit": 7, "suggestion": "#4f4f4f"},
    ),
    RefusalCode.LOGO_FORMAT_UNKNOWN: (lambda: check_logo(b"<svg/>"), {"field": "image"}),
    RefusalCode.LOGO_DAMAGED: (lambda: check_logo(png(40, 40)[:-1]), {"field": "image"}),
    RefusalCode.LOGO_SIZE_UNFIT: (
        lambda: check_logo(png(31, 40)),
        {"field": "image", "width": 31, "height": 40, "least": 32, "most": 1_200},
    ),
    RefusalCode.LOGO_TOO_HEAVY: (
        lambda: check_logo(heavy_png(HEAVIEST)),
        {"field": "image", "limit": HEAVIEST, "length": len(heavy_png(HEAVIEST))},
    ),
    RefusalCode.ORIGIN_INVALID: (lambda: normal_origin("https://*.ville.example"), {"field": "origin"}),
}


@pytest.mark.parametrize("code", CASES, ids=str)
def test_a_refusal_carries_the_facts_that_explain_it(code: RefusalCode) -> None:
    ask, facts = CASES[code]
    answer = refusal(ask())
    assert (answer.code, answer.facts) == (code, facts)


def test_every_code_that_the_rules_use_has_a_case() -> None:
    used = {
        node.attr
        for path in Path(consultation.domain.__path__[0]).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == RefusalCode.__name__
    }
    assert used == {code.name for code in CASES}
