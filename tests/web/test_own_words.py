"""An organisation's own words for a reason say in which language they are, whatever the page's is."""

from typing import Final

import pytest

from consultation.domain.actors import Role
from consultation.localisation.languages import Language
from tests.api.bodies import DEBATE, RULING
from tests.api.worlds import World
from tests.builders import Caller
from tests.docs.outline import Page
from tests.web.reader import Reader, address_of
from tests.web.sender import post, shown

OWN: Final = "Strijdig met artikel 4 & volgende <van> ons handvest"


def marked(page: Page) -> list[tuple[str, str]]:
    """The language and the text of everything inside a line of text that says its language."""
    spans = [one for one in page.all("span") if "lang" in one.attributes]
    return [(one.attributes["lang"], one.text.strip()) for one in spans if "artikel" in one.text]


@pytest.fixture
def author(here: World) -> Caller:
    return here.town.citizen(here.name())


@pytest.fixture
def place(here: World, author: Caller) -> tuple[str, str, str, dict[Role, Caller]]:
    """A town that words in Dutch, in a debate in French: address of a thread, a hidden reply, its case."""
    slug, staff = here.organisation()
    words = {"locale": "nl", "reasons": {"charter": OWN}}
    assert staff[Role.ADMINISTRATOR].patch(f"/organisations/{slug}", words).status_code == 200
    made = staff[Role.ORGANISER].post(f"/organisations/{slug}/debates", DEBATE | {"lang": "fr"}).json()["id"]
    staff[Role.ORGANISER].post(f"/debates/{made}/publication")
    number = here.town.contribution(made, author)
    reply = here.town.argument(made, number, caller=author)
    here.town.citizen(here.name()).post(f"/debates/{made}/posts/{reply}/reports", {"reason": "charter"})
    queue = f"/organisations/{slug}/moderation/cases"
    (case,) = staff[Role.MODERATOR].get(queue).json()["items"]
    staff[Role.MODERATOR].post(f"{queue}/{case['id']}/decisions", RULING)
    here.plan()
    return address_of(here.process.client, made), f"{made}/posts/{reply}", str(case["id"]), staff


@pytest.mark.parametrize("language", Language)
def test_a_tombstone_and_its_own_page_mark_them(
    reader: Reader, author: Caller, place: tuple[str, str, str, dict[Role, Caller]], language: Language
) -> None:
    address, _, case, _ = place
    expected = [("nl", OWN)]
    assert marked(reader.read(f"/{language}{address}/1")) == expected
    assert marked(reader.as_(author).read(f"/{language}/account/notices")) == expected
    assert marked(reader.as_(author).read(f"/{language}/account/appeals/{case}")) == expected
    assert expected[0] in marked(reader.read(f"/{language}{address}/statistics"))


def test_a_page_that_refuses_for_the_tombstone_marks_them(
    reader: Reader, author: Caller, place: tuple[str, str, str, dict[Role, Caller]]
) -> None:
    address, *_ = place
    answer = post(reader.as_(author), f"/de{address}/2/vote", {"value": "support"})
    assert marked(shown(answer, 410)) == [("nl", OWN)]


def test_documents_say_the_language_of_the_words_and_none_where_there_are_no_words(
    author: Caller, place: tuple[str, str, str, dict[Role, Caller]]
) -> None:
    _, hidden, _, staff = place
    debate = hidden.partition("/")[0]
    thread = f"/debates/{debate}/contributions/1"
    (gone,) = author.get(thread).json()["arguments"]["pro"]
    problem = author.get(f"/debates/{hidden}").json()
    notice = author.get("/me/notifications").json()["items"][0]
    for said in (gone, problem, notice, notice["statement"], author.get("/me/posts").json()["items"][0]):
        assert (said["reason_words"], said["reason_lang"]) == (OWN, "nl")
    slug = author.get(f"/debates/{debate}").json()["organisation"]["slug"]
    staff[Role.ADMINISTRATOR].patch(f"/organisations/{slug}", {"reasons": {"charter": ""}})
    (gone,) = author.get(thread).json()["arguments"]["pro"]
    assert (gone["reason_words"], gone["reason_lang"]) == (None, None)
