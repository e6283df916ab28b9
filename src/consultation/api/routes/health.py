"""Is the process alive, and is it ready to serve?"""

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.problems import Problem, TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.schemas.types import Output

router = APIRouter(tags=["health"], route_class=JsonRoute)


class Health(Output):
    """The process answers."""

    status: str = Field(description="`alive` or `ready`.")


@router.get(
    "/healthz",
    operation_id="get_health",
    summary="The process is alive",
    **declare(Access.PUBLIC, answer=Health),
)
async def get_health() -> Response:
    """Touches nothing but the process."""
    return respond(Answer({"status": "alive"}))


@router.get(
    "/readyz",
    operation_id="get_readiness",
    summary="The process can serve",
    **declare(Access.PUBLIC, TransportCode.NOT_READY, answer=Health),
)
async def get_readiness(call: CallDep) -> Response:
    """The database answers and its schema is the one that this release knows."""
    if not await call.kit.threads.run(call.kit.is_ready):
        raise Problem(TransportCode.NOT_READY)
    return respond(Answer({"status": "ready"}))
