"""The desk of an organisation: how long texts may be, and what a debate asks of who takes part."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.application.debates import DebateEdit, change_debate
from consultation.application.ports import Account
from consultation.application.readers import Document, Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.limits import DEFAULT_LIMITS, Limits
from consultation.domain.participation import Participation, SpeaksAs
from consultation.domain.permissions import Act
from consultation.web.desk import Counter, Desk, carry_out, sent_by, shown_to
from consultation.web.forms import Fault, Sent, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.routes.desk_debates import CHANGING, debate_of
from consultation.web.sending import faulty

router = APIRouter(
    prefix="/desk/{organisation:organisation}/{debate:uuid}/rules",
    include_in_schema=False,
    route_class=PageRoute,
)

LENGTHS: Final = tuple(DEFAULT_LIMITS.as_mapping())
"""Limits that every debate has."""
WAITS: Final = "pre_moderation"
"""The one rule among the limits that is no number."""
CAPS: Final = tuple(name for name in Limits.__dataclass_fields__ if name not in {*LENGTHS, WAITS})
"""Limits that a debate may do without."""
_FIELDS: Final = (*LENGTHS, *CAPS, "providers", "assurance")
_MOST_DIGITS: Final = 6


def _counter(organisation: str, uid: UUID) -> Counter:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = debate_of(snapshot, account, desk, uid)
        if isinstance(found, Refused):
            return found
        return {**found, "lengths": LENGTHS, "caps": CAPS, "speakers": list(SpeaksAs), "stands": _stands}

    return Counter(organisation, Act.CHANGE_DEBATE, "desk/rules.html", read)


def _stands(debate: Document) -> dict[str, str]:
    """What the form begins with."""
    limits, asks = debate["limits"], debate["participation"]
    values = {name: str(limits[name]) for name in LENGTHS}
    values |= {name: str(limits[name]) for name in CAPS if limits[name] is not None}
    values |= {name: "yes" for name in ("email", "code", "capacity_required") if asks[name]}
    values |= {WAITS: "yes"} if limits[WAITS] else {}
    values |= {f"speaks-{capacity}": "yes" for capacity in asks["capacities"]}
    values |= {name: " ".join(asks[name]) for name in ("providers", "assurance")}
    return values


def _number(sent: Sent, name: str) -> int | None:
    value = sent.text(name).strip()
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS else None


def _limits(sent: Sent) -> Limits | Fault | None:
    """The lengths and the caps; None where the form does not have them, as after the publication."""
    if LENGTHS[0] not in sent.values:
        return None
    read = {name: _number(sent, name) for name in LENGTHS}
    values: dict[str, int | bool] = {name: value for name, value in read.items() if value is not None}
    if len(values) < len(read):
        return Fault(next(name for name in read if name not in values), key="desk.rules.number")
    for name in (name for name in CAPS if sent.given(name) is not None):
        cap = _number(sent, name)
        if cap is None:
            return Fault(name, key="desk.rules.number")
        values[name] = cap
    values[WAITS] = bool(sent.text(WAITS))
    try:
        return Limits.from_mapping(values)
    except ValueError:
        return Fault(LENGTHS[0], key="desk.rules.order")


def _participation(sent: Sent) -> Participation | Fault:
    try:
        return Participation.from_mapping(
            {
                "email": bool(sent.text("email")),
                "code": bool(sent.text("code")),
                "providers": sent.text("providers").split(),
                "assurance": sent.text("assurance").split(),
                "capacities": [str(one) for one in SpeaksAs if sent.text(f"speaks-{one}")],
                "capacity_required": bool(sent.text("capacity_required")),
            }
        )
    except ValueError:
        return Fault("providers", key="desk.rules.unfit")


@router.get("", **shown_to(Act.CHANGE_DEBATE, RefusalCode.DEBATE_NOT_FOUND))
async def get_rules(page: PageDep, organisation: str, debate: UUID) -> Response:
    """What the debate asks, and how long its texts may be."""
    return await _counter(organisation, debate).show(page)


@router.post("", **sent_by(Act.CHANGE_DEBATE, *CHANGING))
async def post_rules(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Change them: lengths in a draft only, and what a published debate asks can only be eased."""
    sent, counter = await read_form(page.request), _counter(organisation, debate)
    limits, participation = _limits(sent), _participation(sent)
    if isinstance(limits, Fault) or isinstance(participation, Fault):
        wrong = [one for one in (limits, participation) if isinstance(one, Fault)]
        return await faulty(page, sent, counter.sheet(page, _FIELDS), *wrong)
    edit = DebateEdit(limits=limits, participation=participation)
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: change_debate(tx, debate, account, edit),
        f"/desk/{organisation}/{debate}?done=rules",
        _FIELDS,
    )
