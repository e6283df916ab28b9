"""The composition root: builds the service from settings, once, and names every dependency."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from consultation.application.documents import Links
from consultation.application.keys import KeyUses
from consultation.application.limiting import Limiter
from consultation.application.notices.links import SealedLinks
from consultation.application.notices.planning import (
    plan_closing,
    plan_decision,
    plan_digests,
    plan_news,
    plan_publication,
)
from consultation.application.notices.sending import Postman
from consultation.application.origins import OriginLists
from consultation.application.ports import (
    Changes,
    Clock,
    Digests,
    IdSource,
    JobKind,
    Mailer,
    ProofOfWork,
    Provider,
    SessionRules,
    SharedWork,
    UnitOfWork,
)
from consultation.application.privacy.archives import Archivist
from consultation.application.privacy.erasure import Eraser
from consultation.application.providers import Federation, Providers
from consultation.application.readers import Readers
from consultation.application.retention import Keeper, Retention
from consultation.application.versions import Versions
from consultation.application.webhooks.planning import plan_entry, plan_milestones
from consultation.application.webhooks.sending import Courier, give_up
from consultation.application.worker.bell import Bell
from consultation.application.worker.loop import Duties, Worker
from consultation.application.worker.planning import Planner
from consultation.application.worker.retention import forgetting, plan_retention
from consultation.application.worker.turns import Turns
from consultation.clock import SystemClock
from consultation.digests import KeyedDigests
from consultation.domain.journal import EntryKind
from consultation.domain.notices import DEBATE_NEWS, DECISIONS, NEWS, OFFICIAL_NEWS, PUBLISHING
from consultation.domain.webhooks import Reach
from consultation.exchange.person_archive import write_archive
from consultation.hooks import GuardedSender
from consultation.ids import SystemIds
from consultation.localisation.languages import Language
from consultation.mail import forget_mail, mailer_from_url
from consultation.mail.messages import invitation_mail, sign_in_code_mail, unused_account_mail
from consultation.mail.notices import NoticeLetters
from consultation.oidc import OpenIdConnect
from consultation.outgoing import Outgoing
from consultation.persistence.changes import changes_of
from consultation.persistence.engine import Database
from consultation.persistence.migrate import head, present
from consultation.persistence.read_models import SqlReaders
from consultation.persistence.unit_of_work import SqlUnitOfWork
from consultation.proofs import AltchaProofs
from consultation.sealing import AesSealer
from consultation.settings import Environment, OidcProvider, Settings, WorkerPlace

if TYPE_CHECKING:
    from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the API, the command line and later the pages work with."""

    settings: Settings
    database: Database
    clock: Clock
    ids: IdSource
    digests: Digests
    mailer: Mailer
    proofs: ProofOfWork
    versions: Versions
    work: SharedWork
    readers: Readers
    links: Links
    session_rules: SessionRules
    origins: OriginLists
    eraser: Eraser
    archivist: Archivist
    keeper: Keeper
    federation: Federation
    sealed_links: SealedLinks
    bell: Bell
    changes: Changes

    def close(self) -> None:
        """Announce what was done, and give back all connections."""
        self.changes.close()
        self.database.dispose()


def open_database(settings: Settings) -> Database:
    """The database of the settings; the folder of a SQLite file is made when missing."""
    url = settings.database_url.get_secret_value()
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        Path(str(parsed.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
    return Database(url, threads=settings.threads, synchronous=settings.sqlite_synchronous)


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    mailer: Mailer | None = None,
) -> Services:
    """The service of these settings. Tests hand over a clock, an id source or a mailer."""
    clock = clock or SystemClock()
    ids = ids or SystemIds()
    database = open_database(settings)
    versions = Versions()
    links = Links(settings.public_url)
    digests = KeyedDigests(settings.key)
    bell = Bell()
    changes = changes_of(settings.database_url.get_secret_value())
    work = SqlUnitOfWork(database, ids, clock, versions, bell.ring, changes.announce)
    readers = SqlReaders(database, links, versions)
    retention = retention_of(settings)
    eraser = Eraser(work, digests, database.tidy)
    federation = _federation(settings, clock, ids)
    mail_url = settings.mail_url.get_secret_value()
    mailer = mailer or mailer_from_url(
        mail_url, sender=settings.mail_from, clock=clock, new_id=lambda: ids.uid().hex
    )
    return Services(
        settings=settings,
        database=database,
        clock=clock,
        ids=ids,
        digests=digests,
        mailer=mailer,
        proofs=AltchaProofs(digests.proofs(), clock, ids, settings.proof_cost),
        versions=versions,
        work=work,
        readers=readers,
        links=links,
        session_rules=SessionRules(
            lifetime=timedelta(hours=settings.session_hours),
            idle=timedelta(hours=settings.session_idle_hours),
        ),
        origins=OriginLists(readers),
        eraser=eraser,
        archivist=Archivist(
            work, readers, write_archive, clock, settings.archive_rows_at_once, retention.archives
        ),
        keeper=Keeper(
            work=work,
            eraser=eraser,
            mailer=mailer,
            warning_mail=lambda account, days: unused_account_mail(
                account.email or "", days, settings.service_name, Language(account.locale)
            ),
            forget_mail=partial(forget_mail, mail_url),
            clock=clock,
            retention=retention,
        ),
        federation=federation,
        sealed_links=SealedLinks(federation.sealer, clock),
        bell=bell,
        changes=changes,
    )


def retention_of(settings: Settings) -> Retention:
    """The periods of the settings."""
    return Retention(
        codes=timedelta(hours=settings.retention_codes_hours),
        sessions=timedelta(hours=settings.session_hours),
        archives=timedelta(days=settings.retention_archives_days),
        erasures=timedelta(days=settings.retention_erasures_days),
        mail=timedelta(days=settings.retention_mail_days),
        inactive_months=settings.retention_inactive_months,
        warning=timedelta(days=settings.retention_warning_days),
        moderation_months=settings.retention_moderation_months,
    )


def _federation(settings: Settings, clock: Clock, ids: IdSource) -> Federation:
    sealer = AesSealer(settings.key)
    instance = {one.slug: _provider(one) for one in settings.oidc_providers}
    return Federation(Providers(instance, sealer), OpenIdConnect(_outgoing(settings), clock), sealer, ids)


def _outgoing(settings: Settings) -> Outgoing:
    reach = _reach(settings)
    return Outgoing(private_hosts=reach.private_hosts, plain_http=reach.plain_http)


def _reach(settings: Settings) -> Reach:
    return Reach(
        plain_http=settings.environment is Environment.DEVELOPMENT,
        private_hosts=frozenset(host.lower() for host in settings.private_hosts),
    )


def _provider(said: OidcProvider) -> Provider:
    return Provider(
        slug=said.slug,
        name=said.name,
        issuer=said.issuer,
        client_id=said.client_id,
        client_secret=said.client_secret.get_secret_value(),
        auth_method=said.auth_method,
        scopes=said.scopes,
        acr_values=said.acr_values,
        acr_accepted=said.acr_accepted,
        algorithms=said.algorithms,
        parameters=tuple(said.parameters.items()),
        encrypted=said.encrypted,
    )


def duties(services: Services, work: UnitOfWork) -> Duties:
    """All that workers plan and carry out; `work` is for what their hands do side by side."""
    outgoing = replace(_outgoing(services.settings), largest=0)
    courier = Courier(work, services.federation.sealer, GuardedSender(outgoing), services.links)
    postman = Postman(
        work,
        services.mailer,
        NoticeLetters(services.settings.service_name, services.settings.public_url),
        services.links,
        services.sealed_links,
        services.digests,
    )
    return Duties(
        planners={kind: _planners(kind) for kind in EntryKind},
        timed=[plan_retention, plan_milestones, plan_closing, plan_digests],
        handlers={
            JobKind.MAIL: postman.handler(),
            JobKind.RETENTION: forgetting(services.keeper),
            JobKind.WEBHOOK: courier.handler(),
        },
        burials={JobKind.WEBHOOK: give_up},
    )


def _planners(kind: EntryKind) -> list[Planner]:
    """What is planned of an entry of a kind. Decisions are told before other news of them."""
    told: list[Planner] = [plan_entry]
    if kind in DECISIONS:
        told.append(plan_decision)
    if kind in PUBLISHING:
        told.append(plan_publication)
    if kind in NEWS | OFFICIAL_NEWS | DEBATE_NEWS:
        told.append(plan_news)
    return told


def make_worker(services: Services, *, told: bool = False, rests: float = 0.0) -> Worker:
    """A worker. It works once it is run, and until it is stopped; for `told` and `rests` see there."""
    work = Turns(services.work)
    return Worker(
        work, duties(services, work), lambda error: isinstance(error, DBAPIError), told=told, rests=rests
    )


def create_app(services: Services | None = None) -> "ASGIApp":
    """The application of one process; without services, of the environment's settings."""
    # The framework takes half of a small command's time, and only who serves needs it.
    from consultation.api.acts import Acts  # noqa: PLC0415 - see above
    from consultation.api.app import make_app  # noqa: PLC0415 - see above
    from consultation.api.cors import Cors  # noqa: PLC0415 - see above
    from consultation.api.documents import DocumentCache, PublicDocuments  # noqa: PLC0415 - see above
    from consultation.api.headers import SecurityHeaders  # noqa: PLC0415 - see above
    from consultation.api.kit import Kit  # noqa: PLC0415 - see above
    from consultation.api.live.hub import Hub  # noqa: PLC0415 - see above
    from consultation.api.networks import Networks  # noqa: PLC0415 - see above
    from consultation.api.threads import Threads  # noqa: PLC0415 - see above
    from consultation.api.working import working  # noqa: PLC0415 - see above
    from consultation.web.pages import CitizenPages  # noqa: PLC0415 - see above

    services = services or build(Settings())
    settings = services.settings
    cache = DocumentCache(settings.document_cache_megabytes * 1_000_000)
    inside = partial(make_worker, services, rests=1.0) if settings.worker is WorkerPlace.INSIDE else None
    in_process = services.database.is_sqlite
    threads = Threads(
        settings.threads,
        reads_here=in_process,
        acts_here=in_process and settings.sqlite_synchronous == "NORMAL",
    )
    kit = Kit(
        public_url=settings.public_url,
        service_name=settings.service_name,
        links=services.links,
        code_mail=sign_in_code_mail,
        invitation_mail=invitation_mail,
        is_ready=lambda: present(services.database) == head(),
        checkpoint=services.database.checkpoint,
        clock=services.clock,
        digests=services.digests,
        mailer=services.mailer,
        work=services.work,
        readers=services.readers,
        session_rules=services.session_rules,
        origins=services.origins,
        cors=Cors(services.origins, threads),
        allows_loopback_origins=settings.environment is Environment.DEVELOPMENT,
        federation=services.federation,
        documents=PublicDocuments(services.readers, services.versions, services.clock, cache),
        threads=threads,
        acts=Acts(threads, services.work, services.readers),
        hub=Hub(
            services.readers,
            threads,
            services.clock,
            services.versions,
            services.changes,
            settings.public_url,
            settings.event_listeners,
        ),
        key_uses=KeyUses(),
        limiter=Limiter(services.clock, services.digests, settings.rate_limits),
        networks=Networks(settings.proxies, settings.proxy_header),
        proofs=services.proofs,
        eraser=services.eraser,
        archivist=services.archivist,
        keeper=services.keeper,
        working=partial(working, inside, services.bell),
        sealed_links=services.sealed_links,
        webhook_reach=_reach(settings),
    )
    headers = SecurityHeaders(settings.public_url, hsts_subdomains=settings.hsts_subdomains)
    pages = CitizenPages(settings.contact)
    return pages.framed(make_app(kit, services.ids, settings.body_limit_bytes, headers, pages), kit)
