"""Running a debate: drafts, changes, publication, extension, early close, reopening."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.problems import Problem, TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import OrganisationSlug
from consultation.api.schemas.debates import Debate
from consultation.api.schemas.participation import ParticipationIn
from consultation.api.schemas.running import (
    ActedDebate,
    Closure,
    DebateEdit,
    Drafts,
    Extension,
    NewDebate,
    NewTheme,
    Publication,
    Reopening,
    Rules,
)
from consultation.application.debates import (
    DebateActed,
    DebateDraft,
    change_debate,
    close_early,
    create_debate,
    extend_period,
    publish_debate,
    reopen,
)
from consultation.application.debates import DebateEdit as Edit
from consultation.application.documents import debate_document, official_document, receipt_document
from consultation.application.staff import read_draft, read_drafts
from consultation.domain.debates import Theme
from consultation.domain.decisions import RefusalCode
from consultation.domain.limits import DEFAULT_LIMITS, Limits
from consultation.domain.participation import ANYONE, Participation
from consultation.domain.permissions import Act

router = APIRouter(tags=["running a debate"], route_class=JsonRoute)

_TEXTS = (RefusalCode.TEXT_TOO_SHORT, RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED)
_RUNNING = (RefusalCode.DEBATE_NOT_FOUND, *_TEXTS)


def _limits(rules: Rules | None) -> Limits | None:
    if rules is None:
        return None
    changed = {name: value for name, value in rules if value is not None}
    try:
        return Limits.from_mapping({**DEFAULT_LIMITS.as_mapping(), **changed})
    except ValueError as error:
        errors = [{"pointer": "/rules", "detail": str(error)}]
        raise Problem(TransportCode.MALFORMED, errors=errors) from error


def _participation(asked: ParticipationIn | None) -> Participation | None:
    if asked is None:
        return None
    try:
        return Participation.from_mapping(asked.model_dump())
    except ValueError as error:
        errors = [{"pointer": "/participation", "detail": str(error)}]
        raise Problem(TransportCode.MALFORMED, errors=errors) from error


def _themes(themes: list[NewTheme]) -> tuple[Theme, ...]:
    if len({theme.slug for theme in themes}) != len(themes):
        errors = [{"pointer": "/themes", "detail": "two themes bear the same slug"}]
        raise Problem(TransportCode.MALFORMED, errors=errors)
    return tuple(Theme(theme.slug, theme.title, theme.description) for theme in themes)


def _acted(call: Call, acted: DebateActed, status: int) -> Answer:
    debate = acted.debate
    location = f"{call.kit.public_url}/api/v1/debates/{debate.uid}"
    phase = debate.phase_at(call.kit.clock())
    outcome = None if acted.outcome is None else official_document(acted.outcome)
    document = debate_document(debate, acted.counts, call.kit.links, phase, outcome=outcome)
    document["receipt"] = receipt_document(acted.receipt)
    return Answer(document, status, {"Location": location})


@router.get(
    "/organisations/{slug}/drafts",
    operation_id="list_drafts",
    summary="Drafts of an organisation",
    **declare(
        Access.STAFF, RefusalCode.ORGANISATION_NOT_FOUND, answer=Drafts, act=Act.READ_DRAFTS, keys=True
    ),
)
async def list_drafts(call: CallDep, slug: OrganisationSlug) -> Response:
    """Debates that are not published yet, for the organisation's staff."""
    items = await call.read_as_staff(lambda snapshot, caller: read_drafts(snapshot, slug, caller))
    return respond(Answer({"items": items, "next_cursor": None}))


@router.get(
    "/debates/{debate_id}/draft",
    operation_id="get_draft",
    summary="One draft",
    **declare(Access.STAFF, RefusalCode.DEBATE_NOT_FOUND, answer=Debate, act=Act.READ_DRAFTS, keys=True),
)
async def get_draft(call: CallDep, debate_id: UUID) -> Response:
    """A debate as its staff see it, published or not; never cached."""
    document = await call.read_as_staff(
        lambda snapshot, caller: read_draft(snapshot, debate_id, caller, call.kit.clock())
    )
    return respond(Answer(document))


@router.post(
    "/organisations/{slug}/debates",
    operation_id="create_debate",
    summary="Draft a debate",
    **declare(
        Access.STAFF,
        RefusalCode.ORGANISATION_NOT_FOUND,
        RefusalCode.SLUG_TAKEN,
        RefusalCode.PERIOD_INVALID,
        *_TEXTS,
        answer=ActedDebate,
        act=Act.CREATE_DEBATE,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_debate(call: CallDep, slug: OrganisationSlug, payload: NewDebate) -> Response:
    """A draft is seen by the organisation's staff only, until it is published."""
    draft = DebateDraft(
        title=payload.title,
        description=payload.description,
        opens_at=payload.opens_at,
        closes_at=payload.closes_at,
        slug=payload.slug,
        language=payload.lang,
        limits=_limits(payload.rules) or DEFAULT_LIMITS,
        themes=_themes(payload.themes),
        participation=_participation(payload.participation) or ANYONE,
    )
    return await call.perform_as_staff(
        lambda tx, caller: create_debate(tx, slug, caller, draft),
        lambda acted: _acted(call, acted, 201),
    )


@router.patch(
    "/debates/{debate_id}",
    operation_id="change_debate",
    summary="Change a debate",
    **declare(
        Access.STAFF,
        *_RUNNING,
        RefusalCode.SLUG_TAKEN,
        RefusalCode.PERIOD_INVALID,
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.DEBATE_ALREADY_PUBLISHED,
        RefusalCode.PARTICIPATION_TIGHTENED,
        RefusalCode.THEME_IN_USE,
        answer=ActedDebate,
        act=Act.CHANGE_DEBATE,
        keys=True,
        writes=True,
    ),
)
async def patch_debate(call: CallDep, debate_id: UUID, payload: DebateEdit) -> Response:
    """Texts and themes until the close; slug, language, instants and rules in a draft only.

    What the debate asks of participants can be eased until the close, never tightened.
    """
    edit = Edit(
        title=payload.title,
        description=payload.description,
        slug=payload.slug,
        language=payload.lang,
        opens_at=payload.opens_at,
        closes_at=payload.closes_at,
        limits=_limits(payload.rules),
        themes=None if payload.themes is None else _themes(payload.themes),
        participation=_participation(payload.participation),
    )
    return await call.perform_as_staff(
        lambda tx, caller: change_debate(tx, debate_id, caller, edit),
        lambda acted: _acted(call, acted, 200),
    )


@router.post(
    "/debates/{debate_id}/publication",
    operation_id="publish_debate",
    summary="Publish a draft",
    **declare(
        Access.STAFF,
        *_RUNNING,
        RefusalCode.DEBATE_ALREADY_PUBLISHED,
        RefusalCode.CLOSING_IN_THE_PAST,
        answer=ActedDebate,
        act=Act.PUBLISH,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_publication(call: CallDep, debate_id: UUID, payload: Publication | None = None) -> Response:
    """From here on everybody can read it, and its period changes only by acts with a reason."""
    reason = "" if payload is None else payload.reason
    return await call.perform_as_staff(
        lambda tx, caller: publish_debate(tx, debate_id, caller, reason),
        lambda acted: _acted(call, acted, 201),
    )


@router.post(
    "/debates/{debate_id}/extension",
    operation_id="extend_period",
    summary="Extend the period",
    **declare(
        Access.STAFF,
        *_RUNNING,
        RefusalCode.DEBATE_NOT_PUBLISHED,
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.CLOSING_NOT_LATER,
        answer=ActedDebate,
        act=Act.EXTEND,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_extension(call: CallDep, debate_id: UUID, payload: Extension) -> Response:
    """Moves the close to a later instant, before it has passed."""
    return await call.perform_as_staff(
        lambda tx, caller: extend_period(tx, debate_id, caller, payload.closes_at, payload.reason),
        lambda acted: _acted(call, acted, 201),
    )


@router.post(
    "/debates/{debate_id}/closure",
    operation_id="close_debate",
    summary="Close early",
    **declare(
        Access.STAFF,
        *_RUNNING,
        RefusalCode.DEBATE_NOT_PUBLISHED,
        RefusalCode.PERIOD_NOT_OPEN,
        RefusalCode.PERIOD_CLOSED,
        answer=ActedDebate,
        act=Act.CLOSE,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_closure(call: CallDep, debate_id: UUID, payload: Closure) -> Response:
    """Once this is answered, no later write of the debate is accepted, from any process."""
    return await call.perform_as_staff(
        lambda tx, caller: close_early(tx, debate_id, caller, payload.reason),
        lambda acted: _acted(call, acted, 201),
    )


@router.post(
    "/debates/{debate_id}/reopening",
    operation_id="reopen_debate",
    summary="Reopen a closed debate",
    **declare(
        Access.STAFF,
        *_RUNNING,
        RefusalCode.DEBATE_NOT_PUBLISHED,
        RefusalCode.PERIOD_NOT_CLOSED,
        RefusalCode.CLOSING_IN_THE_PAST,
        answer=ActedDebate,
        act=Act.REOPEN,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_reopening(call: CallDep, debate_id: UUID, payload: Reopening) -> Response:
    """Opens the debate again until a later instant."""
    return await call.perform_as_staff(
        lambda tx, caller: reopen(tx, debate_id, caller, payload.closes_at, payload.reason),
        lambda acted: _acted(call, acted, 201),
    )
