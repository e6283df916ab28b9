"""What the parts of a snapshot share."""

from sqlalchemy import Connection

from consultation.application.documents import Links
from consultation.application.versions import Versions


class Reads:
    """A part of a snapshot: reads on one connection.

    In a glance each statement has a snapshot of its own.
    """

    def __init__(
        self, connection: Connection, links: Links, versions: Versions, *, is_glance: bool = False
    ) -> None:
        self._connection = connection
        self._is_glance = is_glance
        self._links = links
        self._versions = versions
