"""The embed origins of an organisation."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from consultation.api.access import Access, declare
from consultation.api.calls import Answer, CallDep, respond
from consultation.api.requests import JsonRoute
from consultation.api.routes.organisations import NOT_FOUND, OrganisationSlug
from consultation.api.schemas.access import EmbedOrigin, EmbedOrigins, NewOrigin
from consultation.application.documents import origin_document
from consultation.application.origins import add_origin, read_origins, remove_origin
from consultation.application.ports import EmbedOrigin as Listed
from consultation.domain.decisions import RefusalCode
from consultation.domain.permissions import Act

router = APIRouter(
    prefix="/organisations/{slug}/embed-origins", tags=["organisations"], route_class=JsonRoute
)


def _origins(listed: list[Listed]) -> Answer:
    return Answer({"items": [origin_document(one) for one in listed], "next_cursor": None})


@router.get(
    "",
    operation_id="list_embed_origins",
    summary="Origins that may embed and call",
    **declare(Access.STAFF, NOT_FOUND, answer=EmbedOrigins, act=Act.MANAGE_ORIGINS),
)
async def get_embed_origins(call: CallDep, slug: OrganisationSlug) -> Response:
    """Whose pages may frame the organisation's debates and read its answers."""
    return respond(
        _origins(await call.read_as(lambda snapshot, account: read_origins(snapshot, slug, account)))
    )


@router.post(
    "",
    operation_id="add_embed_origin",
    summary="Let an origin in",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.ORIGIN_INVALID,
        RefusalCode.TOO_MANY_ORIGINS,
        answer=EmbedOrigin,
        act=Act.MANAGE_ORIGINS,
        status=201,
        writes=True,
    ),
)
async def post_embed_origin(call: CallDep, slug: OrganisationSlug, payload: NewOrigin) -> Response:
    """In force in this process at once, in others within seconds. One listed already is answered as it is."""
    loopback = call.kit.allows_loopback_origins
    response = await call.perform(
        lambda tx, account: add_origin(tx, slug, account, payload.origin, loopback=loopback),
        lambda origin: Answer(origin_document(origin), 201),
    )
    call.kit.origins.forget()
    return response


@router.delete(
    "/{origin}",
    operation_id="remove_embed_origin",
    summary="Let an origin in no more",
    **declare(
        Access.STAFF,
        NOT_FOUND,
        RefusalCode.ORIGIN_NOT_FOUND,
        answer=EmbedOrigins,
        act=Act.MANAGE_ORIGINS,
        writes=True,
        takes_body=False,
    ),
)
async def delete_embed_origin(
    call: CallDep, slug: OrganisationSlug, origin: Annotated[UUID, Path(description="Id of the entry.")]
) -> Response:
    """In force in this process at once, in others within seconds. Answers with the origins that are left."""
    response = await call.perform(lambda tx, account: remove_origin(tx, slug, account, origin), _origins)
    call.kit.origins.forget()
    return response
