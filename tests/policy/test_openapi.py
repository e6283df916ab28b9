"""The OpenAPI document: what the code says, valid, described in full, true to what was released."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from consultation.api.app import openapi_bytes
from consultation.api.openapi import TAGS
from consultation.api.pages.operations import codes_of
from consultation.api.problems import STATUS
from tests.policy.compatibility import breaks

OPENAPI = Path(__file__).parents[2] / "openapi"
WITHOUT_DISCRIMINATOR = {"OwnPosts", "PostPage"}
"""Lists of posts and tombstones of every kind: neither state nor kind alone tells them all apart."""


@cache
def encoded() -> bytes:
    return openapi_bytes()


def document() -> Any:
    return json.loads(encoded())


def operations() -> Iterator[tuple[str, Any]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def components() -> dict[str, Any]:
    found: dict[str, Any] = document()["components"]["schemas"]
    return found


def test_the_committed_document_is_what_the_code_says() -> None:
    committed = (OPENAPI / "openapi.json").read_bytes()
    assert committed == encoded(), "run tools/generate, and review the difference like code"


def test_the_document_is_valid() -> None:
    validate(document())


def test_every_operation_can_be_named_and_read() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    for place, operation in operations():
        assert len(operation["tags"]) == 1, place
        assert set(operation["tags"]) <= set(TAGS), place
        assert operation["summary"], place
        assert operation["description"].endswith("."), place
        assert operation["x-access"] in {"public", "anyone", "browser", "person", "staff", "key"}, place


def test_every_parameter_is_described() -> None:
    for place, operation in operations():
        for parameter in operation["parameters"]:
            assert parameter.get("description"), f"{place}: {parameter['name']}"
            needs_example = parameter["required"]
            assert not needs_example or "example" in parameter, f"{place}: {parameter['name']}"


def test_every_schema_and_every_field_is_described() -> None:
    found = []
    for name, schema in components().items():
        found += [] if schema.get("description") else [name]
        for field, described in schema.get("properties", {}).items():
            found += [] if "$ref" in described or described.get("description") else [f"{name}.{field}"]
    assert found == []


def test_no_two_schemas_share_a_name() -> None:
    # Pydantic tells clashing names apart by their modules, with two underscores between the parts.
    assert [name for name in components() if not re.fullmatch(r"[A-Z][A-Za-z]+", name)] == []


def test_examples_fit_their_schemas() -> None:
    everything = document()
    checked = 0
    for name, schema in components().items():
        for example in schema.get("examples", ()):
            root = {**everything, "$ref": f"#/components/schemas/{name}"}
            Draft202012Validator(root).validate(example)
            checked += 1
    assert checked > 10


def test_every_body_has_an_example_unless_it_may_be_left_out() -> None:
    for place, operation in operations():
        body = operation.get("requestBody")
        if body is None or not body.get("required"):
            continue
        reference = body["content"]["application/json"]["schema"]["$ref"]
        assert components()[reference.rpartition("/")[2]].get("examples"), place


def test_unions_say_how_to_tell_their_members_apart() -> None:
    def unions(schema: Any) -> Iterator[Any]:
        if isinstance(schema, dict):
            if sum("$ref" in one for one in schema.get("anyOf", ())) > 1:
                yield schema
            for inner in schema.values():
                yield from unions(inner)
        elif isinstance(schema, list):
            for inner in schema:
                yield from unions(inner)

    assert {name for name, schema in components().items() if any(unions(schema))} == WITHOUT_DISCRIMINATOR
    assert not any(unions(document()["paths"]))


def test_every_problem_code_is_there_with_its_status() -> None:
    listed = components()["ProblemCode"]
    assert listed["x-status"] == {str(code): status for code, status in STATUS.items()}
    assert set(listed["enum"]) == set(listed["x-status"])
    for place, operation in operations():
        for status, codes in codes_of(operation).items():
            assert {STATUS[code] for code in codes} == {status}, place


def test_credentials_are_asked_for_where_the_route_says_so() -> None:
    signed_in: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
    wanted = {"anyone": [{}, *signed_in], "person": signed_in, "staff": signed_in}
    for place, operation in operations():
        scopes = operation.get("x-scopes")
        keys = [{"key": [scope]} for scope in scopes or ()] or ([] if scopes is None else [{"key": []}])
        assert operation["security"] == wanted.get(operation["x-access"], []) + keys, place


def test_nothing_released_is_broken() -> None:
    for path in sorted(OPENAPI.glob("released/*.json")):
        assert breaks(json.loads(path.read_text("utf-8")), document()) == [], path.name


def test_a_document_breaks_nothing_of_itself() -> None:
    assert breaks(document(), document()) == []


def _post(document: Any) -> Any:
    return document["paths"]["/api/v1/debates/{debate_id}/contributions"]["post"]


def _list(document: Any) -> Any:
    return document["paths"]["/api/v1/debates/{debate_id}/contributions"]["get"]


def _schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def _make_required(document: Any) -> None:
    _schema(document, "NewContribution")["required"].append("theme")


def _ask_for_a_body(document: Any) -> None:
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    document["paths"]["/api/v1/debates/{debate_id}/posts/{number}/withdrawal"]["post"]["requestBody"] = body


def _limit(document: Any, name: str, value: int) -> None:
    (parameter,) = (one for one in _list(document)["parameters"] if one["name"] == "limit")
    parameter["schema"][name] = value


def _drop_parameter(document: Any) -> None:
    operation = _list(document)
    operation["parameters"] = [one for one in operation["parameters"] if one["name"] != "seed"]


def _answer_null(document: Any) -> None:
    _schema(document, "Debate")["properties"]["title"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def _retype(document: Any) -> None:
    _schema(document, "Tally")["properties"]["agree"]["type"] = "string"


def _answer_otherwise(document: Any) -> None:
    responses = _post(document)["responses"]
    responses["200"] = responses.pop("201")


BREAKS: dict[str, tuple[Callable[[Any], object], str]] = {
    "path": (lambda d: d["paths"].pop("/api/v1/debates"), "GET /api/v1/debates is gone"),
    "operation": (lambda d: d["paths"]["/api/v1/me"].pop("patch"), "PATCH /api/v1/me is gone"),
    "name": (lambda d: _post(d).update(operationId="contribute"), "has another operationId"),
    "access": (lambda d: _list(d).update({"x-access": "person"}), "is open to fewer callers"),
    "answer": (_answer_otherwise, "no longer answers 201"),
    "parameter": (_drop_parameter, "parameter seed is gone"),
    "required parameter": (
        lambda d: _list(d)["parameters"][1].update(required=True),
        "parameter theme is now required",
    ),
    "limit": (lambda d: _limit(d, "maximum", 50), "parameter limit: maximum is tighter"),
    "floor": (lambda d: _limit(d, "minimum", 2), "parameter limit: minimum is tighter"),
    "body": (_ask_for_a_body, "now needs a body"),
    "required field": (_make_required, "NewContribution.theme is now required"),
    "shorter text": (
        lambda d: _schema(d, "NewContribution")["properties"]["title"].update(maxLength=100),
        "NewContribution.title: maxLength is tighter",
    ),
    "stricter text": (
        lambda d: _schema(d, "NewContribution")["properties"]["title"].update(pattern="^[a-z]+$"),
        "NewContribution.title: pattern is tighter",
    ),
    "field sent": (
        lambda d: _schema(d, "NewSource")["properties"].pop("note"),
        "NewSource.note is gone",
    ),
    "field answered": (
        lambda d: _schema(d, "Contribution")["properties"].pop("theme"),
        "Contribution.theme is gone",
    ),
    "field in doubt": (
        lambda d: _schema(d, "Contribution")["required"].remove("theme"),
        "Contribution.theme may now be missing",
    ),
    "value sent": (
        lambda d: _schema(d, "NewVote")["properties"]["value"]["enum"].remove("mixed"),
        "NewVote.value: value mixed is gone",
    ),
    "code": (
        lambda d: _schema(d, "ProblemCode")["enum"].remove("period_closed"),
        "ProblemCode: value period_closed is gone",
    ),
    "null": (_answer_null, "Debate.title may now be null"),
    "type": (_retype, "Tally.agree may now be string"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_planted_break_is_found(name: str) -> None:
    plant, sentence = BREAKS[name]
    broken = copy.deepcopy(document())
    plant(broken)
    found = breaks(document(), broken)
    assert [one for one in found if sentence in one], found


def _add_optional_field(document: Any) -> None:
    _schema(document, "NewContribution")["properties"]["subtitle"] = {"type": "string"}


def _add_answered_field(document: Any) -> None:
    _schema(document, "Debate")["properties"]["weather"] = {"type": "string"}
    _schema(document, "Debate")["required"].append("weather")


ADDITIONS: dict[str, Callable[[Any], object]] = {
    "path": lambda d: d["paths"].update({"/api/v1/new": {"get": _list(d)}}),
    "optional field": _add_optional_field,
    "answered field": _add_answered_field,
    "longer page": lambda d: _limit(d, "maximum", 200),
    "optional parameter": lambda d: _post(d)["parameters"].append(
        {"name": "dry_run", "in": "query", "required": False, "schema": {"type": "boolean"}}
    ),
    "code": lambda d: _schema(d, "ProblemCode")["enum"].append("too_many_reports"),
    "vote value": lambda d: _schema(d, "NewVote")["properties"]["value"]["enum"].append("abstain"),
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_an_addition_is_no_break(name: str) -> None:
    grown = copy.deepcopy(document())
    ADDITIONS[name](grown)
    assert breaks(document(), grown) == []
