"""Acceptance: the French consultation of 2015 on the bill for a digital republic."""

import gzip
import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from consultation.application.imported import ImportedDebate, ImportedPost
from consultation.domain.posts import PostKind, PostState, Side
from consultation.exchange.importers.cap_collectif_json import read_cap_collectif_json
from tests.exchange.importers.rendering import RENDERERS, STRICT, letters_of_html, words

Posts: TypeAlias = dict[str, ImportedPost]


@pytest.fixture(scope="module")
def path(real_data: Callable[[str], Path]) -> Path:
    return real_data("republique-numerique-2015/opinions.ndjson.gz")


@pytest.fixture(scope="module")
def opinions(path: Path) -> list[dict[str, Any]]:
    """The documents, read without the code under test."""
    packed = gzip.decompress(path.read_bytes()).split(b"\n")
    return [json.loads(line)["opinion"] for line in packed if line]


@pytest.fixture(scope="module")
def debate(path: Path) -> ImportedDebate:
    return read_cap_collectif_json([path])


@pytest.fixture(scope="module")
def posts(debate: ImportedDebate) -> Posts:
    return {post.reference: post for post in debate.posts}


def test_every_row_is_taken(debate: ImportedDebate, posts: Posts) -> None:
    assert debate.report.read == {"opinion": 344, "argument": 2086, "source": 145}
    assert debate.report.taken == debate.report.read
    assert debate.report.refused == ()
    assert len(posts) == 344 + 2086 + 145
    assert Counter(post.side for post in posts.values()) == {Side.PRO: 994, Side.CONTRA: 1092, None: 489}


def test_totals_add_up_and_are_no_votes(
    debate: ImportedDebate, opinions: list[dict[str, Any]], posts: Posts
) -> None:
    total = 0
    for opinion in opinions:
        tally = posts[f"opinion:{opinion['id']}"].reported
        assert tally is not None
        assert (tally.agree, tally.mixed, tally.disagree, tally.support) == (
            opinion["votes_ok"],
            opinion["votes_mitige"],
            opinion["votes_nok"],
            None,
        )
        assert opinion["votes_total"] == (tally.agree or 0) + (tally.mixed or 0) + (tally.disagree or 0)
        total += opinion["votes_total"]
    assert total == 49_846
    assert list(debate.votes) == []


def test_lists_match_their_counters(
    debate: ImportedDebate, opinions: list[dict[str, Any]], posts: Posts
) -> None:
    replies = Counter((post.parent, post.kind, post.side) for post in posts.values())
    for opinion in opinions:
        reference = f"opinion:{opinion['id']}"
        assert replies[reference, PostKind.ARGUMENT, Side.PRO] == opinion["arguments_yes_count"]
        assert replies[reference, PostKind.ARGUMENT, Side.CONTRA] == opinion["arguments_no_count"]
        assert replies[reference, PostKind.SOURCE, None] == opinion["sources_count"]
    columns = {note.column.rpartition("/")[2] for note in debate.report.notes if note.column}
    assert columns == {"modals", "body", "updated_at"}, "no counter was found wrong"


def test_posts_can_be_numbered_as_they_come(debate: ImportedDebate) -> None:
    posts = list(debate.posts)
    assert [post.created_at for post in posts] == sorted(post.created_at for post in posts)
    seen: set[str | None] = {None}
    for post in posts:
        assert post.parent in seen
        seen.add(post.reference)
    assert posts[0].reference == "opinion:61"
    assert posts[0].created_at == datetime(2015, 9, 26, 0, 27, 54, tzinfo=UTC)


def test_sections_are_told_apart_by_id(debate: ImportedDebate, posts: Posts) -> None:
    slugs = [theme.slug for theme in debate.themes]
    assert sorted(int(slug.partition("-")[0]) for slug in slugs) == [86, 88, 90, 94, 100, 107, 109, 110]
    assert slugs[0] == "86-ouverture-des-donnees-publiques"
    assert Counter(theme.description for theme in debate.themes)["Section 1"] == 4
    assert Counter(post.theme for post in posts.values())[slugs[0]] == 162


def test_trashed_opinions_are_hidden(posts: Posts) -> None:
    hidden = {reference for reference, post in posts.items() if post.state is not PostState.VISIBLE}
    assert hidden == {"opinion:154", "opinion:374", "opinion:413", "opinion:414"}
    joke = posts["opinion:414"]
    assert (joke.state, joke.state_since) == (PostState.HIDDEN, None)
    assert joke.reported is not None
    assert (joke.reported.agree, joke.reported.disagree) == (6, 2)


def test_five_sources_were_updated_a_second_before_they_were_made(
    debate: ImportedDebate, posts: Posts
) -> None:
    notes = [note for note in debate.report.notes if (note.column or "").endswith("updated_at")]
    assert [note.text for note in notes] == ["is 1 s before created_at, which is kept"] * 5
    assert all(post.revised_at is None or post.revised_at > post.created_at for post in posts.values())


def test_a_literal_between_angle_brackets_survives(posts: Posts) -> None:
    body = posts["argument:509"].body
    literal = "anti-<insérez ici une entreprise produisant des logiciels non libres>."
    for render in RENDERERS.values():
        assert literal in " ".join(words(body, render))


def test_breaks_typed_as_tags_stay_as_typed(opinions: list[dict[str, Any]], posts: Posts) -> None:
    typed = [a for opinion in opinions for a in opinion["arguments"] if "<br" in a["body"]]
    assert len(typed) == 18
    for argument in typed:
        shown = " ".join(words(posts[f"argument:{argument['id']}"].body))
        assert shown.count("<br") == argument["body"].count("<br")


@pytest.mark.parametrize("kind", ["argument", "source"])
def test_plain_texts_are_shown_word_for_word(opinions: list[dict[str, Any]], posts: Posts, kind: str) -> None:
    for item in (item for opinion in opinions for item in opinion[f"{kind}s"]):
        body = posts[f"{kind}:{item['id']}"].body
        assert words(body) == unicodedata.normalize("NFC", item["body"]).split()


def test_html_bodies_keep_every_letter(opinions: list[dict[str, Any]], posts: Posts) -> None:
    different = set()
    for opinion in opinions:
        (appendix,) = opinion["appendices"]
        explained = letters_of_html(appendix["body"] or "")
        title = letters_of_html(appendix["type"]["title"]) if explained else ""
        expected = unicodedata.normalize("NFC", letters_of_html(opinion["body"]) + title + explained)
        shown = "".join(words(posts[f"opinion:{opinion['id']}"].body))
        if shown != expected:
            different.add(opinion["id"])
    assert different == {399, 500}, "the two that show the address of an image in its place"


def test_remote_images_are_never_shown(debate: ImportedDebate, posts: Posts) -> None:
    assert not [reference for reference, post in posts.items() if "<img" in STRICT(post.body)]
    assert "http://images.maltese.fr/images/cYx9R.png" in posts["opinion:500"].body
    rows = {note.row for note in debate.report.notes if "image" in note.text}
    assert len(rows) == 2


def test_a_line_separator_in_a_text_survives(posts: Posts) -> None:
    assert "\u2028" in posts["opinion:771"].body
