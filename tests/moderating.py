"""A debate, its author and two moderators, for the tests of moderation."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from consultation.application.doctor import examine
from consultation.application.moderation.appealing import lodge_appeal
from consultation.application.moderation.deciding import decide_appeal, decide_case
from consultation.application.moderation.reporting import report_post
from consultation.application.organisations import give_role
from consultation.application.ports import Account, Transaction
from consultation.bootstrap import Services
from consultation.domain.actors import Person, Role
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import Case, Ground, Measure, Reasons, Ruling
from consultation.persistence.bulk.examining import examination_of
from tests.builders import Town

ANSWER: Final = "Cette phrase rapporte ce que tout le monde a entendu."


class Desk:
    """A debate with a contribution and an argument by the author, and the moderators' commands."""

    def __init__(self, services: Services, town: Town) -> None:
        self.services = services
        self.town = town
        author = town.citizen("autrice")
        self.debate = town.debate()
        self.number = town.contribution(self.debate, author)
        self.argument = town.argument(self.debate, self.number, "pro", author)
        self.author = self.account("autrice@citoyens.example")
        self.first = self.account("moderator@ville.example")
        self.perform(lambda tx: give_role(tx, "ville-exemple", "seconde@ville.example", Role.MODERATOR))
        self.second = self.account("seconde@ville.example")

    def perform(self, command: Callable[[Transaction], Any]) -> Any:
        return self.services.work.perform(command)

    def account(self, email: str) -> Account:
        found = self.perform(lambda tx: tx.people.by_email(email) or Refused(RefusalCode.MEMBER_NOT_FOUND))
        assert isinstance(found, Account)
        return found

    def report(
        self,
        name: str = "lectrice",
        number: int | None = None,
        text: str = "",
        ground: Ground = Ground.CHARTER,
    ) -> Any:
        """Somebody of this name reports a post."""
        self.town.citizen(name)
        account = self.account(f"{name}@citoyens.example")
        actor, uid = Person(account.key, account.name), UUID(self.debate)
        return self.perform(lambda tx: report_post(tx, uid, number or self.number, actor, ground, text))

    def decide(self, case: Case, measure: Measure, by: Account | None = None, **changes: Any) -> Any:
        ruling = self.ruling(measure, **changes)
        return self.perform(lambda tx: decide_case(tx, "ville-exemple", case.uid, by or self.first, ruling))

    def decide_appeal(self, case: Case, measure: Measure, by: Account | None = None, **changes: Any) -> Any:
        ruling = self.ruling(measure, **changes)
        return self.perform(
            lambda tx: decide_appeal(tx, "ville-exemple", case.uid, by or self.second, ruling)
        )

    def appeal(self, case: Case, by: Account | None = None) -> Any:
        return self.perform(lambda tx: lodge_appeal(tx, case.uid, self.person(by or self.author), ANSWER))

    def ruling(self, measure: Measure, ground: Ground = Ground.CHARTER, **changes: Any) -> Ruling:
        """What a moderator decides, with reasons."""
        reasons = Reasons(
            ground=ground,
            reference="Charte, article 4",
            facts="Le texte insulte une personne.",
            explanation="La charte exclut les insultes.",
            until=changes.pop("until", None),
        )
        return Ruling(measure=measure, reasons=reasons, **changes)

    def person(self, account: Account) -> Person:
        return Person(account.key, account.name)

    def post(self, number: int | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self.town.anonymous.get(
            f"/debates/{self.debate}/posts/{number or self.number}"
        ).json()
        return found

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = self.town.anonymous.get(f"/debates/{self.debate}").json()["counts"]
        return found

    def kinds(self) -> list[str]:
        journal = self.town.anonymous.get(f"/debates/{self.debate}/journal?limit=100").json()
        return [entry["kind"] for entry in journal["items"]]

    def findings(self) -> list[str]:
        with examination_of(self.services.database) as record:
            return [str(finding) for finding in examine(record)]
