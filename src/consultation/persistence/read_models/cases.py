"""Moderation cases, for the staff of the organisation that owns the debate."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Table,
    bindparam,
    case,
    cast,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.types import TypeEngine

from consultation.application.moderation.reading import QueueFilter
from consultation.application.readers import Document, Page, Window
from consultation.domain.held import HeldState, Kept, held_state
from consultation.domain.moderation import Measure
from consultation.domain.wording import worded
from consultation.persistence.read_models.base import Reads
from consultation.persistence.read_models.case_queue import CLAIMANT, SHOWN, case_documents, queue_page
from consultation.persistence.read_models.keyset import cut
from consultation.persistence.tables import (
    appeals,
    cases,
    debates,
    decisions,
    held_posts,
    organisations,
    people,
    posts,
    reports,
)
from consultation.persistence.types import AnyRow

_SHARED: Final = (*("contribution", "title", "body", "link", "theme", "language", "author_name", "capacity"),)


def _either(name: str) -> ColumnElement[Any]:
    """A column of the post or, as long as there is none, of what is held."""
    return case((cases.c.number.is_(None), held_posts.c[name]), else_=posts.c[name]).label(name)


_CASE = (
    select(
        *SHOWN,
        cases.c.measure.label("case_measure"),
        *(_either(name) for name in _SHARED),
        held_posts.c.revises,
        held_posts.c.kept,
        posts.c.state.label("post_state"),
        posts.c.revision,
    )
    .select_from(cases)
    .join(debates, debates.c.key == cases.c.debate_key)
    .outerjoin(posts, (posts.c.debate_key == cases.c.debate_key) & (posts.c.number == cases.c.number))
    .outerjoin(held_posts, held_posts.c.key == cases.c.held_key)
    .outerjoin(CLAIMANT, CLAIMANT.c.key == cases.c.claimed_by)
)

_PARTS: Final = ("report", "decision", "appeal")
_KEY: Final = select(cases.c.key).where(cases.c.uid == bindparam("case_uid")).scalar_subquery()


def _part(name: str, table: Table, **columns: ColumnElement[Any]) -> Select[Any]:
    """What hangs on the case in one table, in the columns that the three have together."""
    shape: dict[str, TypeEngine[Any]] = {
        "part_uid": decisions.c.uid.type,
        "part_at": decisions.c.decided_at.type,
        "part_sequence": decisions.c.sequence.type,
        "part_text": decisions.c.facts.type,
        "ground": decisions.c.ground.type,
        "instance": decisions.c.instance.type,
        "ruled": decisions.c.measure.type,
        "decider_key": decisions.c.decided_by.type,
        "reference": decisions.c.reference.type,
        "explanation": decisions.c.explanation.type,
        "until": decisions.c.until.type,
        "detected": decisions.c.detected_automatically.type,
        "decided": decisions.c.decided_automatically.type,
        "note": decisions.c.note.type,
    }
    return select(
        literal(name, String).label("part"),
        *(
            (columns[column] if column in columns else cast(null(), kind)).label(column)
            for column, kind in shape.items()
        ),
    ).where(table.c.case_key == _KEY)


# One statement for what hangs on a case in three tables: staff reads stay within three.
_HANGING: Final = union_all(
    _part(
        "report",
        reports,
        part_uid=reports.c.uid,
        part_at=reports.c.created_at,
        part_sequence=reports.c.sequence,
        part_text=reports.c.text,
        ground=reports.c.ground,
    ),
    _part(
        "decision",
        decisions,
        part_uid=decisions.c.uid,
        part_at=decisions.c.decided_at,
        part_sequence=decisions.c.sequence,
        part_text=decisions.c.facts,
        ground=decisions.c.ground,
        instance=decisions.c.instance,
        ruled=decisions.c.measure,
        decider_key=decisions.c.decided_by,
        reference=decisions.c.reference,
        explanation=decisions.c.explanation,
        until=decisions.c.until,
        detected=decisions.c.detected_automatically,
        decided=decisions.c.decided_automatically,
        note=decisions.c.note,
    ),
    _part(
        "appeal",
        appeals,
        part_at=appeals.c.created_at,
        part_sequence=appeals.c.sequence,
        part_text=appeals.c.text,
    ),
).subquery("hanging")
_DECIDER: Final = people.alias("decider")
_WHOLE: Final = (
    _CASE.add_columns(
        *_HANGING.c,
        _DECIDER.c.uid.label("person_uid"),
        _DECIDER.c.name.label("person_name"),
        organisations.c.reasons.label("owner_reasons"),
        organisations.c.locale.label("owner_language"),
    )
    .join(organisations, organisations.c.key == debates.c.organisation_key)
    .outerjoin(_HANGING, true())
    .outerjoin(_DECIDER, _DECIDER.c.key == _HANGING.c.decider_key)
    .where(cases.c.uid == bindparam("case_uid"), debates.c.organisation_key == bindparam("organisation_key"))
    .order_by(_HANGING.c.part_sequence)
)


_OWNER: Final = (
    select(debates.c.organisation_key)
    .join(cases, cases.c.debate_key == debates.c.key)
    .outerjoin(posts, (posts.c.debate_key == cases.c.debate_key) & (posts.c.number == cases.c.number))
    .outerjoin(held_posts, held_posts.c.key == cases.c.held_key)
    .where(
        cases.c.uid == bindparam("case_uid"),
        or_(
            posts.c.author_key == bindparam("person_key"),
            held_posts.c.author_key == bindparam("person_key"),
        ),
    )
)


class CaseReads(Reads):
    """Reads of the moderation queue."""

    def cases(self, organisation_key: int, person_key: int, wanted: QueueFilter, window: Window) -> Page:
        """Moderation cases of an organisation, the oldest first."""
        statement, given = queue_page(organisation_key, person_key, wanted, window)
        rows, more = cut(statement.plain(self._connection, **given), window)
        items = case_documents(rows)
        return Page(items, (UUID(items[-1]["id"]),) if more else None)

    def case(self, organisation_key: int, uid: UUID) -> Document | None:
        """One moderation case of an organisation, with everything in it."""
        parameters = {"case_uid": uid, "organisation_key": organisation_key}
        rows = self._connection.execute(_WHOLE, parameters).all()
        if not rows:
            return None
        parts = {part: [row for row in rows if row.part == part] for part in _PARTS}
        appeal = next(iter(parts["appeal"]), None)
        (shown,) = case_documents([rows[0][: len(SHOWN)]])
        return shown | {
            "debate": UUID(shown["debate"]),  # by which pages read the debate
            "post": _post(rows[0]),
            "reports": [_report(row) for row in parts["report"]],
            "decisions": [_decision(row) for row in parts["decision"]],
            "appeal": None if appeal is None else {"text": appeal.part_text, "created_at": appeal.part_at},
        }

    def own_case(self, person_key: int, uid: UUID) -> Document | None:
        """A case about a post of the person; None when it is about nobody's or somebody else's."""
        owner = self._connection.scalar(_OWNER, {"case_uid": uid, "person_key": person_key})
        return None if owner is None else self.case(owner, uid)


def _post(row: AnyRow) -> Document:
    is_post = row.number is not None
    return {
        "number": row.number,
        "revises": row.revises,
        "kind": row.kind,
        "contribution": row.contribution,
        "author": {"name": row.author_name, "capacity": row.capacity},
        "title": row.title,
        "body": row.body,
        "link": row.link,
        "theme": row.theme,
        "lang": row.language,
        "revision": row.revision if is_post else 0,
        "state": row.post_state if is_post else _held_state(row),
    }


def _held_state(row: AnyRow) -> HeldState:
    return held_state(Kept(row.kept), None if row.case_measure is None else Measure(row.case_measure))


def _report(row: AnyRow) -> Document:
    return {
        "id": row.part_uid,
        "reason": row.ground,
        "text": row.part_text,
        "created_at": row.part_at,
    }


def _decision(row: AnyRow) -> Document:
    decider = None if row.person_uid is None else {"id": row.person_uid, "name": row.person_name}
    return {
        "id": row.part_uid,
        "instance": row.instance,
        "measure": row.ruled,
        "decided_at": row.part_at,
        "decided_by": decider,
        "reason": row.ground,
        **worded(row.owner_reasons, row.owner_language, row.ground),
        "reference": row.reference,
        "facts": row.part_text,
        "explanation": row.explanation,
        "until": row.until,
        "detected_automatically": row.detected,
        "decided_automatically": row.decided,
        "note": row.note,
    }
