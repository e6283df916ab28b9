"""Problem details."""

from pydantic import BaseModel, ConfigDict, Field


class FieldError(BaseModel):
    """What is wrong with one part of the request."""

    pointer: str = Field(description="JSON pointer (RFC 6901) into the body, or the parameter.")
    detail: str


class ProblemOut(BaseModel):
    """Why a call was refused (RFC 9457). Facts of the code stand beside these members."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str = Field(description="Stable address of a page that explains the code.")
    title: str = Field(description="Short, the same for every problem of the code.")
    status: int
    detail: str = Field(description="What happened, why, and what to do now, in one's language.")
    code: str = Field(description="Stable and meant for programs.")
    errors: list[FieldError] | None = Field(default=None)
