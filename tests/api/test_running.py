"""Running a debate: drafts, publication, changes, extension, early close, reopening, and their history."""

from datetime import timedelta
from typing import Any

import pytest

from consultation.domain.actors import Role
from tests.api.bodies import DAY, DEBATE, LATER, NOBODY, REASON
from tests.api.scene import Scene
from tests.api.worlds import World
from tests.builders import CLOSES_AT, CONTRIBUTION, NOW, OPENS_AT, Town, rfc3339

TICK = timedelta(microseconds=1)


def history(town: Town, debate: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = town.anonymous.get(f"/debates/{debate}/period-history").json()["items"]
    return items


def same(sent: str | None, instant: Any) -> bool:
    return sent is not None and sent.startswith(rfc3339(instant).rstrip("Z"))


def test_a_draft_is_seen_by_the_staff_of_its_organisation_until_it_is_published(town: Town) -> None:
    draft = town.draft()
    listed = [
        item["id"] for item in town.moderator.get("/organisations/ville-exemple/drafts").json()["items"]
    ]
    assert listed[0] == draft
    seen = town.moderator.get(f"/debates/{draft}/draft").json()
    assert (seen["published_at"], seen["journal_length"]) == (None, 1)
    assert (seen["phase"], seen["allows"]) == ("upcoming", []), "nobody takes part in a draft"
    assert town.moderator.get("/organisations/ville-exemple/drafts").json()["items"][0] == seen
    town.organiser.post(f"/debates/{draft}/publication")
    after = town.moderator.get("/organisations/ville-exemple/drafts").json()["items"]
    assert draft not in [item["id"] for item in after]
    assert (
        town.moderator.get(f"/debates/{draft}/draft").json() == town.anonymous.get(f"/debates/{draft}").json()
    )


def test_the_answer_to_an_act_is_the_debate_as_everybody_reads_it(town: Town) -> None:
    draft = town.draft()
    answer = town.organiser.post(f"/debates/{draft}/publication")
    document = answer.json()
    assert document.pop("receipt")["sequence"] == 2
    assert town.anonymous.get(f"/debates/{draft}").json() == document
    assert answer.headers["location"] == f"http://testserver/api/v1/debates/{draft}"


def test_a_debate_says_all_that_it_is(here: World) -> None:
    slug, staff = here.organisation()
    body = DEBATE | {"themes": [{"slug": "rues", "title": "Les rues", "description": "Et trottoirs"}]}
    draft = staff[Role.ORGANISER].post(f"/organisations/{slug}/debates", body).json()
    staff[Role.ORGANISER].post(f"/debates/{draft['id']}/publication")
    document = here.town.anonymous.get(f"/debates/{draft['id']}").json()
    assert document["slug"] == "quelle-place-pour-les-arbres"
    assert document["organisation"] == {"slug": slug, "name": f"Ville {slug}", "accent": None, "logo": None}
    assert (document["title"], document["description"]) == (DEBATE["title"], DEBATE["description"])
    assert (document["lang"], document["time_zone"], document["phase"]) == ("nl", "Europe/Brussels", "open")
    assert document["themes"] == body["themes"]
    taking_part = ["add_source", "argue", "contribute", "edit", "take_back_vote", "vote", "withdraw"]
    assert document["allows"] == taking_part
    assert set(document["counts"].values()) == {0}
    assert document["source"] is None
    assert document["url"] == f"http://testserver/{slug}/{document['slug']}"


@pytest.mark.parametrize("phase", ["upcoming", "closed"])
def test_a_debate_that_is_not_open_allows_nothing(scene: Scene, phase: str) -> None:
    document = scene.town.anonymous.get(f"/debates/{getattr(scene, phase)}").json()
    assert (document["phase"], document["allows"]) == (phase, [])


def test_a_slug_is_made_of_the_title_unless_given(town: Town) -> None:
    for title, slug in (
        ("Où mettre l'école ?", "ou-mettre-l-ecole"),
        ("???", "debate"),
        ("x" * 300, "x" * 80),
        ("Straße & Größe", "strae-groe"),
    ):
        draft = town.draft(title=title)
        found = town.organiser.get(f"/debates/{draft}/draft").json()["slug"]
        assert found == slug or found.startswith(slug[:74])


def test_two_debates_of_an_organisation_never_share_a_slug(here: World) -> None:
    chosen = here.name()
    here.town.draft(slug=chosen)
    answer = here.town.organiser.post("/organisations/ville-exemple/debates", DEBATE | {"slug": chosen})
    assert (answer.json()["code"], answer.json()["slug"]) == ("slug_taken", chosen)
    slug, staff = here.organisation()
    other = staff[Role.ORGANISER].post(f"/organisations/{slug}/debates", DEBATE | {"slug": chosen})
    assert other.status_code == 201, "in another organisation it is free"


def test_a_draft_changes_in_all_its_parts(here: World) -> None:
    draft, slug = here.town.draft(), here.name()
    body = {
        "title": "Quelle place pour les bancs ?",
        "description": "Dites-nous où.",
        "slug": slug,
        "lang": "en",
        "opens_at": rfc3339(NOW + DAY),
        "closes_at": rfc3339(NOW + 2 * DAY),
        "themes": [{"slug": "places", "title": "Les places"}],
        "rules": {"title_max": 50},
    }
    answer = here.town.organiser.patch(f"/debates/{draft}", body)
    document = answer.json()
    assert {name: document[name] for name in ("title", "description", "slug", "lang")} == {
        name: body[name] for name in ("title", "description", "slug", "lang")
    }
    assert same(document["opens_at"], NOW + DAY)
    assert document["limits"]["title_max"] == 50
    assert [theme["slug"] for theme in document["themes"]] == ["places"]
    assert document["receipt"]["sequence"] == 2


def test_a_change_that_changes_nothing_leaves_no_receipt(town: Town) -> None:
    draft = town.draft()
    for body in ({}, {"title": " Quelle place pour les arbres ? "}, {"opens_at": rfc3339(OPENS_AT)}):
        answer = town.organiser.patch(f"/debates/{draft}", body)
        assert (answer.status_code, answer.json()["receipt"]) == (200, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "autre"),
        ("lang", "en"),
        ("opens_at", rfc3339(NOW)),
        ("closes_at", LATER),
        ("rules", {"title_max": 50}),
    ],
)
def test_what_stands_fast_once_published_is_refused_and_named(scene: Scene, field: str, value: Any) -> None:
    answer = scene.town.organiser.patch(f"/debates/{scene.open}", {field: value})
    assert answer.json()["code"] == "debate_already_published"
    assert answer.json()["field"] == {"lang": "language", "rules": "limits"}.get(field, field)


def test_texts_of_a_published_debate_change_until_the_close(here: World) -> None:
    debate = here.town.debate()
    here.clock.set(CLOSES_AT - TICK)
    answer = here.town.organiser.patch(f"/debates/{debate}", {"description": "Précision."})
    assert answer.json()["description"] == "Précision."
    here.clock.set(CLOSES_AT)
    answer = here.town.organiser.patch(f"/debates/{debate}", {"description": "Trop tard."})
    assert answer.json()["code"] == "period_closed"


def test_a_theme_with_contributions_stays(town: Town) -> None:
    debate = town.debate()
    town.contribution(debate, theme="rues")
    keep = [{"slug": "rues", "title": "Rues et ruelles"}]
    answer = town.organiser.patch(f"/debates/{debate}", {"themes": []})
    assert (answer.json()["code"], answer.json()["theme"]) == ("theme_in_use", "rues")
    assert (
        town.organiser.patch(f"/debates/{debate}", {"themes": keep}).json()["themes"][0]["title"]
        == "Rues et ruelles"
    )


def test_two_themes_of_one_slug_are_malformed(scene: Scene) -> None:
    themes = [{"slug": "rues", "title": "Les rues"}] * 2
    assert scene.attempt("create_debate").saying(themes=themes).send().json()["code"] == "malformed"


def test_publishing_needs_a_close_ahead(here: World) -> None:
    draft = here.town.draft()
    here.clock.set(CLOSES_AT)
    answer = here.town.organiser.post(f"/debates/{draft}/publication")
    assert answer.json()["code"] == "closing_in_the_past"
    here.clock.set(CLOSES_AT - TICK)
    assert here.town.organiser.post(f"/debates/{draft}/publication").status_code == 201


def test_the_history_of_the_period_tells_who_when_why_and_from_when_to_when(here: World) -> None:
    town, clock = here.town, here.clock
    draft = town.draft()
    clock.step()
    town.organiser.post(f"/debates/{draft}/publication", {"reason": "C'est parti."})
    clock.step()
    town.administrator.post(f"/debates/{draft}/extension", {"closes_at": rfc3339(CLOSES_AT + DAY), **REASON})
    clock.step()
    closed_at = clock.now
    town.moderator.post(f"/debates/{draft}/closure", {"reason": "Trop de bruit."})
    clock.step()
    town.organiser.post(f"/debates/{draft}/reopening", {"closes_at": rfc3339(CLOSES_AT + 2 * DAY), **REASON})
    acts = history(town, draft)
    assert [(act["act"], act["role"], act["sequence"]) for act in acts] == [
        ("planned", "organiser", 2),
        ("extended", "administrator", 3),
        ("closed_early", "moderator", 4),
        ("reopened", "organiser", 5),
    ]
    assert [act["reason"] for act in acts][::2] == ["C'est parti.", "Trop de bruit."]
    ends = [CLOSES_AT, CLOSES_AT + DAY, closed_at, CLOSES_AT + 2 * DAY]
    assert [same(act["closes_at"], end) for act, end in zip(acts, ends, strict=True)] == [True] * 4
    assert [act["closes_at_before"] for act in acts][1:] == [act["closes_at"] for act in acts][:-1]
    assert all(same(act["opens_at"], OPENS_AT) for act in acts)
    assert sorted(act["at"] for act in acts) == [act["at"] for act in acts]


def test_a_publication_without_a_reason_has_none(town: Town) -> None:
    assert history(town, town.debate())[0]["reason"] is None


@pytest.mark.parametrize("role", list(Role))
def test_every_member_of_the_staff_closes_early_and_no_write_gets_in_after(here: World, role: Role) -> None:
    slug, staff = here.organisation()
    draft = staff[Role.ORGANISER].post(f"/organisations/{slug}/debates", DEBATE).json()["id"]
    staff[Role.ORGANISER].post(f"/debates/{draft}/publication")
    author = here.town.citizen()
    assert here.town.contribution(draft, author) == 1
    closed = staff[role].post(f"/debates/{draft}/closure", REASON).json()
    assert closed["phase"] == "closed"
    late = author.post(f"/debates/{draft}/contributions", CONTRIBUTION).json()
    assert (late["code"], late["closed_at"]) == ("period_closed", closed["closes_at"])
    assert here.town.anonymous.get(f"/debates/{draft}/contributions/1").status_code == 200


def test_an_extension_is_later_than_the_close(scene: Scene) -> None:
    town = scene.town
    debate = town.debate()
    for closes_at in (CLOSES_AT, CLOSES_AT - TICK):
        answer = town.organiser.post(
            f"/debates/{debate}/extension", {"closes_at": rfc3339(closes_at), **REASON}
        )
        assert answer.json()["code"] == "closing_not_later"
    later = {"closes_at": rfc3339(CLOSES_AT + TICK), **REASON}
    assert town.organiser.post(f"/debates/{debate}/extension", later).status_code == 201


def test_an_upcoming_debate_may_be_extended_but_not_closed(town: Town) -> None:
    debate = town.debate(opens_at=rfc3339(NOW + DAY))
    assert town.moderator.post(f"/debates/{debate}/closure", REASON).json()["code"] == "period_not_open"
    later = {"closes_at": LATER, **REASON}
    assert town.organiser.post(f"/debates/{debate}/extension", later).status_code == 201


def test_a_closed_debate_is_reopened_and_not_extended(scene: Scene) -> None:
    debate, later = scene.closed_debate(), {"closes_at": rfc3339(NOW + DAY), **REASON}
    organiser = scene.town.organiser
    assert organiser.post(f"/debates/{debate}/extension", later).json()["code"] == "period_closed"
    assert organiser.post(f"/debates/{debate}/reopening", later).json()["phase"] == "open"
    assert scene.town.contribution(debate, scene.author) == 2


def test_a_reason_is_part_of_every_act_on_a_period(scene: Scene) -> None:
    for name in ("extend_period", "close_debate", "reopen_debate"):
        for reason in ("", " \n ", "\u200b"):
            assert scene.attempt(name).saying(reason=reason).send().json()["code"] == "text_too_short"


def test_an_organisation_says_its_name_its_zone_and_where_its_debates_are(town: Town) -> None:
    document = town.anonymous.get("/organisations/ville-exemple").json()
    assert document == {
        "slug": "ville-exemple",
        "name": "Ville d'Exemple",
        "locale": "fr",
        "time_zone": "Europe/Paris",
        "reasons": dict.fromkeys(("charter", "illegal", "personal_data", "spam", "off_topic")),
        "accent": None,
        "logo": None,
        "url": "http://testserver/ville-exemple",
        "debates_url": "http://testserver/api/v1/debates?organisation=ville-exemple",
        "feed_url": "http://testserver/api/v1/organisations/ville-exemple/feed.atom",
    }
    assert town.client.get(document["debates_url"].removeprefix("http://testserver")).status_code == 200


def test_members_are_given_and_lose_roles(here: World) -> None:
    slug, staff = here.organisation()
    administrator, path = staff[Role.ADMINISTRATOR], f"/organisations/{slug}/members"
    email = f"{here.name()}@ville.example"
    added = administrator.post(path, {"email": email.upper(), "role": "moderator"}).json()
    assert (added["email"], added["roles"]) == (email, ["moderator"])
    again = administrator.post(path, {"email": email, "role": "organiser"}).json()
    assert (again["id"], again["roles"]) == (added["id"], ["moderator", "organiser"])
    same_again = administrator.post(path, {"email": email, "role": "organiser"})
    assert same_again.json()["roles"] == ["moderator", "organiser"]
    left = administrator.delete(f"{path}/{added['id']}?role=moderator").json()["items"]
    assert [member["roles"] for member in left if member["id"] == added["id"]] == [["organiser"]]
    left = administrator.delete(f"{path}/{added['id']}").json()["items"]
    assert added["id"] not in {member["id"] for member in left}
    assert administrator.delete(f"{path}/{added['id']}").json()["code"] == "member_not_found"
    assert administrator.get(path).json()["items"] == left


def test_a_role_counts_from_the_next_call_on_and_its_loss_too(here: World) -> None:
    slug, staff = here.organisation()
    administrator, path = staff[Role.ADMINISTRATOR], f"/organisations/{slug}/members"
    email = f"{here.name()}@ville.example"
    person = here.town.sign_in(email)
    assert person.post(f"/organisations/{slug}/debates", DEBATE).json()["code"] == "not_permitted"
    added = administrator.post(path, {"email": email, "role": "organiser"}).json()
    assert person.post(f"/organisations/{slug}/debates", DEBATE).status_code == 201
    administrator.delete(f"{path}/{added['id']}")
    assert person.post(f"/organisations/{slug}/debates", DEBATE).json()["code"] == "not_permitted"


def test_the_last_administrator_stays_and_the_last_but_one_may_go(here: World) -> None:
    slug, staff = here.organisation()
    administrator, path = staff[Role.ADMINISTRATOR], f"/organisations/{slug}/members"
    own = administrator.get("/me").json()["id"]
    for query in ("", "?role=administrator"):
        assert administrator.delete(f"{path}/{own}{query}").json()["code"] == "last_administrator"
    administrator.post(path, {"email": f"{here.name()}@ville.example", "role": "administrator"})
    assert administrator.delete(f"{path}/{own}").status_code == 200
    assert administrator.get(path).json()["code"] == "not_permitted"


def test_losing_a_role_that_one_does_not_hold_changes_nothing(scene: Scene) -> None:
    person = scene.member()
    path = f"/organisations/ville-exemple/members/{person}?role=organiser"
    items = scene.town.administrator.delete(path).json()["items"]
    assert [member["roles"] for member in items if member["id"] == person] == [["moderator"]]
    unknown = scene.town.administrator.delete(f"/organisations/ville-exemple/members/{NOBODY}")
    assert unknown.json()["code"] == "member_not_found"


def test_an_organisation_words_reasons_and_takes_its_words_back(here: World) -> None:
    slug, staff = here.organisation()
    administrator, path = staff[Role.ADMINISTRATOR], f"/organisations/{slug}"
    own = {"charter": "  Contraire à notre charte du débat  ", "spam": "Publicité"}
    changed = administrator.patch(path, {"reasons": own})
    assert changed.json()["reasons"] == {
        "charter": "Contraire à notre charte du débat",
        "illegal": None,
        "personal_data": None,
        "spam": "Publicité",
        "off_topic": None,
    }
    administrator.patch(path, {"reasons": {"spam": ""}})
    shown = here.town.anonymous.get(path).json()["reasons"]
    assert (shown["spam"], shown["charter"]) == (None, "Contraire à notre charte du débat")
    for unfit in ({"taste": "Mauvais goût"}, {"spam": "é" * 201}):
        assert administrator.patch(path, {"reasons": unfit}).status_code == 422
    assert staff[Role.MODERATOR].patch(path, {"reasons": own}).status_code == 403
