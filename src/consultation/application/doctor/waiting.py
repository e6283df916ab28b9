"""Examining what was held, and what became of it."""

from collections.abc import Iterator
from typing import Final

from consultation.application.doctor.findings import Fault, Finding
from consultation.application.doctor.held import examine_held
from consultation.application.doctor.ports import Examination, Examined, ExaminedHeldPost
from consultation.application.imports.words import SearchWords
from consultation.domain.contents import held_content, held_state_content
from consultation.domain.held import Kept
from consultation.domain.journal import EntryKind
from consultation.domain.moderation import Measure

_ARRIVED: Final = frozenset({EntryKind.POST_HELD})
_ENDED: Final = {EntryKind.HELD_WITHDRAWN: Kept.WITHDRAWN, EntryKind.HELD_ERASED: Kept.ERASED}


def examine_waiting(record: Examination, debate: Examined) -> Iterator[Finding]:
    """Everything that is wrong with what was held in one debate."""
    words = SearchWords(debate.language)
    for one in record.held_posts(debate):
        erased = one.post.kept is Kept.ERASED
        content = held_content(one.post)
        yield from examine_held(debate, None, one.held, _ARRIVED, content, "held text", may_lack_salt=erased)
        yield from _state(debate, one)
        if one.search_terms != words.of(one.post.text.title, one.post.text.body):
            yield Finding(
                fault=Fault.DERIVED,
                debate=debate.uid,
                sequence=one.held.sequence,
                field="search_terms of what was held",
                stored="other words",
                recomputed="those of its text",
            )
        if one.measure is Measure.PUBLISH and one.number is None:
            yield Finding(
                fault=Fault.NUMBER_MISSING,
                debate=debate.uid,
                sequence=one.held.sequence,
                field="number of what was held",
                stored=None,
                recomputed="a number",
            )


def _state(debate: Examined, one: ExaminedHeldPost) -> Iterator[Finding]:
    """A withdrawal or an erasure, without which nothing leaves the queue undecided."""
    if one.state is not None and one.state_at is not None:
        ending = next((kept for kind, kept in _ENDED.items() if kind == one.state.kind), Kept.WITHDRAWN)
        content = held_state_content(one.post.uid, ending.value, one.state_at)
        yield from examine_held(debate, None, one.state, frozenset(_ENDED), content, "state of a held text")
    elif one.post.kept is Kept.WITHDRAWN or (one.post.kept is Kept.ERASED and one.measure is None):
        yield Finding(
            fault=Fault.ENTRY_MISSING,
            debate=debate.uid,
            sequence=one.held.sequence,
            field="state of a held text",
            stored=None,
            recomputed=None,
        )
