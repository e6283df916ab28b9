"""The page behind the link of a message: the statement, one answer, without a session and without script."""

from datetime import timedelta
from uuid import UUID

import pytest

from consultation.application.notices.links import APPEAL, UNSUBSCRIBE
from consultation.domain.decisions import Facts, RefusalCode
from consultation.domain.moderation import APPEAL_MIN
from consultation.localisation.languages import Language
from consultation.localisation.problems import problem_text
from tests.api.bodies import RULING
from tests.api.worlds import World
from tests.builders import NOW, SLUG, Caller, Town
from tests.web.reader import Reader, words
from tests.web.sender import Filled, form_on, post, send, shown, went_to

ANSWER = "Cette phrase rapporte ce que tout le monde a entendu."
CASES = f"/organisations/{SLUG}/moderation/cases"


@pytest.fixture
def author(here: World, town: Town) -> Caller:
    return town.citizen(here.name())


@pytest.fixture
def case(here: World, town: Town, author: Caller) -> str:
    """The id of a decision that hid a post of the author's."""
    debate = town.debate()
    number = town.contribution(debate, author)
    report = {"reason": "illegal", "text": "Ce texte menace une personne."}
    town.citizen(here.name()).post(f"/debates/{debate}/posts/{number}/reports", report)
    found = town.moderator.get(f"{CASES}?debate={debate}").json()["items"][-1]["id"]
    assert town.moderator.post(f"{CASES}/{found}/decisions", RULING).status_code in {200, 201}
    return str(found)


@pytest.fixture
def link(here: World, case: str) -> str:
    return address(here, case)


def address(here: World, case: str, purpose: str = APPEAL) -> str:
    until = NOW + timedelta(days=30)
    return f"/appeals/{here.services.sealed_links.seal(purpose, until, case)}"


def seen(sentence: str) -> str:
    """As `words` has it: any space is a space."""
    return " ".join(sentence.split())


def state(town: Town, case: str) -> str:
    return str(town.moderator.get(f"{CASES}/{case}").json()["state"])


def test_the_statement_is_shown_and_answered_once(reader: Reader, town: Town, case: str, link: str) -> None:
    answer = reader.get(link)
    assert answer.headers["cache-control"] == "no-store"
    said = words(shown(answer))
    assert RULING["facts"] in said
    assert RULING["explanation"] in said
    assert state(town, case) == "decided", "opening it decides nothing"
    form = form_on(answer, link)
    sent = send(reader, form.with_(text=ANSWER))
    page = reader.read(went_to(sent))
    assert "enregistré" in words(page)
    assert ANSWER in words(page)
    assert state(town, case) == "appealed"
    again = send(reader, form.with_(text=f" {ANSWER}\r\n"))
    assert went_to(again) == went_to(sent), "a button that was pressed twice"
    assert ANSWER in words(reader.read(link)), "the link still shows what was answered"


@pytest.mark.parametrize("language", Language)
def test_a_text_that_does_not_fit_stays_in_the_form_with_what_is_wrong_beside_it(
    reader: Reader, author: Caller, town: Town, case: str, link: str, language: Language
) -> None:
    author.patch("/me", {"locale": language.value})
    page = shown(send(reader, form_on(reader.get(link), link).with_(text="<b>Non")), 422)
    assert page.one("html").attributes["lang"] == language.value
    field = page.one("textarea")
    assert field.text.strip() == "<b>Non"
    assert field.attributes["aria-invalid"] == "true"
    assert "fault-text" in (field.attributes["aria-describedby"] or "").split()
    facts: Facts = {"field": "text", "limit": APPEAL_MIN, "length": 6}
    told = problem_text(RefusalCode.TEXT_TOO_SHORT, facts, language).detail
    assert words(page).count(seen(told)) == 2, "in front of all, and beside the field"
    assert "#field-text" in [link.attributes["href"] for link in page.all("a")]
    assert state(town, case) == "decided"


OTHER = "Une autre réponse, à laquelle je tiens autant."


@pytest.mark.parametrize("language", Language)
def test_a_second_answer_is_refused_and_stands_for_copying_below_the_first(
    reader: Reader, link: str, language: Language
) -> None:
    address = f"/{language.value}{link}"
    form = form_on(reader.get(address), link)
    send(reader, form.with_(text=ANSWER))
    page = shown(send(reader, form.with_(text=OTHER)), 409)
    assert page.one("html").attributes["lang"] == language.value
    copied = page.one("textarea")
    assert (copied.attributes["id"], copied.text.strip()) == ("copy-text", OTHER)
    assert "readonly" in copied.attributes
    assert ANSWER in words(page)


@pytest.mark.parametrize("language", Language)
def test_a_text_is_not_lost_when_the_link_ends_while_it_is_written(
    reader: Reader, here: World, town: Town, case: str, link: str, language: Language
) -> None:
    form = form_on(reader.get(f"/{language.value}{link}"), link)
    now = here.clock()
    here.clock.set(NOW + timedelta(days=31))
    page = shown(send(reader, form.with_(text=ANSWER)), 404)
    here.clock.set(now)
    assert page.one("html").attributes["lang"] == language.value
    assert page.one("textarea").text.strip() == ANSWER
    told = problem_text(RefusalCode.MAIL_LINK_INVALID, {}, language)
    assert seen(told.detail) in words(page)
    assert page.one("h1").text == told.title
    assert state(town, case) == "decided"


def test_a_text_is_not_lost_when_the_time_to_appeal_ends_before_the_link(
    reader: Reader, here: World, town: Town, case: str
) -> None:
    later = here.services.sealed_links.seal(APPEAL, NOW + timedelta(days=60), case)
    form = form_on(reader.get(f"/appeals/{later}"), later)
    now = here.clock()
    here.clock.set(NOW + timedelta(days=31))
    page = shown(send(reader, form.with_(text=ANSWER)), 409)
    here.clock.set(now)
    assert page.one("textarea").attributes["id"] == "copy-text"
    assert page.one("textarea").text.strip() == ANSWER
    assert state(town, case) == "decided"


def test_nothing_in_an_address_says_that_an_answer_was_taken(
    reader: Reader, town: Town, case: str, link: str
) -> None:
    assert "enregistré" not in words(reader.read(f"{link}?done=appealed"))
    assert state(town, case) == "decided"


def test_it_speaks_the_language_of_the_author_unless_the_address_says_another(
    reader: Reader, author: Caller, link: str
) -> None:
    author.patch("/me", {"locale": "nl"})
    page = reader.read(link)
    assert page.one("html").attributes["lang"] == "nl"
    for language in Language:
        other = reader.read(f"/{language.value}{link}")
        assert other.one("html").attributes["lang"] == language.value


def test_no_page_of_another_site_answers(reader: Reader, town: Town, case: str, link: str) -> None:
    form = Filled(link, {"text": ANSWER})
    foreign = {"Origin": "https://ailleurs.example", "Sec_Fetch_Site": "cross-site"}
    assert send(reader, form, **foreign).status_code == 403
    assert state(town, case) == "decided"


def test_a_link_that_is_over_altered_or_for_something_else_opens_nothing(
    reader: Reader, here: World, case: str, link: str
) -> None:
    unsubscribing = address(here, case, UNSUBSCRIBE)
    nothing = address(here, str(UUID(int=7)))
    for path in (f"{link}A", link[:-6], "/appeals/AAAA", unsubscribing, nothing):
        assert reader.get(path).status_code == 404, path
        assert post(reader, path, {"text": ANSWER}).status_code == 404
    now = here.clock()
    here.clock.set(NOW + timedelta(days=31))
    assert reader.get(link).status_code == 404
    here.clock.set(now)


def test_a_session_neither_helps_nor_hinders(reader: Reader, town: Town, link: str) -> None:
    for who in (reader.as_(town.citizen()), reader.as_(town.moderator)):
        assert "Votre recours" in words(who.read(f"/fr{link}"))
