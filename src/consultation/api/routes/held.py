"""What is held: one's own, taking it back, and publishing it."""

from typing import Annotated
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
from consultation.application.holding import withdraw_held
from consultation.application.moderation.publishing import Published, publish_held
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode
from consultation.domain.permissions import Act

router = APIRouter(route_class=JsonRoute)


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
    built = built_page(request, found, "my-held")
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
async def post_held_withdrawal(
    call: CallDep, held: Annotated[UUID, Path(description="Id of what waits.")]
) -> Response:
    """While nobody has decided, in every phase of the debate."""
    return await call.perform(
        lambda tx, account: withdraw_held(tx, held, Person(account.key, account.name)),
        lambda result: held_answer(result, 201),
    )


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
