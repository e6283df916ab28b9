"""Every table with personal data: how the archive shows it, how erasure treats it, why it is kept.

The archive, the erasure and the record of processing in `docs/privacy.md` are made from this
list. Tests hold it to the `personal:` marks in the comments of the tables: a new personal column
without a place here fails. A table whose rows belong to one person and go with that person takes
one entry and no code (`docs/architecture.md`, "Adding things").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy import Column, ColumnElement, Table, and_, select

from consultation.persistence.tables import (
    appeals,
    archive_parts,
    archives,
    cases,
    code_redemptions,
    code_tries,
    debate_acts,
    decisions,
    embed_origins,
    idempotency_keys,
    identities,
    invitations,
    memberships,
    people,
    platform_administrators,
    posts,
    provider_sessions,
    reports,
    revisions,
    sessions,
    sign_in_rounds,
    votes,
)

Belongs: TypeAlias = Callable[[int], ColumnElement[bool]]
"""Given a person's key, the condition that picks the person's rows."""


class Treatment(StrEnum):
    """What an erasure does with the rows of a person."""

    DELETED = "deleted"
    """Every row goes, by this list alone."""
    UNLINKED = "unlinked"
    """The rows stay, and no longer name the person: the column that `whose` names becomes null."""
    WRITTEN = "written"
    """`repositories/erasing.py` writes them anew; the entry says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The personal data of one table.

    `whose` names the column with the person's key, or picks the rows. `shown` are the columns of
    the archive, in order; `withheld` the personal columns that it leaves out, each with the
    reason. `erasure` says in a sentence what an erasure leaves. The rest is the record of
    processing (GDPR, article 30).
    """

    table: Table
    whose: str | Belongs
    shown: tuple[str, ...]
    withheld: Mapping[str, str] = field(default_factory=dict)
    treatment: Treatment = Treatment.DELETED
    erasure: str = "The rows are deleted."
    purpose: str
    basis: str
    retention: str
    recipients: str = "nobody"
    part: str = ""

    @property
    def section(self) -> str:
        """Its name in the archive: that of the table, and of the part where a table has several."""
        return "_".join(filter(None, (self.table.name, self.part)))

    def of(self, person_key: int) -> ColumnElement[bool]:
        """Which rows belong to a person."""
        if isinstance(self.whose, str):
            return self.table.c[self.whose] == person_key
        return self.whose(person_key)


def _own_revisions(person_key: int) -> ColumnElement[bool]:
    own = select(posts.c.number).where(
        posts.c.author_key == person_key,
        and_(posts.c.debate_key == revisions.c.debate_key, posts.c.number == revisions.c.number),
    )
    return own.exists()


def _own_invitations(person_key: int) -> ColumnElement[bool]:
    """Those that went to the person's address and were not accepted."""
    address = select(people.c.email).where(people.c.key == person_key).scalar_subquery()
    return invitations.c.email == address


def _own_parts(person_key: int) -> ColumnElement[bool]:
    return archive_parts.c.archive_key.in_(select(archives.c.key).where(archives.c.person_key == person_key))


def _of_own_session(column: Column[bytes]) -> Belongs:
    """Rows that name a session of the person, and go with it."""
    return lambda key: column.in_(select(sessions.c.token_digest).where(sessions.c.person_key == key))


_TASK: Final = "public task (article 6(1)(e))"
_DUTY: Final = "legal duty (article 6(1)(c), articles 15 and 17)"
_UNTIL_ERASED: Final = "until the person erases the account, or two years without a sign-in"
_RECORD: Final = "as long as the debate; erased on wish"

HOLDINGS: Final = (
    Holding(
        table=people,
        whose="key",
        shown=("uid", "name", "email", "locale", "created_at", "last_seen", "warned_at"),
        withheld={"erasing": "set only while the account is being erased, when nobody can ask"},
        treatment=Treatment.WRITTEN,
        erasure="The address goes at once, the row when all debates are done.",
        purpose="letting people sign in, and signing what they write",
        basis=_TASK,
        retention=_UNTIL_ERASED,
        recipients="everybody: the name under a text; administrators: the addresses of members",
    ),
    Holding(
        table=identities,
        whose="person_key",
        shown=("issuer", "subject", "provider", "assurance", "linked_at", "used_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="signing in through an identity provider",
        basis=_TASK,
        retention=_UNTIL_ERASED,
    ),
    Holding(
        table=memberships,
        whose="person_key",
        shown=("role", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="knowing who runs a consultation",
        basis=_TASK,
        retention="while the role is held",
        recipients="administrators of the organisation",
    ),
    Holding(
        table=platform_administrators,
        whose="person_key",
        shown=("named_at",),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="knowing who may set up organisations",
        basis=_TASK,
        retention="while the role is held",
    ),
    Holding(
        table=invitations,
        whose=_own_invitations,
        shown=("email", "role", "invited_at", "expires_at"),
        purpose="offering a role",
        basis=_TASK,
        retention="a week",
        recipients="administrators of the organisation",
    ),
    Holding(
        table=invitations,
        part="sent",
        whose="inviter_key",
        shown=("role", "invited_at"),
        withheld={"inviter_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The invitation stays; who sent it goes.",
        purpose="knowing who offered a role",
        basis=_TASK,
        retention="three months after it was accepted",
        recipients="administrators of the organisation",
    ),
    Holding(
        table=invitations,
        part="accepted",
        whose="accepter_key",
        shown=("role", "accepted_at"),
        withheld={"accepter_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="That it was accepted stays; by whom goes.",
        purpose="knowing who accepted a role",
        basis=_TASK,
        retention="three months",
        recipients="administrators of the organisation",
    ),
    Holding(
        table=embed_origins,
        whose="person_key",
        shown=("origin", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The entry stays; who added it goes.",
        purpose="accounting for which sites may embed",
        basis=_TASK,
        retention="as long as the entry",
    ),
    Holding(
        table=sessions,
        whose="person_key",
        shown=("created_at", "used_at", "expires_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="staying signed in",
        basis=_TASK,
        retention="`CONSULTATION_SESSION_HOURS`",
    ),
    Holding(
        table=provider_sessions,
        whose=_of_own_session(provider_sessions.c.token_digest),
        shown=("provider",),
        withheld={
            "token_digest": "internal; names the session",  # nosec B105 - a reason, no secret
            "sealed_id_token": "a credential; what it says of the person is in the identity",  # nosec B105 - as above
        },
        purpose="signing out at the identity provider too",
        basis=_TASK,
        retention="as long as the session",
    ),
    Holding(
        table=sign_in_rounds,
        whose=_of_own_session(sign_in_rounds.c.session_digest),
        shown=("provider", "expires_at"),
        withheld={"session_digest": "internal; names the session"},
        purpose="linking an identity that a provider proves",
        basis=_TASK,
        retention="ten minutes",
    ),
    Holding(
        table=posts,
        whose="author_key",
        shown=(
            *("number", "kind", "contribution", "side", "author_name", "capacity", "theme", "title"),
            *("body", "link"),
            *("language", "created_at", "revision", "revised_at", "state", "state_reason", "state_since"),
        ),
        withheld={"author_key": "internal; the archive is that person's"},
        treatment=Treatment.WRITTEN,
        erasure="Author and name go. Texts, and as what the author spoke, stay (`unsigned`) or go with "
        "their salts (`erase`); what was withdrawn goes in either mode. Number, kind, place and "
        "counters stay.",
        purpose="holding a public debate",
        basis=_TASK,
        retention=_RECORD,
        recipients="everybody",
    ),
    Holding(
        table=revisions,
        whose=_own_revisions,
        shown=(
            *("number", "revision", "author_name", "capacity", "theme", "title", "body", "link"),
            "created_at",
        ),
        treatment=Treatment.WRITTEN,
        erasure="The name goes (`unsigned`), or the row (`erase`).",
        purpose="showing what a vote was cast on",
        basis=_TASK,
        retention=_RECORD,
        recipients="everybody",
    ),
    Holding(
        table=votes,
        whose="person_key",
        shown=("number", "value", "revision", "cast_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        treatment=Treatment.WRITTEN,
        erasure="The rows go; what they count stays in `unlinked_votes`, where nothing tells which "
        "belonged together.",
        purpose="counting each vote once, and letting the voter change it",
        basis=_TASK,
        retention=_RECORD,
        recipients="everybody: the counts only",
    ),
    Holding(
        table=reports,
        whose="person_key",
        shown=("number", "ground", "text", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="The report stays; who made it goes.",
        purpose="hearing of posts that break the law or the charter",
        basis=_TASK,
        retention=_RECORD,
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
        basis=_TASK,
        retention=_RECORD,
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
        basis=_TASK,
        retention=_RECORD,
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
        basis=_TASK,
        retention=_RECORD,
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
        basis=_TASK,
        retention=_RECORD,
        recipients="the author of the post: the reasons; the organisation's moderators: all of it",
    ),
    Holding(
        table=code_redemptions,
        whose="person_key",
        shown=("debate_key",),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="letting each participation code admit one person",
        basis=_TASK,
        retention=_RECORD,
    ),
    Holding(
        table=code_tries,
        whose="person_key",
        shown=("window_started_at", "tries"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="keeping participation codes from being guessed",
        basis=_TASK,
        retention="an hour",
    ),
    Holding(
        table=debate_acts,
        whose="person_key",
        shown=("sequence", "kind", "at", "role", "reason"),
        withheld={"person_key": "internal; the archive is that person's"},
        treatment=Treatment.UNLINKED,
        erasure="Who acted goes. The act stays: it was done by the public body, and its digest names nobody.",
        purpose="accounting for how a debate was run",
        basis=_TASK,
        retention="as long as the debate",
        recipients="everybody: the act and the role only",
    ),
    Holding(
        table=idempotency_keys,
        whose="person_key",
        shown=("created_at", "status", "body"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="answering a repeated call as the first time",
        basis=_TASK,
        retention="24 hours",
    ),
    Holding(
        table=archives,
        whose="person_key",
        shown=("requested_at", "finished_at", "expires_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="handing large archives over",
        basis=_DUTY,
        retention="`CONSULTATION_RETENTION_ARCHIVES_DAYS`",
    ),
    Holding(
        table=archive_parts,
        whose=_own_parts,
        shown=(),
        withheld={"content": "the archive itself"},
        purpose="handing large archives over",
        basis=_DUTY,
        retention="`CONSULTATION_RETENTION_ARCHIVES_DAYS`",
    ),
)
"""All holdings, in the order of the archive."""
