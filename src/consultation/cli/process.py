"""The application in a process of its own, as the server starts it, alone or as one of several."""

import ctypes
import gc
import os
import signal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from consultation.observability import Application

_PR_SET_PDEATHSIG: Final = 1


def application() -> "Application":
    """The application of the environment's settings, with a line for each answer if they ask for it.

    Nothing that is made on the way is garbage: the collector rests, which saves a fifth of the
    start, and goes to work when the application stands.
    """
    gc.disable()
    try:
        from consultation.bootstrap import build, create_app  # noqa: PLC0415 - with the collector at rest
        from consultation.observability import AccessLog  # noqa: PLC0415 - with the former
        from consultation.settings import Settings  # noqa: PLC0415 - with the former

        settings = Settings()
        served = create_app(build(settings))
        return AccessLog(served) if settings.access_log else served
    finally:
        gc.enable()


def bound_application() -> "Application":
    """The application in a process that must not outlive its parent.

    A parent that was killed cannot stop its workers. They would go on holding the port, and the
    service could not be started again. On Linux they stop, their answers finished.
    """
    parent = os.getppid()
    control = getattr(ctypes.CDLL(None), "prctl", None)
    if control is not None:
        control(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the kernel was asked
            os.kill(os.getpid(), signal.SIGTERM)
    return application()
