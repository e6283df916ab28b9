"""Problem details."""

from pydantic import BaseModel, ConfigDict, Field


class FieldError(BaseModel):
    """What is wrong with one part of the request."""

    pointer: str = Field(
        description="JSON pointer (RFC 6901) into the body; `#/query/...`, `#/path/...` or "
        "`#/header/...` names a parameter."
    )
    detail: str = Field(description="What is wrong with it.")


class ProblemOut(BaseModel):
    """Why a call was refused (RFC 9457). Facts of the code stand beside these members."""

    model_config = ConfigDict(
        extra="allow",
        title="Problem",
        json_schema_extra={
            "examples": [
                {
                    "type": "https://debats.example/problems/period_closed",
                    "title": "Participation closed",
                    "status": 409,
                    "detail": "The participation period closed on Sunday 15 February 2015 at 18:00 "
                    "(Central European Standard Time). Nothing more is accepted, but everything stays "
                    "readable and you can follow what becomes of it.",
                    "code": "period_closed",
                    "closed_at": "2015-02-15T17:00:00Z",
                    "time_zone": "Europe/Paris",
                }
            ]
        },
    )

    type: str = Field(description="Stable address of a page that explains the code.")
    title: str = Field(description="Short, the same for every problem of the code.")
    status: int = Field(description="The HTTP status, again.")
    detail: str = Field(description="What happened, why, and what to do now, in one's language.")
    code: str = Field(description="Stable and meant for programs.")
    errors: list[FieldError] | None = Field(
        default=None, description="Each fault by itself, where the request is at fault."
    )
