"""One curl command for each operation, as a person would type it.

The commands use shell variables, which the reference page says how to set; a test runs every one.
"""

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

VARIABLES: Final = {
    "debate_id": "$DEBATE",
    "number": "$NUMBER",
    "slug": "$ORGANISATION",
    "person": "$PERSON",
    "key": "$KEY",
    "invitation": "$INVITATION",
    "origin": "$ORIGIN",
    "session": "$SESSION",
    "batch": "$BATCH",
    "archive": "$ARCHIVE",
    "provider": "$PROVIDER",
    "identity": "$IDENTITY",
    "case_id": "$CASE",
    "held": "$HELD",
    "webhook": "$WEBHOOK",
    "delivery": "$DELIVERY",
    "job": "$JOB",
    "theme": "$THEME",
    "digest": "$LOGO",
    "token": "$LINK",  # nosec B105 - the name of a shell variable
}
"""Path parameters and the shell variables that stand for them."""

_BASE: Final = "/api/v1"
_ONE_LINE: Final = 66
_METHOD_OF_JSON: Final = "POST"


def curl(method: str, path: str, operation: Mapping[str, Any], example: object) -> str:
    """The command that calls an operation; `example` is its body, None without one."""
    needed = [
        parameter
        for parameter in operation["parameters"]
        if parameter["in"] == "query" and parameter["required"]
    ]
    parts = [f"curl {_chosen(method, has_body=example is not None)}{_address(path, needed)}"]
    if operation["x-access"] == "key":
        parts += ['-H "Authorization: Bearer $SECRET"', '-H "On-Behalf-Of: $CITIZEN"']
    elif operation["security"] and {} not in operation["security"]:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if any(parameter["name"] == "If-Match" for parameter in operation["parameters"]):
        parts.append('-H "If-Match: $ETAG"')
    if example is not None:
        parts.append(f"--json {shlex.quote(_json(example))}")
    return " \\\n  ".join(parts)


def _chosen(method: str, *, has_body: bool) -> str:
    chosen = _METHOD_OF_JSON if has_body else "GET"
    return "" if method == chosen else f"-X {method} "


def _address(path: str, needed: list[dict[str, Any]]) -> str:
    base, rest = ("$API", path.removeprefix(_BASE)) if path.startswith(_BASE) else ("$SERVICE", path)
    for name, variable in VARIABLES.items():
        rest = rest.replace(f"{{{name}}}", variable)
    query = "&".join(f"{one['name']}={quote(str(one['example']))}" for one in needed)
    return f'"{base}{rest}{"?" if query else ""}{query}"'


def _json(example: object) -> str:
    line = json.dumps(example, ensure_ascii=False)
    return line if len(line) <= _ONE_LINE else json.dumps(example, ensure_ascii=False, indent=2)
