"""What templates know of the page that they make: language, address, and who looks at it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qs

from consultation.application.capabilities import Capability, Presence
from consultation.application.ports import Account
from consultation.application.readers import Document
from consultation.domain.permissions import Act
from consultation.localisation.languages import Language
from consultation.web.forms import Form
from consultation.web.frame import Frame, outside

DONE: Final = frozenset(
    {
        *("contribution", "argument", "source", "edit", "withdrawal", "vote", "vote_back", "report", "code"),
        *("notice", "held", "held_withdrawn"),
        *("account", "sessions", "identities", "follow", "unfollow", "notices"),
    }
)
"""What the address of a page can say was done just before (`?done=`), after a form."""


@dataclass(frozen=True)
class Me:
    """Who looks at a page, signed in, and what they may do in its debate, if it shows one."""

    account: Account
    presence: Presence | None = None

    def may(self, act: str) -> bool:
        """Does the debate allow the act to this person now?"""
        capability = self.capability(act)
        return capability is not None and capability.decision.allowed

    def capability(self, act: str) -> Capability | None:
        """What the debate says to the act; None on a page that shows no debate."""
        return None if self.presence is None else self.presence.capabilities.get(Act(act))

    def vote(self, number: int) -> str | None:
        """The value of one's own vote on a post; None without one."""
        vote = None if self.presence is None else self.presence.own.votes.get(number)
        return None if vote is None else vote["value"]

    def waiting(self, number: int | None = None) -> list[Document]:
        """One's own texts that wait: new contributions, or what belongs to a contribution or a post."""
        found = [] if self.presence is None else self.presence.own.waiting
        if number is None:
            return [one for one in found if one["contribution"] is None and one["revises"] is None]
        return [one for one in found if number in {one["contribution"], one["revises"]}]

    def wrote(self, number: int) -> bool:
        """Is the post one's own?"""
        return self.presence is not None and number in self.presence.own_posts


@dataclass(frozen=True)
class View:
    """One page for one reader.

    `path` is the address without a language in front, `prefix` the language as it stood there
    (`/fr`, or nothing). `me` is None for everybody who is not signed in, `frame` for a page by
    itself. `new_key` makes the idempotency keys of forms.
    """

    language: Language
    path: str
    prefix: str = ""
    query: str = ""
    me: Me | None = None
    frame: Frame | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    new_key: Callable[[], str] = str

    def form(self, address: str, prefix: str, values: Mapping[str, str]) -> Form:
        """A form that stands on this page and goes to another address, not sent yet."""
        return Form(self.to(address), self.new_key(), values, prefix=prefix)

    @cached_property
    def done(self) -> str | None:
        """What was just done, as the address says after a form; None for any word that is none of these."""
        said = parse_qs(self.query).get("done", [""])[0]
        return said if said in DONE else None

    @property
    def number(self) -> str:
        """The number at the end of the address of a post; else nothing."""
        last = self.path.rpartition("/")[2]
        return last if last.isdecimal() else ""

    def to(self, address: str) -> str:
        """The address of another page, in the language in which this one was asked for.

        In a frame it stays in it, unless frames do not show such pages.
        """
        found = f"{self.prefix}{address}" if address != "/" or not self.prefix else self.prefix
        if self.frame is None:
            return found
        is_held = self.frame.holds(re.split("[?#]", address)[0])
        return f"{self.frame.door if is_held else self.frame.public_url}{found}"

    @property
    def apart(self) -> str:
        """The address of this page by itself, for whoever sees it in a frame."""
        assert self.frame is not None  # noqa: S101 - only the layout for frames asks
        return outside(self.frame, f"{self.prefix}{self.path}")

    @cached_property
    def here(self) -> str:
        """The address of this page, as it was asked for."""
        return self.to(self.path) + (f"?{self.query}" if self.query else "")

    def in_language(self, language: Language) -> str:
        """The address of this page in a language."""
        path = "" if self.path == "/" else self.path
        door = "" if self.frame is None else self.frame.door
        return f"{door}/{language.value}{path}" + (f"?{self.query}" if self.query else "")
