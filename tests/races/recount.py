"""A debate counted anew from its rows, in Python and by nothing that wrote them.

`doctor` shares the application's rules; this shares only the tables, so that both cannot be wrong
in the same way. What it finds is said in words, one difference a line.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from consultation.application.doctor import examine
from consultation.domain.journal import Entry, EntryKind
from consultation.persistence.bulk.examining import examination_of
from consultation.persistence.engine import Database
from consultation.persistence.tables import debates, journal_entries, posts, revisions, votes

_POSTED = {"contribution_posted", "argument_posted", "source_posted", "post_imported"}
_VALUES = ("agree", "mixed", "disagree", "support")


def unsound(database: Database, uid: str) -> list[str]:
    """What is wrong with a debate, by our own count and by the doctor's examination."""
    with examination_of(database) as record:
        findings = [str(finding) for finding in examine(record, UUID(uid))]
    return recount(database, uid) + findings


def recount(database: Database, uid: str) -> list[str]:
    """What does not add up in a debate; nothing when all is well."""
    with database.reading() as connection:
        debate = connection.execute(select(debates).where(debates.c.uid == UUID(uid))).one()

        def rows(table: Table, *order: str) -> list[Any]:
            statement = select(table).where(table.c.debate_key == debate.key)
            return list(connection.execute(statement.order_by(*(table.c[name] for name in order))))

        journal = rows(journal_entries, "sequence")
        all_posts = rows(posts, "number")
        all_votes = rows(votes, "number", "person_key")
        earlier = rows(revisions, "number", "revision")
    found: list[str] = []

    def expect(what: str, kept: object, counted: object) -> None:
        if kept != counted:
            found.append(f"{what}: kept {kept}, counted {counted}")

    expect("numbers", [post.number for post in all_posts], list(range(1, debate.last_number + 1)))
    _journal(expect, debate, journal, all_posts)
    _counters(expect, debate, all_posts, all_votes)
    kept = Counter(row.number for row in earlier)
    for post in all_posts:
        expect(f"revisions of #{post.number}", post.revision, kept[post.number] + 1)
    return found


def _journal(expect: Any, debate: Any, journal: list[Any], all_posts: list[Any]) -> None:
    sequences = [entry.sequence for entry in journal]
    expect("sequences", sequences, list(range(1, debate.journal_length + 1)))
    instants = [entry.at for entry in journal]
    expect("order of instants", instants, sorted(set(instants)))
    expect("last act", debate.last_act_at, instants[-1])
    numbered = [entry.number for entry in journal if entry.kind in _POSTED]
    expect("order of numbers", numbered, [post.number for post in all_posts])
    for row in journal:
        entry = Entry(debate.uid, row.sequence, row.at, EntryKind(row.kind), row.number, row.digest)
        expect(f"leaf hash {row.sequence}", row.leaf_hash, entry.leaf_hash())


def _counters(expect: Any, debate: Any, all_posts: list[Any], all_votes: list[Any]) -> None:
    kinds = {post.number: post.kind for post in all_posts}
    visible = [post for post in all_posts if post.state == "visible"]
    of_kind = Counter(
        "sources" if post.kind == "source" else post.side or "contributions" for post in visible
    )
    counted = {
        "contributions": of_kind["contributions"],
        "arguments_pro": of_kind["pro"],
        "arguments_contra": of_kind["contra"],
        "sources": of_kind["sources"],
        "votes": sum(kinds[vote.number] == "contribution" for vote in all_votes),
        "supports": sum(kinds[vote.number] != "contribution" for vote in all_votes),
        "participants": len(
            {post.author_key for post in all_posts} | {vote.person_key for vote in all_votes}
        ),
    }
    for name, figure in counted.items():
        expect(name, getattr(debate, name), figure)
    ballots = Counter((vote.number, vote.person_key) for vote in all_votes)
    expect("people who voted twice on a post", [], [key for key, times in ballots.items() if times > 1])
    tallies = Counter((vote.number, vote.value) for vote in all_votes)
    replies = Counter((post.contribution, post.side or "sources") for post in visible)
    revision = {post.number: post.revision for post in all_posts}
    earlier = Counter(vote.number for vote in all_votes if vote.revision < revision[vote.number])
    for post in all_posts:
        number = post.number
        for value in _VALUES:
            expect(f"{value} of #{number}", getattr(post, value), tallies[number, value])
        for side in ("pro", "contra", "sources"):
            expect(f"{side} of #{number}", getattr(post, side), replies[number, side])
        expect(f"votes on earlier text of #{number}", post.on_earlier_revisions, earlier[number])
