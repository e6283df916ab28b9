"""One's own account and posts."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.schemas.accountability import OwnReports
from consultation.api.schemas.people import (
    Account,
    AccountEdit,
    OwnPosts,
)
from consultation.application.documents import account_document
from consultation.application.people import (
    change_account,
)
from consultation.domain.decisions import RefusalCode

router = APIRouter(route_class=JsonRoute)


@router.get(
    "/me",
    tags=["my account"],
    operation_id="get_me",
    summary="One's own account",
    **declare(Access.PERSON, answer=Account),
)
async def get_me(call: CallDep) -> Response:
    """Name, address and language."""
    document = await call.read_as(lambda _, account: account_document(account))
    return respond(Answer(document))


@router.patch(
    "/me",
    tags=["my account"],
    operation_id="change_me",
    summary="Change one's account",
    **declare(
        Access.PERSON,
        RefusalCode.TEXT_TOO_SHORT,
        RefusalCode.TEXT_TOO_LONG,
        RefusalCode.TEXT_NOT_ALLOWED,
        answer=Account,
        writes=True,
    ),
)
async def patch_me(call: CallDep, payload: AccountEdit) -> Response:
    """A new name signs what is written from now on; earlier texts keep theirs."""
    return await call.perform(
        lambda tx, account: change_account(tx, account, payload.name, payload.locale),
        lambda account: Answer(account_document(account)),
    )


@router.get(
    "/me/reports",
    tags=["my account"],
    operation_id="list_my_reports",
    summary="One's own reports and what became of them",
    **declare(Access.PERSON, TransportCode.CURSOR_INVALID, answer=OwnReports),
)
async def get_my_reports(
    request: Request, call: CallDep, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """The newest first."""
    page = window(cursor, limit, "my-reports", UUID)
    found = await call.read_as(lambda snapshot, account: snapshot.own_reports(account.key, page))
    built = built_page(request, found, "my-reports")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.get(
    "/me/posts",
    tags=["my account"],
    operation_id="list_my_posts",
    summary="One's own posts",
    **declare(Access.PERSON, TransportCode.CURSOR_INVALID, answer=OwnPosts),
)
async def get_my_posts(request: Request, call: CallDep, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """In every debate, the newest debate first."""
    page = window(cursor, limit, "my-posts", UUID, int)
    found = await call.read_as(lambda snapshot, account: snapshot.own_posts(account.key, page))
    built = built_page(request, found, "my-posts")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))
