"""Public answers that belong to no one debate: tagged by their content."""

import hashlib

from fastapi import Request
from starlette.responses import Response

from consultation.api.documents import Built, matches
from consultation.application.readers import Document


def cached_answer(request: Request, built: Built | Document) -> Response:
    """The answer with an entity tag made from its bytes, or 304 when the caller has it."""
    if not isinstance(built, Built):
        built = Built(built)
    body = built.body()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=0, s-maxage=1, must-revalidate"}
    if built.link is not None:
        headers["Link"] = built.link
    known = request.headers.get("if-none-match")
    if known is not None and matches(known, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=built.media_type)
