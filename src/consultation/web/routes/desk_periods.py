"""The desk of an organisation: publishing, extending, closing early and reopening, each confirmed.

What is about to happen is shown with the exact instant before it happens; only the second step acts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.application.debates import (
    REASON_MAX,
    DebateActed,
    close_early,
    extend_period,
    publish_debate,
    reopen,
)
from consultation.application.ports import Account, Transaction
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act
from consultation.web.desk import TEXTS, Counter, carry_out, sent_by, shown_to
from consultation.web.forms import Fault, form_of, read_form
from consultation.web.page import Page, PageDep
from consultation.web.requests import PageRoute
from consultation.web.routes.desk_debates import reading_debate, standing_debate
from consultation.web.sending import faulty, new_key, wants_editing
from consultation.web.when import instant_in

router = APIRouter(
    prefix="/desk/{organisation:organisation}/{debate:uuid}", include_in_schema=False, route_class=PageRoute
)

_FIELDS: Final = ("closes_at", "reason")
_NOT_FOUND: Final = RefusalCode.DEBATE_NOT_FOUND


@dataclass(frozen=True, slots=True)
class _Step:
    """One act on a period. `asks_end`: it moves the close to an instant that is put in."""

    act: Act
    done: str
    run: Callable[[Transaction, UUID, Account, datetime | None, str], DebateActed | Refused]
    asks_end: bool = False
    needs_reason: bool = True


def _end(closes_at: datetime | None) -> datetime:
    if closes_at is None:
        raise ValueError("an act that asks for an end has one")
    return closes_at


_PUBLISH: Final = _Step(
    Act.PUBLISH,
    "published",
    lambda tx, uid, account, _, reason: publish_debate(tx, uid, account, reason),
    needs_reason=False,
)
_EXTEND: Final = _Step(
    Act.EXTEND,
    "extended",
    lambda tx, uid, account, end, reason: extend_period(tx, uid, account, _end(end), reason),
    asks_end=True,
)
_CLOSE: Final = _Step(
    Act.CLOSE, "closed", lambda tx, uid, account, _, reason: close_early(tx, uid, account, reason)
)
_REOPEN: Final = _Step(
    Act.REOPEN,
    "reopened",
    lambda tx, uid, account, end, reason: reopen(tx, uid, account, _end(end), reason),
    asks_end=True,
)


def _counter(organisation: str, debate: UUID, step: _Step) -> Counter:
    return Counter(organisation, step.act, "desk/period.html", reading_debate(debate))


def _more(step: _Step, *, confirm: bool = False, closes_at: datetime | None = None) -> dict[str, Any]:
    limits = (int(step.needs_reason), REASON_MAX)
    return {"step": step, "reason_limits": limits, "confirm": confirm, "closes_at": closes_at}


async def _ask(page: Page, organisation: str, debate: UUID, step: _Step) -> Response:
    return await _counter(organisation, debate, step).show(page, **_more(step))


async def _send(page: Page, organisation: str, debate: UUID, step: _Step) -> Response:
    sent, counter = await read_form(page.request), _counter(organisation, debate, step)
    if wants_editing(sent):
        return await counter.show(
            page, form_of(page.request.scope["path"], sent, new_key(page)), **_more(step)
        )
    closes_at = None
    if step.asks_end:
        stands = await standing_debate(page, counter, sent, debate, **_more(step))
        if isinstance(stands, Response):
            return stands
        closes_at = instant_in(sent, "closes_at", stands.time_zone)
    faults = [closes_at] if isinstance(closes_at, Fault) else []
    if step.needs_reason and sent.given("reason") is None:
        faults.append(Fault("reason", key="desk.period.reason.missing"))
    if isinstance(closes_at, Fault) or faults:
        return await faulty(page, sent, counter.sheet(page, _FIELDS, **_more(step)), *faults)
    if sent.intent != "confirm":
        form = form_of(page.request.scope["path"], sent, new_key(page))
        return await counter.show(page, form, **_more(step, confirm=True, closes_at=closes_at))
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: step.run(tx, debate, account, closes_at, sent.text("reason")),
        f"/desk/{organisation}/{debate}?done={step.done}",
        _FIELDS,
        **_more(step),
    )


@router.get("/publish", **shown_to(Act.PUBLISH, _NOT_FOUND))
async def get_publish(page: PageDep, organisation: str, debate: UUID) -> Response:
    """What publishing means."""
    return await _ask(page, organisation, debate, _PUBLISH)


@router.post(
    "/publish",
    **sent_by(
        Act.PUBLISH,
        *(_NOT_FOUND, RefusalCode.DEBATE_ALREADY_PUBLISHED, RefusalCode.CLOSING_IN_THE_PAST),
        *TEXTS,
    ),
)
async def post_publish(page: PageDep, organisation: str, debate: UUID) -> Response:
    """From here on everybody can read it."""
    return await _send(page, organisation, debate, _PUBLISH)


@router.get("/extend", **shown_to(Act.EXTEND, _NOT_FOUND))
async def get_extend(page: PageDep, organisation: str, debate: UUID) -> Response:
    """The form for a later close."""
    return await _ask(page, organisation, debate, _EXTEND)


@router.post(
    "/extend",
    **sent_by(
        Act.EXTEND,
        *(_NOT_FOUND, RefusalCode.DEBATE_NOT_PUBLISHED, RefusalCode.PERIOD_CLOSED),
        RefusalCode.CLOSING_NOT_LATER,
        *TEXTS,
    ),
)
async def post_extend(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Move the close to a later instant."""
    return await _send(page, organisation, debate, _EXTEND)


@router.get("/close", **shown_to(Act.CLOSE, _NOT_FOUND))
async def get_close(page: PageDep, organisation: str, debate: UUID) -> Response:
    """What closing early means."""
    return await _ask(page, organisation, debate, _CLOSE)


@router.post(
    "/close",
    **sent_by(
        Act.CLOSE,
        *(_NOT_FOUND, RefusalCode.DEBATE_NOT_PUBLISHED, RefusalCode.PERIOD_NOT_OPEN),
        RefusalCode.PERIOD_CLOSED,
        *TEXTS,
    ),
)
async def post_close(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Close now: nothing more gets in."""
    return await _send(page, organisation, debate, _CLOSE)


@router.get("/reopen", **shown_to(Act.REOPEN, _NOT_FOUND))
async def get_reopen(page: PageDep, organisation: str, debate: UUID) -> Response:
    """The form for a new close."""
    return await _ask(page, organisation, debate, _REOPEN)


@router.post(
    "/reopen",
    **sent_by(
        Act.REOPEN,
        *(_NOT_FOUND, RefusalCode.DEBATE_NOT_PUBLISHED, RefusalCode.PERIOD_NOT_CLOSED),
        RefusalCode.CLOSING_IN_THE_PAST,
        *TEXTS,
    ),
)
async def post_reopen(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Open the debate again until a later instant."""
    return await _send(page, organisation, debate, _REOPEN)
