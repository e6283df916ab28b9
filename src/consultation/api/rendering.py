"""`?render=html`: bodies as HTML that is safe to insert, beside the Markdown as written."""

from typing import Annotated, Any, Literal

from fastapi import Query

from consultation.markup import render_html

Render = Annotated[Literal["html"] | None, Query(description="`html` adds `body_html`, safe to insert.")]


def with_html(value: Any) -> Any:  # noqa: ANN401 - whatever a document holds
    """The same document with `body_html` beside every `body`."""
    if isinstance(value, list):
        return [with_html(member) for member in value]
    if not isinstance(value, dict):
        return value
    document = {name: with_html(member) for name, member in value.items()}
    if isinstance(document.get("body"), str):
        document["body_html"] = render_html(document["body"])
    return document
