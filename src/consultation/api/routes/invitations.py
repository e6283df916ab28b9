"""Invitations into organisations: sent, listed, revoked, accepted."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.mailing import address_in, perform_and_mail
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import NOT_FOUND, OrganisationSlug
from consultation.api.schemas.members import (
    Acceptance,
    AcceptedInvitation,
    FirstAdministrator,
    Invitation,
    Invitations,
    NewInvitation,
)
from consultation.application.documents import invitation_document
from consultation.application.invitations import Accepted, Invited, accept, invite, read_invitations, revoke
from consultation.application.platform import name_first_administrator
from consultation.application.ports import Account, Mail, Transaction
from consultation.application.readers import Document
from consultation.domain.actors import Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act

router = APIRouter(tags=["organisations"], route_class=JsonRoute)


@router.get(
    "/organisations/{slug}/invitations",
    operation_id="list_invitations",
    summary="Invitations, pending and accepted",
    **declare(Access.STAFF, NOT_FOUND, answer=Invitations, act=Act.MANAGE_MEMBERS),
)
async def get_invitations(call: CallDep, slug: OrganisationSlug) -> Response:
    """Those that can be accepted, with the address, and those that were, with who accepted."""
    found = await call.read_as(
        lambda snapshot, account: read_invitations(snapshot, slug, account, call.kit.clock())
    )
    return respond(Answer({"items": [invitation_document(one) for one in found], "next_cursor": None}))


async def _send(call: Call, offering: Callable[[Transaction, Account], Invited | Refused]) -> Response:
    kit = call.kit

    def mail_of(invited: Invited) -> Mail:
        return kit.invitation_mail(invited, kit.service_name, kit.public_url)

    def undo(tx: Transaction, invited: Invited) -> None:
        tx.invitations.remove(invited.organisation.key, invited.invitation.uid)

    return await perform_and_mail(
        call, offering, lambda invited: Answer(invitation_document(invited.invitation), 201), mail_of, undo
    )


@router.post(
    "/organisations/{slug}/invitations",
    operation_id="invite_member",
    summary="Offer a role by e-mail",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        TransportCode.MAIL_UNAVAILABLE,
        answer=Invitation,
        act=Act.MANAGE_MEMBERS,
        status=201,
        writes=True,
    ),
)
async def post_invitation(call: CallDep, slug: OrganisationSlug, payload: NewInvitation) -> Response:
    """Valid for seven days and once, in place of what was offered to the address before.

    Whoever holds the code of the mail and is signed in can accept, with whatever account.
    """
    email, role, digests = address_in(payload.email), Role(payload.role), call.kit.digests
    return await _send(call, lambda tx, account: invite(tx, digests, slug, account, email, role))


@router.post(
    "/organisations/{slug}/first-administrators",
    operation_id="name_first_administrator",
    summary="Invite an organisation's first administrator",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.ADMINISTRATOR_EXISTS,
        TransportCode.MAIL_UNAVAILABLE,
        answer=Invitation,
        act=Act.NAME_FIRST_ADMINISTRATOR,
        status=201,
        writes=True,
    ),
)
async def post_first_administrator(
    call: CallDep, slug: OrganisationSlug, payload: FirstAdministrator
) -> Response:
    """For administrators of the platform, while the organisation has no administrator of its own."""
    email, digests = address_in(payload.email), call.kit.digests
    return await _send(call, lambda tx, account: name_first_administrator(tx, digests, slug, account, email))


@router.delete(
    "/organisations/{slug}/invitations/{invitation}",
    operation_id="revoke_invitation",
    summary="Take an invitation back",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.INVITATION_NOT_FOUND,
        answer=None,
        act=Act.MANAGE_MEMBERS,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def delete_invitation(call: CallDep, slug: OrganisationSlug, invitation: UUID) -> Response:
    """Its code is worth nothing from here on, and its address is forgotten."""
    return await call.perform(
        lambda tx, account: revoke(tx, slug, account, invitation), lambda _: Answer(None, 204)
    )


@router.post(
    "/invitations/acceptance",
    operation_id="accept_invitation",
    summary="Accept an invitation",
    **declare(
        Access.PERSON,
        RefusalCode.INVITATION_UNUSABLE,
        answer=AcceptedInvitation,
        status=201,
        writes=True,
    ),
)
async def post_acceptance(call: CallDep, payload: Acceptance) -> Response:
    """The role goes to whoever is signed in, whatever address the invitation was sent to."""
    digests = call.kit.digests
    return await call.perform(
        lambda tx, account: accept(tx, digests, account, payload.token),
        lambda accepted: Answer(_accepted_document(accepted), 201),
    )


def _accepted_document(accepted: Accepted) -> Document:
    organisation = accepted.organisation
    return {
        "organisation": {"slug": organisation.slug, "name": organisation.name},
        "role": accepted.role,
        "roles": sorted(accepted.roles),
    }
