"""As much of curl as the documentation uses: to run its examples in process, or where no curl is installed.

As a program it takes the same words: `python tests/docs/curl.py -s -H 'Accept: */*' URL`.
"""

import http.client
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

TAKES_VALUE = {"-H", "-X", "-o", "--json"}


class UnknownOption(ValueError):
    """An option that this stand-in does not know."""


@dataclass
class Request:
    """One call, as the words of a command line ask for it."""

    method: str = ""
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    output: str | None = None
    include: bool = False


def parse(words: list[str]) -> Request:
    """The call that the words after `curl` ask for. Raises UnknownOption."""
    request = Request()
    rest = iter(words)
    for word in rest:
        value = next(rest) if word in TAKES_VALUE else ""
        if word == "-H":
            name, _, content = value.partition(":")
            request.headers[name] = content.strip()
        elif word == "-X":
            request.method = value
        elif word == "-o":
            request.output = value
        elif word == "--json":
            request.body = value
            request.headers |= {"Content-Type": "application/json", "Accept": "application/json"}
        elif word == "-i":
            request.include = True
        elif word.startswith("-") and word not in {"-s", "-S", "-sS"}:
            raise UnknownOption(word)
        elif not word.startswith("-"):
            request.url = word
    request.method = request.method or ("GET" if request.body is None else "POST")
    return request


def main(words: list[str]) -> int:
    """Make the call and print its answer; return curl's exit status."""
    request = parse(words)
    parts = urlsplit(request.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    body = None if request.body is None else request.body.encode()
    connection.request(request.method, target, body, request.headers)
    answer = connection.getresponse()
    content = answer.read()
    if request.include:
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders())
        content = f"HTTP/1.1 {answer.status} {answer.reason}\r\n{head}\r\n".encode() + content
    if request.output is None:
        sys.stdout.buffer.write(content)
    else:
        Path(request.output).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
