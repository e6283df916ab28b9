"""Mail that follows from a call: the address it goes to, handing it over, and what if that fails."""

from collections.abc import Callable
from typing import TypeVar

from starlette.responses import Response

from consultation.api.calls import Answer, Call
from consultation.api.kit import Kit
from consultation.api.problems import Problem, TransportCode
from consultation.application.people import normal_address
from consultation.application.ports import Account, Mail, MailUnavailable, Transaction
from consultation.domain.decisions import Refused

Result = TypeVar("Result")


def address_in(email: str) -> str:
    """The address of a body's `email`, as it is kept. Raises Problem(malformed) when it is none."""
    address = normal_address(email)
    if address is None:
        raise _no_address()
    return address


def _no_address() -> Problem:
    errors = [{"pointer": "/email", "detail": "not an e-mail address"}]
    return Problem(TransportCode.MALFORMED, errors=errors)


async def deliver(kit: Kit, mail: Mail) -> None:
    """Hand a message over. Raises Problem: mail_unavailable, or malformed for its address."""
    try:
        await kit.threads.run_mail(lambda: kit.mailer.send(mail))
    except MailUnavailable as error:
        raise Problem(TransportCode.MAIL_UNAVAILABLE) from error
    except ValueError as error:
        # Mail asks more of an address than to look like one: it must fit into a header.
        raise _no_address() from error


async def perform_and_mail(
    call: Call,
    command: Callable[[Transaction, Account], Result | Refused],
    render: Callable[[Result], Answer],
    mail_of: Callable[[Result], Mail],
    undo: Callable[[Transaction, Result], object],
) -> Response:
    """Run a command as `Call.perform` does, and mail what it made once it is committed.

    A repeated call gets the first answer and sends nothing. When the message cannot be handed
    over, what the command made is undone and its answer forgotten, so that the call can be made
    again, with the same Idempotency-Key too.
    """
    made: list[tuple[Account, Result]] = []

    def performing(tx: Transaction, account: Account) -> Result | Refused:
        made.clear()  # a transaction that is run again makes something else
        result = command(tx, account)
        if not isinstance(result, Refused):
            made.append((account, result))
        return result

    response = await call.perform(performing, render)
    if not made or "idempotent-replayed" in response.headers:
        return response
    ((account, result),) = made
    try:
        await deliver(call.kit, mail_of(result))
    except Problem:
        await call.take_back(account, lambda tx: undo(tx, result))
        raise
    return response
