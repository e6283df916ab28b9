"""Atom feeds and calendars: valid for a parser, after their RFCs, and safe whatever a text holds."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from consultation.api.feeds.calendar import escaped, folded
from consultation.persistence.tables import debates, posts
from tests.api.bodies import BODIES, NOBODY
from tests.api.cases import QUEUE, case_of
from tests.api.scene import Scene
from tests.builders import CLOSES_AT, Caller, Town, rfc3339

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
ATOM = "{http://www.w3.org/2005/Atom}"


def read(town: Town, path: str) -> ET.Element:
    """A feed, parsed and held against RFC 4287."""
    answer = town.anonymous.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own answer, which declares no entities
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for required in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{required}")) == 1, required
        assert text(element, "id").startswith("urn:uuid:")
        UUID(text(element, "id").removeprefix("urn:uuid:"))
        for instant in ("updated", "published"):  # 3.3: as RFC 3339, with a capital T and Z
            found = element.findall(f"{ATOM}{instant}")
            assert len(found) <= 1
            assert all(RFC3339.fullmatch(one.text or "") for one in found)
        names = [one.text for one in element.findall(f"{ATOM}author/{ATOM}name")]
        assert len(names) == 1
        assert names[0]
        # 4.1.1: one alternate of a type and language; 4.1.2: what has no content needs one.
        links = [one.attrib for one in element.findall(f"{ATOM}link")]
        assert [one["rel"] for one in links].count("alternate") == 1
        assert all(urlsplit(one["href"]).scheme in {"http", "https"} for one in links)
        assert all(one.get("term") for one in element.findall(f"{ATOM}category"))
        assert len(element.findall(f"{ATOM}content")) <= 1
        known = {"id", "title", "updated", "published", "author", "link", "category", "content"}
        known |= {"generator", "entry"} if element is feed else set()
        assert {one.tag.removeprefix(ATOM) for one in element} <= known
        assert element.get("{http://www.w3.org/XML/1998/namespace}lang")
    ids = [text(entry, "id") for entry in feed.findall(f"{ATOM}entry")]
    assert len({*ids, text(feed, "id")}) == len(ids) + 1
    assert link(feed, "self") == f"http://testserver/api/v1{path}"
    return feed


def text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def link(element: ET.Element, rel: str) -> str | None:
    found = element.find(f"{ATOM}link[@rel='{rel}']")
    return None if found is None else found.get("href")


def titles(feed: ET.Element) -> list[str]:
    return [text(entry, "title") for entry in feed.findall(f"{ATOM}entry")]


def test_a_debate_s_feed_has_its_posts_newest_first(scene: Scene) -> None:
    feed = read(scene.town, f"/debates/{scene.open}/feed.atom")
    numbers = [(link(entry, "alternate") or "").rpartition("/")[2] for entry in feed.iter(f"{ATOM}entry")]
    assert numbers == sorted(numbers, key=int, reverse=True)
    contribution = feed.findall(f"{ATOM}entry")[-1]
    assert contribution.find(f"{ATOM}content") is not None
    assert contribution.find(f"{ATOM}content[@type='html']") is not None


def test_tombstones_stand_without_text_and_without_a_name(scene: Scene) -> None:
    feed = read(scene.town, f"/debates/{scene.tombstones}/feed.atom")
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.find(f"{ATOM}content") is None
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ville d'Exemple"
    assert [title.partition("\u202f")[0] for title in titles(feed)] == ["#3", "#2", "#1"]


SECRET = "un nom que personne ne doit lire"


def told(scene: Scene, number: int) -> str:
    """All that leaves the open debate without being asked for by number: feeds, and the whole stream."""
    paths = (
        f"/debates/{scene.open}/feed.atom?limit=100",
        f"/debates/{scene.open}/contributions/{number}/feed.atom",
        "/organisations/ville-exemple/feed.atom",
        f"/debates/{scene.open}/events?after=0&seconds=0",
    )
    return "".join(scene.town.anonymous.get(path).text for path in paths)


def decide(scene: Scene, number: int, author: Caller, **ruling: str) -> None:
    case = case_of(scene, number, author)
    answer = scene.town.moderator.post(f"{QUEUE}/{case}/decisions", BODIES["decide_case"] | ruling)
    assert answer.status_code == 201, answer.text


def test_what_was_hidden_is_told_of_nowhere(scene: Scene) -> None:
    number = scene.town.contribution(scene.open, scene.neighbour, theme="rues", title=SECRET, body=SECRET * 2)
    assert SECRET in told(scene, number)
    decide(scene, number, scene.neighbour, measure="hide")
    after = told(scene, number)
    assert SECRET not in after
    assert "event: post_hidden" in after
    assert "Ville d'Exemple" in after or "Ville d&#39;Exemple" in after


def test_what_was_masked_is_told_of_nowhere(scene: Scene) -> None:
    body = f"Un arbre, et {SECRET}, et un autre arbre."
    number = scene.town.contribution(scene.open, scene.neighbour, theme="rues", body=body)
    assert SECRET in told(scene, number)
    decide(scene, number, scene.neighbour, measure="mask", passage=SECRET)
    after = told(scene, number)
    assert SECRET not in after
    assert "Un arbre, et […], et un autre arbre." in after


def test_replies_to_what_was_hidden_do_not_repeat_its_title(scene: Scene) -> None:
    number = scene.town.contribution(scene.open, scene.neighbour, theme="rues", title=SECRET)
    scene.town.argument(scene.open, number)
    decide(scene, number, scene.neighbour, measure="hide")
    assert SECRET not in told(scene, number)


def test_what_was_withdrawn_is_told_of_nowhere_nor_who_wrote_it(scene: Scene) -> None:
    author = scene.town.citizen("quelqu-un")
    author.patch("/me", {"name": "Nom d'une personne"})
    number = scene.town.contribution(scene.open, author, theme="rues", title=SECRET)
    assert SECRET in told(scene, number)
    assert "personne" in told(scene, number)
    assert author.post(f"/debates/{scene.open}/posts/{number}/withdrawal").status_code == 201
    after = told(scene, number)
    assert SECRET not in after
    assert "Nom d" not in after


def test_a_feed_that_has_not_changed_is_not_sent_again(scene: Scene) -> None:
    for path in (f"/debates/{scene.open}/feed.atom", "/organisations/ville-exemple/feed.atom"):
        first = scene.town.anonymous.get(path)
        again = scene.town.anonymous.get(path, if_none_match=first.headers["etag"])
        assert (again.status_code, again.content) == (304, b"")


def test_a_thread_s_feed_has_what_belongs_to_it_and_nothing_else(town: Town) -> None:
    debate = town.debate()
    one, other = town.contribution(debate), town.contribution(debate)
    reply = town.argument(debate, one, "contra")
    town.argument(debate, other)
    feed = read(town, f"/debates/{debate}/contributions/{one}/feed.atom")
    assert [(link(entry, "alternate") or "").rpartition("/")[2] for entry in feed.iter(f"{ATOM}entry")] == [
        str(reply),
        str(one),
    ]
    answer = town.anonymous.get(f"/debates/{debate}/contributions/{reply}/feed.atom")
    assert (answer.status_code, answer.json()["code"]) == (404, "post_not_found")


@pytest.mark.parametrize("of_thread", [True, False])
def test_the_pages_of_a_feed_have_everything_once(town: Town, *, of_thread: bool) -> None:
    debate = town.debate()
    town.contribution(debate)
    for side in ("pro", "contra", "pro", "contra", "pro"):
        town.argument(debate, 1, side)
    path = f"/debates/{debate}{'/contributions/1' if of_thread else ''}/feed.atom?limit=2"
    seen: list[str] = []
    following: str | None = path
    while following:
        feed = read(town, following)
        seen += [text(entry, "id") for entry in feed.findall(f"{ATOM}entry")]
        address = link(feed, "next")
        following = None if address is None else address.removeprefix("http://testserver/api/v1")
    assert len(seen) == len(set(seen)) == 6


def test_an_organisation_s_feed_has_its_debates(town: Town) -> None:
    debate = town.debate(title="Et les <b>bancs</b> & les tilleuls ?")
    town.draft(title="Un brouillon que personne ne voit")
    feed = read(town, "/organisations/ville-exemple/feed.atom")
    assert text(feed, "title") == "Ville d'Exemple"
    assert titles(feed)[0] == "Et les <b>bancs</b> & les tilleuls ?"
    assert text(feed.findall(f"{ATOM}entry")[0], "id") == f"urn:uuid:{debate}"
    assert "Un brouillon que personne ne voit" not in titles(feed)


def test_no_text_breaks_out_of_a_feed(scene: Scene) -> None:
    debate, town = scene.town.debate(), scene.town
    nasty = "</content></entry><script>alert(1)</script>]]> & <b>\"'"
    town.contribution(debate, title=nasty, body=f"{nasty} [x](javascript:alert(1))")
    # What importers of another age may have let in: characters that XML cannot hold at all.
    key = select(debates.c.key).where(debates.c.uid == UUID(debate)).scalar_subquery()
    scene.world.execute(
        posts.update().where(posts.c.debate_key == key).values(title=f"a\x01b\x1f\ufffe{nasty}")
    )
    scene.world.forget_documents()
    feed = read(town, f"/debates/{debate}/feed.atom")
    assert titles(feed) == [f"a\ufffdb\ufffd\ufffd{nasty}"]
    html = text(feed.findall(f"{ATOM}entry")[0], "content")
    assert "<script" not in html
    assert "javascript:" not in re.sub(r"&lt;.*?&gt;", "", html) or "href" not in html


def test_ids_stay_when_a_post_changes(scene: Scene) -> None:
    town, author = scene.town, scene.author
    debate = town.debate()
    number = town.contribution(debate, author)
    path = f"/debates/{debate}/feed.atom"
    before = read(town, path).findall(f"{ATOM}entry")[0]
    scene.world.clock.step()
    author.patch(f"/debates/{debate}/posts/{number}", {"body": "Un arbre dans chaque rue, sans exception."})
    revised = read(town, path).findall(f"{ATOM}entry")[0]
    author.post(f"/debates/{debate}/posts/{number}/withdrawal")
    gone = read(town, path).findall(f"{ATOM}entry")[0]
    assert text(before, "id") == text(revised, "id") == text(gone, "id")
    assert text(before, "updated") < text(revised, "updated") <= text(gone, "updated")


def calendar(town: Town, debate: str) -> dict[str, str]:
    """The properties of the event, its lines checked after RFC 5545."""
    answer = town.anonymous.get(f"/debates/{debate}/period.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and b"\n" not in line and line.decode() for line in lines)
    unfolded = answer.content.replace(b"\r\n ", b"").decode().split("\r\n")
    assert unfolded[0] == "BEGIN:VCALENDAR"
    assert unfolded[-2] == "END:VCALENDAR"
    event = unfolded[unfolded.index("BEGIN:VEVENT") + 1 : unfolded.index("BEGIN:VALARM")]
    return {line.partition(":")[0].partition(";")[0]: line.partition(":")[2] for line in event}


def test_an_extension_moves_the_event_and_adds_none(town: Town) -> None:
    debate = town.debate(title="Trottoirs ; bancs, et\\ou tilleuls ? " + "é" * 90)
    before = calendar(town, debate)
    assert before["UID"] == debate
    assert before["DTSTART"] == "20260301T090000Z"
    assert before["DTEND"] == CLOSES_AT.strftime("%Y%m%dT%H%M%SZ")
    assert before["SUMMARY"].startswith("Trottoirs \\; bancs\\, et\\\\ou tilleuls ?")
    later: dict[str, Any] = {
        "closes_at": rfc3339(CLOSES_AT.replace(hour=20)),
        "reason": "Le conseil l'a décidé.",
    }
    town.clock.step()
    assert town.organiser.post(f"/debates/{debate}/extension", later).status_code == 201
    after = calendar(town, debate)
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1
    assert after["DTEND"] == "20260331T200000Z"
    assert after["DTSTAMP"] > before["DTSTAMP"]


def test_a_new_title_is_a_new_revision_of_the_event(town: Town) -> None:
    debate = town.debate()
    town.contribution(debate)
    before = calendar(town, debate)
    assert before["SEQUENCE"] == "0"
    town.clock.step()
    assert town.organiser.patch(f"/debates/{debate}", {"title": "Et les platanes ?"}).status_code == 200
    after = calendar(town, debate)
    assert (after["UID"], after["SEQUENCE"], after["SUMMARY"]) == (debate, "1", "Et les platanes ?")
    assert after["LAST-MODIFIED"] > before["LAST-MODIFIED"]


def test_the_event_of_a_debate_that_closed_at_once_ends_after_it_began(town: Town) -> None:
    debate = town.debate(opens_at=rfc3339(town.clock.now + timedelta(seconds=1)))
    town.clock.step(timedelta(seconds=1, milliseconds=1))
    closed = town.moderator.post(f"/debates/{debate}/closure", {"reason": "Une erreur de date."})
    assert closed.status_code == 201
    found = calendar(town, debate)
    assert found["DTSTART"] < found["DTEND"]


def test_a_text_of_a_calendar_opens_no_line() -> None:
    assert escaped("a\r\nEND:VEVENT\rb\nc\x00") == "a\\nEND:VEVENT\\nb\\nc\ufffd"


@pytest.mark.parametrize("character", ["a", "é", "€", "🌳"])
def test_lines_are_folded_between_characters(character: str) -> None:
    line = f"SUMMARY:{character * 300}"
    pieces = folded(line).removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert pieces[0].decode() + "".join(piece.decode()[1:] for piece in pieces[1:]) == line


@pytest.mark.parametrize(
    "path",
    [
        "/debates/{}/feed.atom",
        "/debates/{}/period.ics",
        "/debates/{}/events",
        "/debates/{}/contributions/1/feed.atom",
    ],
)
def test_nothing_is_told_of_drafts_and_of_what_is_not_there(scene: Scene, path: str) -> None:
    for debate in (scene.draft, NOBODY):
        answer = scene.town.anonymous.get(path.format(debate))
        assert (answer.status_code, answer.json()["code"]) == (404, "debate_not_found")


def test_documents_name_their_addresses(scene: Scene) -> None:
    debate = scene.town.anonymous.get(f"/debates/{scene.open}").json()
    for name in ("feed_url", "calendar_url", "events_url"):
        assert scene.town.client.get(debate[name].removeprefix("http://testserver")).status_code == 200
