"""One's own account: name and language, posts, votes, sessions, identities."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.pagination import encode_cursor, window
from consultation.api.problems import TransportCode
from consultation.api.routes.identities import post_identity
from consultation.api.schemas.identities import NewIdentity
from consultation.application.identities import read_identities, unlink_identity
from consultation.application.people import NAME_MAX, change_account
from consultation.application.ports import Account
from consultation.application.providers import offered_document
from consultation.application.readers import Page as Found
from consultation.application.readers import Snapshot, Window
from consultation.application.sessions import end_other_sessions, end_session, read_sessions
from consultation.domain.decisions import RefusalCode
from consultation.localisation.languages import Language
from consultation.web.fields import slug_in, uid_in
from consultation.web.forms import Fault, FormCall, read_form
from consultation.web.page import Page, PageDep
from consultation.web.persons import of_person, person_sheet
from consultation.web.requests import PageRoute
from consultation.web.sending import blank, faulty, gone_to, send

router = APIRouter(prefix="/account", include_in_schema=False, route_class=PageRoute)

PAGE_SIZE: Final = 20
"""Entries of a list of one's own on one page."""
Cursor = Annotated[str | None, Query(description="Where the page before ended.")]


def _profile(_: Snapshot, account: Account) -> Mapping[str, Any]:
    return {"values": {"name": account.name, "locale": account.locale}, "longest": NAME_MAX}


@router.get("", **declare(Access.ANYONE, answer=None))
async def get_account(page: PageDep) -> Response:
    """Name, language, and the way to everything else that is one's own."""
    return await of_person(page, "account/profile.html", _profile, more={"form": blank(page)})


@router.post(
    "",
    **declare(
        Access.PERSON,
        RefusalCode.TEXT_TOO_SHORT,
        RefusalCode.TEXT_TOO_LONG,
        RefusalCode.TEXT_NOT_ALLOWED,
        answer=None,
        writes=True,
    ),
)
async def post_account(page: PageDep) -> Response:
    """Change name and language."""
    sent = await read_form(page.request)
    shown = person_sheet(page, "account/profile.html", _profile, {"name", "locale"})
    locale = sent.text("locale")
    if locale not in set(Language):
        return await faulty(page, sent, shown, Fault("locale", key="form.choose"))

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: change_account(tx, account, sent.text("name"), locale),
            lambda _: gone_to(page, "/account?done=account"),
        )

    return await send(page, sent, act, shown)


def _list(name: str, cursor: str | None, read: Callable[[Snapshot, int, Window], Found]) -> Any:  # noqa: ANN401 - a reading, see `of_person`
    wanted = window(cursor, PAGE_SIZE, name, UUID, int)

    def reading(snapshot: Snapshot, account: Account) -> Mapping[str, Any]:
        found = read(snapshot, account.key, wanted)
        following = None if found.position is None else encode_cursor(name, found.position)
        return {"items": found.items, "next": following, "is_first": cursor is None}

    return reading


@router.get("/posts", **declare(Access.ANYONE, TransportCode.CURSOR_INVALID, answer=None))
async def get_posts(page: PageDep, cursor: Cursor = None) -> Response:
    """One's own posts, the newest debate first."""
    reading = _list("my-posts", cursor, lambda snapshot, key, wanted: snapshot.own_posts(key, wanted))
    return await of_person(page, "account/posts.html", reading)


@router.get("/votes", **declare(Access.ANYONE, TransportCode.CURSOR_INVALID, answer=None))
async def get_votes(page: PageDep, cursor: Cursor = None) -> Response:
    """One's own votes. Nobody else can read them."""
    reading = _list("my-votes", cursor, lambda snapshot, key, wanted: snapshot.own_votes(key, wanted))
    return await of_person(page, "account/votes.html", reading)


def _sessions(page: Page) -> Callable[[Snapshot, Account], Mapping[str, Any]]:
    kit, token = page.call.kit, page.call.token() or ""

    def reading(snapshot: Snapshot, account: Account) -> Mapping[str, Any]:
        return {"items": read_sessions(snapshot, kit.digests, account, token, kit.clock())}

    return reading


@router.get("/sessions", **declare(Access.ANYONE, answer=None))
async def get_sessions(page: PageDep) -> Response:
    """Where one is signed in."""
    return await of_person(page, "account/sessions.html", _sessions(page), more={"form": blank(page)})


@router.post("/sessions", **declare(Access.PERSON, RefusalCode.SESSION_NOT_FOUND, answer=None, writes=True))
async def post_sessions(page: PageDep) -> Response:
    """End one session, or all but this one."""
    sent = await read_form(page.request)
    shown = person_sheet(page, "account/sessions.html", _sessions(page))
    chosen, digests, token = sent.text("session"), page.call.kit.digests, page.call.token() or ""
    gone = gone_to(page, "/account/sessions?done=sessions")
    uid = uid_in(chosen)
    if uid is None and chosen != "others":
        return await faulty(page, sent, shown, Fault(key="form.choose"))

    async def act(call: FormCall) -> Response:
        if uid is None:
            return await call.perform(
                lambda tx, account: end_other_sessions(tx, digests, account, token), lambda _: gone
            )
        return await call.perform(lambda tx, account: end_session(tx, account, uid), lambda _: gone)

    return await send(page, sent, act, shown)


def _identities(page: Page) -> Callable[[Snapshot, Account], Mapping[str, Any]]:
    federation = page.call.kit.federation

    def reading(snapshot: Snapshot, account: Account) -> Mapping[str, Any]:
        offered = federation.providers.offered(snapshot, None)
        return {
            "items": read_identities(snapshot, federation.providers, account),
            "providers": [offered_document(one, "") for one in offered],
        }

    return reading


@router.get("/identities", **declare(Access.ANYONE, answer=None))
async def get_identities(page: PageDep) -> Response:
    """At which providers one can sign in."""
    return await of_person(page, "account/identities.html", _identities(page), more={"form": blank(page)})


@router.post(
    "/identities",
    **declare(
        Access.PERSON,
        RefusalCode.SIGN_IN_AGAIN,
        RefusalCode.IDENTITY_NOT_FOUND,
        RefusalCode.LAST_SIGN_IN,
        answer=None,
        writes=True,
    ),
)
async def post_identities(page: PageDep) -> Response:
    """Take an identity away."""
    sent = await read_form(page.request)
    shown = person_sheet(page, "account/identities.html", _identities(page))
    digests, token = page.call.kit.digests, page.call.token()
    providers = page.call.kit.federation.providers
    uid = uid_in(sent.text("identity"))
    if uid is None:
        return await faulty(page, sent, shown, Fault(key="form.choose"))

    async def act(call: FormCall) -> Response:
        return await call.perform(
            lambda tx, account: unlink_identity(tx, digests, providers, account, token, uid),
            lambda _: gone_to(page, "/account/identities?done=identities"),
        )

    return await send(page, sent, act, shown)


@router.post(
    "/identities/link",
    **declare(
        Access.PERSON,
        RefusalCode.SIGN_IN_AGAIN,
        RefusalCode.PROVIDER_NOT_FOUND,
        TransportCode.PROVIDER_UNAVAILABLE,
        answer=None,
        writes=True,
    ),
)
async def post_link(page: PageDep) -> Response:
    """Begin to link an identity: a page leads to the provider, for no form may be sent on to other sites."""
    sent = await read_form(page.request)
    shown = person_sheet(page, "account/identities.html", _identities(page))

    async def act(call: FormCall) -> Response:
        back = page.view(page.language("fr")).to("/account/identities")
        wanted = NewIdentity.model_construct(provider=slug_in(sent.text("provider")), next=back)
        begun = await post_identity(call, wanted)
        url = orjson.loads(begun.body)["url"]
        answer = await of_person(page, "account/link.html", lambda _, __: {"url": url})
        # A form that is sent twice gets the first answer without its cookie, which the browser has.
        if "set-cookie" in begun.headers:
            answer.headers.append("set-cookie", begun.headers["set-cookie"])
        return answer

    return await send(page, sent, act, shown)
