"""Sessions: looked at, used, ended."""

from datetime import datetime
from typing import Final
from uuid import UUID

from consultation.application.people import idle_end
from consultation.application.ports import (
    Account,
    Digests,
    KeptSession,
    SessionRules,
    Transaction,
    hour_of,
)
from consultation.application.readers import Document, Snapshot
from consultation.domain.decisions import RefusalCode, Refused

SESSIONS_SHOWN: Final = 100


def read_sessions(
    snapshot: Snapshot, digests: Digests, account: Account, token: str, now: datetime
) -> list[Document]:
    """The person's newest sessions, the one that asks marked."""
    digest = digests.token(token)
    found = snapshot.sessions(account.key, now, SESSIONS_SHOWN)
    return [session_document(session, digest) for session in found]


def session_document(session: KeptSession, current: bytes) -> Document:
    """A session as its owner sees it; `current` is the hash of the token that asks."""
    return {
        "id": session.uid,
        "created_at": session.created_at,
        "last_used": session.used_at,
        "expires_at": session.expires_at,
        "method": session.method.value,
        "current": session.token_digest == current,
    }


def is_used_anew(account: Account, now: datetime) -> bool:
    """Is the session that the call shows used for the first time in this hour?"""
    return account.session_used_at is not None and account.session_used_at < hour_of(now)


def use_session(tx: Transaction, token_digest: bytes, rules: SessionRules) -> None:
    """Note that a session is used, which puts off its end; once an hour is enough."""
    now = tx.now()
    tx.sessions.use(token_digest, hour_of(now), idle_end(now, rules))


def end_session(tx: Transaction, account: Account, uid: UUID) -> Refused | None:
    """End one session of one's own, be it the one that asks."""
    if not tx.sessions.remove_one(account.key, uid):
        return Refused(RefusalCode.SESSION_NOT_FOUND)
    return None


def end_other_sessions(tx: Transaction, digests: Digests, account: Account, token: str) -> None:
    """End all sessions of one's own but the one that asks."""
    tx.sessions.remove_others(account.key, digests.token(token))


def end_all_sessions(tx: Transaction, account: Account) -> int:
    """End every session of a person, as the operator; how many there were."""
    no_token = b""  # the hash of none, so that none is spared
    return tx.sessions.remove_others(account.key, no_token)
