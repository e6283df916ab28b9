"""What one follows: debates, themes, contributions."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.manner import Manner
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.routes.posts import PostNumber
from consultation.api.schemas.notices import Follows
from consultation.api.schemas.types import Slug
from consultation.application.notices.keeping import follow, unfollow
from consultation.domain.decisions import RefusalCode
from consultation.domain.notices import Target

router = APIRouter(prefix="/me/follows", tags=["notices"], route_class=JsonRoute)
ThemeSlug = Annotated[Slug, Path(description="Slug of the theme.")]
_WHOLE: Final = Target()
_NOTHING: Final = Answer(None, 204)


@router.get(
    "",
    operation_id="list_my_follows",
    summary="What one follows",
    **declare(Access.PERSON, TransportCode.CURSOR_INVALID, answer=Follows),
)
async def get_follows(request: Request, call: CallDep, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """What was chosen last first."""
    page = window(cursor, limit, "follows", UUID)
    found = await call.read_as(lambda snapshot, account: snapshot.follows(account.key, page), Manner.GLANCE)
    built = built_page(request, found, "follows")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


async def _follow(call: Call, debate: UUID, target: Target) -> Response:
    return await call.perform(lambda tx, account: follow(tx, account, debate, target), lambda _: _NOTHING)


async def _unfollow(call: Call, debate: UUID, target: Target) -> Response:
    return await call.perform(lambda tx, account: unfollow(tx, account, debate, target), lambda _: _NOTHING)


@router.put(
    "/{debate_id}",
    operation_id="follow_debate",
    summary="Follow a debate",
    **declare(
        Access.PERSON,
        RefusalCode.DEBATE_NOT_FOUND,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def put_debate(call: CallDep, debate_id: UUID) -> Response:
    """News of all of it from now on, as often as `mail` of one's account says, and before it closes."""
    return await _follow(call, debate_id, _WHOLE)


@router.delete(
    "/{debate_id}",
    operation_id="unfollow_debate",
    summary="Follow a debate no longer",
    **declare(
        Access.PERSON,
        RefusalCode.DEBATE_NOT_FOUND,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def delete_debate(call: CallDep, debate_id: UUID) -> Response:
    """Themes and contributions of it that one follows besides stay."""
    return await _unfollow(call, debate_id, _WHOLE)


@router.put(
    "/{debate_id}/themes/{theme}",
    operation_id="follow_theme",
    summary="Follow a theme",
    **declare(
        Access.PERSON,
        RefusalCode.DEBATE_NOT_FOUND,
        RefusalCode.THEME_UNKNOWN,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def put_theme(call: CallDep, debate_id: UUID, theme: ThemeSlug) -> Response:
    """News of contributions under it and of replies to them."""
    return await _follow(call, debate_id, Target(theme=theme))


@router.delete(
    "/{debate_id}/themes/{theme}",
    operation_id="unfollow_theme",
    summary="Follow a theme no longer",
    **declare(
        Access.PERSON,
        RefusalCode.DEBATE_NOT_FOUND,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def delete_theme(call: CallDep, debate_id: UUID, theme: ThemeSlug) -> Response:
    """Nothing happens when one did not follow it."""
    return await _unfollow(call, debate_id, Target(theme=theme))


@router.put(
    "/{debate_id}/contributions/{number}",
    operation_id="follow_contribution",
    summary="Follow a contribution",
    **declare(
        Access.PERSON,
        RefusalCode.DEBATE_NOT_FOUND,
        RefusalCode.POST_NOT_FOUND,
        RefusalCode.NOT_A_CONTRIBUTION,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def put_contribution(call: CallDep, debate_id: UUID, number: PostNumber) -> Response:
    """News of replies to it."""
    return await _follow(call, debate_id, Target(number=number))


@router.delete(
    "/{debate_id}/contributions/{number}",
    operation_id="unfollow_contribution",
    summary="Follow a contribution no longer",
    **declare(
        Access.PERSON,
        RefusalCode.DEBATE_NOT_FOUND,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def delete_contribution(call: CallDep, debate_id: UUID, number: PostNumber) -> Response:
    """Nothing happens when one did not follow it."""
    return await _unfollow(call, debate_id, Target(number=number))
