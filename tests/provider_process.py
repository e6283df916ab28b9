"""A provider of identities that somebody else wrote, as a process of its own (oidc-provider-mock)."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_COMMAND: Final = (
    *(sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"),
    *("--port", "0", "--require-nonce"),
)
_RUNNING: Final = re.compile(r"running on (http://[\d.]+:\d+)")


@contextmanager
def provider_process() -> Iterator[str]:
    """Run the provider for the length of the block; what is yielded is its issuer."""
    with subprocess.Popen(_COMMAND, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        # It chooses its port itself, and says which: one chosen here could be somebody else's by then.
        said = (_RUNNING.search(line) for line in iter(running.stderr.readline, ""))
        address = next((found[1] for found in said if found), None)
        # What it says besides is for nobody, but would hold it up once the pipe is full.
        rest = threading.Thread(target=running.stderr.read)
        rest.start()
        try:
            assert address is not None, "the provider did not start"
            yield address
        finally:
            running.terminate()
            rest.join()
