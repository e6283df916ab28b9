"""The journal of a debate: what an entry holds and how its two hashes are made.

An entry never holds a text, a name or a vote. It holds a *digest*, the SHA-256 of a random
salt followed by the canonical form of what happened, and a *leaf hash*, the RFC 9162 section
2.1.1 hash of the public entry, so that Merkle proofs and seals can be added without touching
what was written. Whoever destroys the salt makes the digest say nothing about its content.

Canonical form: RFC 8785 (JSON Canonicalization Scheme) restricted to objects with ASCII keys,
arrays, strings, integers of at most 53 bits, booleans and null. Instants are strings with six
fractional digits and `Z`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from consultation.domain.period import require_utc

Canonical: TypeAlias = "str | int | bool | Sequence[Canonical] | Mapping[str, Canonical] | None"

SALT_BYTES: Final = 16
_LARGEST_INTEGER: Final = 2**53 - 1
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class EntryKind(StrEnum):
    """What happened."""

    DEBATE_CREATED = "debate_created"
    DEBATE_CHANGED = "debate_changed"
    DEBATE_PUBLISHED = "debate_published"
    DEBATE_IMPORTED = "debate_imported"
    PERIOD_EXTENDED = "period_extended"
    PERIOD_CLOSED_EARLY = "period_closed_early"
    PERIOD_REOPENED = "period_reopened"
    RESPONSE_PUBLISHED = "response_published"
    OUTCOME_PUBLISHED = "outcome_published"
    CONTRIBUTION_POSTED = "contribution_posted"
    ARGUMENT_POSTED = "argument_posted"
    SOURCE_POSTED = "source_posted"
    POST_HELD = "post_held"
    HELD_WITHDRAWN = "held_withdrawn"
    HELD_ERASED = "held_erased"
    POST_REFUSED = "post_refused"
    POST_IMPORTED = "post_imported"
    POST_REVISED = "post_revised"
    POST_WITHDRAWN = "post_withdrawn"
    POST_UNSIGNED = "post_unsigned"
    POST_ERASED = "post_erased"
    PERSON_ERASED = "person_erased"
    POST_REPORTED = "post_reported"
    POST_KEPT = "post_kept"
    POST_HIDDEN = "post_hidden"
    POST_MASKED = "post_masked"
    POST_MOVED = "post_moved"
    POST_RESTORED = "post_restored"
    APPEAL_LODGED = "appeal_lodged"
    APPEAL_REJECTED = "appeal_rejected"
    VOTE_CAST = "vote_cast"
    VOTE_WITHDRAWN = "vote_withdrawn"
    VOTE_IMPORTED = "vote_imported"


def format_instant(instant: datetime) -> str:
    """An aware instant as RFC 3339 in UTC with exactly six fractional digits.

    Raises ValueError when it is naive.
    """
    # Not strftime: its %Y drops the zeros before a year below 1000 on some platforms.
    return require_utc(instant).isoformat(timespec="microseconds").replace("+00:00", "Z")


def canonical(value: "Canonical") -> bytes:
    """The RFC 8785 form of a value, UTF-8. Raises ValueError or TypeError for what is left out."""
    _require_canonical(value)
    return _ENCODER.encode(value).encode()


def _require_canonical(value: object) -> None:
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > _LARGEST_INTEGER:
            message = f"integer out of the interoperable range: {value}"
            raise ValueError(message)
    elif isinstance(value, dict):
        for key, member in value.items():
            # Python sorts keys by code point, RFC 8785 by UTF-16 unit: the same for ASCII.
            if not (isinstance(key, str) and key.isascii()):
                message = f"not an ASCII key: {key!r}"
                raise ValueError(message)
            _require_canonical(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _require_canonical(member)
    else:
        message = f"no canonical form for {type(value).__name__}"
        raise TypeError(message)


def digest_of(salt: bytes, content: Mapping[str, Canonical]) -> bytes:
    """The 32-byte salted digest of what happened."""
    return hashlib.sha256(salt + canonical(content)).digest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One public entry. `sequence` starts at 1 and has no gaps within a debate."""

    debate: UUID
    sequence: int
    at: datetime
    kind: EntryKind
    number: int | None
    digest: bytes

    def leaf_input(self) -> bytes:
        """The canonical bytes whose RFC 9162 leaf hash is kept."""
        # Written out, not through `canonical`: all parts are ASCII and this runs in every act.
        number = "null" if self.number is None else str(self.number)
        return (
            f'{{"at":"{format_instant(self.at)}","debate":"{self.debate}",'
            f'"digest":"{self.digest.hex()}","kind":"{self.kind.value}",'
            f'"number":{number},"sequence":{self.sequence}}}'
        ).encode()

    def leaf_hash(self) -> bytes:
        """SHA-256 of a zero byte and the leaf input (RFC 9162 section 2.1.1), 32 bytes."""
        return hashlib.sha256(b"\x00" + self.leaf_input()).digest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an acting person gets: where in which journal the act stands, and its leaf hash."""

    debate: UUID
    sequence: int
    leaf_hash: bytes
