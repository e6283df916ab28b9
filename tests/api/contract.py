"""Every answer that a test sees is held against the OpenAPI document and the conventions of the interface."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from httpx2 import Response
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from starlette.testclient import TestClient

UNDOCUMENTED: Final = (
    *("/openapi.json", "/docs", "/problems", "/embed/frame.js", "/reference.css"),
    *("/oembed", "/embed.js", "/sitemap", "/robots.txt"),
)
"""Paths that serve the interface's own documents, which the document does not describe."""

OEMBED: Final = frozenset(
    ("not_found", "debate_not_found", "post_not_found", "format_not_supported", "malformed")
)
"""The problems of `/oembed`, whose form oembed.com describes."""

NOT_THERE: Final = frozenset(
    ("not_found", "method_not_allowed", "organisation_not_found", "debate_not_found", "post_not_found")
)
"""The problems of addresses that lead to no operation and to no page."""

LANGUAGES: Final = ("fr", "nl", "de", "en")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_FORMATS: Final = FormatChecker(("uuid",))


@_FORMATS.checks("date-time")
def _is_instant_as_sent(value: object) -> bool:
    """Sent instants are stricter than RFC 3339: UTC with `Z`, six digits of a second or none."""
    return not isinstance(value, str) or _INSTANT.fullmatch(value) is not None


def is_of_pages(path: str, response: Response) -> bool:
    """Is this an answer of the citizen's pages, rather than of the interface?"""
    if path.startswith(("/api/", *UNDOCUMENTED)):
        return False
    # After a form the browser is sent on; nothing else outside of the interface does that.
    if response.status_code == 303 or path.startswith("/account/"):
        return True
    return path.startswith("/static/") or "form-action 'self'" in response.headers.get(
        "content-security-policy", ""
    )


class ContractBroken(AssertionError):
    """An answer that the document does not declare; the text says what differs."""


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    template: str
    method: str
    declared: Mapping[str, Any]

    @property
    def operation_id(self) -> str:
        return str(self.declared["operationId"])

    @property
    def access(self) -> str:
        return str(self.declared["x-access"])

    @property
    def act(self) -> str | None:
        return self.declared.get("x-act")

    @property
    def codes(self) -> frozenset[str]:
        """Every problem code that the operation declares."""
        found: set[str] = set()
        for answer in self.declared["responses"].values():
            for content in answer.get("content", {}).values():
                found.update(content["schema"].get("properties", {}).get("code", {}).get("enum", ()))
        return frozenset(found)

    @property
    def success(self) -> int:
        return min(int(status) for status in self.declared["responses"])

    @property
    def is_cached(self) -> bool:
        return "304" in self.declared["responses"]

    def takes(self, header: str) -> bool:
        return any(parameter["name"] == header for parameter in self.declared.get("parameters", ()))

    @property
    def takes_body(self) -> bool:
        return "requestBody" in self.declared


@dataclass
class Contract:
    """The document, and how many answers were held against it."""

    document: Mapping[str, Any]
    checked: int = 0
    _validators: dict[tuple[str, str, str], Draft202012Validator] = field(default_factory=dict)
    _valid: set[tuple[str, str, bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.operations = {
            declared["operationId"]: Operation(template, method.upper(), declared)
            for template, methods in self.document["paths"].items()
            for method, declared in methods.items()
        }
        # What is written out goes before what takes a parameter.
        self._templates = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template)), template)
            for template in sorted(self.document["paths"], key=lambda path: (path.count("{"), path))
        ]

    def find(self, method: str, path: str) -> Operation | None:
        """The operation that a method and a path reach; HEAD is GET (RFC 9110, 9.3.2)."""
        method = "get" if method == "HEAD" else method.lower()
        for pattern, template in self._templates:
            if pattern.fullmatch(path):
                declared = self.document["paths"][template].get(method)
                return None if declared is None else Operation(template, method.upper(), declared)
        return None

    def check(self, response: Response) -> None:
        """Raises ContractBroken unless the answer is declared and follows the conventions."""
        request = response.request
        # Servers match routes on the decoded path, in which an escaped slash is a slash.
        path = unquote(request.url.raw_path.partition(b"?")[0].decode())
        self.checked += 1
        try:
            if is_of_pages(path, response):
                self._check_page(path, response)
            else:
                self._check(request.method, path, response)
        except (AssertionError, KeyError, ValidationError) as error:
            told = f"{request.method} {path} answered {response.status_code}: {error}\n{response.text[:2000]}"
            raise ContractBroken(told) from error

    def _check(self, method: str, path: str, response: Response) -> None:
        headers = response.headers
        assert _REQUEST_ID.fullmatch(headers["x-request-id"]), "no request id"
        assert headers["x-content-type-options"] == "nosniff", "no nosniff"
        assert headers["referrer-policy"] == "no-referrer", "addresses leak"
        policy = headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "base-uri 'none'"} <= set(policy), "no policy"
        is_page = headers.get("content-type", "").startswith("text/html")
        actions = {"form-action 'none'", "form-action 'self'"} if is_page else {"form-action 'none'"}
        assert actions & set(policy), "a form may go anywhere"
        assert any(part.startswith("frame-ancestors ") for part in policy), "who may frame it is not said"
        assert headers["cross-origin-resource-policy"] in {"same-origin", "cross-origin"}, "no policy"
        assert "access-control-allow-credentials" not in headers, "credentials of another origin"
        if path.startswith("/api/v1/"):
            assert "origin" in headers["vary"].lower(), "varies with the origin without saying so"
        if method == "OPTIONS" and response.status_code == 204:
            assert headers["access-control-allow-origin"] == response.request.headers["origin"]
            return
        operation = self.find(method, path)
        if operation is None:
            if not (response.status_code in {200, 304} and path.startswith(UNDOCUMENTED)):
                is_oembed = path == "/oembed"
                assert is_oembed or response.status_code in {404, 405}, "an undeclared operation"
                self._check_problem(response, OEMBED if is_oembed else NOT_THERE, method)
            return
        status = str(response.status_code)
        declared = operation.declared["responses"].get(status)
        assert declared is not None, "an undeclared status"
        if response.status_code >= 400:
            self._check_problem(response, operation.codes, method)
        elif operation.is_cached:
            assert headers["etag"].startswith('"'), "no strong entity tag"
            assert "public" in headers["cache-control"], "not for shared caches"
            assert "set-cookie" not in headers, "a public document that depends on who asks"
        else:
            assert headers["cache-control"] == "no-store", "an answer for one person that may be kept"
        if "content" not in declared:
            assert not response.content, "a body where none is declared"
            return
        media_type = headers["content-type"]
        assert media_type in declared["content"], f"an undeclared media type {media_type}"
        if method == "HEAD":
            assert not response.content, "a body in answer to HEAD"
            return
        self._check_body(operation, media_type, response)

    def _check_page(self, path: str, response: Response) -> None:
        """What every page of people, and every file that it asks for, says of itself."""
        headers = response.headers
        assert _REQUEST_ID.fullmatch(headers["x-request-id"]), "no request id"
        assert headers["x-content-type-options"] == "nosniff", "no nosniff"
        assert headers["referrer-policy"] in {"no-referrer", "same-origin"}, "addresses leak"
        if path.startswith("/static/") and response.status_code == 200:
            assert "immutable" in headers["cache-control"], "asked for again and again"
            return
        if response.status_code in {302, 303}:
            assert headers["location"].startswith("/"), "leads away"
            return
        if "content-disposition" in headers:
            assert headers["cache-control"] == "no-store", "an archive that may be kept"
            return
        policy = headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy), "no policy"
        assert "unsafe" not in headers["content-security-policy"], "runs what stands in the page"
        assert "Cookie" in headers["vary"], "varies with the person without saying so"
        assert headers["content-language"] in LANGUAGES, "a page in no language"
        if response.status_code >= 400:
            assert headers["cache-control"] == "no-store", "a refusal that may be kept"

    def _check_body(self, operation: Operation, media_type: str, response: Response) -> None:
        if media_type != "text/event-stream":  # of which nobody knows the length beforehand
            assert response.headers["content-length"] == str(len(response.content)), "a wrong length"
        status = str(response.status_code)
        body = (operation.operation_id, status, sha256(response.content).digest())
        if body not in self._valid:  # to the byte the same as one before
            self._validator(operation, status, media_type).validate(content_of(response, media_type))
            self._valid.add(body)

    def _validator(self, operation: Operation, status: str, media_type: str) -> Draft202012Validator:
        key = (operation.operation_id, status, media_type)
        if key not in self._validators:
            schema = operation.declared["responses"][status]["content"][media_type]["schema"]
            whole = {"components": self.document["components"], **schema}
            self._validators[key] = Draft202012Validator(whole, format_checker=_FORMATS)
        return self._validators[key]

    def _check_problem(self, response: Response, codes: frozenset[str] | set[str], method: str) -> None:
        """RFC 9457 and the conventions of this interface for every problem."""
        headers = response.headers
        assert headers["content-type"] == "application/problem+json", "no problem document"
        assert headers["content-language"] in LANGUAGES, "a problem in no language"
        assert "accept-language" in headers["vary"].lower(), "a problem that varies without saying so"
        assert headers["cache-control"] == "no-store", "a problem that may be kept"
        assert ("www-authenticate" in headers) == (response.status_code == 401), "401 names its scheme"
        assert ("retry-after" in headers) == (response.status_code in {429, 503}), "when to try again"
        if method == "HEAD":
            return
        problem = response.json()
        assert {"type", "title", "status", "detail", "code"} <= problem.keys(), "a problem lacks members"
        assert problem["status"] == response.status_code, "two statuses"
        assert problem["code"] in codes, "an undeclared code"
        assert problem["type"].endswith(f"/problems/{problem['code']}"), "a type of another code"
        for error in problem.get("errors") or ():
            assert re.fullmatch(r"#?(/.*)?", error["pointer"], re.DOTALL), "not a pointer"
            assert error["detail"], "an error without a detail"


def content_of(response: Response, media_type: str) -> Any:
    """The body as its schema speaks of it."""
    return response.json() if media_type.endswith("json") else response.text


class CheckedClient(TestClient):
    """A client that lets no answer through unchecked, and keeps no cookie: a test sends its own."""

    contract: Contract | None = None

    def request(self, *args: Any, **kwargs: Any) -> Response:
        """Call, check and return the answer. Raises ContractBroken."""
        method, address, *rest = args
        if urlsplit(str(address)).path.endswith("/events") and "seconds" not in str(address):
            # It would go on for good, and this client waits for the end of what it reads.
            address = f"{address}{'&' if '?' in str(address) else '?'}seconds=0"
        response = super().request(method, address, *rest, **kwargs)
        self.cookies.clear()
        if self.contract is not None:
            self.contract.check(response)
        return response
