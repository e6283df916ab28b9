"""Reading debates: everything public but their posts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import CallDep
from consultation.api.documents import Built
from consultation.api.listing import cached_answer
from consultation.api.pagination import built_page, next_link, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.schemas.debates import (
    Debate,
    DebatePage,
    JournalPage,
    PeriodHistory,
    Statistics,
)
from consultation.api.schemas.types import Query as SearchQuery
from consultation.api.schemas.types import Slug
from consultation.application.policies import SEARCHES
from consultation.application.readers import Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode
from consultation.domain.period import Phase

router = APIRouter(prefix="/debates", tags=["debates"], route_class=JsonRoute)

NOT_FOUND = RefusalCode.DEBATE_NOT_FOUND


def build_debate(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Built:
    """Builds the document of a debate."""
    # It bears the organisation's name, which may change while the journal stays.
    return Built(snapshot.debate(version, phase))


@router.get(
    "",
    operation_id="list_debates",
    summary="Published debates, newest first",
    **declare(
        Access.PUBLIC, TransportCode.CURSOR_INVALID, answer=DebatePage, cached=True, limits=(SEARCHES,)
    ),
)
async def list_debates(
    request: Request,
    call: CallDep,
    organisation: Annotated[Slug | None, Query(description="Slug of an organisation.")] = None,
    phase: Annotated[Phase | None, Query(description="Phase at the server's time.")] = None,
    q: Annotated[SearchQuery | None, Query(description="Words of title or description.")] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Debates of every organisation, or of one, with their counts."""
    page = window(cursor, limit, "debates", UUID)
    now = call.kit.clock()
    found = await call.read(lambda snapshot: snapshot.debates(page, now, organisation, phase, q))
    return cached_answer(request, built_page(request, found, "debates"))


@router.get(
    "/{debate_id}",
    operation_id="get_debate",
    summary="One debate",
    **declare(Access.PUBLIC, NOT_FOUND, answer=Debate, cached=True),
)
async def get_debate(call: CallDep, debate_id: UUID) -> Response:
    """Question, period and phase, themes, limits and counts. Drafts are not found."""
    return await call.document(debate_id, build_debate)


@router.get(
    "/{debate_id}/period-history",
    operation_id="get_period_history",
    summary="What happened to the period",
    **declare(Access.PUBLIC, NOT_FOUND, answer=PeriodHistory, cached=True),
)
async def get_period_history(call: CallDep, debate_id: UUID) -> Response:
    """Planned, extended, closed early, reopened: in which role, when, why, from and to."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
        return Built({"items": snapshot.period_history(version), "next_cursor": None})

    return await call.document(debate_id, build)


@router.get(
    "/{debate_id}/statistics",
    operation_id="get_statistics",
    summary="The debate in figures",
    **declare(Access.PUBLIC, NOT_FOUND, answer=Statistics, cached=True),
)
async def get_statistics(call: CallDep, debate_id: UUID) -> Response:
    """Participants, posts by kind, side, state and local day, votes by value."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
        return Built(snapshot.statistics(version))

    return await call.document(debate_id, build)


@router.get(
    "/{debate_id}/journal",
    operation_id="get_journal",
    summary="The debate's append-only record",
    **declare(Access.PUBLIC, NOT_FOUND, answer=JournalPage, cached=True),
)
async def get_journal(
    request: Request,
    call: CallDep,
    debate_id: UUID,
    after: Annotated[
        int, Query(ge=0, le=2**53 - 1, description="Sequence of the last entry that you have.")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Longest page.")] = 100,
) -> Response:
    """Entries in order. `docs/journal.md` says how to check them."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built:
        page = snapshot.journal(version, after, limit)
        if page.position is None:
            return Built({"items": page.items, "next_cursor": None})
        following = str(page.position[0])
        link = next_link(request, following, "after")
        return Built({"items": page.items, "next_cursor": following}, link=link)

    return await call.document(debate_id, build)
