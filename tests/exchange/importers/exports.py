"""Rows of Cap Collectif's flat export, invented for the tests."""

import base64
from collections.abc import Callable

from consultation.application.imported import ImportedDebate
from consultation.exchange.importers.cap_collectif_columns import COLUMNS_OF, COUNTERS, PREFIX_OF

Read = Callable[..., ImportedDebate]
"""Reads rows that the test makes."""

HEADER = [
    *("type", "contributions_id", "contributions_author_id", "contributions_consultation_title"),
    *("contributions_section_title", "contributions_title", "contributions_bodyText"),
    *("contributions_createdAt", "contributions_updatedAt", "contributions_url", "contributions_published"),
    *("contributions_trashed", "contributions_trashedStatus", "contributions_trashedAt"),
    *("contributions_trashedReason", "contributions_votesCount", "contributions_votesCountOk"),
    *("contributions_votesCountMitige", "contributions_votesCountNok", "contributions_argumentsCount"),
    *("contributions_argumentsCountFor", "contributions_argumentsCountAgainst"),
    *("contributions_sourcesCount", "contributions_versionsCount"),
    *("contributions_votes_id", "contributions_votes_related_id", "contributions_votes_author_id"),
    *("contributions_votes_value", "contributions_votes_createdAt"),
    *("contributions_arguments_related_id", "contributions_arguments_related_kind"),
    *("contributions_arguments_id", "contributions_arguments_author_id", "contributions_arguments_type"),
    *("contributions_arguments_body", "contributions_arguments_createdAt"),
    *("contributions_arguments_updatedAt", "contributions_arguments_url"),
    *("contributions_arguments_published", "contributions_arguments_trashed"),
    *("contributions_arguments_trashedStatus", "contributions_arguments_trashedAt"),
    *("contributions_arguments_trashedReason", "contributions_arguments_votesCount"),
    *("contributions_reportings_related_id", "contributions_reportings_related_kind"),
    *("contributions_reportings_id", "contributions_reportings_author_id", "contributions_reportings_type"),
    *("contributions_reportings_body", "contributions_reportings_createdAt", "contributions_sources_id"),
    *("contributions_sources_related_id", "contributions_sources_related_kind"),
    *("contributions_sources_author_id", "contributions_sources_trashed"),
    *("contributions_sources_trashedStatus", "contributions_sources_trashedAt"),
    *("contributions_sources_trashedReason", "contributions_sources_body", "contributions_sources_createdAt"),
    *("contributions_sources_updatedAt", "contributions_sources_published"),
    *("contributions_sources_votesCount", "contribution_versions_id", "contribution_versions_title"),
    *("contribution_versions_bodyText", "contribution_versions_createdAt"),
    "contribution_versions_updatedAt",
]


def uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def packed(kind: str, identifier: object) -> str:
    return base64.b64encode(f"{kind}:{identifier}".encode()).decode()


def person(number: int) -> str:
    return packed("User", uid(number))


def row(kind: str, **cells: str) -> list[str]:
    """A row with the cells of its type; names are those of the columns without their beginning."""
    named = {f"{PREFIX_OF[kind]}{name}": value for name, value in cells.items()}
    assert set(named) <= COLUMNS_OF[kind]
    return [kind, *(named.get(column, "") for column in HEADER[1:])]


def opinion(number: int, **changes: str) -> list[str]:
    counts = {name.removeprefix(PREFIX_OF["opinion"]): "0" for name in COUNTERS}
    cells = {
        "id": uid(number),
        "author_id": person(1),
        "consultation_title": "1. How?",
        "section_title": "2. L'été",
        "title": "A bench",
        "bodyText": "Put a <bench> here.",
        "createdAt": "07/10/2019 15:47",
        "url": f"https://example.org/opinions/{number}",
        "published": "1",
    }
    return row("opinion", **(counts | cells | changes))[:64]


def vote(number: int, parent: int, voter: int, value: str = "YES", **changes: str) -> list[str]:
    cells = {
        "id": packed("OpinionVote", number),
        "related_id": uid(parent),
        "author_id": person(voter),
        "value": value,
        "createdAt": "20/11/2019 09:53",
    }
    return row("vote", **(cells | changes))[:64]


def argument(number: int, parent: int, side: str = "FOR", **changes: str) -> list[str]:
    cells = {
        "related_id": uid(parent),
        "related_kind": "opinion",
        "id": uid(number),
        "author_id": person(2),
        "type": side,
        "body": "So;it <is>",
        "createdAt": "08/10/2019 10:00",
        "updatedAt": "08/10/2019 10:00",
        "url": f"https://example.org/opinions/{parent}#arg-{number}",
        "published": "1",
        "votesCount": "3",
    }
    return row("argument", **(cells | changes))


def source(number: int, parent: int, **changes: str) -> list[str]:
    cells = {
        "id": uid(number),
        "related_id": uid(parent),
        "related_kind": "opinion",
        "author_id": person(3),
        "body": '<p><a href="https://example.org/a">a</a></p>',
        "createdAt": "09/10/2019 10:00",
        "updatedAt": "10/10/2019 10:00",
        "published": "1",
        "votesCount": "0",
    }
    return row("source", **(cells | changes))


def refusals(debate: ImportedDebate) -> list[tuple[int, str, str | None, str]]:
    """What was refused: row, type, column and reason."""
    return [(r.row, r.kind, r.column, r.reason) for r in debate.report.refused]


def notes(debate: ImportedDebate) -> list[tuple[int | None, str | None, str]]:
    """What was noted: row, column and text."""
    return [(note.row, note.column, note.text) for note in debate.report.notes]


def references(debate: ImportedDebate) -> list[str]:
    """The posts in their order, by kind and the last digit of their id."""
    return [post.reference.partition(":")[0] + post.reference[-1] for post in debate.posts]
