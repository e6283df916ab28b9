"""The framed page of a debate, for other people's sites: in its first form, to be read only."""

from typing import Annotated, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api.access import Access
from consultation.api.calls import CallDep
from consultation.api.cors import Cors
from consultation.api.problems import Problem, TransportCode, language_of, refusal
from consultation.api.requests import JsonRoute
from consultation.api.routes.debates import build_debate
from consultation.api.routes.reference import book_of, page_answer
from consultation.domain.decisions import Refused
from consultation.localisation.languages import Language

router = APIRouter(include_in_schema=False, route_class=JsonRoute)

_KEPT: Final = "public, max-age=0, s-maxage=1, must-revalidate"


@router.get("/embed/debates/{debate_id}", openapi_extra={"x-access": Access.PUBLIC.value})
async def get_embedded_debate(
    request: Request,
    call: CallDep,
    debate_id: str,
    lang: Annotated[Language | None, Query(description="In place of Accept-Language.")] = None,
) -> Response:
    """Title, period and counts of a debate; framed by the origins of its organisation's list alone."""
    try:
        uid = UUID(debate_id)
    except ValueError as error:
        raise Problem(TransportCode.NOT_FOUND) from error
    cors: Cors = request.app.state.cors
    language = lang or language_of(request)
    target = (f"/api/v1/debates/{uid}".encode(), b"")
    framed_by = await cors.framing(uid)

    def found() -> bytes | Refused:
        document = call.kit.documents.read(target, uid, build_debate)
        return document if isinstance(document, Refused) else document.body

    body = await call.kit.threads.run(found)
    if isinstance(body, Refused):
        raise refusal(body)
    debate = orjson.loads(body)
    page = await call.kit.threads.run(lambda: book_of(request).embedded(language, debate))
    return page_answer(request, page, _KEPT, framed_by, has_script=True)
