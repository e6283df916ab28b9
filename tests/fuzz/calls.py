"""Calls made up from the OpenAPI document, aimed at what is really there."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.python.asgi import get_client
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from consultation.api.app import openapi_bytes
from tests.fuzz.ground import Ground, Stage

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
"""What an answer is held against.

Left out: `positive_data_acceptance`, because a schema cannot know a debate's rules, its phase or
whose post it is; `negative_data_rejection`, because query parameters that no operation declares are
ignored, and a body that is too long is refused before it is read. Who may call what, and with which
methods, tests/api asks of every route.
"""
CHECKS_OF_STREAMS: Final = [check for check in CHECKS if check is not response_schema_conformance]
"""The document describes a stream of events as a whole, and schemathesis would ask it of each event."""
Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
_PHASES: Final = ("open", "open", "open", "closed", "upcoming", "draft", None)
_FILL: Final = {
    "title": "{} Planter des arbres",
    "body": "{} Un arbre dans chaque rue qui n'en a pas encore.",
    "reason": "{} Salle fermée.",
    "link": "https://exemple.example/{}",
    "email": "a{}@citoyens.example",
}

STAGE: Final = Stage()


def operations() -> dict[str, Operation]:
    """Every operation of the document, by its id."""
    schema = schemathesis.openapi.from_dict(json.loads(openapi_bytes()))
    schema.app = STAGE
    found = {}
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        found[operation.definition.raw["operationId"]] = operation
    return found


@dataclass(frozen=True)
class Aim:
    """Where a made-up call is pointed, so that it does not end at the first 404.

    None leaves what was made up. `fill` adds to texts, of which most would be refused.
    """

    phase: str | None
    number: int | None
    fill: bool

    def take(self, case: Case[Any], ground: Ground) -> None:
        """Point a call."""
        known = {"slug": "ville-exemple", "person": ground.person, "number": self.number}
        if self.phase is not None:
            known["debate_id"] = ground.debates[self.phase]
            for name in case.path_parameters or {}:
                if known.get(name) is not None:
                    case.path_parameters[name] = known[name]
        if self.fill and isinstance(case.body, dict):
            for name, more in _FILL.items():
                if isinstance(case.body.get(name), str):
                    case.body[name] = more.format(case.body[name])


def call_often(
    operation: Operation, ground: Ground, examples: int, seeded: int | None = None
) -> Counter[int]:
    """Make up calls of an operation and hold every answer against the document.

    Fitting and unfitting calls take turns. Without a seed they are the same every time. Returns how
    often each status was answered. Raises what schemathesis found, with a command that shows it again.
    """
    answered: Counter[int] = Counter()
    token = ground.token()
    is_stream = operation.path.endswith("/events")
    checks = CHECKS_OF_STREAMS if is_stream else CHECKS
    ends_session = operation.definition.raw["operationId"].startswith("sign_out")
    STAGE.inside = ground.app

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=seeded is None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(
        case=st.one_of([operation.as_strategy(mode) for mode in GenerationMode]),
        aim=st.builds(Aim, st.sampled_from(_PHASES), st.sampled_from([*ground.numbers, None]), st.booleans()),
    )
    def make_up(case: Case[Any], aim: Aim) -> None:
        aim.take(case, ground)
        if is_stream:  # else it goes on for good
            case.query = {**(case.query or {}), "seconds": 0}
        headers = {"Authorization": f"Bearer {ground.token() if ends_session else token}"}
        answer = case.call_and_validate(session=client, headers=headers, checks=checks)
        answered[answer.status_code] += 1

    with get_client(STAGE) as client:  # type: ignore[arg-type]  # it says dict where ASGI says mapping
        (make_up if seeded is None else seed(seeded)(make_up))()
    return answered
