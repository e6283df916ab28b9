"""A scene: debates in every state, and for each operation a call that is good in it.

What all tests of a database may look at stands once and is not changed; calls that change something
get an object of their own from `Scene.fresh`.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from httpx2 import Response
from sqlalchemy import select

from consultation.domain.actors import Role
from consultation.domain.permissions import PERMISSIONS, PLATFORM_ACTS, Act, Stage
from consultation.persistence.tables import debates, posts
from tests.api import links, logos
from tests.api.attempts import Attempt
from tests.api.bodies import BODIES, DAY, INSTANCE, NOBODY, QUERIES
from tests.api.cases import CASES, in_another_stage, new_case
from tests.api.contract import Contract, Operation
from tests.api.fresh import ENDING, FRESH
from tests.api.operations import CODES
from tests.api.waiting import published, waiting_debate
from tests.api.worlds import World
from tests.builders import NOW, Caller, Town, rfc3339

_SAYS: Final = {"post_contribution": "body", "post_argument": "body", "post_source": "title"}
"""Where a call says something that the same person may not say twice."""


def without_id(answer: Response) -> dict[str, str]:
    """The headers of an answer, but for what is new in each or told of new calls only."""
    fleeting = {"x-request-id", "ratelimit", "ratelimit-policy"}
    return {name: value for name, value in answer.headers.items() if name not in fleeting}


@dataclass
class Scene:
    """The debates and people of the shared part of a world."""

    world: World
    contract: Contract
    _members: dict[str, str] = field(default_factory=dict)

    @property
    def town(self) -> Town:
        return self.world.town

    @cached_property
    def author(self) -> Caller:
        """Who wrote the posts of the open debate."""
        return self.town.citizen("autrice")

    @cached_property
    def participant(self) -> Caller:
        """Somebody signed in who wrote nothing."""
        return self.town.citizen("participante")

    @cached_property
    def neighbour(self) -> Caller:
        """Somebody whose posts others report."""
        return self.town.citizen("voisine")

    @cached_property
    def foreign(self) -> tuple[str, dict[Role, Caller]]:
        """Another organisation and its staff."""
        return self.world.organisation()

    @cached_property
    def platform(self) -> Caller:
        """Somebody who runs the platform and belongs to no organisation."""
        return self.world.platform_administrator()

    @cached_property
    def orphan(self) -> str:
        """An organisation to which nobody belongs."""
        return self.world.orphan()

    @cached_property
    def server(self) -> Caller:
        """The town's server, with a key for everything."""
        return self.town.key()

    @cached_property
    def user(self) -> Caller:
        """The same for a user whom the service knows."""
        user = self.server.naming("usager-1")
        user.put("/organisations/ville-exemple/participant", {"name": "Usager"})
        return user

    @cached_property
    def revoked(self) -> Caller:
        """A server whose key was revoked."""
        keys = "/organisations/ville-exemple/keys"
        made = self.town.administrator.post(keys, BODIES["create_key"]).json()
        self.town.administrator.delete(f"{keys}/{made['id']}")
        return Caller(self.town.client, made["token"])

    @property
    def staff(self) -> dict[Role, Caller]:
        """The staff of the organisation whose debates these are."""
        town = self.town
        return {
            Role.MODERATOR: town.moderator,
            Role.ORGANISER: town.organiser,
            Role.ADMINISTRATOR: town.administrator,
        }

    @cached_property
    def open(self) -> str:
        """An open debate: contribution 1, arguments 2 and 3, source 4, withdrawn post 5."""
        debate, author = self.town.debate(), self.author
        self.town.contribution(debate, author, theme="rues")
        self.town.argument(debate, 1, "pro", author)
        self.town.argument(debate, 1, "contra", author)
        author.post(f"/debates/{debate}/contributions/1/sources", BODIES["post_source"])
        self.town.contribution(debate, author)
        author.post(f"/debates/{debate}/posts/5/withdrawal")
        self.participant.put(f"/debates/{debate}/posts/1/vote", {"value": "agree"})
        author.patch(f"/debates/{debate}/posts/1", {"body": "Un arbre dans chaque rue, deux sur les places."})
        return debate

    @cached_property
    def cases(self) -> dict[str, str]:
        """A case that is open, one that is decided and one that is appealed, all by the author."""
        states = ("open", "decided", "appealed", "held")
        return {state: new_case(self, self.author, state) for state in states}

    @cached_property
    def cases_of_user(self) -> dict[str, str]:
        """The same by a user of the town's server."""
        return {state: new_case(self, self.user, state) for state in ("open", "decided", "appealed")}

    def cases_for(self, name: str) -> dict[str, str]:
        """Those on which the good call of an operation can be made."""
        return self.cases_of_user if name == "lodge_participant_appeal" else self.cases

    @cached_property
    def waiting(self) -> str:
        """An open debate in which everything is read before it is published: contribution 1 by the author."""
        debate = waiting_debate(self.town)
        published(self.town, debate, self.author)
        return debate

    @cached_property
    def upcoming(self) -> str:
        """A published debate that opens tomorrow."""
        return self.town.debate(opens_at=rfc3339(NOW + DAY), closes_at=rfc3339(NOW + 2 * DAY))

    @cached_property
    def closed(self) -> str:
        """A debate that closed an hour ago, with one contribution."""
        return self.closed_debate()

    @cached_property
    def draft(self) -> str:
        """A debate that is not published."""
        return self.town.draft()

    @cached_property
    def coded(self) -> str:
        """An open debate that asks for a participation code."""
        return self.town.debate(participation={"code": True})

    @cached_property
    def tombstones(self) -> str:
        """An open debate whose contributions are withdrawn (1), hidden (2) and erased (3)."""
        debate, author = self.town.debate(), self.author
        for _ in range(3):
            self.town.contribution(debate, author)
        author.post(f"/debates/{debate}/posts/1/withdrawal")
        # No command hides or erases yet: the states come from later parts of the service.
        key = select(debates.c.key).where(debates.c.uid == UUID(debate)).scalar_subquery()
        for number, state in ((2, "hidden"), (3, "erased")):
            self.world.execute(
                posts.update()
                .where(posts.c.debate_key == key, posts.c.number == number)
                .values(state=state, state_reason="charter", state_since=NOW)
            )
        return debate

    def closed_debate(self) -> str:
        """A new debate of the past."""
        hour = timedelta(hours=1)
        clock, now = self.world.clock, self.world.clock()
        clock.set(NOW - 2 * hour)
        debate = self.town.debate(closes_at=rfc3339(NOW - hour))
        self.town.contribution(debate, self.author)
        clock.set(now)
        return debate

    def in_stage(self, stage: Stage) -> str:
        """A new debate, with a contribution where there can be one."""
        match stage:
            case Stage.DRAFT:
                return self.town.draft()
            case Stage.UPCOMING:
                return self.town.debate(opens_at=rfc3339(NOW + DAY), closes_at=rfc3339(NOW + 2 * DAY))
            case Stage.OPEN:
                debate = self.town.debate()
                self.town.contribution(debate, self.author)
                return debate
            case Stage.CLOSED:
                return self.closed_debate()

    def on_case_in(self, name: str, stage: Stage) -> Attempt:
        """The good call of an operation on a case of a debate that came to a stage."""
        caller = self.town.administrator
        debate = waiting_debate(self.town) if CASES[name] == "held" else self.town.debate()
        case = new_case(self, self.neighbour, CASES[name], besides=caller, debate=debate)
        in_another_stage(self, debate, stage)
        return self.attempt(name, caller).at(case_id=case)

    def member(self) -> str:
        """The public id of a new moderator of the town."""
        email = f"{self.world.name()}@ville.example"
        answer = self.town.administrator.post(
            "/organisations/ville-exemple/members", {"email": email, "role": "moderator"}
        )
        return str(answer.json()["id"])

    def invitation(self) -> str:
        """The public id of a new invitation into the town."""
        email = f"{self.world.name()}@ville.example"
        answer = self.town.administrator.post(
            "/organisations/ville-exemple/invitations", {"email": email, "role": "moderator"}
        )
        return str(answer.json()["id"])

    def key(self) -> str:
        """The public id of a new key of the town."""
        keys = "/organisations/ville-exemple/keys"
        answer = self.town.administrator.post(keys, BODIES["create_key"])
        return str(answer.json()["id"])

    def new_origin(self) -> str:
        """An origin that nobody has listed."""
        return f"https://{self.world.name()}.ville.example"

    def origin(self) -> str:
        """The id of a new embed origin of the town."""
        body = {"origin": self.new_origin()}
        answer = self.town.administrator.post("/organisations/ville-exemple/embed-origins", body)
        return str(answer.json()["id"])

    def caller_of(self, operation: Operation) -> Caller:
        """Somebody who may do it."""
        if operation.access in {"public", "anyone", "browser"}:
            return self.town.anonymous
        if operation.access == "key":
            return self.user
        if operation.act in PLATFORM_ACTS:
            return self.platform
        if operation.operation_id == "redeem_participation_code":
            return self.town.citizen(self.world.name())  # one who has not redeemed any
        if operation.act == Act.REPORT:
            return self.participant
        return self.author if operation.access == "person" else self.town.administrator

    def attempt(self, name: str, caller: Caller | None = None) -> Attempt:
        """The good call of an operation, on what is shared: to be spoilt, not to succeed."""
        operation = self.contract.operations[name]
        debate: str = getattr(self, "coded" if name in CODES else stage_of(operation))
        places = {
            "debate_id": debate,
            "number": "1",
            "slug": self.orphan if name == "name_first_administrator" else "ville-exemple",
            "person": NOBODY,
            "invitation": NOBODY,
            "key": NOBODY,
            "origin": NOBODY,
            "session": NOBODY,
            "batch": NOBODY,
            "provider": INSTANCE,
            "identity": NOBODY,
            **dict.fromkeys(("job", "webhook", "delivery"), NOBODY),
            "case_id": self.cases_for(name)[CASES[name]] if name in CASES else NOBODY,
        }
        places["archive"] = places["held"] = NOBODY
        places["theme"] = "rues"
        if name == "get_logo":
            places["digest"] = logos.shown(self)
        if name in links.OPERATIONS:
            places["token"] = links.token_of(self, name)
        attempt = Attempt(
            operation,
            self.world,
            caller or self.caller_of(operation),
            {key: value for key, value in places.items() if f"{{{key}}}" in operation.template},
            QUERIES.get(name, ""),
            self._body(name),
        )
        if name == "redeem_participation_code":
            return attempt.saying(code=self.town.codes(self.coded)["codes"][0])
        return ENDING[name](self, attempt) if name in ENDING else attempt

    def _body(self, name: str) -> Any:
        """The body of a good call; what is posted is said for the first time."""
        if name not in _SAYS:
            return BODIES.get(name)
        field = _SAYS[name]
        return {**BODIES[name], field: f"{BODIES[name][field]} ({self.world.name()})"}

    def fresh(self, name: str, caller: Caller | None = None) -> Attempt:
        """The good call of an operation by somebody, on something of its own where it changes it."""
        attempt = self.attempt(name, caller)
        prepare = FRESH.get(name)
        return attempt if prepare is None else prepare(self, attempt)


def stage_of(operation: Operation) -> Stage:
    """The stage of the debate on which the good call of an operation is made."""
    if operation.operation_id == "get_draft":
        return Stage.DRAFT
    stages = PERMISSIONS[Act(operation.act)].stages if operation.act else None
    return Stage.OPEN if stages is None or Stage.OPEN in stages else min(stages)
