"""Secrets that a page shows once: on the answer to the form that made them, and nowhere else."""

from collections.abc import Callable
from typing import TypeVar

from starlette.responses import Response

from consultation.api.calls import Answer
from consultation.application.ports import Account, Transaction
from consultation.domain.decisions import Refused
from consultation.web.desk import Counter
from consultation.web.forms import FormCall
from consultation.web.page import Page
from consultation.web.sending import gone_to

Result = TypeVar("Result")


async def told(
    page: Page,
    call: FormCall,
    counter: Counter,
    command: Callable[[Transaction, Account], Result | Refused],
    secret_of: Callable[[Result], str],
    address: str,
) -> Response:
    """Run a command that makes a secret, and show it on a page of `counter`.

    What is kept for a form that is sent twice is the way to `address`, without the secret.
    """
    secrets: list[str] = []

    def render(result: Result) -> Answer:
        secrets[:] = [secret_of(result)]  # a transaction that is run again makes another one
        return gone_to(page, address)

    response = await call.perform(command, render)
    if not secrets or "idempotent-replayed" in response.headers:
        return response
    return await counter.show(page, secret=secrets[0], address=address)
