"""What was saved against what was in memory."""

from dataclasses import replace
from pathlib import Path

import pytest

from luthier.checking import check
from luthier.facts.artifact import ArtifactFacts
from luthier.facts.finding import Moment, Number
from luthier.facts.scene import LiveScene
from luthier.facts.trial import Experiment, TrialFacts
from luthier.integrations.stage import build
from tests.failures.examples import look, seen

NAME = "reload_gap"
SAME = ArtifactFacts("runs/x/model", 50, 50, 1e-7, ("bad", "good"), ("bad", "good"))


@pytest.mark.parametrize(
    ("changes", "variant", "severity"),
    [
        ({"missing": ("classifier.weight",), "same_label": 25, "largest_gap": 0.5}, "missing", "error"),
        ({"label_names": ("LABEL_0", "LABEL_1")}, "names", "error"),
        ({"same_label": 49}, "changed", "error"),
        ({"largest_gap": 0.0011}, "changed", "error"),
        ({"largest_gap": float("nan")}, "changed", "error"),
        ({"tokenizer_saved": False}, "tokenizer", "warning"),
    ],
)
def test_seen(changes: dict[str, object], variant: str, severity: str) -> None:
    """The most telling difference is named."""
    found = seen(NAME, Moment.AFTER, artifact=replace(SAME, **changes))  # type: ignore[arg-type]

    assert (found.variant, found.severity, found.place.name) == (variant, severity, "runs/x/model")


@pytest.mark.parametrize("gap", [0.0, 0.001])
def test_clear(gap: float) -> None:
    """The order of summation may differ."""
    assert look(NAME, Moment.AFTER, artifact=replace(SAME, largest_gap=gap)) is None


def test_not_looked() -> None:
    """No rows were compared."""
    empty = replace(SAME, rows=0, same_label=0, largest_gap=0.0)

    assert "no rows" in str(look(NAME, Moment.AFTER, artifact=empty))


def trial(answer: str, repeated: str = "passed", **numbers: Number) -> TrialFacts:
    """A battery in which the model was saved and loaded."""
    reload = Experiment("reload", answer, {"rows": 8, "lost": 0, "difference": 0.0, **numbers})  # type: ignore[arg-type]
    again = Experiment("repeated_evaluation", repeated)  # type: ignore[arg-type]
    return TrialFacts({one.name: one for one in (reload, again)})


@pytest.mark.parametrize(
    ("numbers", "variant"),
    [
        ({"lost": 2, "first_lost": "base_model.model.score.weight", "difference": 1.3}, "lost"),
        ({"difference": 0.4}, "moved"),
        ({"error": "ModelError", "message": "no file"}, "unloadable"),
    ],
)
def test_trial(numbers: dict[str, Number], variant: str) -> None:
    """What the trial saved is not what it had."""
    found = seen(NAME, Moment.BEFORE, trial=trial("failed", **numbers))

    assert (found.variant, found.severity) == (variant, "error")
    assert found.numbers["module"] == ("score" if variant == "lost" else "")


def test_trial_clear() -> None:
    """The same scores."""
    assert look(NAME, Moment.BEFORE, trial=trial("passed")) is None


def test_trial_not_looked() -> None:
    """Nothing was saved, or scores are drawn anew each time; what is missing is missing all the same."""
    assert isinstance(look(NAME, Moment.BEFORE, trial=trial("not run")), str)
    assert isinstance(look(NAME, Moment.BEFORE, trial=trial("failed", "failed", difference=1.1)), str)
    assert seen(NAME, Moment.BEFORE, trial=trial("failed", "failed", lost=1, first_lost="a.b")).variant == "lost"


def test_trainer_that_saves_its_body_alone(tmp_path: Path) -> None:
    """The head is missing from the files, and nothing else is told."""
    report = check(build(LiveScene(options={"head_not_saved": 1}), tmp_path), trial=True)

    assert [(one.failure, one.variant) for one in report.verdicts.seen] == [(NAME, "lost")]
    assert report.verdicts.seen[0].numbers["first"] in ("classifier.bias", "classifier.weight")
