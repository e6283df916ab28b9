"""The desk of an organisation: pages for whoever works for it, and forms that act on its behalf.

Each page asks for the act that it is about, and shows it to nobody else; what the forms do is the
interface's own commands, which ask again under the lock.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar

from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.problems import Problem
from consultation.application.documents import Links, organisation_document
from consultation.application.ports import Account, Organisation
from consultation.application.readers import Snapshot
from consultation.application.staff import entered, permitted
from consultation.domain.actors import Person, Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act, check_permission
from consultation.web.forms import Form, FormCall, Sent
from consultation.web.page import Page
from consultation.web.persons import of_person
from consultation.web.sending import Sheet, blank, gone_to, new_key, refused, send

Result = TypeVar("Result")
NOT_FOUND: Final = RefusalCode.ORGANISATION_NOT_FOUND
TEXTS: Final = (RefusalCode.TEXT_TOO_SHORT, RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED)
"""What a text of a form can be refused with."""


@dataclass(frozen=True, slots=True)
class Desk:
    """An organisation, and as whom somebody works in it."""

    organisation: Organisation
    person: Person
    now: datetime

    def may(self, act: str) -> bool:
        """Is the act open to the person here, leaving the stage of a debate aside?"""
        return check_permission(Act(act), self.person).allowed

    @property
    def roles(self) -> list[Role]:
        """The person's roles, from the least to the most."""
        return sorted(self.person.roles, key=list(Role).index)


Reading: TypeAlias = Callable[[Snapshot, Account, Desk], Mapping[str, Any] | Refused]
"""Reads the facts of a page of the desk."""


def nothing(_snapshot: Snapshot, _account: Account, _desk: Desk) -> Mapping[str, Any]:
    """For a page that shows nothing but its form."""
    return {}


def shown_to(act: Act, *codes: str) -> dict[str, Any]:
    """What the route of a page for whoever may do an act declares."""
    return declare(Access.STAFF, NOT_FOUND, *codes, answer=None, act=act)


def sent_by(act: Act, *codes: str) -> dict[str, Any]:
    """What the route of a form for whoever may do an act declares."""
    return declare(Access.STAFF, NOT_FOUND, *codes, answer=None, act=act, writes=True)


@dataclass(frozen=True, slots=True)
class Counter:
    """One page of the desk: for whom, of which organisation, how it is made and what it reads."""

    slug: str
    act: Act
    template: str
    read: Reading = nothing

    def facts(
        self, snapshot: Snapshot, account: Account, now: datetime, links: Links
    ) -> Mapping[str, Any] | Refused:
        """What the template shows, to somebody who may see it; whose page it is, whatever it is about."""
        found = entered(snapshot, self.slug, account, self.act)
        if isinstance(found, Refused):
            return found
        organisation, roles = found
        desk = Desk(organisation, Person(account.key, account.name, roles), now)
        values = self.read(snapshot, account, desk)
        if isinstance(values, Refused):
            return values
        return {"desk": desk, "organisation": organisation_document(organisation, links), **values}

    async def show(self, page: Page, form: Form | None = None, status: int = 200, **more: object) -> Response:
        """The page, with a form on it; nobody has sent anything unless one is given."""
        shown = {"form": form or blank(page), "fresh": partial(new_key, page), **more}
        now, links = page.call.kit.clock(), page.call.kit.links
        return await of_person(
            page,
            self.template,
            lambda snapshot, account: self.facts(snapshot, account, now, links),
            status=status,
            more=shown,
        )

    def sheet(self, page: Page, fields: Collection[str] = (), **more: object) -> Sheet:
        """The page as one that a form is sent from."""

        async def show(form: Form, status: int) -> Response:
            return await self.show(page, form, status, **more)

        return Sheet(show, fields)


async def asked(
    page: Page,
    counter: Counter,
    sent: Sent,
    question: Callable[[Snapshot, Account], Result | Refused],
    **more: object,
) -> Result | Response:
    """What must be known before a form can be read, for whoever may do what it is about.

    Who may not gets the page that the refusal leads to, with nothing lost of what was typed.
    """

    def asking(snapshot: Snapshot, account: Account) -> Result | Refused:
        found = permitted(snapshot, counter.slug, account, counter.act)
        return found if isinstance(found, Refused) else question(snapshot, account)

    try:
        return await page.call.read_as(asking)
    except Problem as problem:
        return await refused(page, sent, problem, counter.sheet(page, (), **more))


async def carry_out(
    page: Page,
    counter: Counter,
    sent: Sent,
    command: Callable[..., Any],
    address: str | Callable[[Any], str],
    fields: Collection[str] = (),
    **more: object,
) -> Response:
    """Run a command for the person who sent a form, and go on to an address."""

    async def act(call: FormCall) -> Response:
        return await call.perform(
            command, lambda done: gone_to(page, address if isinstance(address, str) else address(done))
        )

    return await send(page, sent, act, counter.sheet(page, fields, **more))
