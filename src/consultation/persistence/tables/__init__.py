"""The tables. Comments say what a column holds; personal data is marked `personal:`.

Internal integer keys join tables and never leave the service; what leaves is `uid` (UUIDv7)
and, for posts, the number within the debate.
"""

from consultation.persistence.tables.abuse import call_counters, used_proofs
from consultation.persistence.tables.base import Json, Key, metadata
from consultation.persistence.tables.calls import idempotency_keys
from consultation.persistence.tables.debates import debate_acts, debates
from consultation.persistence.tables.held import held_posts
from consultation.persistence.tables.identities import (
    identities,
    identity_providers,
    provider_sessions,
    sign_in_rounds,
)
from consultation.persistence.tables.journal import import_reports, journal_entries
from consultation.persistence.tables.keys import access_keys, key_answers
from consultation.persistence.tables.members import invitations, platform_administrators
from consultation.persistence.tables.moderation import appeals, cases, decisions, notice_contacts, reports
from consultation.persistence.tables.notices import closing_notices, follows, mail_settings, notices
from consultation.persistence.tables.origins import embed_origins
from consultation.persistence.tables.participation import (
    code_batches,
    code_redemptions,
    code_tries,
    participation_codes,
)
from consultation.persistence.tables.people import (
    logos,
    memberships,
    organisations,
    people,
    sign_in_codes,
)
from consultation.persistence.tables.posts import posts, revisions, votes
from consultation.persistence.tables.privacy import (
    archive_parts,
    archives,
    departures,
    erasures,
    unlinked_votes,
)
from consultation.persistence.tables.sessions import sessions
from consultation.persistence.tables.webhooks import announced_phases, webhook_deliveries, webhooks
from consultation.persistence.tables.worker import jobs, journal_positions, worker_instants

__all__ = [
    "Json",
    "Key",
    "access_keys",
    "announced_phases",
    "appeals",
    "archive_parts",
    "archives",
    "call_counters",
    "cases",
    "closing_notices",
    "code_batches",
    "code_redemptions",
    "code_tries",
    "debate_acts",
    "debates",
    "decisions",
    "departures",
    "embed_origins",
    "erasures",
    "follows",
    "held_posts",
    "idempotency_keys",
    "identities",
    "identity_providers",
    "import_reports",
    "invitations",
    "jobs",
    "journal_entries",
    "journal_positions",
    "key_answers",
    "logos",
    "mail_settings",
    "memberships",
    "metadata",
    "notice_contacts",
    "notices",
    "organisations",
    "participation_codes",
    "people",
    "platform_administrators",
    "posts",
    "provider_sessions",
    "reports",
    "revisions",
    "sessions",
    "sign_in_codes",
    "sign_in_rounds",
    "unlinked_votes",
    "used_proofs",
    "votes",
    "webhook_deliveries",
    "webhooks",
    "worker_instants",
]
