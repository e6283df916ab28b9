"""Every table with personal data: how the archive shows it, how erasure treats it, why it is kept.

The archive, the erasure and the record of processing in `docs/privacy.md` are made from this
list. Tests hold it to the `personal:` marks in the comments of the tables: a new personal column
without a place here fails. A table whose rows belong to one person and go with that person takes
one entry and no code (`docs/architecture.md`, "Adding things").
"""

from typing import Final

from sqlalchemy import Column, ColumnElement, and_, select

from consultation.persistence.privacy.holding import (
    DUTY,
    RECORD,
    TASK,
    UNTIL_ERASED,
    Belongs,
    Holding,
    Treatment,
)
from consultation.persistence.privacy.of_moderation import MODERATION
from consultation.persistence.privacy.of_notices import NOTICES
from consultation.persistence.tables import (
    archive_parts,
    archives,
    code_redemptions,
    code_tries,
    debate_acts,
    embed_origins,
    idempotency_keys,
    identities,
    invitations,
    memberships,
    people,
    platform_administrators,
    posts,
    provider_sessions,
    revisions,
    sessions,
    sign_in_rounds,
    votes,
)


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


HOLDINGS: Final = (
    Holding(
        table=people,
        whose="key",
        shown=("uid", "name", "email", "locale", "created_at", "last_seen", "warned_at"),
        withheld={"erasing": "set only while the account is being erased, when nobody can ask"},
        treatment=Treatment.WRITTEN,
        erasure="The address goes at once, the row when all debates are done.",
        purpose="letting people sign in, and signing what they write",
        basis=TASK,
        retention=UNTIL_ERASED,
        recipients="everybody: the name under a text; administrators: the addresses of members",
    ),
    Holding(
        table=identities,
        whose="person_key",
        shown=("issuer", "subject", "provider", "assurance", "linked_at", "used_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="signing in through an identity provider",
        basis=TASK,
        retention=UNTIL_ERASED,
    ),
    Holding(
        table=memberships,
        whose="person_key",
        shown=("role", "created_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="knowing who runs a consultation",
        basis=TASK,
        retention="while the role is held",
        recipients="administrators of the organisation",
    ),
    Holding(
        table=platform_administrators,
        whose="person_key",
        shown=("named_at",),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="knowing who may set up organisations",
        basis=TASK,
        retention="while the role is held",
    ),
    Holding(
        table=invitations,
        whose=_own_invitations,
        shown=("email", "role", "invited_at", "expires_at"),
        purpose="offering a role",
        basis=TASK,
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
        basis=TASK,
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
        basis=TASK,
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
        basis=TASK,
        retention="as long as the entry",
    ),
    Holding(
        table=sessions,
        whose="person_key",
        shown=("created_at", "used_at", "expires_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="staying signed in",
        basis=TASK,
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
        basis=TASK,
        retention="as long as the session",
    ),
    Holding(
        table=sign_in_rounds,
        whose=_of_own_session(sign_in_rounds.c.session_digest),
        shown=("provider", "expires_at"),
        withheld={"session_digest": "internal; names the session"},
        purpose="linking an identity that a provider proves",
        basis=TASK,
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
        basis=TASK,
        retention=RECORD,
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
        basis=TASK,
        retention=RECORD,
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
        basis=TASK,
        retention=RECORD,
        recipients="everybody: the counts only",
    ),
    *MODERATION,
    *NOTICES,
    Holding(
        table=code_redemptions,
        whose="person_key",
        shown=("debate_key",),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="letting each participation code admit one person",
        basis=TASK,
        retention=RECORD,
    ),
    Holding(
        table=code_tries,
        whose="person_key",
        shown=("window_started_at", "tries"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="keeping participation codes from being guessed",
        basis=TASK,
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
        basis=TASK,
        retention="as long as the debate",
        recipients="everybody: the act and the role only",
    ),
    Holding(
        table=idempotency_keys,
        whose="person_key",
        shown=("created_at", "status", "body"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="answering a repeated call as the first time",
        basis=TASK,
        retention="24 hours",
    ),
    Holding(
        table=archives,
        whose="person_key",
        shown=("requested_at", "finished_at", "expires_at"),
        withheld={"person_key": "internal; the archive is that person's"},
        purpose="handing large archives over",
        basis=DUTY,
        retention="`CONSULTATION_RETENTION_ARCHIVES_DAYS`",
    ),
    Holding(
        table=archive_parts,
        whose=_own_parts,
        shown=(),
        withheld={"content": "the archive itself"},
        purpose="handing large archives over",
        basis=DUTY,
        retention="`CONSULTATION_RETENTION_ARCHIVES_DAYS`",
    ),
)
"""All holdings, in the order of the archive."""
