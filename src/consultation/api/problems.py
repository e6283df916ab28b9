"""Problem details (RFC 9457): one table of codes and statuses, one way to build an answer."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi import Request
from starlette.responses import Response

from consultation.domain.decisions import Fact, RefusalCode, Refused
from consultation.domain.journal import format_instant
from consultation.localisation.languages import Language, negotiate
from consultation.localisation.problems import problem_text

MEDIA_TYPE: Final = "application/problem+json"
DEFAULT_LANGUAGE: Final = Language.FR


class TransportCode(StrEnum):
    """Why a call was not even put to a rule."""

    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    MEDIA_TYPE_UNSUPPORTED = "media_type_unsupported"
    FORMAT_NOT_SUPPORTED = "format_not_supported"
    BODY_TOO_LARGE = "body_too_large"
    MALFORMED = "malformed"
    CURSOR_INVALID = "cursor_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_LISTENERS = "too_many_listeners"
    CROSS_SITE_REQUEST = "cross_site_request"
    INTERNAL_ERROR = "internal_error"
    BUSY = "busy"
    MAIL_UNAVAILABLE = "mail_unavailable"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    STORAGE_UNAVAILABLE = "storage_unavailable"
    NOT_READY = "not_ready"


STATUS: Final[Mapping[str, int]] = {
    RefusalCode.SIGN_IN_REQUIRED: 401,
    RefusalCode.SESSION_INVALID: 401,
    RefusalCode.CODE_INCORRECT: 401,
    RefusalCode.TOO_MANY_CODES: 429,
    RefusalCode.KEY_INVALID: 401,
    RefusalCode.KEY_ENDED: 401,
    RefusalCode.KEY_REQUIRED: 401,
    RefusalCode.KEY_SCOPE_MISSING: 403,
    RefusalCode.KEY_FOREIGN: 403,
    RefusalCode.KEY_NOT_ACCEPTED: 403,
    RefusalCode.KEY_NOT_FOUND: 404,
    RefusalCode.KEY_NOT_USABLE: 409,
    RefusalCode.KEY_EXPIRY_INVALID: 422,
    RefusalCode.ON_BEHALF_OF_REQUIRED: 422,
    RefusalCode.PARTICIPANT_NOT_FOUND: 404,
    RefusalCode.PROOF_REQUIRED: 403,
    RefusalCode.PROOF_INVALID: 403,
    RefusalCode.SIGN_IN_AGAIN: 403,
    RefusalCode.ERASED_LATELY: 409,
    RefusalCode.PROVIDER_NOT_FOUND: 404,
    RefusalCode.SIGN_IN_NOT_STARTED: 401,
    RefusalCode.SIGN_IN_DECLINED: 403,
    RefusalCode.IDENTITY_NOT_PROVEN: 401,
    RefusalCode.ASSURANCE_TOO_LOW: 403,
    RefusalCode.IDENTITY_TAKEN: 409,
    RefusalCode.IDENTITY_NOT_FOUND: 404,
    RefusalCode.LAST_SIGN_IN: 409,
    RefusalCode.ISSUER_UNUSABLE: 422,
    RefusalCode.NOT_PERMITTED: 403,
    RefusalCode.NOT_AUTHOR: 403,
    RefusalCode.EMAIL_REQUIRED: 403,
    RefusalCode.IDENTITY_REQUIRED: 403,
    RefusalCode.PARTICIPATION_CODE_REQUIRED: 403,
    RefusalCode.PARTICIPATION_CODE_MISTYPED: 422,
    RefusalCode.PARTICIPATION_CODE_UNKNOWN: 403,
    RefusalCode.PARTICIPATION_CODE_SPENT: 403,
    RefusalCode.PARTICIPATION_CODES_NOT_ASKED: 409,
    RefusalCode.TOO_MANY_WRONG_CODES: 429,
    RefusalCode.PARTICIPATION_TIGHTENED: 409,
    RefusalCode.CAPACITY_REQUIRED: 422,
    RefusalCode.OWN_POST: 403,
    RefusalCode.SAME_MODERATOR: 403,
    RefusalCode.ORGANISATION_NOT_FOUND: 404,
    RefusalCode.DEBATE_NOT_FOUND: 404,
    RefusalCode.POST_NOT_FOUND: 404,
    RefusalCode.MEMBER_NOT_FOUND: 404,
    RefusalCode.INVITATION_NOT_FOUND: 404,
    RefusalCode.ORIGIN_NOT_FOUND: 404,
    RefusalCode.DEAD_LETTER_NOT_FOUND: 404,
    RefusalCode.WEBHOOK_NOT_FOUND: 404,
    RefusalCode.DELIVERY_NOT_FOUND: 404,
    RefusalCode.SESSION_NOT_FOUND: 404,
    RefusalCode.ARCHIVE_NOT_FOUND: 404,
    RefusalCode.CODE_BATCH_NOT_FOUND: 404,
    RefusalCode.CASE_NOT_FOUND: 404,
    RefusalCode.HELD_POST_NOT_FOUND: 404,
    RefusalCode.DEBATE_NOT_PUBLISHED: 409,
    RefusalCode.DEBATE_ALREADY_PUBLISHED: 409,
    RefusalCode.PERIOD_NOT_OPEN: 409,
    RefusalCode.PERIOD_CLOSED: 409,
    RefusalCode.PERIOD_NOT_CLOSED: 409,
    RefusalCode.PERIOD_INVALID: 422,
    RefusalCode.CLOSING_NOT_LATER: 409,
    RefusalCode.CLOSING_IN_THE_PAST: 409,
    RefusalCode.SLUG_TAKEN: 409,
    RefusalCode.DEBATE_EXISTS: 409,
    RefusalCode.THEME_IN_USE: 409,
    RefusalCode.LAST_ADMINISTRATOR: 409,
    RefusalCode.LAST_PLATFORM_ADMINISTRATOR: 409,
    RefusalCode.ADMINISTRATOR_EXISTS: 409,
    RefusalCode.INVITATION_UNUSABLE: 410,
    RefusalCode.TOO_MANY_ORIGINS: 409,
    RefusalCode.HAND_OVER_FIRST: 409,
    RefusalCode.TOO_MANY_WEBHOOKS: 409,
    RefusalCode.NOT_A_CONTRIBUTION: 409,
    RefusalCode.POST_WITHDRAWN: 410,
    RefusalCode.POST_HIDDEN: 410,
    RefusalCode.POST_ERASED: 410,
    RefusalCode.ALREADY_REPORTED: 409,
    RefusalCode.CASE_STATE: 409,
    RefusalCode.POST_NOT_HIDDEN: 409,
    RefusalCode.MEASURE_NOT_FITTING: 409,
    RefusalCode.HELD_POST_DECIDED: 409,
    RefusalCode.EDIT_WAITING: 409,
    RefusalCode.ALREADY_HELD: 409,
    RefusalCode.THEME_UNCHANGED: 409,
    RefusalCode.APPEAL_LODGED: 409,
    RefusalCode.APPEAL_TOO_LATE: 409,
    RefusalCode.MAIL_LINK_INVALID: 404,
    RefusalCode.REVISION_OUTDATED: 412,
    RefusalCode.PASSAGE_NOT_FOUND: 422,
    RefusalCode.RESTRICTION_OVER: 422,
    RefusalCode.TEXT_TOO_SHORT: 422,
    RefusalCode.TEXT_TOO_LONG: 422,
    RefusalCode.TEXT_NOT_ALLOWED: 422,
    RefusalCode.LINK_INVALID: 422,
    RefusalCode.ORIGIN_INVALID: 422,
    RefusalCode.ACCENT_TOO_PALE: 422,
    RefusalCode.LOGO_FORMAT_UNKNOWN: 422,
    RefusalCode.LOGO_DAMAGED: 422,
    RefusalCode.LOGO_SIZE_UNFIT: 422,
    RefusalCode.LOGO_TOO_HEAVY: 422,
    RefusalCode.WEBHOOK_URL_INVALID: 422,
    RefusalCode.WEBHOOK_HOST_PRIVATE: 422,
    RefusalCode.THEME_UNKNOWN: 422,
    RefusalCode.VOTE_VALUE_UNKNOWN: 422,
    RefusalCode.FIELD_NOT_ALLOWED: 422,
    RefusalCode.DUPLICATE_TEXT: 409,
    RefusalCode.TOO_MANY_POSTS: 429,
    TransportCode.NOT_FOUND: 404,
    TransportCode.METHOD_NOT_ALLOWED: 405,
    TransportCode.MEDIA_TYPE_UNSUPPORTED: 415,
    TransportCode.FORMAT_NOT_SUPPORTED: 501,
    TransportCode.BODY_TOO_LARGE: 413,
    TransportCode.MALFORMED: 422,
    TransportCode.CURSOR_INVALID: 422,
    TransportCode.IDEMPOTENCY_KEY_REUSED: 422,
    TransportCode.TOO_MANY_REQUESTS: 429,
    TransportCode.TOO_MANY_LISTENERS: 503,
    TransportCode.CROSS_SITE_REQUEST: 403,
    TransportCode.INTERNAL_ERROR: 500,
    TransportCode.BUSY: 503,
    TransportCode.MAIL_UNAVAILABLE: 503,
    TransportCode.PROVIDER_UNAVAILABLE: 502,
    TransportCode.STORAGE_UNAVAILABLE: 503,
    TransportCode.NOT_READY: 503,
}
"""The status of every code: the one table that routes, OpenAPI and documents are made from."""

_RETRY_SECONDS: Final = 2
_PHRASES: Final = {413: "Content Too Large", 422: "Unprocessable Content"}


def phrase(status: int) -> str:
    """The reason phrase of RFC 9110, which Python knows in full from 3.13 on only."""
    return _PHRASES.get(status) or HTTPStatus(status).phrase


class Problem(Exception):
    """Ends a call with a problem document. Rules refuse with `Refused`; this carries it out."""

    def __init__(
        self, code: str, facts: Mapping[str, Fact] | None = None, errors: list[dict[str, str]] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts or {}
        self.errors = errors


def refusal(refused: Refused) -> Problem:
    """The problem that a refused rule becomes."""
    return Problem(refused.code, refused.facts)


def language_of(request: Request) -> Language:
    """The language that the caller asks for; French when none is."""
    return negotiate(request.headers.get("accept-language"), DEFAULT_LANGUAGE)


def _plain(fact: Fact) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(fact, datetime):
        return format_instant(fact)
    return list(fact) if isinstance(fact, tuple) else fact


def problem_document(problem: Problem, language: Language, public_url: str) -> dict[str, Any]:
    """The problem document of a code and its facts."""
    text = problem_text(problem.code, problem.facts, language)
    document: dict[str, Any] = {
        "type": f"{public_url}/problems/{problem.code}",
        "title": text.title,
        "status": STATUS[problem.code],
        "detail": text.detail,
        "code": problem.code,
    }
    document.update({name: _plain(fact) for name, fact in problem.facts.items()})
    errors = problem.errors
    if errors is None and "field" in problem.facts:
        errors = [{"pointer": f"/{problem.facts['field']}", "detail": text.detail}]
    if errors is not None:
        document["errors"] = errors
    return document


def problem_response(problem: Problem, request: Request, public_url: str) -> Response:
    """The answer that carries a problem document."""
    language = language_of(request)
    headers = {
        "Content-Language": language.value,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **problem_headers(problem),
    }
    document = problem_document(problem, language, public_url)
    return Response(orjson.dumps(document), STATUS[problem.code], headers, MEDIA_TYPE)


def problem_headers(problem: Problem) -> dict[str, str]:
    """What HTTP asks an answer of this status to bear, whatever its form."""
    headers: dict[str, str] = {}
    status = STATUS[problem.code]
    if status == 401:  # noqa: PLR2004 - RFC 9110, 11.6.1: a 401 names its scheme
        headers["WWW-Authenticate"] = "Bearer"
    retry_after = problem.facts.get("retry_after")
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    elif status == 503:  # noqa: PLR2004 - RFC 9110, 15.6.4
        headers["Retry-After"] = str(_RETRY_SECONDS)
    return headers
