"""What people do in the open debate of the demonstration, read from its texts and played.

The acts go through the same commands as everybody's, at instants of the past that a clock of
the demonstration's own tells them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from consultation.application.ports import Transaction
from consultation.application.posts import Draft, Edit, Posted, add_post, edit_post, withdraw_post
from consultation.application.voting import cast_vote
from consultation.cli.failures import accepted
from consultation.domain.actors import Person
from consultation.domain.period import instant_of_local
from consultation.domain.posts import PostKind, PostText, Side
from consultation.domain.voting import VoteValue

Texts: TypeAlias = Mapping[str, Any]

# So that of the votes on a text that is edited later some are cast before and some after.
_BETWEEN_VOTES: Final = timedelta(hours=9, minutes=20)


class ScriptedClock:
    """A clock that stands where it was put. Instants are aware, in UTC."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The instant that the script has come to."""
        return self.now


@dataclass(frozen=True, slots=True)
class Posting:
    """Somebody posts: `key` names the post in the script, `under` the contribution."""

    key: str
    author: str
    kind: PostKind
    text: PostText
    under: str | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Voting:
    """Somebody votes on a post."""

    key: str
    person: str
    value: VoteValue


@dataclass(frozen=True, slots=True)
class Editing:
    """The author changes the title."""

    key: str
    author: str
    title: str


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """The author takes the post back."""

    key: str
    author: str


Scene: TypeAlias = Posting | Voting | Editing | Withdrawing


def people_of(debate: Texts) -> list[str]:
    """Everybody who posts or votes, by name, in the order of appearance."""
    names: dict[str, None] = {}
    for contribution in debate["contributions"]:
        for post in _with_replies(contribution):
            names.update(dict.fromkeys((post["author"], *(name for _, name in _votes(post)))))
    return list(names)


def scenes(debate: Texts, opens_at: datetime, time_zone: str) -> list[tuple[datetime, Scene]]:
    """The acts with their instants, in order. `opens_at` is local and naive."""

    def instant(part: Texts) -> datetime:
        hour, minute = map(int, part["at"].split(":"))
        local = opens_at.replace(hour=hour, minute=minute) + timedelta(days=part["day"])
        return instant_of_local(local, time_zone)

    placed: list[tuple[datetime, Scene]] = []
    for contribution in debate["contributions"]:
        for index, post in enumerate(_with_replies(contribution)):
            key = f"{contribution['key']}/{index}"
            at = instant(post)
            placed.append((at, _posting(key, f"{contribution['key']}/0", post)))
            for count, (value, name) in enumerate(_votes(post), 1):
                placed.append((at + count * _BETWEEN_VOTES, Voting(key, name, value)))
            if "edit" in post:
                edit = post["edit"]
                placed.append((instant(edit), Editing(key, post["author"], edit["title"])))
            if "withdraw" in post:
                placed.append((instant(post["withdraw"]), Withdrawing(key, post["author"])))
    return sorted(placed, key=lambda place: place[0])


def _with_replies(contribution: Texts) -> Iterator[Texts]:
    yield contribution
    yield from contribution.get("arguments", ())
    yield from contribution.get("sources", ())


def _votes(post: Texts) -> Iterator[tuple[VoteValue, str]]:
    for value in VoteValue:
        for name in post.get(value.value, ()):
            yield value, name


def _posting(key: str, under: str, post: Texts) -> Posting:
    text = PostText(
        post.get("body", ""), title=post.get("title"), link=post.get("link"), theme=post.get("theme")
    )
    if key == under:
        return Posting(key, post["author"], PostKind.CONTRIBUTION, text)
    if "link" in post:
        return Posting(key, post["author"], PostKind.SOURCE, text, under)
    return Posting(key, post["author"], PostKind.ARGUMENT, text, under, Side(post["side"]))


class Stage:
    """A debate with the people who take part in it; the script is played on it.

    Every act raises Failure when a rule refuses it.
    """

    def __init__(self, tx: Transaction, debate: UUID, cast: Mapping[str, Person]) -> None:
        self._tx = tx
        self._debate = debate
        self._cast = cast
        self._numbers: dict[str, int] = {}

    def play(self, scene: Scene) -> None:
        """Let somebody act, now."""
        tx, debate = self._tx, self._debate
        match scene:
            case Posting():
                contribution = None if scene.under is None else self._numbers[scene.under]
                draft = Draft(scene.kind, scene.text, contribution, scene.side)
                sent = accepted(add_post(tx, debate, self._cast[scene.author], draft))
                if isinstance(sent, Posted):
                    self._numbers[scene.key] = sent.post.number
            case Voting():
                number, person = self._numbers[scene.key], self._cast[scene.person]
                accepted(cast_vote(tx, debate, number, person, scene.value))
            case Editing():
                number, person = self._numbers[scene.key], self._cast[scene.author]
                accepted(edit_post(tx, debate, number, person, Edit(title=scene.title)))
            case Withdrawing():
                number, person = self._numbers[scene.key], self._cast[scene.author]
                accepted(withdraw_post(tx, debate, number, person))
