"""The page of the moderation queue, as one statement for each way to narrow it.

It walks the cases in their order, by an index, and looks at the rest of a case only when the case
is on the page: among a hundred thousand cases nothing is sorted.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    TextClause,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
)

from consultation.application.moderation.reading import QueueFilter
from consultation.application.readers import Document, Window
from consultation.domain.moderation import APPEAL_DUE, DECISION_DUE, WAITING, CaseState, Ground, due_at
from consultation.persistence.prepared import Prepared
from consultation.persistence.tables import cases, debates, held_posts, people, posts
from consultation.persistence.tables.moderation import reported_for
from consultation.persistence.types import Instant, InstantText, UuidText

CLAIMANT: Final = people.alias("claimant")
SHOWN: Final = (
    UuidText(cases.c.uid).label("uid"),
    cases.c.number,
    cases.c.state,
    InstantText(cases.c.opened_at).label("opened_at"),
    cases.c.reports,
    InstantText(cases.c.claimed_at).label("claimed_at"),
    cases.c.measure,
    InstantText(cases.c.decided_at).label("decided_at"),
    InstantText(cases.c.appeal_until).label("appeal_until"),
    InstantText(cases.c.appealed_at).label("appealed_at"),
    InstantText(cases.c.closed_at).label("closed_at"),
    UuidText(debates.c.uid).label("debate_uid"),
    debates.c.title.label("debate_title"),
    cases.c.held_key,
    func.coalesce(posts.c.kind, held_posts.c.kind).label("kind"),
    UuidText(CLAIMANT.c.uid).label("claimant_uid"),
    CLAIMANT.c.name.label("claimant_name"),
)
"""What a document says of a case, each column as it goes into JSON."""


def case_documents(rows: Iterable[Sequence[Any]]) -> list[Document]:
    """What documents say of cases, of the values of SHOWN in their order."""
    # In one pass: to call something for each case takes a fifth of the time.
    return [
        {
            "id": uid,
            "debate": debate,
            "debate_title": debate_title,
            "number": number,
            "held": held_key is not None,
            "kind": kind,
            "state": state,
            "opened_at": opened_at,
            "reports_count": reports,
            "claimed_by": None if claimant is None else {"id": claimant, "name": claimant_name},
            "claimed_at": None if claimant is None else claimed_at,
            "measure": measure,
            "decided_at": decided_at,
            "appeal_until": appeal_until,
            "appealed_at": appealed_at,
            "closed_at": closed_at,
            "due_at": due_at(state, opened_at, appealed_at) if state in WAITING else None,
        }
        for (
            uid,
            number,
            state,
            opened_at,
            reports,
            claimed_at,
            measure,
            decided_at,
            appeal_until,
            appealed_at,
            closed_at,
            debate,
            debate_title,
            held_key,
            kind,
            claimant,
            claimant_name,
        ) in rows
    ]


def _in_state(state: CaseState) -> ColumnElement[bool]:
    # As a constant: for any state at all PostgreSQL would plan to walk through the final ones.
    return cases.c.state == literal_column(f"'{state.value}'")


def _conditions() -> Mapping[str, ColumnElement[bool]]:
    """What a page can be narrowed by, by the name of its parameter."""
    is_open, is_appealed = _in_state(CaseState.OPEN), _in_state(CaseState.APPEALED)
    return {
        "debate": debates.c.uid == bindparam("debate", type_=Uuid()),
        "opened_by": or_(
            and_(is_open, cases.c.opened_at <= bindparam("opened_by", type_=Instant())),
            and_(is_appealed, cases.c.appealed_at <= bindparam("appealed_by", type_=Instant())),
        ),
        "person_key": cases.c.claimed_by == bindparam("person_key", type_=BigInteger()),
        "held": cases.c.held_key.is_not(None),
        "not_held": cases.c.held_key.is_(None),
        "after": cases.c.uid > bindparam("after", type_=Uuid()),
    }


_CONDITIONS: Final = _conditions()
_FORMS: Final = 1_440
"""As many as there are ways to combine them, for each state and for all, each ground and any."""


@lru_cache(_FORMS)
def _statement(narrowed: frozenset[str], state: CaseState | None, ground: Ground | None) -> Prepared:
    # The sum keeps SQLite from starting at the organisation's debates, and sorting all of their cases.
    own = debates.c.organisation_key + 0 == bindparam("organisation_key", type_=BigInteger())
    conditions: list[ColumnElement[bool] | TextClause] = [_CONDITIONS[name] for name in sorted(narrowed)]
    if state is not None:
        conditions.append(_in_state(state))
    if ground is not None:
        # Of most states there are few cases, and the index of states leads to them; of final ones, many.
        is_walked = state in {None, CaseState.FINAL}
        reported = reported_for(ground)
        conditions.append(text(reported if is_walked else f"+{reported}"))
        if is_walked and state is not None:
            conditions[-2] = cases.c.state + "" == state.value
    page: Select[Any] = (
        select(*SHOWN)
        .select_from(cases)
        .join(debates, debates.c.key == cases.c.debate_key)
        .outerjoin(posts, (posts.c.debate_key == cases.c.debate_key) & (posts.c.number == cases.c.number))
        .outerjoin(held_posts, held_posts.c.key == cases.c.held_key)
        .outerjoin(CLAIMANT, CLAIMANT.c.key == cases.c.claimed_by)
        .where(own, *conditions)
        .order_by(cases.c.uid)
        .limit(bindparam("rows", type_=BigInteger()))
    )
    return Prepared(page)


def queue_page(
    organisation_key: int, person_key: int, wanted: QueueFilter, window: Window
) -> tuple[Prepared, dict[str, Any]]:
    """The statement of a page with one row more than asked, and its parameters."""
    given: dict[str, Any] = {}
    if wanted.debate is not None:
        given["debate"] = wanted.debate
    if wanted.late_at is not None:
        given["opened_by"] = wanted.late_at - DECISION_DUE
    if wanted.mine:
        given["person_key"] = person_key
    if window.after is not None:
        given["after"] = window.after[0]
    narrowed = frozenset(given)
    if wanted.held is not None:
        narrowed |= {"held" if wanted.held else "not_held"}
    statement = _statement(narrowed, wanted.state, wanted.ground)
    if wanted.late_at is not None:
        given["appealed_by"] = wanted.late_at - APPEAL_DUE
    return statement, given | {"organisation_key": organisation_key, "rows": window.limit + 1}
