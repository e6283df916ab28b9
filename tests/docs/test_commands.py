"""Every curl example of the reference page is carried out, and answers what its operation promises."""

import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from uuid import UUID

import pytest
from markupsafe import escape
from starlette.testclient import TestClient

from consultation.api.app import interface, openapi_bytes
from consultation.api.pages.book import Book
from consultation.application.organisations import add_organisation, give_role
from consultation.application.platform import add_platform_administrator
from consultation.bootstrap import Services
from consultation.domain.actors import Role
from tests.api.bodies import NOBODY
from tests.api.browser import Browser
from tests.api.operations import CODES, LISTENING
from tests.api.sending import dead_letter
from tests.builders import Caller, Town
from tests.docs.casework import case_for, held_by, link_for
from tests.docs.curl import UnknownOption, parse
from tests.docs.outline import parsed
from tests.identity_provider import identity_server
from tests.pictures import in_base64, png

ORGANISATION = "ville-exemple"
ORPHAN = "ville-orpheline"
"""An organisation to which nobody belongs yet."""
INSTANCE = "fournisseur-instance"
LOGOS = {"get_logo", "remove_logo"}


def declared() -> Iterator[tuple[str, Any]]:
    for methods in json.loads(openapi_bytes())["paths"].values():
        for operation in methods.values():
            yield operation["operationId"], operation


OPERATIONS = dict(declared())


@cache
def commands() -> dict[str, str]:
    """The example of each operation, as the page shows it."""
    app = interface()
    text = Book(app.openapi, openapi_bytes, "Consultation", "http://testserver").docs().body.decode()
    found = re.findall(r'<article aria-labelledby="([^"]+)">(.*?)</article>', text, re.DOTALL)
    return {
        name: parsed(article.rpartition("<h4>Example</h4>")[2]).one("code").text
        for name, article in found
        if name in OPERATIONS
    }


def split(command: str) -> list[str]:
    """The words of a command, which may go on behind a backslash at the end of a line."""
    return shlex.split(command.replace("\\\n", " "))


class Everybody:
    """One person who is all of it: author, organiser, moderator, administrator, also of the platform."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.batch: dict[str, Any] = {"batch": NOBODY}
        address = "toute@citoyens.example"
        self.caller = town.sign_in(address)

        def promote(tx: Any) -> str:
            for role in Role:
                give_role(tx, ORGANISATION, address, role)
            add_platform_administrator(tx, address, "fr")
            add_organisation(tx, ORPHAN, "Ville orpheline", "Europe/Paris", "fr")
            return "promoted"

        town.services.work.perform(promote)

        scopes = ["participation:write"]
        self.key = self.caller.post(
            f"/organisations/{ORGANISATION}/keys", {"name": "Site", "scopes": scopes}
        ).json()
        self.named = named = Caller(town.client, self.key["token"], "7f3a9c52e1")
        named.put(f"/organisations/{ORGANISATION}/participant", {"locale": "fr"})
        self.whose_texts_wait = {
            "withdraw_held_post": self.caller,
            "withdraw_participant_held_post": named,
        }

    def variables(self, name: str) -> dict[str, str]:
        """Values for the shell variables with which the example of an operation succeeds."""
        town = self.town
        if name in {"publish_debate", "get_draft", "change_debate"}:
            debate, number = town.draft(), 1
        elif name in CODES:
            debate, number = town.debate(participation={"code": True}), 1
            path = f"/debates/{debate}/participation-codes"
            self.batch = town.organiser.post(path, {"count": 1}).json()
        else:
            debate = town.debate()
            number = town.contribution(debate, self.caller)
        if name in {"reopen_debate", "publish_outcome"}:
            assert town.organiser.post(f"/debates/{debate}/closure", {"reason": "Fini."}).status_code == 201
        member = self.caller.get(f"/organisations/{ORGANISATION}/members").json()["items"][0]
        offer = {"email": "invitee@ville.example", "role": "moderator"}
        invitation = self.caller.post(f"/organisations/{ORGANISATION}/invitations", offer).json()["id"]
        origins = f"/organisations/{ORGANISATION}/embed-origins"
        origin = town.administrator.post(origins, {"origin": "https://ville.example"}).json()
        another = town.sign_in(self.caller.get("/me").json()["email"])
        (session,) = [one for one in another.get("/me/sessions").json()["items"] if one["current"]]
        etag = self.caller.get(f"/debates/{debate}/posts/{number}").headers.get("etag", "")
        case = case_for(name, town, self.named if name == "lodge_participant_appeal" else self.caller)
        return {
            "SERVICE": "http://testserver",
            "API": "http://testserver/api/v1",
            "DEBATE": debate,
            "NUMBER": str(number),
            "ORGANISATION": ORPHAN if name == "name_first_administrator" else ORGANISATION,
            "INVITATION": invitation,
            "TOKEN": str((town.citizen("partante") if name == "erase_me" else self.caller).token),
            "ETAG": etag,
            "PERSON": member["id"],
            "BATCH": str(self.batch["batch"]),
            "KEY": self.key["id"],
            "SECRET": self.key["token"],
            "CITIZEN": "7f3a9c52e1",
            "ORIGIN": origin["id"],
            "SESSION": session["id"],
            "ARCHIVE": ordered_archive(town.services, self.caller),
            "PROVIDER": self.provider(name),
            "IDENTITY": self.identity() if name == "unlink_identity" else "",
            "CASE": case,
            "HELD": held_by(self.whose_texts_wait[name], town) if name in self.whose_texts_wait else "",
            "JOB": dead_letter(town.services),
            "THEME": "rues",
            "LOGO": self.logo() if name in LOGOS else "",
            "LINK": link_for(name, case, town, self.caller),
            **self.endpoint(),
        } | ({"NUMBER": str(town.contribution(debate))} if name in {"report_post", "send_notice"} else {})

    def endpoint(self) -> dict[str, str]:
        """An endpoint for events, and one that was sent to it."""
        path = f"/organisations/{ORGANISATION}/webhooks"
        made = self.caller.post(path, {"url": "https://ville.example/evenements"}).json()
        sent = self.caller.post(f"{path}/{made['id']}/ping").json()
        return {"WEBHOOK": made["id"], "DELIVERY": sent["id"]}

    def logo(self) -> str:
        """The last part of the address of the organisation's logo."""
        body = {"image": in_base64(png(120, 40)), "alt": "Blason"}
        answer = self.caller.put(f"/organisations/{ORGANISATION}/logo", body)
        return str(answer.json()["logo"]["url"]).rpartition("/")[2]

    def provider(self, name: str) -> str:
        """An identity provider: of the instance, or one that the organisation may take away."""
        if name != "remove_identity_provider":
            return INSTANCE
        body = identity_server().issuer().config
        answer = self.caller.post(f"/organisations/{ORGANISATION}/identity-providers", body)
        return str(answer.json()["slug"])

    def identity(self) -> str:
        """An identity that the person has linked."""
        issuer = identity_server().issuer("instance")
        Browser(self.town.client).link(self.caller, INSTANCE, issuer)
        return str(self.caller.get("/me/identities").json()["items"][0]["id"])


def ordered_archive(services: Services, caller: Caller) -> str:
    """The id of an archive that was ordered as large ones are, and written to its end."""
    uid = UUID(caller.get("/me").json()["id"])

    def order(tx: Any) -> UUID:
        return services.archivist.order(tx, tx.erasing.by_uid(uid).key, "fr").uid

    ordered = services.work.perform(order)
    while services.archivist.write_next():
        pass
    return str(ordered)


def code_sent_to(town: Town, address: str) -> str:
    """The code of a mail that the service has just written into its folder."""
    asked = town.anonymous.post("/auth/codes", {"email": address})
    assert asked.status_code == 202
    return newest_code(town, "[0-9]{6}")


def newest_code(town: Town, form: str) -> str:
    """What stands alone on its line in the newest mail."""
    folder = town.services.settings.mail_url.get_secret_value().removeprefix("file://")
    newest = max(Path(folder).glob("*.eml"))
    found = re.search(rf"^ {{4}}({form})", newest.read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_example_of_an_operation_works(client: TestClient, town: Town, name: str) -> None:
    command = commands()[name]
    if name == "sign_in":
        command = command.replace("123456", code_sent_to(town, "camille@example.org"))
    headers = {}
    if name in {"add_identity_provider", "link_identity"}:
        command = command.replace("https://compte.ville.example", identity_server().issuer().url)
        command = command.replace('"franceconnect"', f'"{INSTANCE}"')
    if name == "finish_sign_in":
        browser = Browser(client)
        back = browser.go_to_provider(INSTANCE, identity_server().issuer("instance"))
        headers["Cookie"] = browser.cookie
        command = re.sub(r"\?[^\"]*", "?" + back.partition("?")[2], command)
    everybody = Everybody(town)
    variables = everybody.variables(name)
    if name == "accept_invitation":
        code = newest_code(town, "[A-Za-z0-9_-]{43}")
        command = re.sub(r'"token": "[^"]+"', f'"token": "{code}"', command)
    if name in LISTENING:  # it would go on for good
        command = command.replace("/events", "/events?seconds=0")
    if name == "redeem_participation_code":
        command = command.replace("K7M4P-9RWXT-3HDQG", everybody.batch["codes"][0])
    first, *words = split(command)
    assert first == "curl"
    request = parse([Template(word).substitute(variables) for word in words])
    answer = client.request(
        request.method, request.url, content=request.body, headers=request.headers | headers
    )
    promised = min(int(status) for status in OPERATIONS[name]["responses"])
    assert answer.status_code == promised, f"{command}\n{answer.text}"


def test_the_page_says_how_to_set_every_variable(client: TestClient) -> None:
    page = client.get("/docs").text
    assert all(escape(command) in page for command in commands().values())
    text = parsed(page).one("main").text
    used = {variable for command in commands().values() for variable in re.findall(r"\$([A-Z]+)", command)}
    assert used == set(re.findall(r"^([A-Z]+)=", text, re.MULTILINE))


def test_an_example_shows_the_body_that_the_document_has() -> None:
    shown = parse(split(commands()["create_debate"])[1:]).body
    schema = json.loads(openapi_bytes())["components"]["schemas"]["NewDebate"]
    assert json.loads(shown or "") == schema["examples"][0]


def test_the_stand_in_for_curl_knows_the_words_that_are_used() -> None:
    request = parse(
        shlex.split("""-s -i -X PUT -H "Authorization: Bearer a b" -o out --json '{"a": 1}' "http://x/y" """)
    )
    assert (request.method, request.url, request.body) == ("PUT", "http://x/y", '{"a": 1}')
    assert request.headers["Authorization"] == "Bearer a b"
    assert (request.include, request.output) == (True, "out")
    assert parse(["--json", "{}", "http://x"]).method == "POST"
    with pytest.raises(UnknownOption):
        parse(["--compressed", "http://x"])
