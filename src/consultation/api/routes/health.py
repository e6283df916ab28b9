"""Is the process alive, and is it ready to serve?"""

from datetime import datetime, timedelta
from typing import Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.problems import Problem, TransportCode
from consultation.api.requests import JsonRoute
from consultation.api.schemas.types import Output

router = APIRouter(tags=["health"], route_class=JsonRoute)


LATE: Final = timedelta(minutes=1)
"""A worker that has not looked for so long is late, or there is none."""


class Health(Output):
    """The process answers."""

    status: str = Field(description="`alive` or `ready`.")


class Readiness(Output):
    """The process can serve."""

    status: str = Field(description="`ready`.")
    worker: Literal["working", "late"] = Field(
        description="`late`: no worker has looked for a minute. The service is ready all the same: periods "
        "close by themselves, and what is not sent now is sent when there is a worker."
    )
    worker_at: datetime | None = Field(
        description="Up to when workers have planned what falls due; null before the first."
    )


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
    **declare(Access.PUBLIC, TransportCode.NOT_READY, answer=Readiness),
)
async def get_readiness(call: CallDep) -> Response:
    """The database answers and its schema is the one that this release knows."""
    if not await call.kit.threads.run(call.kit.is_ready):
        raise Problem(TransportCode.NOT_READY)
    at = await call.read(lambda snapshot: snapshot.planned_until())
    late = at is None or call.kit.clock() - at > LATE
    return respond(Answer({"status": "ready", "worker": "late" if late else "working", "worker_at": at}))
