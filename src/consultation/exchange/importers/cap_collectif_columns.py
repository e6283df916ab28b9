"""The columns of Cap Collectif's flat export, by type of row."""

from typing import Final

_TRASH: Final = ("trashed", "trashedStatus", "trashedAt", "trashedReason")
_VOTES: Final = ("votesCount", "votesCountOk", "votesCountMitige", "votesCountNok")
_ARGUMENTS: Final = ("argumentsCount", "argumentsCountFor", "argumentsCountAgainst")
_PREFIXED: Final = {
    "opinion": (
        "contributions_",
        (
            *("id", "author_id", "consultation_title", "section_title", "title", "bodyText"),
            *("createdAt", "updatedAt", "url", "published", *_TRASH),
            *(*_VOTES, *_ARGUMENTS, "sourcesCount", "versionsCount"),
        ),
    ),
    "vote": ("contributions_votes_", ("id", "related_id", "author_id", "value", "createdAt")),
    "argument": (
        "contributions_arguments_",
        (
            *("related_id", "related_kind", "id", "author_id", "type", "body"),
            *("createdAt", "updatedAt", "url", "published", *_TRASH, "votesCount"),
        ),
    ),
    "reportings": (
        "contributions_reportings_",
        ("related_id", "related_kind", "id", "author_id", "type", "body", "createdAt"),
    ),
    "source": (
        "contributions_sources_",
        (
            *("id", "related_id", "related_kind", "author_id", *_TRASH),
            *("body", "createdAt", "updatedAt", "published", "votesCount"),
        ),
    ),
    "version": ("contribution_versions_", ("id", "title", "bodyText", "createdAt", "updatedAt")),
}

PREFIX_OF: Final = {kind: prefix for kind, (prefix, _) in _PREFIXED.items()}
"""How the names of each type's columns begin."""

COLUMNS_OF: Final = {
    kind: frozenset(prefix + name for name in names) for kind, (prefix, names) in _PREFIXED.items()
}
"""The columns that each type of row may fill, beside `type`."""

COLUMNS: Final = frozenset[str]().union(*COLUMNS_OF.values())
"""All columns of the export but `type`."""

COUNTERS: Final = {
    "contributions_votesCount": "vote",
    "contributions_votesCountOk": "YES",
    "contributions_votesCountMitige": "MITIGE",
    "contributions_votesCountNok": "NO",
    "contributions_argumentsCount": "argument",
    "contributions_argumentsCountFor": "FOR",
    "contributions_argumentsCountAgainst": "AGAINST",
    "contributions_sourcesCount": "source",
    "contributions_versionsCount": "version",
}
"""The counters of an opinion in their order, and the rows that each of them counts."""
