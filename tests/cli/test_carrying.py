"""Import and export on the command line, on both databases."""

import json
import shutil
from pathlib import Path

import pytest

from consultation.cli.failures import ExitCode
from tests.cli.conftest import Cli, Ran

SHIPPED = Path(__file__).parents[2] / "src/consultation/cli/demo/closed.jsonl"
DEBATE = "valbruyere/demarches-en-ligne"
UID = json.loads(SHIPPED.read_text("utf-8").splitlines()[0])["id"]


@pytest.fixture
def carried(cli: Cli, town: str) -> Ran:
    """The closed debate of the demonstration, brought in."""
    return cli("import", "debate-jsonl", str(SHIPPED))


def test_a_debate_comes_in_and_goes_out_as_it_was(cli: Cli, carried: Ran, tmp_path: Path) -> None:
    assert carried.code == 0, carried.err
    assert carried.out.split()[-1] == UID
    assert DEBATE in carried.out
    assert "2 posts, 0 votes, 2 participants, 3 journal entries" in carried.out
    for named in (DEBATE, UID, UID.upper()):
        told = cli("export", "debate-jsonl", named)
        assert (told.code, told.out) == (0, SHIPPED.read_text("utf-8"))
        assert "Exported 9 records" in told.err
    target = tmp_path / "out.jsonl"
    assert cli("export", "debate-jsonl", DEBATE, "--output", str(target)).out == ""
    assert target.read_bytes() == SHIPPED.read_bytes()
    assert [path.name for path in tmp_path.glob("*out*")] == ["out.jsonl"]


def test_a_debate_that_is_there_is_not_brought_in_twice(cli: Cli, carried: Ran) -> None:
    assert carried.code == 0
    told = cli("import", "debate-jsonl", str(SHIPPED))
    assert (told.code, told.out) == (ExitCode.REFUSED, "")
    assert "Traceback" not in told.err


def test_a_debate_can_go_to_another_organisation(cli: Cli) -> None:
    cli("organisation", "create", "ailleurs", "Ville d'ailleurs")
    assert cli("import", "debate-jsonl", str(SHIPPED)).code == ExitCode.REFUSED
    told = cli("import", "debate-jsonl", str(SHIPPED), "--organisation", "ailleurs")
    assert told.code == 0
    assert "ailleurs/demarches-en-ligne" in told.out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("habitants", "habitante"), "sha256"),
        (lambda text: text[: len(text) // 2], "breaks off"),
        (lambda text: "", "is missing"),
        (lambda text: text.replace('"number":2150', '"number":0', 1), "number"),
    ],
)
def test_a_damaged_file_is_refused_as_a_whole(
    cli: Cli, town: str, tmp_path: Path, change: object, words: str
) -> None:
    damaged = tmp_path / "damaged.jsonl"
    assert callable(change)
    damaged.write_text(change(SHIPPED.read_text("utf-8")), "utf-8")
    told = cli("import", "debate-jsonl", str(damaged))
    assert (told.code, told.out) == (ExitCode.REFUSED, "")
    assert "is not a whole debate-jsonl file" in told.err
    assert words in told.err
    assert cli("export", "debate-jsonl", DEBATE).code == ExitCode.REFUSED


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("debate-jsonl", str(SHIPPED), "--title", "x"), "--title: a debate-jsonl file says all that itself"),
        (("debate-jsonl", "nowhere.jsonl"), "does not exist"),
        (("cap-collectif-json", str(SHIPPED), "--title", "x"), "needs --organisation, --opens-at"),
        (("word", str(SHIPPED)), "'word' is not one of"),
        (("debate-jsonl",), "Missing argument"),
    ],
)
def test_wrong_use_is_explained(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    told = cli("import", *arguments)
    assert told.code == ExitCode.USAGE
    assert words in told.err.replace("\n", " ")


@pytest.mark.parametrize("named", ["nowhere/nothing", "valbruyere/nothing", "nonsense", "0" * 32])
def test_a_debate_that_is_not_there_cannot_be_exported(
    cli: Cli, town: str, tmp_path: Path, named: str
) -> None:
    told = cli("export", "debate-jsonl", named, "--output", str(tmp_path / "x.jsonl"))
    assert told.code == ExitCode.REFUSED
    assert "ORGANISATION/SLUG" in told.err
    assert list(tmp_path.glob("*x.jsonl*")) == []


def test_an_output_that_cannot_be_written_is_said(cli: Cli, carried: Ran, tmp_path: Path) -> None:
    assert carried.code == 0
    told = cli("export", "debate-jsonl", DEBATE, "--output", str(tmp_path / "no" / "where.jsonl"))
    assert told.code == ExitCode.REFUSED
    assert "No such file or directory" in told.err


OPINION = {
    "opinion": {
        "id": 61,
        "title": "Ouvrir les données",
        "body": "<p>Publier les <strong>horaires</strong>.</p>",
    }
}
"""Not what the platform answers: enough to be read, and refused."""


def foreign(cli: Cli, file: Path, *more: str) -> Ran:
    period = ("--opens-at", "2015-09-26T08:00", "--closes-at", "2015-10-18T23:59")
    return cli("import", "cap-collectif-json", str(file), "--title", "Une loi", *period, *more)


def test_a_foreign_consultation_comes_with_a_report(cli: Cli, town: str, tmp_path: Path) -> None:
    file, report = tmp_path / "opinions.ndjson", tmp_path / "report.json"
    file.write_text(json.dumps(OPINION) + "\nno json\n", "utf-8")
    told = foreign(cli, file, "--organisation", town, "--slug", "loi", "--report", str(report))
    assert told.code == 0, told.err
    assert "opinion: 2 read, 0 taken, 2 refused" in told.out
    assert f"Imported {town}/loi" in told.out
    written = json.loads(report.read_text("utf-8"))
    assert {"read", "taken", "refused", "notes", "not_stored"} == written.keys()
    assert [row["row"] for row in written["refused"]] == [1, 2]
    assert cli("export", "debate-jsonl", f"{town}/loi").code == 0


def test_the_period_of_a_foreign_consultation_is_never_guessed(cli: Cli, town: str, tmp_path: Path) -> None:
    file = tmp_path / "opinions.ndjson"
    file.write_text(json.dumps(OPINION) + "\n", "utf-8")
    more = ("--organisation", town, "--closes-at")
    told = foreign(cli, file, *more, "2015-10-25T02:30")
    assert (told.code, told.out) == (ExitCode.USAGE, "")
    assert "happens twice in Europe/Paris" in told.err
    told = foreign(cli, file, *more, "2015-10-18")
    assert told.code == ExitCode.USAGE
    assert "has no hour" in told.err
    told = foreign(cli, file, *more, "2015-01-01T00:00")
    assert told.code == ExitCode.REFUSED
    assert foreign(cli, file, "--organisation", "nowhere").code == ExitCode.REFUSED


def test_one_csv_file_is_one_debate(cli: Cli, town: str, tmp_path: Path) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        shutil.copyfile(SHIPPED, file)
    period = ("--opens-at", "2015-09-26T08:00", "--closes-at", "2015-10-18T23:59")
    names = [str(file) for file in files]
    told = cli("import", "cap-collectif-csv", *names, "--organisation", town, "--title", "x", *period)
    assert told.code == ExitCode.USAGE
    assert "is one file" in told.err
