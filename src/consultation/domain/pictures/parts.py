"""What the readers of the three formats share."""

from dataclasses import dataclass


class Unknown(ValueError):
    """No still picture of a known format."""


class Damaged(ValueError):
    """Not as its format says."""


@dataclass
class TooManyDots(ValueError):
    """Wider or higher than is taken."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds, written anew."""

    width: int
    height: int
    content: bytes


class Bytes:
    """A file that is read from the front."""

    def __init__(self, content: bytes, place: int = 0) -> None:
        self.content = content
        self.place = place

    @property
    def is_over(self) -> bool:
        """Is there nothing left?"""
        return self.place >= len(self.content)

    def take(self, length: int) -> bytes:
        """The next bytes. Raises Damaged where there are fewer."""
        found = self.content[self.place : self.place + length]
        if len(found) < length:
            raise Damaged
        self.place += length
        return found

    def big(self, length: int) -> int:
        """The next bytes as a number, the highest first."""
        return int.from_bytes(self.take(length), "big")

    def little(self, length: int) -> int:
        """The next bytes as a number, the lowest first."""
        return int.from_bytes(self.take(length), "little")


def fit(width: int, height: int, most: int) -> None:
    """Raises Damaged for a picture without dots, TooManyDots for one with too many."""
    if width < 1 or height < 1:
        raise Damaged
    if width > most or height > most:
        raise TooManyDots(width, height)
