"""Finding the debate that an operator names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from uuid import UUID

from consultation.cli.failures import Failure, sentence_of

if TYPE_CHECKING:
    from consultation.application.readers import Document, Snapshot
    from consultation.bootstrap import Services

_PAGE: Final = 100


def find_debate(services: "Services", named: str) -> UUID:
    """The id of the debate, draft or published, that is named by id or as ORGANISATION/SLUG.

    Raises Failure when there is none.
    """
    from consultation.domain.decisions import RefusalCode, Refused  # noqa: PLC0415 - with the database only

    organisation, slash, slug = named.partition("/")
    with services.readers.snapshot() as snapshot:
        if slash:
            found = (
                one["id"] for one in _debates_of(services, snapshot, organisation) if one["slug"] == slug
            )
            uid = next(found, None)
        else:
            uid = _uuid(named)
            uid = (
                uid if uid is not None and snapshot.staff_debate(uid, services.clock()) is not None else None
            )
    if uid is None:
        raise Failure(
            f"{named!r}: {sentence_of(Refused(RefusalCode.DEBATE_NOT_FOUND))} "
            "Name it by its id or as ORGANISATION/SLUG."
        )
    return UUID(str(uid))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _debates_of(services: "Services", snapshot: "Snapshot", organisation: str) -> "Iterator[Document]":
    from consultation.application.readers import Window  # noqa: PLC0415 - with the database only

    window: Window | None = Window(_PAGE)
    while window is not None:
        page = snapshot.debates(window, services.clock(), organisation)
        yield from page.items
        window = None if page.position is None else Window(_PAGE, page.position)
    yield from snapshot.drafts(organisation)
