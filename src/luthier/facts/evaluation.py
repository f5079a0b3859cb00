"""How good predictions are, computed by `stages/evaluate`."""

from dataclasses import dataclass, field
from typing import Literal

LOWER_IS_BETTER = frozenset({"log_loss", "calibration_error"})
"""Metrics whose better values are the smaller ones."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with its 95 % interval; `low` and `high` equal `value` where no interval was computed."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ClassScores:
    """Scores of one class: precision, recall and F1 from 0 to 1, and its rows."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class SetLoss:
    """Mean loss of the task on one of several evaluation sets, raw, and the rows scored, 0 where they are not known."""

    loss: float
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of one model on one split.

    Attributes:
        name: what was scored: "model", or the id of a baseline.
        split: "train" (a sample), "validation" or "test".
        rows: rows scored.
        scores: metric to score with interval. Classification has accuracy, macro_f1, mcc, log_loss, calibration_error.
        per_class: class name to its scores.
        confusion: rows are gold classes, columns predicted ones, in the order of the classes.
        predicted_share: class name to the share of rows predicted as it.
        logit_spread: mean over rows of the standard deviation of the logits; None for baselines.
        loss: mean loss of the task, raw; None for baselines.
        seconds: wall time.
        sets: name of an evaluation set to the loss on it, where a run has several; empty where it has one. A log may
            hold an evaluation for each set, or one for all.
    """

    name: str
    split: str
    rows: int
    scores: dict[str, Interval]
    per_class: dict[str, ClassScores] = field(default_factory=dict)
    confusion: tuple[tuple[int, ...], ...] = ()
    predicted_share: dict[str, float] = field(default_factory=dict)
    logit_spread: float | None = None
    loss: float | None = None
    seconds: float = 0.0
    sets: dict[str, SetLoss] = field(default_factory=dict)

    def score(self, metric: str) -> float:
        """The value of a metric; KeyError where it was not computed."""
        return self.scores[metric].value


@dataclass(frozen=True, slots=True)
class Comparison:
    """A paired test of the model against a baseline on the same rows.

    Attributes:
        baseline: its id.
        metric: what was compared.
        difference: lead of the model, positive where it is better (for losses, baseline minus model), with its 95 %
            paired bootstrap interval.
        p_value: exact McNemar test on the rows on which they differ.
        model_only: rows that only the model has right.
        baseline_only: rows that only the baseline has right.
    """

    baseline: str
    metric: str
    difference: Interval
    p_value: float
    model_only: int
    baseline_only: int


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Proof that a metric measures: gold against gold and gold against shuffled gold.

    Attributes:
        metric: its name.
        perfect: score of gold against gold.
        shuffled: score of gold against a shuffle of itself.
        expected_perfect: what a working metric gives for gold against gold.
        passed: whether both are as they must be.
    """

    metric: str
    perfect: float
    shuffled: float
    expected_perfect: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Scores:
    """All scores of a run on one split.

    Attributes:
        model: the fine-tuned model.
        baselines: cheap and strong, best first.
        comparisons: one per baseline.
        self_tests: one per metric.
    """

    model: Evaluation
    baselines: tuple[Evaluation, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    self_tests: tuple[SelfTest, ...] = ()

    @property
    def best_baseline(self) -> Evaluation | None:
        """The strongest baseline, or None."""
        return self.baselines[0] if self.baselines else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict of a run.

    Attributes:
        kind: "ready"; "cannot_tell" (the test split is too small); "not_better" (than the baseline); or "failed".
        metric: score on which it was decided.
        reasons: message ids with their numbers, for the report to put into words.
        rows_needed: test rows that would settle it, for "cannot_tell".
    """

    kind: Literal["ready", "cannot_tell", "not_better", "failed"]
    metric: str
    reasons: tuple[tuple[str, dict[str, float | int | str]], ...] = ()
    rows_needed: int | None = None
