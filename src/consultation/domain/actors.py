"""Who acts: nobody in particular, or a signed-in person with roles in organisations."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Role(StrEnum):
    """What a person is to one organisation. A person may hold several."""

    MODERATOR = "moderator"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


class Capacity(StrEnum):
    """In which capacity somebody acts, from the least to the most: what permissions are given to."""

    PARTICIPANT = "participant"
    MODERATOR = "moderator"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Somebody who has not signed in."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in. `key` is internal and never leaves the service.

    `roles` are those in the organisation that owns what is acted upon.
    """

    key: int
    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)

    @property
    def capacities(self) -> frozenset[Capacity]:
        """Everything that the person may act as here: a participant always, and each role."""
        return frozenset((Capacity.PARTICIPANT, *map(Capacity, self.roles)))


Actor: TypeAlias = Anonymous | Person

ANONYMOUS = Anonymous()
