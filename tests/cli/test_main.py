"""The command line as a whole: screens, errors, exit status."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from luthier.cli import main as cli
from luthier.errors import InputError


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_welcome(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Without words, or asking for help, people get examples and the commands, and status 0."""
    assert cli.main(words) == 0

    shown = capsys.readouterr().out
    assert "luthier fit reviews.csv" in shown
    assert all(command in shown for command in cli.COMMANDS)


@pytest.mark.parametrize(("typed", "meant"), [("fti", "fit"), ("daignose", "diagnose"), ("explian", "explain")])
def test_unknown_command(typed: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip is answered with the command that was meant, on stderr, with status 2."""
    assert cli.main([typed]) == 2

    shown = capsys.readouterr()
    assert f"did you mean {meant}?" in shown.err
    assert shown.out == ""


def test_far_from_any_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing is near, all commands are listed."""
    assert cli.main(["xyzzy"]) == 2
    assert "commands: fit, check" in capsys.readouterr().err


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_help_of_each_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command has help with examples that name it."""
    assert cli.main([command, "--help"]) == 0

    shown = capsys.readouterr().out
    assert f"usage: luthier {command}" in shown
    assert "examples:\n  luthier " in shown


def acting(what: BaseException) -> SimpleNamespace:
    """A command that raises."""

    def run(wanted: object) -> int:
        raise what

    return SimpleNamespace(SUMMARY="x", EXAMPLES=(("luthier x", "x"),), add_arguments=lambda parser: None, run=run)


def test_errors_are_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An error of ours is a sentence with place and next step, never a traceback."""
    error = InputError("the file is empty", where="a.csv", next_step="name another file")
    monkeypatch.setitem(cli.COMMANDS, "fit", acting(error))

    assert cli.main(["fit"]) == 2
    assert capsys.readouterr().err == "error: a.csv: the file is empty\n  next: name another file\n"


def test_errors_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json, the error is JSON on stdout, in its parts."""
    assert cli.main(["explain", "xyzzy", "--json"]) == 2

    error = json.loads(capsys.readouterr().out)["error"]
    assert error["what"] == "there is no failure xyzzy"
    assert error["next_step"]


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (KeyboardInterrupt("runs/x-1"), "luthier fit --resume runs/x-1"),
        (KeyboardInterrupt(), "stopped"),
    ],
)
def test_interrupted(
    stop: KeyboardInterrupt, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends with 130; where a run can go on, with the word how."""
    monkeypatch.setitem(cli.COMMANDS, "fit", acting(stop))

    assert cli.main(["fit"]) == 130
    told = capsys.readouterr().err
    assert said in told
    assert ("--resume" in told) == bool(stop.args)


def test_bugs_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that is not ours keeps its traceback."""
    monkeypatch.setitem(cli.COMMANDS, "fit", acting(ZeroDivisionError()))

    with pytest.raises(ZeroDivisionError):
        cli.main(["fit"])


def test_python_m_and_a_reader_that_goes_away() -> None:
    """`python -m luthier` works, and a closed pipe ends it without a complaint."""
    listing = f"{sys.executable} -m luthier failures | head -1"

    done = subprocess.run(["bash", "-c", listing], capture_output=True, text=True, check=False)

    assert done.stdout.strip()
    assert done.stderr == ""


@pytest.mark.parametrize("words", [["version"], ["--version"], ["-V"]])
def test_version(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The versions that a bug report needs."""
    assert cli.main(words) == 0

    shown = capsys.readouterr().out
    assert shown.startswith("luthier ")
    assert "\ntorch " in shown
