"""Every route declares who may call it and which codes it may answer; a test holds it to that."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import UnionType
from typing import Any, Final

from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from consultation.api.callers import ON_BEHALF_OF
from consultation.api.problems import MEDIA_TYPE, STATUS, TransportCode, phrase
from consultation.application.policies import ANONYMOUS, SIGNED_IN_WRITES, Policy
from consultation.domain.decisions import RefusalCode
from consultation.domain.keys import SCOPES_OF_ACTS, Scope
from consultation.domain.permissions import FOR_EVERYBODY, Act

IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes a repeated call safe: for 24 hours the first accepted answer is sent "
    "again. Visible ASCII, at most 255 characters.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
IF_MATCH: Final[dict[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "Entity tag of the post as you read it; 412 when it was edited since.",
    "schema": {"type": "string"},
}
IF_NONE_MATCH: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "Entity tag of the answer that you have; 304 when it still stands.",
    "schema": {"type": "string"},
}
ACCEPT_LANGUAGE: Final[dict[str, Any]] = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "Language of titles and details: fr (default), nl, de, en.",
    "schema": {"type": "string"},
}


ON_BEHALF: Final[dict[str, Any]] = {
    "name": ON_BEHALF_OF,
    "in": "header",
    "required": False,
    "description": "Of calls with a key: the server's own name for the user who acts. Opaque, always the "
    "same for one human, no address and no national number. Visible ASCII, at most 200 characters.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


class Access(StrEnum):
    """Who may call a route. What a person may do then, the domain's rules decide."""

    PUBLIC = "public"
    """Anyone; the answer never depends on who asks."""
    ANYONE = "anyone"
    """Anyone; the answer depends on who asks, and is never cached."""
    BROWSER = "browser"
    """Any browser, by the link of a message, or on its way to a provider or back.

    Whether somebody is signed in does not matter: an ended session is no reason to turn them away.
    Nothing is cached.
    """
    PERSON = "person"
    """Whoever is signed in."""
    STAFF = "staff"
    """A signed-in person with a role, in the organisation or on the platform, that the act asks for."""
    KEY = "key"
    """An organisation's server with a key, which names one of its users."""


_SIGNED_IN: Final = (
    RefusalCode.SIGN_IN_REQUIRED,
    RefusalCode.SESSION_INVALID,
    TransportCode.IDEMPOTENCY_KEY_REUSED,
)
_KNOWN: Final = {Access.PERSON, Access.STAFF, Access.KEY}
"""Who calls with credentials, always."""
_WITH_KEY: Final = (RefusalCode.KEY_INVALID, RefusalCode.KEY_ENDED)
_NARROWED: Final = (RefusalCode.KEY_SCOPE_MISSING, RefusalCode.KEY_FOREIGN)
_ALWAYS: Final = (TransportCode.INTERNAL_ERROR, TransportCode.BUSY, TransportCode.STORAGE_UNAVAILABLE)


def declare(  # noqa: PLR0913 - what a route can say of itself, by name
    access: Access,
    *codes: str,
    answer: type[BaseModel] | UnionType | str | None,
    act: Act | None = None,
    status: int = 200,
    writes: bool = False,
    takes_body: bool = True,
    cached: bool = False,
    edits: bool = False,
    keys: bool = False,
    limits: tuple[Policy, ...] | None = None,
    held: type[BaseModel] | None = None,
) -> dict[str, Any]:
    """The keyword arguments of a route: access, answers, problems and headers.

    `codes` are the refusals particular to the route; those that every such route shares are
    added. `answer` is the body of the good answer, a media type where that is no JSON, None for
    none. What `writes` takes a body, unless `takes_body` is false. With `keys` a key may call
    too: one with a scope that the act asks for, or any where the act is none in particular.
    `limits` are the policies that calls count towards; what writes has some in any case. `held` is the body
    of the answer where what was sent is accepted and waits.
    """
    keys = keys or access is Access.KEY
    names_users = access is Access.KEY or (keys and (act is None or act in FOR_EVERYBODY))
    shared = _shared(access, writes=writes, takes_body=takes_body)
    shared += _of_keys(access, act, keys=keys)
    counted = _counted(access, limits, writes=writes)
    shared += [TransportCode.TOO_MANY_REQUESTS for _ in counted[:1]]
    parameters = [ACCEPT_LANGUAGE]
    if writes and access in _KNOWN:
        parameters.append(IDEMPOTENCY_KEY)
    if names_users:
        parameters.append(ON_BEHALF)
    if cached:
        parameters.append(IF_NONE_MATCH)
    if edits:
        parameters.append(IF_MATCH)
    responses: dict[int | str, dict[str, Any]] = {status: _good(status, answer)}
    if held is not None:
        responses[202] = _good(202, held)
    if cached:
        responses[304] = {"description": "What you have still stands."}
    responses.update(problem_responses({*codes, *shared}, answer=answer))
    extension: dict[str, Any] = {"x-access": access.value, "parameters": parameters}
    if counted:
        extension["x-limits"] = [policy.name for policy in counted]
    if act is not None:
        extension["x-act"] = act.value
    if keys:
        extension["x-scopes"] = [scope.value for scope in scopes_for(act)]
    return {
        "status_code": status,
        "responses": responses,
        "response_model": None,
        "response_class": JSONResponse if answer is not None else Response,
        "openapi_extra": extension,
    }


def scopes_for(act: Act | None) -> tuple[Scope, ...]:
    """The scopes of which a key needs one; none in particular without an act."""
    return () if act is None else SCOPES_OF_ACTS[act]


def _of_keys(access: Access, act: Act | None, *, keys: bool) -> list[str]:
    if access in {Access.PUBLIC, Access.BROWSER}:
        return []
    if not keys:
        return [*_WITH_KEY, RefusalCode.KEY_NOT_ACCEPTED]
    codes: list[str] = [*_WITH_KEY]
    if act is not None:
        codes += _NARROWED
        if act in FOR_EVERYBODY or access is Access.KEY:
            codes.append(RefusalCode.ON_BEHALF_OF_REQUIRED)
    return codes


def _counted(access: Access, limits: tuple[Policy, ...] | None, *, writes: bool) -> tuple[Policy, ...]:
    """The policies of a route: those that it names, else the usual ones of what writes."""
    if limits is not None or not writes:
        return limits or ()
    return SIGNED_IN_WRITES if access in _KNOWN else (ANONYMOUS,)


def _shared(access: Access, *, writes: bool, takes_body: bool) -> list[str]:
    codes: list[str] = [*_ALWAYS, TransportCode.MALFORMED]
    if access is Access.KEY:
        codes += [RefusalCode.KEY_REQUIRED, RefusalCode.SESSION_INVALID]
        if writes:
            codes += _SIGNED_IN[2:]
    if access in {Access.PERSON, Access.STAFF}:
        codes += _SIGNED_IN if writes else _SIGNED_IN[:2]
    if access is Access.ANYONE:
        codes.append(RefusalCode.SESSION_INVALID)
    if access is Access.STAFF:
        codes.append(RefusalCode.NOT_PERMITTED)
    if writes:
        codes += [TransportCode.BODY_TOO_LARGE, TransportCode.CROSS_SITE_REQUEST]
        if takes_body:
            codes.append(TransportCode.MEDIA_TYPE_UNSUPPORTED)
    return codes


def _good(status: int, answer: type[BaseModel] | UnionType | str | None) -> dict[str, Any]:
    described: dict[str, Any] = {"description": phrase(status)}
    if isinstance(answer, str):
        described["content"] = {answer: {"schema": {"type": "string"}}}
    elif answer is not None:
        described["model"] = answer
    return described


def is_page(answer: object) -> bool:
    """Is this, of `declare`, the media type of a page? Then people read what is refused, too, as a page."""
    return isinstance(answer, str) and answer.startswith("text/html")


def answers_with_page(route: object) -> bool:
    """Does a route, of those that are declared here, answer with a page when all is well?"""
    responses = getattr(route, "responses", {})
    return any(map(is_page, responses.get(200, {}).get("content", ())))


def problem_responses(codes: Iterable[str], *, answer: object = None) -> Mapping[int | str, dict[str, Any]]:
    """The OpenAPI responses of these codes, one for each status; a page as well, where the answer is one."""
    page = {answer: {"schema": {"type": "string"}}} if is_page(answer) else {}
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(STATUS[code], []).append(code)
    reference = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": f"{phrase(status)}: " + ", ".join(f"`{c}`" for c in members),
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "allOf": [reference],
                        "properties": {"code": {"type": "string", "enum": members}},
                    }
                },
                **page,
            },
        }
        for status, members in sorted(by_status.items())
    }
