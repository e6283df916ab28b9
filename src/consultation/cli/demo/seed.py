"""Fills the demonstration's database: a town, its organiser and three debates, in one transaction.

All or nothing: whoever finds the town finds everything, and a start that was interrupted leaves
an empty database for the next.
"""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import BinaryIO, Final, cast
from zoneinfo import ZoneInfo

from consultation.application.debates import DebateDraft, create_debate, publish_debate
from consultation.application.logos import set_logo
from consultation.application.organisations import add_organisation, give_role
from consultation.application.people import add_account, change_account
from consultation.application.platform import add_platform_administrator
from consultation.application.ports import Account, Transaction
from consultation.application.readers import Document, Window
from consultation.bootstrap import build
from consultation.cli.demo.logo import ALT, logo
from consultation.cli.demo.script import ScriptedClock, Stage, Texts, people_of, scenes
from consultation.cli.failures import accepted
from consultation.cli.schema import ensure_schema
from consultation.domain.actors import Person, Role
from consultation.domain.debates import Theme
from consultation.domain.decisions import Refused
from consultation.domain.period import instant_of_local
from consultation.settings import Settings

TOWN: Final = "valbruyere"
TOWN_NAME: Final = "Ville de Valbruyère"
TIME_ZONE: Final = "Europe/Paris"
LOCALE: Final = "fr"
ORGANISER: Final = "organisatrice@valbruyere.example"
PLATFORM_ADMINISTRATOR: Final = "plateforme@consultation.example"
ORGANISER_NAME: Final = "Mairie de Valbruyère"

NAMES: Final = ("open", "upcoming", "thread")
"""The texts of the three debates; the thread's is the closed one."""

_DRAFTED_BEFORE: Final = timedelta(days=5)
_DRAFTED_FOR: Final = timedelta(days=1)


def prepare(settings: Settings, now: datetime) -> dict[str, Document]:
    """Migrate and fill the database of the settings where that has not been done.

    `now` is aware. Returns the three debates as everybody sees them now, by the name of their
    texts. Raises Failure.
    """
    clock = ScriptedClock(now)
    services = build(settings, clock=clock)
    try:
        ensure_schema(services.database, may_migrate=True)
        accepted(services.work.perform(lambda tx: seed(tx, clock)))
        with services.readers.snapshot() as snapshot:
            page = snapshot.debates(Window(100), clock.now, TOWN)
        found = {debate["slug"]: debate for debate in page.items}
        return {name: found[texts(name)["slug"]] for name in NAMES}
    finally:
        services.database.dispose()


@cache
def texts(name: str) -> Texts:
    """The texts of a debate by one of NAMES."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def seed(tx: Transaction, clock: ScriptedClock) -> None:
    """Make the town, its organiser and its debates unless the town is there; `clock` is at now.

    Raises Failure when a rule refuses something.
    """
    if tx.organisations.find(TOWN) is not None:
        return
    now = clock.now
    today = now.astimezone(ZoneInfo(TIME_ZONE)).replace(tzinfo=None, second=0, microsecond=0)
    drafted = now - timedelta(days=texts("open")["opened_days_ago"]) - _DRAFTED_BEFORE
    clock.now = drafted
    organiser = found_town(tx)
    # Lists begin with the newest debate: the open one comes last.
    clock.now = now
    _closed_debate(tx)
    clock.now = now - _DRAFTED_FOR
    _upcoming_debate(tx, clock, organiser, today, now)
    clock.now = drafted
    _open_debate(tx, clock, organiser, today, now)
    clock.now = now


def found_town(tx: Transaction) -> Account:
    """Make the town and give its organiser every role; name somebody who may set up more of them."""
    add_platform_administrator(tx, PLATFORM_ADMINISTRATOR, LOCALE)
    accepted(add_organisation(tx, TOWN, TOWN_NAME, TIME_ZONE, LOCALE))
    for role in Role:
        accepted(give_role(tx, TOWN, ORGANISER, role))
    account = tx.people.by_email(ORGANISER)
    assert account is not None  # noqa: S101 - made a line above
    accepted(set_logo(tx, TOWN, account, logo(), ALT))
    return _named(tx, account, ORGANISER_NAME)


def _named(tx: Transaction, account: Account, name: str) -> Account:
    changed = change_account(tx, account, name, None)
    assert not isinstance(changed, Refused), changed  # noqa: S101 - our own texts, held by a test
    return changed


def draft_of(debate: Texts, opens_at: datetime, closes_at: datetime) -> DebateDraft:
    """A debate of the texts, with local and naive ends."""
    return DebateDraft(
        title=debate["title"],
        description=debate["description"],
        opens_at=instant_of_local(opens_at, TIME_ZONE),
        closes_at=instant_of_local(closes_at, TIME_ZONE),
        slug=debate["slug"],
        themes=tuple(Theme(**theme) for theme in debate["themes"]),
    )


def _at(day: datetime, hour: str) -> datetime:
    hours, minutes = map(int, hour.split(":"))
    return day.replace(hour=hours, minute=minutes)


def _open_debate(
    tx: Transaction, clock: ScriptedClock, organiser: Account, today: datetime, now: datetime
) -> None:
    debate = texts("open")
    opens_at = _at(today - timedelta(days=debate["opened_days_ago"]), debate["opens_at"])
    closes_at = _at(today + timedelta(days=debate["closes_in_days"]), debate["closes_at"])
    made = accepted(create_debate(tx, TOWN, organiser, draft_of(debate, opens_at, closes_at)))
    clock.now += _DRAFTED_FOR
    accepted(publish_debate(tx, made.debate.uid, organiser))
    cast = {}
    for index, name in enumerate(people_of(debate), 1):
        account = _named(tx, add_account(tx, f"habitant-{index}@valbruyere.example", LOCALE), name)
        cast[name] = Person(account.key, account.name)
    stage = Stage(tx, made.debate.uid, cast)
    for at, scene in scenes(debate, opens_at, TIME_ZONE):
        # A vote late in the script may fall on today: nobody has voted in the future.
        clock.now = min(at, now)
        stage.play(scene)


def _upcoming_debate(
    tx: Transaction, clock: ScriptedClock, organiser: Account, today: datetime, now: datetime
) -> None:
    debate = texts("upcoming")
    opens_at = _at(today + timedelta(days=debate["opens_in_days"]), debate["opens_at"])
    closes_at = _at(today + timedelta(days=debate["closes_in_days"]), debate["closes_at"])
    made = accepted(create_debate(tx, TOWN, organiser, draft_of(debate, opens_at, closes_at)))
    clock.now = now
    accepted(publish_debate(tx, made.debate.uid, organiser))


def _closed_debate(tx: Transaction) -> None:
    """Bring in the debate that was held elsewhere, with the numbers and instants it had."""
    # Only the first start needs them.
    from consultation.application.imports import import_archive  # noqa: PLC0415 - see above
    from consultation.exchange.debate_jsonl.reading import read_debate_jsonl  # noqa: PLC0415 - see above
    from consultation.persistence.bulk.writing import bulk_store  # noqa: PLC0415 - see above

    with files(__package__).joinpath("closed.jsonl").open("rb") as stream:
        lines = read_debate_jsonl(cast("BinaryIO", stream))
        accepted(import_archive(tx, bulk_store(tx), lines, TOWN))
