"""Official responses to contributions, and the outcome of a debate."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep
from consultation.api.documents import Built
from consultation.api.rendering import Render
from consultation.api.requests import JsonRoute
from consultation.api.routes.contributions import TOMBSTONES
from consultation.api.routes.posts import PostNumber
from consultation.api.schemas.official import NewOfficialText, OfficialVersions
from consultation.api.schemas.posts import PublishedOutcome, PublishedResponse
from consultation.application.documents import official_document, receipt_document
from consultation.application.official import OfficialDraft, Published, publish_outcome, publish_response
from consultation.application.posts import post_not_found
from consultation.application.readers import Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase
from consultation.domain.permissions import Act

router = APIRouter(prefix="/debates/{debate_id}", tags=["official answers"], route_class=JsonRoute)

_TEXTS = (RefusalCode.TEXT_TOO_SHORT, RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED)
_SAYING = (RefusalCode.DEBATE_NOT_FOUND, RefusalCode.DEBATE_NOT_PUBLISHED, *_TEXTS)


def _draft(payload: NewOfficialText) -> OfficialDraft:
    return OfficialDraft(payload.body, payload.lang)


def _published(published: Published, number: int | None = None) -> Answer:
    document = official_document(published.official, number)
    document["receipt"] = receipt_document(published.receipt)
    return Answer(document)


@router.put(
    "/posts/{number}/response",
    operation_id="publish_response",
    summary="Answer a contribution officially",
    **declare(
        Access.STAFF,
        *_SAYING,
        RefusalCode.PERIOD_NOT_OPEN,
        RefusalCode.POST_NOT_FOUND,
        RefusalCode.NOT_A_CONTRIBUTION,
        *TOMBSTONES,
        answer=PublishedResponse,
        act=Act.RESPOND,
        keys=True,
        writes=True,
    ),
)
async def put_response(
    call: CallDep, debate_id: UUID, number: PostNumber, payload: NewOfficialText
) -> Response:
    """A new version takes the place of the one that stands, which stays readable; also after the close."""
    return await call.perform_as_staff(
        lambda tx, caller: publish_response(tx, debate_id, number, caller, _draft(payload)),
        lambda published: _published(published, number),
    )


@router.get(
    "/posts/{number}/response/versions",
    operation_id="list_response_versions",
    summary="Every version of a response",
    **declare(
        Access.PUBLIC,
        RefusalCode.DEBATE_NOT_FOUND,
        RefusalCode.POST_NOT_FOUND,
        answer=OfficialVersions,
        cached=True,
    ),
)
async def list_response_versions(
    call: CallDep, debate_id: UUID, number: PostNumber, render: Render = None
) -> Response:
    """What the organiser has answered to a contribution, oldest first; the last one stands."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built | Refused:
        if snapshot.post(version, number) is None:
            return post_not_found(number)
        items = snapshot.response_versions(version, number)
        return Built({"items": items, "next_cursor": None}, with_html=render is not None)

    return await call.document(debate_id, build)


@router.put(
    "/outcome",
    operation_id="publish_outcome",
    summary="Say what became of a debate",
    **declare(
        Access.STAFF,
        *_SAYING,
        RefusalCode.PERIOD_NOT_CLOSED,
        answer=PublishedOutcome,
        act=Act.PUBLISH_OUTCOME,
        keys=True,
        writes=True,
    ),
)
async def put_outcome(call: CallDep, debate_id: UUID, payload: NewOfficialText) -> Response:
    """Once the debate is closed. A new version takes the place of the one that stands."""
    return await call.perform_as_staff(
        lambda tx, caller: publish_outcome(tx, debate_id, caller, _draft(payload)), _published
    )


@router.get(
    "/outcome/versions",
    operation_id="list_outcome_versions",
    summary="Every version of an outcome",
    **declare(Access.PUBLIC, RefusalCode.DEBATE_NOT_FOUND, answer=OfficialVersions, cached=True),
)
async def list_outcome_versions(call: CallDep, debate_id: UUID, render: Render = None) -> Response:
    """What the organiser has said of what became of the debate, oldest first; the last one stands."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
        items = snapshot.outcome_versions(version)
        return Built({"items": items, "next_cursor": None}, with_html=render is not None)

    return await call.document(debate_id, build)
