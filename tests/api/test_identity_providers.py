"""Organisations bring providers of their own: administrators only, secrets unseen, never into the network."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from consultation.domain.actors import Role
from consultation.persistence.tables import identity_providers
from tests.api.bodies import INSTANCE
from tests.api.browser import Browser
from tests.api.mailbox import folder_of
from tests.api.worlds import World, process, settings_of
from tests.builders import CONTRIBUTION
from tests.identity_provider import CLIENT_SECRET, Issuer, identity_server

PATH = "/organisations/ville-exemple/identity-providers"
OFFERED = "/auth/providers?organisation=ville-exemple"


@pytest.fixture
def issuer() -> Issuer:
    """A provider that nobody added yet."""
    return identity_server().issuer()


def test_a_provider_is_added_listed_and_used(here: World, issuer: Issuer) -> None:
    administrator = here.town.administrator
    body = issuer.config | {"scopes": ["openid", "profile"], "acr_values": ["eidas1"]}
    answer = administrator.post(PATH, body)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert added["redirect_uri"] == f"http://testserver/api/v1/auth/oidc/{added['slug']}/callback"
    assert added["post_logout_redirect_uri"] == "http://testserver/"
    assert added["acr_accepted"] == ["eidas1"], "what is asked for is what is enough, unless said otherwise"
    assert added in administrator.get(PATH).json()["items"]
    issuer.claims = {"acr": "eidas1"}
    assert Browser(here.process.client).sign_in(added["slug"], issuer).status_code == 303


def test_the_secret_is_seen_nowhere(here: World, issuer: Issuer) -> None:
    key = here.name()
    for _ in range(2):
        answer = here.town.administrator.post(PATH, issuer.config, Idempotency_Key=key)
        assert answer.status_code == 201
        assert CLIENT_SECRET not in answer.text
    assert CLIENT_SECRET not in here.town.administrator.get(PATH).text
    assert CLIENT_SECRET not in here.process.anonymous.get("/auth/providers?organisation=ville-exemple").text
    with here.services.database.reading() as connection:
        assert (
            CLIENT_SECRET.encode() not in str(connection.execute(select(identity_providers)).all()).encode()
        )
    assert CLIENT_SECRET not in repr(here.services.federation.providers.instance)
    assert CLIENT_SECRET not in repr(here.settings)


def test_a_slug_is_given_once_in_the_whole_service(here: World, issuer: Issuer) -> None:
    administrator = here.town.administrator
    assert administrator.post(PATH, issuer.config).status_code == 201
    other, staff = here.organisation()
    for slug in (issuer.config["slug"], INSTANCE):
        answer = staff[Role.ADMINISTRATOR].post(
            f"/organisations/{other}/identity-providers", issuer.config | {"slug": slug}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "slug_taken")


def test_no_provider_stands_where_servers_vouch_for_their_users(here: World, issuer: Issuer) -> None:
    administrator = here.town.administrator
    answer = administrator.post(PATH, issuer.config | {"slug": "key"})
    assert (answer.status_code, answer.json()["code"]) == (409, "slug_taken")
    answer = administrator.post(PATH, issuer.config | {"issuer": f"urn:uuid:{UUID(int=1)}"})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_slug_vouches_for_nobody_whom_an_earlier_issuer_knew(here: World, issuer: Issuer) -> None:
    administrator = here.town.administrator
    slug = administrator.post(PATH, issuer.config).json()["slug"]
    browser = Browser(here.process.client)
    browser.sign_in(slug, issuer)
    debate = here.town.debate(participation={"providers": [slug]})
    contributions = f"/debates/{debate}/contributions"
    assert browser.session.post(contributions, CONTRIBUTION).status_code == 201
    assert administrator.delete(f"{PATH}/{slug}").status_code == 204
    other = identity_server().issuer()
    assert administrator.post(PATH, other.config | {"slug": slug, "name": "Une autre"}).status_code == 201
    answer = browser.session.post(contributions, CONTRIBUTION | {"title": "Encore des arbres"})
    assert answer.json()["code"] == "identity_required"
    (identity,) = browser.session.get("/me/identities").json()["items"]
    assert (identity["issuer"], identity["provider_name"]) == (issuer.url, None)
    assert browser.session.post("/auth/logout").json() == {"url": None}, "the ID token is not shown to it"


def test_nobody_touches_the_providers_of_another_organisation(here: World, issuer: Issuer) -> None:
    slug = here.town.administrator.post(PATH, issuer.config).json()["slug"]
    other, staff = here.organisation()
    stranger = staff[Role.ADMINISTRATOR]
    assert stranger.get(PATH).json()["code"] == "not_permitted"
    assert stranger.delete(f"{PATH}/{slug}").json()["code"] == "not_permitted"
    own = stranger.delete(f"/organisations/{other}/identity-providers/{slug}")
    assert own.json()["code"] == "provider_not_found"
    assert here.town.administrator.delete(f"{PATH}/{INSTANCE}").json()["code"] == "provider_not_found"


@pytest.mark.parametrize(
    "issuer_url",
    [
        "https://127.0.0.1/",
        "https://localhost",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]:5432",
        "http://127.0.0.1:1/",
        "https://10.0.0.1",
    ],
)
def test_the_service_calls_no_address_inside_its_network(here: World, issuer_url: str) -> None:
    body = identity_server().issuer().config | {"issuer": issuer_url}
    answer = here.town.administrator.post(PATH, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "issuer_unusable")
    assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize("who", ["moderator", "organiser", "anonymous"])
def test_nobody_but_an_administrator_makes_the_service_call_an_address(
    here: World, issuer: Issuer, who: str
) -> None:
    assert getattr(here.town, who).post(PATH, issuer.config).status_code in {401, 403}
    assert issuer.calls == []


@pytest.mark.parametrize(
    "members",
    [
        {"issuer": "ftp://compte.ville.example"},
        {"issuer": "https://compte.ville.example/\r\nX: y"},
        {"client_id": "a\nb"},
        {"client_secret": ""},
        {"scopes": ["openid profile"]},
        {"auth_method": "none"},
        {"slug": "Mon Compte"},
        {"name": "\x00"},
        {"algorithms": ["none"]},
        {"parameters": {"redirect_uri": "https://evil.example"}},
    ],
    ids=str,
)
def test_a_provider_that_does_not_fit_is_malformed(
    here: World, issuer: Issuer, members: dict[str, Any]
) -> None:
    answer = here.town.administrator.post(PATH, issuer.config | members)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_with_another_secret_key_a_provider_is_unavailable_until_it_is_added_anew(
    here: World, issuer: Issuer
) -> None:
    slug = here.town.administrator.post(PATH, issuer.config).json()["slug"]
    url, folder = here.settings.database_url.get_secret_value(), folder_of(here.settings).parent
    with process(settings_of(url, folder, secret_key="y" * 40), here.clock) as running:
        answer = running.anonymous.get(f"/auth/oidc/{slug}/start")
        offered = running.anonymous.get(OFFERED).json()["items"]
    assert (answer.status_code, answer.json()["code"]) == (502, "provider_unavailable")
    assert slug not in [one["slug"] for one in offered], "at which nobody can sign in"
    assert slug in [one["slug"] for one in here.process.anonymous.get(OFFERED).json()["items"]]
    assert slug in [one["slug"] for one in here.town.administrator.get(PATH).json()["items"]]


def test_a_secret_that_was_moved_to_another_provider_cannot_be_read(here: World, issuer: Issuer) -> None:
    """Whoever can write the database could otherwise send one town's secret to another's provider."""
    issuers = (issuer, identity_server().issuer())
    slugs = [here.town.administrator.post(PATH, one.config).json()["slug"] for one in issuers]
    sealed = identity_providers.c.sealed_secret
    with here.services.database.reading() as connection:
        stolen = connection.execute(select(sealed).where(identity_providers.c.slug == slugs[0])).scalar_one()
    here.execute(
        update(identity_providers).where(identity_providers.c.slug == slugs[1]).values(sealed_secret=stolen)
    )
    answer = here.process.anonymous.get(f"/auth/oidc/{slugs[1]}/start")
    assert answer.json()["code"] == "provider_unavailable"
