"""Calls that are about to be made, and can be spoilt before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from httpx2 import Response

from tests.api.contract import Operation
from tests.api.worlds import World
from tests.builders import Caller


@dataclass(frozen=True)
class Attempt:
    """A call that is about to be made."""

    operation: Operation
    world: World
    caller: Caller
    places: Mapping[str, str]
    query: str = ""
    json: Any = None
    cookie: str | None = None

    def at(self, **places: object) -> "Attempt":
        """The same with other path parameters."""
        return replace(self, places={**self.places, **{name: str(value) for name, value in places.items()}})

    def by(self, caller: Caller) -> "Attempt":
        """The same by somebody else."""
        return replace(self, caller=caller)

    def saying(self, **members: Any) -> "Attempt":
        """The same with other members of the body."""
        return replace(self, json={**(self.json or {}), **members})

    def asking(self, query: str) -> "Attempt":
        """The same with a query string."""
        return replace(self, query=query)

    @property
    def path(self) -> str:
        template = self.operation.template
        for name, value in self.places.items():
            template = template.replace(f"{{{name}}}", quote(value, safe=""))
        return f"{template}?{self.query}" if self.query else template

    def send(self, *, method: str | None = None, content: bytes | None = None, **headers: str) -> Response:
        """Make the call; header names use underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.caller.credentials(), **sent}
        if self.cookie is not None:
            sent.setdefault("Cookie", self.cookie)
        body: dict[str, Any] = {"content": content} if content is not None else {"json": self.json}
        client = self.caller.client
        return client.request(method or self.operation.method, self.path, headers=sent, **body)
