"""Contribute, argue, add a source: the forms, their previews, and what comes of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.routes.contributions import POSTING, REPLYING
from consultation.application.ports import Transaction
from consultation.application.posts import Draft, add_post
from consultation.application.readers import Located
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.participation import SpeaksAs
from consultation.domain.posts import PostKind, PostText, Side
from consultation.localisation.languages import Language
from consultation.web.forms import Fault, FormCall, Sent, form_of, read_form
from consultation.web.grounds import debate_facts, post_facts, sheet
from consultation.web.page import Page, PageDep, Reading
from consultation.web.requests import PageRoute
from consultation.web.sending import blank, faulty, gone_to, new_key, send, wants_editing, wants_preview
from consultation.web.sent import place_of_sent

router = APIRouter(
    prefix="/{organisation:organisation}/{debate:word}", include_in_schema=False, route_class=PageRoute
)

_CAPACITIES: Final = frozenset(SpeaksAs)
_LANGUAGES: Final = frozenset(Language)


def capacity_in(sent: Sent) -> SpeaksAs | None:
    """The capacity that was chosen; a word that is none stands for no choice."""
    chosen = sent.text("capacity")
    return SpeaksAs(chosen) if chosen in _CAPACITIES else None


def language_in(sent: Sent) -> str | None:
    """The language of the text, where one was chosen."""
    chosen = sent.text("lang")
    return chosen if chosen in _LANGUAGES else None


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of post as its form has it."""

    kind: PostKind
    template: str
    draft: str
    """Name of the draft on the device: the path of the form, without a language."""
    read: Reading
    contribution: int | None = None

    def post(self, sent: Sent) -> Draft:
        """What was sent, as a draft."""
        if self.kind is PostKind.SOURCE:
            text = PostText(body=sent.text("note"), title=sent.text("title"), link=sent.text("link").strip())
        elif self.kind is PostKind.ARGUMENT:
            text = PostText(body=sent.text("body"))
        else:
            text = PostText(body=sent.text("body"), title=sent.text("title"), theme=sent.given("theme"))
        side = Side(sent.text("side")) if self.kind is PostKind.ARGUMENT else None
        capacity = capacity_in(sent)
        return Draft(self.kind, text, self.contribution, side, language_in(sent), capacity)


def _more(kind: _Kind) -> Mapping[str, Any]:
    return {"draft": kind.draft}


async def _show(page: Page, place: Located, kind: _Kind, values: Mapping[str, str]) -> Response:
    shown = sheet(page, place, kind.template, kind.read, more=_more(kind))
    return await shown.show(blank(page, values), 200)


async def _sent(page: Page, organisation: str, debate: str, kind: _Kind) -> Response:
    place = await page.located(organisation, debate)
    sent = await read_form(page.request)
    shown = sheet(page, place, kind.template, kind.read, more=_more(kind))
    if kind.kind is PostKind.ARGUMENT and sent.text("side") not in set(Side):
        return await faulty(page, sent, shown, Fault("side", key="form.choose"))
    if wants_preview(sent) or wants_editing(sent):
        form = form_of(page.request.scope["path"], sent, new_key(page))
        looked_at = sheet(
            page, place, kind.template, kind.read, more={**_more(kind), "preview": wants_preview(sent)}
        )
        return await looked_at.show(form, 200)
    draft = kind.post(sent)

    async def act(call: FormCall) -> Response:
        def post(tx: Transaction, actor: Person) -> str | Refused:
            sent = add_post(tx, place.uid, actor, draft)
            return sent if isinstance(sent, Refused) else place_of_sent(path, sent, kind.kind)

        path = f"/{organisation}/{debate}"
        return await call.participate(post, lambda address: gone_to(page, address))

    return await send(page, sent, act, shown)


def _contribution(organisation: str, debate: str) -> _Kind:
    path = f"/{organisation}/{debate}/contribute"
    return _Kind(PostKind.CONTRIBUTION, "part/contribute.html", path, debate_facts)


def _argument(organisation: str, debate: str, number: int) -> _Kind:
    path = f"/{organisation}/{debate}/{number}/argue"
    return _Kind(PostKind.ARGUMENT, "part/argue.html", path, post_facts(number), number)


def _source(organisation: str, debate: str, number: int) -> _Kind:
    path = f"/{organisation}/{debate}/{number}/source"
    return _Kind(PostKind.SOURCE, "part/source.html", path, post_facts(number), number)


@router.get("/contribute", **declare(Access.ANYONE, RefusalCode.DEBATE_NOT_FOUND, answer=None))
async def get_contribute(page: PageDep, organisation: str, debate: str, theme: str = "") -> Response:
    """The form of a contribution."""
    place = await page.located(organisation, debate)
    return await _show(page, place, _contribution(organisation, debate), {"theme": theme})


@router.post(
    "/contribute", **declare(Access.PERSON, *POSTING, RefusalCode.THEME_UNKNOWN, answer=None, writes=True)
)
async def post_contribute(page: PageDep, organisation: str, debate: str) -> Response:
    """Publish a contribution, or show how it would look."""
    return await _sent(page, organisation, debate, _contribution(organisation, debate))


_UNDER: Final = (RefusalCode.DEBATE_NOT_FOUND, RefusalCode.POST_NOT_FOUND)


@router.get("/{number:post}/argue", **declare(Access.ANYONE, *_UNDER, answer=None))
async def get_argue(page: PageDep, organisation: str, debate: str, number: int, side: str = "") -> Response:
    """The form of an argument, on the side that a link chose."""
    place = await page.located(organisation, debate)
    return await _show(page, place, _argument(organisation, debate, number), {"side": side})


@router.post("/{number:post}/argue", **declare(Access.PERSON, *REPLYING, answer=None, writes=True))
async def post_argue(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """Publish an argument."""
    return await _sent(page, organisation, debate, _argument(organisation, debate, number))


@router.get("/{number:post}/source", **declare(Access.ANYONE, *_UNDER, answer=None))
async def get_source(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """The form of a source."""
    place = await page.located(organisation, debate)
    return await _show(page, place, _source(organisation, debate, number), {})


@router.post(
    "/{number:post}/source",
    **declare(Access.PERSON, *REPLYING, RefusalCode.LINK_INVALID, answer=None, writes=True),
)
async def post_source(page: PageDep, organisation: str, debate: str, number: int) -> Response:
    """Publish a source."""
    return await _sent(page, organisation, debate, _source(organisation, debate, number))
