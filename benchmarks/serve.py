"""One server process: `python -m benchmarks.serve FACTORY` prints its port and serves until stopped.

The same uvicorn with the same options for the service and for its floors.
"""

import ctypes
import os
import signal
import socket
import sys
from typing import Final

import uvicorn

_PR_SET_PDEATHSIG: Final = 1


def main() -> None:
    """Serve the application of the factory named on the command line."""
    parent = int(sys.argv[2])
    control = getattr(ctypes.CDLL(None), "prctl", None)
    if control is not None:
        control(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the kernel was asked
        return
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(
            sys.argv[1],
            factory=True,
            http="httptools",
            loop="uvloop",
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=True,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
