"""The desk of an organisation: who works for it, and who was asked to."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.calls import Answer
from consultation.api.mailing import perform_and_mail
from consultation.api.problems import TransportCode
from consultation.application.documents import invitation_document, member_document
from consultation.application.invitations import Invited, invite, read_invitations, revoke
from consultation.application.organisations import remove_member
from consultation.application.people import normal_address
from consultation.application.ports import Account, Mail, Transaction
from consultation.application.readers import Snapshot
from consultation.application.staff import read_members
from consultation.domain.actors import Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act
from consultation.web.desk import Counter, Desk, carry_out, sent_by, shown_to
from consultation.web.fields import uid_or_nothing
from consultation.web.forms import Fault, FormCall, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import faulty, gone_to, send

router = APIRouter(
    prefix="/desk/{organisation:organisation}/members", include_in_schema=False, route_class=PageRoute
)

_ACT: Final = Act.MANAGE_MEMBERS
_FIELDS: Final = ("email", "role")


def _counter(organisation: str) -> Counter:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        members = read_members(snapshot, organisation, account)
        invitations = read_invitations(snapshot, organisation, account, desk.now)
        if isinstance(members, Refused):
            return members
        if isinstance(invitations, Refused):
            return invitations
        return {
            "members": [member_document(one) for one in members],
            "invitations": [invitation_document(one) for one in invitations if one.accepted_at is None],
            "roles": list(Role),
        }

    return Counter(organisation, _ACT, "desk/members.html", read)


@router.get("", **shown_to(_ACT))
async def get_members(page: PageDep, organisation: str) -> Response:
    """Members with their roles, and invitations that wait."""
    return await _counter(organisation).show(page)


@router.post("/invite", **sent_by(_ACT, TransportCode.MAIL_UNAVAILABLE))
async def post_invite(page: PageDep, organisation: str) -> Response:
    """Offer a role by e-mail: valid for seven days, and once."""
    sent, counter = await read_form(page.request), _counter(organisation)
    email, role, faults = normal_address(sent.text("email")), sent.text("role"), []
    if email is None:
        faults.append(Fault("email", key="desk.members.email.unfit"))
    if role not in set(Role):
        faults.append(Fault("role", key="form.choose"))
    if email is None or faults:
        return await faulty(page, sent, counter.sheet(page, _FIELDS), *faults)
    address, kit = email, page.call.kit

    def offer(tx: Transaction, account: Account) -> Invited | Refused:
        return invite(tx, kit.digests, organisation, account, address, Role(role))

    def mail_of(invited: Invited) -> Mail:
        return kit.invitation_mail(invited, kit.service_name, kit.public_url)

    def undo(tx: Transaction, invited: Invited) -> None:
        tx.invitations.remove(invited.organisation.key, invited.invitation.uid)

    def gone(_: Invited) -> Answer:
        return gone_to(page, f"/desk/{organisation}/members")

    async def act(call: FormCall) -> Response:
        return await perform_and_mail(call, offer, gone, mail_of, undo)

    return await send(page, sent, act, counter.sheet(page, _FIELDS))


@router.post("/revoke", **sent_by(_ACT, RefusalCode.INVITATION_NOT_FOUND))
async def post_revoke(page: PageDep, organisation: str) -> Response:
    """Take an invitation back."""
    sent, counter = await read_form(page.request), _counter(organisation)
    invitation = uid_or_nothing(sent.text("invitation"))
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: revoke(tx, organisation, account, invitation),
        f"/desk/{organisation}/members",
    )


@router.post("/remove", **sent_by(_ACT, RefusalCode.MEMBER_NOT_FOUND, RefusalCode.LAST_ADMINISTRATOR))
async def post_remove(page: PageDep, organisation: str) -> Response:
    """Take one role from a member."""
    sent, counter = await read_form(page.request), _counter(organisation)
    person, role = uid_or_nothing(sent.text("person")), sent.text("role")
    lost = Role(role) if role in set(Role) else None
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: remove_member(tx, organisation, account, person, lost),
        f"/desk/{organisation}/members",
    )
