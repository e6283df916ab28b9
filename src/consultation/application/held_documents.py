"""The public fields of what is held, for its author."""

from uuid import UUID

from consultation.application.readers import Document
from consultation.domain.held import HeldPost, held_state
from consultation.domain.moderation import Case


def held_document(held: HeldPost, debate: UUID, case: Case) -> Document:
    """What was held, to its author: as it arrived, and what became of it."""
    return {
        "id": held.uid,
        "debate": debate,
        "state": held_state(held.kept, case.measure),
        "kind": held.kind,
        "contribution": held.contribution,
        "side": held.side,
        "revises": held.revises,
        "author": {"name": held.author_name, "capacity": held.capacity},
        "title": held.text.title,
        "body": held.text.body,
        "link": held.text.link,
        "theme": held.text.theme,
        "lang": held.language,
        "arrived_at": held.arrived_at,
    }
