"""Calls to the endpoints of webhooks, through the guard of `outgoing`."""

from collections.abc import Mapping

from consultation.application.ports import Unsent
from consultation.outgoing import Outgoing, Unreachable


class GuardedSender:
    """The port `Sender` over guarded calls. Redirects are not followed, and answers not kept."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status of the answer. Raises Unsent."""
        try:
            return self._outgoing.call("POST", url, headers=headers, content=body).status
        except Unreachable as error:
            raise Unsent(str(error)) from error
