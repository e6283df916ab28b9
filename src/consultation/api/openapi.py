"""The OpenAPI document: generated, committed, compared byte for byte."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from consultation.api.schemas.problems import ProblemOut

_DESCRIPTION = """\
Every list is `{"items": [...], "next_cursor": ...}`; pass `next_cursor` as `cursor`. Every error
is a problem document (RFC 9457) whose `code` is stable. Instants are RFC 3339 in UTC. Public
reads carry an `ETag` and never depend on who asks. Posts are addressed by their number inside
their debate. `x-access` says who may call an operation.
"""


def install_openapi(app: FastAPI) -> None:
    """Make the application serve our document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = build(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to extend it


def build(app: FastAPI) -> dict[str, Any]:
    """The document of the application's routes."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=_DESCRIPTION,
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    # Our routes declare their own 422; FastAPI's default one is never sent.
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-session"},
    }
    for path in document["paths"].values():
        for operation in path.values():
            access = operation["x-access"]
            if access in {"person", "staff"}:
                operation["security"] = [{"bearer": []}, {"cookie": []}]
            elif access == "anyone":
                operation["security"] = [{}, {"bearer": []}, {"cookie": []}]
    return document


def openapi_bytes(app: FastAPI) -> bytes:
    """The document as committed: sorted keys, two spaces, a newline at the end."""
    text = json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()
