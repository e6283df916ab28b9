"""Taking part where a frame can keep no session: in a window of its own, from which one comes back."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.problems import Problem, TransportCode
from consultation.application.ports import Account
from consultation.application.readers import Snapshot
from consultation.localisation.languages import Language
from consultation.web.frame import ASIDE, FIRST, WINDOW, First, frame_of, outside
from consultation.web.headers import PRIVATE, headers_of
from consultation.web.page import PageDep
from consultation.web.partitions import TRIAL
from consultation.web.requests import PageRoute

router = APIRouter(include_in_schema=False, route_class=PageRoute)

_LONGEST: Final = 1_000
_TRIAL_SECONDS: Final = 600


@router.get(WINDOW, **declare(Access.ANYONE, answer=None))
async def get_window(
    page: PageDep, next_path: Annotated[str, Query(alias="next", max_length=_LONGEST)] = ""
) -> Response:
    """Why the frame cannot keep a session, and a link to the same page by itself."""
    frame = frame_of(page.request)
    if frame is None:
        raise Problem(TransportCode.NOT_FOUND)
    own = f"{frame.door}/"
    back = next_path if next_path.startswith(own) else f"{frame.door}/{frame.organisation}"

    def read(_: Snapshot, __: Account | None) -> Mapping[str, Any]:
        return {"back": back, "apart": outside(frame, back)}

    return await page.of_site("frame/window.html", read)


@router.get(ASIDE, **declare(Access.ANYONE, answer=None, status=303))
async def get_aside(request: Request, page: PageDep) -> Response:
    """Send a browser on, with a cookie that it is to give back where one is tried."""
    first: First | None = request.scope.get(FIRST)
    if first is None:
        raise Problem(TransportCode.NOT_FOUND)
    language = page.language(Language.FR)
    headers = {**headers_of(language, chosen=page.in_path is None), **PRIVATE, "Location": first.location}
    response = Response(status_code=303, headers=headers)
    if first.probes:
        response.set_cookie(TRIAL, "1", max_age=_TRIAL_SECONDS, path="/embed/", httponly=True)
    return response
