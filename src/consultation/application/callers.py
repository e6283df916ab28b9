"""Callers become actors: who they are before the organisation whose thing they act upon."""

from dataclasses import replace

from consultation.application.ports import (
    Account,
    Caller,
    Delegate,
    KeyHolder,
    Participant,
    Replay,
    Staff,
    Transaction,
)
from consultation.domain.actors import ANONYMOUS, Actor, Key, Person, Role

NOBODY = Person(key=0, name="")
"""Somebody who has no part in anything yet."""


def staff_actor(tx: Transaction, caller: Staff, organisation_key: int) -> Person | Key:
    """Whoever runs a consultation, with what roles or scopes allow in one organisation."""
    if isinstance(caller, KeyHolder):
        return caller.key.within(organisation_key)
    return Person(caller.key, caller.name, tx.people.roles(caller.key, organisation_key))


def staff_actor_with(caller: Staff, roles: frozenset[Role], organisation_key: int) -> Person | Key:
    """The same, when the roles of a person in the organisation have been read."""
    if isinstance(caller, KeyHolder):
        return caller.key.within(organisation_key)
    return Person(caller.key, caller.name, roles)


def participant_actor(caller: Participant) -> Person:
    """Whoever takes part. Before which organisation, a debate's rules see to."""
    if isinstance(caller, Delegate):
        person = NOBODY if caller.account is None else Person(caller.account.key, caller.account.name)
        return replace(person, through=caller.holder.key)
    return Person(caller.key, caller.name)


def any_actor(caller: Caller | None, roles: frozenset[Role]) -> Actor:
    """Whoever asks, signed in or not; `roles` are those of an account where it asks."""
    match caller:
        case None:
            return ANONYMOUS
        case KeyHolder():
            return caller.key
        case Delegate():
            return participant_actor(caller)
        case Account():
            return Person(caller.key, caller.name, roles)


def account_of(caller: Caller | None) -> Account | None:
    """The account of whoever asks, None for keys, strangers and users who have no part yet."""
    match caller:
        case Account():
            return caller
        case Delegate():
            return caller.account
        case _:
            return None


def enrolled(tx: Transaction, delegate: Delegate) -> Account:
    """A server's user as one person of ours, made at first use and the same ever after.

    Of two first calls at once, one finds the person of the other.
    """
    if delegate.account is not None:
        return delegate.account
    issuer = delegate.holder.issuer
    known = tx.keys.participant(issuer, delegate.subject)
    if known is not None:
        return known
    uid = tx.ids.uid()
    made = Account(0, uid, f"Participant {uid.hex[-6:]}", None, delegate.holder.locale)
    return tx.keys.add_participant(issuer, delegate.subject, made, tx.now())


def keep_answer(tx: Transaction, caller: Caller, idempotency_key: str, replay: Replay) -> None:
    """Keep the first answer to a call for whoever called: a person, or a key in its own name."""
    if isinstance(caller, KeyHolder):
        tx.keys.keep(caller.key.key, idempotency_key, replay, tx.now())
        return
    account = account_of(caller)
    if account is not None:
        tx.replays.keep(account.key, idempotency_key, replay, tx.now())
