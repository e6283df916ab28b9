"""One row of Cap Collectif's flat export, read column by column from left to right.

One file holds rows of six types. `type` tells which; each type has columns of its own, whose
names begin alike, and leaves all others empty.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from consultation.application.imported import ImportedPost, ImportedVote, ReportedTally
from consultation.domain.posts import PostKind, PostState, Side
from consultation.domain.texts import tidy_line
from consultation.domain.voting import VoteValue
from consultation.exchange.importers.cap_collectif_columns import COLUMNS, COLUMNS_OF, COUNTERS
from consultation.exchange.importers.cleaning import REPLACED, replace_forbidden
from consultation.exchange.importers.csv_rows import Row
from consultation.exchange.importers.html_to_markdown import html_to_markdown
from consultation.exchange.importers.markdown_text import plain_text

_OPINION: Final = "contributions_"
_VOTE: Final = "contributions_votes_"
_ARGUMENT: Final = "contributions_arguments_"
_SOURCE: Final = "contributions_sources_"

_VALUES: Final = {
    "YES": VoteValue.AGREE,
    "MITIGE": VoteValue.MIXED,
    "NO": VoteValue.DISAGREE,
}
_SIDES: Final = {"FOR": Side.PRO, "AGAINST": Side.CONTRA}
_UID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_USER_ID: Final = re.compile(f"User:({_UID})")
_VOTE_ID: Final = re.compile("OpinionVote:([0-9]+)")

_State: TypeAlias = tuple[PostState, str | None, datetime | None]
_VISIBLE: Final[_State] = (PostState.VISIBLE, None, None)


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion: the titles that it stands under, and its counters as declared, by column."""

    post: ImportedPost
    consultation: str
    section: str
    declared: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reply:
    """What hangs on the opinion `parent`: an argument, a source or a vote, and its reference."""

    reference: str
    parent: str
    item: ImportedPost | ImportedVote


def read_reply(kind: str, row: Row) -> Reply:
    """A row of type `argument`, `source` or `vote`. Raises FieldWrongError as `read_opinion`."""
    match kind:
        case "argument":
            post = read_argument(row)
        case "source":
            post = read_source(row)
        case _:
            return read_vote(row)
    return Reply(post.reference, post.parent or "", post)


def read_opinion(row: Row) -> Opinion:
    """A row of type `opinion`. Raises FieldWrongError at the first cell that does not fit."""
    row.only(COLUMNS_OF["opinion"], COLUMNS)
    uid = row.uid(f"{_OPINION}id")
    author = _author(row, _OPINION)
    consultation = _line(row, f"{_OPINION}consultation_title")
    section = _line(row, f"{_OPINION}section_title")
    row.text(f"{_OPINION}title")
    title = _line(row, f"{_OPINION}title")
    body = _plain_body(row, f"{_OPINION}bodyText")
    created_at = row.instant(f"{_OPINION}createdAt", uid)
    revised_at = _revised_at(row, _OPINION, created_at)
    row.address(f"{_OPINION}url")
    is_published = row.flag(f"{_OPINION}published")
    state, reason, since = _state(row, _OPINION, is_published=is_published)
    declared = {name: row.count(name) for name in COUNTERS}
    post = ImportedPost(
        kind=PostKind.CONTRIBUTION,
        reference=f"opinion:{uid}",
        author=author,
        title=title,
        body=body,
        created_at=created_at,
        revised_at=revised_at,
        state=state,
        state_reason=reason,
        state_since=since,
    )
    return Opinion(post, consultation, section, declared)


def read_vote(row: Row) -> Reply:
    """A row of type `vote`. Raises FieldWrongError at the first cell that does not fit."""
    row.only(COLUMNS_OF["vote"], COLUMNS)
    reference = f"vote:{_decoded(row, f'{_VOTE}id', _VOTE_ID)}"
    post = f"opinion:{row.uid(f'{_VOTE}related_id')}"
    voter = _author(row, _VOTE)
    value = row.choice(f"{_VOTE}value", _VALUES)
    vote = ImportedVote(post, voter, value, row.instant(f"{_VOTE}createdAt"))
    return Reply(reference, post, vote)


def read_argument(row: Row) -> ImportedPost:
    """A row of type `argument`. Raises FieldWrongError at the first cell that does not fit."""
    row.only(COLUMNS_OF["argument"], COLUMNS)
    parent = _parent(row, _ARGUMENT)
    uid = row.uid(f"{_ARGUMENT}id")
    author = _author(row, _ARGUMENT)
    side = row.choice(f"{_ARGUMENT}type", _SIDES)
    body = _plain_body(row, f"{_ARGUMENT}body")
    created_at = row.instant(f"{_ARGUMENT}createdAt", uid)
    revised_at = _revised_at(row, _ARGUMENT, created_at)
    row.address(f"{_ARGUMENT}url")
    is_published = row.flag(f"{_ARGUMENT}published")
    state, reason, since = _state(row, _ARGUMENT, is_published=is_published)
    return ImportedPost(
        kind=PostKind.ARGUMENT,
        reference=f"argument:{uid}",
        parent=parent,
        author=author,
        side=side,
        body=body,
        created_at=created_at,
        revised_at=revised_at,
        state=state,
        state_reason=reason,
        state_since=since,
        reported=_support(row, _ARGUMENT),
    )


def read_source(row: Row) -> ImportedPost:
    """A row of type `source`. Raises FieldWrongError at the first cell that does not fit.

    The export has neither title nor link of a source; links stand in its body, which is HTML.
    """
    row.only(COLUMNS_OF["source"], COLUMNS)
    uid = row.uid(f"{_SOURCE}id")
    parent = _parent(row, _SOURCE)
    author = _author(row, _SOURCE)
    trash = _trash(row, _SOURCE)
    converted = html_to_markdown(row.optional(f"{_SOURCE}body"))
    for text in converted.notes:
        row.note(f"{_SOURCE}body", text)
    if not converted.markdown:
        row.note(f"{_SOURCE}body", "holds no word")
    created_at = row.instant(f"{_SOURCE}createdAt", uid)
    revised_at = _revised_at(row, _SOURCE, created_at)
    is_published = row.flag(f"{_SOURCE}published")
    state, reason, since = _standing(trash, is_published=is_published)
    return ImportedPost(
        kind=PostKind.SOURCE,
        reference=f"source:{uid}",
        parent=parent,
        author=author,
        body=converted.markdown,
        created_at=created_at,
        revised_at=revised_at,
        state=state,
        state_reason=reason,
        state_since=since,
        reported=_support(row, _SOURCE),
    )


def _parent(row: Row, prefix: str) -> str:
    reference = f"opinion:{row.uid(f'{prefix}related_id')}"
    row.choice(f"{prefix}related_kind", {"opinion": None})
    return reference


def _author(row: Row, prefix: str) -> str:
    return f"user:{_decoded(row, f'{prefix}author_id', _USER_ID)}"


def _decoded(row: Row, column: str, pattern: re.Pattern[str]) -> str:
    """The id inside a global id, which is `Type:id` in base 64."""
    try:
        plain = base64.b64decode(row.text(column), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        plain = ""
    found = pattern.fullmatch(plain)
    if found is None:
        raise row.wrong(column, f"is no {pattern.pattern.partition(':')[0]} id in base 64")
    return found.group(1)


def _line(row: Row, column: str) -> str:
    return _clean(row, column, tidy_line(row.optional(column)))


def _plain_body(row: Row, column: str) -> str:
    body = plain_text(_clean(row, column, row.optional(column)))
    if not body:
        row.note(column, "holds no word")
    return body


def _clean(row: Row, column: str, text: str) -> str:
    cleaned, has_forbidden = replace_forbidden(text)
    if has_forbidden:
        row.note(column, REPLACED)
    return cleaned


def _revised_at(row: Row, prefix: str, created_at: datetime) -> datetime | None:
    column = f"{prefix}updatedAt"
    written = row.optional(column)
    if not written or written == row.optional(f"{prefix}createdAt"):
        return None
    updated_at = row.instant(column)
    if updated_at < created_at:
        row.note(column, "is before createdAt, which is kept")
    return updated_at if updated_at > created_at else None


def _state(row: Row, prefix: str, *, is_published: bool) -> _State:
    return _standing(_trash(row, prefix), is_published=is_published)


def _standing(trash: _State, *, is_published: bool) -> _State:
    if trash == _VISIBLE and not is_published:
        return PostState.HIDDEN, "not published in the source", None
    return trash


def _trash(row: Row, prefix: str) -> _State:
    """The state after moderation. What is trashed can still be visible in the source."""
    if not row.flag(f"{prefix}trashed"):
        for name in ("trashedStatus", "trashedAt", "trashedReason"):
            if row.optional(f"{prefix}{name}"):
                raise row.wrong(f"{prefix}{name}", "is filled, though the row is not trashed")
        return _VISIBLE
    is_visible = row.choice(f"{prefix}trashedStatus", {"VISIBLE": True, "INVISIBLE": False})
    has_instant = row.optional(f"{prefix}trashedAt") != ""
    since = row.instant(f"{prefix}trashedAt") if has_instant else None
    reason = _line(row, f"{prefix}trashedReason") or "trashed in the source"
    if is_visible:
        row.note(f"{prefix}trashedStatus", f"trashed in the source, and visible there: {reason}")
        return _VISIBLE
    return PostState.HIDDEN, reason, since


def _support(row: Row, prefix: str) -> ReportedTally:
    column = f"{prefix}votesCount"
    return ReportedTally(support=row.count(column), source=f"Cap Collectif export, {column}")
