"""What the organiser says officially: responses to contributions, and the outcome of a debate.

An official text is published in versions. Each stands for good; the newest is what is shown. To
answer is not to take part: it goes on after the close.
"""

from dataclasses import dataclass
from typing import Final

from consultation.domain.debates import Debate
from consultation.domain.decisions import Decision, Refused, first_refusal
from consultation.domain.posts import PostHead, check_contribution
from consultation.domain.texts import check_text

RESPONSE_MAX: Final = 30_000
"""Code points of a response."""
OUTCOME_MAX: Final = 100_000
"""Code points of an outcome."""


@dataclass(frozen=True, slots=True)
class OfficialText:
    """One version of a response or of an outcome, its body tidied. `version` starts at 1."""

    body: str
    language: str
    version: int = 1


def respond(
    debate: Debate, post: PostHead, standing: OfficialText | None, body: str, language: str
) -> OfficialText | Refused:
    """The response to a contribution whose text may be shown, as it stands once this is published.

    Whether the actor may answer here now is what `check_act` says of `Act.RESPOND`.
    """
    decision = first_refusal(check_contribution(post, debate), check_text("body", body, 1, RESPONSE_MAX))
    return decision if isinstance(decision, Refused) else _following(standing, body, language)


def conclude(standing: OfficialText | None, body: str, language: str) -> OfficialText | Refused:
    """The outcome of a debate as it stands once this is published.

    Whether the actor may publish it now is what `check_act` says of `Act.PUBLISH_OUTCOME`.
    """
    decision: Decision = check_text("body", body, 1, OUTCOME_MAX)
    return decision if isinstance(decision, Refused) else _following(standing, body, language)


def _following(standing: OfficialText | None, body: str, language: str) -> OfficialText:
    """The same object when it already says so: then nothing changes."""
    if standing is None:
        return OfficialText(body, language)
    if (standing.body, standing.language) == (body, language):
        return standing
    return OfficialText(body, language, standing.version + 1)
