"""How each problem code comes about: for every code a way to spoil the good call of an operation."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Final

from httpx2 import Response
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from consultation.api.problems import TransportCode
from consultation.application.limiting import Limiter
from consultation.application.ports import Busy, Mail, MailUnavailable
from consultation.domain.actors import Role
from consultation.domain.decisions import RefusalCode
from consultation.domain.keys import TOKEN_PREFIX, Scope
from consultation.domain.origins import ORIGINS_PER_ORGANISATION
from consultation.domain.webhooks import WEBHOOKS_PER_ORGANISATION
from tests.api import case_refusals, leaving
from tests.api.attempts import Attempt
from tests.api.bodies import DAY, INSTANCE, NOBODY, REASON
from tests.api.crowd import with_all_places_taken
from tests.api.logos import LOGO_RECIPES
from tests.api.refusals_of_asking import (
    code_of_another_debate,
    eleventh_code,
    spent_code,
    tightened,
    unfit_capacity,
    where_asked,
)
from tests.api.refusals_of_signing_in import SIGNING_IN_RECIPES
from tests.api.scene import Scene
from tests.api.sending import ADDRESS_RECIPES, webhook
from tests.builders import NOW, SLUG, rfc3339

Recipe = Callable[[Scene, Attempt], Response]

ELSEWHERE: Final[Mapping[str, str]] = {
    RefusalCode.DEBATE_EXISTS: "an import on the command line; tests/exchange",
    TransportCode.METHOD_NOT_ALLOWED: "no operation at all; test_problem_details",
    TransportCode.FORMAT_NOT_SUPPORTED: "/oembed; test_sharing",
}
"""Codes that no operation answers, and who does."""

_ASKED: Final = ("get_health", "get_readiness", "get_challenge", "get_privacy")
_TAKING_NOTHING: Final = (*_ASKED, "get_me", "list_my_sessions", "list_my_identities")

NEVER: Final[Mapping[tuple[str, str], str]] = {
    **{(name, TransportCode.MALFORMED): "takes nothing" for name in _TAKING_NOTHING},
    **{
        (name, code): "touches nothing but the process"
        for name in ("get_health", "get_privacy", "get_unsubscription")
        for code in (TransportCode.BUSY, TransportCode.INTERNAL_ERROR, TransportCode.STORAGE_UNAVAILABLE)
    },
    ("erase_me", TransportCode.TOO_MANY_REQUESTS): "who was erased calls no more",
    ("publish_debate", RefusalCode.TEXT_TOO_SHORT): "its reason may be left out",
}
"""What operations declare for the sake of one list for all, though it cannot come about."""

_TEXT_FIELD: Final = {
    "post_contribution": ("title", 200),
    "post_argument": ("body", 4_000),
    "post_source": ("title", 100),
    "edit_post": ("title", 200),
    **dict.fromkeys(("change_me", "create_key", "name_participant"), ("name", 100)),
    "set_logo": ("alt", 200),
    **dict.fromkeys(("create_debate", "change_debate"), ("title", 500)),
    **dict.fromkeys(("create_organisation", "change_organisation"), ("name", 200)),
    "make_participation_codes": ("note", 200),
    "publish_response": ("body", 30_000),
    "publish_outcome": ("body", 100_000),
    **case_refusals.CASE_TEXTS,
}
"""A text of each operation and its longest; the others take a reason of at most 2,000 characters."""


def _with_text(write: Callable[[int], str]) -> Recipe:
    def spoil(_: Scene, attempt: Attempt) -> Response:
        field, longest = _TEXT_FIELD.get(attempt.operation.operation_id, ("reason", 2_000))
        return attempt.saying(**{field: write(longest)}).send()

    return spoil


def _with(**members: Any) -> Recipe:
    return lambda _, attempt: attempt.saying(**members).send()


def _at(**places: str) -> Recipe:
    return lambda _, attempt: attempt.at(**places).send()


def _in(debate: str) -> Recipe:
    """In another debate of the scene, by staff, who see drafts too and may run it."""

    def spoil(scene: Scene, attempt: Attempt) -> Response:
        return attempt.at(debate_id=getattr(scene, debate)).by(scene.town.administrator).send()

    return spoil


def _failing(error: Exception) -> Recipe:
    def spoil(scene: Scene, attempt: Attempt) -> Response:
        # With a token, so that no finished document answers without asking the database.
        caller = attempt.caller if attempt.caller.token else scene.participant
        with scene.world.failing(error):
            return attempt.by(caller).send()

    return spoil


def _by_participant(scene: Scene, attempt: Attempt) -> Response:
    open_debate = {"debate_id": scene.open} if "debate_id" in attempt.places else {}
    return attempt.at(**open_debate).by(scene.participant).send()


def _cross_site(_: Scene, attempt: Attempt) -> Response:
    cookie = f"session={attempt.caller.token}"
    return attempt.by(attempt.world.town.anonymous).send(Cookie=cookie, Sec_Fetch_Site="cross-site")


def _with_used_key(scene: Scene, attempt: Attempt) -> Response:
    key = scene.world.name()
    if attempt.operation.access == "key":
        attempt.caller.put(f"/organisations/{SLUG}/participant", {"locale": "de"}, Idempotency_Key=key)
    else:
        attempt.caller.patch("/me", {"locale": "de"}, Idempotency_Key=key)
    return attempt.send(Idempotency_Key=key)


def _malformed(_: Scene, attempt: Attempt) -> Response:
    if attempt.operation.takes_body:
        return attempt.send(content=b"{", Content_Type="application/json")
    if attempt.operation.takes("Idempotency-Key"):
        return attempt.send(Idempotency_Key="two words")
    if attempt.operation.takes("format"):
        return attempt.asking("format=pdf").send()
    if attempt.operation.takes("organisation"):
        return attempt.asking("organisation=Ville%20Exemple").send()
    unfit = {"debate_id": "nonsense", "slug": "Ville Exemple", "provider": "Mon compte"}
    unfit |= {"token": "deux mots"}
    for name, nonsense in unfit.items():
        if name in attempt.places:
            return attempt.at(**{name: nonsense}).send()
    return attempt.asking("limit=0").send()


def _body_too_large(scene: Scene, attempt: Attempt) -> Response:
    headers = {"Content-Type": "application/json"}
    if not attempt.operation.takes_body:  # it is read for the key's sake only
        headers["Idempotency-Key"] = scene.world.name()
    return attempt.send(content=b'"' + b"x" * scene.world.settings.body_limit_bytes + b'"', **headers)


def _unfit_link(_: Scene, attempt: Attempt) -> Response:
    if attempt.operation.operation_id == "edit_post":
        attempt = attempt.at(number=4).saying(body=None)
    return attempt.saying(link="javascript:alert(1)").send()


def _unknown_theme(_: Scene, attempt: Attempt) -> Response:
    if "theme" in attempt.places:
        return attempt.at(theme="lacs").send()
    return attempt.saying(theme="lacs").send()


def _vote_of_another_kind(_: Scene, attempt: Attempt) -> Response:
    return attempt.saying(value="support").send()


def _slug_taken(scene: Scene, attempt: Attempt) -> Response:
    if attempt.operation.operation_id == "create_organisation":
        return attempt.saying(slug="ville-exemple").send()
    if attempt.operation.operation_id == "add_identity_provider":
        return attempt.saying(slug=INSTANCE).send()
    slug = scene.town.anonymous.get(f"/debates/{scene.open}").json()["slug"]
    places = {"debate_id": scene.draft} if "debate_id" in attempt.places else {}
    return attempt.at(**places).saying(slug=slug).send()


def _already_published(scene: Scene, attempt: Attempt) -> Response:
    body = {"slug": scene.world.name()} if attempt.operation.operation_id == "change_debate" else {}
    return attempt.at(debate_id=scene.open).saying(**body).send()


def _closing_in_the_past(scene: Scene, attempt: Attempt) -> Response:
    past = rfc3339(NOW - DAY)
    if attempt.operation.operation_id == "reopen_debate":
        return attempt.saying(closes_at=past).send()
    draft = scene.town.draft(opens_at=rfc3339(NOW - 2 * DAY), closes_at=past)
    return attempt.at(debate_id=draft).send()


def _period_invalid(scene: Scene, attempt: Attempt) -> Response:
    places = {"debate_id": scene.draft} if "debate_id" in attempt.places else {}
    return attempt.at(**places).saying(opens_at=rfc3339(NOW), closes_at=rfc3339(NOW)).send()


def _last_administrator(scene: Scene, attempt: Attempt) -> Response:
    slug, staff = scene.foreign
    administrator = staff[Role.ADMINISTRATOR]
    return attempt.at(slug=slug, person=administrator.get("/me").json()["id"]).by(administrator).send()


def _by_server(*scopes: Scope, foreign: bool = False) -> Recipe:
    """With a key that has these scopes, or all; on behalf of somebody where one is asked for."""

    def spoil(scene: Scene, attempt: Attempt) -> Response:
        slug = scene.foreign[0] if foreign else SLUG
        user = "usager-1" if attempt.operation.takes("On-Behalf-Of") else None
        open_debate = {"debate_id": scene.open} if "debate_id" in attempt.places else {}
        return attempt.at(**open_debate).by(scene.town.key(*scopes, organisation=slug).naming(user)).send()

    return spoil


def _with_revoked_key(scene: Scene, attempt: Attempt) -> Response:
    return attempt.by(scene.revoked).send()


def _on_revoked_key(scene: Scene, attempt: Attempt) -> Response:
    key = scene.key()
    scene.town.administrator.delete(f"/organisations/{SLUG}/keys/{key}")
    return attempt.at(key=key).send()


def _one_origin_too_many(scene: Scene, attempt: Attempt) -> Response:
    slug, staff = scene.world.organisation()
    attempt = attempt.at(slug=slug).by(staff[Role.ADMINISTRATOR])
    for _ in range(ORIGINS_PER_ORGANISATION):
        assert attempt.saying(origin=scene.new_origin()).send().status_code == 201
    return attempt.saying(origin=scene.new_origin()).send()


def _twice_within_a_limit_of_one(scene: Scene, attempt: Attempt) -> Response:
    limiter = Limiter(scene.world.clock, scene.world.services.digests, scale=1e-9)
    first, second = (scene.fresh(attempt.operation.operation_id, attempt.caller) for _ in range(2))
    if not attempt.operation.operation_id.startswith("sign_out"):  # after which one needs another session
        second = second.by(first.caller)
    if attempt.operation.is_cached:
        first, second = (each.asking(f"q={scene.world.name()}") for each in (first, second))
    with scene.world.kit(limiter=limiter):
        assert first.send().status_code == first.operation.success
        return second.send()


def _field_of_no_use(_: Scene, attempt: Attempt) -> Response:
    if attempt.operation.operation_id == "edit_post":
        return attempt.saying(note="Une note.").send()
    return attempt.saying(capacity="citizen").send()


def _one_webhook_too_many(scene: Scene, attempt: Attempt) -> Response:
    slug, staff = scene.world.organisation()
    attempt = attempt.at(slug=slug).by(staff[Role.ADMINISTRATOR])
    for _ in range(WEBHOOKS_PER_ORGANISATION):
        assert attempt.send().status_code == 201
    return attempt.send()


class RefusingMailer:
    """Hands nothing over."""

    def send(self, mail: Mail) -> None:
        raise MailUnavailable("the mail server is on holiday")


def _mail_unavailable(scene: Scene, attempt: Attempt) -> Response:
    with scene.world.kit(mailer=RefusingMailer()):
        return attempt.saying(email=f"{scene.world.name()}@citoyens.example").send()


def _said_before(_: Scene, attempt: Attempt) -> Response:
    assert attempt.send().status_code == 201
    return attempt.send()


def _once_an_hour(scene: Scene, attempt: Attempt) -> Response:
    debate = scene.town.debate(rules={"posts_per_hour": 1})
    scene.town.contribution(debate, scene.participant)
    assert attempt.at(debate_id=debate).send().status_code == 201
    return scene.attempt(attempt.operation.operation_id, attempt.caller).at(debate_id=debate).send()


def _not_ready(scene: Scene, attempt: Attempt) -> Response:
    rename = "UPDATE alembic_version SET version_num = "
    scene.world.execute(text(rename + "'x' || version_num"))
    try:
        return attempt.send()
    finally:
        scene.world.execute(text(rename + "substr(version_num, 2)"))


_DISK: Final = OperationalError("SELECT 1", None, sqlite3.OperationalError("disk I/O error"))

RECIPES: Final[Mapping[str, Recipe]] = {
    **SIGNING_IN_RECIPES,
    RefusalCode.SIGN_IN_REQUIRED: lambda scene, attempt: attempt.by(scene.town.anonymous).send(),
    RefusalCode.SESSION_INVALID: lambda scene, attempt: attempt.by(scene.town.anonymous).send(
        Authorization="Bearer nonsense"
    ),
    RefusalCode.KEY_INVALID: lambda scene, attempt: attempt.by(scene.town.anonymous).send(
        Authorization=f"Bearer {TOKEN_PREFIX}{'x' * 43}"
    ),
    RefusalCode.KEY_ENDED: _with_revoked_key,
    RefusalCode.KEY_REQUIRED: lambda scene, attempt: attempt.by(scene.town.anonymous).send(),
    RefusalCode.KEY_SCOPE_MISSING: _by_server(Scope.EXPORTS),
    RefusalCode.KEY_FOREIGN: _by_server(foreign=True),
    RefusalCode.KEY_NOT_ACCEPTED: _by_server(),
    RefusalCode.KEY_NOT_FOUND: _at(key=NOBODY),
    RefusalCode.KEY_NOT_USABLE: _on_revoked_key,
    RefusalCode.KEY_EXPIRY_INVALID: _with(expires_at=rfc3339(NOW)),
    RefusalCode.ON_BEHALF_OF_REQUIRED: lambda scene, attempt: attempt.by(scene.server).send(),
    RefusalCode.PARTICIPANT_NOT_FOUND: lambda scene, attempt: attempt.by(
        scene.server.naming(scene.world.name())
    ).send(),
    RefusalCode.SIGN_IN_AGAIN: leaving.long_signed_in,
    RefusalCode.ERASED_LATELY: leaving.erased_lately,
    RefusalCode.LAST_PLATFORM_ADMINISTRATOR: leaving.alone_on_the_platform,
    RefusalCode.HAND_OVER_FIRST: leaving.alone_in_charge,
    RefusalCode.ARCHIVE_NOT_FOUND: _at(archive=NOBODY),
    RefusalCode.NOT_PERMITTED: _by_participant,
    RefusalCode.NOT_AUTHOR: _by_participant,
    RefusalCode.EMAIL_REQUIRED: where_asked(email=True),
    RefusalCode.IDENTITY_REQUIRED: where_asked(providers=["ailleurs"]),
    RefusalCode.PARTICIPATION_CODE_REQUIRED: where_asked(code=True),
    RefusalCode.PARTICIPATION_CODE_MISTYPED: _with(code="K7M4P-9RWXT-3HDQ2"),
    RefusalCode.PARTICIPATION_CODE_UNKNOWN: code_of_another_debate,
    RefusalCode.PARTICIPATION_CODE_SPENT: spent_code,
    RefusalCode.PARTICIPATION_CODES_NOT_ASKED: _in("open"),
    RefusalCode.TOO_MANY_WRONG_CODES: eleventh_code,
    RefusalCode.PARTICIPATION_TIGHTENED: tightened,
    RefusalCode.CAPACITY_REQUIRED: unfit_capacity,
    RefusalCode.CODE_BATCH_NOT_FOUND: _at(batch=NOBODY),
    RefusalCode.ORGANISATION_NOT_FOUND: _at(slug="nulle-part"),
    RefusalCode.DEBATE_NOT_FOUND: _at(debate_id=NOBODY),
    RefusalCode.POST_NOT_FOUND: _at(number="999"),
    RefusalCode.MEMBER_NOT_FOUND: _at(person=NOBODY),
    RefusalCode.INVITATION_NOT_FOUND: _at(invitation=NOBODY),
    RefusalCode.INVITATION_UNUSABLE: _with(token="x" * 43),
    RefusalCode.ADMINISTRATOR_EXISTS: _at(slug="ville-exemple"),
    RefusalCode.ORIGIN_NOT_FOUND: _at(origin=NOBODY),
    RefusalCode.DEAD_LETTER_NOT_FOUND: _at(job=NOBODY),
    RefusalCode.WEBHOOK_NOT_FOUND: _at(webhook=NOBODY),
    RefusalCode.DELIVERY_NOT_FOUND: lambda scene, attempt: attempt.at(
        webhook=webhook(scene.town), delivery=NOBODY
    ).send(),
    RefusalCode.TOO_MANY_WEBHOOKS: _one_webhook_too_many,
    **ADDRESS_RECIPES,
    RefusalCode.SESSION_NOT_FOUND: _at(session=NOBODY),
    RefusalCode.DEBATE_NOT_PUBLISHED: case_refusals.or_on_case(_in("draft"), case_refusals.in_a_draft),
    RefusalCode.DEBATE_ALREADY_PUBLISHED: _already_published,
    RefusalCode.PERIOD_NOT_OPEN: _in("upcoming"),
    RefusalCode.PERIOD_CLOSED: _in("closed"),
    RefusalCode.PERIOD_NOT_CLOSED: _in("open"),
    RefusalCode.PERIOD_INVALID: _period_invalid,
    RefusalCode.CLOSING_NOT_LATER: _with(closes_at=rfc3339(NOW), **REASON),
    RefusalCode.CLOSING_IN_THE_PAST: _closing_in_the_past,
    RefusalCode.SLUG_TAKEN: _slug_taken,
    RefusalCode.THEME_IN_USE: _with(themes=[]),
    RefusalCode.LAST_ADMINISTRATOR: _last_administrator,
    RefusalCode.TOO_MANY_ORIGINS: _one_origin_too_many,
    RefusalCode.NOT_A_CONTRIBUTION: case_refusals.argument_moved(_at(number="2")),
    RefusalCode.POST_WITHDRAWN: case_refusals.on_tombstone(1, "withdrawn"),
    RefusalCode.POST_HIDDEN: case_refusals.on_tombstone(2, "hidden"),
    RefusalCode.POST_ERASED: case_refusals.on_tombstone(3, "erased"),
    RefusalCode.REVISION_OUTDATED: lambda _, attempt: attempt.send(If_Match='"1-1-open-0"'),
    RefusalCode.TEXT_TOO_SHORT: _with_text(lambda _: " "),
    RefusalCode.TEXT_TOO_LONG: _with_text(lambda longest: "x" * (longest + 1)),
    RefusalCode.TEXT_NOT_ALLOWED: _with_text(lambda _: "Une cloche \a sonne."),
    RefusalCode.LINK_INVALID: _unfit_link,
    RefusalCode.ORIGIN_INVALID: _with(origin="https://*.ville.example"),
    RefusalCode.ACCENT_TOO_PALE: _with(accent="#ffcc00"),
    **LOGO_RECIPES,
    RefusalCode.THEME_UNKNOWN: case_refusals.or_on_case(_unknown_theme, case_refusals.theme_unknown),
    RefusalCode.MAIL_LINK_INVALID: _at(token="x" * 60),
    RefusalCode.VOTE_VALUE_UNKNOWN: _vote_of_another_kind,
    RefusalCode.FIELD_NOT_ALLOWED: _field_of_no_use,
    **case_refusals.CASE_RECIPES,
    RefusalCode.DUPLICATE_TEXT: _said_before,
    RefusalCode.TOO_MANY_POSTS: _once_an_hour,
    TransportCode.MEDIA_TYPE_UNSUPPORTED: lambda _, attempt: attempt.send(
        content=b"{}", Content_Type="text/plain"
    ),
    TransportCode.BODY_TOO_LARGE: _body_too_large,
    TransportCode.MALFORMED: _malformed,
    TransportCode.CURSOR_INVALID: lambda _, attempt: attempt.asking("cursor=x").send(),
    TransportCode.IDEMPOTENCY_KEY_REUSED: _with_used_key,
    TransportCode.TOO_MANY_LISTENERS: with_all_places_taken,
    TransportCode.TOO_MANY_REQUESTS: _twice_within_a_limit_of_one,
    TransportCode.CROSS_SITE_REQUEST: _cross_site,
    TransportCode.INTERNAL_ERROR: _failing(RuntimeError("a fault of ours")),
    TransportCode.BUSY: _failing(Busy()),
    TransportCode.STORAGE_UNAVAILABLE: _failing(_DISK),
    TransportCode.MAIL_UNAVAILABLE: _mail_unavailable,
    TransportCode.NOT_READY: _not_ready,
}
"""Every code that operations answer, and how."""
