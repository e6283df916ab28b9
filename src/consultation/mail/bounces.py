"""Reading what comes back: delivery status notifications about messages of the service.

RFC 3464, and RFC 6533 where the address is international.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Final

from consultation.mail.domains import in_unicode
from consultation.mail.letters import mailbox

_IDENTIFIER: Final = re.compile(r"<([0-9a-f]{32}\.[0-9a-f]{32})@[^<>\s]+>")
_FOR_GOOD: Final = re.compile(r"5\.\d{1,3}\.\d{1,3}")
# A full mailbox is emptied one day, and a policy is about us (RFC 3463).
_OF_THE_MOMENT: Final = re.compile(r"5\.(?:2\.2|7\.\d{1,3})")
_LONGEST_ADDRESS: Final = 254
_GLOBAL_STATUS: Final = "message/global-delivery-status"
_REPORTS: Final = frozenset({"delivery-status", "global-delivery-status"})
_RETURNED: Final = frozenset({"message/rfc822", "message/global", "message/global-headers"})
_BLANK_LINES: Final = re.compile(rb"(?:\r?\n){2,}")
# How an address of the type utf-8 writes a character in ASCII (RFC 6533, 3). Halves of one are none.
_SURROGATE: Final = "0?[Dd][89A-Fa-f][0-9A-Fa-f]{2}"
_ESCAPED: Final = re.compile(rf"\\x\{{(?!{_SURROGATE}\}})(0?[0-9A-Fa-f]{{2,5}}|10[0-9A-Fa-f]{{4}})\}}")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message of ours that an address does not take, for good. `identifier` is of its `Message-ID`."""

    identifier: str
    address: str


def bounces_in(content: bytes) -> list[Bounce]:
    """What a message says of addresses that take nothing, for good; empty when it is no such report.

    An address with an international domain is here in each of its spellings: we sent to one of them.
    Delays, full mailboxes, refusals for policy and reports without the returned header say nothing.
    """
    report = message_from_bytes(content, policy=compat32)
    is_report = report.get_content_type() == "multipart/report"
    if not is_report or report.get_param("report-type") not in _REPORTS:
        return []
    identifier = _identifier_in(report)
    if identifier is None:
        return []
    return [Bounce(identifier, address) for address in dict.fromkeys(_refused_in(report))]


def _identifier_in(report: Message) -> str | None:
    """The identifier of the message that came back, from its own header."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind in _RETURNED and part.is_multipart():
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
    for block in _blocks_in(report):
        status = _field(block, "Status").split(" ")[0].strip()
        failed = _field(block, "Action").strip().lower() == "failed"
        if not failed or not _FOR_GOOD.fullmatch(status) or _OF_THE_MOMENT.fullmatch(status):
            continue
        # The original one is what we sent to; a mailbox may have passed the message on.
        for name in ("Original-Recipient", "Final-Recipient"):
            kind, _, address = _field(block, name).partition(";")
            if kind.strip().lower() == "utf-8":
                address = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), address)
            address = address.strip().strip("<>").lower()
            if "@" in address and len(address) <= _LONGEST_ADDRESS:
                yield from _spellings(address)


def _blocks_in(report: Message) -> Iterator[Message]:
    """What is said of each recipient; the first block of each part is about the message."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            yield from part.walk()
        elif kind == _GLOBAL_STATUS and part.is_multipart():
            # The library knows no blocks in these: all behind the first one is the body of that.
            rest = part.get_payload(0).get_payload(decode=True)  # type: ignore[union-attr]  # a message
            for block in _BLANK_LINES.split(rest if isinstance(rest, bytes) else b""):
                yield message_from_bytes(block.strip(), policy=compat32)


def _field(block: Message, name: str) -> str:
    """A field as it was sent, which may be UTF-8."""
    found = (str(value) for key, value in block.raw_items() if key.lower() == name.lower())
    return next(found, "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _spellings(address: str) -> Iterator[str]:
    """An address as it may be kept: its domain as it is, in ASCII (RFC 5890), and in Unicode.

    On the way it had the domain in ASCII. What is not one of ours in any spelling is here as it is.
    """
    yield address
    local, _, domain = address.rpartition("@")
    try:
        sent_to = mailbox(address).domain
    except ValueError:
        return
    read_as = in_unicode(sent_to)
    spelt = (sent_to, read_as, unicodedata.normalize("NFD", read_as))
    yield from (f"{local}@{one}" for one in dict.fromkeys(spelt) if one != domain)
