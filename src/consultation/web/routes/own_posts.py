"""What an author does with a post of their own: edit it, withdraw it."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.routes.contributions import ASKED, SIGNING, TEXTS
from consultation.api.routes.posts import OWN_ACT
from consultation.application.ports import Transaction
from consultation.application.posts import Edit, edit_post, withdraw_post
from consultation.application.readers import Document
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.posts import PostKind, PostState
from consultation.web.forms import FormCall, Sent, form_of, read_form
from consultation.web.grounds import post_facts, sheet
from consultation.web.page import Page, PageDep
from consultation.web.requests import PageRoute
from consultation.web.routes.contributing import capacity_in
from consultation.web.sending import blank, gone_to, new_key, send, wants_editing, wants_preview
from consultation.web.sent import place_of_sent

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}/{number:post}",
    include_in_schema=False,
    route_class=PageRoute,
)

NOT_FOUND: Final = (RefusalCode.DEBATE_NOT_FOUND, RefusalCode.POST_NOT_FOUND)
_EDIT: Final = "part/edit.html"
_WITHDRAW: Final = "part/withdraw.html"


def values_of(post: Document) -> dict[str, str]:
    """What a post's form begins with: the text as it stands, and which revision that is."""
    if post["state"] != PostState.VISIBLE:
        return {}
    values = {"revision": str(post["revision"]), "body": post["body"], "note": post["body"]}
    for name in ("title", "link", "theme"):
        values[name] = post.get(name) or ""
    return values


def edit_in(sent: Sent, kind: str) -> Edit:
    """What was changed, by the kind of the post: a form says all of it."""
    revision = sent.text("revision")
    return Edit(
        title=None if kind == PostKind.ARGUMENT else sent.text("title"),
        body=None if kind == PostKind.SOURCE else sent.text("body"),
        link=sent.text("link").strip() if kind == PostKind.SOURCE else None,
        note=sent.text("note") if kind == PostKind.SOURCE else None,
        theme=sent.given("theme") if kind == PostKind.CONTRIBUTION else None,
        drop_theme=kind == PostKind.CONTRIBUTION and sent.given("theme") is None,
        capacity=capacity_in(sent),
        expected_revision=int(revision) if revision.isdecimal() and len(revision) <= 9 else None,  # noqa: PLR2004 - as an entity tag has it
    )


def _more(page: Page) -> dict[str, Any]:
    return {"draft": page.path, "values_of": values_of}


@router.get("/edit", **declare(Access.ANYONE, *NOT_FOUND, answer=None))
async def get_edit(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """The text as it stands, to be changed."""
    place = await page.located(organisation, debate)
    shown = sheet(page, place, _EDIT, post_facts(number), more=_more(page))
    return await shown.show(blank(page), 200)


@router.post(
    "/edit",
    **declare(
        Access.PERSON,
        *OWN_ACT,
        *ASKED,
        *SIGNING,
        *TEXTS,
        RefusalCode.NOT_AUTHOR,
        RefusalCode.REVISION_OUTDATED,
        RefusalCode.LINK_INVALID,
        RefusalCode.THEME_UNKNOWN,
        answer=None,
        writes=True,
    ),
)
async def post_edit(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """Add a revision. Of a text that was edited meanwhile both versions are shown."""
    place = await page.located(organisation, debate)
    sent = await read_form(page.request)
    more = {**_more(page), "preview": wants_preview(sent)}
    special = {RefusalCode.REVISION_OUTDATED.value: "part.edit.stale"}
    shown = sheet(page, place, _EDIT, post_facts(number), more=more, special=special)
    if wants_preview(sent) or wants_editing(sent):
        return await shown.show(form_of(page.request.scope["path"], sent, new_key(page)), 200)
    edit = edit_in(sent, sent.text("kind"))

    async def act(call: FormCall) -> Response:
        def change(tx: Transaction, actor: Person) -> str | Refused:
            sent = edit_post(tx, place.uid, number, actor, edit)
            return sent if isinstance(sent, Refused) else place_of_sent(path, sent, "edit")

        path = f"/{organisation}/{debate}"
        return await call.participate(change, lambda address: gone_to(page, address))

    return await send(page, sent, act, shown)


@router.get("/withdraw", **declare(Access.ANYONE, *NOT_FOUND, answer=None))
async def get_withdraw(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """What withdrawing means, and the button that does it."""
    place = await page.located(organisation, debate)
    return await sheet(page, place, _WITHDRAW, post_facts(number)).show(blank(page), 200)


@router.post(
    "/withdraw",
    **declare(Access.PERSON, *OWN_ACT, RefusalCode.NOT_AUTHOR, answer=None, writes=True),
)
async def post_withdraw(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """Leave a tombstone at the number."""
    place = await page.located(organisation, debate)
    sent = await read_form(page.request)

    async def act(call: FormCall) -> Response:
        return await call.participate(
            lambda tx, actor: withdraw_post(tx, place.uid, number, actor),
            lambda _: gone_to(page, f"/{organisation}/{debate}/{number}?done=withdrawal#post-{number}"),
        )

    return await send(page, sent, act, sheet(page, place, _WITHDRAW, post_facts(number)))
