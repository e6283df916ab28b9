"""Style, script and pictures, each under an address that its bytes decide."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.packing import takes_packed
from consultation.api.problems import Problem, TransportCode
from consultation.web.requests import PageRoute
from consultation.web.statics import found_at

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_FOR_GOOD: Final = "public, max-age=31536000, immutable"


@router.get("/static/{name}", **declare(Access.PUBLIC, TransportCode.NOT_FOUND, answer=None))
async def get_static(
    request: Request, name: Annotated[str, Path(description="Name with its digest.")]
) -> Response:
    """A file of the pages."""
    static = found_at(f"/static/{name}")
    if static is None:
        raise Problem(TransportCode.NOT_FOUND)
    headers = {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"}
    if static.packed is not None and takes_packed(request.headers.get("accept-encoding")):
        headers["Content-Encoding"] = "gzip"
        return Response(static.packed, headers=headers, media_type=static.media_type)
    return Response(static.body, headers=headers, media_type=static.media_type)
