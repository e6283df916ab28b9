"""Signing in with a code sent by e-mail, sessions, and one's own account."""

import hmac
import math
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from consultation.application.ports import (
    Account,
    Digests,
    KeptSession,
    SentCode,
    SessionRules,
    SignInMethod,
    Transaction,
    hour_of,
)
from consultation.domain.decisions import ALLOWED, Decision, RefusalCode, Refused
from consultation.domain.texts import check_text, tidy_line

CODE_LIFETIME: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
CODES_PER_WINDOW: Final = 5
CODE_WINDOW: Final = timedelta(hours=1)
NAME_MAX: Final = 100
_ADDRESS: Final = re.compile(r"[^\s@<>(),;:\\\"\[\]\x00-\x1f]{1,64}@[^\s@<>(),;:\\\"\[\]\x00-\x1f]{1,255}")


def normal_address(email: str) -> str | None:
    """The address as it is compared and kept: trimmed, lower case; None when it is none.

    Only the shape is looked at; whether it can be reached, the code shows.
    """
    address = email.strip().lower()
    return address if _ADDRESS.fullmatch(address) and len(address) <= 254 else None  # noqa: PLR2004 - RFC 5321, 4.5.3.1.3


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """A fresh sign-in code, to be mailed after the commit and then forgotten."""

    email: str
    code: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner gets it; only the hash of the token is kept."""

    token: str
    expires_at: datetime
    account: Account


def request_code(tx: Transaction, digests: Digests, email: str) -> CodeToSend | Refused:
    """Make a new code for a normalised address, in place of any earlier one.

    The same happens whether the address has an account or not. At most five codes an hour
    leave for one address.
    """
    address = digests.address(email)
    earlier = tx.people.lock_code(address)
    now = tx.now()
    started, sent = now, 0
    if earlier is not None and now - earlier.window_started_at < CODE_WINDOW:
        started, sent = earlier.window_started_at, earlier.sent_in_window
    if sent >= CODES_PER_WINDOW:
        wait = started + CODE_WINDOW - now
        return Refused(RefusalCode.TOO_MANY_CODES, {"retry_after": math.ceil(wait.total_seconds())})
    code = tx.ids.code()
    tx.people.save_code(
        address,
        SentCode(
            code_digest=digests.code(email, code),
            expires_at=now + CODE_LIFETIME,
            tries_left=CODE_TRIES,
            window_started_at=started,
            sent_in_window=sent + 1,
        ),
    )
    return CodeToSend(email, code)


@dataclass(frozen=True, slots=True)
class WrongCode:
    """A wrong try: a result, not a refusal, so that the try is counted by the commit."""

    tries_left: int


def sign_in(
    tx: Transaction,
    digests: Digests,
    email: str,
    code: str,
    locale: str,
    rules: SessionRules,
    shown: str | None = None,
) -> Session | WrongCode | Refused:
    """Exchange a code for a session; the first time, the account is made.

    The session that the caller showed, `shown`, ends: whoever held its token loses it.

    A code works once, for ten minutes and five tries. An expired code, a spent one and an address
    that never asked look the same; how many tries are left is told of a code that is under way.
    """
    address = digests.address(email)
    sent = tx.people.lock_code(address)
    now = tx.now()
    given = digests.code(email, code)
    if sent is None or sent.tries_left < 1 or now >= sent.expires_at:
        return WrongCode(0)
    if not hmac.compare_digest(sent.code_digest, given):
        tx.people.save_code(address, replace(sent, tries_left=sent.tries_left - 1))
        return WrongCode(sent.tries_left - 1)
    # Spent, but the window's count stays, so that signing in does not lift the limit.
    tx.people.save_code(address, replace(sent, tries_left=0))
    opened = open_account(tx, digests, email, locale)
    if isinstance(opened, Refused):
        return opened
    account, is_new = opened
    if not is_new:
        tx.notices.switch_on(account.key, now)  # the code arrived
    if shown is not None:
        close_session(tx, digests, shown)
    return open_session(tx, digests, account, rules)


def open_account(
    tx: Transaction, digests: Digests, email: str, locale: str
) -> tuple[Account, bool] | Refused:
    """The account that a normalised address opens, and whether it was made for that just now.

    It opens none while erased votes of it still count, nor one that somebody else made for it
    meanwhile, to give it a role.
    """
    # In this order: whoever is erased between the two is seen in the second.
    known = tx.people.by_email(email)
    decision = check_not_departed(tx, digests.identity("", email))
    if isinstance(decision, Refused):
        return decision
    return (add_account(tx, email, locale), True) if known is None else (known, False)


def check_not_departed(tx: Transaction, identity_digest: bytes) -> Decision:
    """May an identity open an account? Not while erased votes of it still count.

    Otherwise one could vote, leave, come back and vote again, as often as one likes.
    """
    until, now = tx.erasing.departed_until(identity_digest), tx.now()
    if until is None or until <= now:
        return ALLOWED
    return Refused(RefusalCode.ERASED_LATELY, {"until": until})


def add_account(tx: Transaction, email: str | None, locale: str) -> Account:
    """Make the account of a normalised address, or of an identity, which brings none.

    The name never gives the address away, nor who vouches for the person.
    """
    uid, now = tx.ids.uid(), tx.now()
    account = Account(0, uid, f"Participant {uid.hex[-6:]}", email, locale, now.date())
    return tx.people.add(account, now)


def open_session(
    tx: Transaction,
    digests: Digests,
    account: Account,
    rules: SessionRules,
    method: SignInMethod = SignInMethod.CODE,
) -> Session:
    """Open a session under the rules of the instance."""
    token = tx.ids.token()
    now = tx.now()
    ends_at = now + rules.lifetime
    tx.sessions.add(
        KeptSession(
            uid=tx.ids.uid(),
            token_digest=digests.token(token),
            person_key=account.key,
            method=method,
            created_at=now,
            used_at=hour_of(now),
            expires_at=min(ends_at, idle_end(now, rules)),
            ends_at=ends_at,
        )
    )
    if account.last_seen != now.date():
        tx.sleepers.seen(account.key, now.date())
    return Session(token, ends_at, account)


def idle_end(now: datetime, rules: SessionRules) -> datetime:
    """When a session used now ends unless it is used again: counted from the end of the hour.

    Only the hour of a use is kept, and this must not tell it more exactly.
    """
    return hour_of(now) + timedelta(hours=1) + rules.idle


def close_session(tx: Transaction, digests: Digests, token: str) -> None:
    """End a session; nothing happens when it has ended already."""
    tx.sessions.remove(digests.token(token))


def change_account(
    tx: Transaction, account: Account, name: str | None, locale: str | None
) -> Account | Refused:
    """Change display name or language. What was signed before keeps the name it bears."""
    new_name = account.name if name is None else tidy_line(name)
    decision = check_text("name", new_name, 1, NAME_MAX)
    if isinstance(decision, Refused):
        return decision
    changed = replace(account, name=new_name, locale=locale or account.locale)
    tx.people.save(changed)
    return changed
