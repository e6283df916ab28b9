"""Security events in the log: sign-ins, and refusals that an attack would meet. Never about whom.

A line has the event, the code of the problem, the template of the route and the id of the
request. Calls without any credentials are no event: that is how anonymous readers meet a 401.
"""

import logging
from typing import Final

from fastapi import Request

from consultation.api.problems import STATUS
from consultation.application.ports import SignInMethod
from consultation.domain.decisions import RefusalCode
from consultation.observability import route_template

_STATUSES: Final = frozenset({401, 403, 429})
_log = logging.getLogger("consultation.security")


def note_refusal(code: str, request: Request) -> None:
    """Log a refusal for want of credentials, permission or patience."""
    if STATUS[code] in _STATUSES and code != RefusalCode.SIGN_IN_REQUIRED:
        _note("refused", request, refusal=code)


def note_sign_in(request: Request, method: SignInMethod) -> None:
    """Log that a session was opened, and how."""
    _note("signed in", request, method=method.value)


def _note(event: str, request: Request, **facts: str) -> None:
    if _log.isEnabledFor(logging.INFO):
        state = request.scope.get("state", {})
        extra = {**facts, "route": route_template(request.scope), "request_id": state.get("request_id")}
        _log.info(event, extra=extra)
