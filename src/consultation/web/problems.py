"""Refusals and failures as pages, for people whose browser asks for one."""

from typing import Final

from fastapi import Request
from starlette.responses import Response

from consultation.api.access import answers_with_page
from consultation.api.callers import cookie_name
from consultation.api.problems import STATUS, Problem, language_of, problem_headers
from consultation.domain.decisions import RefusalCode
from consultation.localisation.problems import problem_text
from consultation.web.frame import frame_of
from consultation.web.headers import MEDIA_TYPE, PRIVATE, headers_of
from consultation.web.page import site_of
from consultation.web.requests import language_in_path, split_language
from consultation.web.sending import rescued
from consultation.web.view import View
from consultation.web.wording import in_their_language

_SIGNING_IN: Final = frozenset({RefusalCode.SIGN_IN_REQUIRED, RefusalCode.SESSION_INVALID})


def asks_for_page(request: Request) -> bool:
    """Would whoever calls rather read a page than a problem document?

    In the interface only where the good answer is a page as well: behind the links of messages.
    """
    scope = request.scope
    is_for_people = not scope["path"].startswith("/api/") or answers_with_page(scope.get("route"))
    return is_for_people and "text/html" in request.headers.get("accept", "")


async def problem_page(request: Request, problem: Problem) -> Response:
    """The page that says what happened, why, and what to do now."""
    kept = await rescued(request, problem)
    if kept is not None:
        return kept
    kit, site = request.app.state.kit, site_of(request)
    chosen = language_in_path(request)
    language = chosen or language_of(request)
    prefix = "" if chosen is None else f"/{chosen.value}"
    _, path = split_language(request.scope["path"])
    view = View(language, path, prefix, request.url.query, frame=frame_of(request))
    told = problem_text(problem.code, problem.facts, language)
    facts = {
        "problem": told,
        "detail": in_their_language(told.detail, problem.facts),
        "code": problem.code,
        "status": STATUS[problem.code],
        "sign_in": problem.code in _SIGNING_IN,
        "has_session": cookie_name(kit.public_url) in request.cookies,
        "request_id": request.scope.get("state", {}).get("request_id", ""),
    }
    body = await kit.threads.run(lambda: site.render("problem.html", view, facts))
    headers = {
        **headers_of(language, chosen=chosen is None),
        **PRIVATE,
        **problem_headers(problem),
        "Content-Language": language.value,
    }
    return Response(body, STATUS[problem.code], headers, MEDIA_TYPE)
