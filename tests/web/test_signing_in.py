"""Signing in on pages; a form that waits for it is never lost."""

import pytest

from tests.api.bodies import INSTANCE
from tests.api.mailbox import code_in, letters
from tests.api.worlds import World
from tests.builders import Town
from tests.web.reader import Reader, address_of, words
from tests.web.sender import Filled, form_on, post, send, shown, went_to

TEXT = "Un arbre dans chaque rue qui n’en a pas encore,\r\net **deux** là où il y a la place."


@pytest.fixture
def debate(town: Town) -> str:
    return town.debate()


@pytest.fixture
def address(reader: Reader, debate: str) -> str:
    return address_of(reader.client, debate)


@pytest.fixture
def email(here: World) -> str:
    return f"{here.name()}@citoyens.example"


def contributions(town: Town, debate: str) -> int:
    return int(town.anonymous.get(f"/debates/{debate}").json()["counts"]["contributions"])


def cookie_of(answer: object) -> str:
    """The token of the session cookie that an answer sets."""
    set_cookie = answer.headers["set-cookie"]  # type: ignore[attr-defined]  # any response
    assert set_cookie.startswith("session=")
    assert "HttpOnly" in set_cookie
    assert "samesite=lax" in set_cookie.lower()
    return str(set_cookie.partition(";")[0].removeprefix("session="))


def asked(reader: Reader, form: Filled, email: str) -> Filled:
    """The second step, after the address was sent."""
    return form_on(send(reader, form.with_(email=email)), "/sign-in/code")


def test_a_code_signs_in_and_leads_back(reader: Reader, here: World, email: str, address: str) -> None:
    form = form_on(reader.get(f"/sign-in?next={address}"), "/sign-in")
    step = asked(reader, form, email)
    answer = send(reader, step.with_(code=code_in(letters(here, email)[-1])))
    assert went_to(answer) == address
    signed_in = Reader(reader.client, token=cookie_of(answer))
    assert "Nom et langue" in words(signed_in.read("/account"))


def test_a_code_with_spaces_is_taken(reader: Reader, here: World, email: str) -> None:
    step = asked(reader, form_on(reader.get("/sign-in"), "/sign-in"), email)
    code = code_in(letters(here, email)[-1])
    assert went_to(send(reader, step.with_(code=f" {code[:3]} {code[3:]} "))) == "/"


@pytest.mark.parametrize("wrong", ["", "personne", "a@b@c", "a\x00@b.example", "a" * 300 + "@b.example"])
def test_what_is_no_address_comes_back_as_it_was_typed(reader: Reader, wrong: str) -> None:
    form = form_on(reader.get("/sign-in"), "/sign-in")
    answer = send(reader, form.with_(email=wrong))
    page = shown(answer, 422)
    assert "adresse électronique complète" in words(page)
    assert "#field-email" in {link.attributes.get("href") for link in page.all("a")}


def test_a_wrong_code_says_how_many_tries_are_left(reader: Reader, here: World, email: str) -> None:
    step = asked(reader, form_on(reader.get("/sign-in"), "/sign-in"), email)
    code = code_in(letters(here, email)[-1])
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    answer = send(reader, step.with_(code=wrong))
    assert "il vous reste 4 essais" in words(shown(answer, 401))
    assert "www-authenticate" in answer.headers
    shown(send(reader, step.with_(code="12")), 422)
    again = form_on(answer, "/sign-in/code", 401)
    assert went_to(send(reader, again.with_(code=code))) == "/"


def test_a_text_written_without_signing_in_waits_and_is_sent_afterwards(
    reader: Reader, here: World, town: Town, debate: str, address: str, email: str
) -> None:
    form = form_on(reader.get(f"{address}/contribute"), "/contribute")
    answer = send(reader, form.with_(title="Des arbres", body=TEXT, theme="rues"))
    page = shown(answer, 401)
    assert "Ce que vous avez saisi est gardé" in words(page)
    assert TEXT.replace("\r\n", " ") in words(page)
    start = form_on(answer, "/sign-in", 401)
    step = asked(reader, start, email)
    answer = send(reader, step.with_(code=code_in(letters(here, email)[-1])))
    page = shown(answer)
    assert "Il ne reste qu’à envoyer" in words(page)
    assert contributions(town, debate) == 0
    resumed = form_on(answer, "/contribute")
    assert resumed.values["body"] == TEXT
    signed_in = Reader(reader.client, token=cookie_of(answer))
    first = went_to(send(signed_in, resumed))
    assert went_to(send(signed_in, resumed)) == first, "sent twice, posted once"
    assert contributions(town, debate) == 1


def test_a_waiting_text_can_be_edited_before_it_is_sent(
    reader: Reader, here: World, address: str, email: str
) -> None:
    form = form_on(reader.get(f"{address}/contribute"), "/contribute")
    start = form_on(send(reader, form.with_(title="Des arbres", body=TEXT)), "/sign-in", 401)
    answer = send(reader, asked(reader, start, email).with_(code=code_in(letters(here, email)[-1])))
    signed_in = Reader(reader.client, token=cookie_of(answer))
    edited = form_on(send(signed_in, form_on(answer, "/contribute").with_(intent="edit")), "/contribute")
    assert (edited.values["title"], edited.values["body"]) == ("Des arbres", TEXT)


def test_a_waiting_text_outlives_wrong_addresses_wrong_codes_and_a_second_code(
    reader: Reader, here: World, address: str, email: str
) -> None:
    form = form_on(reader.get(f"{address}/contribute"), "/contribute")
    start = form_on(send(reader, form.with_(title="Des arbres", body=TEXT)), "/sign-in", 401)
    start = form_on(send(reader, start.with_(email="personne")), "/sign-in", 422)
    step = asked(reader, start, email)
    answer = send(reader, step.with_(code="abc"))
    other = form_on(answer, "/sign-in", 422)
    step = form_on(send(reader, other), "/sign-in/code")
    answer = send(reader, step.with_(code=code_in(letters(here, email)[-1])))
    assert form_on(answer, "/contribute").values["body"] == TEXT


def test_a_session_that_ends_while_somebody_writes_costs_nothing(
    reader: Reader, town: Town, debate: str, address: str
) -> None:
    caller = town.citizen("interrompue")
    camille = reader.as_(caller)
    form = form_on(camille.get(f"{address}/contribute"), "/contribute")
    caller.delete("/auth/sessions/current")
    answer = send(camille, form.with_(title="Des arbres", body=TEXT))
    page = shown(answer, 401)
    assert "Votre connexion a pris fin" in words(page)
    # Signed in again in another tab, one goes on here.
    back = reader.as_(town.citizen("interrompue"))
    answer = send(back, form_on(answer, "/sign-in/resume", 401))
    resumed = form_on(answer, "/contribute")
    went_to(send(back, resumed))
    assert contributions(town, debate) == 1


def test_going_on_without_having_signed_in_keeps_the_text(reader: Reader, address: str) -> None:
    form = form_on(reader.get(f"{address}/contribute"), "/contribute")
    answer = send(reader, form.with_(title="Des arbres", body=TEXT))
    again = send(reader, form_on(answer, "/sign-in/resume", 401))
    assert TEXT.replace("\r\n", " ") in words(shown(again, 401))


def test_a_vote_waits_too(
    reader: Reader, here: World, town: Town, debate: str, address: str, email: str
) -> None:
    number = town.contribution(debate)
    answer = post(reader, f"{address}/{number}/vote", {"value": "mixed"})
    start = form_on(answer, "/sign-in", 401)
    answer = send(reader, asked(reader, start, email).with_(code=code_in(letters(here, email)[-1])))
    assert "Mitigé" in words(shown(answer))
    signed_in = Reader(reader.client, token=cookie_of(answer))
    went_to(send(signed_in, form_on(answer, "/vote")))
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["tally"]["mixed"] == 1


def test_no_word_of_a_waiting_text_and_no_address_stands_in_a_url(
    reader: Reader, here: World, address: str, email: str
) -> None:
    form = form_on(reader.get(f"{address}/contribute"), "/contribute")
    answer = send(reader, form.with_(title="Des arbres", body=TEXT))
    step = asked(reader, form_on(answer, "/sign-in", 401), email)
    answers = [answer, send(reader, step.with_(code=code_in(letters(here, email)[-1])))]
    for one in answers:
        for link in shown(one, one.status_code).all("a", "form"):
            place = link.attributes.get("href", link.attributes.get("action", ""))
            assert "arbre" not in place.replace(address, "")
            assert email.partition("@")[0] not in place


@pytest.mark.parametrize("kept", ["", "AAAA", "é", "Zm9yZ2Vk" * 20])
def test_a_forged_waiting_text_is_shown_to_nobody(reader: Reader, kept: str) -> None:
    page = shown(post(reader, "/sign-in/resume", {"kept": kept}), 422)
    assert "n’est plus lisible" in words(page)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a b"]
)
def test_signing_in_never_leads_to_another_site(reader: Reader, here: World, email: str, target: str) -> None:
    form = form_on(reader.get("/sign-in"), "/sign-in")
    step = asked(reader, form.with_(next=target), email)
    answer = send(reader, step.with_(code=code_in(letters(here, email)[-1]), next=target))
    assert went_to(answer) == "/"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code"])
def test_no_other_site_signs_its_visitor_in(reader: Reader, path: str) -> None:
    values = {"email": "a@b.example", "code": "123456"}
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}):
        answer = post(reader, path, values, **headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_an_old_browser_that_only_says_where_it_comes_from_signs_in(
    reader: Reader, here: World, email: str
) -> None:
    old = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
    values = {"email": email, "next": "/"}
    answer = reader.client.post("/sign-in", data=values, headers=old | {"Origin": "http://testserver"})
    assert answer.status_code == 200
    assert letters(here, email)
    null = reader.client.post("/sign-in", data=values, headers=old | {"Origin": "null"})
    assert null.status_code == 403


def test_signing_out_ends_the_session(reader: Reader, town: Town) -> None:
    caller = town.citizen("sortante")
    camille = reader.as_(caller)
    answer = send(camille, form_on(camille.get("/account"), "/sign-out"))
    assert "plus connecté" in words(shown(answer))
    assert 'session=""' in answer.headers["set-cookie"]
    assert caller.get("/me").status_code == 401
    assert went_to(camille.get("/account")) == "/sign-in?next=/account"


def test_a_provider_is_offered_beside_the_code_and_in_a_tab_of_its_own_while_a_text_waits(
    reader: Reader, address: str
) -> None:
    page = shown(reader.get(f"/sign-in?next={address}"))
    (start,) = [a for a in page.all("a") if f"/auth/oidc/{INSTANCE}/start" in a.attributes.get("href", "")]
    assert start.attributes["href"].endswith(f"?next={address}")
    form = form_on(reader.get(f"{address}/contribute"), "/contribute")
    page = shown(send(reader, form.with_(title="Des arbres", body=TEXT)), 401)
    (start,) = [a for a in page.all("a") if f"/auth/oidc/{INSTANCE}/start" in a.attributes.get("href", "")]
    assert start.attributes["target"] == "_blank"
    assert start.attributes["href"].endswith("?next=/sign-in/done")
    assert "nouvel onglet" in start.text
    assert "Fermez cet onglet" in words(reader.read("/sign-in/done"))


def test_the_field_that_no_person_sees_keeps_nobody_out_while_few_come(
    reader: Reader, here: World, email: str
) -> None:
    form = form_on(reader.get("/sign-in"), "/sign-in")
    assert form.values["website"] == ""
    shown(send(reader, form.with_(email=email, website="filled in by a browser that helps")))
    assert letters(here, email)
