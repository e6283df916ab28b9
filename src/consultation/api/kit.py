"""What routes work with."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeAlias

from consultation.api.acts import Acts
from consultation.api.cors import Cors
from consultation.api.documents import PublicDocuments
from consultation.api.live.hub import Hub
from consultation.api.networks import Networks
from consultation.api.threads import Threads
from consultation.application.documents import Links
from consultation.application.invitations import Invited
from consultation.application.keys import KeyUses
from consultation.application.limiting import Limiter
from consultation.application.notices.links import SealedLinks
from consultation.application.origins import OriginLists
from consultation.application.ports import Clock, Digests, Mail, Mailer, ProofOfWork, SessionRules, UnitOfWork
from consultation.application.privacy.archives import Archivist
from consultation.application.privacy.erasure import Eraser
from consultation.application.providers import Federation
from consultation.application.readers import Readers
from consultation.application.retention import Keeper
from consultation.domain.webhooks import Reach
from consultation.localisation.languages import Language


def _nobody_waits() -> None:
    """An order that no running process is told of: the next one that looks finds it."""


CodeMail: TypeAlias = Callable[[str, str, int, str, Language], Mail]
"""Writes the mail of a sign-in code: address, code, minutes, name of the service, language."""

InvitationMail: TypeAlias = Callable[[Invited, str, str], Mail]
"""Writes the mail of an invitation: the invitation, name and address of the service."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What routes work with, made once from the composition root's services."""

    public_url: str
    service_name: str
    links: Links
    code_mail: CodeMail
    invitation_mail: InvitationMail
    is_ready: Callable[[], bool]
    checkpoint: Callable[[], None]
    clock: Clock
    digests: Digests
    mailer: Mailer
    work: UnitOfWork
    readers: Readers
    federation: Federation
    documents: PublicDocuments
    threads: Threads
    acts: Acts
    key_uses: KeyUses
    session_rules: SessionRules
    origins: OriginLists
    cors: Cors
    allows_loopback_origins: bool
    limiter: Limiter
    networks: Networks
    proofs: ProofOfWork
    eraser: Eraser
    archivist: Archivist
    keeper: Keeper
    working: Callable[[], AbstractAsyncContextManager[None]]
    hub: Hub
    sealed_links: SealedLinks
    webhook_reach: Reach
    archive_ordered: Callable[[], None] = _nobody_waits
