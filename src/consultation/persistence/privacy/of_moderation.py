"""The personal data of moderation."""

from typing import Final

from consultation.persistence.privacy.holding import RECORD, TASK, Holding, Treatment
from consultation.persistence.tables import appeals, cases, decisions, reports

MODERATION: Final = (
    Holding(
        table=reports,
        whose="person_key",
        shown=("number", "ground", "text", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The report stays; who made it goes.",
        purpose="hearing of posts that break the law or the charter",
        basis=TASK,
        retention=RECORD,
        recipients="the organisation's moderators: the text, and not by whom",
    ),
    Holding(
        table=appeals,
        whose="person_key",
        shown=("text", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The answer stays in the case; who wrote it goes.",
        purpose="letting an author answer a decision",
        basis=TASK,
        retention=RECORD,
        recipients="the organisation's moderators",
    ),
    Holding(
        table=cases,
        part="claimed",
        whose="claimed_by",
        shown=("number", "claimed_at"),
        withheld={"claimed_by": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The case stays; who worked on it goes.",
        purpose="knowing who works on a case",
        basis=TASK,
        retention=RECORD,
        recipients="the organisation's moderators",
    ),
    Holding(
        table=cases,
        part="decided",
        whose="decided_by",
        shown=("number", "decided_at"),
        withheld={"decided_by": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The case stays; who decided it first goes.",
        purpose="having an appeal decided by somebody else",
        basis=TASK,
        retention=RECORD,
        recipients="the organisation's moderators",
    ),
    Holding(
        table=decisions,
        whose="decided_by",
        shown=(
            *("instance", "measure", "decided_at", "ground", "reference", "facts", "explanation", "until"),
            "note",
        ),
        withheld={"decided_by": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The decision and its reasons stay; who decided goes.",
        purpose="accounting for decisions, and giving reasons for them",
        basis=TASK,
        retention=RECORD,
        recipients="the author of the post: the reasons; the organisation's moderators: all of it",
    ),
)
"""In the order of the archive."""
