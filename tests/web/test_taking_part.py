"""Contribute, argue, add a source, edit, withdraw, vote and report, without script."""

from typing import Any

import pytest

from tests.api.worlds import World
from tests.builders import CLOSES_AT, Town
from tests.web.reader import Reader, address_of, links, words
from tests.web.sender import form_on, post, send, shown, went_to

TEXT = "Un arbre dans chaque rue qui n’en a pas encore,\r\net **deux** là où il y a la place."


@pytest.fixture
def debate(town: Town) -> str:
    return town.debate()


@pytest.fixture
def address(reader: Reader, debate: str) -> str:
    return address_of(reader.client, debate)


@pytest.fixture
def camille(reader: Reader, town: Town) -> Reader:
    return reader.as_(town.citizen())


def posts(town: Town, debate: str) -> dict[str, Any]:
    found: dict[str, Any] = town.anonymous.get(f"/debates/{debate}").json()["counts"]
    return found


def test_a_contribution_is_published_and_its_page_says_so(
    camille: Reader, town: Town, debate: str, address: str
) -> None:
    form = form_on(camille.get(f"{address}/contribute"), "/contribute")
    place = went_to(send(camille, form.with_(title="Des arbres", body=TEXT, theme="rues")))
    number = place.partition("?")[0].rpartition("/")[2]
    assert place == f"{address}/{number}?done=contribution#post-{number}"
    page = camille.read(place)
    assert f"elle porte le numéro #{number}" in words(page)
    found = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()
    assert (found["title"], found["theme"]) == ("Des arbres", "rues")
    assert found["body"] == TEXT.replace("\r\n", "\n")


@pytest.mark.parametrize("side", ["pro", "contra"])
def test_an_argument_is_published_on_the_side_that_was_chosen(
    camille: Reader, town: Town, debate: str, address: str, side: str
) -> None:
    number = town.contribution(debate)
    form = form_on(camille.get(f"{address}/{number}/argue?side={side}"), "/argue")
    assert form.values["side"] == side
    place = went_to(send(camille, form.with_(body="L’ombre rafraîchit la ville.")))
    argument = place.partition("?")[0].rpartition("/")[2]
    found = town.anonymous.get(f"/debates/{debate}/posts/{argument}").json()
    assert (found["side"], found["contribution"]) == (side, number)


def test_a_source_is_published_with_its_note(camille: Reader, town: Town, debate: str, address: str) -> None:
    number = town.contribution(debate)
    form = form_on(camille.get(f"{address}/{number}"), "/source")
    given = form.with_(title="Arbres et chaleur", link=" https://example.org/arbres ", note="Page **12**.")
    place = went_to(send(camille, given))
    source = place.partition("?")[0].rpartition("/")[2]
    found = town.anonymous.get(f"/debates/{debate}/posts/{source}").json()
    assert (found["title"], found["link"], found["note"]) == (
        "Arbres et chaleur",
        "https://example.org/arbres",
        "Page **12**.",
    )


def test_a_refused_form_comes_back_with_every_character_and_leads_to_the_field(
    camille: Reader, town: Town, debate: str, address: str
) -> None:
    form = form_on(camille.get(f"{address}/contribute"), "/contribute")
    typed = {"title": "Non", "body": TEXT, "theme": "parcs"}
    answer = send(camille, form.with_(**typed))
    page = shown(answer, 422)
    again = form_on(answer, "/contribute", 422)
    assert {name: again.values[name] for name in typed} == typed
    assert again.values["key"] == form.values["key"]
    (summary,) = [one for one in page.elements if one.attributes.get("id") == "summary"]
    assert "autofocus" in summary.attributes
    assert "#field-title" in {link.attributes.get("href") for link in page.all("a")}
    (field,) = [one for one in page.all("input") if one.attributes.get("id") == "field-title"]
    assert field.attributes["aria-invalid"] == "true"
    described = field.attributes["aria-describedby"].split()
    assert set(described) <= set(page.ids)
    assert page.one("title").text.startswith("Erreur – ")
    assert posts(town, debate)["contributions"] == 0


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"title": "Des arbres", "body": "a\x00" + TEXT}, "body"),
        ({"title": "Des arbres", "body": "court"}, "body"),
        ({"title": "Des arbres", "body": "x" * 30_001}, "body"),
        ({"title": "\u202eDes arbres", "body": TEXT}, "title"),
        ({"title": "Des arbres", "body": TEXT, "theme": "inconnu"}, None),
    ],
    ids=["NUL", "short", "long", "override", "theme"],
)
def test_what_the_interface_refuses_the_form_refuses(
    camille: Reader, address: str, typed: dict[str, str], field: str | None
) -> None:
    form = form_on(camille.get(f"{address}/contribute"), "/contribute")
    page = shown(send(camille, form.with_(**typed)), 422)
    led = {link.attributes.get("href") for link in page.all("a")}
    assert field is None or f"#field-{field}" in led


def test_a_form_that_is_sent_twice_gives_one_post(
    camille: Reader, town: Town, debate: str, address: str
) -> None:
    form = form_on(camille.get(f"{address}/contribute"), "/contribute").with_(title="Des arbres", body=TEXT)
    first, second = send(camille, form), send(camille, form)
    assert went_to(first) == went_to(second)
    assert posts(town, debate)["contributions"] == 1


def test_the_back_button_after_sending_and_another_text_says_what_happened_and_loses_nothing(
    camille: Reader, town: Town, debate: str, address: str
) -> None:
    form = form_on(camille.get(f"{address}/contribute"), "/contribute").with_(title="Des arbres", body=TEXT)
    send(camille, form)
    other = "Une fontaine au milieu de la place, pour les jours de grande chaleur."
    answer = send(camille, form.with_(title="Une fontaine", body=other))
    assert "Ce formulaire a déjà été envoyé" in words(shown(answer, 422))
    again = form_on(answer, "/contribute", 422)
    assert (again.values["title"], again.values["body"]) == ("Une fontaine", other)
    went_to(send(camille, again))
    assert posts(town, debate)["contributions"] == 2


def test_a_preview_shows_the_text_as_it_would_stand_and_publishes_nothing(
    camille: Reader, town: Town, debate: str, address: str
) -> None:
    form = form_on(camille.get(f"{address}/contribute"), "/contribute")
    script = TEXT + " <script>alert(1)</script>"
    answer = send(camille, form.with_(title="Des arbres", body=script, intent="preview"))
    page = shown(answer)
    assert "deux" in [strong.text for strong in page.all("strong")]
    assert "alert" not in [one.text for one in page.all("script")]
    assert form_on(answer, "/contribute").values["body"] == script
    assert posts(town, debate)["contributions"] == 0


def test_a_form_that_comes_a_second_too_late_gives_the_text_back_and_says_when_it_closed(
    camille: Reader, here: World, town: Town, debate: str, address: str
) -> None:
    form = form_on(camille.get(f"{address}/contribute"), "/contribute")
    here.clock.set(CLOSES_AT)
    answer = send(camille, form.with_(title="Des arbres", body=TEXT))
    page = shown(answer, 409)
    copies = {one.attributes["id"]: one.text for one in page.all("textarea")}
    assert copies["copy-body"].removeprefix("\n") == TEXT
    assert copies["copy-title"].removeprefix("\n") == "Des arbres"
    assert "mardi 31 mars 2026 à 18:00" in words(page)
    assert "Votre texte n’a pas pu être publié" in words(page)
    assert posts(town, debate)["contributions"] == 0


def test_in_a_closed_debate_a_sentence_stands_where_the_form_was(
    camille: Reader, here: World, town: Town, debate: str, address: str
) -> None:
    number = town.contribution(debate)
    here.clock.set(CLOSES_AT)
    for path in ("contribute", f"{number}/argue", f"{number}/source", f"{number}/edit", f"{number}/vote"):
        page = camille.read(f"{address}/{path}")
        assert "La consultation est fermée" in words(page)
        assert page.all("textarea") == []


def test_a_vote_is_cast_changed_and_taken_back(
    camille: Reader, town: Town, debate: str, address: str
) -> None:
    number = town.contribution(debate)
    path = f"{address}/{number}/vote"

    def tally() -> dict[str, int]:
        found: dict[str, int] = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["tally"]
        return found

    assert went_to(post(camille, path, {"value": "agree"})) == f"{address}/{number}?done=vote#post-{number}"
    assert tally()["agree"] == 1
    page = camille.read(f"{address}/{number}")
    pressed = [one for one in page.all("button") if one.attributes.get("aria-pressed") == "true"]
    assert [one.attributes["value"] for one in pressed] == ["agree"]
    went_to(post(camille, path, {"value": "disagree"}))
    assert (tally()["agree"], tally()["disagree"]) == (0, 1)
    went_to(post(camille, path, {"value": "none"}))
    assert tally()["disagree"] == 0


def test_an_argument_is_supported(camille: Reader, town: Town, debate: str, address: str) -> None:
    number = town.contribution(debate)
    argument = town.argument(debate, number)
    went_to(post(camille, f"{address}/{argument}/vote", {"value": "support"}))
    assert town.anonymous.get(f"/debates/{debate}/posts/{argument}").json()["support"] == 1


def test_a_vote_without_a_value_is_asked_for_one(
    camille: Reader, town: Town, debate: str, address: str
) -> None:
    number = town.contribution(debate)
    page = shown(post(camille, f"{address}/{number}/vote", {"value": "yes"}), 422)
    assert "Choisissez une des réponses." in words(page)


def test_an_author_edits_and_the_earlier_text_stays(
    reader: Reader, town: Town, debate: str, address: str
) -> None:
    author = town.citizen("autrice")
    number = town.contribution(debate, author, title="Des arbres", theme="rues")
    camille = reader.as_(author)
    form = form_on(camille.get(f"{address}/{number}/edit"), "/edit")
    assert (form.values["title"], form.values["theme"]) == ("Des arbres", "rues")
    place = went_to(send(camille, form.with_(title="Des tilleuls", theme="")))
    assert place == f"{address}/{number}?done=edit#post-{number}"
    found = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()
    assert (found["title"], found["theme"], found["revision"]) == ("Des tilleuls", None, 2)


def test_an_argument_and_a_source_are_edited_in_forms_of_their_own(
    reader: Reader, town: Town, debate: str, address: str
) -> None:
    author = town.citizen("autrice")
    number = town.contribution(debate)
    argument = town.argument(debate, number, caller=author)
    told = {"title": "Arbres et chaleur", "link": "https://example.org/arbres"}
    added = author.post(f"/debates/{debate}/contributions/{number}/sources", told).json()
    source = added["number"]
    camille = reader.as_(author)
    form = form_on(camille.get(f"{address}/{argument}/edit"), "/edit")
    went_to(send(camille, form.with_(body="L’ombre, **vraiment**.")))
    assert town.anonymous.get(f"/debates/{debate}/posts/{argument}").json()["body"].startswith("L’ombre, ")
    form = form_on(camille.get(f"{address}/{source}/edit"), "/edit")
    assert form.values["link"] == "https://example.org/arbres"
    went_to(send(camille, form.with_(link="https://example.org/ombre", note="Page 3.")))
    found = town.anonymous.get(f"/debates/{debate}/posts/{source}").json()
    assert (found["link"], found["note"]) == ("https://example.org/ombre", "Page 3.")


def test_a_form_of_a_post_that_is_gone_says_so(reader: Reader, town: Town, debate: str, address: str) -> None:
    author = town.citizen("autrice")
    number = town.contribution(debate, author)
    author.post(f"/debates/{debate}/posts/{number}/withdrawal")
    camille = reader.as_(author)
    for path in ("argue", "source", "edit", "withdraw", "vote", "report"):
        page = camille.read(f"{address}/{number}/{path}")
        assert page.all("textarea") == []
    answer = post(camille, f"{address}/{number}/argue", {"side": "pro", "body": "Un argument trop tard."})
    assert "Un argument trop tard." in words(shown(answer, 410))


def test_a_text_that_was_edited_in_another_tab_meanwhile_is_shown_beside_ones_own(
    reader: Reader, town: Town, debate: str, address: str
) -> None:
    author = town.citizen("autrice")
    number = town.contribution(debate, author)
    camille = reader.as_(author)
    one = form_on(camille.get(f"{address}/{number}/edit"), "/edit")
    other = form_on(camille.get(f"{address}/{number}/edit"), "/edit")
    went_to(send(camille, one.with_(title="Le titre de l’autre onglet")))
    answer = send(camille, other.with_(title="Mon titre à moi"))
    page = shown(answer, 412)
    assert "Le titre de l’autre onglet" in words(page)
    again = form_on(answer, "/edit", 412)
    assert again.values["title"] == "Mon titre à moi"
    went_to(send(camille, again))
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["title"] == "Mon titre à moi"


@pytest.mark.parametrize("act", ["edit", "withdraw"])
def test_nobody_edits_or_withdraws_what_somebody_else_wrote(
    camille: Reader, town: Town, debate: str, address: str, act: str
) -> None:
    number = town.contribution(debate, town.citizen("autrice"))
    assert "n’est pas de vous" in words(camille.read(f"{address}/{number}/{act}"))
    values = {"kind": "contribution", "title": "Volé, ce titre", "body": TEXT}
    shown(post(camille, f"{address}/{number}/{act}", values), 403)
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["revision"] == 1


def test_withdrawing_leaves_a_tombstone(reader: Reader, town: Town, debate: str, address: str) -> None:
    author = town.citizen("autrice")
    number = town.contribution(debate, author)
    camille = reader.as_(author)
    form = form_on(camille.get(f"{address}/{number}/withdraw"), "/withdraw")
    assert went_to(send(camille, form)) == f"{address}/{number}?done=withdrawal#post-{number}"
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").status_code == 410


def test_a_report_opens_a_case_in_a_closed_debate_too(
    camille: Reader, here: World, town: Town, debate: str, address: str
) -> None:
    number = town.contribution(debate, town.citizen("autrice"))
    here.clock.set(CLOSES_AT)
    form = form_on(camille.get(f"{address}/{number}/report"), "/report")
    place = went_to(send(camille, form.with_(reason="charter", text="Une insulte.")))
    assert "signalement est enregistré" in words(camille.read(place))
    answer = send(camille, form_on(camille.get(f"{address}/{number}/report"), "/report").with_(reason="spam"))
    shown(answer, 409)


def test_a_debate_that_asks_for_a_code_leads_to_the_page_that_takes_it(camille: Reader, town: Town) -> None:
    debate = town.debate(participation={"code": True})
    address = address_of(camille.client, debate)
    (code,) = town.codes(debate)["codes"]
    page = camille.read(f"{address}/contribute")
    assert f"{address}/code" in links(page)
    assert page.all("textarea") == []
    answer = post(camille, f"{address}/contribute", {"title": "Des arbres", "body": TEXT})
    shown(answer, 403)
    form = form_on(camille.get(f"{address}/code"), "/code")
    page = shown(send(camille, form.with_(code="XXXX")), 422)
    assert "#field-code" in links(page), "what is wrong is said at the field"
    assert went_to(send(camille, form.with_(code=code.lower()))) == f"{address}?done=code"
    form = form_on(camille.get(f"{address}/contribute"), "/contribute")
    went_to(send(camille, form.with_(title="Des arbres", body=TEXT)))


def test_as_what_one_speaks_is_asked_where_the_debate_asks(camille: Reader, town: Town) -> None:
    asks = {"capacities": ["citizen", "association"], "capacity_required": True}
    debate = town.debate(participation=asks)
    address = address_of(camille.client, debate)
    form = form_on(camille.get(f"{address}/contribute"), "/contribute").with_(title="Des arbres", body=TEXT)
    assert "#field-capacity" in links(shown(send(camille, form), 422))
    place = went_to(send(camille, form.with_(capacity="association")))
    number = place.partition("?")[0].rpartition("/")[2]
    found = town.anonymous.get(f"/debates/{debate}/posts/{number}").json()
    assert found["author"]["capacity"] == "association"
    again = form_on(camille.get(f"{address}/contribute"), "/contribute")
    assert again.values["capacity"] == "association", "as last time"


def test_a_text_bears_the_language_that_its_author_writes_in(
    camille: Reader, town: Town, debate: str, address: str
) -> None:
    assert "lang" not in form_on(camille.get(f"/fr{address}/contribute"), "/contribute").values
    form = form_on(camille.get(f"/nl{address}/contribute"), "/contribute")
    assert form.values["lang"] == "nl"
    place = went_to(send(camille, form.with_(title="Bomen planten", body="Een boom in elke straat, graag.")))
    number = place.partition("?")[0].rpartition("/")[2]
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["lang"] == "nl"
    form = form_on(camille.get(f"/nl{address}/{number}/argue?side=pro"), "/argue")
    argument = went_to(send(camille, form.with_(body="Oui, mais en français.", lang="fr")))
    number = argument.partition("?")[0].rpartition("/")[2]
    assert town.anonymous.get(f"/debates/{debate}/posts/{number}").json()["lang"] == "fr"


@pytest.mark.parametrize("prefix", ["/fr", "/nl", "/de", "/en"])
def test_the_language_of_the_address_stays_through_a_form(camille: Reader, address: str, prefix: str) -> None:
    form = form_on(camille.get(f"{prefix}{address}/contribute"), "/contribute")
    assert form.action == f"{prefix}{address}/contribute"
    refused = shown(send(camille, form.with_(title="x", body="y")), 422)
    assert refused.one("html").attributes["lang"] == prefix[1:]
    assert went_to(send(camille, form.with_(title="Des arbres", body=TEXT))).startswith(f"{prefix}/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://testserver"},
    ],
)
def test_no_form_of_another_site_acts_with_the_cookie_of_its_visitor(
    camille: Reader, town: Town, debate: str, address: str, headers: dict[str, str]
) -> None:
    number = town.contribution(debate)
    for path, values in (
        ("contribute", {"title": "Des arbres", "body": TEXT}),
        (f"{number}/vote", {"value": "agree"}),
        (f"{number}/argue", {"side": "pro", "body": "Un argument d’ailleurs."}),
    ):
        assert post(camille, f"{address}/{path}", values, **headers).status_code == 403
    assert posts(town, debate) | {"participants": 0} == posts(town, debate) | {
        "contributions": 1,
        "arguments_pro": 0,
        "votes": 0,
        "participants": 0,
    }
