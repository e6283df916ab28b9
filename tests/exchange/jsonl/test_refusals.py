"""A file that is not what it should be is refused with its line and field, and leaves nothing."""

import io
from collections.abc import Callable
from typing import Any, Final

import pytest

from consultation.application.imports import UnfitArchiveError
from consultation.domain.decisions import Refused
from consultation.domain.voting import VoteValue
from consultation.exchange.debate_jsonl import reading
from tests.exchange.jsonl.archives import (
    ArchiveMaker,
    Lines,
    changed,
    first,
    in_pieces,
    large_archive,
    lines_of,
    sealed,
)
from tests.exchange.jsonl.makers import Instance

TABLES: Final = ("debates", "posts", "votes", "revisions", "journal_entries", "debate_acts", "import_reports")


def good() -> bytes:
    """Two contributions, an argument, two votes."""
    maker = ArchiveMaker(3).post(1).post(2).post(3, on=1)
    return maker.vote(1, 1, VoteValue.AGREE).vote(3, 2, VoteValue.SUPPORT).octets()


def put(kind: str, name: str, value: Any, **wanted: object) -> Callable[[Lines], object]:
    """Writes a value into the first line of a type."""

    def change(lines: Lines) -> None:
        first(lines, kind, **wanted)[name] = value

    return change


def drop(kind: str, **wanted: object) -> Callable[[Lines], object]:
    return lambda lines: lines.remove(first(lines, kind, **wanted))


def again(kind: str) -> Callable[[Lines], object]:
    def change(lines: Lines) -> None:
        line = first(lines, kind)
        lines.insert(lines.index(line), dict(line))

    return change


def last_first(kind: str) -> Callable[[Lines], object]:
    """Moves the last line of a type before the first of that type."""

    def change(lines: Lines) -> None:
        of_kind = [line for line in lines if line["type"] == kind]
        lines.remove(of_kind[-1])
        lines.insert(lines.index(of_kind[0]), of_kind[-1])

    return change


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"inside": value}
    return value


def tally(**changes: int) -> dict[str, Any]:
    return {"source": "", "agree": 0, "mixed": 0, "disagree": 0, "support": None} | changes


def referring(lines: Lines) -> None:
    for line in lines:
        if line["type"] == "post":
            line["reference"] = "opinion:61"


def as_source(link: str | None) -> Callable[[Lines], object]:
    def change(lines: Lines) -> None:
        first(lines, "post", number=3).update(kind="source", side=None, title="Étude", link=link)

    return change


def revised(lines: Lines) -> None:
    lines.insert(lines.index(first(lines, "vote")), {**REVISION})


REVISION: Final = {
    "type": "revision",
    "number": 1,
    "revision": 1,
    "author_name": None,
    "theme": None,
    "title": "Avant",
    "body": "Le texte d'avant.",
    "link": None,
    "created_at": "2014-10-04T08:00:00.000000Z",
    "sequence": 1,
    "salt": None,
}
ACT: Final = {
    "type": "act",
    "sequence": 1,
    "kind": "period_extended",
    "at": "2014-10-04T08:00:00.000000Z",
    "role": "organiser",
    "reason": "",
    "content": {},
    "salt": None,
}
FIELDS: Final = [
    # The header.
    ("header of another format", put("debate", "format", "debate-xml"), 1, "format"),
    ("header of a later version", put("debate", "version", 2), 1, "version"),
    ("version as text", put("debate", "version", "1"), 1, "version"),
    ("id in capitals", put("debate", "id", "01890000-0000-7000-8000-00000000ABCD"), 1, "id"),
    ("slug with a space", put("debate", "slug", "a b"), 1, "slug"),
    ("language that nobody speaks here", put("debate", "language", "xx"), 1, "language"),
    ("time zone that is nowhere", put("debate", "time_zone", "Europe/Atlantis"), 1, "time_zone"),
    ("time zone outside its folder", put("debate", "time_zone", "../../etc/passwd"), 1, "time_zone"),
    ("period that ends before", put("debate", "closes_at", "2014-10-04T08:00:00.000000Z"), 1, "closes_at"),
    (
        "day that is not in the calendar",
        put("debate", "opens_at", "2014-02-30T08:00:00.000000Z"),
        1,
        "opens_at",
    ),
    ("instant without its fraction", put("debate", "opens_at", "2014-02-03T08:00:00Z"), 1, "opens_at"),
    ("instant with an offset", put("debate", "opens_at", "2014-02-03T08:00:00.000000+01:00"), 1, "opens_at"),
    ("instant as a number", put("debate", "opens_at", 1412409600), 1, "opens_at"),
    ("limits out of order", lambda lines: lines[0]["limits"].update(title_min=300), 1, "limits"),
    ("limits with more", lambda lines: lines[0]["limits"].update(more=1), 1, "limits/more"),
    (
        "theme twice",
        put("debate", "themes", [{"slug": "a", "title": "A", "description": ""}] * 2),
        1,
        "themes",
    ),
    ("source with a fraction", put("debate", "source", {"share": 0.5}), 1, "source"),
    ("source too deep", lambda lines: lines[0].update(source=nested(40)), 1, "source"),
    ("unknown field", put("debate", "counts", {}), 1, "counts"),
    ("field left out", lambda lines: lines[0].pop("source"), 1, "source"),
    ("last number too high", put("debate", "last_number", 4), 1, "last_number"),
    ("last number too low", put("debate", "last_number", 2), 7, "number"),
    ("header twice", again("debate"), 2, "type"),
    # Order and types of lines.
    ("unknown type", put("participant", "type", "person"), 2, None),
    ("no type", lambda lines: lines[1].pop("type"), 2, None),
    ("no header", drop("debate"), 1, "type"),
    ("participant after the posts", lambda lines: lines.append({**lines[1]}), 15, "type"),
    # Participants.
    ("participant twice", again("participant"), 3, "id"),
    ("participants out of order", last_first("participant"), 3, "id"),
    ("author who takes no part", drop("participant", id=ArchiveMaker(1).participants[2]), 5, "author"),
    (
        "voter who takes no part",
        put("vote", "participant", ArchiveMaker(1, people=9).participants[8]),
        8,
        None,
    ),
    # Posts.
    ("post twice", again("post"), 6, "number"),
    ("posts out of order", last_first("post"), 5, "number"),
    ("number below one", put("post", "number", 0), 5, "number"),
    ("number too large", put("post", "number", 2**31), 5, "number"),
    ("number as text", put("post", "number", "1"), 5, "number"),
    ("number as a fraction", put("post", "number", 1.0), 5, "number"),
    ("number as a truth", put("post", "number", value=True), 5, "number"),
    ("gap", drop("post", number=2), 6, "number"),
    ("unknown kind", put("post", "kind", "poll"), 5, "kind"),
    ("unknown state", put("post", "state", "deleted"), 5, "state"),
    ("argument on nothing", put("post", "contribution", None, number=3), 7, "contribution"),
    ("argument on an argument", put("post", "contribution", 3, number=3), 7, "contribution"),
    ("argument on a later number", put("post", "contribution", 9, number=3), 7, "contribution"),
    ("contribution on another", put("post", "contribution", 1, number=2), 6, "contribution"),
    ("argument without a side", put("post", "side", None, number=3), 7, "side"),
    ("argument with a title", put("post", "title", "Non", number=3), 7, "title"),
    ("contribution with a side", put("post", "side", "pro"), 5, "side"),
    ("contribution without a title", put("post", "title", None), 5, "title"),
    ("contribution with a link", put("post", "link", "https://exemple.example/"), 5, "link"),
    ("theme that the debate has not", put("post", "theme", "rues"), 5, "theme"),
    ("title over two lines", put("post", "title", "Un\ndeux"), 5, "title"),
    ("title too long", put("post", "title", "é" * 1001), 5, "title"),
    ("body with a null", put("post", "body", "a\x00b"), 5, "body"),
    ("body with a control", put("post", "body", "a\x1bb"), 5, "body"),
    ("body that turns the line round", put("post", "body", "a\u202eb"), 5, "body"),
    ("name with a noncharacter", put("post", "author_name", "a\ufffeb"), 5, "author_name"),
    ("one reference for two posts", referring, 6, "reference"),
    ("link that is a script", as_source("javascript:alert(1)"), 7, "link"),
    ("link with a script for a host", as_source("https://<script>/"), 7, "link"),
    ("visible and yet a tombstone", put("post", "state_reason", "author"), 5, "state_reason"),
    ("tombstone without anything", put("post", "state", "hidden"), 5, "state_reason"),
    ("tally below zero", put("post", "reported_tally", tally(agree=-1)), 5, "reported_tally/agree"),
    ("salt too short", put("post", "salt", "00"), 5, "salt"),
    ("salt in capitals", put("post", "salt", "AB" * 16), 5, "salt"),
    ("sequence that the journal has not", put("post", "sequence", 99), 5, "sequence"),
    ("state's sequence below one", put("post", "state_sequence", 0), 5, "state_sequence"),
    # Votes.
    ("vote twice", again("vote"), 9, "participant"),
    ("votes out of order", last_first("vote"), 9, "participant"),
    ("vote on nothing", put("vote", "number", 2**31 - 1, number=3), 9, "number"),
    ("support for a contribution", put("vote", "value", "support"), 8, "value"),
    ("agreement with an argument", put("vote", "value", "agree", number=3), 9, "value"),
    ("vote of no value", put("vote", "value", "maybe"), 8, "value"),
    ("vote on a revision to come", put("vote", "revision", 2), 8, "revision"),
    # Revisions and acts.
    ("revision that is the present one", revised, 8, "revision"),
    ("act of no kind", lambda lines: lines.insert(4, {**ACT, "kind": "vote_cast"}), 5, None),
    ("act without its content", lambda lines: lines.insert(4, {**ACT}), 5, "content/role"),
    # The journal.
    ("entry left out", drop("journal", sequence=2), 11, "sequence"),
    ("entry twice", again("journal"), 11, "sequence"),
    ("entries out of order", last_first("journal"), 10, "sequence"),
    ("entry of no kind", put("journal", "kind", "post_forgotten"), 10, "kind"),
    ("entry with another digest", put("journal", "digest", "0" * 64), 10, "leaf_hash"),
    ("entry with another leaf hash", put("journal", "leaf_hash", "0" * 64), 10, "leaf_hash"),
    ("entry about a number not given", put("journal", "number", 4), 10, "number"),
    ("entry dated before", put("journal", "at", "2014-10-04T08:00:00.000000Z", sequence=2), 11, "at"),
    ("entry yet to come", put("journal", "at", "2999-01-01T00:00:00.000000Z"), 10, "at"),
]


def test_a_good_file_is_taken(instance: Instance) -> None:
    assert not isinstance(instance.bring_in(good()), Refused)
    assert instance.findings() == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "line", "field"), [case[1:] for case in FIELDS], ids=[case[0] for case in FIELDS]
)
def test_what_does_not_fit_is_refused_where_it_stands(
    instance: Instance, change: Callable[[Lines], object], line: int, field: str | None
) -> None:
    with pytest.raises(UnfitArchiveError) as refused:
        instance.bring_in(changed(good(), change))
    assert refused.value.line == line, str(refused.value)
    if field is not None:
        assert refused.value.field == field, str(refused.value)
    for table in TABLES:
        assert instance.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - our own names


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Changes octets in the middle, without making the last line fit."""
    return lambda octets: octets.replace(old, new, 1)


WHOLE: Final = [
    ("nothing at all", lambda octets: b"", 1, None),
    ("the last line alone", lambda octets: octets.splitlines(keepends=True)[-1], 1, "type"),
    ("no last line", lambda octets: b"".join(octets.splitlines(keepends=True)[:-1]), 15, None),
    ("no last line end", lambda octets: octets[:-1], 15, None),
    ("a line behind the last", lambda octets: octets + b"{}\n", 16, None),
    ("an empty line behind the last", lambda octets: octets + b"\n", 16, None),
    ("an empty line", replaced(b"\n", b"\n\n"), 2, None),
    ("line ends of another system", lambda octets: octets.replace(b"\n", b"\r\n"), 1, None),
    ("a byte order mark", lambda octets: b"\xef\xbb\xbf" + octets, 1, None),
    ("another encoding", lambda octets: octets.decode().encode("utf-16"), 1, None),
    ("octets that are no text", replaced(b"Camille", b"Cam\xffille"), 5, None),
    ("half a surrogate", replaced(b"Camille", b"\\ud83d"), 5, None),
    ("a null", replaced(b"Camille", b"\\u0000"), 5, "author_name"),
    ("no JSON", replaced(b'{"type":"post"', b'{type:"post"'), 5, None),
    ("a list", replaced(b'{"type":"debate"', b'[{"type":"debate"'), 1, None),
    ("not a number", replaced(b'"revision":1', b'"revision":NaN'), 5, "revision"),
    ("another name", replaced(b"Camille", b"Claudine"), 15, "sha256"),
    ("a space", replaced(b'{"type":"post"', b'{ "type":"post"'), 15, "sha256"),
    ("another count", replaced(b'"vote":2', b'"vote":3'), 15, "counts/vote"),
    ("another hash", replaced(b'"sha256":"', b'"sha256":"0'), 15, "sha256"),
]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "line", "field"), [case[1:] for case in WHOLE], ids=[case[0] for case in WHOLE]
)
def test_a_damaged_file_is_refused(
    instance: Instance, change: Callable[[bytes], bytes], line: int, field: str | None
) -> None:
    with pytest.raises(UnfitArchiveError) as refused:
        instance.bring_in(change(good()))
    assert (refused.value.line, refused.value.field) == (line, field), str(refused.value)
    assert instance.rows("SELECT count(*) FROM debates") == [(0,)]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_file_that_breaks_off_is_refused_wherever_it_does(instance: Instance) -> None:
    for piece in in_pieces(good(), 97):
        with pytest.raises(UnfitArchiveError):
            instance.bring_in(piece)
    assert instance.rows("SELECT count(*) FROM debates") == [(0,)]


def test_what_breaks_off_late_leaves_nothing(instance: Instance) -> None:
    octets = large_archive(2_500)
    with pytest.raises(UnfitArchiveError):
        instance.bring_in(octets[: -len(octets) // 50])
    for table in TABLES:
        assert instance.rows(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - our own names
    assert instance.rows("SELECT count(*) FROM people WHERE imported_with IS NOT NULL") == [(0,)]


def test_a_line_that_does_not_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LINE_MAX", 1_000)
    stream = io.BytesIO(b"{" + b" " * 1_000_000)
    with pytest.raises(UnfitArchiveError, match="too long"):
        list(reading.read_debate_jsonl(stream))
    assert stream.tell() == 1_001


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_participant_of_another_import_is_not_taken_over(instance: Instance) -> None:
    instance.bring_in(good())
    other = ArchiveMaker(1).post(1)
    lines = other.lines()
    lines[0] |= {"id": "01890000-0000-7000-8000-00000000aaaa", "slug": "autre"}
    # Whoever wrote this file knows the id of somebody here, declared or not.
    with pytest.raises(UnfitArchiveError) as refused:
        instance.bring_in(sealed(lines))
    assert (refused.value.line, refused.value.field) == (2, "id")
    del lines[1]
    with pytest.raises(UnfitArchiveError) as refused:
        instance.bring_in(sealed(lines))
    assert (refused.value.line, refused.value.field) == (2, "author")


def test_numbers_can_have_gaps_where_a_source_is_named(instance: Instance, elsewhere: Instance) -> None:
    maker = ArchiveMaker(2797, source={"format": "un autre site"}).post(2150).post(2797, on=2150)
    octets = maker.octets()
    instance.bring_in(octets)
    assert instance.rows("SELECT number, contribution FROM posts ORDER BY number") == [
        (2150, None),
        (2797, 2150),
    ]
    assert instance.rows("SELECT last_number, contributions, arguments_contra FROM debates") == [(2797, 1, 1)]
    assert instance.findings() == []
    exported = instance.export(maker.debate)
    elsewhere.bring_in(exported)
    assert elsewhere.export(maker.debate) == exported
    assert lines_of(exported) == lines_of(octets)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_numbers_without_a_source_have_no_gaps(instance: Instance) -> None:
    with pytest.raises(UnfitArchiveError) as refused:
        instance.bring_in(ArchiveMaker(2797).post(2150).post(2797, on=2150).octets())
    assert refused.value.field == "number"
