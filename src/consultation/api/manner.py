"""How what is read for one caller is read."""

from enum import Enum, auto


class Manner(Enum):
    """How something is read for a call: how long it takes, and how far its statements must agree."""

    ASIDE = auto()
    """In one snapshot, however long: beside the event loop."""
    SHORT = auto()
    """In one snapshot, mostly over in less than a hop to another thread takes (`Threads.run_short`)."""
    GLANCE = auto()
    """As short; what one statement finds need not be of the instant of the other's (`Readers.glance`)."""
