"""Reports, the moderation queue, decisions and appeals."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.manner import Manner
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.contributions import TOMBSTONES
from consultation.api.routes.organisations import Cursor, Limit, OrganisationSlug
from consultation.api.routes.posts import PostNumber
from consultation.api.schemas import moderation as schemas
from consultation.application.documents import receipt_document
from consultation.application.moderation.appealing import Appealed, lodge_appeal
from consultation.application.moderation.carrying_out import Decided
from consultation.application.moderation.deciding import claim_case, decide_appeal, decide_case
from consultation.application.moderation.reading import QueueFilter, read_case, read_queue
from consultation.application.moderation.reporting import Reported, report_post
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode
from consultation.domain.moderation import Case, CaseState, Ground, Measure, Reasons, Ruling
from consultation.domain.permissions import Act

router = APIRouter(tags=["moderation"], route_class=JsonRoute)
QUEUE = "/organisations/{slug}/moderation/cases"
CaseId = Annotated[UUID, Path(description="Id of the case.")]
_TEXTS = (RefusalCode.TEXT_TOO_SHORT, RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED)
CASE = (RefusalCode.ORGANISATION_NOT_FOUND, RefusalCode.CASE_NOT_FOUND)
"""What a case can be refused with."""
DECIDING = (
    *(*CASE, *_TEXTS, *TOMBSTONES),
    RefusalCode.DEBATE_NOT_PUBLISHED,
    RefusalCode.CASE_STATE,
    RefusalCode.OWN_POST,
    RefusalCode.POST_NOT_HIDDEN,
    RefusalCode.PASSAGE_NOT_FOUND,
    RefusalCode.NOT_A_CONTRIBUTION,
    RefusalCode.THEME_UNKNOWN,
    RefusalCode.THEME_UNCHANGED,
    RefusalCode.RESTRICTION_OVER,
    RefusalCode.MEASURE_NOT_FITTING,
)


@router.post(
    "/debates/{debate_id}/posts/{number}/reports",
    operation_id="report_post",
    summary="Report a post",
    **declare(
        Access.PERSON,
        RefusalCode.DEBATE_NOT_FOUND,
        RefusalCode.POST_NOT_FOUND,
        *TOMBSTONES,
        RefusalCode.OWN_POST,
        RefusalCode.ALREADY_REPORTED,
        *_TEXTS,
        answer=schemas.Report,
        act=Act.REPORT,
        keys=True,
        status=201,
        writes=True,
    ),
)
async def post_report(
    call: CallDep, debate_id: UUID, number: PostNumber, payload: schemas.NewReport
) -> Response:
    """In every phase, once for each person. Moderators do not see who reported."""
    ground = Ground(payload.reason)
    return await call.participate(
        lambda tx, actor: report_post(tx, debate_id, number, actor, ground, payload.text), _reported
    )


def _reported(reported: Reported) -> Answer:
    report = reported.report
    document = {
        "id": report.uid,
        "number": report.number,
        "reason": report.ground,
        "text": report.text,
        "created_at": report.at,
        "receipt": receipt_document(reported.receipt),
    }
    return Answer(document, 201)


@router.get(
    QUEUE,
    operation_id="list_cases",
    summary="The moderation queue",
    **declare(
        Access.STAFF,
        RefusalCode.ORGANISATION_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=schemas.CasePage,
        act=Act.MODERATE,
    ),
)
async def list_cases(  # noqa: PLR0913, PLR0917 - one parameter for each way to narrow the queue
    request: Request,
    call: CallDep,
    slug: OrganisationSlug,
    state: Annotated[schemas.StateName | None, Query(description="Cases of this state only.")] = None,
    debate: Annotated[UUID | None, Query(description="Cases of this debate only.")] = None,
    reason: Annotated[schemas.Reason | None, Query(description="Cases reported for this only.")] = None,
    mine: Annotated[bool, Query(description="Cases that I claimed only.")] = False,  # noqa: FBT002 - a query parameter
    late: Annotated[bool, Query(description="Cases whose decision is late only.")] = False,  # noqa: FBT002 - a query parameter
    held: Annotated[
        bool | None, Query(description="What waits for its publication only; with `false`, reports only.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """The oldest first, with the number of reports. A decision is late after a week, on appeal after two."""
    now = call.kit.clock()
    wanted = QueueFilter(
        state=None if state is None else CaseState(state),
        debate=debate,
        ground=None if reason is None else Ground(reason),
        mine=mine,
        late_at=now if late else None,
        held=held,
    )
    page = window(cursor, limit, "cases", UUID)
    found = await call.read_as(
        lambda snapshot, account: read_queue(snapshot, slug, account, wanted, page, now), Manner.GLANCE
    )
    built = built_page(request, found, "cases")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.get(
    f"{QUEUE}/{{case_id}}",
    operation_id="get_case",
    summary="One case",
    **declare(Access.STAFF, *CASE, answer=schemas.Case, act=Act.MODERATE),
)
async def get_case(call: CallDep, slug: OrganisationSlug, case_id: CaseId) -> Response:
    """The post as it stands, every report, every decision with its note, and the appeal."""
    now = call.kit.clock()
    document = await call.read_as(
        lambda snapshot, account: read_case(snapshot, slug, account, case_id, now), Manner.GLANCE
    )
    return respond(Answer(document))


@router.post(
    f"{QUEUE}/{{case_id}}/claim",
    operation_id="claim_case",
    summary="Take a case",
    **declare(
        Access.STAFF,
        *CASE,
        RefusalCode.DEBATE_NOT_PUBLISHED,
        RefusalCode.CASE_STATE,
        RefusalCode.OWN_POST,
        RefusalCode.SAME_MODERATOR,
        answer=schemas.ClaimedCase,
        act=Act.MODERATE,
        writes=True,
        takes_body=False,
    ),
)
async def post_claim(call: CallDep, slug: OrganisationSlug, case_id: CaseId) -> Response:
    """Tells colleagues who works on it; a case can be taken over."""
    return await call.perform(lambda tx, account: claim_case(tx, slug, case_id, account), _claimed)


def _claimed(case: Case) -> Answer:
    return Answer({"id": case.uid, "state": case.state, "claimed_at": case.claimed_at})


def _ruling(payload: schemas.NewDecision) -> Ruling:
    reasons = Reasons(
        ground=Ground(payload.reason),
        reference=payload.reference,
        facts=payload.facts,
        explanation=payload.explanation,
        until=payload.until,
        detected_automatically=payload.detected_automatically,
    )
    return Ruling(
        measure=Measure(payload.measure),
        reasons=reasons,
        passage=payload.passage,
        theme=payload.theme,
        note=payload.note,
    )


def _decided(decided: Decided) -> Answer:
    case = decided.case
    document = {
        "id": case.uid,
        "state": case.state,
        "measure": case.measure,
        "appeal_until": case.appeal_until,
        "number": case.number,
        "statement": decided.decision.uid,
        "receipt": receipt_document(decided.receipt),
    }
    return Answer(document, 201)


@router.post(
    f"{QUEUE}/{{case_id}}/decisions",
    operation_id="decide_case",
    summary="Decide a case",
    **declare(
        Access.STAFF,
        *DECIDING,
        answer=schemas.DecidedCase,
        act=Act.MODERATE,
        status=201,
        writes=True,
    ),
)
async def post_decision(
    call: CallDep, slug: OrganisationSlug, case_id: CaseId, payload: schemas.NewDecision
) -> Response:
    """With a statement of reasons, which the author receives. `refuse` is for what is held."""
    ruling = _ruling(payload)
    return await call.perform(lambda tx, account: decide_case(tx, slug, case_id, account, ruling), _decided)


@router.post(
    f"{QUEUE}/{{case_id}}/appeal-decisions",
    operation_id="decide_appeal",
    summary="Decide an appeal",
    **declare(
        Access.STAFF,
        *DECIDING,
        RefusalCode.SAME_MODERATOR,
        answer=schemas.DecidedCase,
        act=Act.MODERATE,
        status=201,
        writes=True,
    ),
)
async def post_appeal_decision(
    call: CallDep, slug: OrganisationSlug, case_id: CaseId, payload: schemas.NewDecision
) -> Response:
    """By somebody else than who decided first; `keep` upholds. This is the last word.

    After a refusal of what was held, `publish` publishes it.
    """
    ruling = _ruling(payload)
    return await call.perform(lambda tx, account: decide_appeal(tx, slug, case_id, account, ruling), _decided)


@router.post(
    "/appeals/{case_id}",
    operation_id="lodge_appeal",
    summary="Appeal a decision",
    **declare(
        Access.PERSON,
        RefusalCode.CASE_NOT_FOUND,
        RefusalCode.CASE_STATE,
        RefusalCode.APPEAL_LODGED,
        RefusalCode.APPEAL_TOO_LATE,
        *_TEXTS,
        answer=schemas.LodgedAppeal,
        status=201,
        writes=True,
    ),
)
async def post_appeal(call: CallDep, case_id: CaseId, payload: schemas.NewAppeal) -> Response:
    """The author of the post, once, in the time that the statement of reasons gives."""
    return await call.perform(
        lambda tx, account: lodge_appeal(tx, case_id, Person(account.key, account.name), payload.text),
        lodged_answer,
    )


def lodged_answer(appealed: Appealed) -> Answer:
    """A case right after the author's answer."""
    case = appealed.case
    document = {
        "id": case.uid,
        "state": case.state,
        "appealed_at": case.appealed_at,
        "receipt": receipt_document(appealed.receipt),
    }
    return Answer(document, 201)
