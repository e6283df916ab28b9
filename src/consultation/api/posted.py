"""Answers about a post, or about what is held, right after an act of its author."""

from consultation.api.calls import Answer, Call
from consultation.api.documents import entity_tag
from consultation.application.documents import (
    DebateLabel,
    own_post_document,
    receipt_document,
)
from consultation.application.held_documents import held_document
from consultation.application.holding import Held
from consultation.application.posts import Accepted


def posted_answer(call: Call, posted: Accepted, status: int) -> Answer:
    """The post with its receipt, its address and the entity tag to edit it with; or that it waits."""
    if isinstance(posted, Held):
        return held_answer(posted, 202)
    debate = posted.debate
    owner = debate.owner
    label = DebateLabel(
        debate.uid, call.kit.links.debate(owner.slug, debate.slug), owner.reasons, owner.locale
    )
    document = own_post_document(posted.post, posted.counters, label)
    document["receipt"] = receipt_document(posted.receipt)
    location = f"{call.kit.public_url}/api/v1/debates/{debate.uid}/posts/{posted.post.number}"
    phase = debate.phase_at(call.kit.clock())
    headers = {
        "Location": location,
        "ETag": entity_tag(
            debate.journal_length, owner.revision, debate.last_act_at, phase, posted.post.revision
        ),
    }
    return Answer(document, status, headers)


def held_answer(result: Held, status: int) -> Answer:
    """What was accepted and waits, or was taken back, with the receipt of the act."""
    document = held_document(result.held, result.debate.uid, result.case)
    document["receipt"] = receipt_document(result.receipt)
    return Answer(document, status)
