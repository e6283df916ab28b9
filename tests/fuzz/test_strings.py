"""Nasty strings in every place of every operation: never a server error, never an undeclared answer.

What is accepted reads back as `tidy` leaves it: line ends as newline, NFC, no white space around,
titles and names on one line; a link without white space around it. Nothing else is ever changed.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import reduce
from itertools import count
from operator import getitem
from typing import Any, Final
from urllib.parse import quote_from_bytes, urlsplit

import pytest

from consultation.api.app import openapi_bytes
from tests.fuzz.direct import Answer, Direct, directly
from tests.fuzz.ground import LEFT, Ground
from tests.fuzz.strings import NASTY, Place, places, put
from tests.identity_provider import identity_server
from tests.pictures import in_base64, png

DOCUMENT: Final = json.loads(openapi_bytes())
OPERATIONS: Final = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
_PERIOD: Final = {"opens_at": "2026-04-01T09:00:00Z", "closes_at": "2026-05-01T09:00:00Z"}
_REASON: Final = {"reason": "Beaucoup de monde veut encore écrire."}
_RULING: Final = {
    "measure": "hide",
    "reason": "charter",
    "reference": "Charte, article 4",
    "facts": "Le texte insulte une personne.",
    "explanation": "La charte exclut les insultes.",
}
FITTING: Final[dict[str, Any]] = {
    "request_code": {"email": "camille@citoyens.example"},
    "sign_in": {"email": "camille@citoyens.example", "code": "123456"},
    "change_me": {"name": "Camille"},
    "erase_me": {"mode": "unsigned"},
    "add_member": {"email": "dominique@ville.example", "role": "moderator"},
    "invite_member": {"email": "dominique@ville.example", "role": "moderator"},
    "name_first_administrator": {"email": "dominique@ville.example"},
    "accept_invitation": {"token": "3q2-7wEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJo"},
    "create_organisation": {
        "slug": "ville-nouvelle",
        "name": "Ville nouvelle",
        "locale": "fr",
        "time_zone": "Europe/Paris",
    },
    "change_organisation": {"name": "Ville d'Exemple"},
    "set_logo": {"image": in_base64(png(64, 64)), "alt": "Blason de la ville"},
    "make_participation_codes": {"count": 1, "note": "Lettres"},
    "redeem_participation_code": {"code": "K7M4P-9RWXT-3HDQG"},
    "add_embed_origin": {"origin": "https://www.ville.example"},
    "create_key": {"name": "Site de la ville", "scopes": ["exports"]},
    "rotate_key": {"grace_hours": 1},
    "name_participant": {"name": "Camille"},
    "create_debate": {
        "title": "Quelle place pour les arbres ?",
        "themes": [{"slug": "rues", "title": "Les rues"}],
        **_PERIOD,
    },
    "link_identity": {"provider": "nulle-part", "next": "/compte"},
    "add_identity_provider": {
        "slug": "compte-ville",
        "name": "Mon compte",
        "issuer": identity_server().issuer("fuzz").url,
        "client_id": "consultation",
        "client_secret": "a secret",
    },
    "change_debate": {"title": "Quelle place pour les arbres en ville ?"},
    "publish_debate": _REASON,
    "extend_period": {"closes_at": "2027-01-01T00:00:00Z", **_REASON},
    "close_debate": _REASON,
    "publish_response": {"body": "Le conseil plantera douze arbres."},
    "publish_outcome": {"body": "Douze contributions sont retenues."},
    "reopen_debate": {"closes_at": "2027-01-01T00:00:00Z", **_REASON},
    "post_contribution": {"title": "Planter des arbres", "body": "Un arbre dans chaque rue de la ville."},
    "post_argument": {"side": "pro", "body": "L'ombre rafraîchit la ville."},
    "post_source": {"title": "Étude", "link": "https://exemple.example/etude"},
    "edit_post": {"title": "Planter plus d'arbres"},
    "cast_vote": {"value": "agree"},
    "report_post": {"reason": "illegal", "text": "Ce texte menace une personne."},
    "send_notice": {"text": "Ce texte appelle à frapper une famille.", "good_faith": True},
    "decide_case": _RULING,
    "decide_appeal": _RULING,
    "lodge_appeal": {"text": "Cette phrase rapporte ce que tout le monde a entendu."},
    "lodge_participant_appeal": {"text": "Cette phrase rapporte ce que tout le monde a entendu."},
    "lodge_appeal_by_link": {"text": "Cette phrase rapporte ce que tout le monde a entendu."},
    "mark_notifications_read": {"ids": ["01900000-0000-7000-8000-000000000000"]},
    "mark_participant_notifications_read": {"ids": ["01900000-0000-7000-8000-000000000000"]},
    "add_webhook": {"url": "https://ville.example/evenements", "events": ["vote_cast"]},
    "rotate_webhook": {"overlap_hours": 1},
}
"""A body that fits, for every operation that takes one; the place under test is changed in it."""

# An empty segment, or a slash in one, makes it the path of another operation or of none.
ELSEWHERE: Final[dict[int, Any]] = {
    status: {"content": {"application/problem+json": {}}} for status in (404, 405)
}
LINES: Final = {"title", "name"}
TEXTS: Final = {"body", "note", "description", "link"}
WRITING_TEXTS: Final = {
    "create_debate",
    "change_debate",
    "post_contribution",
    "post_argument",
    "post_source",
    "edit_post",
    *("publish_response", "publish_outcome"),
    "change_me",
    "create_organisation",
    "change_organisation",
}


def test_every_operation_with_a_body_is_tried() -> None:
    assert {name for name, (_, _, operation) in OPERATIONS.items() if "requestBody" in operation} == set(
        FITTING
    )


AROUND: Final = {
    "body": {"a text": "Planter {} des arbres partout"},
    "email": {"a local part": "a{}b@citoyens.example", "a domain": "camille@a{}b.example"},
    "origin": {"a host": "https://a{}b.example"},
    "link": {"a path": "https://exemple.example/{}", "a host": "https://a{}b.example/etude"},
}
"""Ordinary values for a string to stand in, by the name of the member; texts when it has none here."""

AIMED_AT: Final = {
    "publish_debate": "unpublished",
    "close_debate": "ending",
    "reopen_debate": "closed",
    "publish_outcome": "closed",
}
"""The debate for operations after which a debate is no longer what it was."""


def variants(place: Place) -> Iterator[tuple[str, str]]:
    """The strings alone and, where a text may be long enough then, inside an ordinary one."""
    for name, nasty in NASTY.items():
        if place.kind == "body":
            yield name, nasty
            for inside, text in AROUND.get(str(place.pointer[-1]), AROUND["body"]).items():
                yield f"{name} in {inside}", text.format(nasty)
        elif place.kind != "header" or not re.search(r"[\x00-\x1f\x7f]", nasty):
            # Servers take no longer request line or header, and no control in a header.
            yield name, nasty[:5_000]


class Tried:
    """Calls of one operation with a string in one place."""

    def __init__(self, ground: Ground, name: str, direct: Direct) -> None:
        self._ground = ground
        self._direct = direct
        self._name = name
        self._method, self._path, self.operation = OPERATIONS[name]
        self._known = {
            "debate_id": ground.debates[AIMED_AT.get(name, "open")],
            "number": str(ground.numbers[1 if name == "withdraw_post" else 0]),
            "slug": LEFT if name == "leave_organisation" else "ville-exemple",
            "invitation": ground.person,
            "origin": ground.person,
            "session": ground.person,
            "digest": "0" * 64,
            "archive": ground.person,
            "batch": ground.person,
            "person": ground.person,
            "key": ground.person,
            "provider": "nulle-part",
            "identity": ground.person,
            **dict.fromkeys(("case_id", "held", "webhook", "delivery", "job"), ground.person),
            "theme": "rues",
            "token": "x" * 60,
        }
        self._token = ground.token()
        self._fresh = count(1)

    def places(self) -> list[Place]:
        """Where a string can go; on PostgreSQL what can reach it: the rest ends before, as on SQLite."""
        everywhere = places(self.operation, DOCUMENT)
        if self._ground.services.database.is_sqlite:
            return everywhere
        return [place for place in everywhere if place.kind in {"body", "query"}]

    def call(self, place: Place, value: str) -> Answer:
        """The answer, the string having been sent as it is."""
        raw = value.encode("utf-8", "surrogatepass")
        encoded = quote_from_bytes(raw, safe="")
        path = self._path
        for name, known in self._known.items():
            here = (place.kind, place.name) == ("path", name)
            path = path.replace(f"{{{name}}}", encoded if here else known)
        headers, body = self._headers(), b""
        if self._name in FITTING:
            fitting = FITTING[self._name]
            if self._name == "create_organisation":  # each is the first of its slug
                fitting = {**fitting, "slug": f"ville-{next(self._fresh)}"}
            # Written with escapes, in which JSON can say what UTF-8 cannot: lone surrogates.
            body = json.dumps(
                put(fitting, place.pointer, value) if place.kind == "body" else fitting
            ).encode()
            headers.append((b"content-type", b"application/json"))
        if place.kind == "header":
            headers.append((place.name.lower().encode(), raw))
        query = f"{place.name}={encoded}" if place.kind == "query" else ""
        return self._direct.call(self._method, path, query, headers, body)

    def read(self, location: str) -> Answer:
        """What an author or organiser reads at an address that an answer named."""
        path = urlsplit(location).path
        if self._name == "create_debate":
            path += "/draft"
        return self._direct.call("GET", path, headers=self._headers())

    def _headers(self) -> list[tuple[bytes, bytes]]:
        if self._name.startswith("sign_out"):
            self._token = self._ground.token()
        return [(b"authorization", f"Bearer {self._token}".encode())]

    def fault(self, place: Place, value: str, answer: Answer) -> str | None:
        """What is wrong with an answer as such."""
        declared = self.operation["responses"].get(str(answer.status))
        if place.kind == "path" and (not value or "/" in value):
            declared = ELSEWHERE.get(answer.status)
        if answer.status >= 500 or declared is None:
            return f"answered {answer.status}: {answer.body[:200]!r}"
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        if answer.body and media_type not in {one.partition(";")[0] for one in declared["content"]}:
            return f"answered {answer.status} as {media_type}"
        return None


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_string_breaks_an_operation(shared_ground: Ground, name: str) -> None:
    faults = []
    accepted = 0
    with directly(shared_ground.app) as direct:
        tried = Tried(shared_ground, name, direct)
        for place in tried.places():
            for what, value in variants(place):
                answer = tried.call(place, value)
                fault = tried.fault(place, value, answer)
                if answer.status < 300 and place.kind == "body":
                    accepted += 1
                    fault = fault or changed(tried, answer, place, value)
                if fault is not None:
                    faults.append(f"{what} as {place}: {fault}")
    assert faults == []
    assert accepted or name not in WRITING_TEXTS


def tidied(field: str, value: str) -> str:
    if field == "link":
        return value.strip()
    text = unicodedata.normalize("NFC", re.sub("\r\n?|\x85", "\n", value)).strip()
    return re.sub(r"\s+", " ", text) if field in LINES else text


def changed(tried: Tried, answer: Answer, place: Place, value: str) -> str | None:
    """How a text that was accepted reads back as another than it should."""
    field = str(place.pointer[-1])
    if field not in LINES | TEXTS:
        return None
    documents = [answer.json()]
    if "location" in answer.headers:
        documents.append(tried.read(answer.headers["location"]).json())
    for document in documents:
        read = reduce(getitem, place.pointer, document)
        if (read or "") != tidied(field, value):
            return f"reads back as {read!r:.200}"
    return None
