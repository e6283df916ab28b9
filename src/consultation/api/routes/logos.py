"""The logo of an organisation: its file, and setting it."""

import base64
import binascii
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import CallDep
from consultation.api.documents import matches
from consultation.api.problems import Problem, TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import NOT_FOUND, TEXTS, OrganisationSlug, organisation_answer
from consultation.api.schemas.debates import Organisation
from consultation.api.schemas.members import NewLogo
from consultation.application.logos import remove_logo, set_logo
from consultation.application.readers import Snapshot
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.permissions import Act
from consultation.domain.pictures import MEDIA_TYPES

_OF_FILES: Final = frozenset({*MEDIA_TYPES, "image/svg+xml", "image/gif", "image/avif"})
"""What a file may be sent as: what it is, its bytes say, and why it is not taken, the refusal."""
UNFIT: Final = (
    *(RefusalCode.LOGO_FORMAT_UNKNOWN, RefusalCode.LOGO_DAMAGED),
    *(RefusalCode.LOGO_SIZE_UNFIT, RefusalCode.LOGO_TOO_HEAVY),
)
"""What a file can be refused with."""
_FOR_GOOD: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    # A public picture: the town's own site may show it too.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class PictureRoute(JsonRoute):
    """A route that takes a picture itself like the JSON object that bears it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with a file made JSON before anything else looks at it."""
        handle = super().get_route_handler()

        async def handle_picture(request: Request) -> Response:
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            return await handle(await _as_json(request) if media_type in _OF_FILES else request)

        return handle_picture


async def _as_json(request: Request) -> Request:
    alts = request.query_params.getlist("alt")
    if len(alts) != 1:
        raise Problem(
            TransportCode.MALFORMED, errors=[{"pointer": "#/query/alt", "detail": "Field required"}]
        )
    image = base64.b64encode(await request.body()).decode()
    body = orjson.dumps({"image": image, "alt": alts[0]})
    headers = [
        pair for pair in request.scope["headers"] if pair[0] not in {b"content-type", b"content-length"}
    ]
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({**request.scope, "headers": headers}, receive)


router = APIRouter(prefix="/organisations/{slug}/logo", tags=["organisations"], route_class=PictureRoute)

_shown = declare(Access.PUBLIC, NOT_FOUND, TransportCode.NOT_FOUND, answer=MEDIA_TYPES[0], cached=True)
_shown["responses"][200]["content"] = {
    media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in MEDIA_TYPES
}


def _read(snapshot: Snapshot, slug: str, digest: bytes) -> tuple[str, bytes] | Refused | None:
    found = snapshot.logo(slug, digest)
    if found is None and snapshot.organisation(slug) is None:
        return Refused(NOT_FOUND)
    return found


@router.get("/{digest}", operation_id="get_logo", summary="The file of a logo", **_shown)
async def get_logo(
    request: Request,
    call: CallDep,
    slug: OrganisationSlug,
    digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the file, hex.")],
) -> Response:
    """For as long as it is the organisation's logo, whose `url` is this address."""
    headers = {**_FOR_GOOD, "ETag": f'"{digest}"'}
    found = await call.read(lambda snapshot: _read(snapshot, slug, bytes.fromhex(digest)))
    if found is None:
        raise Problem(TransportCode.NOT_FOUND)
    media_type, content = found
    known = request.headers.get("if-none-match")
    if known is not None and matches(known, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


@router.put(
    "",
    operation_id="set_logo",
    summary="Show a logo",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        *TEXTS,
        *UNFIT,
        answer=Organisation,
        act=Act.CHANGE_ORGANISATION,
        writes=True,
    ),
)
async def put_logo(call: CallDep, slug: OrganisationSlug, payload: NewLogo) -> Response:
    """On every page of the organisation, at once, in place of any before.

    It also takes the file itself, as `image/png`, `image/jpeg` or `image/webp`, with `alt` in the query.
    """
    try:
        content = base64.b64decode(payload.image, validate=True)
    except binascii.Error as error:
        errors = [{"pointer": "/image", "detail": str(error)}]
        raise Problem(TransportCode.MALFORMED, errors=errors) from error
    return await call.perform(
        lambda tx, account: set_logo(tx, slug, account, content, payload.alt),
        lambda organisation: organisation_answer(call, organisation),
    )


@router.delete(
    "",
    operation_id="remove_logo",
    summary="Show no logo",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        answer=Organisation,
        act=Act.CHANGE_ORGANISATION,
        writes=True,
        takes_body=False,
    ),
)
async def delete_logo(call: CallDep, slug: OrganisationSlug) -> Response:
    """At once, on every page. Good also where there was none."""
    return await call.perform(
        lambda tx, account: remove_logo(tx, slug, account),
        lambda organisation: organisation_answer(call, organisation),
    )
