"""The record of a debate: its journal and its statistics."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, case, func, literal_column, select, true

from consultation.application.ports import Counts
from consultation.application.readers import Document, Page, Window
from consultation.application.versions import DebateVersion
from consultation.domain.journal import format_instant
from consultation.domain.participation import SpeaksAs
from consultation.persistence.read_models.accountability import DEBATE_FIGURES, moderation_figures
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import cut
from consultation.persistence.tables import debates, journal_entries, posts
from consultation.persistence.types import AnyRow

_JOURNAL = (
    select(
        journal_entries.c.sequence,
        journal_entries.c.at,
        journal_entries.c.kind,
        journal_entries.c.number,
        journal_entries.c.digest,
        journal_entries.c.leaf_hash,
    )
    .where(journal_entries.c.debate_key == bindparam("debate_key"))
    .where(journal_entries.c.sequence > bindparam("after"))
    .order_by(journal_entries.c.sequence)
    .limit(bindparam("rows"))
)
_GROUPS: Final = (posts.c.kind, posts.c.side, posts.c.state, posts.c.capacity, posts.c.theme)
_COUNTERS: Final = tuple(Counts.__dataclass_fields__)


def _speakers(capacity: SpeaksAs) -> ColumnElement[int]:
    """How many people posted in a capacity: a stretch of a partial index, empty in most debates."""
    return (
        select(func.count(posts.c.author_key.distinct()))
        .where(
            posts.c.debate_key == bindparam("debate_key"),
            posts.c.capacity == literal_column(f"'{capacity.value}'"),
            posts.c.capacity.is_not(None),
        )
        .scalar_subquery()
        .label(f"as_{capacity.value}")
    )


_COUNTS = select(
    debates.c.time_zone,
    debates.c.last_number,
    debates.c.journal_length,
    *(debates.c[name] for name in _COUNTERS),
    *map(_speakers, SpeaksAs),
).where(debates.c.key == bindparam("debate_key"))
_COUNTS_AND_FIGURES: Final = _COUNTS.add_columns(*DEBATE_FIGURES.c).select_from(
    debates.outerjoin(DEBATE_FIGURES, true())
)


class RecordReads(Reads):
    """Reads of the journal and of what adds up."""

    def journal(self, version: DebateVersion, after: int, limit: int) -> Page:
        """Journal entries in order. Instants keep their six digits: they are hashed."""
        place = {"debate_key": version.key, "after": after, "rows": limit + 1}
        rows, more = cut(self._connection.execute(_JOURNAL, place).all(), Window(limit))
        items = [
            {
                "sequence": row.sequence,
                "at": format_instant(row.at),
                "kind": row.kind,
                "number": row.number,
                "digest": row.digest.hex(),
                "leaf_hash": row.leaf_hash.hex(),
            }
            for row in rows
        ]
        return Page(items, (rows[-1].sequence,) if more else None)

    def journal_ends(self, debate_keys: Collection[int]) -> dict[int, tuple[int, datetime]]:
        """How many entries the journals of these debates have, and the instant of the last, by key."""
        columns = (debates.c.key, debates.c.journal_length, debates.c.last_act_at)
        statement = select(*columns).where(debates.c.key.in_(debate_keys))
        return {row.key: (row.journal_length, row.last_act_at) for row in self._connection.execute(statement)}

    def statistics(self, version: DebateVersion) -> Document:
        """Participants, posts by kind, side and local day, votes, moderation."""
        figures = self._connection.execute(_COUNTS_AND_FIGURES, {"debate_key": version.key}).all()
        counts = figures[0]
        # Databases know UTC only: they group by ten minutes, we say to which local day these
        # belong. Every zone but three (at :15 or :45) changes its day on such a boundary.
        ten_minutes = func.substr(posts.c.created_at, 1, 15)
        if self._connection.dialect.name == "postgresql":
            at = func.timezone("UTC", posts.c.created_at)
            ten_minutes = func.substr(func.to_char(at, 'YYYY-MM-DD"T"HH24:MI'), 1, 15)
        zone = ZoneInfo(counts.time_zone)
        grouped = (
            select(
                *_GROUPS,
                ten_minutes.label("ten_minutes"),
                func.count().label("posts"),
                func.sum(posts.c.pro).label("pro"),
                func.sum(posts.c.contra).label("contra"),
                func.sum(posts.c.agree).label("agree"),
                func.sum(posts.c.mixed).label("mixed"),
                func.sum(posts.c.disagree).label("disagree"),
                func.sum(posts.c.support).label("support"),
                func.sum(posts.c.on_earlier_revisions).label("on_earlier_revisions"),
                func.sum(case((posts.c.revision > 1, 1), else_=0)).label("edited"),
            )
            .where(posts.c.debate_key == version.key)
            .group_by(*_GROUPS, "ten_minutes")
        )
        totals = {"contributions": 0, "arguments_pro": 0, "arguments_contra": 0, "sources": 0}
        states = {"visible": 0, "withdrawn": 0, "hidden": 0, "erased": 0}
        votes = {"agree": 0, "mixed": 0, "disagree": 0, "support": 0, "on_earlier_revisions": 0}
        days: dict[str, dict[str, int]] = {}
        hours = [0] * 24
        themes: dict[str | None, dict[str, int]] = {}
        spoken: dict[str | None, dict[str, int]] = {}
        edited = 0
        for row in self._connection.execute(grouped):
            states[row.state] += row.posts
            edited += row.edited
            for name in votes:
                votes[name] += getattr(row, name)
            if row.kind == "contribution":
                _add_theme(themes, row)
            if row.state != "visible":
                continue
            name = {"contribution": "contributions", "source": "sources"}.get(
                row.kind, f"arguments_{row.side}"
            )
            totals[name] += row.posts
            spoken.setdefault(row.capacity, dict.fromkeys(totals, 0))[name] += row.posts
            local = datetime.fromisoformat(f"{row.ten_minutes}0Z").astimezone(zone)
            hours[local.hour] += row.posts
            days.setdefault(local.date().isoformat(), dict.fromkeys(totals, 0))[name] += row.posts
        return {
            "debate": version.uid,
            "journal_length": counts.journal_length,
            "participants": counts.participants,
            "last_number": counts.last_number,
            "posts": totals,
            "posts_by_state": states,
            "posts_edited": edited,
            "posts_by_day": [{"day": day, **figures} for day, figures in sorted(days.items())],
            "posts_by_hour": [{"hour": hour, "posts": posted} for hour, posted in enumerate(hours)],
            "by_theme": [
                {"theme": theme, **figures}
                for theme, figures in sorted(themes.items(), key=lambda item: (item[0] is None, item[0]))
            ],
            "by_capacity": _by_capacity(counts, totals, spoken),
            "votes": votes,
            "moderation": {"hidden": states["hidden"], "erased": states["erased"]}
            | moderation_figures(figures),
        }


def _add_theme(themes: dict[str | None, dict[str, int]], row: AnyRow) -> None:
    """Add some contributions of one theme, with the arguments under them; tombstones keep theirs."""
    figures = themes.setdefault(
        row.theme, {"contributions": 0, "arguments_pro": 0, "arguments_contra": 0, "votes": 0}
    )
    figures["contributions"] += row.posts if row.state == "visible" else 0
    figures["arguments_pro"] += row.pro
    figures["arguments_contra"] += row.contra
    figures["votes"] += row.agree + row.mixed + row.disagree


def _by_capacity(
    counts: AnyRow, totals: Mapping[str, int], spoken: Mapping[str | None, Mapping[str, int]]
) -> list[Document]:
    """Posts and their authors by capacity, in the order of the capacities; none where nobody said."""
    people = {capacity.value: getattr(counts, f"as_{capacity.value}") for capacity in SpeaksAs}
    if not any(people.values()) and spoken.keys() <= {None}:
        return []
    nothing = dict.fromkeys(totals, 0)
    return [
        {"capacity": capacity, "people": people.get(capacity or ""), "posts": spoken.get(capacity, nothing)}
        for capacity in (*people, None)
    ]
