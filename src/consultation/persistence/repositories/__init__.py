"""Repositories: how the commands' ports read and write the tables.

Statements are built once, at import, and run with parameters: building them is what costs.
"""

from consultation.persistence.repositories.abuse import SqlCallCounters, SqlUsedProofs
from consultation.persistence.repositories.archives import SqlArchives
from consultation.persistence.repositories.cases import SqlCases
from consultation.persistence.repositories.debates import SqlDebates
from consultation.persistence.repositories.erasing import SqlErasing
from consultation.persistence.repositories.follows import SqlFollows
from consultation.persistence.repositories.held import SqlHeldPosts
from consultation.persistence.repositories.identities import SqlIdentities
from consultation.persistence.repositories.journal import SqlJournal
from consultation.persistence.repositories.keys import SqlKeys
from consultation.persistence.repositories.members import SqlInvitations, SqlPlatformAdministrators
from consultation.persistence.repositories.notices import SqlNotices
from consultation.persistence.repositories.official import SqlOfficials
from consultation.persistence.repositories.organisations import SqlOrganisations
from consultation.persistence.repositories.origins import SqlOrigins
from consultation.persistence.repositories.participations import SqlParticipations
from consultation.persistence.repositories.people import SqlPeople
from consultation.persistence.repositories.posts import SqlPosts
from consultation.persistence.repositories.replays import SqlReplays
from consultation.persistence.repositories.sessions import SqlSessions
from consultation.persistence.repositories.sleepers import SqlSleepers
from consultation.persistence.repositories.votes import SqlVotes
from consultation.persistence.repositories.webhooks import SqlWebhooks
from consultation.persistence.repositories.worker import SqlJobs, SqlOutbox

__all__ = [
    "SqlArchives",
    "SqlCallCounters",
    "SqlCases",
    "SqlDebates",
    "SqlErasing",
    "SqlFollows",
    "SqlHeldPosts",
    "SqlIdentities",
    "SqlInvitations",
    "SqlJobs",
    "SqlJournal",
    "SqlKeys",
    "SqlNotices",
    "SqlOfficials",
    "SqlOrganisations",
    "SqlOrigins",
    "SqlOutbox",
    "SqlParticipations",
    "SqlPeople",
    "SqlPlatformAdministrators",
    "SqlPosts",
    "SqlReplays",
    "SqlSessions",
    "SqlSleepers",
    "SqlUsedProofs",
    "SqlVotes",
    "SqlWebhooks",
]
