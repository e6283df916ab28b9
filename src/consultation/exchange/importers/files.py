"""Files as they come, packed with gzip or not."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast


class DamagedFileError(ValueError):
    """A packed file ends too early or is not what its name says."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked on the way when its name ends in `.gz`.

    Raises OSError when it cannot be opened, DamagedFileError when it cannot be unpacked.
    """
    if path.suffix != ".gz":
        with path.open("rb") as stream:
            yield stream
        return
    try:
        with gzip.open(path, "rb") as packed:
            yield cast("IO[bytes]", packed)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DamagedFileError("the packed file is damaged or ends too early") from error


def bare_name(path: Path) -> str:
    """The name of the file in lower case, without `.gz`: its end tells the format."""
    return path.name.lower().removesuffix(".gz")
