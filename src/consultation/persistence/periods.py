"""The SQL twin of `domain.period`: the phase of a debate inside a query.

A test holds both against each other at every boundary.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal

from consultation.domain.period import Phase
from consultation.persistence.tables import debates


def in_phase(phase: Phase, instant: datetime) -> ColumnElement[bool]:
    """Is a debate in the phase at an aware instant, or at its last act if that is later?"""
    now = literal(instant, debates.c.opens_at.type)
    acted = debates.c.last_act_at
    # The effective instant is the later of the two: before X means both are before X.
    before_opening = and_(now < debates.c.opens_at, acted < debates.c.opens_at)
    before_closing = and_(now < debates.c.closes_at, acted < debates.c.closes_at)
    match phase:
        case Phase.UPCOMING:
            return before_opening
        case Phase.OPEN:
            return and_(~before_opening, before_closing)
        case Phase.CLOSED:
            return ~before_closing


def closes_by(instant: datetime) -> ColumnElement[bool]:
    """Does a debate's period end by an aware instant?"""
    return debates.c.closes_at <= literal(instant, debates.c.closes_at.type)
