"""Why something could not be sent, in words for people: those of the log are English."""

import re
from collections.abc import Mapping
from typing import Final

_STATUS: Final = re.compile(r"status ([1-5][0-9]{2})")
_RAW: Final[Mapping[str, tuple[str, ...]]] = {
    "address": ("not an address", "not an https address", "plain http", "UnsupportedProtocol"),
    "name": ("the name is not known", "the name has no address"),
    "private": ("not a public address",),
    "silent": ("does not answer",),
    "slow": ("too slow", "TimeoutException", "ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"),
    # A connection that does not come about once there is one: TLS asked for more than it got.
    "tls": (
        "ConnectError",
        "SSLError",
        "SSLCertVerificationError",
        "SSLEOFError",
        "SSLSyscallError",
        "SSLWantReadError",
        "SSLWantWriteError",
        "SSLZeroReturnError",
    ),
    "broken": (
        *("NetworkError", "ReadError", "WriteError"),
        *("ProtocolError", "RemoteProtocolError", "LocalProtocolError"),
    ),
    "long": ("too long",),
    "gone": ("gone",),
    "given_up": ("the endpoint was given up",),
    "deadly": ("its worker died or hung, time after time",),
    "secret": ("the secret cannot be read", "Unsealable"),
}
_CAUSES: Final = {raw: cause for cause, words in _RAW.items() for raw in words}
CAUSES: Final = (*_RAW, "status", "other")
"""What there are sentences for."""


def cause_of(error: str) -> str:
    """Which of `CAUSES` the words of a log mean."""
    return "status" if _STATUS.fullmatch(error) else _CAUSES.get(error, "other")


def status_in(error: str) -> str:
    """The status that somebody answered with; empty where the words tell of none."""
    found = _STATUS.fullmatch(error)
    return "" if found is None else found[1]
