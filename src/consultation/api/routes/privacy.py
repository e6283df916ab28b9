"""What is kept of people: told to everybody, handed to each, and erased on wish."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from consultation.api.access import Access, declare
from consultation.api.callers import forget_cookie
from consultation.api.calls import Answer, Call, CallDep, respond
from consultation.api.leaving import erase_caller
from consultation.api.listing import cached_answer
from consultation.api.manner import Manner
from consultation.api.notice import privacy_notice
from consultation.api.pagination import built_page, window
from consultation.api.problems import TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import Cursor, Limit
from consultation.api.schemas.privacy import (
    Erasure,
    ErasureWish,
    OrderedArchive,
    PersonArchive,
    Privacy,
    StandingVotes,
)
from consultation.application.documents import ordered_document
from consultation.application.ports import Account, Ordered
from consultation.application.privacy.archives import ArchiveKind, find_archive
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.erasure import ErasureMode

router = APIRouter(route_class=JsonRoute)

Form = Annotated[
    ArchiveKind | None,
    Query(alias="format", description="`json` or `html`; else what `Accept` names, or JSON."),
]
_RETRY_SECONDS: Final = 5
_MEDIA_TYPES: Final = {ArchiveKind.JSON: "application/json", ArchiveKind.HTML: "text/html; charset=utf-8"}
_HTML: Final[dict[str, Any]] = {
    "text/html; charset=utf-8": {"schema": {"type": "string", "description": "The archive, for reading."}}
}


def _with_archive(declared: dict[str, Any]) -> dict[str, Any]:
    """A route's declaration with what archives add: a second form, and an answer while one waits."""
    responses = declared["responses"]
    responses[200]["content"] = _HTML
    responses[202] = {
        "description": "Accepted: it is large, and being written.",
        "model": OrderedArchive,
    }
    return declared


@router.get(
    "/privacy",
    tags=["privacy"],
    operation_id="get_privacy",
    summary="What is kept of people, for how long, and what they can ask for",
    **declare(Access.PUBLIC, answer=Privacy, cached=True),
)
async def get_privacy(request: Request, call: CallDep) -> Response:
    """In all four languages at once, with the periods that this instance applies."""
    return cached_answer(request, privacy_notice(call.kit.service_name, call.kit.keeper.retention))


@router.delete(
    "/me",
    tags=["privacy"],
    operation_id="erase_me",
    summary="Erase one's account",
    **declare(
        Access.PERSON,
        RefusalCode.SIGN_IN_AGAIN,
        RefusalCode.HAND_OVER_FIRST,
        RefusalCode.LAST_PLATFORM_ADMINISTRATOR,
        answer=Erasure,
        writes=True,
    ),
)
async def delete_me(call: CallDep, payload: ErasureWish) -> Response:
    """Names go, votes become counts that nobody can link, texts go if that is wished.

    Works at any time, in closed debates too, and cannot be undone. A sign-in within the last
    fifteen minutes confirms it: `sign_in_again` asks for one. Whoever alone administers an
    organisation hands it over first.
    """
    mode = ErasureMode(payload.mode)
    finished = await erase_caller(call, mode)
    response = respond(Answer({"mode": mode, "finished": finished}))
    forget_cookie(response, call.kit.public_url)
    return response


@router.get(
    "/me/votes",
    tags=["my account"],
    operation_id="list_my_votes",
    summary="One's own votes",
    **declare(Access.PERSON, TransportCode.CURSOR_INVALID, answer=StandingVotes),
)
async def get_my_votes(request: Request, call: CallDep, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """In every debate, the newest debate first. Nobody else can read them."""
    page = window(cursor, limit, "my-votes", UUID, int)
    found = await call.read_as(lambda snapshot, account: snapshot.own_votes(account.key, page), Manner.GLANCE)
    built = built_page(request, found, "my-votes")
    headers = {} if built.link is None else {"Link": built.link}
    return respond(Answer(built.document, headers=headers))


@router.get(
    "/me/archive",
    tags=["privacy"],
    operation_id="get_my_archive",
    summary="Everything that is kept of oneself",
    **_with_archive(declare(Access.PERSON, answer=PersonArchive)),
)
async def get_my_archive(request: Request, call: CallDep, kind: Form = None) -> Response:
    """As JSON, or as HTML for reading. What is large is written in the background.

    Then the answer is 202, with the address under which the archive can be fetched for some days;
    asking here again does as well.
    """
    kit, form = call.kit, kind or _preferred(request)

    def reading(snapshot: Snapshot, account: Account) -> bytes | Ordered | Account:
        found = kit.archivist.at_once(snapshot, account.key, form, account.locale)
        return account if found is None else found

    found: bytes | Ordered | Account = await call.read_as(reading)
    if isinstance(found, bytes):
        return _download(Response(found), form)
    if isinstance(found, Account):
        account = found
        ordered = await kit.threads.run(
            lambda: kit.work.perform(lambda tx: kit.archivist.order(tx, account.key, account.locale))
        )
        assert isinstance(ordered, Ordered)  # noqa: S101 - ordering is never refused
        kit.archive_ordered()
        found = ordered
    return await _ordered(call, found, form)


@router.get(
    "/me/archives/{archive}",
    tags=["privacy"],
    operation_id="get_ordered_archive",
    summary="An archive that was written in the background",
    **_with_archive(declare(Access.PERSON, RefusalCode.ARCHIVE_NOT_FOUND, answer=PersonArchive)),
)
async def get_ordered_archive(
    request: Request,
    call: CallDep,
    archive: UUID,
    kind: Form = None,
) -> Response:
    """Until it expires, and to nobody but the person whose archive it is."""
    now = call.kit.clock()

    def finding(snapshot: Snapshot, account: Account) -> Ordered | Refused:
        return find_archive(snapshot, account.key, archive, now)

    ordered: Ordered = await call.read_as(finding)
    return await _ordered(call, ordered, kind or _preferred(request))


async def _ordered(call: Call, ordered: Ordered, form: ArchiveKind) -> Response:
    kit = call.kit
    if ordered.finished_at is None:
        headers = {"Location": kit.links.archive(ordered.uid), "Retry-After": str(_RETRY_SECONDS)}
        return respond(Answer(ordered_document(ordered, kit.links), 202, headers))
    octets = await call.read(lambda snapshot: snapshot.archive_octets(ordered.key, form))

    async def parts() -> AsyncIterator[bytes]:
        number = 1
        while (part := await call.read(_reading_part(ordered.uid, form, number))) is not None:
            yield part
            number += 1

    response = StreamingResponse(parts(), headers={"Content-Length": str(octets)})
    return _download(response, form)


def _reading_part(uid: UUID, form: ArchiveKind, number: int) -> Callable[[Snapshot], bytes | None]:
    return lambda snapshot: snapshot.archive_part(uid, form, number)


def _download(response: Response, form: ArchiveKind) -> Response:
    response.headers["Content-Type"] = _MEDIA_TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="archive.{form}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _preferred(request: Request) -> ArchiveKind:
    """What the Accept header asks for by name; programs that take anything get JSON."""
    accepted = request.headers.get("accept", "").lower()
    wants_html = "text/html" in accepted and "application/json" not in accepted
    return ArchiveKind.HTML if wants_html else ArchiveKind.JSON
