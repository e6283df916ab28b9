"""Live updates of a debate."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import CallDep
from consultation.api.live.frames import ID_PATTERN
from consultation.api.live.stream import MEDIA_TYPE, EventStream
from consultation.api.problems import Problem, TransportCode
from consultation.api.requests import JsonRoute
from consultation.application.policies import LISTENING
from consultation.application.readers import Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import RefusalCode, Refused

router = APIRouter(prefix="/debates", tags=["debates"], route_class=JsonRoute)

_LONGEST_SECONDS: Final = 86_400
_AGAIN_SECONDS: Final = 30


@router.get(
    "/{debate_id}/events",
    operation_id="listen_to_debate",
    summary="What happens in a debate, as it happens",
    **declare(
        Access.PUBLIC,
        RefusalCode.DEBATE_NOT_FOUND,
        TransportCode.TOO_MANY_LISTENERS,
        answer=MEDIA_TYPE,
        limits=(LISTENING,),
    ),
)
async def listen_to_debate(
    request: Request,
    call: CallDep,
    debate_id: UUID,
    after: Annotated[
        str | None,
        Query(
            pattern=ID_PATTERN,
            description="Id of the last event that you have, or the sequence of the last journal entry; "
            "without it, from now on.",
        ),
    ] = None,
    seconds: Annotated[
        int | None,
        Query(
            ge=0,
            le=_LONGEST_SECONDS,
            description="How long to listen; 0 ends when what you missed is sent. Without it, until you go.",
        ),
    ] = None,
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            description="Id of the last event that you have, as browsers send it when they come again. "
            "Goes before `after`.",
        ),
    ] = None,
) -> Response:
    """Server-sent events: an entry of the journal each, and the turns of the phase. See `docs/live.md`."""
    kit = call.kit
    # Kept while it listens, and only as a number that means nothing outside this process.
    network = hash(kit.networks.of(request.scope))
    _require_room(call, network)

    def found(snapshot: Snapshot) -> DebateVersion | Refused:
        return snapshot.version(debate_id) or Refused(RefusalCode.DEBATE_NOT_FOUND)

    version = await call.read(found)
    _require_room(call, network)
    given = after if last_event_id is None else last_event_id
    listener = kit.hub.admit(version, network, stays=seconds != 0)
    return EventStream(kit.hub, listener, version, kit.clock, given, seconds)


def _require_room(call: CallDep, network: int) -> None:
    if not call.kit.hub.has_room(network):
        raise Problem(TransportCode.TOO_MANY_LISTENERS, {"retry_after": _AGAIN_SECONDS})
