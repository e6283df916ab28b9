"""Participation codes of a debate: made, counted and revoked by organisers, redeemed by people."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.requests import JsonRoute
from consultation.api.schemas.participation import (
    CodeBatches,
    CodeRedeemed,
    CodesMade,
    CodeToRedeem,
    NewCodes,
)
from consultation.application.participation_codes import CodesMade as Made
from consultation.application.participation_codes import (
    batch_document,
    make_codes,
    read_batches,
    redeem_code,
    revoke_batch,
)
from consultation.application.ports import CodeBatch
from consultation.domain.decisions import RefusalCode
from consultation.domain.permissions import Act

router = APIRouter(
    prefix="/debates/{debate_id}/participation-codes",
    tags=["participation codes"],
    route_class=JsonRoute,
)

NOT_FOUND = RefusalCode.DEBATE_NOT_FOUND


def _batches(batches: list[CodeBatch]) -> Answer:
    return Answer({"items": [batch_document(batch) for batch in batches], "next_cursor": None})


def _made(made: Made) -> Answer:
    """The codes, once: what is kept for a repeated call has none."""
    document = batch_document(made.batch)
    return Answer(document | {"codes": list(made.codes)}, 201, kept=document | {"codes": None})


@router.post(
    "",
    operation_id="make_participation_codes",
    summary="Make participation codes",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.PARTICIPATION_CODES_NOT_ASKED,
        RefusalCode.TEXT_TOO_LONG,
        RefusalCode.TEXT_NOT_ALLOWED,
        answer=CodesMade,
        act=Act.MANAGE_CODES,
        status=201,
        writes=True,
    ),
)
async def post_codes(call: CallDep, debate_id: UUID, payload: NewCodes) -> Response:
    """Answers with the codes, this once; only their hashes are kept. At most 10,000 at a time."""
    return await call.perform(
        lambda tx, account: make_codes(tx, call.kit.digests, debate_id, account, payload.count, payload.note),
        _made,
    )


@router.get(
    "",
    operation_id="list_participation_codes",
    summary="Batches of participation codes in figures",
    **declare(Access.STAFF, NOT_FOUND, answer=CodeBatches, act=Act.MANAGE_CODES),
)
async def get_codes(call: CallDep, debate_id: UUID) -> Response:
    """How many of each batch were made, used and revoked. Who used which is kept nowhere."""
    return respond(
        _batches(await call.read_as(lambda snapshot, account: read_batches(snapshot, debate_id, account)))
    )


@router.delete(
    "/{batch}",
    operation_id="revoke_participation_codes",
    summary="Revoke the unused codes of a batch",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.CODE_BATCH_NOT_FOUND,
        answer=CodeBatches,
        act=Act.MANAGE_CODES,
        writes=True,
        takes_body=False,
    ),
)
async def delete_codes(
    call: CallDep, debate_id: UUID, batch: Annotated[UUID, Path(description="Id of the batch.")]
) -> Response:
    """Whoever has redeemed one of them goes on taking part. Answers with all batches."""
    return await call.perform(lambda tx, account: revoke_batch(tx, debate_id, account, batch), _batches)


@router.post(
    "/redemption",
    operation_id="redeem_participation_code",
    summary="Redeem a participation code",
    **declare(
        Access.PERSON,
        NOT_FOUND,
        RefusalCode.PERIOD_CLOSED,
        RefusalCode.PARTICIPATION_CODES_NOT_ASKED,
        RefusalCode.PARTICIPATION_CODE_MISTYPED,
        RefusalCode.PARTICIPATION_CODE_UNKNOWN,
        RefusalCode.PARTICIPATION_CODE_SPENT,
        RefusalCode.TOO_MANY_WRONG_CODES,
        answer=CodeRedeemed,
        writes=True,
    ),
)
async def post_redemption(call: CallDep, debate_id: UUID, payload: CodeToRedeem) -> Response:
    """Also before the period opens. One code each, each code once; which was whose is kept nowhere."""
    return await call.perform(
        lambda tx, account: redeem_code(tx, call.kit.digests, debate_id, account, payload.code),
        lambda redeemed: Answer({"debate": redeemed.debate.uid, "redeemed": True}),
        is_secret=True,
    )
