"""Examining one debate."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from consultation.application.doctor.cases import examine_cases
from consultation.application.doctor.findings import Fault, Finding
from consultation.application.doctor.held import examine_held
from consultation.application.doctor.moderation import examine_moderation
from consultation.application.doctor.ports import (
    Examination,
    Examined,
    ExaminedAct,
    ExaminedPost,
    ExaminedRevision,
    ExaminedVote,
    StoredEntry,
)
from consultation.application.doctor.waiting import examine_waiting
from consultation.application.imports.words import SearchWords
from consultation.application.search import search_terms
from consultation.domain.contents import (
    erasure_content,
    post_content,
    state_content,
    vote_content,
)
from consultation.domain.journal import Canonical, Entry, EntryKind, canonical, format_instant
from consultation.domain.posts import Post, PostKind, PostState
from consultation.domain.voting import ANSWERS, Vote

_POSTED: Final = {
    PostKind.CONTRIBUTION: frozenset({EntryKind.CONTRIBUTION_POSTED, EntryKind.POST_IMPORTED}),
    PostKind.ARGUMENT: frozenset({EntryKind.ARGUMENT_POSTED, EntryKind.POST_IMPORTED}),
    PostKind.SOURCE: frozenset({EntryKind.SOURCE_POSTED, EntryKind.POST_IMPORTED}),
}
_TEXTS: Final = frozenset({EntryKind.DEBATE_CREATED, EntryKind.DEBATE_CHANGED, EntryKind.DEBATE_IMPORTED})
_REVISED: Final = frozenset(
    {EntryKind.POST_REVISED, EntryKind.POST_MASKED, EntryKind.POST_MOVED, EntryKind.POST_RESTORED}
)
_UNSIGNED: Final = frozenset({EntryKind.POST_UNSIGNED})
_STATES: Final = {
    PostState.WITHDRAWN: frozenset({EntryKind.POST_WITHDRAWN}),
    PostState.HIDDEN: frozenset({EntryKind.POST_HIDDEN}),
    PostState.VISIBLE: frozenset({EntryKind.POST_RESTORED}),
    PostState.ERASED: frozenset({EntryKind.POST_ERASED}),
}
_VOTED: Final = frozenset({EntryKind.VOTE_CAST, EntryKind.VOTE_IMPORTED})


def examine_debate(record: Examination, debate: Examined) -> Iterator[Finding]:
    """Everything that is wrong with one debate."""
    yield from _row(record, debate)
    yield from _journal(record, debate)
    yield from _acts(record, debate)
    yield from _posts(record, debate)
    for revision in record.revisions(debate):
        yield from _revision(debate, revision)
    for vote in record.votes(debate):
        yield from _vote(debate, vote)
    for count in record.counts(debate):
        yield from _ballot(debate, count.number, count.kind, count.present, count.vote, None)
    yield from examine_moderation(record, debate)
    yield from examine_cases(record, debate)
    yield from examine_waiting(record, debate)
    for number, name, stored, counted in record.tallies(debate):
        yield Finding(
            fault=Fault.COUNTER,
            debate=debate.uid,
            number=number,
            field=name,
            stored=stored,
            recomputed=counted,
        )
    for entry in record.entries_without_state(debate):
        yield Finding(
            fault=Fault.STATE_MISSING,
            debate=debate.uid,
            number=entry.number,
            sequence=entry.sequence,
            field=entry.kind,
            stored=None,
            recomputed=None,
        )


def _row(record: Examination, debate: Examined) -> Iterator[Finding]:
    for name, counted in record.counters(debate).items():
        if debate.counters[name] != counted:
            yield Finding(
                fault=Fault.COUNTER,
                debate=debate.uid,
                field=name,
                stored=debate.counters[name],
                recomputed=counted,
            )
    redeemed, used = record.redemptions(debate)
    if redeemed > used:  # fewer is right: who is erased leaves a used code behind
        yield Finding(
            fault=Fault.COUNTER,
            debate=debate.uid,
            field="code_redemptions",
            stored=redeemed,
            recomputed=f"at most {used}, the codes used",
        )
    terms = search_terms(debate.language, debate.title, debate.description)
    yield from _terms(debate, None, debate.search_terms, terms)


def _terms(debate: Examined, number: int | None, stored: str, terms: str) -> Iterator[Finding]:
    if stored != terms:
        before, after = set(stored.split()), set(terms.split())
        yield Finding(
            fault=Fault.DERIVED,
            debate=debate.uid,
            number=number,
            field="search_terms",
            stored=f"{len(before)} words, {len(before - after)} too many",
            recomputed=f"{len(after)} words, {len(after - before)} of them missing",
        )


def _journal(record: Examination, debate: Examined) -> Iterator[Finding]:
    found = partial(Finding, debate=debate.uid)
    last: StoredEntry | None = None
    for entry in record.entries(debate):
        expected = 1 if last is None else last.sequence + 1
        if entry.sequence != expected:
            yield found(
                fault=Fault.SEQUENCE_MISSING,
                sequence=expected,
                field="sequence",
                stored=entry.sequence,
                recomputed=expected,
            )
        if last is not None and entry.at < last.at:
            yield found(
                fault=Fault.ORDER,
                sequence=entry.sequence,
                field="at",
                stored=format_instant(entry.at),
                recomputed=f"not before {format_instant(last.at)}",
            )
        yield from _leaf(debate, entry)
        last = entry
    length = 0 if last is None else last.sequence
    if debate.journal_length != length:
        yield found(
            fault=Fault.POSITION, field="journal_length", stored=debate.journal_length, recomputed=length
        )
    if last is not None and debate.last_act_at != last.at:
        stored, recomputed = format_instant(debate.last_act_at), format_instant(last.at)
        yield found(fault=Fault.POSITION, field="last_act_at", stored=stored, recomputed=recomputed)


def _leaf(debate: Examined, entry: StoredEntry) -> Iterator[Finding]:
    found = partial(Finding, debate=debate.uid, number=entry.number, sequence=entry.sequence)
    try:
        kind = EntryKind(entry.kind)
    except ValueError:
        yield found(fault=Fault.ENTRY_DIFFERS, field="kind", stored=entry.kind, recomputed="a known kind")
        return
    leaf = Entry(debate.uid, entry.sequence, entry.at, kind, entry.number, entry.digest).leaf_hash()
    if leaf != entry.leaf_hash:
        yield found(
            fault=Fault.LEAF_HASH, field="leaf_hash", stored=entry.leaf_hash.hex(), recomputed=leaf.hex()
        )


def _acts(record: Examination, debate: Examined) -> Iterator[Finding]:
    last_erasure: ExaminedAct | None = None
    asked: Mapping[str, Canonical] = {}
    last: int | None = None
    for act in record.acts(debate):
        if act.kind in _TEXTS:
            asked, last = act.content.get("participation") or {}, act.held.sequence
        may_lack_salt = act.kind == EntryKind.PERSON_ERASED
        yield from examine_held(
            debate,
            act.number,
            act.held,
            frozenset({act.kind}),
            act.content,
            "act",
            may_lack_salt=may_lack_salt,
        )
        if may_lack_salt:
            last_erasure = act
        if act.entry_at is not None and act.entry_at != act.at:
            yield Finding(
                fault=Fault.ENTRY_DIFFERS,
                debate=debate.uid,
                sequence=act.held.sequence,
                field="at",
                stored=format_instant(act.at),
                recomputed=format_instant(act.entry_at),
            )
    if debate.participation != asked:
        # What lets people in or keeps them out is what the journal says it is.
        yield Finding(
            fault=Fault.ENTRY_DIFFERS,
            debate=debate.uid,
            sequence=last,
            field="participation",
            stored=canonical(debate.participation).decode(),
            recomputed=canonical(asked).decode(),
        )
    yield from _unlinked(record, debate, last_erasure)


def _unlinked(record: Examination, debate: Examined, last_erasure: ExaminedAct | None) -> Iterator[Finding]:
    """The counts of votes of erased people are those that the last erasure left."""
    counted = record.unlinked(debate)
    found = partial(Finding, debate=debate.uid, field="unlinked votes")
    if last_erasure is None:
        if counted.votes:
            yield found(fault=Fault.ENTRY_MISSING, stored=counted.votes, recomputed=None)
        return
    sequence = last_erasure.held.sequence
    if last_erasure.held.salt is None:
        yield found(fault=Fault.SALT_MISSING, sequence=sequence, stored=None, recomputed="a salt")
    expected = erasure_content(counted.votes, counted.sha256)
    if dict(last_erasure.content) != expected:
        stored = f"{last_erasure.content.get('unlinked_votes')} {last_erasure.content.get('sha256')}"
        recomputed = f"{counted.votes} {counted.sha256}"
        yield found(fault=Fault.UNLINKED, sequence=sequence, stored=stored, recomputed=recomputed)


def _posts(record: Examination, debate: Examined) -> Iterator[Finding]:
    words = SearchWords(debate.language)
    last = 0
    for examined in record.posts(debate):
        post = examined.post
        if not debate.sparse:
            yield from _missing(debate, last + 1, post.number)
        last = post.number
        yield from _post(debate, examined)
        yield from _terms(
            debate, post.number, examined.search_terms, words.of(post.text.title, post.text.body)
        )
    if not debate.sparse:
        yield from _missing(debate, last + 1, debate.last_number + 1)
    if last > debate.last_number:
        yield Finding(
            fault=Fault.POSITION,
            debate=debate.uid,
            field="last_number",
            stored=debate.last_number,
            recomputed=last,
        )


def _missing(debate: Examined, first: int, end: int) -> Iterator[Finding]:
    """One finding for all numbers from `first` up to `end`, which is not among them."""
    if first < end:
        numbers = f"#{first}" if first == end - 1 else f"#{first} to #{end - 1}"
        yield Finding(
            fault=Fault.NUMBER_MISSING,
            debate=debate.uid,
            number=first,
            field="number",
            stored=None,
            recomputed=numbers,
        )


def _post(debate: Examined, examined: ExaminedPost) -> Iterator[Finding]:
    post = examined.post
    found = partial(Finding, debate=debate.uid, number=post.number)
    is_erased = post.state is PostState.ERASED and _is_empty(post) and examined.state is not None
    yield from examine_held(
        debate,
        post.number,
        examined.text,
        _text_kinds(post),
        post_content(post),
        "text",
        may_lack_salt=is_erased,
    )
    if not examined.shuffle_is_right:
        yield found(fault=Fault.DERIVED, field="shuffle", stored="another place", recomputed="its own")
    if examined.earlier != post.revision - 1 and post.state is not PostState.ERASED:
        yield found(
            fault=Fault.REVISION,
            field="earlier revisions",
            stored=examined.earlier,
            recomputed=post.revision - 1,
        )
    if examined.state is not None:
        kinds = _STATES.get(post.state)
        yield from examine_held(debate, post.number, examined.state, kinds, state_content(post), "state")
    elif post.state is not PostState.VISIBLE and examined.text.kind != EntryKind.POST_IMPORTED:
        yield found(fault=Fault.ENTRY_MISSING, field="state", stored=post.state.value, recomputed=None)


def _is_empty(post: Post) -> bool:
    text = post.text
    signed = post.author_key is not None or post.author_name is not None
    return not (signed or post.capacity or text.body or text.title or text.link)


def _text_kinds(post: Post) -> frozenset[EntryKind]:
    kinds = _POSTED[post.kind] if post.revision == 1 else _REVISED
    # Without a name it may have been taken off, and the text stands under the entry of that.
    return kinds if post.author_name is not None else kinds | _UNSIGNED


def _revision(debate: Examined, examined: ExaminedRevision) -> Iterator[Finding]:
    post = examined.post
    content = post_content(post)
    yield from examine_held(debate, post.number, examined.text, _text_kinds(post), content, "earlier text")
    if not 1 <= post.revision < examined.present:
        yield Finding(
            fault=Fault.REVISION,
            debate=debate.uid,
            number=post.number,
            field="revision",
            stored=post.revision,
            recomputed=f"1 to {examined.present - 1}",
        )


def _vote(debate: Examined, examined: ExaminedVote) -> Iterator[Finding]:
    vote, number = examined.vote, examined.number
    content = vote_content(number, vote, examined.cast_at)
    yield from examine_held(debate, number, examined.held, _VOTED, content, "vote")
    yield from _ballot(debate, number, examined.kind, examined.present, vote, examined.held.sequence)


def _ballot(
    debate: Examined, number: int, kind: PostKind, present: int, vote: Vote, sequence: int | None
) -> Iterator[Finding]:
    """A vote, or a count of votes, that its post can have."""
    found = partial(Finding, fault=Fault.VOTE, debate=debate.uid, number=number, sequence=sequence)
    if vote.value not in ANSWERS[kind]:
        allowed = " or ".join(ANSWERS[kind])
        # Not the value itself: how somebody voted is nobody's business here.
        yield found(field="value", stored="another value", recomputed=allowed)
    if not 1 <= vote.revision <= present:
        yield found(field="revision", stored=vote.revision, recomputed=f"1 to {present}")
