"""`?render=html`: bodies as HTML that is safe to insert, beside the Markdown as written."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Query

from consultation.api.documents import Built
from consultation.markup import render_html

Render = Annotated[Literal["html"] | None, Query(description="`html` adds `body_html`, safe to insert.")]


def rendered(render: str | None, built: Built) -> Built:
    """The document with `body_html` beside every body, when it was asked for."""
    if render is None:
        return built
    return replace(built, document=_with_html(built.document))


def _with_html(value: Any) -> Any:  # noqa: ANN401 - whatever a document holds
    if isinstance(value, list):
        return [_with_html(member) for member in value]
    if not isinstance(value, dict):
        return value
    document = {name: _with_html(member) for name, member in value.items()}
    if isinstance(document.get("body"), str):
        document["body_html"] = render_html(document["body"])
    return document
