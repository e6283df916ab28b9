"""Debates for these tests, made by the real commands on a database of either kind."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from consultation.application.debates import (
    DebateDraft,
    DebateEdit,
    change_debate,
    close_early,
    create_debate,
    extend_period,
    publish_debate,
    reopen,
)
from consultation.application.doctor import Finding, examine
from consultation.application.exports import Exported
from consultation.application.imports import Imported, import_archive
from consultation.application.organisations import add_organisation, give_role
from consultation.application.people import add_account, change_account
from consultation.application.ports import Account, Transaction
from consultation.application.posts import Draft, Edit, add_post, edit_post, withdraw_post
from consultation.application.versions import Versions
from consultation.application.voting import cast_vote, take_back_vote
from consultation.domain.actors import Person, Role
from consultation.domain.debates import Theme
from consultation.domain.decisions import Refused
from consultation.domain.posts import PostKind, PostText, Side
from consultation.domain.voting import VoteValue
from consultation.exchange.debate_jsonl.reading import read_debate_jsonl
from consultation.exchange.debate_jsonl.writing import export_debate
from consultation.ids import SystemIds
from consultation.persistence.bulk.examining import examination_of
from consultation.persistence.bulk.reading import archive_of
from consultation.persistence.bulk.writing import bulk_store
from consultation.persistence.engine import Database
from consultation.persistence.unit_of_work import SqlUnitOfWork
from tests.builders import number_of

Result = TypeVar("Result")

START: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CLOSES_AT: Final = START + timedelta(days=30)
ORGANISATION: Final = "ville-exemple"

NASTY: Final = (
    'ligne\u2028séparée\u2029par Unicode, \u00a0espace\ttab, "guillemets" \\ et </script> 🗳️ '
    "e\u0301té 日本語 \U0001f468\u200d\U0001f469\u200d\U0001f467 #2150 null {} [] \\u0000\nfin"
)


class TickingClock:
    """A clock that moves on by a second and a microsecond each time it is read."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1, microseconds=1)
        return self.now


@dataclass
class Instance:
    """One instance of the service: a database and its commands."""

    database: Database
    clock: TickingClock = field(default_factory=TickingClock)
    founded: bool = False

    def __post_init__(self) -> None:
        self.work = SqlUnitOfWork(self.database, SystemIds(), self.clock, Versions())
        if not self.founded:
            self.found(ORGANISATION)

    def found(self, slug: str) -> None:
        """Set up an organisation."""
        self.done(lambda tx: add_organisation(tx, slug, "Ville d'Exemple", "Europe/Paris", "fr"))

    def done(self, command: Callable[[Transaction], Result | Refused]) -> Result:
        """Run a command that must not be refused."""
        result = self.work.perform(command)
        assert not isinstance(result, Refused), result
        return result

    def account(self, name: str) -> Account:
        """A new account with a name."""

        def make(tx: Transaction) -> Account | Refused:
            return change_account(tx, add_account(tx, f"{name.lower()}@citoyens.example", "fr"), name, None)

        return self.done(make)

    def organiser(self) -> Account:
        """A new organiser."""
        email = "organiser@ville.example"
        return self.done(lambda tx: give_role(tx, ORGANISATION, email, Role.ORGANISER)).person

    def export(self, debate: UUID) -> bytes:
        """The debate as debate-jsonl."""
        return self.export_with_account(debate)[0]

    def export_with_account(self, debate: UUID) -> tuple[bytes, Exported]:
        """The debate as debate-jsonl, and what the export says of it."""
        stream = io.BytesIO()
        with archive_of(self.database, debate) as archive:
            assert archive is not None
            exported = export_debate(archive, stream.write)
        return stream.getvalue(), exported

    def findings(self, debate: UUID | None = None) -> list[Finding]:
        """What the doctor finds."""
        with examination_of(self.database) as examination:
            return list(examine(examination, debate))

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """What a statement reads."""
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def bring_in(self, octets: bytes, organisation: str | None = None) -> Imported | Refused:
        """Import debate-jsonl."""
        return self.work.perform(
            lambda tx: import_archive(tx, bulk_store(tx), read_debate_jsonl(io.BytesIO(octets)), organisation)
        )


def lively_debate(instance: Instance) -> UUID:
    """A debate with everything that commands can do to it."""
    clock_start = instance.clock.now
    organiser = instance.organiser()
    draft = DebateDraft(
        title="Quelle place pour les arbres ?",
        description=f"Dites-nous où planter.\n\n{NASTY}",
        opens_at=clock_start,
        closes_at=clock_start + timedelta(days=30),
        themes=(Theme("rues", "Les rues", "Toutes"), Theme("parcs", "Les parcs")),
    )
    done = instance.done
    uid = done(lambda tx: create_debate(tx, ORGANISATION, organiser, draft)).debate.uid
    done(lambda tx: change_debate(tx, uid, organiser, DebateEdit(description="Dites-nous où et quoi.")))
    done(lambda tx: publish_debate(tx, uid, organiser, "Comme prévu"))
    people = [instance.account(name) for name in ("Camille", "Dominique", "Sacha", "Éloïse")]
    camille, dominique, sacha, eloise = (Person(one.key, one.name) for one in people)

    def post(author: Person, kind: PostKind, text: PostText, on: int | None = None) -> int:
        side = Side.PRO if kind is PostKind.ARGUMENT else None
        return number_of(done(lambda tx: add_post(tx, uid, author, Draft(kind, text, on, side))))

    def contra(author: Person, body: str, on: int) -> int:
        draft = Draft(PostKind.ARGUMENT, PostText(body), on, Side.CONTRA)
        return number_of(done(lambda tx: add_post(tx, uid, author, draft)))

    def vote(voter: Person, number: int, value: VoteValue) -> None:
        done(lambda tx: cast_vote(tx, uid, number, voter, value))

    def revise(author: Person, number: int, body: str) -> None:
        done(lambda tx: edit_post(tx, uid, number, author, Edit(body=body)))

    first = post(camille, PostKind.CONTRIBUTION, PostText(NASTY, "Planter partout", theme="rues"))
    second = post(dominique, PostKind.CONTRIBUTION, PostText("Rien du tout, nulle part.", "Ne rien planter"))
    pro = post(dominique, PostKind.ARGUMENT, PostText("L'ombre rafraîchit."), first)
    against = contra(sacha, "Les racines soulèvent les trottoirs.", first)
    link = PostText("Une note", "Étude", "https://exemple.example/étude?a=1&b=%20")
    source = post(eloise, PostKind.SOURCE, link, first)
    withdrawn = contra(camille, "Je me suis trompé.", second)
    vote(dominique, first, VoteValue.AGREE)
    vote(sacha, first, VoteValue.MIXED)
    vote(eloise, second, VoteValue.DISAGREE)
    vote(sacha, pro, VoteValue.SUPPORT)
    vote(camille, source, VoteValue.SUPPORT)
    vote(camille, withdrawn, VoteValue.SUPPORT)
    for body in ("Planter dans chaque rue sans arbre.", "Planter dans chaque rue, et arroser."):
        revise(camille, first, body)
    revise(sacha, against, "Les racines soulèvent tout.")
    vote(sacha, first, VoteValue.DISAGREE)
    vote(camille, first, VoteValue.AGREE)
    done(lambda tx: take_back_vote(tx, uid, first, camille))
    done(lambda tx: withdraw_post(tx, uid, withdrawn, camille))
    done(lambda tx: extend_period(tx, uid, organiser, clock_start + timedelta(days=40), "Trop court"))
    done(lambda tx: close_early(tx, uid, organiser, "Fini"))
    done(lambda tx: reopen(tx, uid, organiser, clock_start + timedelta(days=50), "Pas fini"))
    post(eloise, PostKind.CONTRIBUTION, PostText("Une dernière idée pour la route.", "Un dernier mot"))
    return uid
