"""How the refusals of signing in come about, by mail and at providers: recipes of `refusals`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from httpx2 import Response

from consultation.api.problems import TransportCode
from consultation.application.limiting import Limiter
from consultation.application.policies import CODES_NETWORK, NOTICES_NETWORK
from consultation.domain.decisions import RefusalCode
from consultation.oidc import OpenIdConnect
from consultation.outgoing import Outgoing
from tests.api.attempts import Attempt
from tests.api.bodies import INSTANCE, NOBODY
from tests.api.browser import Browser, signed_in_at_instance, town_provider
from tests.api.scene import Scene
from tests.identity_provider import identity_server


def _sixth_code(scene: Scene, attempt: Attempt) -> Response:
    attempt = attempt.saying(email=f"{scene.world.name()}@citoyens.example")
    for _ in range(5):
        assert attempt.send().status_code == 202
    return attempt.send()


@contextmanager
def _many_codes(scene: Scene) -> Iterator[None]:
    """So much asked for that every further call of an open form needs a proof."""
    limiter = Limiter(scene.world.clock, scene.world.services.digests)
    for _ in range(20):
        limiter.spend(CODES_NETWORK, "local")
        limiter.spend(NOTICES_NETWORK, "local")
    with scene.world.kit(limiter=limiter):
        yield


def _without_proof(scene: Scene, attempt: Attempt) -> Response:
    with _many_codes(scene):
        return attempt.send()


def _with_a_forged_proof(scene: Scene, attempt: Attempt) -> Response:
    with _many_codes(scene):
        return attempt.saying(proof="e30=").send()


def _no_provider(_: Scene, attempt: Attempt) -> Response:
    if "provider" in attempt.places:
        return attempt.at(provider="nulle-part").send()
    return attempt.saying(provider="nulle-part").send()


def _come_back(scene: Scene, attempt: Attempt, **answer: str) -> Attempt:
    """Back from the instance's provider, with another answer of its than the good one."""
    browser = Browser(scene.town.client)
    state = parse_qs(urlsplit(browser.start(INSTANCE)).query)["state"][0]
    return replace(attempt, query=urlencode({"state": state, **answer}), cookie=browser.cookie)


def _declined(scene: Scene, attempt: Attempt) -> Response:
    return _come_back(scene, attempt, error="access_denied").send()


def _not_proven(scene: Scene, attempt: Attempt) -> Response:
    return _come_back(scene, attempt, code="made up").send()


def _provider_unavailable(scene: Scene, attempt: Attempt) -> Response:
    federation = scene.world.services.federation
    unreachable = OpenIdConnect(Outgoing(), scene.world.clock)  # which calls nobody on loopback
    if attempt.operation.operation_id == "finish_sign_in":
        attempt = _come_back(scene, attempt, code="a code")
    with scene.world.kit(federation=replace(federation, relying_party=unreachable)):
        return attempt.send()


def _assurance_too_low(scene: Scene, attempt: Attempt) -> Response:
    issuer = identity_server().issuer()
    issuer.claims = {"acr": "eidas1"}
    provider = town_provider(scene.town, issuer, acr_values=["eidas2"])
    browser = Browser(scene.town.client)
    back = browser.go_to_provider(provider, issuer)
    places = {"provider": provider}
    return replace(attempt, query=back.partition("?")[2], cookie=browser.cookie, places=places).send()


def _identity_taken(scene: Scene, attempt: Attempt) -> Response:
    _, issuer = signed_in_at_instance(scene.town, scene.world.name())
    return Browser(scene.town.client).link(scene.town.citizen(scene.world.name()), INSTANCE, issuer)


def _last_sign_in(scene: Scene, attempt: Attempt) -> Response:
    browser, _ = signed_in_at_instance(scene.town, scene.world.name())
    (identity,) = browser.session.get("/me/identities").json()["items"]
    return attempt.by(browser.session).at(identity=identity["id"]).send()


SIGNING_IN_RECIPES: Final[Mapping[str, Callable[[Scene, Attempt], Response]]] = {
    RefusalCode.CODE_INCORRECT: lambda _, attempt: attempt.saying(code="000000").send(),
    RefusalCode.TOO_MANY_CODES: _sixth_code,
    RefusalCode.PROOF_REQUIRED: _without_proof,
    RefusalCode.PROOF_INVALID: _with_a_forged_proof,
    RefusalCode.PROVIDER_NOT_FOUND: _no_provider,
    RefusalCode.SIGN_IN_NOT_STARTED: lambda _, attempt: replace(attempt, cookie=None).send(),
    RefusalCode.SIGN_IN_DECLINED: _declined,
    RefusalCode.IDENTITY_NOT_PROVEN: _not_proven,
    RefusalCode.ASSURANCE_TOO_LOW: _assurance_too_low,
    RefusalCode.IDENTITY_TAKEN: _identity_taken,
    RefusalCode.IDENTITY_NOT_FOUND: lambda _, attempt: attempt.at(identity=NOBODY).send(),
    RefusalCode.LAST_SIGN_IN: _last_sign_in,
    RefusalCode.ISSUER_UNUSABLE: lambda _, attempt: attempt.saying(issuer="https://127.0.0.1").send(),
    TransportCode.PROVIDER_UNAVAILABLE: _provider_unavailable,
}
"""Every code of signing in, and how it comes about."""
