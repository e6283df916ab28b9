"""Statements of reasons in the shape of the EU's DSA Transparency Database (version 2 of its fields).

What a moderator wrote in their own words goes to the author and nowhere else: it may name people.
Here stands what was done, on which ground, when, by which means, in the closed lists of the
database. The reference to a law or to the charter is the one text that is taken over.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from consultation.application.readers import Document
from consultation.domain.moderation import Ground, Measure

FIELDS: Final = (
    *("puid", "decision_visibility", "decision_visibility_other", "end_date_visibility_restriction"),
    *("decision_ground", "illegal_content_legal_ground", "illegal_content_explanation"),
    *("incompatible_content_ground", "incompatible_content_explanation", "incompatible_content_illegal"),
    *("category", "content_type", "content_language", "content_date", "application_date"),
    *("decision_facts", "source_type", "automated_detection", "automated_decision"),
)
"""The attributes of a statement, in the order of the columns of the CSV file."""

_VISIBILITY: Final = {
    Measure.HIDE: ("DECISION_VISIBILITY_CONTENT_DISABLED", None),
    Measure.MASK: ("DECISION_VISIBILITY_OTHER", "A passage was masked."),
    Measure.MOVE: ("DECISION_VISIBILITY_OTHER", "Filed under another theme."),
    Measure.REFUSE: ("DECISION_VISIBILITY_OTHER", "Not published: it was read before publication."),
}
_READ: Final = "The text was read before publication, as every text in this debate."
_OWN_INITIATIVE: Final = "SOURCE_VOLUNTARY"
_SOURCE: Final = {True: "SOURCE_ARTICLE_16", False: "SOURCE_TYPE_OTHER_NOTIFICATION"}
"""By whether it was reported as illegal."""
_CATEGORY: Final = {
    Ground.CHARTER: "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    Ground.ILLEGAL: "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
    Ground.PERSONAL_DATA: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    Ground.SPAM: "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    Ground.OFF_TOPIC: "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
}
_EXPLANATION: Final = {
    Ground.CHARTER: "The text breaks the charter of the debate.",
    Ground.ILLEGAL: "The text is illegal under the law named.",
    Ground.PERSONAL_DATA: "The text gives away personal data, which the charter excludes.",
    Ground.SPAM: "The text is unsolicited advertising, which the charter excludes.",
    Ground.OFF_TOPIC: "The text does not belong to the question or the theme, as the charter asks.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """A decision that took something from an author, as far as it is public.

    `posted_at` is when the text was made; `reports` how many people reported or notified it.
    """

    uid: UUID
    measure: Measure
    ground: Ground
    reference: str
    decided_at: datetime
    until: datetime | None
    detected_automatically: bool
    decided_automatically: bool
    language: str
    posted_at: datetime
    reports: int


def statement_document(restriction: Restriction) -> Document:
    """A statement with every attribute, null where it does not apply. Dates are of UTC."""
    visibility, other = _VISIBILITY[restriction.measure]
    is_illegal = restriction.ground is Ground.ILLEGAL
    is_refusal = restriction.measure is Measure.REFUSE
    explanation = _EXPLANATION[restriction.ground]
    count = restriction.reports
    return {
        "puid": restriction.uid,
        "decision_visibility": [visibility],
        "decision_visibility_other": other,
        "end_date_visibility_restriction": _date(restriction.until),
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"
        if is_illegal
        else "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "illegal_content_legal_ground": restriction.reference if is_illegal else None,
        "illegal_content_explanation": explanation if is_illegal else None,
        "incompatible_content_ground": None if is_illegal else restriction.reference,
        "incompatible_content_explanation": None if is_illegal else explanation,
        "incompatible_content_illegal": None if is_illegal else "No",
        "category": _CATEGORY[restriction.ground],
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_language": restriction.language.upper(),
        "content_date": _date(restriction.posted_at),
        "application_date": _date(restriction.decided_at),
        "decision_facts": _READ
        if is_refusal
        else f"The text was reported {'once' if count == 1 else f'{count} times'}.",
        "source_type": _OWN_INITIATIVE if is_refusal else _SOURCE[is_illegal],
        "automated_detection": "Yes" if restriction.detected_automatically else "No",
        "automated_decision": "AUTOMATED_DECISION_FULLY"
        if restriction.decided_automatically
        else "AUTOMATED_DECISION_NOT_AUTOMATED",
    }


def _date(instant: datetime | None) -> str | None:
    return None if instant is None else instant.date().isoformat()
