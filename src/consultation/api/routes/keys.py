"""Keys of organisations, and the users whom their servers name."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit, OrganisationSlug
from consultation.api.schemas.keys import (
    IssuedKey,
    Key,
    KeyPage,
    KeyUses,
    NamedParticipant,
    NewKey,
    ParticipantName,
    Rotation,
)
from consultation.application.keys import (
    IssuedKey as Issued,
)
from consultation.application.keys import (
    NewKey as New,
)
from consultation.application.keys import (
    create_key,
    name_participant,
    read_key_uses,
    read_keys,
    read_participant,
    revoke_key,
    rotate_key,
)
from consultation.application.ports import Account, StoredKey
from consultation.application.readers import Page
from consultation.domain.decisions import RefusalCode
from consultation.domain.keys import Scope
from consultation.domain.permissions import Act

router = APIRouter(prefix="/organisations/{slug}", tags=["keys"], route_class=JsonRoute)

NOT_FOUND = RefusalCode.ORGANISATION_NOT_FOUND
TEXTS = (RefusalCode.TEXT_TOO_SHORT, RefusalCode.TEXT_TOO_LONG, RefusalCode.TEXT_NOT_ALLOWED)


def key_document(key: StoredKey, now: datetime) -> dict[str, Any]:
    """A key as its organisation's administrators see it."""
    life = key.life
    state = "usable" if life.is_usable(now) else "expired"
    return {
        "id": key.uid,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "hint": key.hint,
        "state": state if life.revoked_at is None else "revoked",
        "created_at": life.created_at,
        "expires_at": life.expires_at,
        "rotated_at": life.rotated_at,
        "former_until": life.former_until,
        "revoked_at": life.revoked_at,
        "used_at": key.used_at,
    }


def _issued(call: Call, issued: Issued) -> Answer:
    now = call.kit.clock()

    def with_secret(token: str | None) -> dict[str, Any]:
        return key_document(issued.key, now) | {"token": token}

    return Answer(with_secret(issued.token), 201, kept=with_secret(None))


def _participant(account: Account) -> Answer:
    return Answer({"name": account.name, "locale": account.locale})


@router.get(
    "/keys",
    operation_id="list_keys",
    summary="Keys of an organisation",
    **declare(Access.STAFF, NOT_FOUND, TransportCode.CURSOR_INVALID, answer=KeyPage, act=Act.MANAGE_KEYS),
)
async def get_keys(
    request: Request, call: CallDep, slug: OrganisationSlug, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """Newest first, without their secrets, for the organisation's administrators."""
    page = window(cursor, limit, "keys", UUID)
    found, last = await call.read_as(lambda snapshot, account: read_keys(snapshot, slug, account, page))
    now = call.kit.clock()
    items = [key_document(key, now) for key in found]
    built = built_page(request, Page(items, None if last is None else (last,)), "keys")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.post(
    "/keys",
    operation_id="create_key",
    summary="Make a key",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        *TEXTS,
        RefusalCode.KEY_EXPIRY_INVALID,
        answer=IssuedKey,
        act=Act.MANAGE_KEYS,
        status=201,
        writes=True,
    ),
)
async def post_key(call: CallDep, slug: OrganisationSlug, payload: NewKey) -> Response:
    """The secret is in the answer and nowhere else. People make keys; no key makes another."""
    new = New(payload.name, frozenset(map(Scope, payload.scopes)), payload.expires_at)
    return await call.perform(
        lambda tx, account: create_key(tx, call.kit.digests, slug, account, new),
        lambda issued: _issued(call, issued),
    )


@router.post(
    "/keys/{key}/rotation",
    operation_id="rotate_key",
    summary="Give a key a new secret",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.KEY_NOT_FOUND,
        RefusalCode.KEY_NOT_USABLE,
        answer=IssuedKey,
        act=Act.MANAGE_KEYS,
        status=201,
        writes=True,
    ),
)
async def post_rotation(
    call: CallDep, slug: OrganisationSlug, key: UUID, payload: Rotation | None = None
) -> Response:
    """The present secret works on for the grace; one that an earlier rotation replaced, no longer."""
    grace = timedelta(hours=(payload or Rotation()).grace_hours)
    return await call.perform(
        lambda tx, account: rotate_key(tx, call.kit.digests, slug, account, key, grace),
        lambda issued: _issued(call, issued),
    )


@router.delete(
    "/keys/{key}",
    operation_id="revoke_key",
    summary="Revoke a key",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.KEY_NOT_FOUND,
        answer=Key,
        act=Act.MANAGE_KEYS,
        writes=True,
        takes_body=False,
    ),
)
async def delete_key(call: CallDep, slug: OrganisationSlug, key: UUID) -> Response:
    """None of its secrets works from here on. It stays in the list, for what was done with it."""
    return await call.perform(
        lambda tx, account: revoke_key(tx, slug, account, key),
        lambda revoked: Answer(key_document(revoked, call.kit.clock())),
    )


@router.get(
    "/keys/{key}/uses",
    operation_id="list_key_uses",
    summary="What was done through a key",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.KEY_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=KeyUses,
        act=Act.MANAGE_KEYS,
    ),
)
async def get_key_uses(
    request: Request,
    call: CallDep,
    slug: OrganisationSlug,
    key: UUID,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Every act of the journals that came through the key, without saying for which user."""
    page = window(cursor, limit, "key-uses", UUID, int)
    found = await call.read_as(lambda snapshot, account: read_key_uses(snapshot, slug, account, key, page))
    built = built_page(request, found, "key-uses")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.get(
    "/participant",
    operation_id="get_participant",
    summary="How the service knows one of your users",
    **declare(
        Access.KEY,
        NOT_FOUND,
        RefusalCode.PARTICIPANT_NOT_FOUND,
        answer=NamedParticipant,
        act=Act.NAME_PARTICIPANT,
    ),
)
async def get_participant(call: CallDep, slug: OrganisationSlug) -> Response:
    """Whom `On-Behalf-Of` names; not found until the user takes part or is named."""
    account = await call.read_as_delegate(
        lambda snapshot, delegate: read_participant(snapshot, slug, delegate)
    )
    return respond(_participant(account))


@router.put(
    "/participant",
    operation_id="name_participant",
    summary="Name one of your users",
    **declare(Access.KEY, NOT_FOUND, *TEXTS, answer=NamedParticipant, act=Act.NAME_PARTICIPANT, writes=True),
)
async def put_participant(call: CallDep, slug: OrganisationSlug, payload: ParticipantName) -> Response:
    """Whom `On-Behalf-Of` names. A new name signs what comes from now on; earlier texts keep theirs."""
    return await call.perform_as_delegate(
        lambda tx, delegate: name_participant(tx, slug, delegate, payload.name, payload.locale),
        _participant,
    )
