"""One's own account on pages: what is shown, changed, taken along and erased."""

import pytest

from tests.api.bodies import INSTANCE
from tests.api.browser import Browser, lose_secret, signed_in_at_instance, town_provider
from tests.api.worlds import World
from tests.builders import Caller, Town
from tests.identity_provider import identity_server
from tests.web.reader import Reader, address_of, links, words
from tests.web.sender import form_on, post, send, shown, went_to

PAGES = ("", "/posts", "/votes", "/notices", "/follows", "/sessions", "/identities", "/archive", "/erase")


@pytest.fixture
def caller(here: World, town: Town) -> Caller:
    return town.citizen(here.name())


@pytest.fixture
def camille(reader: Reader, caller: Caller) -> Reader:
    return reader.as_(caller)


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(reader: Reader, path: str) -> None:
    assert went_to(reader.get(f"/account{path}")) == f"/sign-in?next=/account{path}"
    assert went_to(reader.get(f"/de/account{path}")) == f"/de/sign-in?next=/de/account{path}"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_every_page_of_the_account_is_whole_and_kept_by_nobody(
    camille: Reader, path: str, language: str
) -> None:
    answer = camille.get(f"/{language}/account{path}")
    page = shown(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert len(page.all("h1")) == 1
    assert page.one("html").attributes["lang"] == language
    assert len(page.ids) == len(set(page.ids))
    here = [a for a in page.all("a") if a.attributes.get("aria-current") == "page"]
    assert [a.attributes["href"] for a in here] == [f"/{language}/account{path}"]


def test_name_and_language_are_changed(camille: Reader, caller: Caller) -> None:
    form = form_on(camille.get("/account"), "/account")
    place = went_to(send(camille, form.with_(name="  Camille   D. ", locale="nl")))
    assert place == "/account?done=account"
    account = caller.get("/me").json()
    assert (account["name"], account["locale"]) == ("Camille D.", "nl")
    assert camille.read(place).one("html").attributes["lang"] == "nl"


@pytest.mark.parametrize(
    ("name", "field"),
    [("", "name"), ("x" * 101, "name"), ("a\u202eb", "name")],
    ids=["none", "long", "override"],
)
def test_a_name_that_is_refused_comes_back(camille: Reader, caller: Caller, name: str, field: str) -> None:
    before = caller.get("/me").json()
    form = form_on(camille.get("/account"), "/account")
    answer = send(camille, form.with_(name=name))
    assert f"#field-{field}" in links(shown(answer, 422))
    assert form_on(answer, "/account", 422).values["name"] == name
    assert caller.get("/me").json() == before


def test_a_language_that_is_none_of_ours_is_refused(camille: Reader) -> None:
    form = form_on(camille.get("/account"), "/account")
    shown(send(camille, form.with_(locale="xx")), 422)


def test_own_posts_and_votes_are_listed_with_their_places(
    camille: Reader, caller: Caller, town: Town
) -> None:
    debate = town.debate(title="Où planter ?")
    address = address_of(camille.client, debate)
    number = town.contribution(debate, caller, title="Des tilleuls")
    gone = town.contribution(debate, caller)
    caller.post(f"/debates/{debate}/posts/{gone}/withdrawal")
    caller.put(f"/debates/{debate}/posts/{number}/vote", {"value": "mixed"})
    page = camille.read("/account/posts")
    assert f"{address}/{number}#post-{number}" in links(page)
    assert "Des tilleuls" in words(page)
    assert "Dans le débat «\u202fOù planter ?\u202f»" in page.one("main").text
    assert "texte retiré par vous" in words(page)
    page = camille.read("/account/votes")
    assert f"{address}/{number}#post-{number}" in links(page)
    assert "Mitigé" in words(page)
    assert "Des tilleuls" in words(page)


def test_nobody_sees_what_is_somebody_elses(reader: Reader, caller: Caller, town: Town) -> None:
    debate = town.debate()
    number = town.contribution(debate, caller)
    other = reader.as_(town.citizen("curieuse"))
    for path in ("/account/posts", "/account/votes"):
        assert f"#post-{number}" not in str(links(other.read(path)))


def test_a_long_list_goes_on_from_page_to_page(camille: Reader, caller: Caller, town: Town) -> None:
    debate = town.debate()
    numbers = {town.contribution(debate, caller) for _ in range(23)}
    path, seen = "/account/posts", set[int]()
    for _ in range(3):
        page = camille.read(path)
        seen |= {int(href.rpartition("-")[2]) for href in links(page) if "#post-" in href}
        following = [a for a in page.all("a") if a.attributes.get("rel") == "next"]
        if not following:
            break
        path = f"/account/posts{following[0].attributes['href']}"
    assert seen == numbers


def test_another_session_is_ended_and_this_one_stays(
    camille: Reader, here: World, caller: Caller, town: Town
) -> None:
    email = caller.get("/me").json()["email"]
    others = [town.sign_in(email), town.sign_in(email), town.sign_in(email)]
    form = form_on(camille.get("/account/sessions"), "/account/sessions")
    listed = caller.get("/me/sessions").json()["items"]
    one = next(session["id"] for session in listed if not session["current"])
    assert went_to(send(camille, form.with_(session=one))) == "/account/sessions?done=sessions"
    assert len(caller.get("/me/sessions").json()["items"]) == 3
    fresh = form_on(camille.get("/account/sessions"), "/account/sessions")
    went_to(send(camille, fresh.with_(session="others")))
    assert [session["current"] for session in caller.get("/me/sessions").json()["items"]] == [True]
    assert [other.get("/me").status_code for other in others] == [401, 401, 401]


def test_a_session_of_somebody_else_cannot_be_ended(camille: Reader, caller: Caller, town: Town) -> None:
    other = town.citizen("autre")
    theirs = other.get("/me/sessions").json()["items"][0]["id"]
    shown(post(camille, "/account/sessions", {"session": theirs}), 404)
    assert other.get("/me").status_code == 200
    shown(post(camille, "/account/sessions", {"session": "x"}), 422)


def test_linking_an_identity_leads_to_the_provider_by_a_link(camille: Reader) -> None:
    form = form_on(camille.get("/account/identities"), "/account/identities/link")
    answer = send(camille, form.with_(provider=INSTANCE))
    (go,) = [a for a in shown(answer).all("a") if "code_challenge=" in a.attributes.get("href", "")]
    assert go.attributes["rel"] == "nofollow"
    assert "sign-in=" in answer.headers["set-cookie"]


def test_a_link_to_a_provider_that_is_asked_for_twice_is_shown_twice(camille: Reader, here: World) -> None:
    form = form_on(camille.get("/account/identities"), "/account/identities/link")
    twice = form.with_(provider=INSTANCE, key=here.name())
    first, second = (
        [a.attributes["href"] for a in shown(send(camille, twice)).all("a") if "button" in str(a.attributes)]
        for _ in range(2)
    )
    assert first == second


def test_the_last_service_that_works_stays_and_one_that_is_gone_says_so(
    reader: Reader, here: World, town: Town
) -> None:
    browser, _ = signed_in_at_instance(town, here.name())
    issuer = identity_server().issuer()
    slug = town_provider(town, issuer)
    Browser(here.process.client).link(browser.session, slug, issuer)
    person, gone = reader.as_(browser.session), "Ce service n’existe plus ici"
    assert gone not in words(person.read("/account/identities"))
    town.administrator.delete(f"/organisations/ville-exemple/identity-providers/{slug}")
    assert words(person.read("/account/identities")).count(gone) == 1
    items = browser.session.get("/me/identities").json()["items"]
    works = next(one["id"] for one in items if one["provider"] == INSTANCE)
    refused = shown(post(person, "/account/identities", {"identity": works}), 409)
    assert "aucune façon de vous connecter qui fonctionne" in words(refused)


SET_UP_AGAIN = {
    "fr": "doit d’abord le configurer à nouveau",
    "nl": "moet hem eerst opnieuw instellen",
    "de": "muss ihn erst neu einrichten",
    "en": "has to set it up again first",
}


def test_a_service_whose_secret_cannot_be_read_says_so_and_the_one_that_works_stays(
    reader: Reader, here: World, town: Town
) -> None:
    browser, _ = signed_in_at_instance(town, here.name())
    issuer = identity_server().issuer()
    slug = town_provider(town, issuer)
    Browser(here.process.client).link(browser.session, slug, issuer)
    person = reader.as_(browser.session)
    assert SET_UP_AGAIN["fr"] not in words(person.read("/account/identities"))
    lose_secret(here, slug)
    for language, said in SET_UP_AGAIN.items():
        assert words(person.read(f"/{language}/account/identities")).count(said) == 1
    items = {one["provider"]: one["id"] for one in browser.session.get("/me/identities").json()["items"]}
    refused = shown(post(person, "/account/identities", {"identity": items[INSTANCE]}), 409)
    assert "aucune façon de vous connecter qui fonctionne" in words(refused)
    assert went_to(post(person, "/account/identities", {"identity": items[slug]}))


def test_an_unknown_provider_is_refused_on_the_page(camille: Reader) -> None:
    shown(post(camille, "/account/identities/link", {"provider": "personne"}), 404)
    shown(post(camille, "/account/identities", {"identity": "x"}), 422)


def test_the_archive_is_handed_over_in_both_forms(camille: Reader, caller: Caller) -> None:
    name = caller.get("/me").json()["name"]
    for form, media_type in (("html", "text/html; charset=utf-8"), ("json", "application/json")):
        answer = camille.get(f"/account/archive/{form}")
        assert answer.headers["content-type"] == media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="archive.{form}"'
        assert name in answer.text


@pytest.mark.parametrize("mode", ["unsigned", "erase"])
def test_an_account_is_erased_with_its_texts_or_without(
    camille: Reader, caller: Caller, town: Town, mode: str
) -> None:
    debate = town.debate()
    number = town.contribution(debate, caller)
    form = form_on(camille.get("/account/erase"), "/account/erase")
    answer = send(camille, form.with_(mode=mode, sure="yes"))
    assert "Votre compte est effacé" in words(shown(answer))
    assert 'session=""' in answer.headers["set-cookie"]
    assert caller.get("/me").status_code == 401
    found = town.anonymous.get(f"/debates/{debate}/posts/{number}")
    if mode == "erase":
        assert found.status_code == 410
    else:
        assert found.json()["author"]["name"] is None


def test_an_erasure_asks_for_a_choice_and_for_certainty(camille: Reader, caller: Caller) -> None:
    form = form_on(camille.get("/account/erase"), "/account/erase")
    assert "#field-mode" in links(shown(send(camille, form), 422))
    answer = send(camille, form.with_(mode="erase"))
    assert "#field-sure" in links(shown(answer, 422))
    assert form_on(answer, "/account/erase", 422).values["mode"] == "erase"
    assert caller.get("/me").status_code == 200


def test_an_erasure_with_an_old_session_waits_for_a_new_one(
    reader: Reader, here: World, caller: Caller, town: Town
) -> None:
    camille = reader.as_(caller)
    form = form_on(camille.get("/account/erase"), "/account/erase")
    here.clock.set(here.clock.now.replace(hour=13))
    answer = send(camille, form.with_(mode="erase", sure="yes"))
    page = shown(answer, 403)
    assert "date de plus de 15" in words(page)
    anew = reader.as_(town.sign_in(caller.get("/me").json()["email"]))
    resumed = form_on(send(anew, form_on(answer, "/sign-in/resume", 403)), "/account/erase")
    assert "Votre compte est effacé" in words(shown(send(anew, resumed)))
