"""What the worker has given up."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from consultation.api.schemas.types import NextCursor, Output


class DeadLetter(Output):
    """A job that the worker gave up: it failed for good, or time after time."""

    id: UUID = Field(description="Id of the job, the same over all attempts.")
    kind: str = Field(description="What was to be done: `webhook`, `mail`, `retention`.")
    debate: UUID | None = Field(description="The debate whose journal it follows from, if any.")
    sequence: int | None = Field(description="The entry of that journal, if any.")
    planned_at: datetime = Field(description="When it was planned.")
    attempts: int = Field(description="How often it was begun.")
    error: str = Field(description="How the last attempt failed, without address or text.")


class DeadLetterPage(Output):
    """A page of dead letters, the newest first."""

    items: list[DeadLetter] = Field(description="Dead letters.")
    next_cursor: NextCursor


class Replayed(Output):
    """A dead letter that is due again."""

    id: UUID = Field(description="Id of the job.")
