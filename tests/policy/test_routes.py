"""Every route declares who may call it, and what it declares hangs together."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from fastapi.routing import APIRoute, APIRouter

from consultation.api import routes
from consultation.api.access import Access
from consultation.api.app import openapi_bytes
from consultation.api.requests import JsonRoute
from consultation.api.routes import health, reference, sharing
from consultation.application.organisations import RESERVED_SLUGS
from consultation.application.policies import POLICIES, Subject
from consultation.domain.keys import SCOPES_OF_ACTS, Scope
from consultation.domain.permissions import FOR_EVERYBODY, PERMISSIONS, PLATFORM_ACTS, STAFF_ACTS, Act
from consultation.localisation.languages import Language
from consultation.web import routes as web_routes
from consultation.web.pages import CitizenPages
from consultation.web.requests import PageRoute
from tests.api.contract import Contract, Operation
from tests.api.operations import OPERATIONS

SIGNED_IN = {Access.PERSON, Access.STAFF}
KNOWN = SIGNED_IN | {Access.KEY}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@cache
def contract() -> Contract:
    """The document that the application serves."""
    return Contract(json.loads(openapi_bytes()))


def operations() -> Iterator[Operation]:
    yield from contract().operations.values()


def declared_routes() -> Iterator[APIRoute]:
    """Every route of every module of routes, also those that the document leaves out."""
    for module in pkgutil.iter_modules(routes.__path__):
        router = importlib.import_module(f"{routes.__name__}.{module.name}").router
        assert isinstance(router, APIRouter)
        for route in router.routes:
            assert isinstance(route, APIRoute), route
            yield route


def page_routes() -> Iterator[APIRoute]:
    """Every route of the citizen's pages."""
    for module in pkgutil.iter_modules(web_routes.__path__):
        for route in importlib.import_module(f"{web_routes.__name__}.{module.name}").router.routes:
            assert isinstance(route, PageRoute), route
            yield route


def test_every_route_declares_its_access() -> None:
    for route in (*declared_routes(), *page_routes()):
        assert (route.openapi_extra or {}).get("x-access") in set(Access), route.path


def test_every_route_reads_json_strictly() -> None:
    assert [route.path for route in declared_routes() if not isinstance(route, JsonRoute)] == []


def test_what_the_document_leaves_out_only_reads_and_is_public() -> None:
    for route in declared_routes():
        if not route.include_in_schema:
            assert route.methods == {"GET"}, route.path
            assert (route.openapi_extra or {})["x-access"] == Access.PUBLIC


def test_every_module_of_pages_is_served() -> None:
    served = {id(route) for router in CitizenPages.routers for route in router.routes}
    assert [route.path for route in page_routes() if id(route) not in served] == []


def test_pages_are_left_out_of_the_document() -> None:
    assert [route.path for route in page_routes() if route.include_in_schema] == []


def test_no_organisation_can_bear_the_first_word_of_another_address() -> None:
    at_the_root = [*reference.router.routes, *sharing.router.routes, *health.router.routes, *page_routes()]
    firsts = {route.path.split("/")[1] for route in at_the_root if isinstance(route, APIRoute)}
    words = {first for first in firsts if re.fullmatch("[a-z-]+", first)}
    assert words | set(Language) | {"api"} <= RESERVED_SLUGS


def test_the_contract_tests_know_every_operation() -> None:
    """`tests/api/test_access.py` walks this list as everybody."""
    assert sorted(OPERATIONS) == sorted(contract().operations)


@pytest.mark.parametrize("name", OPERATIONS)
def test_access_act_and_security_say_the_same(name: str) -> None:
    operation = contract().operations[name]
    act, access = operation.act, Access(operation.access)
    if access in {Access.STAFF, Access.KEY}:
        assert act is not None
        assert Act(act) in STAFF_ACTS.keys() | PLATFORM_ACTS
        assert bool(PERMISSIONS[Act(act)].to) is (access is Access.STAFF)
    elif act is not None:
        assert access is Access.PERSON
        assert Act(act) in FOR_EVERYBODY
    security = operation.declared.get("security")
    credentials: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
    without = {Access.PUBLIC, Access.BROWSER, Access.KEY}
    expected = [] if access in without else [{}, *credentials] if access is Access.ANYONE else credentials
    assert security == expected + keys_of(operation)


def keys_of(operation: Operation) -> list[dict[str, list[str]]]:
    """The credentials of keys, as the scopes that the operation declares ask for them."""
    scopes = operation.declared.get("x-scopes")
    if scopes is None:
        return []
    return [{"key": [scope]} for scope in scopes] or [{"key": []}]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_declares_whether_it_takes_keys_and_with_which_scope(name: str) -> None:
    """What is declared is what happens: `tests/api/test_key_walk.py` calls each of them with keys."""
    operation = contract().operations[name]
    scopes = operation.declared.get("x-scopes")
    act = operation.act
    is_public = operation.access in {Access.PUBLIC, Access.BROWSER}
    if scopes is not None:
        assert not is_public
        assert scopes == [scope.value for scope in (SCOPES_OF_ACTS[act] if act else ())]
    if act is not None:
        assert (scopes is not None) is (act in SCOPES_OF_ACTS)
    assert ("key_not_accepted" in operation.codes) is (scopes is None and not is_public)
    assert ("key_ended" in operation.codes) is ("key_invalid" in operation.codes) is (not is_public)
    narrowed = {"key_scope_missing", "key_foreign"} & operation.codes
    assert len(narrowed) == (2 if scopes else 0)
    takes_part = scopes == [Scope.PARTICIPATION_WRITE]
    assert ("on_behalf_of_required" in operation.codes) is takes_part
    assert operation.takes("On-Behalf-Of") is (takes_part or scopes == [])


@pytest.mark.parametrize("name", OPERATIONS)
def test_codes_follow_from_access(name: str) -> None:
    operation = contract().operations[name]
    signed_in = operation.access in SIGNED_IN
    assert ("sign_in_required" in operation.codes) is signed_in
    known = operation.access in KNOWN
    assert ("session_invalid" in operation.codes) is (known or operation.access == Access.ANYONE)
    assert ("key_required" in operation.codes) is (operation.access == Access.KEY)
    assert ("not_permitted" in operation.codes) is (operation.access == Access.STAFF)
    unsafe = operation.method in UNSAFE
    assert ("cross_site_request" in operation.codes) is unsafe
    assert ("media_type_unsupported" in operation.codes) is operation.takes_body
    assert ("debate_not_found" in operation.codes) is ("{debate_id}" in operation.template)
    assert ("organisation_not_found" in operation.codes) is ("{slug}" in operation.template)
    assert {"internal_error", "busy", "storage_unavailable", "malformed"} <= operation.codes


@pytest.mark.parametrize("name", OPERATIONS)
def test_headers_follow_from_what_the_operation_does(name: str) -> None:
    operation = contract().operations[name]
    keyed = operation.method in UNSAFE and operation.access in KNOWN
    assert operation.takes("Idempotency-Key") is keyed
    assert ("idempotency_key_reused" in operation.codes) is keyed
    assert operation.takes("If-None-Match") is operation.is_cached
    assert operation.takes("If-Match") is ("revision_outdated" in operation.codes)
    assert operation.takes("Accept-Language")
    assert ("cursor_invalid" in operation.codes) is operation.takes("cursor")


def test_every_public_read_of_the_api_is_cached_and_nothing_else_is() -> None:
    for operation in operations():
        public = operation.access == Access.PUBLIC and operation.method == "GET"
        if "text/event-stream" in operation.declared["responses"].get("200", {}).get("content", {}):
            assert not operation.is_cached
            continue
        assert operation.is_cached is (public and operation.template.startswith("/api/")), operation


def test_only_signing_in_notices_and_links_of_messages_write_without_a_session() -> None:
    found = {
        operation.operation_id
        for operation in operations()
        if operation.method in UNSAFE and operation.access not in KNOWN
    }
    links = {"lodge_appeal_by_link", "unsubscribe_by_link"}
    assert found == {"request_code", "sign_in", "send_notice", *links}


def test_no_read_takes_a_body() -> None:
    assert [
        operation.operation_id
        for operation in operations()
        if operation.takes_body and operation.method == "GET"
    ] == []


def test_every_list_is_items_and_a_cursor() -> None:
    schemas: dict[str, Any] = contract().document["components"]["schemas"]
    for name, schema in schemas.items():
        members = schema.get("properties", {})
        assert ("items" in members) is ("next_cursor" in members), name
        if "items" in members:
            assert {"items", "next_cursor"} == members.keys() == set(schema["required"]), name


def schemas_in(node: Any) -> set[str]:
    """The names of the schemas that a part of the document leads to."""
    if isinstance(node, list):
        return {name for member in node for name in schemas_in(member)}
    if not isinstance(node, dict):
        return set()
    found = {name for member in node.values() for name in schemas_in(member)}
    reference = node.get("$ref", "")
    if not reference.startswith("#/components/schemas/"):
        return found
    name = reference.rpartition("/")[2]
    return found | {name} | schemas_in(contract().document["components"]["schemas"][name])


MAY_BE_ABSENT = {
    # What an import brings depends on its source, a tombstone's members on its kind.
    "ReportedTally": {"agree", "mixed", "disagree", "support"},
    "Tombstone": {"side", "counts"},
    "OwnTombstone": {"side", "counts"},
    "Withdrawn": {"side", "counts"},
    "Problem": {"errors"},
}


def test_every_member_of_an_answer_is_always_there() -> None:
    """A default in an answer would let a member be missing, and clients would guess."""
    answers = {name for operation in operations() for name in schemas_in(operation.declared["responses"])}
    assert len(answers) > 20
    for name in answers:
        schema = contract().document["components"]["schemas"][name]
        missing = schema.get("properties", {}).keys() - set(schema.get("required", ()))
        assert missing <= {"body_html"} | MAY_BE_ABSENT.get(name, set()), name


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_unsafe_operation_declares_its_limits_and_what_comes_of_them(name: str) -> None:
    operation = contract().operations[name]
    limits = operation.declared.get("x-limits", [])
    assert limits or operation.method not in UNSAFE
    assert set(limits) <= set(POLICIES)
    assert ("too_many_requests" in operation.codes) is bool(limits)
    subjects = {POLICIES[one].subject for one in limits}
    if operation.method in UNSAFE:
        anonymous = operation.access in {Access.PUBLIC, Access.ANYONE, Access.BROWSER}
        known = {Subject.NETWORK} if anonymous else {Subject.PERSON, Subject.KEY}
        assert known <= subjects, "whoever calls is counted"
    if limits:
        assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(
            operation.declared["responses"]["429"]["headers"]
        )
        good = operation.declared["responses"][str(operation.success)].get("headers", {})
        assert ({"RateLimit", "RateLimit-Policy"} <= set(good)) is not operation.is_cached
