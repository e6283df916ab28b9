"""The one document that is asked for more than all others: a thread, by its plain address.

The framework's routing, parameters and responses cost more than building the document does. So
the edge recognises this one address by itself, in its canonical form only: a lower-case id, a
number, no query. Every other form, and every refusal, goes through the route, whose document
this is to the byte (a test compares them).
"""

import re
from typing import Final
from uuid import UUID

from consultation.api.documents import Builder, Built
from consultation.application.posts import post_not_found
from consultation.application.readers import Snapshot
from consultation.application.versions import DebateVersion
from consultation.domain.decisions import Refused
from consultation.domain.period import Phase

REPLIES_IN_THREAD: Final = 10
_THREAD: Final = re.compile(
    rb"/api/v1/debates/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/contributions/([1-9][0-9]{0,8})"
)


def thread_builder(number: int, *, with_html: bool = False) -> Builder:
    """Builds a contribution with its first replies of each kind."""

    def build(snapshot: Snapshot, version: DebateVersion, _: Phase) -> Built | Refused:
        thread = snapshot.thread(version, number, REPLIES_IN_THREAD)
        if thread is None:
            return post_not_found(number)
        revision = thread["contribution"].get("revision", 0)
        return Built(thread, revision, with_html=with_html)

    return build


def recognise(target: tuple[bytes, bytes]) -> tuple[UUID, Builder] | None:
    """The debate and the builder of a request target (raw path, query string), if it is hot."""
    path, query = target
    if query:
        return None
    found = _THREAD.fullmatch(path)
    if found is None:
        return None
    return UUID(found[1].decode()), thread_builder(int(found[2]))
