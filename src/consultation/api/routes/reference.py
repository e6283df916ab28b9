"""The documents of the interface itself: OpenAPI, its readable form, and the problem types."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from consultation.api.openapi import openapi_bytes
from consultation.api.requests import JsonRoute

router = APIRouter(include_in_schema=False, route_class=JsonRoute)


@router.get("/openapi.json", openapi_extra={"x-access": "public"})
async def get_openapi(request: Request) -> Response:
    """The OpenAPI 3.1 document."""
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(openapi_bytes(request.app), headers=headers, media_type="application/json")
