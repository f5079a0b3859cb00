"""The rule of the verdict, as a table."""

import math
from dataclasses import replace

import pytest

from luthier.facts.artifact import ArtifactFacts
from luthier.facts.evaluation import Comparison, Evaluation, Interval, Outcome, Scores, SelfTest
from luthier.facts.finding import Finding, Moment, Place, Severity, Verdict, Verdicts
from luthier.stages.evaluate.verdict import decide, exit_status

ARTIFACT = ArtifactFacts("runs/x/model", 50, 50, 1e-7, ("a", "b"), ("a", "b"))
NOTHING = Verdicts()


def scores(
    low: float, value: float, high: float, *, differ: int = 20, baseline: float = 0.80, rows: int = 500
) -> Scores:
    """A model this much above its best baseline."""

    def scored(name: str, score: float) -> Evaluation:
        return Evaluation(name, "test", rows, {"macro_f1": Interval(score, score - 0.01, score + 0.01)})

    comparison = Comparison("tfidf", "macro_f1", Interval(value, low, high), 0.5, differ - differ // 3, differ // 3)
    tested = SelfTest("macro_f1", 1.0, 0.5, 1.0, passed=True)
    return Scores(scored("model", baseline + value), (scored("tfidf", baseline),), (comparison,), (tested,))


def seen(severity: Severity, failure: str = "train_test_overlap") -> Verdicts:
    """One finding."""
    finding = Finding(failure, Moment.AFTER, severity, 1.0, {}, Place("rows"))
    return Verdicts((Verdict(failure, Moment.AFTER, "seen", finding=finding),))


@pytest.mark.parametrize(
    ("low", "value", "high", "differ", "kind", "reason"),
    [
        (0.001, 0.020, 0.040, 20, "ready", "better"),
        (0.001, 0.004, 0.007, 20, "ready", "better"),
        (0.001, 0.020, 0.040, 5, "cannot_tell", "too_few_rows"),
        (-0.020, 0.0, 0.020, 20, "cannot_tell", "too_few_rows_level"),
        (0.001, 0.020, 0.040, 6, "ready", "better"),
        (-0.008, 0.012, 0.032, 20, "cannot_tell", "too_few_rows"),
        (-0.030, -0.010, 0.012, 20, "cannot_tell", "too_few_rows_no_gain"),
        (-0.004, 0.002, 0.008, 20, "not_better", "gain_too_small"),
        (-0.020, -0.008, 0.004, 20, "not_better", "gain_too_small"),
        (-0.040, -0.020, -0.001, 20, "not_better", "worse"),
        (0.0, 0.0, 0.0, 0, "not_better", "gain_too_small"),
    ],
)
def test_rule(low: float, value: float, high: float, differ: int, kind: str, reason: str) -> None:
    """Interval of the difference to verdict and decisive reason."""
    outcome = decide("macro_f1", scores(low, value, high, differ=differ), NOTHING, ARTIFACT)

    assert (outcome.kind, outcome.reasons[0][0]) == (kind, reason)
    assert (outcome.rows_needed is not None) == (kind == "cannot_tell")


def test_rows_needed_for_a_likely_gain() -> None:
    """Difference 0.012 with standard error 0.01 on 500 rows: (2.80 · 0.01 / 0.012)² · 500, 2,726, rounded up."""
    outcome = decide("macro_f1", scores(0.012 - 0.0196, 0.012, 0.012 + 0.0196), NOTHING, ARTIFACT)

    assert outcome.rows_needed == 2800


def test_rows_needed_to_rule_a_gain_out() -> None:
    """Difference -0.01: leaving out a gain of 0.01 is 0.02 away, (2.80 / 2)² · 500 = 981 rows, rounded up."""
    outcome = decide("macro_f1", scores(-0.01 - 0.0201, -0.01, -0.01 + 0.0201), NOTHING, ARTIFACT)

    assert outcome.rows_needed in (1000, 1100)


def test_rows_needed_hold_six_different_rows() -> None:
    """One different row in 500 is far from six: 3,000 rows at least."""
    outcome = decide("macro_f1", scores(0.0, 0.005, 0.006 + 0.01, differ=1), NOTHING, ARTIFACT)

    assert (outcome.rows_needed or 0) >= 3000


@pytest.mark.parametrize("severity", ["error", "warning", "note"])
def test_only_errors_fail(severity: Severity) -> None:
    """A warning is counted beside the verdict; an error takes its place."""
    outcome = decide("macro_f1", scores(0.01, 0.02, 0.03), seen(severity), ARTIFACT)
    reasons = dict(outcome.reasons)

    assert outcome.kind == ("failed" if severity == "error" else "ready")
    assert reasons.get("error_finding") == ({"failure": "train_test_overlap"} if severity == "error" else None)
    assert reasons.get("warnings_seen") == ({"count": 1} if severity == "warning" else None)


def test_finding_that_restates_the_verdict_does_not_fail() -> None:
    """Worse than the baseline is "not better", although its failure is an error."""
    outcome = decide("macro_f1", scores(-0.03, -0.02, -0.01), seen("error", "not_better_than_baseline"), ARTIFACT)

    assert outcome.kind == "not_better"


def test_silenced_error_does_not_fail() -> None:
    """What the user silenced is theirs to answer for; the report lists it."""
    verdicts = Verdicts(tuple(replace(one, silenced=True) for one in seen("error").all))

    assert decide("macro_f1", scores(0.01, 0.02, 0.03), verdicts, ARTIFACT).kind == "ready"


def test_broken_metric_fails() -> None:
    """A score that does not measure decides nothing."""
    broken = replace(scores(0.01, 0.02, 0.03), self_tests=(SelfTest("macro_f1", 0.9, 0.5, 1.0, passed=False),))
    outcome = decide("macro_f1", broken, NOTHING, ARTIFACT)

    assert (outcome.kind, outcome.reasons[0][0]) == ("failed", "self_test_failed")


def test_score_that_is_not_a_number_fails() -> None:
    """NaN is neither better nor worse, also in a metric that does not decide."""
    good = scores(0.01, 0.02, 0.03)
    lost = {"log_loss": Interval(math.nan, math.nan, math.nan)}
    for broken in (
        scores(math.nan, math.nan, math.nan),
        replace(good, model=replace(good.model, scores=good.model.scores | lost)),
    ):
        outcome = decide("macro_f1", broken, NOTHING, ARTIFACT)

        assert (outcome.kind, outcome.reasons[0][0]) == ("failed", "score_is_nan")


def test_no_scores_fails() -> None:
    """A run that never came to its test."""
    assert decide("macro_f1", None, NOTHING, None) == Outcome("failed", "macro_f1", (("no_scores", {}),))


def test_no_baseline_cannot_tell() -> None:
    """Without a comparison nothing says what a score is worth."""
    alone = replace(scores(0, 0, 0), baselines=(), comparisons=())

    assert decide("macro_f1", alone, NOTHING, ARTIFACT).kind == "cannot_tell"


def test_near_perfect_baseline_is_told() -> None:
    """From 0.95 on, the report says what is left to gain."""
    outcome = decide("macro_f1", scores(-0.01, 0.01, 0.03, baseline=0.962), NOTHING, ARTIFACT)
    told = dict(outcome.reasons)["near_perfect_baseline"]

    assert told["left"] == pytest.approx(0.038)
    assert "near_perfect_baseline" not in dict(decide("macro_f1", scores(-0.01, 0.01, 0.03), NOTHING, ARTIFACT).reasons)


def test_saved_model_stands_beside() -> None:
    """Loaded again or not: the report says which."""
    good = scores(0.01, 0.02, 0.03)

    assert dict(decide("macro_f1", good, NOTHING, ARTIFACT).reasons)["reload_agrees"]["rows"] == 50
    assert "reload_not_checked" in dict(decide("macro_f1", good, NOTHING, None).reasons)


@pytest.mark.parametrize(("kind", "status"), [("ready", 0), ("cannot_tell", 0), ("not_better", 1), ("failed", 1)])
def test_exit_status(kind: str, status: int) -> None:
    """1 where something is wrong or not worth it, else 0."""
    assert exit_status(Outcome(kind, "macro_f1")) == status  # type: ignore[arg-type]
    assert exit_status(None) == 0
