"""The data of the measurements: made by the database itself from row numbers, so always the same.

Threads of 21 posts: a contribution, ten arguments for and ten against. Texts have 400 characters.
What the debates could not have got by commands alone: votes have no journal entries, digests are
no digests.
"""

import hashlib
import json
from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import UUID

from benchmarks.dialects import Dialect, loading
from consultation.domain.limits import Limits
from consultation.persistence.engine import Database
from consultation.persistence.migrate import migrate

THREAD: Final = 21
CALLERS: Final = 2_000
"""People with a session who have not voted yet."""
SIDE_DEBATES: Final = 16
SIDE_THREADS: Final = 40
_BODY: Final = 400
_TEXT: Final = (
    "Planter un arbre dans chaque rue qui n'en a pas encore rafraîchit la ville en été, retient l'eau "
    "de pluie et coûte moins cher que l'on ne croit ; où les trottoirs sont trop étroits, des façades vertes "
    "rendent le même service. « Faut-il commencer par les écoles ? » — sans doute, car les cours y sont "
    "minérales, et l'ombre manque à la récréation. Les riverains veulent être entendus avant les travaux, "
    "pas après ; un jury de quartier choisirait les essences et l'ordre des rues. On objectera l'entretien, "
    "l'arrosage des premières années, les racines près des canalisations : trois questions auxquelles les "
    "services techniques ont déjà répondu ailleurs, chiffres à l'appui. "
)
_VOCABULARY: Final = tuple(sorted(set(_TEXT.split())))
_WORDS: Final = (
    "plant arbre rue encor rafraich ville été retient eau plui coût cher croit trottoir étroit façad vert "
    "rend servic commenc écol dout cour minéral ombre manqu récré riverain entendu avant travau jury quarti "
    "chois essenc ordre object entretien arros premi racin canalis trois question techniqu répond chiffr "
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much a database holds. `posts` is rounded up to whole threads."""

    posts: int
    votes: int

    @property
    def threads(self) -> int:
        return -(-self.posts // THREAD)

    @property
    def votes_each(self) -> int:
        """Votes on each contribution."""
        return max(1, round(self.votes / self.threads))

    @property
    def people(self) -> int:
        """Authors and voters; everybody votes fifty times or so."""
        return max(1_000, self.votes // 50)


SMALL: Final = Size(20_000, 100_000)
LARGE: Final = Size(2_000_000, 10_000_000)


def debate_uid(key: int) -> UUID:
    """The id of a debate; key 1 is the large one, the others stand beside it."""
    return UUID(int=0xDEBA7E << 64 | key)


def token(caller: int) -> str:
    """The session token of a caller, counted from 0."""
    return f"bench-{caller:037d}"


def digest_of(caller: int) -> bytes:
    """What the database keeps of a caller's token."""
    return hashlib.sha256(token(caller).encode()).digest()


def contribution(thread: int) -> int:
    """The number of a thread's contribution, threads counted from 0."""
    return thread * THREAD + 1


def text_of(act: int) -> str:
    """The body of an argument that somebody posts: other words each time, as the service asks for."""
    words = Random(act).choices(_VOCABULARY, k=_BODY // 6)  # noqa: S311 - no secret
    return f"{act} : {' '.join(words)[:_BODY]}"


def load(url: str, size: Size) -> None:
    """Migrate an empty database and fill it."""
    database = Database(url)
    migrate(database)
    database.dispose()
    with loading(url) as dialect:
        _people(dialect, size)
        _debates(dialect, size)
        for key in range(1, 2 + SIDE_DEBATES):
            _posts(dialect, key, size if key == 1 else Size(SIDE_THREADS * THREAD, 0), size.people)
        _votes(dialect, size)
        # As after an import: what was loaded is announced to nobody, and no worker is behind.
        dialect.execute(
            "INSERT INTO journal_positions (debate_key, sequence) SELECT key, journal_length FROM debates"
        )


def make(dialect: Dialect, table: str, count: int, columns: dict[str, str]) -> None:
    """Insert so many rows, each column an expression over `n`, which counts from 0."""
    names, values = ", ".join(columns), ", ".join(columns.values())
    dialect.execute(f"INSERT INTO {table} ({names}) {dialect.series(count)} SELECT {values} FROM series")  # noqa: S608 - names and expressions of ours


def _inserting(table: str, columns: dict[str, str]) -> str:
    """The statement that inserts one row."""
    names, values = ", ".join(columns), ", ".join(columns.values())
    return f"INSERT INTO {table} ({names}) VALUES ({values})"  # noqa: S608 - names and expressions of ours


def _people(dialect: Dialect, size: Size) -> None:
    organisation = {
        "key": "1",
        "uid": dialect.uid("1"),
        "slug": "'ville-exemple'",
        "name": "'Ville d''Exemple'",
        "locale": "'fr'",
        "time_zone": "'Europe/Paris'",
        "created_at": dialect.instant("0"),
    }
    person = {
        "key": "n + 1",
        "uid": dialect.uid("n + 1"),
        "name": "'Participant ' || (n + 1)",
        "email": "'p' || (n + 1) || '@citoyens.example'",
        "locale": "'fr'",
        "created_at": dialect.instant("0"),
    }
    make(dialect, "organisations", 1, organisation)
    make(dialect, "people", size.people + CALLERS, person)
    session = {
        "key": dialect.mark,
        "uid": dialect.mark,
        "token_digest": dialect.mark,
        "person_key": dialect.mark,
        "method": "'code'",
        # A session that began a month ago ends, and one that was used an hour ago notes its use, once:
        # that is not what is measured.
        "created_at": dialect.instant("1000000000"),
        "used_at": dialect.instant("1000000000"),
        "expires_at": dialect.instant("1000000000"),
        "ends_at": dialect.instant("1000000000"),
    }
    callers = [
        (caller + 1, UUID(int=caller + 1).hex, digest_of(caller), size.people + caller + 1)
        for caller in range(CALLERS)
    ]
    dialect.executemany(_inserting("sessions", session), callers)


def _debates(dialect: Dialect, size: Size) -> None:
    limits = json.dumps(Limits().as_mapping())
    text = _TEXT.replace("'", "''")
    for key in range(1, 2 + SIDE_DEBATES):
        threads, votes = (size.threads, size.threads * size.votes_each) if key == 1 else (SIDE_THREADS, 0)
        posts = threads * THREAD
        debate = {
            "key": str(key),
            "uid": f"'{debate_uid(key).hex}'",
            "organisation_key": "1",
            "slug": f"'debat-{key}'",
            "title": "'Quelle place pour les arbres ?'",
            "description": f"'{text}'",
            "language": "'fr'",
            "time_zone": "'Europe/Paris'",
            "opens_at": dialect.instant("-86400"),
            "closes_at": dialect.instant("1000000000"),
            "published_at": dialect.instant("-90000"),
            "limits": f"'{limits}'",
            "themes": "'[]'",
            "created_at": dialect.instant("-90000"),
            "last_act_at": dialect.instant(str(posts)),
            "last_number": str(posts),
            "journal_length": str(posts + votes),
            "contributions": str(threads),
            "arguments_pro": str(threads * 10),
            "arguments_contra": str(threads * 10),
            "votes": str(votes),
            "participants": str(size.people),
        }
        dialect.execute(_inserting("debates", debate))


def _posts(dialect: Dialect, key: int, size: Size, people: int) -> None:
    count = size.threads * THREAD
    first, side = f"n % {THREAD} = 0", f"(n % {THREAD}) % 2"
    each = size.votes_each if size.votes else 0
    tally = {"agree": each * 2 // 5, "mixed": each // 5, "disagree": each - each * 2 // 5 - each // 5}
    text = (_TEXT * 2).replace("'", "''")
    words = (_WORDS * 2).replace("'", "''")
    columns = {
        "debate_key": str(key),
        "number": "n + 1",
        "kind": f"CASE WHEN {first} THEN 'contribution' ELSE 'argument' END",
        "contribution": f"CASE WHEN {first} THEN NULL ELSE n - n % {THREAD} + 1 END",
        "side": f"CASE WHEN {first} THEN NULL WHEN {side} = 1 THEN 'pro' ELSE 'contra' END",
        "author_key": f"1 + n * 7919 % {people}",
        "author_name": f"'Participant ' || (1 + n * 7919 % {people})",
        "title": f"CASE WHEN {first} THEN 'Proposition ' || (n / {THREAD} + 1) || ' : des arbres' END",
        "body": f"substr('{text}', CAST(1 + n % {len(_TEXT)} AS INTEGER), {_BODY})",
        "language": "'fr'",
        "created_at": dialect.instant("n"),
        "revision": "1",
        "state": "'visible'",
        "pro": f"CASE WHEN {first} THEN 10 ELSE 0 END",
        "contra": f"CASE WHEN {first} THEN 10 ELSE 0 END",
        **{name: f"CASE WHEN {first} THEN {votes} ELSE 0 END" for name, votes in tally.items()},
        "shuffle": "(n + 1) * 2654435761 % 4294967296",
        "search_terms": f"substr('{words}', CAST(1 + n % {len(_WORDS)} AS INTEGER), 300)",
        "sequence": "n + 1",
        "salt": dialect.octets("n", 16),
    }
    entry = {
        "debate_key": str(key),
        "sequence": "n + 1",
        "at": dialect.instant("n"),
        "kind": f"CASE WHEN {first} THEN 'contribution_posted' ELSE 'argument_posted' END",
        "number": "n + 1",
        "digest": dialect.octets("n", 32),
        "leaf_hash": dialect.octets("n", 32),
    }
    make(dialect, "posts", count, columns)
    make(dialect, "journal_entries", count, entry)


def _votes(dialect: Dialect, size: Size) -> None:
    each = size.votes_each
    posts = size.threads * THREAD
    ballot = f"(n % {each}) % 5"
    vote = {
        "debate_key": "1",
        "number": f"n / {each} * {THREAD} + 1",
        # Neighbouring people vote on one contribution, so that rows come in the order of their key.
        "person_key": f"1 + (n / {each}) * 7919 % {size.people - each} + n % {each}",
        "value": f"CASE WHEN {ballot} < 2 THEN 'agree' WHEN {ballot} = 2 THEN 'mixed' ELSE 'disagree' END",
        "revision": "1",
        "cast_at": dialect.instant(str(posts)),
        "sequence": f"{posts} + n + 1",
        "salt": dialect.octets("n", 16),
    }
    make(dialect, "votes", size.threads * each, vote)
