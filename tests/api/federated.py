"""What good calls about identities and their providers need: parts of `scene`."""

from dataclasses import replace

from tests.api.attempts import Attempt
from tests.api.bodies import INSTANCE
from tests.api.browser import Browser, town_provider
from tests.identity_provider import identity_server


def back_at_callback(_: object, attempt: Attempt) -> Attempt:
    """Back from the instance's provider, where somebody new said yes."""
    browser = Browser(attempt.world.town.client)
    issuer = identity_server().issuer("instance")
    issuer.subject, issuer.now = attempt.world.name(), attempt.world.clock
    back = browser.go_to_provider(INSTANCE, issuer)
    return replace(attempt, query=back.partition("?")[2], cookie=browser.cookie)


def linked(_: object, attempt: Attempt) -> Attempt:
    """One of the caller's own, who has an address to sign in with besides."""
    if attempt.caller.token is None:
        return attempt
    issuer = identity_server().issuer("instance")
    issuer.subject, issuer.now = attempt.world.name(), attempt.world.clock
    Browser(attempt.world.town.client).link(attempt.caller, INSTANCE, issuer)
    listed = attempt.caller.get("/me/identities").json()["items"]
    return attempt.at(identity=listed[-1]["id"])


def new_provider(_: object, attempt: Attempt) -> Attempt:
    """A provider that nobody added yet."""
    return attempt.saying(**identity_server().issuer().config)


def provider_of_town(_: object, attempt: Attempt) -> Attempt:
    """A provider that the town added a moment ago."""
    return attempt.at(provider=town_provider(attempt.world.town, identity_server().issuer()))
