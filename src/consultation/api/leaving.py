"""Erasing the account of whoever calls, as the interface and the pages do it."""

from functools import partial

from sqlalchemy.exc import DBAPIError

from consultation.api.calls import Answer, Call
from consultation.application.ports import Account, Busy, Parting, Transaction
from consultation.application.privacy.erasure import begin_own_erasure
from consultation.domain.decisions import Refused
from consultation.domain.erasure import ErasureMode


async def erase_caller(call: Call, mode: ErasureMode) -> bool:
    """Close the account of the caller and erase it; False when the rest follows within the hour.

    Raises Problem: sign_in_again, hand_over_first, last_platform_administrator.
    """
    kit = call.kit
    token = call.token() or ""
    begun: list[Parting] = []

    def beginning(tx: Transaction, account: Account) -> Parting | Refused:
        begun.clear()
        parting = begin_own_erasure(tx, kit.digests, account.key, token, mode)
        if isinstance(parting, Parting):
            begun.append(parting)
        return parting

    await call.perform(beginning, lambda _: Answer({"mode": mode, "finished": False}))
    try:
        for parting in begun:
            await kit.threads.run(partial(kit.eraser.go_on, parting))
    except (Busy, DBAPIError):  # the account is closed; the hourly job goes on from here
        return False
    return True
