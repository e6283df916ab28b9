"""A form with a file: `multipart/form-data` (RFC 7578), read strictly and within the limits of a body.

Of a file only its bytes count: what it is called and what it says it is are not even read. A form that
comes without a file may also be sent as every other form is.
"""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from consultation.api.problems import Problem, TransportCode
from consultation.web.forms import STATE, Sent, read_form, refuse_other_sites

MEDIA_TYPE: Final = "multipart/form-data"
_MOST_PARTS: Final = 20
# RFC 2046, 5.1.1: at most 70 of these, the last no space.
_MARKS: Final = r"0-9A-Za-z'()+_,./:=?\-"
_BOUNDARY: Final = re.compile(rf';\s*boundary=("?)([{_MARKS} ]{{0,69}}[{_MARKS}])\1\s*(?:;|$)')
_NAMED: Final = re.compile(
    rb'content-disposition: *form-data; *name="([a-z_-]{1,40})"(; *filename[*]?=.*)?', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The fields of a form, and the bytes of its file; None when none was chosen."""

    sent: Sent
    file: bytes | None


async def read_upload(request: Request, name: str) -> Uploaded:
    """The fields of a request's form and the file of one field.

    Raises Problem: media_type_unsupported for another kind of body, malformed for parts that are none,
    names that stand twice, more parts than any form has, a file in another field, and text that is
    not UTF-8; cross_site_request for the form of another site; body_too_large comes from the edge.
    """
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        return Uploaded(await read_form(request), None)
    refuse_other_sites(request)
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise Problem(TransportCode.MALFORMED)
    values: dict[str, str] = {}
    file: bytes | None = None
    for field, is_file, content in _parts(await request.body(), boundary[2].encode()):
        if field in values or (is_file and (field != name or file is not None)):
            raise Problem(TransportCode.MALFORMED)
        if is_file:
            file = content
        else:
            values[field] = _text(content)
    sent = Sent(values)
    # What is turned away after this is shown again without the file, which no page can put back.
    request.scope.setdefault("state", {})[STATE] = sent
    return Uploaded(sent, file or None)


def _parts(body: bytes, boundary: bytes) -> list[tuple[str, bool, bytes]]:
    """Name, whether it is a file, and content of each part."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or len(pieces) > _MOST_PARTS + 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - one in front, one behind
        raise Problem(TransportCode.MALFORMED)
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> tuple[str, bool, bytes]:
    head, found, content = piece.partition(b"\r\n\r\n")
    named = [one for line in head.split(b"\r\n") if (one := _NAMED.fullmatch(line))]
    if not found or not head.startswith(b"\r\n") or len(named) != 1:
        raise Problem(TransportCode.MALFORMED)
    return named[0][1].decode("ascii"), named[0][2] is not None, content


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Problem(TransportCode.MALFORMED) from error
