"""Hiding what many people report, until a moderator decides: a rule of the debate, not of a person."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from consultation.application.journal import advanced
from consultation.application.moderation.carrying_out import Opened, carry_out
from consultation.application.ports import Transaction
from consultation.domain import measures
from consultation.domain.actors import ANONYMOUS
from consultation.domain.debates import Debate
from consultation.domain.moderation import Case, Ground, Instance, Measure, Reasons, Ruling
from consultation.domain.posts import PostHead


@dataclass(frozen=True, slots=True)
class _Words:
    reference: str
    facts: str
    explanation: str
    lifted: str


# What is written down is hashed with the decision, in the language of the debate: no reader's language.
_WORDS: Final = {
    "fr": _Words(
        reference="Règle du débat",
        facts="{count} personnes ont signalé cette publication, chacune de son côté.",
        explanation="Dans ce débat, une publication que {limit} personnes signalent est masquée jusqu’à ce "
        "qu’un modérateur décide.",
        lifted="Un modérateur a décidé : le masquage automatique prend fin.",
    ),
    "nl": _Words(
        reference="Regel van het debat",
        facts="{count} personen hebben deze bijdrage gemeld, ieder voor zich.",
        explanation="In dit debat wordt een bijdrage die door {limit} personen wordt gemeld, verborgen tot "
        "een moderator beslist.",
        lifted="Een moderator heeft beslist: de automatische verberging eindigt.",
    ),
    "de": _Words(
        reference="Regel der Debatte",
        facts="{count} Personen haben diesen Beitrag gemeldet, jede für sich.",
        explanation="In dieser Debatte wird ein Beitrag, den {limit} Personen melden, verborgen, bis die "
        "Moderation entscheidet.",
        lifted="Die Moderation hat entschieden: Das automatische Verbergen endet.",
    ),
    "en": _Words(
        reference="Rule of the debate",
        facts="{count} people reported this post, each on their own.",
        explanation="In this debate a post that {limit} people report is hidden until a moderator decides.",
        lifted="A moderator has decided: the automatic hiding ends.",
    ),
}


def is_due(debate: Debate, post: PostHead, case: Case) -> bool:
    """May reports hide this post now? Once for each case, and only what is shown."""
    limit = debate.limits.hide_after_reports
    return limit is not None and case.reports >= limit and case.measure is None and post.is_visible


def hide_if_due(tx: Transaction, debate: Debate, case: Case, head: PostHead, now: datetime) -> Case:
    """Hide a post that enough people reported. A notice without an account is nobody in particular.

    Its reason is the one that most of them gave, of several the one that was given first.
    """
    limit = debate.limits.hide_after_reports
    if limit is None or not is_due(debate, head, case):
        return case
    grounds = tx.cases.grounds_of_people(case.key)
    found = tx.posts.find(debate.key, head.number)
    if len(grounds) < limit or found is None:
        return case
    words = _WORDS.get(debate.language, _WORDS["en"])
    ground = Counter(grounds).most_common(1)[0][0]
    ruling = _ruling(
        Measure.HIDE,
        ground,
        words.reference,
        words.facts.format(count=len(grounds)),
        words.explanation.format(limit=limit),
    )
    hidden = replace(case, measure=Measure.HIDE)
    tx.cases.save(hidden)
    post, _ = found
    opened = Opened(debate, hidden, post, ANONYMOUS, debate.effective(now))
    carry_out(tx, opened, hidden, ruling, Instance.AUTOMATIC, None)
    return hidden


def lift(tx: Transaction, opened: Opened, ground: Ground) -> Opened:
    """End the automatic hiding, for a moderator who has something else done to the post."""
    words = _WORDS.get(opened.debate.language, _WORDS["en"])
    ruling = _ruling(Measure.RESTORE, ground, words.reference, "", words.lifted)
    done = carry_out(tx, replace(opened, actor=ANONYMOUS), opened.case, ruling, Instance.AUTOMATIC, None)
    debate = advanced(opened.debate, opened.at, done.place)
    return replace(opened, debate=debate, post=measures.restored(opened.post), at=debate.effective(opened.at))


def _ruling(measure: Measure, ground: Ground, reference: str, facts: str, explanation: str) -> Ruling:
    reasons = Reasons(
        ground=ground,
        reference=reference,
        facts=facts,
        explanation=explanation,
        decided_automatically=True,
    )
    return Ruling(measure=measure, reasons=reasons)
