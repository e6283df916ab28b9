"""Showing again what was hidden until an instant that has come."""

from typing import Final
from uuid import UUID

from consultation.application.moderation.carrying_out import Decided, Opened, carry_out
from consultation.application.ports import Transaction
from consultation.domain.actors import ANONYMOUS
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.moderation import Instance, Measure, Reasons, Ruling

_NOBODY: Final = 0
# Written down in the language of the debate, as in `automatic`.
_OVER: Final = {
    "fr": "La durée fixée par la décision est écoulée : la publication est de nouveau visible.",
    "nl": "De termijn van de beslissing is verstreken: de bijdrage is opnieuw zichtbaar.",
    "de": "Die in der Entscheidung genannte Frist ist abgelaufen: Der Beitrag ist wieder sichtbar.",
    "en": "The time set by the decision is over: the post is visible again.",
}


def end_restriction(tx: Transaction, uid: UUID) -> Decided | Refused:
    """Restore the post of a case whose hiding is over and still stands, however often it is asked."""
    held = tx.cases.lock(uid, _NOBODY)
    if held is None:
        return Refused(RefusalCode.CASE_NOT_FOUND)
    debate, case, post = held.debate, held.case, held.post
    at = debate.effective(tx.now())
    ground = tx.cases.ground_of_ended(case.key, at)
    if ground is None:
        return Refused(RefusalCode.CASE_STATE, {"state": case.state.value})
    reasons = Reasons(
        ground=ground,
        reference="",
        facts="",
        explanation=_OVER.get(debate.language, _OVER["en"]),
        decided_automatically=True,
    )
    opened = Opened(debate, case, post, ANONYMOUS, at)
    return carry_out(
        tx, opened, case, Ruling(measure=Measure.RESTORE, reasons=reasons), Instance.AUTOMATIC, None
    )
