"""For each operation that changes something: a call on something of its own."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from consultation.domain.actors import Role
from consultation.domain.keys import is_key
from consultation.domain.permissions import Stage
from tests.api import federated, links, logos, sending
from tests.api.attempts import Attempt
from tests.api.bodies import NOBODY
from tests.api.cases import CASES, new_case
from tests.api.mailbox import ask_for_code, letters, token_in
from tests.builders import Caller

if TYPE_CHECKING:
    from tests.api.scene import Scene

_Preparation: TypeAlias = Callable[["Scene", Attempt], Attempt]


def _session_of(caller: Caller) -> str:
    if caller.token is None:
        return NOBODY
    sessions = caller.get("/me/sessions").json()["items"]
    return next((str(session["id"]) for session in sessions if session["current"]), NOBODY)


def _on_own_post(scene: "Scene", attempt: Attempt) -> Attempt:
    author = attempt.caller if attempt.caller.token else scene.author
    return attempt.at(number=scene.town.contribution(scene.open, author))


def _with_code(scene: "Scene", attempt: Attempt) -> Attempt:
    email = f"{scene.world.name()}@citoyens.example"
    return attempt.saying(email=email, code=ask_for_code(scene.world, email))


def _new_address(scene: "Scene", attempt: Attempt) -> Attempt:
    return attempt.saying(email=f"{scene.world.name()}@citoyens.example")


def _another_session(scene: "Scene", attempt: Attempt) -> Attempt:
    if attempt.caller.token is None or is_key(attempt.caller.token):
        return attempt
    email = attempt.caller.get("/me").json()["email"]
    return attempt.by(scene.town.sign_in(email))


def _with_token(scene: "Scene", attempt: Attempt) -> Attempt:
    """An invitation into an organisation that nothing else looks at."""
    slug, staff = scene.world.organisation()
    email = f"{scene.world.name()}@ville.example"
    staff[Role.ADMINISTRATOR].post(
        f"/organisations/{slug}/invitations", {"email": email, "role": "moderator"}
    )
    return attempt.saying(token=token_in(letters(scene.world, email)[-1]))


def _by_somebody_like(scene: "Scene", attempt: Attempt) -> Attempt:
    """By a new member who has the caller's role in the town; strangers stay who they are."""
    if attempt.caller == scene.author:
        attempt = attempt.by(scene.town.moderator)
    for role, caller in scene.staff.items():
        if caller == attempt.caller:
            email = f"{scene.world.name()}@ville.example"
            body = {"email": email, "role": role.value}
            scene.town.administrator.post("/organisations/ville-exemple/members", body)
            return attempt.by(scene.town.sign_in(email))
    return attempt


def _stranger(scene: "Scene", attempt: Attempt) -> Attempt:
    # Signing in ends the session that is shown; somebody known would be lost to the other tests.
    if attempt.caller.token is None or is_key(attempt.caller.token):
        return attempt
    return attempt.by(scene.town.citizen(scene.world.name()))


def _reported(scene: "Scene", attempt: Attempt) -> Attempt:
    return attempt.at(number=scene.town.contribution(scene.open, scene.neighbour))


def _on_case(scene: "Scene", attempt: Attempt) -> Attempt:
    name = attempt.operation.operation_id
    author = attempt.caller if name == "lodge_appeal" and attempt.caller.token else scene.neighbour
    return attempt.at(case_id=new_case(scene, author, CASES[name], besides=attempt.caller))


def _on_case_of_user(scene: "Scene", attempt: Attempt) -> Attempt:
    author = attempt.caller if attempt.caller.on_behalf_of else scene.user
    return attempt.at(case_id=new_case(scene, author, "decided"))


def _on_own_held(scene: "Scene", attempt: Attempt) -> Attempt:
    is_person = attempt.caller.token is not None and not is_key(attempt.caller.token)
    author = attempt.caller if is_person else scene.neighbour
    return attempt.at(held=new_case(scene, author, "held"))


def _on_held_of_user(scene: "Scene", attempt: Attempt) -> Attempt:
    author = attempt.caller if attempt.caller.on_behalf_of else scene.user
    return attempt.at(held=new_case(scene, author, "held"))


ENDING: Final[Mapping[str, _Preparation]] = {
    "sign_in": _stranger,
    "sign_out": _another_session,
    "sign_out_everywhere": _another_session,
    "finish_sign_in": _stranger,
    "end_other_sessions": _stranger,
    "erase_me": _stranger,
    "link_identity": _stranger,
    "unlink_identity": _stranger,
}
"""What ends a session, shows one, or asks for a new one: by somebody new, in shared calls too."""

FRESH: Final[Mapping[str, _Preparation]] = {
    "request_code": _new_address,
    "sign_in": _with_code,
    "erase_me": _stranger,
    # Of somebody with little to hand over: what is large is made in the background.
    "get_my_archive": _stranger,
    "get_ordered_archive": lambda scene, attempt: attempt.at(archive=scene.world.archive(attempt.caller)),
    "finish_sign_in": federated.back_at_callback,
    "unlink_identity": federated.linked,
    "add_identity_provider": federated.new_provider,
    "remove_identity_provider": federated.provider_of_town,
    "edit_post": _on_own_post,
    "withdraw_post": _on_own_post,
    "change_debate": lambda scene, attempt: attempt.at(debate_id=scene.town.draft()),
    "publish_debate": lambda scene, attempt: attempt.at(debate_id=scene.town.draft()),
    "extend_period": lambda scene, attempt: attempt.at(debate_id=scene.town.debate()),
    "close_debate": lambda scene, attempt: attempt.at(debate_id=scene.town.debate()),
    "reopen_debate": lambda scene, attempt: attempt.at(debate_id=scene.closed_debate()),
    "publish_response": lambda scene, attempt: attempt.at(debate_id=scene.in_stage(Stage.OPEN), number=1),
    "publish_outcome": lambda scene, attempt: attempt.at(debate_id=scene.closed_debate()),
    "revoke_participation_codes": lambda scene, attempt: attempt.at(
        batch=scene.town.codes(scene.coded)["batch"]
    ),
    "report_post": _reported,
    "send_notice": _reported,
    "get_case": _on_case,
    "claim_case": _on_case,
    "decide_case": _on_case,
    "lodge_appeal": _on_case,
    "lodge_participant_appeal": _on_case_of_user,
    "decide_appeal": _on_case,
    "publish_held_post": _on_case,
    "withdraw_held_post": _on_own_held,
    "withdraw_participant_held_post": _on_held_of_user,
    "add_member": lambda scene, attempt: attempt.saying(email=f"{scene.world.name()}@ville.example"),
    "rotate_key": lambda scene, attempt: attempt.at(key=scene.key()),
    "revoke_key": lambda scene, attempt: attempt.at(key=scene.key()),
    "list_key_uses": lambda scene, attempt: attempt.at(key=scene.key()),
    "remove_member": lambda scene, attempt: attempt.at(person=scene.member()),
    "leave_organisation": _by_somebody_like,
    "invite_member": _new_address,
    "name_first_administrator": _new_address,
    "revoke_invitation": lambda scene, attempt: attempt.at(invitation=scene.invitation()),
    "accept_invitation": _with_token,
    "create_organisation": lambda scene, attempt: attempt.saying(slug=f"ville-{scene.world.name()}"),
    "add_embed_origin": lambda scene, attempt: attempt.saying(origin=scene.new_origin()),
    **dict.fromkeys(sending.OPERATIONS, sending.prepared),
    **links.FRESH,
    "set_logo": lambda scene, attempt: attempt.saying(alt=f"Blason {scene.world.name()}"),
    "remove_logo": logos.to_remove,
    "remove_embed_origin": lambda scene, attempt: attempt.at(origin=scene.origin()),
    "end_session": lambda scene, attempt: attempt.at(
        session=_session_of(_another_session(scene, attempt).caller)
    ),
}
"""What an operation changes: made anew for each call of it."""
