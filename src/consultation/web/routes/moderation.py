"""The moderators' pages: the queue of an organisation, a case, claiming and deciding it.

Only forms act. A decision is shown as its author will read it before it is taken.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from consultation.api.pagination import Place, built_page, window
from consultation.api.problems import TransportCode
from consultation.api.routes.contributions import TOMBSTONES
from consultation.api.routes.moderation import CASE, DECIDING
from consultation.application.moderation.deciding import claim_case, decide_appeal, decide_case
from consultation.application.moderation.publishing import publish_held
from consultation.application.moderation.reading import QueueFilter, read_case, read_queue
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.application.staff import read_draft
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import (
    FACTS_MAX,
    NOTE_MAX,
    REFERENCE_MAX,
    CaseState,
    Ground,
    Measure,
    Reasons,
    Ruling,
)
from consultation.domain.permissions import Act
from consultation.domain.posts import PostKind, PostState
from consultation.web.desk import Counter, Desk, asked, carry_out, sent_by, shown_to
from consultation.web.forms import Fault, Sent, form_of, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import faulty, new_key, wants_editing, wants_preview
from consultation.web.when import instant_in

router = APIRouter(
    prefix="/moderation/{organisation:organisation}", include_in_schema=False, route_class=PageRoute
)

_ACT: Final = Act.MODERATE
_PAGE: Final = 20
_FIELDS: Final = (
    *("measure", "reason", "reference", "facts", "explanation", "passage", "theme", "until", "note"),
)
_LIMITS: Final = {
    "reference": (0, REFERENCE_MAX),
    "facts": (0, FACTS_MAX),
    "explanation": (1, FACTS_MAX),
    "note": (0, NOTE_MAX),
}


@router.get("", **shown_to(_ACT, TransportCode.CURSOR_INVALID))
async def get_queue(
    page: PageDep,
    organisation: str,
    state: Annotated[CaseState | Literal[""], Query(description="Cases of this state only.")] = "",
    reason: Annotated[Ground | Literal[""], Query(description="Cases reported for this only.")] = "",
    mine: Annotated[bool, Query(description="Cases that I claimed only.")] = False,  # noqa: FBT002 - a query parameter
    late: Annotated[bool, Query(description="Cases that are late only.")] = False,  # noqa: FBT002 - a query parameter
    held: Annotated[bool, Query(description="What waits to be published only.")] = False,  # noqa: FBT002 - a query parameter
    cursor: Annotated[str | None, Query(description="Where the page before ended.")] = None,
) -> Response:
    """The oldest first, with their age, the number of reports, and what is late."""
    wanted = window(cursor, _PAGE, "cases", UUID)
    now = page.call.kit.clock()
    narrowed = QueueFilter(
        state=state or None,
        ground=reason or None,
        mine=mine,
        late_at=now if late else None,
        held=held or None,
    )

    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = read_queue(snapshot, organisation, account, narrowed, wanted, desk.now)
        if isinstance(found, Refused):
            return found
        built = built_page(Place("", ""), found, "cases").document
        return {
            "cases": built["items"],
            "next": built["next_cursor"],
            "wanted": {"state": state, "reason": reason, "mine": mine, "late": late, "held": held},
            "states": list(CaseState),
            "grounds": list(Ground),
            "words": desk.organisation.reasons,
        }

    return await Counter(organisation, _ACT, "moderation/queue.html", read).show(
        page, is_first=cursor is None
    )


def _counter(organisation: str, case: UUID, template: str) -> Counter:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = read_case(snapshot, organisation, account, case, desk.now)
        if isinstance(found, Refused):
            return found
        debate = read_draft(snapshot, found["debate"], account, desk.now)
        if isinstance(debate, Refused):
            return debate
        return {
            "case": found,
            "debate": debate,
            "measures": _measures(found),
            "grounds": list(Ground),
            "words": desk.organisation.reasons,
            "limits": _LIMITS,
            "can_decide": found["state"] in {CaseState.OPEN, CaseState.APPEALED},
        }

    return Counter(organisation, _ACT, template, read)


def _measures(case: Mapping[str, Any]) -> list[Measure]:
    """The measures that make sense on the post as it stands.

    What reports hid by themselves is judged as if it were shown: to keep it is to show it again.
    """
    post = case["post"]
    if case["held"]:
        return [Measure.KEEP, Measure.PUBLISH] if case["state"] == CaseState.APPEALED else [Measure.REFUSE]
    waits = case["state"] == CaseState.OPEN and case["decided_at"] is None
    if post["state"] == PostState.HIDDEN and not (waits and case["measure"] == Measure.HIDE):
        return [Measure.KEEP, Measure.RESTORE]
    measures = [Measure.KEEP, Measure.HIDE, Measure.MASK]
    if post["kind"] == PostKind.CONTRIBUTION:
        measures.append(Measure.MOVE)
    # A hiding that has ended meanwhile can still be found wrong.
    if case["state"] == CaseState.APPEALED and case["measure"] in {Measure.HIDE, Measure.MASK}:
        measures.append(Measure.RESTORE)
    return measures


@router.get("/{case:uuid}", **shown_to(_ACT, *CASE))
async def get_case(page: PageDep, organisation: str, case: UUID, done: str = "") -> Response:
    """The post as it stands, every report, every decision, the appeal."""
    counter = _counter(organisation, case, "moderation/case.html")
    return await counter.show(page, done=done if done in {"claimed", "decided", "published"} else "")


@router.post(
    "/{case:uuid}/claim",
    **sent_by(
        _ACT,
        *CASE,
        RefusalCode.DEBATE_NOT_PUBLISHED,
        RefusalCode.CASE_STATE,
        RefusalCode.OWN_POST,
        RefusalCode.SAME_MODERATOR,
    ),
)
async def post_claim(page: PageDep, organisation: str, case: UUID) -> Response:
    """Tell colleagues who works on it."""
    sent = await read_form(page.request)
    return await carry_out(
        page,
        _counter(organisation, case, "moderation/case.html"),
        sent,
        lambda tx, account: claim_case(tx, organisation, case, account),
        f"/moderation/{organisation}/{case}?done=claimed",
        done="",
    )


@router.post(
    "/{case:uuid}/publication",
    **sent_by(
        _ACT,
        *CASE,
        *TOMBSTONES,
        RefusalCode.DEBATE_NOT_PUBLISHED,
        RefusalCode.CASE_STATE,
        RefusalCode.OWN_POST,
    ),
)
async def post_publication(page: PageDep, organisation: str, case: UUID) -> Response:
    """Publish what waits."""
    sent = await read_form(page.request)
    return await carry_out(
        page,
        _counter(organisation, case, "moderation/case.html"),
        sent,
        lambda tx, account: publish_held(tx, organisation, case, account),
        f"/moderation/{organisation}/{case}?done=published",
        done="",
    )


@router.get("/{case:uuid}/decide", **shown_to(_ACT, *CASE))
async def get_decide(page: PageDep, organisation: str, case: UUID) -> Response:
    """The form of a decision, in the first instance or on appeal."""
    return await _counter(organisation, case, "moderation/decide.html").show(page, preview=False, until=None)


def _ruling(sent: Sent, time_zone: str) -> Ruling | list[Fault]:
    faults = [
        Fault(name, key="form.choose")
        for name, known in (("measure", set(Measure)), ("reason", set(Ground)))
        if sent.text(name) not in known
    ]
    until = None if sent.given("until") is None else instant_in(sent, "until", time_zone)
    if isinstance(until, Fault):
        return [*faults, until]
    if faults:
        return faults
    measure = Measure(sent.text("measure"))
    reasons = Reasons(
        ground=Ground(sent.text("reason")),
        reference=sent.text("reference"),
        facts=sent.text("facts"),
        explanation=sent.text("explanation"),
        until=until if measure is Measure.HIDE else None,
        detected_automatically=bool(sent.text("detected")),
    )
    return Ruling(
        measure=measure,
        reasons=reasons,
        passage=sent.given("passage") if measure is Measure.MASK else None,
        theme=sent.given("theme") if measure is Measure.MOVE else None,
        note=sent.text("note"),
    )


@router.post("/{case:uuid}/decide", **sent_by(_ACT, *DECIDING, RefusalCode.SAME_MODERATOR))
async def post_decide(page: PageDep, organisation: str, case: UUID) -> Response:
    """Decide, or show the statement of reasons as its author will read it."""
    sent, counter = await read_form(page.request), _counter(organisation, case, "moderation/decide.html")

    def zone_of(snapshot: Snapshot, account: Account) -> tuple[str, str] | Refused:
        found = read_case(snapshot, organisation, account, case, page.call.kit.clock())
        if isinstance(found, Refused):
            return found
        debate = snapshot.debate_for(found["debate"], None)
        if debate is None:
            return Refused(RefusalCode.DEBATE_NOT_FOUND)
        return debate[0].time_zone, found["state"]

    known = await asked(page, counter, sent, zone_of, preview=False, until=None)
    if isinstance(known, Response):
        return known
    zone, state = known
    ruling = _ruling(sent, zone)
    if isinstance(ruling, list):
        return await faulty(page, sent, counter.sheet(page, _FIELDS, preview=False, until=None), *ruling)
    until = ruling.reasons.until
    if wants_preview(sent) or wants_editing(sent):
        form = form_of(page.request.scope["path"], sent, new_key(page))
        return await counter.show(page, form, preview=wants_preview(sent), until=until)
    decide = decide_appeal if state == CaseState.APPEALED else decide_case
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: decide(tx, organisation, case, account, ruling),
        f"/moderation/{organisation}/{case}?done=decided",
        _FIELDS,
        preview=False,
        until=until,
    )
