"""Home, organisation, debate and thread, as somebody reads them who is not signed in."""

import pytest

from consultation.localisation.languages import Language
from tests.api.worlds import World
from tests.builders import CLOSES_AT, Town
from tests.docs.outline import parsed
from tests.web.reader import Reader, address_of, links, words


@pytest.fixture
def debate(town: Town) -> str:
    return town.debate(title="Faut-il <script>alert(1)</script> planter ?")


def test_home_leads_to_the_organisation_and_to_its_open_debates(reader: Reader, debate: str) -> None:
    page = reader.read("/")
    found = links(page)
    address = address_of(reader.client, debate)
    assert found[address] == "Faut-il <script>alert(1)</script> planter\u00a0?"
    assert "/ville-exemple" in found
    assert "Ouvert jusqu’au mardi 31 mars 2026 à 18:00" in words(page)
    assert page.all("script") == []


def test_a_debate_that_is_searched_for_is_found_and_another_word_finds_nothing(
    reader: Reader, town: Town
) -> None:
    address = address_of(reader.client, town.debate(title="Les hirondelles du clocher"))
    assert address in links(reader.read("/?q=hirondelle"))
    assert address in links(reader.read("/ville-exemple?q=hirondelle"))
    assert "Rien ne correspond" in words(reader.read("/?q=zeppelin"))


def test_a_draft_has_no_page(reader: Reader, town: Town) -> None:
    town.draft(title="Encore un brouillon", slug="encore-un-brouillon")
    page = reader.read("/ville-exemple/encore-un-brouillon", 404)
    assert "brouillon" not in words(page)


def test_the_page_of_a_debate_shows_its_contributions_and_leads_to_them(
    reader: Reader, town: Town, debate: str
) -> None:
    number = town.contribution(debate, title="Des bancs", body="Un **banc** sous chaque arbre, au moins.")
    page = reader.read(address_of(reader.client, debate))
    assert links(page)[f"{address_of(reader.client, debate)}/{number}"] in {"Des bancs", f"#{number}"}
    assert "Un banc sous chaque arbre, au moins." in words(page)
    assert "1 contribution" in words(page)


def test_any_number_of_the_series_is_an_address(reader: Reader, town: Town, debate: str) -> None:
    number = town.contribution(debate)
    argument = town.argument(debate, number, side="contra")
    address = address_of(reader.client, debate)
    page = reader.read(f"{address}/{argument}")
    assert f"post-{argument}" in page.ids
    marked = [one for one in page.all("article") if one.attributes.get("aria-current") == "true"]
    assert [one.attributes["id"] for one in marked] == [f"post-{argument}"]
    assert "Aucun argument pour" in words(page)
    assert "1 argument contre" in words(page)
    assert "Aucune source déposée" in words(page)
    assert reader.get(f"{address}/{argument + 1}").status_code == 404


def test_whoever_looked_at_one_side_finds_back_to_both(reader: Reader, town: Town, debate: str) -> None:
    number = town.contribution(debate)
    for side in ("pro", "contra"):
        town.argument(debate, number, side)
    address = f"{address_of(reader.client, debate)}/{number}/arguments"
    assert "Pour" not in words(reader.read(f"{address}?side=contra"), "section")
    both = reader.read(f"{address}?side=&sort=newest")
    assert len(both.all("article")) == 2
    (every_side,) = [one for one in both.all("option") if one.attributes["value"] == ""]
    assert "disabled" not in every_side.attributes, "else the browser would choose a side by itself"


def test_a_closed_debate_says_so_at_the_top_and_where_each_form_would_be(
    reader: Reader, here: World, town: Town, debate: str
) -> None:
    number = town.contribution(debate)
    here.clock.set(CLOSES_AT)
    page = reader.read(f"{address_of(reader.client, debate)}/{number}")
    said = words(page)
    notice = "La période de participation est maintenant fermée. Merci à tous d'avoir participé."
    assert said.startswith(notice)
    assert said.count("La consultation est fermée") == 3


@pytest.mark.parametrize("language", Language)
def test_every_page_says_its_language_and_leads_to_the_others(
    reader: Reader, debate: str, language: Language
) -> None:
    address = address_of(reader.client, debate)
    for path in ("", address, "/accessibility"):
        page = reader.read(f"/{language.value}{path}")
        assert page.one("html").attributes["lang"] == language
        found = links(page)
        assert {f"/{other.value}{path}" for other in Language} <= set(found)
        assert f"/{language.value}/privacy" in found
        wished = reader.wishing(language.value).read(path or "/")
        assert wished.one("html").attributes["lang"] == language


def test_without_a_wish_a_debate_is_shown_in_its_own_language(reader: Reader, debate: str) -> None:
    page = reader.wishing("it").read(address_of(reader.client, debate))
    assert page.one("html").attributes["lang"] == "fr"


def test_without_a_wish_the_page_of_an_organisation_is_shown_in_its_own_language(
    reader: Reader, here: World
) -> None:
    slug = here.orphan()  # which speaks Dutch
    for wish in (None, "es"):
        answer = reader.wishing(wish).get(f"/{slug}")
        assert answer.headers["content-language"] == "nl"
    assert reader.get(f"/{slug}").headers["content-language"] == "fr"


def test_a_page_in_one_language_is_never_taken_for_the_same_page_in_another(
    reader: Reader, debate: str
) -> None:
    address = address_of(reader.client, debate)
    tags = {one: reader.wishing(one).get(address).headers["etag"] for one in ("fr", "nl", "de", "en")}
    assert len(set(tags.values())) == 4
    assert reader.wishing("nl").get(address, If_None_Match=tags["fr"]).status_code == 200
    assert reader.wishing("nl").get(address, If_None_Match=tags["nl"]).status_code == 304


def test_a_refusal_is_a_page_for_people_and_a_document_for_programs(reader: Reader) -> None:
    page = reader.wishing("de").read("/ville-exemple/nirgends", 404)
    assert page.one("h1").text == "Debatte nicht gefunden"
    document = reader.get("/ville-exemple/nirgends", Accept="*/*")
    assert document.headers["content-type"] == "application/problem+json"
    assert reader.get("/api/v1/nowhere").headers["content-type"] == "application/problem+json"


def test_a_page_that_one_has_is_not_sent_again_until_somebody_acts(
    reader: Reader, town: Town, debate: str
) -> None:
    address = address_of(reader.client, debate)
    first = reader.get(address)
    again = reader.get(address, If_None_Match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    town.contribution(debate)
    assert reader.get(address, If_None_Match=first.headers["etag"]).status_code == 200


def test_the_time_that_is_left_is_told_anew_when_less_is_left(
    reader: Reader, here: World, debate: str
) -> None:
    address = address_of(reader.client, debate)
    first = reader.get(address)
    assert "encore 16 jours" in words(parsed(first.text))
    here.clock.set(here.clock.now.replace(hour=17))
    later = reader.get(address, If_None_Match=first.headers["etag"])
    assert later.status_code == 200
    assert "encore 15 jours" in words(parsed(later.text))


def test_who_is_signed_in_sees_their_account_and_nobody_else_does(
    reader: Reader, town: Town, debate: str
) -> None:
    address = address_of(reader.client, debate)
    mine = reader.as_(town.citizen()).get(address)
    assert mine.headers["cache-control"] == "no-store"
    assert "/account" in links(parsed(mine.text))
    assert "/account" not in links(reader.read(address))


def test_an_ended_session_reads_like_nobody_and_is_forgotten(reader: Reader, debate: str) -> None:
    answer = Reader(reader.client, "fr", "nonsense").get(address_of(reader.client, debate))
    assert answer.status_code == 200
    assert "session=" in answer.headers["set-cookie"]
    assert "max-age=0" in answer.headers["set-cookie"].lower()


def test_pages_of_everybody_are_packed_and_those_of_one_person_are_not(
    reader: Reader, town: Town, debate: str
) -> None:
    """What is packed beside a secret tells its length of it."""
    address = address_of(reader.client, debate)
    plain = reader.get(address, Accept_Encoding="identity")
    for _ in range(2):  # once through the route, once from the edge
        small = reader.get(address, Accept_Encoding="gzip")
        assert small.headers["content-encoding"] == "gzip"
        assert int(small.headers["content-length"]) < len(small.content) / 2
        assert small.content == plain.content
        assert "Accept-Encoding" in small.headers["vary"]
    mine = reader.as_(town.citizen()).get(address, Accept_Encoding="gzip")
    assert "content-encoding" not in mine.headers
    sheet = reader.read(address).all("link")[0].attributes["href"]
    assert (
        reader.get(sheet, Accept_Encoding="gzip").text == reader.get(sheet, Accept_Encoding="identity").text
    )
