"""The public documents that are asked for most, recognised by their plain addresses.

The framework's routing, parameters and responses cost more than building such a document does. So
the edge recognises them by itself, in canonical form only: a lower-case id, a number, and at most
a limit, an order and a cursor, each once. Every other form, and every refusal, goes through the
route, whose document this is to the byte (a test compares them).
"""

import re
from typing import Final
from uuid import UUID

from consultation.api.documents import Builder
from consultation.api.lists import Arguments, Contributions, thread_builder
from consultation.api.pagination import LIMIT, LONGEST, Place
from consultation.api.problems import Problem
from consultation.application.readers import ContributionSort, ReplySort

_PATH: Final = re.compile(
    rb"/api/v1/debates/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/contributions"
    rb"(?:/([1-9][0-9]{0,8})(/arguments)?)?"
)
_QUERY: Final = re.compile(r"(limit|sort|cursor)=([A-Za-z0-9_-]{1,400})")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,2}")
_CONTRIBUTION_SORTS: Final = {
    sort.value: sort for sort in ContributionSort if sort is not ContributionSort.RANDOM
}
_REPLY_SORTS: Final = {sort.value: sort for sort in ReplySort}


def recognise(target: tuple[bytes, bytes]) -> tuple[UUID, Builder, bool] | None:
    """The debate and the builder of a request target (raw path, query string), if it is hot.

    With them, whether it may be read at a glance.
    """
    raw_path, raw_query = target
    found = _PATH.fullmatch(raw_path)
    if found is None:
        return None
    debate, number, arguments = found.groups()
    uid = UUID(debate.decode())
    if number is not None and arguments is None:
        return None if raw_query else (uid, thread_builder(int(number)), True)
    place = Place(raw_path.decode("latin-1"), raw_query.decode("latin-1"))
    wanted = _list(place, None if number is None else int(number))
    if wanted is None:
        return None
    try:
        return uid, wanted.builder(place), wanted.at_a_glance
    except Problem:
        return None


def _list(place: Place, number: int | None) -> Contributions | Arguments | None:
    asked: dict[str, str] = {}
    for part in place.query.split("&") if place.query else ():
        parameter = _QUERY.fullmatch(part)
        if parameter is None or parameter[1] in asked:
            return None
        asked[parameter[1]] = parameter[2]
    limit = asked.get("limit", str(LIMIT))
    if not _NUMBER.fullmatch(limit) or int(limit) > LONGEST:
        return None
    if number is None:
        order = _CONTRIBUTION_SORTS.get(asked.get("sort", ContributionSort.NEWEST))
        return None if order is None else Contributions(order, int(limit), asked.get("cursor"))
    reply_order = _REPLY_SORTS.get(asked.get("sort", ReplySort.OLDEST))
    return (
        None if reply_order is None else Arguments(number, None, reply_order, int(limit), asked.get("cursor"))
    )
