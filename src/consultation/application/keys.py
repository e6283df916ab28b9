"""Keys of organisations: made, rotated, revoked, listed; and the users whom they name."""

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from consultation.application.callers import enrolled, participant_actor
from consultation.application.people import change_account
from consultation.application.ports import (
    Account,
    Delegate,
    Digests,
    KeyHolder,
    Organisation,
    StoredKey,
    Transaction,
)
from consultation.application.readers import Page, Snapshot, Window
from consultation.application.staff import permitted
from consultation.domain.actors import Person
from consultation.domain.decisions import RefusalCode, Refused, first_refusal
from consultation.domain.keys import (
    NAME_MAX,
    TOKEN_PREFIX,
    USUAL_LIFE,
    KeyLife,
    Scope,
    check_expiry,
    check_secret,
)
from consultation.domain.permissions import Act, check_permission
from consultation.domain.texts import check_text, tidy_line

_HINT = len(TOKEN_PREFIX) + 4


@dataclass(frozen=True, slots=True)
class NewKey:
    """What a key is made with. `expires_at` None is a year from now."""

    name: str
    scopes: frozenset[Scope]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key with its secret, which is told this once and kept nowhere."""

    key: StoredKey
    token: str


def issuer_of(organisation: Organisation) -> str:
    """Under which name an organisation vouches for its own users (RFC 9562, section 4)."""
    return organisation.uid.urn


def _administered(tx: Transaction, slug: str, account: Account) -> Organisation | Refused:
    organisation = tx.organisations.find(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    roles = tx.people.roles(account.key, organisation.key)
    decision = check_permission(Act.MANAGE_KEYS, Person(account.key, account.name, roles))
    return decision if isinstance(decision, Refused) else organisation


def create_key(
    tx: Transaction, digests: Digests, slug: str, account: Account, new: NewKey
) -> IssuedKey | Refused:
    """Make a key, as an administrator of the organisation."""
    organisation = _administered(tx, slug, account)
    if isinstance(organisation, Refused):
        return organisation
    return issue_key(tx, digests, organisation, new)


def issue_key(
    tx: Transaction, digests: Digests, organisation: Organisation, new: NewKey
) -> IssuedKey | Refused:
    """Make a key; whoever asks for it may."""
    now = tx.now()
    name = tidy_line(new.name)
    expires_at = new.expires_at or now + USUAL_LIFE
    decision = first_refusal(
        check_text("name", name, 1, NAME_MAX),
        check_expiry(expires_at, now, organisation.time_zone),
    )
    if isinstance(decision, Refused):
        return decision
    token = f"{TOKEN_PREFIX}{tx.ids.token()}"
    life = KeyLife(now, expires_at)
    key = StoredKey(0, tx.ids.uid(), name, new.scopes, token[:_HINT], life, None)
    tx.keys.add(organisation.key, issuer_of(organisation), key, digests.token(token))
    return IssuedKey(key, token)


def rotate_key(
    tx: Transaction, digests: Digests, slug: str, account: Account, uid: UUID, grace: timedelta
) -> IssuedKey | Refused:
    """Give a key a new secret; the present one works on for the grace, at most seven days.

    Of a secret that an earlier rotation replaced nothing is left. The key keeps its end.
    """
    organisation = _administered(tx, slug, account)
    if isinstance(organisation, Refused):
        return organisation
    key = tx.keys.lock(organisation.key, uid)
    if key is None:
        return Refused(RefusalCode.KEY_NOT_FOUND)
    now = tx.now()
    decision = check_secret(key.life, now, organisation.time_zone, is_former=False)
    if isinstance(decision, Refused):
        return Refused(RefusalCode.KEY_NOT_USABLE, decision.facts)
    token = f"{TOKEN_PREFIX}{tx.ids.token()}"
    life = replace(key.life, rotated_at=now, former_until=now + grace)
    rotated = replace(key, hint=token[:_HINT], life=life)
    tx.keys.rotate(rotated, digests.token(token))
    return IssuedKey(rotated, token)


def revoke_key(tx: Transaction, slug: str, account: Account, uid: UUID) -> StoredKey | Refused:
    """End a key at once, as an administrator; nothing happens when it was revoked before."""
    organisation = _administered(tx, slug, account)
    return organisation if isinstance(organisation, Refused) else end_key(tx, organisation, uid)


def end_key(tx: Transaction, organisation: Organisation, uid: UUID) -> StoredKey | Refused:
    """End a key at once; whoever asks for it may."""
    key = tx.keys.lock(organisation.key, uid)
    if key is None:
        return Refused(RefusalCode.KEY_NOT_FOUND)
    if key.life.revoked_at is None:
        key = replace(key, life=replace(key.life, revoked_at=tx.now()))
        tx.keys.revoke(key)
    return key


def read_keys(
    snapshot: Snapshot, slug: str, account: Account, window: Window
) -> tuple[list[StoredKey], UUID | None] | Refused:
    """The keys of an organisation, for its administrators."""
    organisation = permitted(snapshot, slug, account, Act.MANAGE_KEYS)
    return organisation if isinstance(organisation, Refused) else snapshot.keys(organisation, window)


def read_key_uses(
    snapshot: Snapshot, slug: str, account: Account, uid: UUID, window: Window
) -> Page | Refused:
    """What was done through a key, for the organisation's administrators."""
    organisation = permitted(snapshot, slug, account, Act.MANAGE_KEYS)
    if isinstance(organisation, Refused):
        return organisation
    return snapshot.key_uses(organisation, uid, window) or Refused(RefusalCode.KEY_NOT_FOUND)


def name_participant(
    tx: Transaction, slug: str, delegate: Delegate, name: str | None, locale: str | None
) -> Account | Refused:
    """Give one of an organisation's own users the name that signs what comes through its keys."""
    actor = acting_participant(tx, slug, delegate)
    if isinstance(actor, Refused):
        return actor
    return change_account(tx, enrolled(tx, delegate), name, locale)


def acting_participant(tx: Transaction, slug: str, delegate: Delegate) -> Person | Refused:
    """One of an organisation's own users, as who acts through a key of this organisation."""
    organisation = tx.organisations.find(slug)
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    return _may_name(organisation, delegate) or participant_actor(delegate)


def read_participant(snapshot: Snapshot, slug: str, delegate: Delegate) -> Account | Refused:
    """One of an organisation's own users, as the service knows them."""
    found = snapshot.organisation_for(slug, None)
    return _known(None if found is None else found[0], delegate)


def known_participant(tx: Transaction, slug: str, delegate: Delegate) -> Account | Refused:
    """The same for something done, by which nobody is made known."""
    return _known(tx.organisations.find(slug), delegate)


def _known(organisation: Organisation | None, delegate: Delegate) -> Account | Refused:
    if organisation is None:
        return Refused(RefusalCode.ORGANISATION_NOT_FOUND)
    account = delegate.account or Refused(RefusalCode.PARTICIPANT_NOT_FOUND)
    return _may_name(organisation, delegate) or account


def _may_name(organisation: Organisation, delegate: Delegate) -> Refused | None:
    decision = check_permission(Act.NAME_PARTICIPANT, delegate.holder.key.within(organisation.key))
    return decision if isinstance(decision, Refused) else None


class KeyUses:
    """When keys were last used, gathered in the process and written once a minute.

    So that no call pays a statement for it, and thousands of calls a minute cost one write.
    """

    def __init__(self) -> None:
        self._uses: dict[int, datetime] = {}
        self._lock = threading.Lock()

    def note(self, caller: KeyHolder | Delegate, now: datetime) -> None:
        """A key was used."""
        holder = caller.holder if isinstance(caller, Delegate) else caller
        with self._lock:
            self._uses[holder.key.key] = now

    def taken(self) -> dict[int, datetime]:
        """What was gathered since the last time, by internal keys."""
        with self._lock:
            uses, self._uses = self._uses, {}
        return uses

    def put_back(self, uses: dict[int, datetime]) -> None:
        """Keep what could not be written for the next time."""
        with self._lock:
            self._uses = uses | self._uses


def write_uses(tx: Transaction, uses: dict[int, datetime]) -> int:
    """Write when keys were last used; how many were."""
    tx.keys.note_uses(uses)
    return len(uses)
