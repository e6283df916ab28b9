"""Opening the service for a command: settings, database, schema; everything closed at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from consultation.cli.console import remark
from consultation.cli.failures import ExitCode, Failure, accepted

if TYPE_CHECKING:
    from pydantic import ValidationError

    from consultation.application.ports import Organisation, Transaction
    from consultation.bootstrap import Services
    from consultation.domain.decisions import Refused
    from consultation.settings import Settings

Result = TypeVar("Result")


def read_settings() -> "Settings":
    """The settings of the environment. Raises Failure, in whose text no value stands."""
    from pydantic import ValidationError  # noqa: PLC0415 - a tenth of a second
    from pydantic_settings import SettingsError  # noqa: PLC0415 - with the former

    from consultation.settings import Settings  # noqa: PLC0415 - a tenth of a second

    try:
        return Settings()
    except ValidationError as error:
        raise Failure(_unfit(error), ExitCode.USAGE) from error
    except SettingsError as error:
        # Its text names the setting; that of its cause, which is left out, holds the value.
        name = str(error).partition('"')[2].partition('"')[0].upper()
        told = f"CONSULTATION_{name} is no JSON. docs/settings.md lists all settings."
        raise Failure(told, ExitCode.USAGE) from None


def _unfit(error: "ValidationError") -> str:
    faults = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        text = fault["msg"].removeprefix("Value error, ")
        where = "".join(f"{part}: ".upper() for part in fault["loc"])
        faults.append(f"CONSULTATION_{where}{text}")
    return "; ".join(faults) + ". docs/settings.md lists all settings."


def is_development(settings: "Settings") -> bool:
    """May commands change the schema without being asked to?"""
    return settings.environment == "development"


@contextmanager
def open_services(*, may_migrate: bool = True) -> Iterator["Services"]:
    """The service on a database that fits this release; in development it is migrated.

    Raises Failure.
    """
    from consultation.bootstrap import build  # noqa: PLC0415 - loads the database's libraries
    from consultation.cli.schema import ensure_schema  # noqa: PLC0415 - with the former

    settings = read_settings()
    try:
        services = build(settings)
    except ValueError as error:  # an unfit mail address: its text names no password
        raise Failure(f"CONSULTATION settings, {error}.", ExitCode.USAGE) from error
    try:
        told = ensure_schema(services.database, may_migrate=may_migrate and is_development(settings))
        if told is not None:
            remark(told)
        yield services
    finally:
        services.close()


def perform(services: "Services", command: "Callable[[Transaction], Result | Refused]") -> Result:
    """Run a command in a transaction. Raises Failure with the localised sentence of a refusal."""
    return accepted(services.work.perform(command))


def find_organisation(services: "Services", slug: str) -> "Organisation":
    """An organisation by slug. Raises Failure when there is none."""
    from consultation.domain.decisions import RefusalCode, Refused  # noqa: PLC0415 - with the database only

    def find(tx: "Transaction") -> "Organisation | Refused":
        return tx.organisations.find(slug) or Refused(RefusalCode.ORGANISATION_NOT_FOUND)

    return perform(services, find)


def address_of(email: str) -> str:
    """An e-mail address as it is kept. Raises Failure when it is none."""
    from consultation.application.people import normal_address  # noqa: PLC0415 - with the database only

    address = normal_address(email)
    if address is None:
        raise Failure(f"{email!r} is not an e-mail address.", ExitCode.USAGE)
    return address
