"""Public documents: finished bytes, cached by the version of their debate.

They never depend on who asks. Their entity tag says how far the debate's journal has come and
when, how often its organisation was changed, in which phase the debate is and by which release
they were made; the same decide whether finished bytes may be sent again. The instant is there for
the day on which a backup is put back: then the journal grows a second time to a length that it had
before, and says something else. See `docs/decisions/0004`.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson
from starlette.responses import Response

from consultation import __version__
from consultation.api.packing import packed, takes_packed
from consultation.api.rendering import with_html
from consultation.application.ports import Clock
from consultation.application.readers import Document, Moved, Readers, Snapshot
from consultation.application.versions import DebateVersion, Versions
from consultation.caching import BoundedCache
from consultation.domain.decisions import RefusalCode, Refused
from consultation.domain.journal import format_instant
from consultation.domain.period import Phase

Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]
_JSON: Final = orjson.OPT_PASSTHROUGH_DATETIME
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# A shared cache may hold what is open for a second, what is closed for a minute: see
# targets.md, "others within a second". Browsers ask every time and mostly get a 304.
_CACHE_CONTROL: Final = {
    Phase.UPCOMING: "public, max-age=0, s-maxage=1, must-revalidate",
    Phase.OPEN: "public, max-age=0, s-maxage=1, must-revalidate",
    Phase.CLOSED: "public, max-age=0, s-maxage=60, must-revalidate",
}


def encode(document: Any) -> bytes:  # noqa: ANN401 - whatever JSON holds
    """JSON as sent: UTF-8, instants in UTC with six digits and `Z`, as the journal has them."""
    return orjson.dumps(document, _instant, _JSON)


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return format_instant(value)
    raise TypeError(type(value).__name__)


@dataclass(frozen=True, slots=True)
class Built:
    """A document before it is encoded, with what its headers need."""

    document: Document
    revision: int = 0
    link: str | None = None
    with_html: bool = False
    write: Callable[[Document], bytes] = encode
    """Makes the bytes, when the snapshot was given back; JSON unless another is named."""
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Those that the document bears besides the usual ones: a page brings a policy of its own."""
    turns_at: datetime | None = None
    """When its words change without an act: "3 days left" is true until then."""
    is_packed: bool = False
    """Is it kept packed too? Documents of the interface leave that to whoever stands in front."""

    def body(self) -> bytes:
        """The bytes as sent."""
        return self.write(with_html(self.document) if self.with_html else self.document)


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """A finished public document of one version of one debate."""

    version: DebateVersion
    phase: Phase
    etag: str
    body: bytes
    headers: Headers
    has_own_policy: bool = False
    turns_at: datetime | None = None
    packed: bytes | None = None

    def as_for(self, accept_encoding: bytes | str | None) -> tuple[bytes, Headers]:
        """Body and headers for a caller with this Accept-Encoding header."""
        if self.packed is None or not takes_packed(accept_encoding):
            return self.body, self.headers
        length = (b"content-length", str(len(self.packed)).encode())
        kept = (pair for pair in self.headers if pair[0] != length[0])
        return self.packed, (*kept, length, (b"content-encoding", b"gzip"))

    @property
    def size(self) -> int:
        """Bytes that it takes in a cache."""
        return len(self.body) + len(self.packed or b"")

    def is_current(self, version: DebateVersion, now: datetime) -> bool:
        """Is this still what the debate looks like?"""
        if self.turns_at is not None and now >= self.turns_at:
            return False
        return self.phase is version.phase_at(now) and self.version.is_same_as(version)


def entity_tag(
    journal_length: int, owner_revision: int, last_act_at: datetime, phase: Phase, revision: int = 0
) -> str:
    """The strong entity tag of a document. `revision` is that of the post; 0 for all that is none.

    `owner_revision` is that of the organisation, whose name and words documents bear.
    """
    microseconds = (last_act_at - _EPOCH) // timedelta(microseconds=1)
    return f'"{revision}-{journal_length}-{owner_revision}-{microseconds:x}-{phase.value}-{__version__}"'


class DocumentCache(BoundedCache[tuple[bytes, bytes], PublicDocument]):
    """Finished documents by request target (raw path, query string); `capacity` is in bytes of bodies.

    A capacity of 0 keeps nothing.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity, lambda _, document: document.size)


Builder = Callable[[Snapshot, DebateVersion, Phase], Built | Refused]


class PublicDocuments:
    """Builds public documents of debates, or finds them finished."""

    def __init__(self, readers: Readers, versions: Versions, clock: Clock, cache: DocumentCache) -> None:
        self._readers = readers
        self._versions = versions
        self._clock = clock
        self._cache = cache

    def finished(self, target: tuple[bytes, bytes]) -> PublicDocument | None:
        """A finished document, if it is known to be current without asking the database."""
        document = self._cache.get(target)
        if document is None:
            return None
        version = self._versions.trusted(document.version.uid)
        if version is None or not document.is_current(version, self._clock()):
            return None
        return document

    def read(
        self, target: tuple[bytes, bytes], debate: UUID, build: Builder, *, at_a_glance: bool = False
    ) -> PublicDocument | Refused:
        """The document of a debate: finished when its version stands, else built anew.

        One statement when nothing changed. Refused with debate_not_found for a draft or an
        unknown id, or with what the builder refuses. What may be read `at_a_glance` (see
        `Readers.glance`) is read in a snapshot only when somebody acts at this very moment.
        """
        found = self._looked_up(target, debate, build) if at_a_glance else None
        if found is None:
            with self._readers.snapshot() as snapshot:
                found = self._look_up(snapshot, target, debate, build)
        if not isinstance(found, _Anew):
            return found
        # Encoded here, after the snapshot was given back: a page of long texts takes its time.
        document = _finish(found)
        self._cache.put(target, document)
        return document

    def _looked_up(
        self, target: tuple[bytes, bytes], debate: UUID, build: Builder
    ) -> "PublicDocument | _Anew | Refused | None":
        with suppress(Moved), self._readers.glance() as glance:
            return self._look_up(glance, target, debate, build)
        return None

    def _look_up(
        self, snapshot: Snapshot, target: tuple[bytes, bytes], debate: UUID, build: Builder
    ) -> "PublicDocument | _Anew | Refused":
        version = snapshot.version(debate)
        if version is None:
            return Refused(RefusalCode.DEBATE_NOT_FOUND)
        now = self._clock()
        phase = version.phase_at(now)
        document = self._cache.get(target)
        if document is not None and document.is_current(version, now):
            return document
        built = build(snapshot, version, phase)
        return built if isinstance(built, Refused) else _Anew(built, version, phase)


@dataclass(frozen=True, slots=True)
class _Anew:
    """What a document is to be made of."""

    built: Built
    version: DebateVersion
    phase: Phase


def _finish(anew: _Anew) -> PublicDocument:
    built, version, phase = anew.built, anew.version, anew.phase
    body = built.body()
    etag = entity_tag(
        version.journal_length, version.owner_revision, version.last_act_at, phase, built.revision
    )
    if built.is_packed:
        # Weak: the same page in other bytes.
        etag = f"W/{etag}"
    if built.turns_at is not None:
        etag = f'{etag[:-1]}-{(built.turns_at - _EPOCH) // timedelta(seconds=1):x}"'
    own = {name.lower(): value for name, value in built.headers.items()}
    if "content-language" in own:
        # One address, several languages: caches tell by the tag which of them still stands.
        etag = f'{etag[:-1]}-{own["content-language"]}"'
    headers: dict[str, str] = {
        "content-type": built.media_type,
        "content-length": str(len(body)),
        "etag": etag,
        "cache-control": _CACHE_CONTROL[phase],
    }
    if built.link is not None:
        headers["link"] = built.link
    headers |= own
    has_own_policy = "content-security-policy" in own
    pairs = encode_headers(headers)
    smaller = packed(body) if built.is_packed else None
    return PublicDocument(version, phase, etag, body, pairs, has_own_policy, built.turns_at, smaller)


_OF_CONTENT: Final = frozenset({b"content-type", b"content-length"})


def headers_of_304(document: PublicDocument) -> Headers:
    """What a 304 says of a document: all but what describes a content that it does not have."""
    return tuple(pair for pair in document.headers if pair[0] not in _OF_CONTENT)


def encode_headers(headers: Mapping[str, str]) -> Headers:
    """Headers as ASGI wants them."""
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


def matches(if_none_match: str | bytes, etag: str) -> bool:
    """Does an If-None-Match header name this tag, by weak comparison (RFC 9110, 13.1.2)?"""
    if isinstance(if_none_match, bytes):
        if_none_match = if_none_match.decode("latin-1")
    if if_none_match.strip() == "*":
        return True
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return etag.removeprefix("W/") in tags


def document_response(
    document: PublicDocument, if_none_match: str | None, accept_encoding: str | None = None
) -> Response:
    """A public document, or 304 when the caller has it."""
    if if_none_match is not None and matches(if_none_match, document.etag):
        response = Response(status_code=304)
        response.raw_headers = list(headers_of_304(document))
        return response
    body, headers = document.as_for(accept_encoding)
    response = Response(body)
    response.raw_headers = list(headers)
    return response
