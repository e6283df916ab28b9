"""The notice form of hosts: anybody tells of illegal content (Regulation (EU) 2022/2065, article 16)."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.foreign import refuse_foreign_page
from consultation.api.mailing import address_in
from consultation.api.problems import language_of, refusal
from consultation.api.proving import FILLED_BY_A_MACHINE, proof_given, proof_invalid
from consultation.api.requests import JsonRoute
from consultation.api.routes.contributions import TOMBSTONES
from consultation.api.routes.posts import PostNumber
from consultation.api.schemas.moderation import NewNotice, TakenNotice
from consultation.application.moderation.reporting import Contact, Reported, notify_post
from consultation.application.policies import NOTICES_EVERYONE, NOTICES_NETWORK
from consultation.application.ports import Proof, Transaction
from consultation.domain.decisions import RefusalCode, Refused

router = APIRouter(tags=["moderation"], route_class=JsonRoute)


@router.post(
    "/debates/{debate_id}/posts/{number}/notices",
    operation_id="send_notice",
    summary="Tell of illegal content without an account",
    **declare(
        Access.PUBLIC,
        RefusalCode.DEBATE_NOT_FOUND,
        RefusalCode.POST_NOT_FOUND,
        *TOMBSTONES,
        RefusalCode.TEXT_TOO_SHORT,
        RefusalCode.TEXT_TOO_LONG,
        RefusalCode.TEXT_NOT_ALLOWED,
        RefusalCode.PROOF_REQUIRED,
        RefusalCode.PROOF_INVALID,
        answer=TakenNotice,
        status=202,
        writes=True,
        limits=(NOTICES_NETWORK, NOTICES_EVERYONE),
    ),
)
async def post_notice(
    request: Request, call: CallDep, debate_id: UUID, number: PostNumber, payload: NewNotice
) -> Response:
    """In every phase. It joins the post's open case, or opens one.

    An address is kept for the answer only, and deleted a week after the last word. When many notices
    come, a proof of work is needed: `proof_required` says where to get a challenge.
    """
    await refuse_foreign_page(call)
    contact = None
    if payload.email is not None:
        contact = Contact(address_in(payload.email), language_of(request).value)
    await take_notice(call, debate_id, number, payload.text, contact, payload.proof, payload.website)
    return respond(Answer({"number": number, "reason": "illegal"}, 202))


async def take_notice(
    call: Call,
    debate_uid: UUID,
    number: int,
    text: str,
    contact: Contact | None,
    payload: str | None,
    honeypot: str | None,
) -> None:
    """Take a notice, with the proof of work that is due. Raises Problem.

    Of what a machine has filled in nothing is taken, and nothing is said.
    """
    kit = call.kit
    proof = await proof_given(call, payload, honeypot)
    if proof is FILLED_BY_A_MACHINE:
        return

    def notifying(tx: Transaction) -> Reported | Refused:
        if isinstance(proof, Proof) and not tx.used_proofs.use(proof):
            return proof_invalid(kit)
        return notify_post(tx, debate_uid, number, text, contact)

    reported = await kit.threads.run(lambda: kit.work.perform(notifying))
    if isinstance(reported, Refused):
        raise refusal(reported)
