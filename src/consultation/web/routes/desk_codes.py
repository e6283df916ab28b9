"""The desk of a debate: its participation codes, each batch shown once and counted afterwards."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.application.participation_codes import (
    NOTE_MAX,
    CodesMade,
    batch_document,
    make_codes,
    read_batches,
    revoke_batch,
)
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.participation_codes import BATCH_MAX
from consultation.domain.permissions import Act
from consultation.web.desk import Counter, Desk, Reading, carry_out, sent_by, shown_to
from consultation.web.fields import uid_or_nothing
from consultation.web.forms import Fault, FormCall, Sent, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.routes.desk_debates import debate_of
from consultation.web.sending import faulty, send
from consultation.web.telling import told

router = APIRouter(
    prefix="/desk/{organisation:organisation}/{debate:uuid}/codes",
    include_in_schema=False,
    route_class=PageRoute,
)

_ACT: Final = Act.MANAGE_CODES
_NOT_FOUND: Final = RefusalCode.DEBATE_NOT_FOUND
_FIELDS: Final = ("count", "note")
_LONGEST_NUMBER: Final = len(str(BATCH_MAX))


def _reading(uid: UUID) -> Reading:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = debate_of(snapshot, account, desk, uid)
        if isinstance(found, Refused):
            return found
        batches = read_batches(snapshot, uid, account)
        if isinstance(batches, Refused):
            return batches
        return {
            **found,
            "batches": [batch_document(batch) for batch in batches],
            "most": BATCH_MAX,
            "note_limits": (0, NOTE_MAX),
        }

    return read


def _counter(organisation: str, uid: UUID, template: str = "desk/codes.html") -> Counter:
    return Counter(organisation, _ACT, template, _reading(uid))


@router.get("", **shown_to(_ACT, _NOT_FOUND))
async def get_codes(page: PageDep, organisation: str, debate: UUID) -> Response:
    """How many of each batch were made, used and revoked; who used which is kept nowhere."""
    return await _counter(organisation, debate).show(page)


def _wanted(sent: Sent) -> int | None:
    """How many codes are asked for; None for what is no number of them."""
    typed = sent.text("count").strip()
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > _LONGEST_NUMBER:
        return None
    return int(typed) if 1 <= int(typed) <= BATCH_MAX else None


def _codes_of(made: CodesMade) -> str:
    return "\n".join(made.codes)


@router.post(
    "/new",
    **sent_by(
        _ACT,
        *(_NOT_FOUND, RefusalCode.PERIOD_CLOSED, RefusalCode.PARTICIPATION_CODES_NOT_ASKED),
        *(RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED),
    ),
)
async def post_codes(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Make codes; they are on the page that follows, to be printed or saved, and nowhere else."""
    sent, counter = await read_form(page.request), _counter(organisation, debate)
    count = _wanted(sent)
    if count is None:
        return await faulty(
            page, sent, counter.sheet(page, _FIELDS), Fault("count", key="desk.codes.count.unfit")
        )

    async def act(call: FormCall) -> Response:
        return await told(
            page,
            call,
            _counter(organisation, debate, "desk/codes_made.html"),
            lambda tx, account: make_codes(tx, call.kit.digests, debate, account, count, sent.text("note")),
            _codes_of,
            f"/desk/{organisation}/{debate}/codes",
        )

    return await send(page, sent, act, counter.sheet(page, _FIELDS))


@router.post("/revoke", **sent_by(_ACT, _NOT_FOUND, RefusalCode.CODE_BATCH_NOT_FOUND))
async def post_revoke(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Revoke the codes of a batch that nobody has used; whoever used one goes on taking part."""
    sent = await read_form(page.request)
    batch = uid_or_nothing(sent.text("id"))
    return await carry_out(
        page,
        _counter(organisation, debate),
        sent,
        lambda tx, account: revoke_batch(tx, debate, account, batch),
        f"/desk/{organisation}/{debate}/codes",
    )
