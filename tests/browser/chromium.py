"""Where the browser is, and how it is started: without a window, and nothing of it leaves the machine."""

import os
import shutil
from typing import Final

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
# No updates, no synchronisation, no measurements; `localhost` is this machine whatever the resolver says.
FLAGS: Final = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--host-resolver-rules=MAP localhost 127.0.0.1",
)


def chromium() -> str | None:
    """The path of a Chromium; CHROMIUM names one that is not called so."""
    names = (os.environ.get("CHROMIUM", ""), *_NAMES)
    return next(filter(None, map(shutil.which, filter(None, names))), None)
