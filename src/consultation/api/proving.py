"""Proofs of work on forms that are open to everybody: asked for only when very many come.

Below the threshold of the route's policies nothing is asked and nothing more is looked at. Above it, a
call without a proof is sent away to get a challenge, and a field that no person sees betrays the
machine that fills in everything.
"""

from enum import Enum
from typing import Final, Literal, TypeAlias

from consultation.api.calls import Call
from consultation.api.kit import Kit
from consultation.api.limits import spending_of
from consultation.api.problems import refusal
from consultation.application.ports import Proof
from consultation.domain.decisions import RefusalCode, Refused


class _Judgement(Enum):
    FILLED_BY_A_MACHINE = 1
    NOT_DUE = 2


FILLED_BY_A_MACHINE: Final = _Judgement.FILLED_BY_A_MACHINE
"""Answer as if all were well, and do nothing: who is told would learn to leave the field alone."""

NOT_DUE: Final = _Judgement.NOT_DUE

Given: TypeAlias = Proof | Literal[_Judgement.FILLED_BY_A_MACHINE, _Judgement.NOT_DUE]


async def proof_given(call: Call, payload: str | None, honeypot: str | None) -> Given:
    """What a call of an open form brings along. The proof still is to be used, in the act's transaction.

    Raises Problem with proof_required, after which the call does not count, or with proof_invalid.
    """
    spending = spending_of(call.request)
    if spending is None or not spending.proof_due:
        return NOT_DUE
    if honeypot:
        return FILLED_BY_A_MACHINE
    if payload is None:
        spending.give_back()
        raise refusal(Refused(RefusalCode.PROOF_REQUIRED, _where(call.kit)))
    proof = await call.kit.threads.run(lambda: call.kit.proofs.check(payload))
    if proof is None:
        raise refusal(proof_invalid(call.kit))
    return proof


def proof_invalid(kit: Kit) -> Refused:
    """The refusal of a proof that is forged, wrong, expired or used."""
    return Refused(RefusalCode.PROOF_INVALID, _where(kit))


def _where(kit: Kit) -> dict[str, str]:
    return {"challenge": f"{kit.public_url}/api/v1/auth/challenge"}
