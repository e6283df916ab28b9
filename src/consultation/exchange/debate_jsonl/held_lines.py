"""The lines of what was held before its publication in debate-jsonl, version 1."""

from typing import Annotated, Literal

from pydantic import Field

from consultation.domain.held import Kept
from consultation.exchange.debate_jsonl.rule_parts import CapacityName
from consultation.exchange.debate_jsonl.values import (
    Body,
    Instant,
    Link,
    Name,
    Number,
    Part,
    Salt,
    Sequence,
    ThemeSlug,
    Title,
    Uid,
)


class HeldPostLine(Part):
    """What was held before its publication, in the order of the ids. Its case has the same id."""

    type: Literal["held_post"]
    id: Uid
    kind: Literal["contribution", "argument", "source"]
    contribution: Annotated[Number | None, Field(description="The number that a reply shall hang on.")]
    side: Annotated[Literal["pro", "contra"] | None, Field(description="Of arguments.")]
    revises: Annotated[Number | None, Field(description="Of an edit: the number of the post.")]
    author: Annotated[Uid | None, Field(description="A participant; null once nobody stands behind it.")]
    author_name: Annotated[Name | None, Field(description="The name it was signed with.")]
    capacity: Annotated[CapacityName | None, Field(description="As what the author speaks.")]
    theme: ThemeSlug | None
    title: Annotated[Title | None, Field(description="Of contributions and sources.")]
    body: Annotated[Body, Field(description="Markdown as written; of a source, its note.")]
    link: Annotated[Link | None, Field(description="Of sources.")]
    language: Annotated[str, Field(pattern="^[a-z]{2}$")]
    arrived_at: Instant
    kept: Annotated[str, Field(pattern=f"^({'|'.join(Kept)})$")]
    sequence: Annotated[Sequence, Field(description="The journal entry of its arrival.")]
    salt: Salt | None
    state_at: Annotated[Instant | None, Field(description="When it was withdrawn or erased.")]
    state_sequence: Annotated[Sequence | None, Field(description="The journal entry of that.")]
    state_salt: Salt | None
