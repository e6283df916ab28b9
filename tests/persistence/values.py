"""Values that rows of tests are made of."""

from datetime import UTC, datetime, timedelta
from typing import Final

NOW: Final = datetime(2026, 3, 15, 12, 0, 0, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)
DIGEST: Final = b"\x01" * 32
SALT: Final = b"\x02" * 16
