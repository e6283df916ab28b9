"""Data for tests: made through commands and the API only, so that no impossible state exists."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from httpx2 import Response
from starlette.testclient import TestClient

from consultation.application.keys import IssuedKey, NewKey, issue_key
from consultation.application.organisations import add_organisation, give_role
from consultation.application.people import add_account, open_session
from consultation.application.ports import Transaction
from consultation.application.posts import Posted
from consultation.bootstrap import Services
from consultation.domain.actors import Role
from consultation.domain.keys import Scope

NOW: Final = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
OPENS_AT: Final = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CLOSES_AT: Final = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
API: Final = "/api/v1"
SLUG: Final = "ville-exemple"

CONTRIBUTION: Final = {
    "title": "Planter des arbres",
    "body": "Un arbre dans chaque rue qui n'en a pas encore.",
}


def rfc3339(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def number_of(sent: object) -> int:
    """The number of a post that was accepted and published at once."""
    assert isinstance(sent, Posted)
    return sent.post.number


class StepClock:
    """A clock that stands still until a test moves it; it can also jump back."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def step(self, by: timedelta = timedelta(seconds=1)) -> datetime:
        self.now += by
        return self.now

    def set(self, now: datetime) -> None:
        self.now = now


@dataclass(frozen=True)
class Caller:
    """Somebody with a bearer token; without one, anonymous."""

    client: TestClient
    token: str | None = None
    on_behalf_of: str | None = None

    def call(self, method: str, path: str, json: Any = None, **headers: str) -> Response:
        """One call of the API; `path` starts after /api/v1, header names use underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.credentials(), **sent}
        return self.client.request(method, f"{API}{path}", json=json, headers=sent)

    def credentials(self) -> dict[str, str]:
        """The headers that say who calls."""
        sent = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        return sent if self.on_behalf_of is None else sent | {"On-Behalf-Of": self.on_behalf_of}

    def naming(self, user: str | None) -> "Caller":
        """The same server, acting for one of its users."""
        return replace(self, on_behalf_of=user)

    def get(self, path: str, **headers: str) -> Response:
        return self.call("GET", path, **headers)

    def post(self, path: str, json: Any = None, **headers: str) -> Response:
        return self.call("POST", path, {} if json is None else json, **headers)

    def put(self, path: str, json: Any, **headers: str) -> Response:
        return self.call("PUT", path, json, **headers)

    def patch(self, path: str, json: Any, **headers: str) -> Response:
        return self.call("PATCH", path, json, **headers)

    def delete_with(self, path: str, json: Any, **headers: str) -> Response:
        return self.call("DELETE", path, json, **headers)

    def delete(self, path: str, **headers: str) -> Response:
        return self.call("DELETE", path, **headers)


class Town:
    """An organisation `ville-exemple` with one member of each role."""

    def __init__(self, services: Services, client: TestClient, clock: StepClock) -> None:
        self.services = services
        self.client = client
        self.clock = clock
        self.anonymous = Caller(client)
        self._said: Counter[str] = Counter()

        def found(tx: Transaction) -> str:
            add_organisation(tx, "ville-exemple", "Ville d'Exemple", "Europe/Paris", "fr")
            for role in Role:
                give_role(tx, "ville-exemple", f"{role.value}@ville.example", role)
            return "founded"

        services.work.perform(found)
        self.moderator = self.sign_in("moderator@ville.example")
        self.organiser = self.sign_in("organiser@ville.example")
        self.administrator = self.sign_in("administrator@ville.example")

    def sign_in(self, email: str) -> Caller:
        """A caller with an account; the code's way is tested where it belongs."""

        def signing_in(tx: Transaction) -> str:
            account = tx.people.by_email(email) or add_account(tx, email, "fr")
            return open_session(tx, self.services.digests, account, self.services.session_rules).token

        token = self.services.work.perform(signing_in)
        assert isinstance(token, str)
        return Caller(self.client, token)

    def citizen(self, name: str = "camille") -> Caller:
        """A participant without any role."""
        return self.sign_in(f"{name}@citoyens.example")

    def key(self, *scopes: Scope, name: str = "Site de la ville", organisation: str = SLUG) -> Caller:
        """The server of an organisation, with a new key; all scopes unless some are given."""

        def making(tx: Transaction) -> str:
            owner = tx.organisations.find(organisation)
            assert owner is not None
            issued = issue_key(tx, self.services.digests, owner, NewKey(name, frozenset(scopes or Scope)))
            assert isinstance(issued, IssuedKey)
            return issued.token

        token = self.services.work.perform(making)
        assert isinstance(token, str)
        return Caller(self.client, token)

    def draft(self, **changes: Any) -> str:
        """The id of a new draft."""
        payload = {
            "title": "Quelle place pour les arbres ?",
            "description": "Dites-nous où planter.",
            "opens_at": rfc3339(OPENS_AT),
            "closes_at": rfc3339(CLOSES_AT),
            "themes": [{"slug": "rues", "title": "Les rues"}, {"slug": "parcs", "title": "Les parcs"}],
        } | changes
        answer = self.organiser.post("/organisations/ville-exemple/debates", payload)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def debate(self, **changes: Any) -> str:
        """The id of a new published debate, open at NOW."""
        uid = self.draft(**changes)
        answer = self.organiser.post(f"/debates/{uid}/publication")
        assert answer.status_code == 201, answer.text
        return uid

    def contribution(self, debate: str, caller: Caller | None = None, **changes: Any) -> int:
        """The number of a new contribution."""
        caller = caller or self.citizen()
        text = {"body": self._fresh(CONTRIBUTION["body"], debate)}
        answer = caller.post(f"/debates/{debate}/contributions", CONTRIBUTION | text | changes)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["number"])

    def _fresh(self, text: str, debate: str) -> str:
        """A text, numbered from the debate's second on: nobody says the same twice in one."""
        self._said[debate] += 1
        number = self._said[debate]
        return text if number == 1 else f"{text} ({number})"

    def argument(
        self, debate: str, contribution: int, side: str = "pro", caller: Caller | None = None
    ) -> int:
        """The number of a new argument."""
        caller = caller or self.citizen()
        answer = caller.post(
            f"/debates/{debate}/contributions/{contribution}/arguments",
            {"side": side, "body": self._fresh("L'ombre rafraîchit la ville.", debate)},
        )
        assert answer.status_code == 201, answer.text
        return int(answer.json()["number"])

    def codes(self, debate: str, count: int = 1) -> dict[str, Any]:
        """A new batch of participation codes of a debate that asks for them."""
        answer = self.organiser.post(f"/debates/{debate}/participation-codes", {"count": count})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made
