"""What the public learns of moderation, and what reporters learn of their reports."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.selectable import Subquery

from consultation.application.moderation.transparency import Restriction, statement_document
from consultation.application.readers import Document, Page, Window
from consultation.application.versions import DebateVersion
from consultation.domain.held import HeldState, Kept, held_state
from consultation.domain.moderation import RESTRICTIONS, CaseState, Ground, Instance, Measure
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.keyset import Order, cut
from consultation.persistence.tables import (
    cases,
    debates,
    decisions,
    held_posts,
    organisations,
    posts,
    reports,
)
from consultation.persistence.types import AnyRow, SecondsBetween

Scope: TypeAlias = Callable[[Table], ColumnElement[bool]]
"""Which rows are counted."""


def _of_debate(table: Table) -> ColumnElement[bool]:
    own: ColumnElement[bool] = table.c.debate_key == bindparam("debate_key")
    return own


def _of_organisation(table: Table) -> ColumnElement[bool]:
    own = (
        select(debates.c.key)
        .join(organisations, organisations.c.key == debates.c.organisation_key)
        .where(organisations.c.slug == bindparam("slug"), debates.c.published_at.is_not(None))
    )
    return table.c.debate_key.in_(own)


def _figure(what: str, rows: FromClause | Table, condition: ColumnElement[bool], *by: str) -> Select[Any]:
    """How many rows there are, by up to three of their columns."""
    columns = [rows.c[name] for name in by]
    nothing = [cast(null(), String) for _ in range(3 - len(by))]
    shape = [column.label(name) for name, column in zip(("a", "b", "c"), [*columns, *nothing], strict=True)]
    counted = cast(func.count(), Integer).label("figure")
    return select(literal(what, String).label("what"), *shape, counted).where(condition).group_by(*columns)


def _figures(scope: Scope) -> Subquery:
    """Everything that is counted, one figure a row: reports, cases, decisions, the median delay."""
    reported = scope(cases) & cases.c.held_key.is_(None)
    held = scope(cases) & cases.c.held_key.is_not(None)
    of_held = cases.join(held_posts, held_posts.c.key == cases.c.held_key)
    what = select(
        literal("held", String).label("what"),
        held_posts.c.kept.label("a"),
        cases.c.measure.label("b"),
        cast(null(), String).label("c"),
        cast(func.count(), Integer).label("figure"),
    )
    return union_all(
        _figure("report", reports, scope(reports), "ground"),
        _figure("case", cases, reported, "state"),
        _figure("appeal", cases, scope(cases) & cases.c.appealed_at.is_not(None)),
        _figure("decision", decisions, scope(decisions), "ground", "measure", "instance"),
        _median("median", reported),
        what.select_from(of_held).where(held).group_by(held_posts.c.kept, cases.c.measure),
        _median("held_median", held),
    ).subquery("figures")


def _median(what: str, condition: ColumnElement[bool]) -> Select[Any]:
    """The median time of cases from their beginning to their first decision."""
    seconds = SecondsBetween(cases.c.opened_at, cases.c.decided_at)
    delays = (
        select(
            seconds.label("seconds"),
            func.row_number().over(order_by=seconds).label("place"),
            func.count().over().label("total"),
        )
        .where(condition, cases.c.decided_at.is_not(None))
        .subquery(f"delays_of_{what}")
    )
    middle = delays.c.place.in_([(delays.c.total + 1) // 2, (delays.c.total + 2) // 2])
    nothing = [cast(null(), String).label(name) for name in ("a", "b", "c")]
    average = cast(func.round(func.avg(delays.c.seconds)), Integer).label("figure")
    shown: list[ColumnElement[Any]] = [literal(what, String).label("what"), *nothing, average]
    return select(*shown).where(middle)


DEBATE_FIGURES: Final = _figures(_of_debate)
_OF_ORGANISATION: Final = _figures(_of_organisation)
_ORGANISATION_FIGURES: Final = (
    select(organisations.c.slug, *_OF_ORGANISATION.c)
    .select_from(organisations.outerjoin(_OF_ORGANISATION, true()))
    .where(organisations.c.slug == bindparam("slug"))
)


def moderation_figures(rows: Iterable[AnyRow]) -> Document:
    """Figures, one a row, as the public reads them. Decisions on appeals are counted as such only."""
    found = [row for row in rows if row.what is not None]

    def total(what: str, **wanted: str) -> int:
        return sum(
            row.figure
            for row in found
            if row.what == what and all(getattr(row, name) == value for name, value in wanted.items())
        )

    def first(**wanted: str) -> int:
        both = (Instance.FIRST.value, Instance.AUTOMATIC.value)
        return sum(total("decision", c=instance, **wanted) for instance in both)

    decided_appeals = total("decision", c=Instance.APPEAL.value)
    upheld = total("decision", c=Instance.APPEAL.value, b=Measure.KEEP.value)
    return {
        "reports": {
            "total": total("report"),
            "by_reason": {one.value: total("report", a=one.value) for one in Ground},
        },
        "cases": {
            "total": total("case"),
            "open": total("case", a=CaseState.OPEN.value),
            "appealed": total("case", a=CaseState.APPEALED.value),
        },
        "decisions": {
            "total": first(),
            "automatic": total("decision", c=Instance.AUTOMATIC.value),
            "by_reason": {one.value: first(a=one.value) for one in Ground},
            "by_measure": {
                one.value: first(b=one.value)
                for one in Measure
                if one is not Measure.PUBLISH  # in the first instance no decision with reasons
            },
        },
        "median_seconds_to_decision": next((row.figure for row in found if row.what == "median"), None),
        "appeals": {
            "total": total("appeal"),
            "upheld": upheld,
            "reversed": decided_appeals - upheld,
        },
        "held": _held_figures(found),
    }


def _held_figures(rows: Iterable[AnyRow]) -> Document:
    """What became of everything that was held."""
    figures = dict.fromkeys(HeldState, 0)
    median = None
    for row in rows:
        if row.what == "held":
            state = held_state(Kept(row.a), None if row.b is None else Measure(row.b))
            figures[state] += row.figure
        elif row.what == "held_median":
            median = row.figure
    waiting = figures.pop(HeldState.HELD)
    total = waiting + sum(figures.values())
    counted = {state.value: figure for state, figure in figures.items()}
    return {"total": total, "waiting": waiting, **counted, "median_seconds_to_decision": median}


_RESTRICTIONS: Final = (
    select(
        decisions.c.uid,
        decisions.c.measure,
        decisions.c.ground,
        decisions.c.reference,
        decisions.c.decided_at,
        decisions.c.until,
        decisions.c.detected_automatically,
        decisions.c.decided_automatically,
        func.coalesce(posts.c.language, held_posts.c.language).label("language"),
        func.coalesce(posts.c.created_at, held_posts.c.arrived_at).label("created_at"),
        cases.c.reports,
    )
    .join(cases, cases.c.key == decisions.c.case_key)
    .outerjoin(posts, (posts.c.debate_key == cases.c.debate_key) & (posts.c.number == cases.c.number))
    .outerjoin(held_posts, held_posts.c.key == cases.c.held_key)
    .where(decisions.c.debate_key == bindparam("debate_key"))
    .where(decisions.c.measure.in_(sorted(RESTRICTIONS)))
)
_OLDEST_STATEMENT: Final = Order((decisions.c.uid,), descending=False)
_REPORTS: Final = (
    select(
        reports.c.uid,
        reports.c.number,
        reports.c.ground,
        reports.c.text,
        reports.c.created_at,
        cases.c.state,
        cases.c.measure,
        cases.c.decided_at,
        cases.c.closed_at,
        cases.c.appeal_until,
        debates.c.uid.label("debate_uid"),
        debates.c.slug.label("debate_slug"),
        debates.c.title.label("debate_title"),
        organisations.c.slug.label("owner"),
    )
    .join(cases, cases.c.key == reports.c.case_key)
    .join(debates, debates.c.key == reports.c.debate_key)
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .where(reports.c.person_key == bindparam("person_key"))
)
_NEWEST_REPORT: Final = Order((reports.c.uid,), descending=True)


class AccountabilityReads(Reads):
    """Reads of what moderation accounts for."""

    def organisation_moderation(self, slug: str) -> Document | None:
        """An organisation's moderation in figures, over all its published debates."""
        rows = self._connection.execute(_ORGANISATION_FIGURES, {"slug": slug}).all()
        return {"organisation": slug} | moderation_figures(rows) if rows else None

    def statements(self, version: DebateVersion, window: Window | None) -> Page:
        """Statements of reasons of a debate without personal data, the oldest first; all without a window."""
        place = {"debate_key": version.key}
        if window is None:
            rows = self._connection.execute(_RESTRICTIONS.order_by(decisions.c.uid), place).all()
            return Page([statement_document(_restriction(row)) for row in rows], None)
        statement = _OLDEST_STATEMENT.page(_RESTRICTIONS, window)
        found, more = cut(self._connection.execute(statement, place).all(), window)
        items = [statement_document(_restriction(row)) for row in found]
        return Page(items, (found[-1].uid,) if more else None)

    def own_reports(self, person_key: int, window: Window) -> Page:
        """A person's reports, the newest first, each with what became of it."""
        statement = _NEWEST_REPORT.page(_REPORTS, window)
        rows, more = cut(self._connection.execute(statement, {"person_key": person_key}).all(), window)
        return Page([self._own_report(row) for row in rows], (rows[-1].uid,) if more else None)

    def _own_report(self, row: AnyRow) -> Document:
        address = self._links.debate(row.owner, row.debate_slug)
        return {
            "id": row.uid,
            "debate": row.debate_uid,
            "debate_title": row.debate_title,
            "number": row.number,
            "url": self._links.post(address, row.number),
            "reason": row.ground,
            "text": row.text,
            "created_at": row.created_at,
            "state": row.state,
            "measure": row.measure,
            "decided_at": row.decided_at,
            "closed_at": row.closed_at,
            "may_change_until": row.appeal_until if row.state == CaseState.DECIDED.value else None,
        }


def _restriction(row: AnyRow) -> Restriction:
    return Restriction(
        uid=row.uid,
        measure=Measure(row.measure),
        ground=Ground(row.ground),
        reference=row.reference,
        decided_at=row.decided_at,
        until=row.until,
        detected_automatically=row.detected_automatically,
        decided_automatically=row.decided_automatically,
        language=row.language,
        posted_at=row.created_at,
        reports=row.reports,
    )
