"""One's own sessions: which are open, and how to end them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.requests import JsonRoute
from consultation.api.schemas.access import Sessions
from consultation.application.sessions import end_other_sessions, end_session, read_sessions
from consultation.domain.decisions import RefusalCode

router = APIRouter(prefix="/me/sessions", tags=["my account"], route_class=JsonRoute)

_NO_BODY = Answer(None, 204)


@router.get(
    "",
    operation_id="list_my_sessions",
    summary="One's open sessions",
    **declare(Access.PERSON, answer=Sessions),
)
async def get_my_sessions(call: CallDep) -> Response:
    """When and how each was opened, and in which hour it was last used; never from where."""
    kit, token = call.kit, call.token() or ""
    items = await call.read_as(
        lambda snapshot, account: read_sessions(snapshot, kit.digests, account, token, kit.clock())
    )
    return respond(Answer({"items": items, "next_cursor": None}))


@router.delete(
    "",
    operation_id="end_other_sessions",
    summary="End all other sessions",
    **declare(Access.PERSON, answer=None, status=204, writes=True, takes_body=False),
)
async def delete_my_other_sessions(call: CallDep) -> Response:
    """Only the session of this call stays: for a lost telephone, or after a stay in a library."""
    digests, token = call.kit.digests, call.token() or ""
    return await call.perform(
        lambda tx, account: end_other_sessions(tx, digests, account, token), lambda _: _NO_BODY
    )


@router.delete(
    "/{session}",
    operation_id="end_session",
    summary="End one session",
    **declare(
        Access.PERSON,
        RefusalCode.SESSION_NOT_FOUND,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def delete_my_session(
    call: CallDep, session: Annotated[UUID, Path(description="Id of the session.")]
) -> Response:
    """Its token is worth nothing from here on."""
    return await call.perform(lambda tx, account: end_session(tx, account, session), lambda _: _NO_BODY)
