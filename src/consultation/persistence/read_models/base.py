"""What the parts of a snapshot share."""

from sqlalchemy import Connection

from consultation.application.documents import Links
from consultation.application.versions import Versions


class Reads:
    """A part of a snapshot: reads on one connection."""

    def __init__(self, connection: Connection, links: Links, versions: Versions) -> None:
        self._connection = connection
        self._links = links
        self._versions = versions
