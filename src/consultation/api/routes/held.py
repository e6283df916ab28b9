"""What is held: one's own, taking it back, and publishing it."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.pagination import built_page, window
from consultation.api.posted import held_answer
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.contributions import TOMBSTONES
from consultation.api.routes.moderation import CASE, QUEUE, CaseId
from consultation.api.routes.organisations import Cursor, Limit, OrganisationSlug
from consultation.api.schemas.held import HeldPost, OwnHeldPosts, PublishedCase
from consultation.application.documents import receipt_document
from consultation.application.holding import Held, withdraw_held
from consultation.application.keys import acting_participant, read_participant
from consultation.application.moderation.publishing import Published, publish_held
from consultation.application.ports import Delegate, Transaction
from consultation.application.readers import Page, Snapshot
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act

router = APIRouter(route_class=JsonRoute)

HeldId = Annotated[UUID, Path(description="Id of what waits.")]
_OF_USER: Final = "/organisations/{slug}/participant/held"


@router.get(
    "/me/held",
    tags=["my account"],
    operation_id="list_my_held_posts",
    summary="One's own texts that wait to be published",
    **declare(Access.PERSON, TransportCode.CURSOR_INVALID, answer=OwnHeldPosts),
)
async def get_my_held(request: Request, call: CallDep, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """In debates that are moderated before publication, with what became of each; the newest first."""
    page = window(cursor, limit, "my-held", UUID)
    found = await call.read_as(lambda snapshot, account: snapshot.own_held(account.key, page))
    return _listed(request, found, "my-held")


def _listed(request: Request, found: Page, kind: str) -> Response:
    built = built_page(request, found, kind)
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.post(
    "/me/held/{held}/withdrawal",
    tags=["my account"],
    operation_id="withdraw_held_post",
    summary="Take back what waits to be published",
    **declare(
        Access.PERSON,
        RefusalCode.HELD_POST_NOT_FOUND,
        RefusalCode.HELD_POST_DECIDED,
        answer=HeldPost,
        status=201,
        writes=True,
        takes_body=False,
    ),
)
async def post_held_withdrawal(call: CallDep, held: HeldId) -> Response:
    """While nobody has decided, in every phase of the debate."""
    return await call.perform(
        lambda tx, account: withdraw_held(tx, held, Person(account.key, account.name)),
        lambda result: held_answer(result, 201),
    )


@router.get(
    _OF_USER,
    tags=["keys"],
    operation_id="list_participant_held_posts",
    summary="What waits to be published, of one of your users",
    **declare(
        Access.KEY,
        RefusalCode.ORGANISATION_NOT_FOUND,
        RefusalCode.PARTICIPANT_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=OwnHeldPosts,
        act=Act.NAME_PARTICIPANT,
    ),
)
async def get_participant_held(
    request: Request, call: CallDep, slug: OrganisationSlug, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """What whom `On-Behalf-Of` names sent into your debates, and what became of each; the newest first."""
    page = window(cursor, limit, "participant-held", UUID)

    def read(snapshot: Snapshot, delegate: Delegate) -> Page | Refused:
        account = read_participant(snapshot, slug, delegate)
        return account if isinstance(account, Refused) else snapshot.own_held(account.key, page)

    return _listed(request, await call.read_as_delegate(read), "participant-held")


@router.post(
    f"{_OF_USER}/{{held}}/withdrawal",
    tags=["keys"],
    operation_id="withdraw_participant_held_post",
    summary="Take back what waits to be published, for one of your users",
    **declare(
        Access.KEY,
        RefusalCode.ORGANISATION_NOT_FOUND,
        RefusalCode.HELD_POST_NOT_FOUND,
        RefusalCode.HELD_POST_DECIDED,
        answer=HeldPost,
        act=Act.NAME_PARTICIPANT,
        status=201,
        writes=True,
        takes_body=False,
    ),
)
async def post_participant_held_withdrawal(call: CallDep, slug: OrganisationSlug, held: HeldId) -> Response:
    """While nobody has decided, in every phase of the debate. Nobody else's is there."""

    def withdraw(tx: Transaction, delegate: Delegate) -> Held | Refused:
        author = acting_participant(tx, slug, delegate)
        return author if isinstance(author, Refused) else withdraw_held(tx, held, author)

    return await call.perform_as_delegate(withdraw, lambda result: held_answer(result, 201))


@router.post(
    f"{QUEUE}/{{case_id}}/publication",
    tags=["moderation"],
    operation_id="publish_held_post",
    summary="Publish what waits",
    **declare(
        Access.STAFF,
        *CASE,
        *TOMBSTONES,
        RefusalCode.DEBATE_NOT_PUBLISHED,
        RefusalCode.CASE_STATE,
        RefusalCode.OWN_POST,
        answer=PublishedCase,
        act=Act.MODERATE,
        status=201,
        writes=True,
        takes_body=False,
    ),
)
async def post_publication(call: CallDep, slug: OrganisationSlug, case_id: CaseId) -> Response:
    """It takes its number now, as if it were posted now; also after the close, if it arrived before.

    A refusal needs reasons: it is a decision with the measure `refuse`.
    """
    return await call.perform(lambda tx, account: publish_held(tx, slug, case_id, account), _published)


def _published(published: Published) -> Answer:
    case = published.case
    document = {
        "id": case.uid,
        "state": case.state,
        "measure": case.measure,
        "number": case.number,
        "receipt": receipt_document(published.receipt),
    }
    return Answer(document, 201)
