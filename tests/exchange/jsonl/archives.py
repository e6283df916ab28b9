"""Archives made by hand: from nothing, or out of a good one by changing it."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from consultation.application.exports import Section
from consultation.domain.contents import post_content, vote_content
from consultation.domain.journal import Entry, EntryKind, digest_of, format_instant
from consultation.domain.limits import DEFAULT_LIMITS
from consultation.domain.posts import Post, PostKind, PostText, Side
from consultation.domain.voting import Vote, VoteValue

Lines = list[dict[str, Any]]

DEBATE: Final = UUID("01890000-0000-7000-8000-000000002150")
OTHER: Final = UUID("01890000-0000-7000-8000-000000002797")
OPENED_AT: Final = datetime(2014, 10, 4, 8, 0, tzinfo=UTC)


def lines_of(octets: bytes) -> Lines:
    """Every line but the last."""
    return [orjson.loads(line) for line in octets.splitlines(keepends=False)[:-1]]


def sealed(lines: Sequence[dict[str, Any]]) -> bytes:
    """The lines as a file, with the last line that belongs to them."""
    body = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    found = Counter(line.get("type") for line in lines)
    counts = {section.value: found[section.value] for section in Section}
    end = {"type": "end", "counts": counts, "sha256": hashlib.sha256(body).hexdigest()}
    return body + orjson.dumps(end) + b"\n"


def changed(octets: bytes, change: Callable[[Lines], object]) -> bytes:
    """A good file with its lines changed, and the last line made to fit again."""
    lines = lines_of(octets)
    change(lines)
    return sealed(lines)


def first(lines: Lines, kind: str, **wanted: object) -> dict[str, Any]:
    """The first line of a type with these values."""
    return next(
        line
        for line in lines
        if line["type"] == kind and all(line[name] == value for name, value in wanted.items())
    )


def position(lines: Lines, kind: str, **wanted: object) -> int:
    """The number of that line, from 1."""
    return lines.index(first(lines, kind, **wanted)) + 1


class ArchiveMaker:
    """Builds an archive of a debate with a journal that holds."""

    def __init__(
        self,
        last_number: int,
        source: dict[str, Any] | None = None,
        people: int = 5,
        debate: UUID = DEBATE,
    ) -> None:
        first = (debate.int & 0xFFFF) << 64
        self.participants = [str(UUID(int=first | index)) for index in range(1, people + 1)]
        self.debate = debate
        self.posts: Lines = []
        self.votes: Lines = []
        self.journal: Lines = []
        self.header: dict[str, Any] = {
            "type": "debate",
            "format": "debate-jsonl",
            "version": 1,
            "id": str(debate),
            "organisation": {
                "slug": "ville-exemple",
                "name": "Ville d'Exemple",
                "locale": "fr",
                "time_zone": "Europe/Paris",
            },
            "slug": f"ambition-{debate.hex[-4:]}",
            "title": "Une consultation d'autrefois",
            "description": "",
            "language": "fr",
            "time_zone": "Europe/Paris",
            "opens_at": format_instant(OPENED_AT),
            "closes_at": format_instant(OPENED_AT + timedelta(days=120)),
            "published_at": format_instant(OPENED_AT),
            "created_at": format_instant(OPENED_AT),
            "limits": dict(sorted(DEFAULT_LIMITS.as_mapping().items())),
            "themes": [],
            "source": source,
            "last_number": last_number,
        }

    def _record(self, kind: EntryKind, number: int, content: Any) -> dict[str, Any]:
        sequence = len(self.journal) + 1
        at = OPENED_AT + timedelta(minutes=sequence)
        salt = hashlib.sha256(str(sequence).encode()).digest()[:16]
        entry = Entry(self.debate, sequence, at, kind, number, digest_of(salt, content))
        self.journal.append(
            {
                "type": "journal",
                "sequence": sequence,
                "at": format_instant(at),
                "kind": kind.value,
                "number": number,
                "digest": entry.digest.hex(),
                "leaf_hash": entry.leaf_hash().hex(),
                "access_key": None,
            }
        )
        return {"sequence": sequence, "salt": salt.hex()}

    def post(self, number: int, on: int | None = None, **changes: Any) -> "ArchiveMaker":
        """Add a contribution, or an argument against one."""
        kind = PostKind.CONTRIBUTION if on is None else PostKind.ARGUMENT
        side = None if on is None else Side.CONTRA
        title = f"Proposition {number % 10}" if on is None else None
        created_at = OPENED_AT + timedelta(seconds=number)
        text = PostText(f"Le texte d'une publication, au moins le {number % 10}.", title)
        post = Post(
            number=number,
            kind=kind,
            contribution=on,
            side=side,
            author_name="Camille",
            text=text,
            language="fr",
            created_at=created_at,
        )
        line = {
            "type": "post",
            "number": number,
            "kind": kind.value,
            "contribution": on,
            "side": None if side is None else side.value,
            "author": self.participants[number % len(self.participants)],
            "author_name": post.author_name,
            "theme": None,
            "title": title,
            "body": text.body,
            "link": None,
            "language": "fr",
            "created_at": format_instant(created_at),
            "revision": 1,
            "revised_at": None,
            "state": "visible",
            "state_reason": None,
            "state_since": None,
            "reference": None,
            "reported_tally": None,
            **self._record(EntryKind.POST_IMPORTED, number, post_content(post)),
            "state_sequence": None,
            "state_salt": None,
        }
        self.posts.append(line | changes)
        return self

    def vote(self, number: int, participant: int, value: VoteValue) -> "ArchiveMaker":
        """Add a vote."""
        vote = Vote(value, 1)
        cast_at = OPENED_AT + timedelta(days=1)
        line = {
            "type": "vote",
            "number": number,
            "participant": self.participants[participant],
            "value": value.value,
            "revision": 1,
            "cast_at": format_instant(cast_at),
            **self._record(EntryKind.VOTE_IMPORTED, number, vote_content(number, vote, cast_at)),
        }
        self.votes.append(line)
        return self

    def lines(self) -> Lines:
        """All lines but the last."""
        voters = {vote["participant"] for vote in self.votes}
        authors = {post["author"] for post in self.posts}
        people = [{"type": "participant", "id": one} for one in sorted(voters | authors)]
        return [self.header, *people, *self.posts, *self.votes, *self.journal]

    def octets(self) -> bytes:
        """The file."""
        return sealed(self.lines())


def large_archive(posts: int, uid: UUID = DEBATE) -> bytes:
    """An archive of so many posts, with a vote on each."""
    maker = ArchiveMaker(posts, people=50, debate=uid)
    for number in range(1, posts + 1):
        maker.post(number, on=None if number % 10 == 1 else number - (number - 1) % 10)
    for number in range(1, posts + 1):
        maker.vote(number, number % 50, VoteValue.AGREE if number % 10 == 1 else VoteValue.SUPPORT)
    return maker.octets()


def in_pieces(octets: bytes, size: int) -> Iterator[bytes]:
    """The file cut off after every so many octets."""
    return (octets[:end] for end in range(0, len(octets), size))
