"""What the commands need from outside: protocols that adapters implement.

A `Transaction` is one unit of work: everything written through it is committed together when
the command returns a result, and rolled back when it returns `Refused` or raises.
"""

from consultation.application.ports.abuse import CallCounters, Counted, Proof, ProofOfWork, UsedProofs
from consultation.application.ports.calls import REPLAYED_FOR, AlreadyKept, Replay, Replays
from consultation.application.ports.debates import Counts, Debates, Journal
from consultation.application.ports.keys import (
    Caller,
    Delegate,
    KeyCall,
    KeyHolder,
    Keys,
    Participant,
    Staff,
    StoredKey,
)
from consultation.application.ports.members import (
    HeldInvitation,
    Invitation,
    Invitations,
    PlatformAdministrators,
)
from consultation.application.ports.origins import EmbedOrigin, Origins
from consultation.application.ports.outside import Clock, Digests, IdSource, Mail, Mailer, MailUnavailable
from consultation.application.ports.participation import CodeBatch, Participations, Redeeming, WrongTries
from consultation.application.ports.people import (
    Account,
    Member,
    Organisation,
    Organisations,
    People,
    SentCode,
)
from consultation.application.ports.posts import (
    NO_COUNTERS,
    Background,
    Counters,
    Mark,
    Posts,
    Votes,
)
from consultation.application.ports.privacy import (
    Archives,
    Erased,
    Erasing,
    Ordered,
    Parting,
    Sleeper,
    Sleepers,
    Unlinked,
)
from consultation.application.ports.sessions import KeptSession, SessionRules, Sessions, SignInMethod, hour_of
from consultation.application.ports.work import Busy, Transaction, UnitOfWork

__all__ = [
    "NO_COUNTERS",
    "REPLAYED_FOR",
    "Account",
    "AlreadyKept",
    "Archives",
    "Background",
    "Busy",
    "CallCounters",
    "Caller",
    "Clock",
    "CodeBatch",
    "Counted",
    "Counters",
    "Counts",
    "Debates",
    "Delegate",
    "Digests",
    "EmbedOrigin",
    "Erased",
    "Erasing",
    "HeldInvitation",
    "IdSource",
    "Invitation",
    "Invitations",
    "Journal",
    "KeptSession",
    "KeyCall",
    "KeyHolder",
    "Keys",
    "Mail",
    "MailUnavailable",
    "Mailer",
    "Mark",
    "Member",
    "Ordered",
    "Organisation",
    "Organisations",
    "Origins",
    "Participant",
    "Participations",
    "Parting",
    "People",
    "PlatformAdministrators",
    "Posts",
    "Proof",
    "ProofOfWork",
    "Redeeming",
    "Replay",
    "Replays",
    "SentCode",
    "SessionRules",
    "Sessions",
    "SignInMethod",
    "Sleeper",
    "Sleepers",
    "Staff",
    "StoredKey",
    "Transaction",
    "UnitOfWork",
    "Unlinked",
    "UsedProofs",
    "Votes",
    "WrongTries",
    "hour_of",
]
