"""What a debate asks of whoever takes part, and as what people speak.

A debate asks for nothing (anyone signed in takes part), or for all of what it names: a verified
e-mail address, an identity of certain providers or of certain levels of assurance, a
participation code. The rules compare that with a `Standing`, which is what is known of a person.
Reading never asks for anything, and neither does taking back what one has said: a requirement
may keep somebody from speaking, never from falling silent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from consultation.domain.decisions import ALLOWED, Decision, Facts, RefusalCode, Refused, first_refusal

PROVIDERS_MAX: Final = 20
"""Identity providers, or levels of assurance, that a debate may name."""

ASSURANCE_MAX: Final = 255
"""Longest level of assurance, in code points."""


class SpeaksAs(StrEnum):
    """As what somebody speaks, by their own account: nobody checks it."""

    CITIZEN = "citizen"
    ASSOCIATION = "association"
    COMPANY = "company"
    PUBLIC_BODY = "public_body"
    ELECTED_OFFICIAL = "elected_official"


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity by which a provider vouches for a person.

    `provider` is its slug; `assurance` the level (OpenID Connect Core 1.0, section 2, `acr`) of the
    last sign-in through it, None when the provider said nothing.
    """

    provider: str
    assurance: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a person that a debate may ask for.

    `email` and `code`: is there a verified address, and was a participation code of the debate
    redeemed? `capacity` is the one in which the person last spoke in the debate.
    """

    email: bool = False
    identities: tuple[Identity, ...] = ()
    code: bool = False
    capacity: SpeaksAs | None = None


NOTHING_KNOWN: Final = Standing()


class MissingKind(StrEnum):
    """The kinds of things that a debate can ask for, in the order in which it does."""

    EMAIL = "email"
    IDENTITY = "identity"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Participation:
    """What a debate asks of participants: all of it. Without arguments, that they sign in.

    `providers` are slugs and `assurance` levels of which one identity must have one each; an
    empty tuple takes any. Levels are compared as they are written, and mean what the provider means
    that states them: none is asked without naming providers, of which other organisations may have
    some of their own. `capacities` are those that a debate offers to speak as; with
    `capacity_required`, each post names one.
    Raises ValueError when something stands twice, a level is asked of any provider, or a capacity
    is required and none offered.
    """

    email: bool = False
    providers: tuple[str, ...] = ()
    assurance: tuple[str, ...] = ()
    code: bool = False
    capacities: tuple[SpeaksAs, ...] = ()
    capacity_required: bool = False

    def __post_init__(self) -> None:
        several: Sequence[tuple[str, ...]] = (self.providers, self.assurance, self.capacities)
        for values in several:
            if len(set(values)) < len(values):
                message = f"stands twice in one list: {', '.join(values)}"
                raise ValueError(message)
        if self.assurance and not self.providers:
            message = "levels of assurance are asked, and no providers named that state them"
            raise ValueError(message)
        if self.capacity_required and not self.capacities:
            message = "a capacity is required, and none is offered"
            raise ValueError(message)

    @property
    def asks_identity(self) -> bool:
        """Must a provider vouch for people?"""
        return bool(self.providers)

    @property
    def asks(self) -> bool:
        """Is there anything to know of people before they speak?"""
        return self.email or self.code or self.asks_identity or bool(self.capacities)

    def as_mapping(self) -> dict[str, Any]:
        """The setting by name, as stored, digested and served."""
        return {
            "email": self.email,
            "providers": list(self.providers),
            "assurance": list(self.assurance),
            "code": self.code,
            "capacities": [capacity.value for capacity in self.capacities],
            "capacity_required": self.capacity_required,
        }

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> "Participation":
        """The setting of a mapping; what is left out is not asked. Raises as the class does."""
        if not values:
            return ANYONE
        return cls(
            email=values["email"],
            providers=tuple(values["providers"]),
            assurance=tuple(values["assurance"]),
            code=values["code"],
            capacities=tuple(SpeaksAs(capacity) for capacity in values["capacities"]),
            capacity_required=values["capacity_required"],
        )


ANYONE: Final = Participation()
"""The default: anyone signed in."""


def _vouched(participation: Participation, identity: Identity) -> bool:
    return identity.provider in participation.providers and (
        not participation.assurance or identity.assurance in participation.assurance
    )


def missing(participation: Participation, standing: Standing) -> tuple[MissingKind, ...]:
    """Everything that the debate asks for and the person lacks, in order."""
    lacks = {
        MissingKind.EMAIL: participation.email and not standing.email,
        MissingKind.IDENTITY: participation.asks_identity
        and not any(_vouched(participation, identity) for identity in standing.identities),
        MissingKind.CODE: participation.code and not standing.code,
    }
    return tuple(kind for kind, lacking in lacks.items() if lacking)


def check_requirements(participation: Participation, standing: Standing) -> Decision:
    """Does the person have what the debate asks for? Refused with the first that is missing."""
    return first_refusal(*(refusal_of(participation, kind) for kind in missing(participation, standing)))


def refusal_of(participation: Participation, kind: MissingKind) -> Refused:
    """The refusal of somebody who lacks one thing."""
    match kind:
        case MissingKind.EMAIL:
            return Refused(RefusalCode.EMAIL_REQUIRED)
        case MissingKind.IDENTITY:
            facts: Facts = {"providers": participation.providers, "assurance": participation.assurance}
            return Refused(RefusalCode.IDENTITY_REQUIRED, facts)
        case MissingKind.CODE:
            return Refused(RefusalCode.PARTICIPATION_CODE_REQUIRED)


def remembered_capacity(participation: Participation, standing: Standing) -> SpeaksAs | None:
    """In which capacity a post that names none is signed: the last one, while it is offered."""
    return standing.capacity if standing.capacity in participation.capacities else None


def check_capacity(participation: Participation, capacity: SpeaksAs | None) -> Decision:
    """May a post be signed in this capacity, or in none?"""
    if capacity is None and not participation.capacity_required:
        return ALLOWED
    if capacity is not None and not participation.capacities:
        return Refused(RefusalCode.FIELD_NOT_ALLOWED, {"field": "capacity"})
    if capacity in participation.capacities:
        return ALLOWED
    offered = tuple(offered.value for offered in participation.capacities)
    return Refused(RefusalCode.CAPACITY_REQUIRED, {"field": "capacity", "capacities": offered})


def check_eased(before: Participation, after: Participation) -> Decision:
    """Does a changed setting let in everybody whom the present one lets in?

    What a published debate asks may become less, never more or other: a consultation that found
    its participants on one condition must not shut them out on another.
    """
    eased = (
        before.email or not after.email,
        _wider(before.providers, after.providers),
        _wider(before.assurance, after.assurance),
        before.code or not after.code,
        not after.capacities or set(before.capacities) <= set(after.capacities),
        before.capacity_required or not after.capacity_required,
    )
    return ALLOWED if all(eased) else Refused(RefusalCode.PARTICIPATION_TIGHTENED, {"field": "participation"})


def _wider(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    return not after or (bool(before) and set(before) <= set(after))
