"""Organisations and their members."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.listing import cached_answer
from consultation.api.mailing import address_in
from consultation.api.pagination import LONGEST, built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.schemas.debates import Organisation, OrganisationPage
from consultation.api.schemas.members import (
    Member,
    Members,
    NewMember,
    NewOrganisation,
    OrganisationEdit,
    RoleName,
)
from consultation.api.schemas.types import Slug
from consultation.application.documents import member_document, organisation_document
from consultation.application.organisations import OrganisationEdit as Edit
from consultation.application.organisations import add_member, change_organisation, leave, remove_member
from consultation.application.platform import create_organisation
from consultation.application.ports import Member as MemberOf
from consultation.application.ports import Organisation as OrganisationOf
from consultation.application.staff import read_members
from consultation.domain.actors import Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import Ground
from consultation.domain.permissions import Act

router = APIRouter(prefix="/organisations", tags=["organisations"], route_class=JsonRoute)

OrganisationSlug = Annotated[Slug, Path(description="The organisation's slug.")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of a page.")]
Limit = Annotated[int, Query(ge=1, le=LONGEST, description="Longest page.")]
NOT_FOUND = RefusalCode.ORGANISATION_NOT_FOUND


TEXTS = (RefusalCode.TEXT_TOO_SHORT, RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED)


def organisation_answer(call: Call, organisation: OrganisationOf, status: int = 200) -> Answer:
    """An organisation right after an act on it."""
    location = f"{call.kit.public_url}/api/v1/organisations/{organisation.slug}"
    return Answer(organisation_document(organisation, call.kit.links), status, {"Location": location})


def _members(members: list[MemberOf]) -> Answer:
    return Answer({"items": [member_document(one) for one in members], "next_cursor": None})


@router.get(
    "",
    operation_id="list_organisations",
    summary="Organisations, oldest first",
    **declare(Access.PUBLIC, TransportCode.CURSOR_INVALID, answer=OrganisationPage, cached=True),
)
async def list_organisations(
    request: Request, call: CallDep, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """Every public body that owns debates here."""
    page = window(cursor, limit, "organisations", UUID)
    found = await call.read(lambda snapshot: snapshot.organisations(page))
    return cached_answer(request, built_page(request, found, "organisations"))


@router.post(
    "",
    operation_id="create_organisation",
    summary="Set up an organisation",
    **declare(
        Access.STAFF,
        RefusalCode.SLUG_TAKEN,
        *TEXTS,
        answer=Organisation,
        act=Act.CREATE_ORGANISATION,
        status=201,
        writes=True,
    ),
)
async def post_organisation(call: CallDep, payload: NewOrganisation) -> Response:
    """Nobody belongs to it yet: name its first administrator next."""
    return await call.perform(
        lambda tx, account: create_organisation(
            tx, account, payload.slug, payload.name, payload.time_zone, payload.locale
        ),
        lambda organisation: organisation_answer(call, organisation, 201),
    )


@router.get(
    "/{slug}",
    operation_id="get_organisation",
    summary="One organisation",
    **declare(Access.PUBLIC, NOT_FOUND, answer=Organisation, cached=True),
)
async def get_organisation(request: Request, call: CallDep, slug: OrganisationSlug) -> Response:
    """Name, language, time zone and links."""
    found = await call.read(lambda snapshot: snapshot.organisation(slug) or Refused(NOT_FOUND))
    return cached_answer(request, found)


@router.patch(
    "/{slug}",
    operation_id="change_organisation",
    summary="Change an organisation",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        *TEXTS,
        RefusalCode.ACCENT_TOO_PALE,
        answer=Organisation,
        act=Act.CHANGE_ORGANISATION,
        writes=True,
    ),
)
async def patch_organisation(call: CallDep, slug: OrganisationSlug, payload: OrganisationEdit) -> Response:
    """Its name and colour at once and everywhere; language and time zone for debates to come."""
    words = {Ground(reason): text for reason, text in payload.reasons.items()}
    edit = Edit(payload.name, payload.locale, payload.time_zone, words, payload.accent)
    return await call.perform(
        lambda tx, account: change_organisation(tx, slug, account, edit),
        lambda organisation: organisation_answer(call, organisation),
    )


@router.get(
    "/{slug}/members",
    operation_id="list_members",
    summary="Members and their roles",
    **declare(Access.STAFF, NOT_FOUND, answer=Members, act=Act.MANAGE_MEMBERS),
)
async def get_members(call: CallDep, slug: OrganisationSlug) -> Response:
    """Everybody with a role, for the organisation's administrators."""
    members = await call.read_as(lambda snapshot, account: read_members(snapshot, slug, account))
    return respond(_members(members))


@router.post(
    "/{slug}/members",
    operation_id="add_member",
    summary="Give a role",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        answer=Member,
        act=Act.MANAGE_MEMBERS,
        status=201,
        writes=True,
    ),
)
async def post_member(call: CallDep, slug: OrganisationSlug, payload: NewMember) -> Response:
    """Give a role to the person with an e-mail address, who may be new to the service.

    Somebody who left while votes of theirs still count gets it, too, and signs in again after the close.
    """
    email = address_in(payload.email)
    return await call.perform(
        lambda tx, account: add_member(tx, slug, account, email, Role(payload.role)),
        lambda member: Answer(member_document(member), 201),
    )


@router.delete(
    "/{slug}/members/me",
    operation_id="leave_organisation",
    summary="Give up one's own roles",
    **declare(
        Access.PERSON,
        NOT_FOUND,
        RefusalCode.MEMBER_NOT_FOUND,
        RefusalCode.LAST_ADMINISTRATOR,
        answer=None,
        status=204,
        writes=True,
        takes_body=False,
    ),
)
async def delete_own_membership(call: CallDep, slug: OrganisationSlug) -> Response:
    """All of them at once. The last administrator stays, until there is another."""
    return await call.perform(lambda tx, account: leave(tx, slug, account), lambda _: Answer(None, 204))


@router.delete(
    "/{slug}/members/{person}",
    operation_id="remove_member",
    summary="Take a role, or all, from a member",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.MEMBER_NOT_FOUND,
        RefusalCode.LAST_ADMINISTRATOR,
        answer=Members,
        act=Act.MANAGE_MEMBERS,
        writes=True,
        takes_body=False,
    ),
)
async def delete_member(
    call: CallDep,
    slug: OrganisationSlug,
    person: UUID,
    role: Annotated[RoleName | None, Query(description="One role; all, unless given.")] = None,
) -> Response:
    """The last administrator stays. Answers with the members who are left."""
    lost = None if role is None else Role(role)
    return await call.perform(lambda tx, account: remove_member(tx, slug, account, person, lost), _members)
