"""Feeds of debates, threads and organisations, and calendars of periods."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import CallDep
from consultation.api.documents import Built
from consultation.api.feeds import atom, calendar
from consultation.api.listing import cached_answer
from consultation.api.pagination import place_of, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.contributions import ContributionNumber
from consultation.api.routes.organisations import Cursor, Limit, OrganisationSlug
from consultation.application.posts import post_not_found
from consultation.application.readers import Document, Page, Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.period import Phase

router = APIRouter(tags=["feeds"], route_class=JsonRoute)


def _owner(debate: Document, call: CallDep) -> Document:
    owner = debate["organisation"]
    return {**owner, "url": call.kit.links.organisation(owner["slug"]), "locale": debate["lang"]}


def _address(request: Request, call: CallDep) -> atom.Address:
    return atom.Address(call.kit.public_url, place_of(request))


@router.get(
    "/debates/{debate_id}/feed.atom",
    operation_id="get_debate_feed",
    summary="The newest posts of a debate, for feed readers",
    **declare(
        Access.PUBLIC,
        RefusalCode.DEBATE_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=atom.MEDIA_TYPE,
        cached=True,
    ),
)
async def get_debate_feed(
    request: Request, call: CallDep, debate_id: UUID, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """Atom (RFC 4287). Contributions, arguments and sources; tombstones without their text."""
    page = window(cursor, limit, atom.CURSOR, int)
    address = _address(request, call)

    def build(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Built:
        posts = snapshot.newest_posts(version, page)
        debate = snapshot.debate(version, phase)
        return atom.debate_feed(debate, posts, address, version.last_act_at)

    return await call.document(debate_id, build)


@router.get(
    "/debates/{debate_id}/contributions/{number}/feed.atom",
    operation_id="get_thread_feed",
    summary="The newest replies to a contribution, for feed readers",
    **declare(
        Access.PUBLIC,
        RefusalCode.DEBATE_NOT_FOUND,
        RefusalCode.POST_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=atom.MEDIA_TYPE,
        cached=True,
    ),
)
async def get_thread_feed(
    request: Request,
    call: CallDep,
    debate_id: UUID,
    number: ContributionNumber,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Atom (RFC 4287). The contribution with its arguments and sources, newest first."""
    page = window(cursor, limit, atom.CURSOR, int)
    address = _address(request, call)

    def build(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Built | Refused:
        posts = snapshot.newest_of_thread(version, number, page)
        if posts is None:
            return post_not_found(number)
        debate = snapshot.debate(version, phase)
        title = f"{debate['title']} #{number}"
        return atom.thread_feed(debate, number, title, posts, address, version.last_act_at)

    return await call.document(debate_id, build)


@router.get(
    "/organisations/{slug}/feed.atom",
    operation_id="get_organisation_feed",
    summary="The newest debates of an organisation, for feed readers",
    **declare(
        Access.PUBLIC,
        RefusalCode.ORGANISATION_NOT_FOUND,
        TransportCode.CURSOR_INVALID,
        answer=atom.MEDIA_TYPE,
        cached=True,
    ),
)
async def get_organisation_feed(
    request: Request, call: CallDep, slug: OrganisationSlug, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """Atom (RFC 4287). Published debates, newest first."""
    page = window(cursor, limit, atom.CURSOR, UUID)
    now = call.kit.clock()

    def reading(snapshot: Snapshot) -> tuple[Document, Page] | Refused:
        debates = snapshot.debates(page, now, slug)
        if debates.items:  # which say whose they are
            return _owner(debates.items[0], call), debates
        organisation = snapshot.organisation(slug)
        if organisation is None:
            return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
        return organisation, debates

    organisation, debates = await call.read(reading)
    built = atom.organisation_feed(organisation, debates, _address(request, call))
    return await call.kit.threads.run(lambda: cached_answer(request, built))


@router.get(
    "/debates/{debate_id}/period.ics",
    operation_id="get_period_calendar",
    summary="The period of a debate, for calendars",
    **declare(Access.PUBLIC, RefusalCode.DEBATE_NOT_FOUND, answer=calendar.MEDIA_TYPE, cached=True),
)
async def get_period_calendar(request: Request, call: CallDep, debate_id: UUID) -> Response:
    """One event (iCalendar, RFC 5545), the same for good, moved when the period is."""
    address = f"{call.kit.public_url}{request.url.path}"

    def build(snapshot: Snapshot, version: DebateVersion, phase: Phase) -> Built:
        debate = snapshot.debate(version, phase)
        document = calendar.calendar_document(debate, snapshot.plans(version), address)
        return Built(
            document,
            write=calendar.calendar_bytes,
            media_type=calendar.MEDIA_TYPE,
        )

    return await call.document(debate_id, build)
