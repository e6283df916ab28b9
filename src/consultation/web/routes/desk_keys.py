"""The desk of an organisation: the keys of its servers, each secret shown once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.pagination import encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.api.routes.keys import key_document
from consultation.application.keys import (
    IssuedKey,
    NewKey,
    create_key,
    read_key_uses,
    read_keys,
    revoke_key,
    rotate_key,
)
from consultation.application.ports import Account
from consultation.application.readers import Snapshot, Window
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.keys import Scope
from consultation.domain.permissions import Act
from consultation.web.desk import TEXTS, Counter, Desk, carry_out, sent_by, shown_to
from consultation.web.fields import uid_or_nothing
from consultation.web.forms import Fault, FormCall, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.sending import faulty, send
from consultation.web.telling import told

router = APIRouter(
    prefix="/desk/{organisation:organisation}/keys", include_in_schema=False, route_class=PageRoute
)

_ACT: Final = Act.MANAGE_KEYS
_FIELDS: Final = ("name", "scopes")
_LISTED: Final = 100
_GRACE: Final = timedelta(hours=24)
"""How long the secret that a rotation replaces works on: long enough to change it on a server."""


def _counter(organisation: str) -> Counter:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = read_keys(snapshot, organisation, account, Window(_LISTED))
        if isinstance(found, Refused):
            return found
        keys, _ = found
        return {"keys": [key_document(key, desk.now) for key in keys], "scopes": list(Scope)}

    return Counter(organisation, _ACT, "desk/keys.html", read)


@router.get("", **shown_to(_ACT))
async def get_keys(page: PageDep, organisation: str) -> Response:
    """The keys, without their secrets."""
    return await _counter(organisation).show(page)


@router.post("/new", **sent_by(_ACT, *TEXTS, RefusalCode.KEY_EXPIRY_INVALID))
async def post_key(page: PageDep, organisation: str) -> Response:
    """Make a key that lives for a year; its secret is on the page that follows and nowhere else."""
    sent, counter = await read_form(page.request), _counter(organisation)
    scopes = frozenset(scope for scope in Scope if sent.text(f"scope-{scope}"))
    if not scopes:
        return await faulty(page, sent, counter.sheet(page, _FIELDS), Fault("scopes", key="form.choose"))
    new = NewKey(sent.text("name"), scopes, None)

    async def act(call: FormCall) -> Response:
        return await told(
            page,
            call,
            Counter(organisation, _ACT, "desk/secret.html"),
            lambda tx, account: create_key(tx, call.kit.digests, organisation, account, new),
            _secret_of,
            f"/desk/{organisation}/keys",
        )

    return await send(page, sent, act, counter.sheet(page, _FIELDS))


def _secret_of(issued: IssuedKey) -> str:
    return issued.token


_USES: Final = 20
_OF_USES: Final = "desk-key-uses"


@router.get("/{key:uuid}", **shown_to(_ACT, RefusalCode.KEY_NOT_FOUND, TransportCode.CURSOR_INVALID))
async def get_key_uses(page: PageDep, organisation: str, key: UUID, cursor: str | None = None) -> Response:
    """What was done through a key, debate by debate, without saying for which user."""
    shown = window(cursor, _USES, _OF_USES, UUID, int)

    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        uses = read_key_uses(snapshot, organisation, account, key, shown)
        if isinstance(uses, Refused):
            return uses
        keys, _ = snapshot.keys(desk.organisation.key, Window(_LISTED))
        named = [key_document(one, desk.now) for one in keys if one.uid == key]
        debates = {use["debate"]: snapshot.staff_debate(use["debate"], desk.now) for use in uses.items}
        return {
            "of_key": named[0] if named else None,
            "uses": uses.items,
            "debates": debates,
            "next": None if uses.position is None else encode_cursor(_OF_USES, uses.position),
        }

    counter = Counter(organisation, _ACT, "desk/key_uses.html", read)
    return await counter.show(page, is_first=cursor is None)


@router.post("/rotate", **sent_by(_ACT, RefusalCode.KEY_NOT_FOUND, RefusalCode.KEY_NOT_USABLE))
async def post_rotate(page: PageDep, organisation: str) -> Response:
    """Give a key a new secret; the one before works on for a day."""
    sent, counter = await read_form(page.request), _counter(organisation)
    key = uid_or_nothing(sent.text("id"))

    async def act(call: FormCall) -> Response:
        return await told(
            page,
            call,
            Counter(organisation, _ACT, "desk/secret.html"),
            lambda tx, account: rotate_key(tx, call.kit.digests, organisation, account, key, _GRACE),
            _secret_of,
            f"/desk/{organisation}/keys",
        )

    return await send(page, sent, act, counter.sheet(page))


@router.post("/revoke", **sent_by(_ACT, RefusalCode.KEY_NOT_FOUND))
async def post_revoke(page: PageDep, organisation: str) -> Response:
    """End a key at once."""
    sent, counter = await read_form(page.request), _counter(organisation)
    key = uid_or_nothing(sent.text("id"))
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: revoke_key(tx, organisation, account, key),
        f"/desk/{organisation}/keys",
    )
