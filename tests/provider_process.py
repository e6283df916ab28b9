"""A provider of identities that somebody else wrote, as a process of its own (oidc-provider-mock)."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager


@contextmanager
def provider_process() -> Iterator[str]:
    """Run the provider for the length of the block; what is yielded is its issuer."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable,
        *("-W", "ignore", "-m", "oidc_provider_mock"),
        *("--port", str(port), "--require-nonce"),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stderr is not None
            lines = iter(running.stderr.readline, "")
            assert any("running on" in line.lower() for line in lines), "the provider did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.communicate()
