"""Commands that do heavy work: what they hand on, and what they tell. The work itself is played by a stand-in."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from luthier.cli.main import main
from luthier.facts.evaluation import Outcome
from luthier.facts.event import Event, Watch
from luthier.facts.finding import Finding, Moment, Place, Verdict, Verdicts
from luthier.facts.report import Evidence, Report
from luthier.facts.request import Request

REPORT = Report("x-1", Evidence(), Verdicts(), Outcome("ready", "macro_f1"), folder="runs/x-1")
COUNTED = {"rows": 3, "total": 9, "percent": 33.3, "same_label": 3, "noise": 1.0, "first_row": 1, "first_other": 7}
NUMBERS = {**COUNTED, "split": "test", "other": "train"}
ERROR = Finding("train_test_overlap", Moment.BEFORE, "error", 1.0, NUMBERS, Place("rows"))


class Story(SimpleNamespace):
    """Stands in for run.py and reproduce.py: notes what it was asked, and answers with a report."""

    def __init__(self, report: Report = REPORT) -> None:
        super().__init__(report=report, asked=[])

    def _answer(self, *asked: object) -> Report:
        self.asked.append(asked)
        answer: Report = self.report
        return answer

    def fit(self, request: Request, watch: Watch) -> Report:
        """Told to fit."""
        watch(Event("notice", "plan", "working"))
        return self._answer("fit", request)

    def check(self, request: Request, watch: Watch, *, trial: bool) -> Report:
        """Told to check."""
        return self._answer("check", request)

    def resume(self, folder: str, watch: Watch) -> Report:
        """Told to go on."""
        return self._answer("resume", folder)

    def diagnose(
        self,
        folder: str,
        watch: Watch,
        *,
        data: str | None,
        base: str | None,
        text: str | None,
        label: str | None,
        ignore: tuple[str, ...],
        only: tuple[str, ...],
    ) -> Report:
        """Told to diagnose."""
        return self._answer("diagnose", folder, data, base, text, label, ignore, only)

    def predict_file(self, run: str, source: str, target: str, watch: Watch, text: str | None) -> int:
        """Told to predict."""
        self._answer("predict", run, source, target, text)
        return 1_200

    def reproduce(self, name: str, watch: Watch, *, good: bool, model: str | None) -> Report:
        """Told to act."""
        return self._answer("reproduce", name, good, model)


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> Story:
    """The stand-in, where the commands look for the real thing."""
    stand_in = Story()
    monkeypatch.setitem(sys.modules, "luthier.run", stand_in)
    monkeypatch.setitem(sys.modules, "luthier.reproduce", stand_in)
    return stand_in


def test_fit(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """The request is handed on; progress goes to stderr, the report alone to stdout."""
    assert main(["fit", "a.csv", "--epochs", "2", "--out", "o"]) == 0

    assert story.asked == [("fit", Request("a.csv", epochs=2.0, out="o"))]
    shown = capsys.readouterr()
    assert "runs/x-1" in shown.out
    assert "\x1b" not in shown.out
    assert shown.err == "plan: working\n"


def test_resume(story: Story) -> None:
    """A run goes on by its folder."""
    assert main(["fit", "--resume", "runs/x-1"]) == 0
    assert story.asked == [("resume", "runs/x-1")]


@pytest.mark.parametrize("words", [["fit"], ["fit", "a.csv", "--resume", "r"], ["check"]])
def test_data_is_needed_once(story: Story, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No data, or data for a run that has its own, is wrong use."""
    assert main(words) == 2
    assert story.asked == []
    assert "next: " in capsys.readouterr().err


def test_json(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json stdout is JSON and nothing else."""
    assert main(["check", "a.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "x-1"


@pytest.mark.parametrize(
    ("outcome", "severity", "status"),
    [
        ("ready", None, 0),
        ("cannot_tell", None, 0),
        ("not_better", None, 1),
        ("failed", None, 1),
        (None, None, 0),
        ("ready", "warning", 0),
        ("ready", "error", 1),
        (None, "error", 1),
    ],
)
def test_status(story: Story, outcome: str | None, severity: str | None, status: int) -> None:
    """The exit status follows the verdict and the gravest finding."""
    verdict = Verdict("train_test_overlap", Moment.BEFORE, "seen", replace(ERROR, severity=severity))  # type: ignore[arg-type]
    story.report = replace(
        REPORT,
        outcome=Outcome(outcome, "macro_f1") if outcome else None,  # type: ignore[arg-type]
        verdicts=Verdicts((verdict,) if severity else ()),
    )

    assert main(["diagnose", "runs/x-1"]) == status
    assert story.asked == [("diagnose", "runs/x-1", None, None, None, None, (), ())]


def test_a_silenced_error_does_not_count(story: Story) -> None:
    """What the user does not want to hear of does not fail a command."""
    silenced = Verdict("train_test_overlap", Moment.BEFORE, "seen", ERROR, silenced=True)
    story.report = replace(REPORT, outcome=None, verdicts=Verdicts((silenced,)))

    assert main(["check", "a.csv"]) == 0


def test_predict(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """The file to write is named after the file to read, unless it is said."""
    assert main(["predict", "runs/x-1", "in/new.csv"]) == 0
    assert main(["predict", "runs/x-1", "in/new.csv", "--out", "o.csv", "--text", "body", "--json"]) == 0

    target = str(Path("in/new.predicted.csv"))
    assert story.asked == [
        ("predict", "runs/x-1", "in/new.csv", target, None),
        ("predict", "runs/x-1", "in/new.csv", "o.csv", "body"),
    ]
    assert capsys.readouterr().out == (
        f'1,200 rows with labels and probabilities: {target}\n{{"rows": 1200, "file": "o.csv"}}\n'
    )


def test_predict_never_writes_over_its_input(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """The same file for both is refused."""
    assert main(["predict", "runs/x-1", "new.csv", "--out", "./new.csv"]) == 2
    assert story.asked == []
    assert "the file to write is the file to read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("good", "seen", "status"), [(False, True, 0), (False, False, 1), (True, False, 0), (True, True, 1)]
)
def test_reproduce(story: Story, good: bool, seen: bool, status: int) -> None:
    """A bad scene must show its failure, a good one must not."""
    verdict = Verdict("train_test_overlap", Moment.BEFORE, "seen", ERROR)
    story.report = replace(REPORT, outcome=None, verdicts=Verdicts((verdict,) if seen else ()))

    assert main(["reproduce", "train-test-overlap", *(["--good"] if good else [])]) == status
    assert story.asked == [("reproduce", "train_test_overlap", good, None)]
