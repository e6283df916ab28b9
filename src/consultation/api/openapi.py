"""The OpenAPI document: generated, committed, compared byte for byte."""

import json
from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from consultation.api.problems import STATUS
from consultation.api.schemas.problems import ProblemOut

_DESCRIPTION: Final = """\
Public consultations: debates for a period, numbered posts, votes, and a journal of every act.

Every list is `{"items": [...], "next_cursor": ...}`; pass `next_cursor` as `cursor`. Every error
is a problem document (RFC 9457) whose `code` is stable; more codes, fields and operations may
come, none is removed. Instants are RFC 3339 in UTC. Public reads carry an `ETag` and never depend
on who asks. Posts are addressed by their number inside their debate. Every answer carries
`X-Request-Id`. `x-access` says who may call an operation, `x-scopes` which scopes a key needs for it (one of
them; without it no key is accepted), `x-act` what it does in the terms of
`capabilities`, `x-limits` which limits its calls count towards.
"""

TAGS: Final = {
    "organisations": "Public bodies that own debates, their staff, and how one joins it.",
    "debates": "A question, its period, its figures and its journal.",
    "contributions": "Contributions and what is said under them.",
    "posts": "Whatever bears a number: reading, editing, withdrawing, voting.",
    "feeds": "Debates in feed readers and calendars.",
    "signing in": "A code by e-mail, or an identity provider; either way a session.",
    "my account": "One's own name, language, identities, posts and votes.",
    "privacy": "What is kept of people, taking it away, and having it erased.",
    "notices": "What one is told, what one follows, and links in messages.",
    "moderation": "Reports, cases, decisions with their reasons, appeals.",
    "running a debate": "Drafts, publication, extension, early close, reopening.",
    "official answers": "Responses to contributions, and what became of a debate.",
    "keys": "How servers of organisations call: what they may do, and for whom.",
    "participation codes": "One-use codes that a debate may ask for: made, counted, revoked, redeemed.",
    "webhooks": "Events that are sent to an organisation's own servers, signed, and tried again.",
    "platform": "For the administrators of the platform: what the worker has given up.",
    "health": "For whoever keeps the service running.",
}
"""The tags of operations in the order of reading."""

_PARAMETERS: Final = {
    "debate_id": ("Id of the debate.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a81"),
    "webhook": ("Id of the endpoint.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a8e"),
    "delivery": ("Id of the delivery.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a8f"),
    "job": ("Id of the job.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a8d"),
    "key": ("Id of the key.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a83"),
    "invitation": ("Id of the invitation.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a83"),
    "archive": ("Id of the archive.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a83"),
    "number": ("Number of the post.", 2150),
    "batch": ("Id of the batch.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a83"),
    "provider": ("Slug of the identity provider.", "franceconnect"),
    "identity": ("Id of the identity.", "01980a9e-7c1d-8b4e-9a52-0d3f5c6b7a83"),
    "digest": ("SHA-256 of the file, hex.", "9f86d081884c7d65" * 4),
    "state": ("The value that went to the provider.", "ZQpXv0Tq2rB9nYkM4sJd7uWfLgHc1eRa3oIyPx5tKzE"),
    "person": ("Id of the person.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a82"),
    "origin": ("Id of the entry.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a83"),
    "held": ("Id of what waits.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a84"),
    "case_id": ("Id of the case.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a83"),
    "reference": ("Reference in the source.", "opinion:61"),
    "session": ("Id of the session.", "01980a9e-7c1d-7b4e-9a52-0d3f5c6b7a84"),
    "slug": ("Slug of the organisation.", "ville-exemple"),
    "theme": ("Slug of the theme.", "ombre"),
    "token": ("As it stands in the link.", "AX3l0uRrX2m9kZ0v5c1qTg8yWbN4eHs7dJf6aPo2LiKh"),
}
"""Descriptions, where the route gives none, and examples of parameters that a call needs."""

_HEADERS: Final = {
    "ETag": "Entity tag of the document, for `If-None-Match` and, of a post, `If-Match`.",
    "Link": 'The next page (RFC 8288), `rel="next"`; absent on the last.',
    "Location": "Address of what was made or changed.",
    "RateLimit": "What is left: for each policy `r` calls, and `t` seconds until its window ends.",
    "RateLimit-Policy": "What holds: for each policy `q` calls within `w` seconds, in a window that slides.",
    "Retry-After": "Seconds to wait.",
    "WWW-Authenticate": "Always `Bearer`.",
}
_ACTS_ON_ORGANISATIONS: Final = {"create_organisation", "change_organisation"}
_ACTS_ON_POSTS: Final = {"contribute", "argue", "add_source", "edit", "withdraw"}
_ACTS_ON_DEBATES: Final = {"create_debate", "change_debate", "publish", "extend", "close", "reopen"}
_SESSION: Final[list[dict[str, list[str]]]] = [{"bearer": []}, {"cookie": []}]
_DISCRIMINATORS: Final = ("state", "kind")


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
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        servers=[{"url": "/", "description": "The service that sends this document."}],
        license_info={"name": "MIT", "identifier": "MIT"},
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    schemas["ProblemCode"] = _problem_codes()
    # Our routes declare their own 422; FastAPI's default one is never sent.
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "The token of a session."},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-session",
            "description": "The session of a page; its name is `session` where the service has no https.",
        },
    }
    components["securitySchemes"]["key"] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "cns_…",
        "description": "The secret of an organisation's key, in the Authorization header only. Of the scopes "
        "that an operation names, one suffices.",
    }
    components["headers"] = {
        name: {"description": text, "schema": {"type": "integer" if name == "Retry-After" else "string"}}
        for name, text in _HEADERS.items()
    }
    for path in document["paths"].values():
        for operation in path.values():
            _finish(operation)
    for root in _roots(document):
        for schema in _within(root):
            # Pydantic's titles only say the name again.
            schema.pop("title", None)
            _tell_apart(schema, schemas)
    return document


def _problem_codes() -> dict[str, Any]:
    return {
        "type": "string",
        "description": "Every code that `code` of a problem can hold; `x-status` gives the status of each. "
        "Expect more: a code that you do not know means what its status means.",
        "enum": sorted(STATUS),
        "x-status": {str(code): STATUS[code] for code in sorted(STATUS)},
    }


def _finish(operation: dict[str, Any]) -> None:
    access = operation["x-access"]
    operation["security"] = {
        "person": [*_SESSION],
        "staff": [*_SESSION],
        "anyone": [{}, *_SESSION],
    }.get(access, [])
    scopes = operation.get("x-scopes")
    if scopes is not None:
        operation["security"] += [{"key": [scope]} for scope in scopes] or [{"key": []}]
    for parameter in operation["parameters"]:
        if parameter["name"] in _PARAMETERS:
            text, example = _PARAMETERS[parameter["name"]]
            parameter.setdefault("description", text)
            parameter["example"] = example
        # Pydantic says it once for the parameter and once more for its schema.
        parameter["schema"].pop("description", None)
    responses = operation["responses"]
    for status, response in responses.items():
        names = _headers_of(operation, status)
        if names:
            response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _headers_of(operation: dict[str, Any], status: str) -> list[str]:
    """The headers of one answer of an operation, beyond those that every answer has."""
    act, cached = operation.get("x-act"), "304" in operation["responses"]
    good = status.startswith("2")
    names = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}.get(status, [])
    if (good and cached) or status == "304" or (good and act in _ACTS_ON_POSTS):
        names = [*names, "ETag"]
    if good and cached and _is_list(operation):
        names = [*names, "Link"]
    acts = {*_ACTS_ON_POSTS, *_ACTS_ON_DEBATES, *_ACTS_ON_ORGANISATIONS}
    if status == "303" or (good and act in acts):
        names = [*names, "Location"]
    if operation.get("x-limits") and (status in {"303", "429"} or (good and not cached)):
        names = [*names, "RateLimit-Policy", "RateLimit"]
    return names


def _is_list(operation: dict[str, Any]) -> bool:
    return any(parameter["name"] in {"cursor", "after"} for parameter in operation["parameters"])


def _roots(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The outermost JSON schemas of the document."""
    yield from document["components"]["schemas"].values()
    for path in document["paths"].values():
        for operation in path.values():
            yield from (parameter["schema"] for parameter in operation["parameters"])
            for body in (operation.get("requestBody", {}), *operation["responses"].values()):
                yield from (content["schema"] for content in body.get("content", {}).values())


def _within(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A JSON schema and all the schemas inside it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    for group in ("anyOf", "allOf", "oneOf"):
        inner += schema.get(group, [])
    for one in inner:
        if isinstance(one, dict):
            yield from _within(one)


def _tell_apart(schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Name the property by which the members of a union differ, if there is one."""
    names = [member.get("$ref", "").rpartition("/")[2] for member in schema.get("anyOf", ())]
    if len(names) < 2 or not all(names):  # noqa: PLR2004 - a union has two members
        return
    for property_name in _DISCRIMINATORS:
        mapping: dict[str, str] = {}
        for name in names:
            described = schemas[name].get("properties", {}).get(property_name, {})
            values = described.get("enum", [described["const"]] if "const" in described else [])
            if not values or mapping.keys() & set(values):
                break
            mapping |= dict.fromkeys(values, f"#/components/schemas/{name}")
        else:
            schema["oneOf"] = schema.pop("anyOf")
            schema["discriminator"] = {"propertyName": property_name, "mapping": mapping}
            return


def openapi_bytes(app: FastAPI) -> bytes:
    """The document as committed: sorted keys, two spaces, a newline at the end."""
    text = json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()
