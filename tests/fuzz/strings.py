"""Strings that break things, and every place of the interface where a caller can put one."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

NASTY: Final = {
    "nothing": "",
    "white space": " \t\n\u00a0\u2003 ",
    "NUL": "a\x00b",
    "controls": "a\x07\x08\x0b\x1b[31m\x7f\x9fb",
    "C1 controls": "a\x80\x85\x8f\x9bb",
    "a lone high surrogate": "a\ud800b",
    "a lone low surrogate": "\udfff",
    "a bidi override": "a\u202egnp.exe\u202cb",
    "bidi isolates": "a\u2066b\u2069\u2067c",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u200f!",
    "line and paragraph separators": "a\u2028b\u2029c\x85d",
    "zero width": "a\u200bb\u200c\u200d\ufeffc\u2060\u00ad",
    "a combining flood": "a" + "\u0301\u0489\u20dd" * 300,
    "what grows when composed": "\ufb1d\u1e9b\u0323\u212b\uff21" * 20,
    "what grows when lowered": "\u0130\u1e9e\ufb03" * 30,
    "noncharacters": "\ufdd0\ufffe\U0010ffff",
    "astral": "\U0001f333\U0001f468\u200d\U0001f469\U00010000",
    "brackets": "[" * 30_000,
    "links": "[a](" * 7_000,
    "very long": "é" * 100_000,
    "digits": "9" * 400,
    "SQL": "'; DROP TABLE posts; -- \" ) OR 1=1 /* \\' %",
    "LIKE and MATCH": '%_\\ "a" NEAR(b) a* -c ^d NOT AND OR col:x',
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&#0;&copy",
    "templates": "{{7*7}}${7*7}<%= 7 %>#{7}{0}{x!r}%s%n%(a)s$HOME`id`",
    "CRLF": "a\r\nSet-Cookie: session=1\r\n\r\n<html>",
    "an encoded word": "=?utf-8?q?=0D=0ABcc:_a?=",
    "dots": "..a..",
    "what another IDNA reads otherwise": "faß\u200d\u0130\u3002com",
    "paths": "../../etc/passwd\\..\\..//%2e%2e/%00",
    "an address": "javascript:alert(1)//http://[::1",
    "a byte order mark": "\ufeffa",
    "fullwidth and arabic digits": "\uff11\u0661",
    "JSON": '{"a": [1, null, NaN, 1e999]}',
}


@dataclass(frozen=True)
class Place:
    """Where a string goes: a parameter by kind and name, or a pointer into the body."""

    kind: str
    name: str
    pointer: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.name or '/'.join(map(str, self.pointer))}"


def places(operation: dict[str, Any], document: dict[str, Any]) -> list[Place]:
    """Every parameter of an operation, whatever its type, and every string in its body."""
    found = [Place(parameter["in"], parameter["name"]) for parameter in operation["parameters"]]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        found += [Place("body", "", pointer) for pointer in _strings(body["schema"], document)]
    return found


def _strings(schema: dict[str, Any], document: dict[str, Any]) -> Iterator[tuple[str | int, ...]]:
    if "$ref" in schema:
        yield from _strings(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    elif "anyOf" in schema:
        yield from {pointer: None for one in schema["anyOf"] for pointer in _strings(one, document)}
    elif schema.get("type") == "object":
        for name, member in schema.get("properties", {}).items():
            yield from ((name, *rest) for rest in _strings(member, document))
        if "propertyNames" in schema:
            name = schema["propertyNames"]["enum"][0]
            yield from ((name, *rest) for rest in _strings(schema["additionalProperties"], document))
    elif schema.get("type") == "array":
        yield from ((0, *rest) for rest in _strings(schema["items"], document))
    elif schema.get("type") == "string":
        yield ()


def put(body: Any, pointer: tuple[str | int, ...], value: str) -> Any:
    """A copy of a body with a string at a place, which need not be there yet."""
    if not pointer:
        return value
    first, *rest = pointer
    changed = copy.deepcopy(body)
    if isinstance(first, int):
        changed = changed or [{}]
        changed[first] = put(changed[first], tuple(rest), value)
        return changed
    changed = changed or {}
    changed[first] = put(changed.get(first), tuple(rest), value)
    return changed
