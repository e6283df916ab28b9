"""Why somebody cannot leave, or cannot come back: how these refusals come about."""

from dataclasses import replace
from datetime import timedelta

from httpx2 import Response
from sqlalchemy import delete, insert, select

from consultation.domain.actors import Role
from consultation.persistence.tables import platform_administrators
from tests.api.attempts import Attempt
from tests.api.bodies import INSTANCE
from tests.api.browser import signed_in_at_instance
from tests.api.mailbox import ask_for_code
from tests.api.scene import Scene
from tests.builders import Caller


def long_signed_in(scene: Scene, attempt: Attempt) -> Response:
    scene.world.clock.step(timedelta(minutes=15))
    return attempt.send()


def alone_in_charge(scene: Scene, attempt: Attempt) -> Response:
    _, staff = scene.world.organisation()
    return attempt.by(staff[Role.ADMINISTRATOR]).send()


def alone_on_the_platform(scene: Scene, attempt: Attempt) -> Response:
    assert scene.platform.token
    with scene.world.services.database.reading() as connection:
        others = [row._asdict() for row in connection.execute(select(platform_administrators))]
    scene.world.execute(delete(platform_administrators))
    try:
        return attempt.by(scene.world.platform_administrator()).send()
    finally:
        scene.world.execute(insert(platform_administrators).values(others))


def erased_lately(scene: Scene, attempt: Attempt) -> Response:
    if attempt.operation.operation_id == "finish_sign_in":
        browser, issuer = signed_in_at_instance(scene.town, scene.world.name())
        _vote_and_leave(scene, browser.session)
        back = browser.go_to_provider(INSTANCE, issuer)
        return replace(attempt, query=back.partition("?")[2], cookie=browser.cookie).send()
    caller = scene.town.sign_in(email := f"{scene.world.name()}@citoyens.example")
    _vote_and_leave(scene, caller)
    return attempt.saying(email=email, code=ask_for_code(scene.world, email)).send()


def _vote_and_leave(scene: Scene, caller: Caller) -> None:
    caller.put(f"/debates/{scene.open}/posts/1/vote", {"value": "agree"})
    assert caller.delete_with("/me", {"mode": "unsigned"}).status_code == 200
