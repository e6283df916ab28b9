"""Figures with their pictures, the history of a period, all revisions of a post, and the debate on paper."""

import re
import sys
from types import FrameType

import pytest

from consultation.web.differences import Change, compare
from consultation.web.pictures import HEIGHT, columns, every_day
from tests.api.worlds import World
from tests.builders import Caller, Town
from tests.web.reader import Reader, address_of, links, words


@pytest.fixture
def debate(town: Town) -> str:
    return town.debate(themes=[{"slug": "ombre", "title": "L’ombre"}, {"slug": "eau", "title": "L’eau"}])


def vote(caller: Caller, debate: str, number: int, value: str) -> None:
    assert caller.put(f"/debates/{debate}/posts/{number}/vote", {"value": value}).status_code == 200


def test_the_figures_stand_in_pictures_and_in_tables(reader: Reader, town: Town, debate: str) -> None:
    number = town.contribution(debate, theme="ombre")
    town.argument(debate, number, "pro")
    town.argument(debate, number, "contra")
    vote(town.citizen("autre"), debate, number, "agree")
    vote(town.citizen("troisieme"), debate, number, "disagree")
    page = reader.read(f"{address_of(reader.client, debate)}/statistics")
    svgs = [svg.attributes for svg in page.all("svg")]
    pictures = [one["aria-label"] for one in svgs if "aria-label" in one]
    assert pictures[0].startswith("Publications par jour, du 15 mars 2026 au 15 mars 2026")
    assert pictures[0].endswith("le plus grand nombre le 15 mars 2026\u202f: 3")
    assert pictures[1].endswith("le plus grand nombre à 13 h\u202f: 3")
    # The others stand beside a sentence that says the same.
    assert all(one.get("aria-hidden") == "true" for one in svgs if "aria-label" not in one)
    said = words(page)
    assert "1 argument pour · 1 argument contre" in said
    assert "1 d’accord, 0 mitigé, 1 pas d’accord" in said
    assert page.all("tr")[1].text.strip() == "15 mars 20261110"
    assert not any("style" in element.attributes for element in page.elements)


def test_a_debate_without_posts_has_figures_and_no_pictures(reader: Reader, debate: str) -> None:
    page = reader.read(f"{address_of(reader.client, debate)}/statistics")
    assert page.all("svg") == []
    assert "Rien n’a encore été publié." in words(page)
    assert "Aucun signalement." in words(page)


def test_reports_are_accounted_for_where_everybody_reads(reader: Reader, town: Town, debate: str) -> None:
    number = town.contribution(debate)
    report = {"reason": "spam", "text": "C’est de la publicité."}
    reported = town.citizen("lectrice").post(f"/debates/{debate}/posts/{number}/reports", report)
    assert reported.status_code == 201
    page = reader.read(f"{address_of(reader.client, debate)}/statistics")
    rows = [" ".join(row.text.split()) for row in page.all("tr")]
    assert "Signalements1" in rows
    assert "Dossiers ouverts1" in rows


def test_the_interface_tells_hours_and_themes_too(town: Town, debate: str) -> None:
    first = town.contribution(debate, theme="ombre")
    town.contribution(debate)
    town.argument(debate, first, "pro")
    gone = town.argument(debate, first, "contra")
    vote(town.citizen("autre"), debate, first, "mixed")
    town.citizen().post(f"/debates/{debate}/posts/{gone}/withdrawal")
    figures = town.anonymous.get(f"/debates/{debate}/statistics").json()
    assert [one["hour"] for one in figures["posts_by_hour"]] == list(range(24))
    assert {one["hour"]: one["posts"] for one in figures["posts_by_hour"] if one["posts"]} == {13: 3}
    assert figures["by_theme"] == [
        {"theme": "ombre", "contributions": 1, "arguments_pro": 1, "arguments_contra": 0, "votes": 1},
        {"theme": None, "contributions": 1, "arguments_pro": 0, "arguments_contra": 0, "votes": 0},
    ]


def test_the_history_tells_what_was_decided_and_why(reader: Reader, town: Town, debate: str) -> None:
    answer = town.organiser.post(
        f"/debates/{debate}/extension", {"closes_at": "2026-04-15T16:00:00Z", "reason": "Les vacances."}
    )
    assert answer.status_code == 201
    said = words(reader.read(f"{address_of(reader.client, debate)}/history"))
    assert "Publié" in said
    assert "Prolongé" in said
    assert "Fin prévue le mardi 31 mars 2026 à 18:00, fixée au mercredi 15 avril 2026 à 18:00" in said
    assert "Les vacances." in said


def test_revisions_show_what_an_edit_took_away_and_what_it_brought(
    reader: Reader, town: Town, debate: str
) -> None:
    author = town.citizen()
    number = town.contribution(debate, author, title="Planter des arbres", body="Un arbre dans chaque rue.")
    edit = {
        "title": "Planter des tilleuls",
        "body": "Un arbre dans chaque rue.\n\nEt de l’eau.",
        "theme": "eau",
    }
    assert author.patch(f"/debates/{debate}/posts/{number}", edit).status_code == 200
    address = address_of(reader.client, debate)
    assert f"{address}/{number}/revisions" in links(reader.read(f"{address}/{number}"))
    page = reader.read(f"{address}/{number}/revisions")
    assert [one.text for one in page.all("del")] == ["arbres"]
    assert [one.text for one in page.all("ins")] == ["tilleuls", "Et de l’eau."]
    assert "Axe : de « Sans axe » à « L’eau »" in words(page)


def test_only_words_are_underlined_and_struck_not_the_blanks_around_them(
    reader: Reader, town: Town, debate: str
) -> None:
    author = town.citizen()
    number = town.contribution(debate, author, body="Un arbre très grand dans chaque rue.")
    edit = {"body": "Un bel arbre grand dans presque chaque rue."}
    assert author.patch(f"/debates/{debate}/posts/{number}", edit).status_code == 200
    answer = reader.get(f"{address_of(reader.client, debate)}/{number}/revisions")
    changed = "Un <ins>bel</ins> arbre <del>très</del> grand dans <ins>presque</ins> chaque rue."
    assert changed in answer.text


def test_many_edits_are_reached_page_by_page(reader: Reader, town: Town, debate: str, here: World) -> None:
    author = town.citizen(here.name())
    number = town.contribution(debate, author, body="Un arbre dans chaque rue, fois 1.")
    for times in range(2, 44):
        edit = {"body": f"Un arbre dans chaque rue, fois {times}."}
        assert author.patch(f"/debates/{debate}/posts/{number}", edit).status_code == 200
    address = f"{address_of(reader.client, debate)}/{number}/revisions"
    came: list[str] = []
    page = reader.read(address)
    following: str | None = ""
    while following is not None:
        page = reader.read(address + following)
        assert len(page.all("ins")) <= 20
        came += [one.text for one in page.all("ins")]
        following = next(
            (link.attributes["href"] for link in page.all("a") if link.attributes.get("rel") == "next"), None
        )
    assert came == [str(times) for times in range(43, 1, -1)]
    assert "fois 1." in words(page), "the first text stands on the last page"
    assert reader.get(f"{address}?cursor=x").status_code == 422


def test_a_withdrawn_text_shows_no_revision(reader: Reader, town: Town, debate: str) -> None:
    author = town.citizen()
    number = town.contribution(debate, author, body="Ce texte ne devra plus se lire nulle part.")
    author.post(f"/debates/{debate}/posts/{number}/withdrawal")
    for path in ("", "/revisions"):
        said = words(reader.read(f"{address_of(reader.client, debate)}/{number}{path}"))
        assert "Retiré par son auteur le 15 mars 2026, 13:00." in said
        assert "nulle part" not in said


def test_all_arguments_are_reached_page_by_page(reader: Reader, town: Town, debate: str) -> None:
    number = town.contribution(debate)
    numbers = [town.argument(debate, number, "pro", town.citizen(f"p{count}")) for count in range(22)]
    seen: list[int] = []
    address = f"{address_of(reader.client, debate)}/{number}/arguments"
    following: str | None = "?side=pro"
    while following:
        page = reader.read(address + following)
        seen += [int(one.removeprefix("post-")) for one in page.ids if one.startswith("post-")]
        following = next(
            (link.attributes["href"] for link in page.all("a") if link.attributes.get("rel") == "next"), None
        )
    assert seen == numbers
    assert reader.get(f"{address}?cursor=made-up").status_code == 422
    assert reader.get(f"{address}?sort=sideways").status_code == 422


def test_sources_have_a_list_of_their_own(reader: Reader, town: Town, debate: str) -> None:
    number = town.contribution(debate)
    source = {"title": "Arbres et chaleur", "link": "https://www.example.org/arbres"}
    made = town.citizen().post(f"/debates/{debate}/contributions/{number}/sources", source)
    assert made.status_code == 201
    page = reader.read(f"{address_of(reader.client, debate)}/{number}/sources")
    (link,) = [one for one in page.all("a") if one.attributes["href"] == source["link"]]
    assert link.attributes["rel"] == "nofollow ugc noopener noreferrer"
    assert "Arbres et chaleur example.org" in words(page)


def test_the_print_holds_every_number_once_and_in_order(reader: Reader, town: Town, debate: str) -> None:
    first = town.contribution(debate)
    author = town.citizen()
    gone = town.argument(debate, first, "pro", author)
    author.post(f"/debates/{debate}/posts/{gone}/withdrawal")
    town.argument(debate, first, "contra")
    town.contribution(debate)
    page = reader.read(f"{address_of(reader.client, debate)}/print")
    shown = [int(one.removeprefix("post-")) for one in page.ids if re.fullmatch(r"post-\d+", one)]
    assert sorted(shown) == [1, 2, 3, 4]
    assert shown.index(1) < shown.index(4)
    assert "Historique de la période" in words(page)


def test_a_phrase_that_changed_is_one_piece_and_not_confetti() -> None:
    (line,) = compare("Le banc est bleu et lourd.", "Le banc sera vert et lourd.")
    assert [(piece.change, piece.text) for piece in line] == [
        (Change.SAME, "Le banc "),
        (Change.REMOVED, "est bleu"),
        (Change.ADDED, "sera vert"),
        (Change.SAME, " et lourd."),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "Un."), ("Un.", ""), ("Un.\nDeux.", "Deux."), ("a  b", "a b c"), ("Un.\n\nDeux.", "Deux.\n\nUn.")],
)
def test_both_texts_can_be_read_from_what_changed(before: str, after: str) -> None:
    lines = compare(before, after)
    for text, without in ((before, Change.ADDED), (after, Change.REMOVED)):
        kept = [[piece.text for piece in line if piece.change is not without] for line in lines]
        said = " ".join(" ".join("".join(pieces) for pieces in kept).split())
        assert said == " ".join(text.split())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\n" * 7_500, "b\na\nc\n" * 5_000),
        ("a,b;" * 7_500, "b;a,c " * 5_000),
        (" ".join(f"m{place}" for place in range(5_000)), " zz ".join(f"m{place}" for place in range(5_000))),
        (
            "".join(f"u{n}\n" + "a\nb\n" * 19 for n in range(99)),
            "".join(f"u{n}\n" + "b\n" * 38 for n in range(99)),
        ),
    ],
    ids=["lines that repeat", "words that repeat", "a word between all words", "many short stretches"],
)
def test_no_pair_of_texts_takes_long_to_compare(before: str, after: str) -> None:
    """Counted in steps: comparing all with all takes hundreds of millions of them, and hours."""
    steps = 0

    def count(frame: FrameType, event: str, arg: object) -> None:
        nonlocal steps
        del frame, arg
        steps += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        compare(before, after)
    finally:
        sys.setprofile(None)
    assert steps < 2_000_000


def test_columns_are_as_high_as_their_figures() -> None:
    picture = columns([("a", 1), ("b", 4), ("c", 0)])
    assert [(one.x, one.y, one.height) for one in picture.columns] == [
        (0, HEIGHT * 3 / 4, HEIGHT / 4),
        (10, 0, HEIGHT),
        (20, HEIGHT, 0),
    ]
    assert picture.peak is not None
    assert picture.peak.name == "b"
    assert columns([]).peak is columns([("a", 0)]).peak is None


def test_days_without_a_post_have_their_place() -> None:
    nothing = dict.fromkeys(("contributions", "arguments_pro", "arguments_contra", "sources"), 0)
    days = [{"day": "2026-02-27", **nothing, "sources": 2}, {"day": "2026-03-01", **nothing, "sources": 1}]
    assert list(every_day(days)) == [("2026-02-27", 2), ("2026-02-28", 0), ("2026-03-01", 1)]
    assert list(every_day([])) == []
