"""One's own account and posts."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.manner import Manner
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.schemas.accountability import OwnReports
from consultation.api.schemas.people import (
    AccountEdit,
    OwnAccount,
    OwnPosts,
)
from consultation.application.documents import own_account_document
from consultation.application.notices.keeping import change_mail
from consultation.application.people import (
    change_account,
)
from consultation.application.ports import Account, Transaction
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.notices import Frequency, MailSettings

router = APIRouter(route_class=JsonRoute)


@router.get(
    "/me",
    tags=["my account"],
    operation_id="get_me",
    summary="One's own account",
    **declare(Access.PERSON, answer=OwnAccount),
)
async def get_me(call: CallDep) -> Response:
    """Name, address and language, what one wants of mail, and whether any gets through."""
    document = await call.read_as(
        lambda snapshot, account: own_account_document(account, snapshot.mail_settings(account.key)),
        Manner.GLANCE,
    )
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
        answer=OwnAccount,
        writes=True,
    ),
)
async def patch_me(call: CallDep, payload: AccountEdit) -> Response:
    """A new name signs what is written from now on; earlier texts keep theirs."""
    return await call.perform(
        lambda tx, account: _changed(tx, account, payload),
        lambda changed: Answer(own_account_document(*changed)),
    )


def _changed(tx: Transaction, account: Account, edit: AccountEdit) -> tuple[Account, MailSettings] | Refused:
    changed = change_account(tx, account, edit.name, edit.locale)
    if isinstance(changed, Refused):
        return changed
    if edit.mail is None:
        return changed, tx.notices.settings(account.key)
    follows = None if edit.mail.follows is None else Frequency(edit.mail.follows)
    return changed, change_mail(tx, account, follows=follows, notices=edit.mail.notices)


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
    found = await call.read_as(
        lambda snapshot, account: snapshot.own_reports(account.key, page), Manner.GLANCE
    )
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
    found = await call.read_as(lambda snapshot, account: snapshot.own_posts(account.key, page), Manner.GLANCE)
    built = built_page(request, found, "my-posts")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))
