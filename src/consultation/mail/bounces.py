"""Reading what comes back: delivery status notifications (RFC 3464) about messages of the service."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Final

_IDENTIFIER: Final = re.compile(r"<([0-9a-f]{32}\.[0-9a-f]{32})@[^<>\s]+>")
_FOR_GOOD: Final = re.compile(r"5\.\d{1,3}\.\d{1,3}")
# A full mailbox is emptied one day, and a policy is about us (RFC 3463).
_OF_THE_MOMENT: Final = re.compile(r"5\.(?:2\.2|7\.\d{1,3})")
_LONGEST_ADDRESS: Final = 254


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message of ours that an address does not take, for good. `identifier` is of its `Message-ID`."""

    identifier: str
    address: str


def bounces_in(content: bytes) -> list[Bounce]:
    """What a message says of addresses that take nothing, for good; empty when it is no such report.

    Delays, full mailboxes, refusals for policy and reports without the returned header say nothing.
    """
    report = message_from_bytes(content, policy=compat32)
    is_report = report.get_content_type() == "multipart/report"
    if not is_report or report.get_param("report-type") != "delivery-status":
        return []
    identifier = _identifier_in(report)
    if identifier is None:
        return []
    return [Bounce(identifier, address) for address in dict.fromkeys(_refused_in(report))]


def _identifier_in(report: Message) -> str | None:
    """The identifier of the message that came back, from its own header."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            found = str(part.get_payload(0).get("Message-ID", ""))  # type: ignore[union-attr]  # a message
        elif kind == "text/rfc822-headers":
            octets = part.get_payload(decode=True)
            header = message_from_bytes(octets if isinstance(octets, bytes) else b"", policy=compat32)
            found = str(header.get("Message-ID", ""))
        else:
            continue
        match = _IDENTIFIER.search(found)
        if match:
            return match[1]
    return None


def _refused_in(report: Message) -> Iterator[str]:
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # The first block is about the message, each other one about a recipient.
        for block in part.walk():
            status = str(block.get("Status", "")).split(" ")[0].strip()
            failed = str(block.get("Action", "")).strip().lower() == "failed"
            if not failed or not _FOR_GOOD.fullmatch(status) or _OF_THE_MOMENT.fullmatch(status):
                continue
            # The original one is what we sent to; a mailbox may have passed the message on.
            for name in ("Original-Recipient", "Final-Recipient"):
                _, _, address = str(block.get(name, "")).partition(";")
                address = address.strip().strip("<>").lower()
                if "@" in address and len(address) <= _LONGEST_ADDRESS:
                    yield address
