"""An identity counts as proven when every check of the standard holds, and in no other case."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from consultation.application.ports import AssuranceTooLow, NotProven, Provider, ProviderUnavailable
from consultation.oidc import OpenIdConnect
from tests.builders import NOW, StepClock
from tests.identity_provider import CLIENT_SECRET, Answer, Issuer, identity_server
from tests.oidc.conftest import SECRETS, Redeem


def at(**parts: float) -> int:
    """Seconds since 1970 of a moment before or after now."""
    return int((NOW + timedelta(**parts)).timestamp())


def test_a_round_proves_who_somebody_is_to_the_issuer(issuer: Issuer, redeem: Redeem) -> None:
    issuer.claims = {"acr": "eidas1", "email": "camille@ville.example", "name": "Facebook_camille"}
    proof = redeem()
    assert (proof.issuer, proof.subject, proof.assurance) == (issuer.url, issuer.subject, "eidas1")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_the_secret_is_shown_as_the_provider_wants_it(redeem: Redeem, method: str) -> None:
    assert redeem(auth_method=method).subject


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ""},
        {"iss": "https://another.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": []},
        {"aud": ["consultation", "another-client"]},
        {"azp": "another-client"},
        {"aud": ["consultation", "another-client"], "azp": "another-client"},
        {"sub": None},
        {"sub": ""},
        {"sub": 17},
        {"sub": "x" * 256},
        {"sub": "a\x00b"},
        {"exp": None},
        {"exp": at(seconds=-60)},
        {"exp": "tomorrow"},
        {"iat": None},
        {"iat": at(seconds=61)},
        {"nbf": at(seconds=61)},
        {"at_hash": "bm90LXRoZS1oYXNo"},
    ],
    ids=json.dumps,
)
def test_a_token_with_a_wrong_claim_proves_nothing(
    issuer: Issuer, redeem: Redeem, claims: dict[str, Any]
) -> None:
    issuer.claims = claims
    with pytest.raises(NotProven, match=r"^claims"):
        redeem()


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["consultation"]},
        {"aud": ["consultation", "another-client"], "azp": "consultation"},
        {"exp": at(seconds=-59)},
        {"iat": at(seconds=60)},
        {"at_hash": None},
    ],
    ids=json.dumps,
)
def test_what_the_standard_allows_is_taken(issuer: Issuer, redeem: Redeem, claims: dict[str, Any]) -> None:
    issuer.claims = claims
    assert redeem().subject == issuer.subject


def unsigned(_: Issuer, claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def by_client_secret(_: Issuer, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))


def by_public_key_as_secret(issuer: Issuer, claims: dict[str, Any]) -> str:
    public = json.dumps(issuer.keys.keys[0].as_dict(private=False)).encode()
    return jwt.encode(
        {"alg": "HS256", "kid": str(issuer.keys.keys[0].kid)}, claims, OctKey.import_key(public)
    )


def by_somebody_else(issuer: Issuer, claims: dict[str, Any]) -> str:
    """The issuer's key's name, another key."""
    stranger = ECKey.generate_key("P-256", {"kid": str(issuer.keys.keys[0].kid)})
    return issuer.signed(claims, stranger)


def with_own_key_inside(issuer: Issuer, claims: dict[str, Any]) -> str:
    stranger = ECKey.generate_key("P-256", {"kid": "mine"})
    header = {"alg": "ES256", "jwk": stranger.as_dict(private=False)}
    return jwt.encode(header, claims, stranger)


def changed_after_signing(issuer: Issuer, claims: dict[str, Any]) -> str:
    header, _, signature = issuer.signed(claims).split(".")
    other = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "somebody else"}).encode())
    return f"{header}.{other.rstrip(b'=').decode()}.{signature}"


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        by_client_secret,
        by_public_key_as_secret,
        by_somebody_else,
        with_own_key_inside,
        changed_after_signing,
        lambda *_: "no.token.at-all",
        lambda *_: "",
        lambda *_: "\x00",
        lambda *_: "W10.e30.",
    ],
)
def test_a_token_without_the_issuers_signature_proves_nothing(
    issuer: Issuer, redeem: Redeem, sign: Any
) -> None:
    issuer.sign = sign
    with pytest.raises(NotProven):
        redeem()


def test_a_shared_secret_signs_only_where_the_operator_says_so(issuer: Issuer, redeem: Redeem) -> None:
    issuer.sign = by_client_secret
    assert redeem(algorithms=("HS256",)).subject == issuer.subject


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "RS256", "PS256"])
def test_every_algorithm_that_can_be_configured_is_checked(
    issuer: Issuer, redeem: Redeem, algorithm: str
) -> None:
    named: Any = {"kid": f"key-of-{algorithm}"}
    keys: dict[str, Any] = {
        "ES256": lambda: ECKey.generate_key("P-256", named),
        "ES384": lambda: ECKey.generate_key("P-384", named),
    }
    key = keys.get(algorithm, lambda: RSAKey.generate_key(2048, named))()
    issuer.keys = KeySet([key])
    issuer.claims = {"at_hash": None}

    def sign(_: Issuer, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": algorithm, **named}, claims, key, algorithms=[algorithm])

    issuer.sign = sign
    assert redeem(algorithms=(algorithm,)).subject == issuer.subject
    with pytest.raises(NotProven, match="signature: algorithm"):
        redeem(algorithms=("HS256",))


def test_a_symmetric_key_in_the_public_set_is_nobodys(issuer: Issuer, redeem: Redeem) -> None:
    issuer.answers["jwks"] = Answer(
        document={"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "k", "alg": "HS256"}]}
    )
    issuer.sign = lambda _, claims: jwt.encode(
        {"alg": "HS256", "kid": "k"}, claims, OctKey.import_key("secret-that-is-long-enough-for-hs256")
    )
    with pytest.raises(NotProven):
        redeem(algorithms=("HS256", "ES256"))


@pytest.mark.parametrize("encryption", ["A256GCM", "A128CBC-HS256", "A256CBC-HS512"])
def test_a_token_that_is_encrypted_with_the_client_secret_is_opened(
    issuer: Issuer, redeem: Redeem, encryption: str
) -> None:
    whole = encryption == "A256CBC-HS512"
    secret = CLIENT_SECRET.encode()
    digest = hashlib.sha512(secret) if whole else hashlib.sha256(secret)
    algorithms = ["dir", encryption]

    def sealed(sender: Issuer, claims: dict[str, Any]) -> str:
        key = OctKey.import_key(digest.digest())
        header = {"alg": "dir", "enc": encryption, "cty": "JWT"}
        return jwe.encrypt_compact(header, sender.signed(claims), key, algorithms=algorithms)

    issuer.sign = sealed
    assert redeem(encrypted=True).subject == issuer.subject
    with pytest.raises(NotProven):
        redeem()


def test_where_tokens_are_encrypted_a_plain_one_proves_nothing(issuer: Issuer, redeem: Redeem) -> None:
    with pytest.raises(NotProven, match="encrypted"):
        redeem(encrypted=True)


def test_new_keys_are_asked_for_once_when_a_signature_needs_them(issuer: Issuer, redeem: Redeem) -> None:
    redeem()
    issuer.rotate()
    assert redeem().subject == issuer.subject
    redeem()
    assert issuer.calls.count("GET jwks") == 2


def test_a_key_that_was_taken_back_signs_nothing_an_hour_later(
    issuer: Issuer, redeem: Redeem, clock: StepClock
) -> None:
    stolen = issuer.keys.keys[0]
    assert isinstance(stolen, ECKey)
    redeem()
    issuer.rotate()
    issuer.now = clock
    issuer.sign = lambda sender, claims: sender.signed(claims, stolen)
    clock.step(timedelta(hours=1))
    with pytest.raises(NotProven, match="signature"):
        redeem()


def test_a_code_is_worth_nothing_without_the_verifier_of_its_round(redeem: Redeem) -> None:
    with pytest.raises(NotProven, match="code refused"):
        redeem(secrets=replace(SECRETS, verifier="that-of-another-round-which-the-thief-began-himself"))


@pytest.mark.parametrize("code", ["made-up", "a\r\nb", "\N{SNOWMAN}"])
def test_a_code_that_is_made_up_is_worth_nothing(redeem: Redeem, code: str) -> None:
    with pytest.raises(NotProven, match="code refused"):
        redeem(code=code)


def test_a_wrong_client_secret_proves_nothing(redeem: Redeem) -> None:
    with pytest.raises(NotProven, match="code refused"):
        redeem(client_secret="not the secret")


def test_another_issuer_in_the_answer_is_a_mix_up(issuer: Issuer, redeem: Redeem) -> None:
    with pytest.raises(NotProven, match="another issuer"):
        redeem(iss="https://another.example")
    assert redeem(iss=issuer.url).subject


def test_an_issuer_that_says_it_names_itself_has_to(issuer: Issuer, redeem: Redeem) -> None:
    issuer.metadata = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(NotProven, match="another issuer"):
        redeem()
    assert redeem(iss=issuer.url).subject


@pytest.mark.parametrize("received", [None, "eidas1", "", "eidas2 eidas3", ["eidas2"]])
def test_a_level_that_is_not_among_those_accepted_is_not_enough(
    issuer: Issuer, redeem: Redeem, received: Any
) -> None:
    issuer.claims = {"acr": received}
    with pytest.raises(AssuranceTooLow):
        redeem(acr_values=("eidas2",), acr_accepted=("eidas2", "eidas3"))


def test_a_level_above_the_one_asked_for_is_enough_when_it_is_listed(issuer: Issuer, redeem: Redeem) -> None:
    issuer.claims = {"acr": "eidas3"}
    assert redeem(acr_values=("eidas2",), acr_accepted=("eidas2", "eidas3")).assurance == "eidas3"


def test_levels_and_further_parameters_go_to_the_provider(party: OpenIdConnect, provider: Provider) -> None:
    asking = replace(
        provider,
        scopes=("openid", "service:CODE"),
        acr_values=("eidas2", "eidas3"),
        parameters=(("prompt", "login"), ("state", "mine")),
    )
    url = party.authorization_url(asking, "https://x.example/cb", "a-state", SECRETS)
    for part in ("scope=openid+service%3ACODE", "acr_values=eidas2+eidas3", "prompt=login", "state=a-state"):
        assert part in url
    assert "state=mine" not in url, "what the protocol needs cannot be overridden"
    assert SECRETS.verifier not in url


@pytest.mark.parametrize("place", ["openid-configuration", "jwks", "token"])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, {"error": "server_error"}),
        Answer(503, body=b"<h1>busy</h1>"),
        Answer(302, headers={"location": "http://127.0.0.1:1/"}),
        Answer(body=b"<html>"),
        Answer(body=b"[]"),
        Answer(body=b"\xff"),
        Answer(body=b"[" * 100_000),
        Answer(body=b" " * 1_000_001),
        Answer(document=None),
    ],
    ids=["500", "503", "redirect", "html", "list", "bytes", "deep", "huge", "null"],
)
def test_a_provider_that_answers_nonsense_is_unavailable(
    issuer: Issuer, redeem: Redeem, place: str, answer: Answer
) -> None:
    issuer.answers[place] = answer
    with pytest.raises(ProviderUnavailable):
        redeem()


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": ["https://x.example"]},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": "http://192.168.1.1/jwks"},
        {"jwks_uri": "https://user:password@x.example/"},
    ],
    ids=json.dumps,
)
def test_a_description_of_somebody_else_or_with_unfit_addresses_is_not_used(
    issuer: Issuer, redeem: Redeem, metadata: dict[str, Any]
) -> None:
    issuer.metadata = metadata
    with pytest.raises(ProviderUnavailable):
        redeem()


def test_keys_inside_the_network_are_out_of_reach(issuer: Issuer, redeem: Redeem) -> None:
    issuer.metadata = {"jwks_uri": "https://127.0.0.1/jwks"}
    with pytest.raises(ProviderUnavailable, match="not a public address"):
        redeem()


def test_a_description_is_read_once_an_hour(issuer: Issuer, redeem: Redeem, clock: StepClock) -> None:
    issuer.now = clock
    redeem()
    redeem()
    assert issuer.calls.count("GET openid-configuration") == 1
    clock.step(timedelta(hours=1))
    redeem()
    assert issuer.calls.count("GET openid-configuration") == 2


def test_signing_out_there_needs_a_page_for_it(
    issuer: Issuer, party: OpenIdConnect, provider: Provider
) -> None:
    url = party.logout_url(provider, "the.id.token", "https://consultation.example/", "s") or ""
    assert url.startswith(f"{issuer.url}/logout?id_token_hint=the.id.token&")
    assert "post_logout_redirect_uri=https%3A%2F%2Fconsultation.example%2F" in url
    without = identity_server().issuer()
    without.metadata = {"end_session_endpoint": None}
    assert party.logout_url(replace(provider, issuer=without.url), "t", "https://x.example/", "s") is None
    without.answers["openid-configuration"] = Answer(500)
    gone = replace(provider, issuer=f"{without.url}-gone")
    assert party.logout_url(gone, "t", "https://x.example/", "s") is None
