"""All settings, read once from the environment, prefix `CONSULTATION_`."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_SECRET_MIN: Final = 32


class Environment(StrEnum):
    """Where the service runs; anything but development insists on secrets."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


_SLUG_OF_KEYS: Final = "key"
"""Through which provider the users of servers with keys are known."""


class OidcProvider(BaseModel):
    """An OpenID Connect provider of the whole instance; `docs/identity-providers.md` tells the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slug: Annotated[str, Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    issuer: Annotated[str, Field(pattern="^https?://[^?#]+$", max_length=255)]
    client_id: Annotated[str, Field(min_length=1, max_length=255)]
    client_secret: Annotated[SecretStr, Field(min_length=1)]
    auth_method: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    scopes: tuple[str, ...] = ("openid",)
    acr_values: tuple[str, ...] = ()
    acr_accepted: tuple[str, ...] = ()
    algorithms: tuple[Literal["ES256", "ES384", "RS256", "PS256", "HS256"], ...] = (
        "ES256",
        "RS256",
        "PS256",
    )
    parameters: Mapping[str, str] = Field(default_factory=dict)
    encrypted: bool = False

    @model_validator(mode="after")
    def _asks_for_identity(self) -> Self:
        if "openid" not in self.scopes:
            raise ValueError("scopes must hold openid")
        if self.slug == _SLUG_OF_KEYS:
            raise ValueError("the slug is that of users whom servers name with their keys")
        return self


class WorkerPlace(StrEnum):
    """Where the worker runs."""

    INSIDE = "inside"
    APART = "apart"


class Settings(BaseSettings):
    """The service's settings, frozen. `docs/settings.md` is generated from this class."""

    model_config = SettingsConfigDict(
        env_prefix="CONSULTATION_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    environment: Annotated[
        Environment,
        Field(description="`production` refuses to start without a secret key and real mail."),
    ] = Environment.DEVELOPMENT
    database_url: Annotated[
        SecretStr,
        Field(
            description="SQLAlchemy URL: `sqlite:///path/to/file` or "
            "`postgresql+psycopg://user:password@host/name`."
        ),
    ] = SecretStr("sqlite:///var/consultation.sqlite3")
    public_url: Annotated[
        str,
        Field(
            description="The address under which people reach the service, without a final slash; "
            "links, problem types and the check of cross-site calls are made from it."
        ),
    ] = "http://127.0.0.1:8000"
    secret_key: Annotated[
        SecretStr | None,
        Field(
            description="At least 32 characters; keys the hashes of addresses and sign-in codes "
            "and encrypts the secrets of identity providers. Has no default in production; changing it "
            "makes sign-in codes and unused participation codes void, and organisations must enter those "
            "secrets again."
        ),
    ] = None
    session_hours: Annotated[
        int,
        Field(
            ge=1,
            le=2160,
            description="How long a session lasts at most, in hours: 30 days, unless you set another.",
        ),
    ] = 720
    session_idle_hours: Annotated[
        int,
        Field(
            ge=1,
            le=2160,
            description="After how many hours without use a session ends: 14 days, unless you set "
            "another. Counted from the end of the hour of its last use.",
        ),
    ] = 336
    hsts_subdomains: Annotated[
        bool,
        Field(
            description="Over https browsers are told to come by https only (HSTS); true tells them so of "
            "all names below the host of `PUBLIC_URL`, too. Set it when everything there has https."
        ),
    ] = False
    mail_url: Annotated[
        SecretStr,
        Field(
            default_factory=lambda: SecretStr(Path("var/mail").absolute().as_uri()),
            description="Where mail goes: `smtp://user:password@host:port`, `smtp+starttls://...`, "
            "`smtps://...`, or `file:///folder`, which writes one `.eml` a message.",
        ),
    ]
    mail_from: Annotated[str, Field(description="Sender of all mail.")] = "Consultation <no-reply@localhost>"
    service_name: Annotated[str, Field(description="Name of the service in mail.")] = "Consultation"
    contact: Annotated[
        str,
        Field(
            pattern=r"^$|^[^@\s]+@[^@\s]+$|^https://\S+$",
            description="Whom people write to about the service, shown on its pages: an e-mail address or "
            "an https address. Unless set, the pages name the organisation that holds the debate.",
        ),
    ] = ""
    oidc_providers: Annotated[
        tuple[OidcProvider, ...],
        Field(
            default_factory=tuple,
            description="Identity providers of the whole instance, as a JSON list; "
            "[identity-providers.md](identity-providers.md) tells the members and gives examples.",
        ),
    ]
    private_hosts: Annotated[
        tuple[str, ...],
        Field(
            default_factory=tuple,
            description="Hosts that may be called although their addresses are private, as a JSON list of "
            "`host` or `host:port`: an identity provider in your own network, for example. In development "
            "these may also be called without TLS.",
        ),
    ]
    threads: Annotated[
        int,
        Field(
            ge=1,
            le=64,
            description="Threads per process that talk to the database; its pools have the same size.",
        ),
    ] = 4
    document_cache_megabytes: Annotated[
        int,
        Field(
            ge=0,
            description="Memory per process for finished public documents; 0 builds each anew.",
        ),
    ] = 32
    event_listeners: Annotated[
        int,
        Field(
            ge=0,
            le=100_000,
            description="Listeners to live updates that a process takes, a fifth of them from one network; "
            "each holds a connection open. `0` offers none.",
        ),
    ] = 5_000
    body_limit_bytes: Annotated[
        int, Field(ge=1024, description="Largest request body that is read, in bytes.")
    ] = 524_288
    sqlite_synchronous: Annotated[
        str,
        Field(
            pattern="^(NORMAL|FULL|EXTRA)$",
            description="SQLite only. `NORMAL` survives a killed process; `FULL` also a power cut.",
        ),
    ] = "NORMAL"
    rate_limits: Annotated[
        float,
        Field(
            ge=0,
            le=10_000,
            description="Multiplies every number of calls that `docs/abuse.md` allows; `0` counts and "
            "refuses nothing, and never asks for a proof of work.",
        ),
    ] = 1.0
    trusted_proxies: Annotated[
        str,
        Field(
            description="Addresses and networks of your own reverse proxies, with commas between: "
            "`10.0.0.5, 2001:db8::/64`. Only what calls from there is believed about who called it."
        ),
    ] = ""
    proxy_header: Annotated[
        str,
        Field(
            pattern="^(x-forwarded-for|forwarded)$",
            description="The header in which those proxies say who called: `x-forwarded-for`, or `forwarded` "
            "(RFC 7239). It must be one that they set themselves.",
        ),
    ] = "x-forwarded-for"
    proof_cost: Annotated[
        int,
        Field(
            ge=1,
            le=100_000,
            description="Difficulty of a proof of work: iterations of PBKDF2 in each of about 130 tries. A "
            "telephone needs two or three seconds for the default.",
        ),
    ] = 2_000
    retention_codes_hours: Annotated[
        int, Field(ge=1, le=24, description="How long hashes of sign-in codes are kept.")
    ] = 1
    retention_inactive_months: Annotated[
        int,
        Field(
            ge=0,
            description="After how many months without a sign-in an account is erased, its texts "
            "unsigned; never that of staff. 0 keeps accounts.",
        ),
    ] = 24
    retention_warning_days: Annotated[
        int, Field(ge=7, le=90, description="How long before that the person is told by mail.")
    ] = 30
    retention_archives_days: Annotated[
        int, Field(ge=1, le=7, description="How long a large archive can be fetched.")
    ] = 7
    retention_erasures_days: Annotated[
        int,
        Field(
            ge=1,
            description="How long it is known, as a hash, who was erased: longer than backups are kept.",
        ),
    ] = 400
    retention_moderation_months: Annotated[
        int,
        Field(
            ge=1,
            description="How long after the last word on a case what was reported, decided and answered is "
            "kept in words, and who did.",
        ),
    ] = 12
    retention_mail_days: Annotated[
        int, Field(ge=1, description="How long messages stay in the folder of a `file:` mail URL.")
    ] = 30
    archive_rows_at_once: Annotated[
        int,
        Field(
            ge=0,
            description="Rows up to which an archive is handed over at once; larger ones are written "
            "in the background.",
        ),
    ] = 2000
    worker: Annotated[
        WorkerPlace,
        Field(
            description="Where what follows from the journals is carried out: `inside` each process of "
            "`consultation serve`, or `apart`, by `consultation worker`, of which you then run at least one."
        ),
    ] = WorkerPlace.INSIDE
    access_log: Annotated[
        bool,
        Field(
            description="A line in the log for each answer: method, route, status, milliseconds, "
            "request id; nothing of who asked."
        ),
    ] = False
    log_level: Annotated[
        str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Lowest level that is logged.")
    ] = "INFO"

    @model_validator(mode="after")
    def _production_needs_secrets(self) -> Self:
        parts = urlsplit(self.public_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or self.public_url.endswith("/"):
            message = "PUBLIC_URL must be an http(s) address without a final slash"
            raise ValueError(message)
        try:
            self.proxies  # noqa: B018 - read for its fault
        except ValueError as error:
            message = f"TRUSTED_PROXIES must be addresses or networks: {error}"
            raise ValueError(message) from error
        secret = self.secret_key.get_secret_value() if self.secret_key else ""
        if self.secret_key is not None and len(secret) < _SECRET_MIN:
            message = f"SECRET_KEY must have at least {_SECRET_MIN} characters"
            raise ValueError(message)
        slugs = [provider.slug for provider in self.oidc_providers]
        if len(set(slugs)) < len(slugs):
            message = "OIDC_PROVIDERS must have slugs that differ"
            raise ValueError(message)
        if self.environment is Environment.PRODUCTION:
            if not secret:
                message = "SECRET_KEY must be set in production"
                raise ValueError(message)
            if self.mail_url.get_secret_value().startswith("file:"):
                message = "MAIL_URL must be an SMTP server in production: files reach nobody"
                raise ValueError(message)
        return self

    @cached_property
    def proxies(self) -> tuple[str, ...]:
        """The networks of trusted proxies. Raises ValueError for what is none."""
        named = (one.strip() for one in self.trusted_proxies.split(","))
        return tuple(str(ip_network(one)) for one in named if one)

    @cached_property
    def key(self) -> str:
        """The secret key; in development a fixed one that protects nothing."""
        if self.secret_key is None:
            return "development-only-key-that-protects-nothing"
        return self.secret_key.get_secret_value()
