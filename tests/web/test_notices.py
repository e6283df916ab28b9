"""The page of one's notices says what became of a post, as it stands by now."""

from typing import Final

from consultation.localisation.languages import Language
from consultation.localisation.words import text
from tests.api.worlds import World
from tests.builders import Town
from tests.notices.acts import APPEAL, HIDE, decide, decide_appeal, report
from tests.web.reader import Reader, words

MASK: Final = HIDE | {"measure": "mask", "passage": "dit Untel"}


def said(reader: Reader, language: Language) -> str:
    return words(reader.read(f"/{language}/account/notices"))


def test_what_another_decision_still_hides_is_not_said_to_be_shown_again(
    reader: Reader, here: World, town: Town
) -> None:
    debate, author, neighbour = town.debate(), town.citizen(here.name()), town.citizen(here.name())
    number = town.contribution(debate, author, body="Un arbre dans chaque rue, dit Untel.")
    report_by = here.name()
    first = report(town, debate, number, report_by)
    decide(town.moderator, first, MASK)
    second = report(town, debate, number, here.name())
    decide(town.moderator, second)
    for case in (first, second):
        assert author.post(f"/appeals/{case}", APPEAL).status_code == 201
    decide_appeal(town.organiser, first)
    here.plan()
    for person in (author, town.citizen(report_by)):
        mine = reader.as_(person)
        for language in Language:
            page = said(mine, language)
            assert text("account.measure.still_hidden", language) in page
            assert text("account.measure.restore", language) not in page
    assert text("account.measure.still_hidden", Language.FR) not in said(reader.as_(neighbour), Language.FR)
    desk = reader.as_(town.moderator)
    at_desk = f"Dossier clos · {text('account.measure.still_hidden', Language.FR)}"
    assert at_desk in words(desk.read(f"/moderation/ville-exemple/{first}"))
    decide_appeal(town.organiser, second)
    shown_again = f"Dossier clos · {text('account.measure.restore', Language.FR)}"
    assert shown_again in words(desk.read(f"/moderation/ville-exemple/{first}"))
    here.plan()
    page = said(reader.as_(author), Language.FR)
    assert page.count(text("account.measure.restore", Language.FR)) == 2
    assert text("account.measure.still_hidden", Language.FR) not in page


def test_a_decision_that_an_appeal_left_standing_is_not_said_to_have_left_the_text(
    reader: Reader, here: World, town: Town
) -> None:
    debate, author, reporter = town.debate(), town.citizen(here.name()), here.name()
    case = report(town, debate, town.contribution(debate, author), reporter)
    decide(town.moderator, case)
    assert author.post(f"/appeals/{case}", APPEAL).status_code == 201
    decide_appeal(town.organiser, case, HIDE | {"measure": "keep"})
    here.plan()
    for person in (author, town.citizen(reporter)):
        for language in Language:
            page = said(reader.as_(person), language)
            assert text("account.measure.upheld", language) in page
            assert text("account.measure.keep", language) not in page
