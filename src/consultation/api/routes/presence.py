"""What depends on who asks in a debate."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.manner import Manner
from consultation.api.problems import language_of
from consultation.api.requests import JsonRoute
from consultation.api.schemas.debates import MyDebate
from consultation.application.capabilities import Capability, Presence, presence
from consultation.domain.debates import Debate
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.participation import MissingKind, refusal_of
from consultation.localisation.languages import Language
from consultation.localisation.problems import problem_text

router = APIRouter(route_class=JsonRoute)


@router.get(
    "/debates/{debate_id}/me",
    tags=["debates"],
    operation_id="get_my_debate",
    summary="What I may do here now, and my votes",
    **declare(Access.ANYONE, RefusalCode.DEBATE_NOT_FOUND, answer=MyDebate, keys=True),
)
async def get_my_debate(
    request: Request,
    call: CallDep,
    debate_id: UUID,
    posts: Annotated[
        str,
        Query(pattern="^([0-9]{1,9}(,[0-9]{1,9}){0,99})?$", description="Up to 100 numbers: `1,2,3`."),
    ] = "",
) -> Response:
    """For whoever asks, also without signing in; never cached."""
    numbers = sorted({int(number) for number in posts.split(",") if number})
    found = await call.read_as_anyone(
        lambda snapshot, caller: presence(snapshot, debate_id, caller, numbers, call.kit.clock()),
        Manner.SHORT,
    )
    signed_in = call.token() is not None
    api = f"{call.kit.public_url}/api/v1"
    return respond(Answer(_my_debate(found, language_of(request), api, signed_in=signed_in)))


def _my_debate(found: Presence, language: Language, api: str, *, signed_in: bool) -> dict[str, object]:
    period = found.debate.period
    return {
        "server_time": found.now,
        "phase": period.phase_at(found.now),
        "opens_at": period.opens_at,
        "closes_at": period.closes_at,
        "closes_in_seconds": period.remaining_at(found.now).total_seconds(),
        "signed_in": signed_in,
        "capabilities": {
            act.value: _capability(capability, language) for act, capability in found.capabilities.items()
        },
        "missing": [_missing(found.debate, kind, language, api) for kind in found.missing],
        "capacity": found.capacity,
        "votes": {str(number): vote for number, vote in found.own.votes.items()},
        "posts": found.own_posts,
        "posts_are_held": found.holds,
        "median_seconds_held": found.median_wait,
        "held": found.own.waiting,
    }


def _capability(capability: Capability, language: Language) -> dict[str, object]:
    code = detail = None
    if isinstance(capability.decision, Refused):
        refused = capability.decision
        code = refused.code
        detail = problem_text(refused.code, refused.facts, language).detail
    return {
        "allowed": capability.decision.allowed,
        "code": code,
        "detail": detail,
        "sign_in_helps": capability.sign_in_helps,
    }


def _missing(debate: Debate, kind: MissingKind, language: Language, api: str) -> dict[str, object]:
    """What is missing, and how to get it."""
    refused = refusal_of(debate.participation, kind)
    is_identity = kind is MissingKind.IDENTITY
    places = {
        MissingKind.EMAIL: f"{api}/auth/codes",
        MissingKind.IDENTITY: f"{api}/auth/providers",
        MissingKind.CODE: f"{api}/debates/{debate.uid}/participation-codes/redemption",
    }
    return {
        "kind": kind,
        "code": refused.code,
        "detail": problem_text(refused.code, refused.facts, language).detail,
        "url": places[kind],
        "providers": [
            {"provider": slug, "start_url": f"{api}/auth/oidc/{slug}/start"}
            for slug in (debate.participation.providers if is_identity else ())
        ],
        "assurance": list(debate.participation.assurance) if is_identity else [],
    }
