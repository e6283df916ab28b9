"""A case on pages: reported, claimed, decided with reasons, appealed, and decided again by somebody else."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from consultation.application.moderation.ending import end_restriction
from tests.api.bodies import RULING
from tests.api.worlds import World
from tests.builders import SLUG, Caller, Town, rfc3339
from tests.docs.outline import Page, parsed
from tests.web.reader import Reader, address_of, links, words
from tests.web.sender import form_on, send, shown, went_to

QUEUE = "/moderation/ville-exemple"
REASONS = {
    "measure": "hide",
    "reason": "charter",
    "reference": "Charte, article 4",
    "facts": "Le texte insulte une voisine.",
    "explanation": "La charte exclut les insultes.",
    "note": "Deuxième fois ce mois-ci.",
}


@pytest.fixture
def author(town: Town, here: World) -> Caller:
    return town.citizen(here.name())


@pytest.fixture
def debate(town: Town) -> str:
    return town.debate(themes=[{"slug": "rues", "title": "Les rues"}])


@pytest.fixture
def case(town: Town, here: World, debate: str, author: Caller) -> str:
    """The address of a case about a contribution of the author."""
    number = town.contribution(
        debate, author, title="Ma voisine", body="Ma voisine est une voleuse de haies."
    )
    return reported(town, here, debate, number)


def decide(moderator: Reader, case: str, **values: str) -> str:
    form = form_on(moderator.get(f"{case}/decide"), "/decide")
    return went_to(send(moderator, form.with_(**(REASONS | values))))


def test_the_queue_shows_age_and_lateness_and_can_be_narrowed(
    reader: Reader, town: Town, here: World, case: str
) -> None:
    moderator = reader.as_(town.moderator)
    assert case in links(moderator.read(f"{QUEUE}?state=open"))
    assert case not in links(moderator.read(f"{QUEUE}?late=true"))
    here.clock.step(timedelta(days=9, minutes=1))
    moderator = reader.as_(town.sign_in(f"{here.name()}@ville.example"))
    town.administrator.post(
        "/organisations/ville-exemple/members",
        {"email": moderator_email(moderator), "role": "moderator"},
    )
    page = moderator.read(f"{QUEUE}?late=true")
    assert case in links(page)
    assert "il y a 9 jours" in words(page)
    assert "En retard" in words(page)
    assert "Aucun dossier ne correspond" in words(moderator.read(f"{QUEUE}?mine=true"))


def moderator_email(reader: Reader) -> str:
    return str(Caller(reader.client, reader.token).get("/me").json()["email"])


def test_a_case_is_claimed_and_colleagues_see_by_whom(reader: Reader, town: Town, case: str) -> None:
    moderator = reader.as_(town.moderator)
    page = moderator.get(case)
    assert "Il insulte une personne." in page.text
    assert went_to(send(moderator, form_on(page, "/claim"))) == f"{case}?done=claimed"
    assert "pris par" in words(reader.as_(town.organiser).read(case))


def test_the_statement_is_shown_as_its_author_will_read_it_before_anything_is_decided(
    reader: Reader, town: Town, debate: str, case: str
) -> None:
    moderator = reader.as_(town.moderator)
    form = form_on(moderator.get(f"{case}/decide"), "/decide").with_(**REASONS)
    preview = send(moderator, form.with_(intent="preview"))
    page = shown(preview)
    said = words(page)
    assert "Ce que l’auteur lira" in said
    assert "La charte exclut les insultes." in said
    assert "Ma voisine" in words(reader.read(address_of(reader.client, debate)))
    went_to(send(moderator, form_on(preview, "/decide")))
    thread = reader.read(f"{address_of(reader.client, debate)}/1")
    assert "voleuse" not in words(thread)


def test_moderators_choose_a_ground_and_authors_read_it_in_the_words_of_the_organisation(
    reader: Reader, town: Town, case: str, author: Caller
) -> None:
    own = "Contraire à notre charte, article 4"
    path = "/organisations/ville-exemple"
    town.administrator.patch(path, {"reasons": {"charter": own}})
    try:
        moderator = reader.as_(town.moderator)
        form = form_on(moderator.get(f"{case}/decide"), "/decide").with_(**REASONS)
        assert words(shown(send(moderator, form.with_(intent="preview")))).count(own) == 2
        decide(moderator, case)
        assert own in words(moderator.read(case))
        assert own in words(reader.as_(author).read(f"/account/appeals/{case.rpartition('/')[2]}"))
    finally:
        town.administrator.patch(path, {"reasons": {"charter": ""}})


def test_people_report_and_everybody_counts_in_the_words_of_the_organisation(
    reader: Reader, town: Town, debate: str, case: str, author: Caller
) -> None:
    own = "Contraire à notre charte, article 4"
    path = "/organisations/ville-exemple"
    town.administrator.patch(path, {"reasons": {"charter": own}})
    moderator = reader.as_(town.moderator)
    try:
        thread = address_of(reader.client, debate)
        report = reader.as_(town.citizen("somebody")).read(f"{thread}/1/report")
        spoken = [one for one in report.all("span") if one.text == own]
        assert [one.attributes["lang"] for one in spoken] == ["fr"]
        assert own in words(moderator.read(f"{QUEUE}"))
        assert own in words(moderator.read(case))
        decide(moderator, case)
        assert own in words(reader.read(f"{thread}/statistics"))
    finally:
        town.administrator.patch(path, {"reasons": {"charter": ""}})


def test_a_decision_without_measure_or_explanation_is_asked_for_again(
    reader: Reader, town: Town, case: str
) -> None:
    moderator = reader.as_(town.moderator)
    form = form_on(moderator.get(f"{case}/decide"), "/decide")
    answer = send(moderator, form.with_(explanation="Parce que."))
    page = shown(answer, 422)
    assert {"#field-measure", "#field-reason"} <= set(links(page))
    assert form_on(answer, "/decide", 422).values["explanation"] == "Parce que."


def test_the_form_says_of_what_decisions_the_whole_statement_is_needed(
    reader: Reader, town: Town, case: str
) -> None:
    page = reader.as_(town.moderator).get(f"{case}/decide")
    told = words(parsed(page.text))
    assert told.count("À remplir dès que la décision retire quelque chose à l’auteur.") == 2
    for name in ("Faits", "Article de la charte ou de la loi"):
        assert f"{name} (facultatif)" not in told
    assert "Note interne (facultatif)" in told


def test_a_passage_is_masked_and_a_contribution_moved(
    reader: Reader, town: Town, debate: str, case: str
) -> None:
    moderator = reader.as_(town.moderator)
    form = form_on(moderator.get(f"{case}/decide"), "/decide").with_(**REASONS)
    refused = send(moderator, form.with_(measure="mask", passage="n’y est pas"))
    assert refused.status_code == 422
    went_to(send(moderator, form.with_(measure="mask", passage="une voleuse de haies", key="2")))
    assert "voleuse" not in words(reader.read(f"{address_of(reader.client, debate)}/1"))


def test_nobody_decides_on_a_post_of_their_own(reader: Reader, town: Town, here: World, debate: str) -> None:
    number = town.contribution(debate, town.moderator)
    report = {"reason": "spam", "text": ""}
    town.citizen(here.name()).post(f"/debates/{debate}/posts/{number}/reports", report)
    cases = town.organiser.get(f"/organisations/ville-exemple/moderation/cases?debate={debate}").json()
    case = f"{QUEUE}/{cases['items'][-1]['id']}"
    moderator = reader.as_(town.moderator)
    form = form_on(moderator.get(f"{case}/decide"), "/decide")
    assert send(moderator, form.with_(**REASONS)).status_code == 403


def test_the_author_reads_the_reasons_appeals_once_and_somebody_else_has_the_last_word(
    reader: Reader, town: Town, debate: str, case: str, author: Caller
) -> None:
    decide(reader.as_(town.moderator), case)
    own = f"/account/appeals/{case.rpartition('/')[2]}"
    mine = reader.as_(author)
    page = mine.get(own)
    said = words(shown(page))
    assert "La charte exclut les insultes." in said
    assert "Deuxième fois" not in said, "the note is for staff"
    assert reader.as_(town.citizen()).get(own).status_code == 404
    assert send(mine, form_on(page, own).with_(text="Non.")).status_code == 422
    appeal = form_on(page, own).with_(text="C’est la plaisanterie de toute la rue.", key="2")
    assert "enregistré" in words(mine.read(went_to(send(mine, appeal))))

    first = reader.as_(town.moderator)
    form = form_on(first.get(f"{case}/decide"), "/decide")
    assert send(first, form.with_(**(REASONS | {"measure": "restore"}))).status_code == 403
    decide(reader.as_(town.organiser), case, measure="restore", explanation="La rue en rit avec elle.")
    assert "Ma voisine" in words(reader.read(f"{address_of(reader.client, debate)}/1"))
    assert "La rue en rit avec elle." in words(mine.read(own))


def test_the_form_of_an_appeal_stands_until_the_last_microsecond_in_which_one_is_taken(
    reader: Reader, town: Town, here: World, case: str, author: Caller
) -> None:
    decide(reader.as_(town.moderator), case)
    uid = case.rpartition("/")[2]
    email = author.get("/me").json()["email"]
    queue = "/organisations/ville-exemple/moderation/cases"
    until = datetime.fromisoformat(town.moderator.get(f"{queue}/{uid}").json()["appeal_until"])
    here.clock.set(until - timedelta(microseconds=1))
    own, mine = f"/account/appeals/{uid}", town.sign_in(email)
    form = form_on(reader.as_(mine).get(own), own).with_(text="C’est la plaisanterie de toute la rue.")
    here.clock.step(timedelta(microseconds=1))
    assert "text" not in {one.attributes.get("name") for one in reader.as_(mine).read(own).all("textarea")}
    assert "Le recours était possible jusqu’au" in words(shown(send(reader.as_(mine), form), 409))


def test_what_reports_hid_by_themselves_is_judged_as_if_it_were_shown(
    reader: Reader, town: Town, here: World
) -> None:
    debate = town.debate(rules={"hide_after_reports": 2})
    number = town.contribution(debate, body="Ma voisine vole des haies.")
    case = reported(town, here, debate, number)
    assert reported(town, here, debate, number) == case, "the second one hides"
    moderator = reader.as_(town.moderator)
    page = moderator.read(f"{case}/decide")
    assert measures(page) == ["keep", "hide", "mask", "move"]
    decide(moderator, case)
    assert town.anonymous.get(f"/debates/{debate}/posts/1").json()["code"] == "post_hidden"


def test_a_mask_can_be_undone_on_appeal(
    reader: Reader, town: Town, debate: str, case: str, author: Caller
) -> None:
    decide(reader.as_(town.moderator), case, measure="mask", passage="une voleuse de haies")
    versions = f"{address_of(reader.client, debate)}/1/revisions"
    assert headings(reader.read(versions)) == ["Version 2, affichée aujourd’hui"]
    said = words(reader.read(versions))
    assert "Les versions d’avant ne sont pas montrées" in said
    assert "n’a pas été modifié" not in said
    uid = case.rpartition("/")[2]
    town_case = f"/appeals/{uid}"
    assert author.post(town_case, {"text": "C’est la plaisanterie de toute la rue."}).status_code == 201
    organiser = reader.as_(town.organiser)
    assert measures(organiser.read(f"{case}/decide")) == ["keep", "hide", "mask", "move", "restore"]
    decide(organiser, case, measure="restore", explanation="La rue en rit avec elle.")
    assert "voleuse de haies" in words(reader.read(f"{address_of(reader.client, debate)}/1"))
    assert headings(reader.read(versions)) == ["Version 3, affichée aujourd’hui", "Version 2"]
    assert "Les versions d’avant ne sont pas montrées" in words(reader.read(versions))


def test_a_hiding_that_has_ended_can_be_found_wrong_on_appeal(
    reader: Reader, town: Town, here: World, case: str, author: Caller
) -> None:
    uid = UUID(case.rpartition("/")[2])
    decision = f"/organisations/{SLUG}/moderation/cases/{uid}/decisions"
    until = rfc3339(here.clock.now + timedelta(days=1))
    assert town.moderator.post(decision, RULING | {"measure": "hide", "until": until}).status_code == 201
    assert (
        author.post(f"/appeals/{uid}", {"text": "C’est la plaisanterie de toute la rue."}).status_code == 201
    )
    here.clock.step(timedelta(days=1))
    here.services.work.perform(lambda tx: end_restriction(tx, uid))
    organiser = reader.as_(town.organiser)
    assert measures(organiser.read(f"{case}/decide")) == ["keep", "hide", "mask", "move", "restore"]
    decide(organiser, case, measure="restore", explanation="La rue en rit avec elle.")


def headings(page: Page) -> list[str]:
    return [one.text for one in page.all("h2")]


def measures(page: Page) -> list[str]:
    """What can be chosen to happen to the post."""
    chosen = [one.attributes for one in page.all("input") if one.attributes.get("name") == "measure"]
    return [one["value"] for one in chosen]


def reported(town: Town, here: World, debate: str, number: int) -> str:
    """The address of the case that one report opens."""
    body = {"reason": "charter", "text": "Il insulte une personne."}
    town.citizen(here.name()).post(f"/debates/{debate}/posts/{number}/reports", body)
    queue = f"/organisations/ville-exemple/moderation/cases?debate={debate}"
    return f"{QUEUE}/{town.moderator.get(queue).json()['items'][-1]['id']}"
