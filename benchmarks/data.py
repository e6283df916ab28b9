"""The data of the measurements: made by the database itself from row numbers, so always the same.

Threads of 21 posts: a contribution, ten arguments for and ten against. Texts have 400 characters.
What the debates could not have got by commands alone: votes have no journal entries, digests are
no digests.
"""

import hashlib
import json
from dataclasses import dataclass
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
    """The body of an argument that somebody posts."""
    return f"{act} : {(_TEXT * 2)[act % len(_TEXT) :][:_BODY]}"


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


def _people(dialect: Dialect, size: Size) -> None:
    dialect.execute(
        "INSERT INTO organisations (key, uid, slug, name, locale, time_zone, created_at) VALUES "
        f"(1, {dialect.uid('1')}, 'ville-exemple', 'Ville d''Exemple', 'fr', 'Europe/Paris', {dialect.instant('0')})"
    )
    count = size.people + CALLERS
    dialect.execute(
        f"INSERT INTO people (key, uid, name, email, locale, created_at) {dialect.series(count)} "  # noqa: S608 - all its parts are ours
        f"SELECT n + 1, {dialect.uid('n + 1')}, 'Participant ' || (n + 1), 'p' || (n + 1) || '@citoyens.example', "
        f"'fr', {dialect.instant('0')} FROM series"
    )
    sessions = [(caller + 1, digest_of(caller), size.people + caller + 1) for caller in range(CALLERS)]
    dialect.executemany(
        "INSERT INTO sessions (key, token_digest, person_key, created_at, expires_at) "
        f"VALUES ({dialect.mark(3)}, {dialect.instant('0')}, {dialect.instant('1000000000')})",
        sessions,
    )


def _debates(dialect: Dialect, size: Size) -> None:
    limits = json.dumps(Limits().as_mapping())
    for key in range(1, 2 + SIDE_DEBATES):
        threads, votes = (size.threads, size.threads * size.votes_each) if key == 1 else (SIDE_THREADS, 0)
        posts = threads * THREAD
        dialect.execute(
            "INSERT INTO debates (key, uid, organisation_key, slug, title, description, language, time_zone, "
            "opens_at, closes_at, published_at, limits, themes, created_at, last_act_at, last_number, "
            "journal_length, contributions, arguments_pro, arguments_contra, votes, participants, search_terms) "
            f"VALUES ({dialect.mark(2)}, 1, {dialect.mark(3)}, 'fr', 'Europe/Paris', {dialect.instant('-86400')}, "
            f"{dialect.instant('1000000000')}, {dialect.instant('-90000')}, {dialect.mark(2)}, "
            f"{dialect.instant('-90000')}, {dialect.instant(str(posts))}, {dialect.mark(7)}, '')",
            (
                *(key, debate_uid(key).hex, f"debat-{key}", "Quelle place pour les arbres ?", _TEXT),
                *(
                    limits,
                    "[]",
                    posts,
                    posts + votes,
                    threads,
                    threads * 10,
                    threads * 10,
                    votes,
                    size.people,
                ),
            ),
        )


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
    dialect.execute(
        f"INSERT INTO posts ({', '.join(columns)}) {dialect.series(count)} "  # noqa: S608 - all its parts are ours
        f"SELECT {', '.join(columns.values())} FROM series"
    )
    dialect.execute(
        "INSERT INTO journal_entries (debate_key, sequence, at, kind, number, digest, leaf_hash) "  # noqa: S608 - all its parts are ours
        f"{dialect.series(count)} SELECT {key}, n + 1, {dialect.instant('n')}, "
        f"CASE WHEN {first} THEN 'contribution_posted' ELSE 'argument_posted' END, n + 1, "
        f"{dialect.octets('n', 32)}, {dialect.octets('n', 32)} FROM series"
    )


def _votes(dialect: Dialect, size: Size) -> None:
    each = size.votes_each
    posts = size.threads * THREAD
    ballot = f"(n % {each}) % 5"
    # Neighbouring people vote on one contribution, so that rows come in the order of their key.
    voter = f"1 + (n / {each}) * 7919 % {size.people - each} + n % {each}"
    dialect.execute(
        "INSERT INTO votes (debate_key, number, person_key, value, revision, cast_at, sequence, salt) "  # noqa: S608 - all its parts are ours
        f"{dialect.series(size.threads * each)} SELECT 1, n / {each} * {THREAD} + 1, {voter}, "
        f"CASE WHEN {ballot} < 2 THEN 'agree' WHEN {ballot} = 2 THEN 'mixed' ELSE 'disagree' END, 1, "
        f"{dialect.instant(str(posts))}, {posts} + n + 1, {dialect.octets('n', 16)} FROM series"
    )
