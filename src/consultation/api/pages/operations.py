"""What the reference page shows, taken from the OpenAPI document and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from consultation.api.pages.commands import curl
from consultation.api.problems import phrase
from consultation.domain.permissions import PLATFORM_ACTS, STAFF_ACTS, Act

Schema = Mapping[str, Any]

_ACCESS: Final = {
    "public": "Anyone.",
    "anyone": "Anyone; the answer depends on who asks.",
    "browser": "Any browser, on its way to a provider and back, or from the link of a message.",
    "person": "Whoever is signed in.",
    "key": "",
}
"""Who may call, besides keys; those of staff follow from the act."""
_JSON: Final = "application/json"
_NOT_MODIFIED: Final = 304
_PROBLEMS: Final = 400
"""From this status on, answers are problem documents."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path or the query."""

    name: str
    place: str
    required: bool
    description: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Answer:
    """One good answer: its status, the JSON document that it bears, and the other forms that it can have."""

    status: int
    phrase: str
    schema: Schema | None
    forms: list[str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with all that a caller needs to know of it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    access: str
    parameters: list[Parameter]
    headers: list[str]
    body: Schema | None
    body_required: bool
    answers: list[Answer]
    codes: dict[int, list[str]]
    command: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations of one tag."""

    name: str
    description: str
    operations: list[Operation]

    @property
    def anchor(self) -> str:
        """The chapter's fragment on the page."""
        return f"tag-{self.name.replace(' ', '-')}"


def chapters(document: Mapping[str, Any]) -> list[Chapter]:
    """The document by tag, in the order of its tags; codes that all operations share left out."""
    shared = shared_codes(document)
    by_tag: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, declared in methods.items():
            shown = _operation(document, path, method.upper(), declared, shared)
            by_tag[declared["tags"][0]].append(shown)
    return [Chapter(tag["name"], tag["description"], by_tag[tag["name"]]) for tag in document["tags"]]


def codes_of(declared: Mapping[str, Any]) -> dict[int, list[str]]:
    """The problem codes that an operation declares, by status."""
    found = {}
    for status, response in declared["responses"].items():
        for content in response.get("content", {}).values():
            codes = content["schema"].get("properties", {}).get("code", {}).get("enum")
            if codes:
                found[int(status)] = list(codes)
    return found


def shared_codes(document: Mapping[str, Any]) -> list[str]:
    """The codes that every operation can answer."""
    every = [
        {code for codes in codes_of(declared).values() for code in codes}
        for methods in document["paths"].values()
        for declared in methods.values()
    ]
    return sorted(set.intersection(*every))


def _operation(
    document: Mapping[str, Any], path: str, method: str, declared: Mapping[str, Any], shared: list[str]
) -> Operation:
    body = declared.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("schema")
    codes = {
        status: [code for code in members if code not in shared]
        for status, members in codes_of(declared).items()
    }
    return Operation(
        name=declared["operationId"],
        method=method,
        path=path,
        summary=declared["summary"],
        description=declared["description"],
        access=_access(declared),
        parameters=[_parameter(one) for one in declared["parameters"] if one["in"] != "header"],
        headers=[one["name"] for one in declared["parameters"] if one["in"] == "header"],
        body=body,
        body_required=declared.get("requestBody", {}).get("required", False),
        answers=[
            _answer(int(status), response)
            for status, response in sorted(declared["responses"].items())
            if int(status) < _PROBLEMS and int(status) != _NOT_MODIFIED
        ],
        codes={status: members for status, members in codes.items() if members},
        command=curl(method, path, declared, _example(document, body)),
    )


def _answer(status: int, response: Mapping[str, Any]) -> Answer:
    content = response.get("content", {})
    forms = [media_type.partition(";")[0] for media_type in content if media_type != _JSON]
    return Answer(status, phrase(status), content.get(_JSON, {}).get("schema"), forms)


def _parameter(declared: Mapping[str, Any]) -> Parameter:
    schema: Schema = declared["schema"]
    # An address cannot hold null: leaving a parameter out is all that one can do.
    kept = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if kept:
        schema = {**kept[0], **({"default": schema["default"]} if "default" in schema else {})}
    return Parameter(declared["name"], declared["in"], declared["required"], declared["description"], schema)


def _access(declared: Mapping[str, Any]) -> str:
    access = declared["x-access"]
    scopes = declared.get("x-scopes") or ()
    keys = f"Keys of the organisation with the scope {' or '.join(scopes)}." if scopes else ""
    return f"{_people(access, declared)} {keys}".strip()


def _people(access: str, declared: Mapping[str, Any]) -> str:
    if access in _ACCESS:
        return _ACCESS[access]
    act = Act(declared["x-act"])
    if act in PLATFORM_ACTS:
        return "Administrators of the platform."
    roles = _words(sorted(role.value for role in STAFF_ACTS[act]))
    return f"Members of the organisation with the role {roles}."


def _words(alternatives: list[str]) -> str:
    *others, last = alternatives
    return f"{', '.join(others)} or {last}" if others else last


def named(schema: Schema) -> str | None:
    """The name of the component that a schema refers to, also where null may stand instead."""
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one:
            return str(one["$ref"]).rpartition("/")[2]
    return None


def _example(document: Mapping[str, Any], body: Schema | None) -> object:
    name = None if body is None else named(body)
    if name is None:
        return None
    examples = document["components"]["schemas"][name].get("examples")
    return examples[0] if examples else None
