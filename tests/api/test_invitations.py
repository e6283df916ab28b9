"""A role offered by e-mail: to whom it goes, how long it holds, and what is kept of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from consultation.domain.actors import Role
from consultation.persistence.tables import invitations, people
from tests.api.mailbox import letters, text_of, token_in
from tests.api.refusals import RefusingMailer
from tests.api.worlds import World
from tests.builders import NOW, Caller, rfc3339

WEEK = timedelta(days=7)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Office:
    """An organisation of the test's own, seen by its administrator."""

    world: World
    slug: str
    administrator: Caller

    @property
    def path(self) -> str:
        return f"/organisations/{self.slug}/invitations"

    def invite(self, role: str = "moderator", email: str | None = None) -> tuple[dict[str, Any], str]:
        """A new invitation, and the token of its mail."""
        email = email or f"{self.world.name()}@ville.example"
        answer = self.administrator.post(self.path, {"email": email, "role": role})
        assert answer.status_code == 201, answer.text
        return answer.json(), token_in(letters(self.world, email.lower())[-1])

    def listed(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.administrator.get(self.path).json()["items"]
        return items

    def roles_of(self, caller: Caller) -> list[str]:
        own = caller.get("/me").json()["id"]
        members = self.administrator.get(f"/organisations/{self.slug}/members").json()["items"]
        return next((one["roles"] for one in members if one["id"] == own), [])


@pytest.fixture
def office(here: World) -> Office:
    slug, staff = here.organisation()
    return Office(here, slug, staff[Role.ADMINISTRATOR])


def someone(here: World) -> Caller:
    return here.town.citizen(here.name())


def accept(caller: Caller, token: str) -> Any:
    return caller.post("/invitations/acceptance", {"token": token})


def code_of(answer: Any) -> str | None:
    code: str | None = answer.json().get("code")
    return code


def test_whoever_holds_the_code_accepts_with_the_account_they_are_signed_in_with(
    here: World, office: Office
) -> None:
    invited, token = office.invite("organiser")
    person = someone(here)
    answer = accept(person, token)
    assert answer.status_code == 201
    assert answer.json() == {
        "organisation": {"slug": office.slug, "name": f"Ville {office.slug}"},
        "role": "organiser",
        "roles": ["organiser"],
    }
    assert office.roles_of(person) == ["organiser"]
    # It went to another address than the account's: nothing was merged, nothing made.
    assert person.get("/me").json()["email"] != invited["email"]
    rows = select(people.c.key).where(people.c.email == invited["email"])
    with here.services.database.reading() as connection:
        assert connection.execute(rows).all() == []


def test_an_account_with_the_invited_address_gets_nothing_that_it_does_not_accept(
    here: World, office: Office
) -> None:
    owner, other = someone(here), someone(here)
    _, token = office.invite(email=owner.get("/me").json()["email"])
    assert accept(other, token).status_code == 201
    assert office.roles_of(owner) == []
    assert office.roles_of(other) == ["moderator"]
    assert code_of(accept(owner, token)) == "invitation_unusable"


def test_a_code_serves_once_even_for_the_same_person(here: World, office: Office) -> None:
    _, token = office.invite()
    person = someone(here)
    assert accept(person, token).status_code == 201
    assert code_of(accept(person, token)) == "invitation_unusable"
    assert code_of(accept(someone(here), token)) == "invitation_unusable"


def test_a_role_is_added_to_those_one_has(here: World, office: Office) -> None:
    person = someone(here)
    offered = [office.invite(role)[1] for role in ("organiser", "moderator", "organiser")]
    told = [accept(person, token).json()["roles"] for token in offered]
    both = ["moderator", "organiser"]
    assert told == [["organiser"], both, both]
    assert office.roles_of(person) == both


def test_a_code_is_good_until_a_week_is_over_and_not_at_its_end(here: World, office: Office) -> None:
    invited, first = office.invite()
    _, second = office.invite()
    assert invited["expires_at"] == rfc3339(NOW + WEEK).replace("Z", ".000000Z")
    person = someone(here)
    here.clock.set(NOW + WEEK - TICK)
    assert accept(person, first).status_code == 201
    here.clock.set(NOW + WEEK)
    assert code_of(accept(person, second)) == "invitation_unusable"


def test_what_has_expired_is_not_shown_any_more(here: World, office: Office) -> None:
    pending, _ = office.invite()
    _, token = office.invite()
    accept(someone(here), token)
    assert [one["accepted_at"] is None for one in office.listed()] == [False, True]
    here.clock.set(NOW + WEEK)
    assert pending["id"] not in {one["id"] for one in office.listed()}
    assert len(office.listed()) == 1


def test_a_second_invitation_to_an_address_takes_the_place_of_the_first(here: World, office: Office) -> None:
    email = f"{here.name()}@ville.example"
    _, first = office.invite("moderator", email)
    again, second = office.invite("organiser", email.upper())
    assert [one["id"] for one in office.listed()] == [again["id"]]
    person = someone(here)
    assert code_of(accept(person, first)) == "invitation_unusable"
    assert accept(person, second).json()["roles"] == ["organiser"]
    # An accepted one stays in the list, and the address may be invited anew.
    office.invite("moderator", email)
    assert len(office.listed()) == 2


def test_a_revoked_invitation_is_worth_nothing(here: World, office: Office) -> None:
    invited, token = office.invite()
    path = f"{office.path}/{invited['id']}"
    assert office.administrator.delete(path).status_code == 204
    assert office.listed() == []
    assert code_of(accept(someone(here), token)) == "invitation_unusable"
    assert code_of(office.administrator.delete(path)) == "invitation_not_found"


def test_what_was_accepted_cannot_be_revoked(here: World, office: Office) -> None:
    invited, token = office.invite()
    accept(someone(here), token)
    answer = office.administrator.delete(f"{office.path}/{invited['id']}")
    assert code_of(answer) == "invitation_not_found"


def test_another_organisation_revokes_nothing_here(here: World, office: Office) -> None:
    invited, token = office.invite()
    slug, staff = here.organisation()
    answer = staff[Role.ADMINISTRATOR].delete(f"/organisations/{slug}/invitations/{invited['id']}")
    assert code_of(answer) == "invitation_not_found"
    assert staff[Role.ADMINISTRATOR].get(f"/organisations/{slug}/invitations").json()["items"] == []
    assert accept(someone(here), token).status_code == 201


def test_the_list_says_who_invited_and_who_accepted_and_forgets_the_address(
    here: World, office: Office
) -> None:
    office.administrator.patch("/me", {"name": "Mairie"})
    invited, token = office.invite()
    assert (invited["invited_by"], invited["accepted_by"]) == ("Mairie", None)
    assert office.listed() == [invited]
    person = someone(here)
    person.patch("/me", {"name": "Sami"})
    here.clock.step()
    accept(person, token)
    (accepted,) = office.listed()
    assert accepted["accepted_by"] == "Sami"
    assert accepted["accepted_at"] == rfc3339(here.clock()).replace("Z", ".000000Z")
    assert accepted["email"] is None


def test_the_database_keeps_a_digest_of_the_code_and_no_address_after_acceptance(
    here: World, office: Office
) -> None:
    invited, token = office.invite()
    row = select(invitations).order_by(invitations.c.key.desc()).limit(1)

    def stored() -> Any:
        with here.services.database.reading() as connection:
            return connection.execute(row).one()

    assert stored().token_digest == here.services.digests.token(token)
    assert token not in repr(stored())
    assert stored().email == invited["email"]
    accept(someone(here), token)
    assert (stored().token_digest, stored().email) == (None, None)


def test_no_answer_ever_bears_a_code(office: Office) -> None:
    email = f"{office.world.name()}@ville.example"
    answer = office.administrator.post(office.path, {"email": email, "role": "moderator"})
    token = token_in(letters(office.world, email)[-1])
    assert token not in answer.text
    assert token not in office.administrator.get(office.path).text


def test_a_repeated_call_invites_once_and_mails_once(here: World, office: Office) -> None:
    body = {"email": f"{here.name()}@ville.example", "role": "moderator"}
    key = here.name()
    answers = [office.administrator.post(office.path, body, Idempotency_Key=key) for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert len(letters(here, body["email"])) == len(office.listed()) == 1


def test_when_the_mail_cannot_leave_nothing_stays_and_the_same_call_may_be_made_again(
    here: World, office: Office
) -> None:
    body = {"email": f"{here.name()}@ville.example", "role": "moderator"}
    key = here.name()
    with here.kit(mailer=RefusingMailer()):
        answer = office.administrator.post(office.path, body, Idempotency_Key=key)
    assert (answer.status_code, code_of(answer)) == (503, "mail_unavailable")
    assert office.listed() == []
    assert office.administrator.post(office.path, body, Idempotency_Key=key).status_code == 201
    assert len(office.listed()) == len(letters(here, body["email"])) == 1


def test_an_address_that_fits_no_header_is_malformed_and_nothing_stays(office: Office) -> None:
    answer = office.administrator.post(office.path, {"email": "a@-b.example", "role": "moderator"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/email")
    assert office.listed() == []


def test_the_mail_speaks_the_language_of_the_account_or_else_of_the_organisation(
    here: World, office: Office
) -> None:
    person = someone(here)
    person.patch("/me", {"locale": "de"})
    known = person.get("/me").json()["email"]
    unknown = f"{here.name()}@ville.example"
    for email, language in ((known, "de"), (unknown, "nl")):
        office.invite("organiser", email)
        letter = letters(here, email)[-1]
        assert letter["Content-Language"] == language
        assert f"Ville {office.slug}" in text_of(letter)


def test_the_platform_names_the_first_administrator_and_no_second(here: World) -> None:
    platform, slug = here.platform_administrator(), here.orphan()
    path, email = f"/organisations/{slug}/first-administrators", f"{here.name()}@ville.example"
    assert platform.post(path, {"email": email}).json()["role"] == "administrator"
    # The first mail was lost, or the address was wrong: as long as there is none, once more.
    other = f"{here.name()}@ville.example"
    assert platform.post(path, {"email": other}).status_code == 201
    person = someone(here)
    assert accept(person, token_in(letters(here, other)[-1])).status_code == 201
    assert code_of(platform.post(path, {"email": email})) == "administrator_exists"
    # From here on the organisation sees to itself: what else the platform offered is void.
    assert code_of(accept(platform, token_in(letters(here, email)[-1]))) == "invitation_unusable"
    listed = person.get(f"/organisations/{slug}/invitations").json()["items"]
    assert [one["email"] for one in listed] == [None]
    assert code_of(platform.get(f"/organisations/{slug}/members")) == "not_permitted"


def test_who_was_dismissed_does_not_come_back_by_an_invitation_of_their_own(
    here: World, office: Office
) -> None:
    successor = someone(here)
    _, token = office.invite("administrator")
    assert accept(successor, token).status_code == 201
    invited, hidden = office.invite("administrator")
    members = f"/organisations/{office.slug}/members"
    dismissed = office.administrator.get("/me").json()["id"]
    assert successor.delete(f"{members}/{dismissed}").status_code == 200
    assert code_of(accept(office.administrator, hidden)) == "invitation_unusable"
    assert invited["id"] not in successor.get(office.path).text
