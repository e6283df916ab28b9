"""Languages of terminals, and progress that only a terminal sees."""

import io
import sys

import pytest

from consultation.cli.console import language, progress
from consultation.localisation.languages import Language


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, Language.EN),
        ({"LANG": "fr_FR.UTF-8"}, Language.FR),
        ({"LANG": "nl"}, Language.NL),
        ({"LANG": "de_AT@euro"}, Language.DE),
        ({"LANG": "C"}, Language.EN),
        ({"LANG": "POSIX"}, Language.EN),
        ({"LANG": "es_ES.UTF-8"}, Language.EN),
        ({"LANG": "fr_FR", "LC_MESSAGES": "nl_BE"}, Language.NL),
        ({"LANG": "fr_FR", "LC_MESSAGES": "nl_BE", "LC_ALL": "de_DE"}, Language.DE),
        ({"LANG": "fr_FR", "LC_ALL": ""}, Language.FR),
    ],
)
def test_the_language_is_that_of_the_terminal(variables: dict[str, str], expected: Language) -> None:
    assert language(variables) is expected


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("import") as show:
        show(1_000)
        show(2_000, 3_000)
    said = terminal.getvalue()
    assert "import: 1,000" in said
    assert "import: 2,000 of 3,000" in said
    assert "\n" not in said
    assert said.endswith("\r\x1b[2K")


def test_progress_says_nothing_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("import") as show:
        show(1_000)
    assert capsys.readouterr().err == ""
