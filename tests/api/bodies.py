"""What good calls of the operations say: bodies, queries, and the values that tests share."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from tests.builders import CONTRIBUTION, NOW, rfc3339
from tests.identity_provider import identity_server
from tests.pictures import in_base64, png

NOBODY: Final = "01900000-0000-7000-8000-000000000000"
"""A public id that belongs to nothing."""

INSTANCE: Final = "fournisseur-instance"
"""The identity provider of the settings."""

DAY: Final = timedelta(days=1)
LATER: Final = rfc3339(NOW + 60 * DAY)
REASON: Final = {"reason": "Le conseil l'a décidé."}
DEBATE: Final = {
    "title": "Quelle place pour les arbres ?",
    "description": "Dites-nous où planter.",
    "opens_at": rfc3339(NOW - DAY),
    "closes_at": rfc3339(NOW + DAY),
}
RULING: Final = {
    "measure": "hide",
    "reason": "charter",
    "reference": "Charte, article 4",
    "facts": "Le texte insulte une personne.",
    "explanation": "La charte exclut les insultes.",
}
BODIES: Final[Mapping[str, Any]] = {
    "request_code": {"email": "nouvelle@citoyens.example"},
    "sign_in": {"email": "nouvelle@citoyens.example", "code": "000000"},
    "change_me": {"locale": "fr"},
    "erase_me": {"mode": "erase"},
    "post_contribution": CONTRIBUTION,
    "post_argument": {"side": "pro", "body": "L'ombre rafraîchit la ville."},
    "post_source": {"title": "Une étude", "link": "https://etude.example/arbres"},
    "edit_post": {"body": "Un arbre dans chaque rue, sans exception."},
    "cast_vote": {"value": "agree"},
    "create_debate": DEBATE,
    "change_debate": {"description": "Dites-nous où planter, et quoi."},
    "publish_debate": {},
    "extend_period": {"closes_at": LATER, **REASON},
    "close_debate": REASON,
    "reopen_debate": {"closes_at": LATER, **REASON},
    "publish_response": {"body": "Le conseil **plantera** douze arbres."},
    "publish_outcome": {"body": "Douze contributions sur quinze sont retenues."},
    "make_participation_codes": {"count": 2, "note": "Lettres du quartier"},
    "redeem_participation_code": {"code": ""},
    "link_identity": {"provider": INSTANCE, "next": "/compte"},
    "add_identity_provider": identity_server().issuer("ville").config,
    "report_post": {"reason": "illegal", "text": "Ce texte menace une personne."},
    "send_notice": {"text": "Ce texte appelle à frapper une famille.", "good_faith": True},
    "decide_case": RULING,
    "decide_appeal": RULING | {"measure": "keep"},
    "lodge_appeal": {"text": "Cette phrase rapporte ce que tout le monde a entendu."},
    "lodge_participant_appeal": {"text": "Cette phrase rapporte ce que tout le monde a entendu."},
    "lodge_appeal_by_link": {"text": "Cette phrase rapporte ce que tout le monde a entendu."},
    "mark_notifications_read": {"ids": [NOBODY]},
    "mark_participant_notifications_read": {"ids": [NOBODY]},
    "add_member": {"email": "moderator@ville.example", "role": "moderator"},
    "create_key": {"name": "Site de la ville", "scopes": ["participation:write"]},
    "rotate_key": {"grace_hours": 1},
    "name_participant": {"name": "Camille"},
    "invite_member": {"email": "invitee@ville.example", "role": "moderator"},
    "name_first_administrator": {"email": "invitee@ville.example"},
    "accept_invitation": {"token": "no-such-invitation"},
    "create_organisation": {
        "slug": "ville-nouvelle",
        "name": "Ville nouvelle",
        "locale": "fr",
        "time_zone": "Europe/Paris",
    },
    "change_organisation": {"name": "Ville d'Exemple"},
    "set_logo": {"image": in_base64(png(240, 80)), "alt": "Blason de la ville"},
    "add_webhook": {"url": "https://www.ville.example/hooks", "events": ["contribution_posted"]},
    "rotate_webhook": {"overlap_hours": 1},
    "add_embed_origin": {"origin": "https://www.ville.example"},
}
"""The body of the good call of each operation that takes one."""

QUERIES: Final = {
    "find_posts": "reference=opinion:61",
    "list_providers": "organisation=ville-exemple",
    "finish_sign_in": "state=made-up&code=made-up",
    "listen_to_debate": "seconds=0",
}
