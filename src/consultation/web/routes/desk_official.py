"""The desk of an organisation: answering contributions, and saying what became of a debate."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from consultation.api.lists import Contributions
from consultation.api.pagination import Place
from consultation.api.problems import TransportCode
from consultation.api.routes.contributions import TOMBSTONES
from consultation.application.official import OfficialDraft, publish_outcome, publish_response
from consultation.application.ports import Account
from consultation.application.posts import post_not_found
from consultation.application.readers import ContributionSort, Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.official import OUTCOME_MAX, RESPONSE_MAX
from consultation.domain.permissions import Act
from consultation.localisation.languages import Language
from consultation.web.desk import TEXTS, Counter, Desk, carry_out, sent_by, shown_to
from consultation.web.forms import Sent, form_of, read_form
from consultation.web.page import PageDep
from consultation.web.requests import PageRoute
from consultation.web.routes.desk_debates import debate_of
from consultation.web.sending import new_key, wants_editing, wants_preview

router = APIRouter(
    prefix="/desk/{organisation:organisation}/{debate:uuid}", include_in_schema=False, route_class=PageRoute
)

_FIELDS: Final = ("body",)
_PAGE: Final = 20
_NOT_FOUND: Final = RefusalCode.DEBATE_NOT_FOUND
_LANGUAGES: Final = frozenset(Language)


def _draft(sent: Sent) -> OfficialDraft:
    language = sent.text("lang")
    return OfficialDraft(sent.text("body"), language if language in _LANGUAGES else None)


@router.get("/responses", **shown_to(Act.RESPOND, _NOT_FOUND, TransportCode.CURSOR_INVALID))
async def get_responses(
    page: PageDep, organisation: str, debate: UUID, cursor: str | None = None
) -> Response:
    """The contributions, the most discussed first, and which of them have their answer."""
    wanted = Contributions(ContributionSort.MOST_DISCUSSED, _PAGE, cursor)
    build = wanted.builder(Place("", ""))

    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = debate_of(snapshot, account, desk, debate)
        version = snapshot.version(debate)
        if isinstance(found, Refused) or version is None:
            return Refused(_NOT_FOUND)
        listed = build(snapshot, version, version.phase_at(desk.now))
        if isinstance(listed, Refused):
            return listed
        items = listed.document["items"]
        answered = snapshot.answered(version, [item["number"] for item in items])
        following = listed.document["next_cursor"]
        return {**found, "contributions": items, "answered": answered, "next": following}

    counter = Counter(organisation, Act.RESPOND, "desk/responses.html", read)
    return await counter.show(page, is_first=cursor is None)


def _responding(organisation: str, uid: UUID, number: int) -> Counter:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = debate_of(snapshot, account, desk, uid)
        version = snapshot.version(uid)
        if isinstance(found, Refused) or version is None:
            return Refused(_NOT_FOUND)
        post = snapshot.post(version, number)
        if post is None:
            return post_not_found(number)
        versions = snapshot.response_versions(version, number)
        return {**found, "post": post, "versions": versions, "body_limits": (1, RESPONSE_MAX)}

    return Counter(organisation, Act.RESPOND, "desk/response.html", read)


_OF_RESPONSE: Final = (
    *(_NOT_FOUND, RefusalCode.DEBATE_NOT_PUBLISHED, RefusalCode.PERIOD_NOT_OPEN, RefusalCode.POST_NOT_FOUND),
    *(RefusalCode.NOT_A_CONTRIBUTION, *TOMBSTONES, *TEXTS),
)


@router.get("/responses/{number:post}", **shown_to(Act.RESPOND, _NOT_FOUND, RefusalCode.POST_NOT_FOUND))
async def get_response(page: PageDep, organisation: str, debate: UUID, number: int) -> Response:
    """A contribution, the answer that stands on it, and the form for the next."""
    return await _responding(organisation, debate, number).show(page, preview=False)


@router.post("/responses/{number:post}", **sent_by(Act.RESPOND, *_OF_RESPONSE))
async def post_response(page: PageDep, organisation: str, debate: UUID, number: int) -> Response:
    """Publish an answer, or show how it would look."""
    sent, counter = await read_form(page.request), _responding(organisation, debate, number)
    if wants_preview(sent) or wants_editing(sent):
        form = form_of(page.request.scope["path"], sent, new_key(page))
        return await counter.show(page, form, preview=wants_preview(sent))
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: publish_response(tx, debate, number, account, _draft(sent)),
        f"/desk/{organisation}/{debate}?done=responded",
        _FIELDS,
        preview=False,
    )


def _concluding(organisation: str, uid: UUID) -> Counter:
    def read(snapshot: Snapshot, account: Account, desk: Desk) -> Mapping[str, Any] | Refused:
        found = debate_of(snapshot, account, desk, uid)
        if isinstance(found, Refused):
            return found
        version = snapshot.version(uid)
        versions = [] if version is None else snapshot.outcome_versions(version)
        return {**found, "versions": versions, "body_limits": (1, OUTCOME_MAX)}

    return Counter(organisation, Act.PUBLISH_OUTCOME, "desk/outcome.html", read)


@router.get("/outcome", **shown_to(Act.PUBLISH_OUTCOME, _NOT_FOUND))
async def get_outcome(page: PageDep, organisation: str, debate: UUID) -> Response:
    """What was said of what became of the debate, and the form for more."""
    return await _concluding(organisation, debate).show(page, preview=False)


@router.post(
    "/outcome",
    **sent_by(
        Act.PUBLISH_OUTCOME,
        *(_NOT_FOUND, RefusalCode.DEBATE_NOT_PUBLISHED, RefusalCode.PERIOD_NOT_CLOSED),
        *TEXTS,
    ),
)
async def post_outcome(page: PageDep, organisation: str, debate: UUID) -> Response:
    """Publish what became of the debate, or show how it would look."""
    sent, counter = await read_form(page.request), _concluding(organisation, debate)
    if wants_preview(sent) or wants_editing(sent):
        form = form_of(page.request.scope["path"], sent, new_key(page))
        return await counter.show(page, form, preview=wants_preview(sent))
    return await carry_out(
        page,
        counter,
        sent,
        lambda tx, account: publish_outcome(tx, debate, account, _draft(sent)),
        f"/desk/{organisation}/{debate}?done=concluded",
        _FIELDS,
        preview=False,
    )
