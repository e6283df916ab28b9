"""What the worker has given up, for the administrators of the platform."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.schemas.work import DeadLetterPage, Replayed
from consultation.application.dead_letters import read_dead_letters, replay_dead_letter
from consultation.domain.decisions import RefusalCode
from consultation.domain.permissions import Act

router = APIRouter(prefix="/dead-letters", tags=["platform"], route_class=JsonRoute)


@router.get(
    "",
    operation_id="list_dead_letters",
    summary="Jobs that were given up",
    **declare(Access.STAFF, TransportCode.CURSOR_INVALID, answer=DeadLetterPage, act=Act.MANAGE_JOBS),
)
async def get_dead_letters(
    request: Request, call: CallDep, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """Newest first. A job says what it is about, never to whom it goes."""
    page = window(cursor, limit, "dead-letters", UUID)
    found = await call.read_as(lambda snapshot, account: read_dead_letters(snapshot, account, page))
    built = built_page(request, found, "dead-letters")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.post(
    "/{job}/replay",
    operation_id="replay_dead_letter",
    summary="Try a job again",
    **declare(
        Access.STAFF,
        RefusalCode.DEAD_LETTER_NOT_FOUND,
        answer=Replayed,
        act=Act.MANAGE_JOBS,
        status=202,
        writes=True,
        takes_body=False,
    ),
)
async def post_replay(call: CallDep, job: UUID) -> Response:
    """Due at once, with its attempts counted anew, under the same id: receivers drop what they have."""
    return await call.perform(
        lambda tx, account: replay_dead_letter(tx, account, job),
        lambda uid: Answer({"id": uid}, 202),
    )
