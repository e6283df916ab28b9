"""Contributions, their arguments and their sources: reading and posting."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, Call, CallDep
from consultation.api.lists import Arguments, Contributions, Sources, thread_builder
from consultation.api.pagination import place_of
from consultation.api.posted import posted_answer
from consultation.api.problems import TransportCode
from consultation.api.rendering import Render
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.schemas.held import HeldPost
from consultation.api.schemas.posts import (
    ArgumentPage,
    ContributionPage,
    NewArgument,
    NewContribution,
    NewSource,
    PostedArgument,
    PostedContribution,
    PostedSource,
    SourcePage,
    Thread,
)
from consultation.api.schemas.types import PathNumber, Slug
from consultation.api.schemas.types import Query as SearchQuery
from consultation.application.policies import SEARCHES
from consultation.application.ports import Transaction
from consultation.application.posts import Draft, add_post
from consultation.application.readers import ContributionSort, ReplySort
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.participation import SpeaksAs
from consultation.domain.permissions import Act
from consultation.domain.posts import PostKind, PostText, Side

router = APIRouter(prefix="/debates/{debate_id}/contributions", tags=["contributions"], route_class=JsonRoute)

ContributionNumber = Annotated[PathNumber, Path(description="Number of the contribution.")]
NOT_FOUND = (RefusalCode.DEBATE_NOT_FOUND, RefusalCode.POST_NOT_FOUND)
PARTICIPATION = (
    RefusalCode.DEBATE_NOT_FOUND,
    RefusalCode.PERIOD_NOT_OPEN,
    RefusalCode.PERIOD_CLOSED,
)
ASKED = (
    RefusalCode.EMAIL_REQUIRED,
    RefusalCode.IDENTITY_REQUIRED,
    RefusalCode.PARTICIPATION_CODE_REQUIRED,
)
SIGNING = (RefusalCode.CAPACITY_REQUIRED, RefusalCode.FIELD_NOT_ALLOWED)
TEXTS = (
    RefusalCode.TEXT_TOO_SHORT,
    RefusalCode.TEXT_TOO_LONG,
    RefusalCode.TEXT_NOT_ALLOWED,
)
TOMBSTONES = (RefusalCode.POST_WITHDRAWN, RefusalCode.POST_HIDDEN, RefusalCode.POST_ERASED)
POSTING = (
    *PARTICIPATION,
    *ASKED,
    *SIGNING,
    *TEXTS,
    RefusalCode.DUPLICATE_TEXT,
    RefusalCode.TOO_MANY_POSTS,
    RefusalCode.ALREADY_HELD,
)
REPLYING = (*POSTING, *TOMBSTONES, RefusalCode.POST_NOT_FOUND, RefusalCode.NOT_A_CONTRIBUTION)


@router.get(
    "",
    operation_id="list_contributions",
    summary="Contributions of a debate",
    **declare(
        Access.PUBLIC,
        RefusalCode.DEBATE_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=ContributionPage,
        cached=True,
        limits=(SEARCHES,),
    ),
)
async def list_contributions(
    request: Request,
    call: CallDep,
    debate_id: UUID,
    theme: Annotated[Slug | None, Query(description="Slug of a theme.")] = None,
    sort: Annotated[ContributionSort, Query(description="Order.")] = ContributionSort.NEWEST,
    q: Annotated[SearchQuery | None, Query(description="Words of title or text.")] = None,
    seed: Annotated[int, Query(ge=0, le=2**31 - 1, description="Of the random order.")] = 0,
    render: Render = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Tombstones stand in their places; a search finds visible texts only.

    `most_agreed` is by agreeing less disagreeing votes, `most_voted` by all votes,
    `most_discussed` by arguments; ties go to the higher number. `random` with the same seed is
    the same order for everybody.
    """
    wanted = Contributions(sort, limit, cursor, theme, q, seed)
    build = wanted.builder(place_of(request), with_html=render is not None)
    return await call.document(debate_id, build, at_a_glance=wanted.at_a_glance)


@router.get(
    "/{number}",
    operation_id="get_thread",
    summary="A contribution with its first arguments and sources",
    **declare(Access.PUBLIC, *NOT_FOUND, answer=Thread, cached=True),
)
async def get_thread(
    call: CallDep, debate_id: UUID, number: ContributionNumber, render: Render = None
) -> Response:
    """The thread: tally, counts, and the first ten replies of each kind, oldest first."""
    builder = thread_builder(number, with_html=render is not None)
    return await call.document(debate_id, builder, at_a_glance=True)


@router.get(
    "/{number}/arguments",
    operation_id="list_arguments",
    summary="Arguments under a contribution",
    **declare(
        Access.PUBLIC,
        *NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=ArgumentPage,
        cached=True,
    ),
)
async def list_arguments(
    request: Request,
    call: CallDep,
    debate_id: UUID,
    number: ContributionNumber,
    side: Annotated[Side | None, Query(description="Only this side.")] = None,
    sort: Annotated[ReplySort, Query(description="Order.")] = ReplySort.OLDEST,
    render: Render = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """For and against, tombstones in their places."""
    wanted = Arguments(number, side, sort, limit, cursor)
    build = wanted.builder(place_of(request), with_html=render is not None)
    return await call.document(debate_id, build, at_a_glance=wanted.at_a_glance)


@router.get(
    "/{number}/sources",
    operation_id="list_sources",
    summary="Sources under a contribution",
    **declare(Access.PUBLIC, *NOT_FOUND, TransportCode.CURSOR_INVALID, answer=SourcePage, cached=True),
)
async def list_sources(
    request: Request,
    call: CallDep,
    debate_id: UUID,
    number: ContributionNumber,
    sort: Annotated[ReplySort, Query(description="Order.")] = ReplySort.OLDEST,
    render: Render = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Titled links, tombstones in their places."""
    wanted = Sources(number, sort, limit, cursor)
    build = wanted.builder(place_of(request), with_html=render is not None)
    return await call.document(debate_id, build, at_a_glance=wanted.at_a_glance)


def speaks_as(capacity: str | None) -> SpeaksAs | None:
    """The capacity that a body names."""
    return None if capacity is None else SpeaksAs(capacity)


async def _post(call: Call, debate_id: UUID, draft: Draft) -> Response:
    def post(tx: Transaction, actor: Person) -> Answer | Refused:
        sent = add_post(tx, debate_id, actor, draft)
        return sent if isinstance(sent, Refused) else posted_answer(call, sent, 201)

    return await call.participate(
        post, lambda answer: answer, is_short=draft.kind is not PostKind.CONTRIBUTION
    )


@router.post(
    "",
    operation_id="post_contribution",
    summary="Post a contribution",
    **declare(
        Access.PERSON,
        *POSTING,
        RefusalCode.THEME_UNKNOWN,
        answer=PostedContribution,
        held=HeldPost,
        act=Act.CONTRIBUTE,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_contribution(call: CallDep, debate_id: UUID, payload: NewContribution) -> Response:
    """Answers with the post, its number and the receipt of its journal entry.

    In a debate whose `limits` have `pre_moderation` the answer is 202: it is accepted, and waits for a
    moderator, without a number.
    """
    text = PostText(body=payload.body, title=payload.title, theme=payload.theme)
    capacity = speaks_as(payload.capacity)
    draft = Draft(PostKind.CONTRIBUTION, text, language=payload.lang, capacity=capacity)
    return await _post(call, debate_id, draft)


@router.post(
    "/{number}/arguments",
    operation_id="post_argument",
    summary="Argue for or against",
    **declare(
        Access.PERSON,
        *REPLYING,
        answer=PostedArgument,
        held=HeldPost,
        act=Act.ARGUE,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_argument(
    call: CallDep, debate_id: UUID, number: ContributionNumber, payload: NewArgument
) -> Response:
    """One person may argue on both sides."""
    text, side = PostText(body=payload.body), Side(payload.side)
    draft = Draft(PostKind.ARGUMENT, text, number, side, payload.lang, speaks_as(payload.capacity))
    return await _post(call, debate_id, draft)


@router.post(
    "/{number}/sources",
    operation_id="post_source",
    summary="Add a source",
    **declare(
        Access.PERSON,
        *REPLYING,
        RefusalCode.LINK_INVALID,
        answer=PostedSource,
        held=HeldPost,
        act=Act.ADD_SOURCE,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_source(
    call: CallDep, debate_id: UUID, number: ContributionNumber, payload: NewSource
) -> Response:
    """A titled http(s) link with an optional note. The link is never fetched."""
    text = PostText(body=payload.note or "", title=payload.title, link=payload.link)
    capacity = speaks_as(payload.capacity)
    draft = Draft(PostKind.SOURCE, text, number, language=payload.lang, capacity=capacity)
    return await _post(call, debate_id, draft)
