"""What the digest of each kind of journal entry covers.

Commands and `doctor` build the contents with these functions only, so that what was hashed
when an act happened can be hashed again from the state. Nobody is named but by the display
name under which a text was signed. See `docs/journal.md`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from consultation.domain.journal import format_instant
from consultation.domain.participation import ANYONE, Participation
from consultation.domain.period import Period

if TYPE_CHECKING:
    from uuid import UUID

    from consultation.domain.debates import Theme
    from consultation.domain.held import HeldPost
    from consultation.domain.journal import Canonical
    from consultation.domain.limits import Limits
    from consultation.domain.moderation import Instance, Ruling
    from consultation.domain.official import OfficialText
    from consultation.domain.posts import Post, PostHead
    from consultation.domain.voting import Vote


def _optional(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)


def attributed(content: "Mapping[str, Canonical]", key: "UUID | str | None") -> "Mapping[str, Canonical]":
    """What happened, and the public id of the key through which it was done, if it was."""
    return content if key is None else {**content, "access_key": str(key)}


def debate_content(
    slug: str,
    title: str,
    description: str,
    language: str,
    period: Period,
    limits: "Limits",
    themes: "tuple[Theme, ...]",
    participation: Participation = ANYONE,
) -> "Mapping[str, Canonical]":
    """A debate's texts and rules as created or changed.

    What a debate asks of participants stands in it only where it asks for something: so the
    digests of debates that were there before this could be asked hold, and so do new ones' like them.
    """
    content: dict[str, Canonical] = {
        "slug": slug,
        "title": title,
        "description": description,
        "language": language,
        "opens_at": format_instant(period.opens_at),
        "closes_at": format_instant(period.closes_at),
        "limits": limits.as_mapping(),
        "themes": [
            {"slug": theme.slug, "title": theme.title, "description": theme.description} for theme in themes
        ],
    }
    if participation.asks:
        content["participation"] = participation.as_mapping()
    return content


def period_content(role: str, reason: str, before: Period, after: Period) -> "Mapping[str, Canonical]":
    """A publication, extension, early close or reopening."""
    return {
        "role": role,
        "reason": reason,
        "opens_at_before": format_instant(before.opens_at),
        "closes_at_before": format_instant(before.closes_at),
        "opens_at": format_instant(after.opens_at),
        "closes_at": format_instant(after.closes_at),
    }


def official_content(number: int | None, text: "OfficialText") -> "Mapping[str, Canonical]":
    """A version of a response to a contribution, or of the outcome, which has no number."""
    content: dict[str, Canonical] = {
        "version": text.version,
        "body": text.body,
        "language": text.language,
    }
    return content if number is None else {"number": number, **content}


def post_content(post: "Post") -> "Mapping[str, Canonical]":
    """One revision of a post, posted, imported or revised.

    As what the author speaks stands in it only where they said so, for the same reason.
    """
    content: dict[str, Canonical] = {
        "number": post.number,
        "kind": post.kind.value,
        "contribution": post.contribution,
        "side": None if post.side is None else post.side.value,
        "revision": post.revision,
        "author": post.author_name,
        "theme": post.text.theme,
        "title": post.text.title,
        "body": post.text.body,
        "link": post.text.link,
        "language": post.language,
        "created_at": format_instant(post.created_at),
    }
    if post.capacity is not None:
        content["capacity"] = post.capacity.value
    return content


def state_content(post: "PostHead") -> "Mapping[str, Canonical]":
    """A withdrawal, or another change of what may be shown of a post."""
    return {
        "number": post.number,
        "state": post.state.value,
        "reason": post.state_reason,
        "since": _optional(post.state_since),
    }


def erasure_content(votes: int, sha256: str) -> "Mapping[str, Canonical]":
    """What is left in a debate of all erased people: how many votes, and the hash of the counts.

    The hash is that of one line for each count, `number value revision votes`, in this order of
    the columns and of the rows. The entry of each erasure covers the counts as they became, so
    that a count that is altered afterwards shows.
    """
    return {"unlinked_votes": votes, "sha256": sha256}


def hidden_content(number: int, ground: str, since: datetime) -> "Mapping[str, Canonical]":
    """The state of a post that a decision hid."""
    return {"number": number, "state": "hidden", "reason": ground, "since": format_instant(since)}


def restored_content(number: int) -> "Mapping[str, Canonical]":
    """The state of a post that a decision made visible again."""
    return {"number": number, "state": "visible", "reason": None, "since": None}


def vote_content(number: int, vote: "Vote", cast_at: datetime) -> "Mapping[str, Canonical]":
    """A vote cast or imported. A vote taken back has the content of the vote that stood."""
    return {
        "number": number,
        "value": vote.value.value,
        "revision": vote.revision,
        "cast_at": format_instant(cast_at),
    }


def report_content(number: int, ground: str, text: str) -> "Mapping[str, Canonical]":
    """A report or a notice."""
    return {"number": number, "ground": ground, "text": text}


def held_content(held: "HeldPost") -> "Mapping[str, Canonical]":
    """A text that arrived and waits for its publication, or for that of an edit."""
    content: dict[str, Canonical] = {
        "held": str(held.uid),
        "kind": held.kind.value,
        "contribution": held.contribution,
        "side": None if held.side is None else held.side.value,
        "revises": held.revises,
        "author": held.author_name,
        "theme": held.text.theme,
        "title": held.text.title,
        "body": held.text.body,
        "link": held.text.link,
        "language": held.language,
        "arrived_at": format_instant(held.arrived_at),
    }
    if held.capacity is not None:
        content["capacity"] = held.capacity.value
    return content


def held_state_content(uid: "UUID", state: str, since: datetime) -> "Mapping[str, Canonical]":
    """What waited and was withdrawn or erased before it was published."""
    return {"held": str(uid), "state": state, "since": format_instant(since)}


def appeal_content(number: int | None, text: str) -> "Mapping[str, Canonical]":
    """An author's answer to a decision."""
    return {"number": number, "text": text}


def decision_content(
    number: int | None,
    instance: "Instance",
    ruling: "Ruling",
    outcome: "Mapping[str, Canonical] | None",
) -> "Mapping[str, Canonical]":
    """A decision with its statement of reasons and what became of the post by it.

    What waits for its publication has no number.
    `outcome` is the content of the new state or of the new revision; None when nothing changed.
    Who decided and the note for staff are not in it.
    """
    reasons = ruling.reasons
    return {
        "number": number,
        "instance": instance.value,
        "measure": ruling.measure.value,
        "ground": reasons.ground.value,
        "reference": reasons.reference,
        "facts": reasons.facts,
        "explanation": reasons.explanation,
        "until": _optional(reasons.until),
        "detected_automatically": reasons.detected_automatically,
        "decided_automatically": reasons.decided_automatically,
        "outcome": outcome,
    }
