"""Signing in at a provider, and the identities that a person has linked.

An identity is the pair of issuer and subject. It belongs to one person, for good: two are never
joined because they bear one e-mail address, and neither name nor address is taken from a provider.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from consultation.application.confirmation import check_confirmation
from consultation.application.people import (
    Session,
    add_account,
    check_not_departed,
    close_session,
    open_session,
)
from consultation.application.ports import (
    Account,
    Digests,
    Identities,
    Identity,
    IdentityReads,
    IdSource,
    ProvenIdentity,
    Provider,
    ProviderSession,
    Round,
    RoundSecrets,
    Sealer,
    SessionRules,
    SignInMethod,
    Transaction,
)
from consultation.application.providers import Providers
from consultation.application.readers import Document, Snapshot
from consultation.domain.decisions import RefusalCode, Refused

ROUND_LIFETIME: Final = timedelta(minutes=10)
_ROUND: Final = "round "
_KEPT_TOKEN: Final = "id token of "  # noqa: S105 - a purpose, no secret
NOT_STARTED: Final = Refused(RefusalCode.SIGN_IN_NOT_STARTED)


@dataclass(frozen=True, slots=True)
class Begun:
    """A round as the browser gets it: `state` goes to the provider, `browser` into a cookie."""

    state: str
    browser: str
    secrets: RoundSecrets


@dataclass(frozen=True, slots=True)
class Taken:
    """A round that came back: its secrets, where to go, and the session that links, if one does."""

    secrets: RoundSecrets
    return_to: str
    session_digest: bytes | None


def new_round(ids: IdSource) -> Begun:
    """Fresh secrets, each of 256 random bits."""
    return Begun(ids.token(), ids.token(), RoundSecrets(ids.token(), ids.token()))


def begin_round(
    tx: Transaction,
    digests: Digests,
    sealer: Sealer,
    provider: Provider,
    begun: Begun,
    return_to: str,
    session: str | None = None,
) -> None:
    """Keep what only we may know of a round; `session` is the token of who links an identity."""
    state_digest = digests.token(begun.state)
    secrets = json.dumps([begun.secrets.nonce, begun.secrets.verifier])
    tx.identities.begin_round(
        state_digest,
        Round(
            browser_digest=digests.token(begun.browser),
            provider=provider.slug,
            issuer=provider.issuer,
            sealed_secrets=sealer.seal(_ROUND + state_digest.hex(), secrets),
            return_to=return_to,
            session_digest=None if session is None else digests.token(session),
            expires_at=tx.now() + ROUND_LIFETIME,
        ),
    )


def begin_linking(
    tx: Transaction,
    digests: Digests,
    sealer: Sealer,
    provider: Provider,
    begun: Begun,
    return_to: str,
    session: str | None,
) -> Refused | None:
    """The same for a person who links an identity, with a sign-in that is young enough to confirm it.

    Else whoever holds a stolen session could come back for good, with an identity of their own.
    """
    decision = check_confirmation(tx, digests, session)
    if isinstance(decision, Refused):
        return decision
    begin_round(tx, digests, sealer, provider, begun, return_to, session)
    return None


def take_round(
    tx: Transaction,
    digests: Digests,
    sealer: Sealer,
    provider: Provider,
    state: str,
    browser: str,
) -> Taken | None:
    """The round that a browser comes back from: once, in time, from where it went.

    None when there is none such. What was taken is spent, also when it then does not fit.
    """
    state_digest = digests.token(state)
    found = tx.identities.take_round(state_digest)
    if found is None or tx.now() >= found.expires_at:
        return None
    if not hmac.compare_digest(found.browser_digest, digests.token(browser)):
        return None
    if (found.provider, found.issuer) != (provider.slug, provider.issuer):
        return None
    nonce, verifier = json.loads(sealer.unseal(_ROUND + state_digest.hex(), found.sealed_secrets))
    return Taken(RoundSecrets(nonce, verifier), found.return_to, found.session_digest)


def sign_in_with(
    tx: Transaction,
    digests: Digests,
    sealer: Sealer,
    provider: Provider,
    proof: ProvenIdentity,
    locale: str,
    rules: SessionRules,
    shown: str | None,
) -> Session | Refused:
    """Open a session for who has this identity; the first time, the account is made.

    The session that the browser showed, `shown`, ends.
    """
    identity = _identity(tx, provider, proof)
    account = tx.identities.find(proof.issuer, proof.subject)
    if account is None:
        decision = check_not_departed(tx, digests.identity(proof.issuer, proof.subject))
        if isinstance(decision, Refused):
            return decision
        account = add_account(tx, None, locale)
        tx.identities.add(identity, account.key)
    else:
        tx.identities.use(identity)
    if shown is not None:
        close_session(tx, digests, shown)
    session = open_session(tx, digests, account, rules, SignInMethod.OIDC)
    sealed = sealer.seal(_KEPT_TOKEN + proof.issuer, proof.id_token)
    tx.identities.keep_provider_session(digests.token(session.token), ProviderSession(provider.slug, sealed))
    return session


def link_identity(
    tx: Transaction,
    digests: Digests,
    provider: Provider,
    proof: ProvenIdentity,
    session_digest: bytes,
    present: bytes | None,
) -> Identity | Refused:
    """Link an identity to whoever began the round, if they are still signed in.

    One of whose erased votes some still count is not linked: whoever left would vote again in a
    debate that asks for it, from an account with another address. `present` is the digest of the
    browser's session now, where it has one: somebody else may have signed in meanwhile.
    """
    now = tx.now()
    linker = tx.identities.linking(session_digest, now)
    if linker is None:
        return NOT_STARTED
    if present is not None and present != session_digest:
        other = tx.identities.linking(present, now)
        if other is not None and other.key != linker.key:
            return NOT_STARTED
    identity = _identity(tx, provider, proof)
    owner = tx.identities.find(proof.issuer, proof.subject)
    if owner is None:
        decision = check_not_departed(tx, digests.identity(proof.issuer, proof.subject))
        if isinstance(decision, Refused):
            return decision
        tx.identities.add(identity, linker.key)
    elif owner.key != linker.key:
        return Refused(RefusalCode.IDENTITY_TAKEN)
    else:
        tx.identities.use(identity)
    return identity


def _identity(tx: Transaction, provider: Provider, proof: ProvenIdentity) -> Identity:
    now = tx.now()
    return Identity(proof.issuer, proof.subject, provider.slug, proof.assurance, now, now)


def open_issuers(
    reads: Identities | IdentityReads, providers: Providers, linked: Iterable[Identity]
) -> frozenset[str]:
    """Issuers of some identities at which one can sign in now: a provider has them, and works.

    Under which slug is all the same, but no provider of an organisation is found under a slug that
    the instance took over.
    """
    known = {provider.issuer for provider in providers.instance.values()}
    issuers = {identity.issuer for identity in linked}
    others = issuers - known
    serving = reads.serving(sorted(others), sorted(providers.instance)) if others else []
    return frozenset(issuers & known | {one.provider.issuer for one in serving if providers.works(one)})


def unlink_identity(
    tx: Transaction,
    digests: Digests,
    providers: Providers,
    account: Account,
    session: str | None,
    uid: UUID,
) -> Refused | None:
    """Take an identity away from a person, if there is another way to sign in that works now.

    An identity opens nothing whose provider was removed, or has a secret that cannot be read any more.

    The sign-in of the session must be young enough to confirm it.
    """
    decision = check_confirmation(tx, digests, session)
    if isinstance(decision, Refused):
        return decision
    linked = tx.identities.lock_all(account.key)
    found = next((one for one in linked if identity_id(one) == uid), None)
    if found is None:
        return Refused(RefusalCode.IDENTITY_NOT_FOUND)
    others = [one for one in linked if one is not found]
    if account.email is None and not open_issuers(tx.identities, providers, others):
        return Refused(RefusalCode.LAST_SIGN_IN)
    tx.identities.remove(found)
    return None


def identity_id(identity: Identity) -> UUID:
    """What an identity is called in addresses: made of issuer and subject, which stay out of them.

    A UUID of version 8 (RFC 9562, 5.8) from their SHA-256.
    """
    digest = hashlib.sha256(f"{identity.issuer}\0{identity.subject}".encode()).digest()
    value = int.from_bytes(digest[:16])
    value = value & ~(0xF << 76) | 8 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return UUID(int=value)


def identity_document(identity: Identity, name: str | None, *, usable: bool) -> Document:
    """An identity for the person whose it is.

    `name` is the provider's, if it is still there; `usable` says whether one can sign in with it now.
    """
    return {
        "id": identity_id(identity),
        "provider": identity.provider,
        "provider_name": name,
        "issuer": identity.issuer,
        "assurance": identity.assurance,
        "linked_at": identity.linked_at,
        "used_at": identity.used_at,
        "usable": usable,
    }


def read_identities(snapshot: Snapshot, providers: Providers, account: Account) -> list[Document]:
    """At which providers the person can sign in."""
    linked = snapshot.identities(account.key)
    issuers = open_issuers(snapshot, providers, (identity for identity, _ in linked))
    items = []
    for identity, stored_name in linked:
        known = providers.instance.get(identity.provider)
        name = stored_name if known is None else known.name
        if known is not None and known.issuer != identity.issuer:
            name = None
        items.append(identity_document(identity, name, usable=identity.issuer in issuers))
    return items


def unseal_id_token(sealer: Sealer, kept: ProviderSession, provider: Provider) -> str:
    """The ID token that a session was opened with. Raises Unsealable, also to another issuer."""
    return sealer.unseal(_KEPT_TOKEN + provider.issuer, kept.sealed_id_token)
