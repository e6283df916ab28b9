"""Comparing what is stored with the journal entry that it names."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from consultation.application.doctor.findings import Fault, Finding
from consultation.application.doctor.ports import Examined, Held
from consultation.domain.contents import attributed
from consultation.domain.journal import Canonical, EntryKind, digest_of

DECISION: Final = "decision"
BY_DECISION: Final = frozenset(
    {
        EntryKind.POST_KEPT,
        EntryKind.POST_HIDDEN,
        EntryKind.POST_MASKED,
        EntryKind.POST_MOVED,
        EntryKind.POST_RESTORED,
        EntryKind.POST_REFUSED,
        EntryKind.APPEAL_REJECTED,
    }
)
"""Entries of decisions, whatever became of the post by them."""


def examine_held(
    debate: Examined,
    number: int | None,
    held: Held,
    kinds: frozenset[str] | None,
    content: Mapping[str, Canonical],
    what: str,
    *,
    may_lack_salt: bool = False,
) -> Iterator[Finding]:
    """Compare what is stored with the journal entry that it names; None for any kind.

    Without its salt nothing can be compared: that is a fault unless an erasure explains it.
    The digest of a decision's entry covers the decision too: it is compared with the decision, and so is
    its salt looked for there.
    """
    found = partial(Finding, debate=debate.uid, number=number, sequence=held.sequence)
    if held.kind is None or held.digest is None:
        yield found(fault=Fault.ENTRY_MISSING, field=what, stored=held.sequence, recomputed=None)
        return
    if kinds is not None and held.kind not in kinds:
        expected = " or ".join(sorted(kinds))
        yield found(fault=Fault.ENTRY_DIFFERS, field="kind", stored=held.kind, recomputed=expected)
    if held.number != number:
        yield found(fault=Fault.ENTRY_DIFFERS, field="number", stored=held.number, recomputed=number)
    if what != DECISION and held.kind in BY_DECISION:
        return
    if held.salt is None:
        if not may_lack_salt:
            yield found(fault=Fault.SALT_MISSING, field=what, stored=None, recomputed="a salt")
    else:
        digest = digest_of(held.salt, attributed(content, held.access_key))
        if digest != held.digest:
            stored = held.digest.hex()
            yield found(fault=Fault.DIGEST, field=what, stored=stored, recomputed=digest.hex())
