"""Who acts: nobody in particular, a person with roles, or an organisation's key."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from consultation.domain.keys import Scope
from consultation.domain.participation import NOTHING_KNOWN, Standing


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
    PLATFORM_ADMINISTRATOR = "platform_administrator"


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Somebody who has not signed in."""


@dataclass(frozen=True, slots=True)
class Key:
    """A server of an organisation. `key` and `organisation` are internal; `uid` is what a journal tells.

    `scopes` are those in the organisation that owns what is acted upon: none in any other.
    """

    key: int
    uid: UUID
    name: str
    organisation: int
    scopes: frozenset[Scope] = field(default_factory=frozenset)

    def within(self, organisation: int) -> "Key":
        """The key as it stands before what an organisation owns."""
        return self if organisation == self.organisation else replace(self, scopes=frozenset())


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in. `key` is internal and never leaves the service.

    `roles` are those in the organisation that owns what is acted upon. Being an administrator of
    the platform is no role in any organisation, and is looked up for acts on the platform only.
    `through` is the key of the organisation whose server acts for the person, None for whoever
    signed in here. `standing` is what is known of the person in the debate acted in,
    looked up only where the debate asks for something.
    """

    key: int
    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    through: Key | None = None
    runs_platform: bool = False
    standing: Standing = NOTHING_KNOWN

    @property
    def capacities(self) -> frozenset[Capacity]:
        """Everything that the person may act as here: a participant always, and each role."""
        held = frozenset((Capacity.PARTICIPANT, *map(Capacity, self.roles)))
        return held | {Capacity.PLATFORM_ADMINISTRATOR} if self.runs_platform else held


Actor: TypeAlias = Anonymous | Person | Key

ANONYMOUS = Anonymous()


def within(actor: Actor, organisation: int) -> Actor:
    """The actor as it stands before what an organisation owns: a key of another has no scope there."""
    match actor:
        case Key():
            return actor.within(organisation)
        case Person(through=Key() as key):
            return replace(actor, through=key.within(organisation))
        case _:
            return actor


def key_of(actor: Actor) -> UUID | None:
    """The public id of the key through which the actor acts; None for whoever acts in person."""
    match actor:
        case Key(uid=uid) | Person(through=Key(uid=uid)):
            return uid
        case _:
            return None
