"""What a server reads and does for one of its users, about what the user is told."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.moderation import CASE, CaseId, lodged_answer
from consultation.api.routes.notices import UnreadOnly, unread_answer
from consultation.api.routes.organisations import Cursor, Limit, OrganisationSlug
from consultation.api.schemas.moderation import LodgedAppeal, NewAppeal
from consultation.api.schemas.notices import Notifications, Reading, Unread
from consultation.application.keys import read_participant
from consultation.application.moderation.appealing import lodge_appeal_of_user
from consultation.application.notices.keeping import mark_read_of_user
from consultation.application.ports import Delegate
from consultation.application.readers import Page, Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act

router = APIRouter(prefix="/organisations/{slug}/participant", tags=["keys"], route_class=JsonRoute)
_KIND: Final = "participant-notifications"


@router.get(
    "/notifications",
    operation_id="list_participant_notifications",
    summary="Notices to one of your users",
    **declare(
        Access.KEY,
        RefusalCode.ORGANISATION_NOT_FOUND,
        RefusalCode.PARTICIPANT_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=Notifications,
        act=Act.NAME_PARTICIPANT,
    ),
)
async def get_participant_notifications(
    request: Request,
    call: CallDep,
    slug: OrganisationSlug,
    unread: UnreadOnly = False,  # noqa: FBT002 - a query parameter
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """What became of the posts and reports of whom `On-Behalf-Of` names; the newest first.

    A decision on a post comes with its statement of reasons, its case, and until when it can be appealed.
    Nothing is mailed to your users: showing it to them is yours.
    """
    page = window(cursor, limit, _KIND, UUID)

    def read(snapshot: Snapshot, delegate: Delegate) -> Page | Refused:
        account = read_participant(snapshot, slug, delegate)
        if isinstance(account, Refused):
            return account
        return snapshot.notifications(account.key, page, unread=unread)

    built = built_page(request, await call.read_as_delegate(read), _KIND)
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.post(
    "/notifications/read",
    operation_id="mark_participant_notifications_read",
    summary="Mark notices to one of your users as read",
    **declare(
        Access.KEY,
        RefusalCode.ORGANISATION_NOT_FOUND,
        RefusalCode.PARTICIPANT_NOT_FOUND,
        answer=Unread,
        act=Act.NAME_PARTICIPANT,
        writes=True,
    ),
)
async def post_participant_read(call: CallDep, slug: OrganisationSlug, payload: Reading) -> Response:
    """As often as you like; ids of notices that are not the user's own are passed over."""
    return await call.perform_for_known(
        lambda tx, delegate: mark_read_of_user(tx, slug, delegate, payload.ids), unread_answer
    )


@router.post(
    "/appeals/{case_id}",
    operation_id="lodge_participant_appeal",
    summary="Appeal a decision, for one of your users",
    **declare(
        Access.KEY,
        *CASE,
        RefusalCode.CASE_STATE,
        RefusalCode.APPEAL_LODGED,
        RefusalCode.APPEAL_TOO_LATE,
        *(RefusalCode.TEXT_TOO_SHORT, RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED),
        answer=LodgedAppeal,
        act=Act.NAME_PARTICIPANT,
        status=201,
        writes=True,
    ),
)
async def post_participant_appeal(
    call: CallDep, slug: OrganisationSlug, case_id: CaseId, payload: NewAppeal
) -> Response:
    """The author of the post, once, in the time that the statement gives. Nobody else's case is there."""
    return await call.perform_as_delegate(
        lambda tx, delegate: lodge_appeal_of_user(tx, slug, delegate, case_id, payload.text), lodged_answer
    )
