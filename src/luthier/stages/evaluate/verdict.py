"""The verdict of a run: ready, cannot tell, not better, or failed.

The rule, with d the difference between model and best baseline on the plan's metric, on the test split, and [low, high]
its 95 % paired interval (docs/decisions/0010-the-verdict-is-a-paired-interval.md says why, and what was rejected):

1. **failed** if the scores cannot be trusted or used: training left no score, a metric failed its self-test, or a
   failure of severity error was seen.
2. **ready** if low > 0, and at least six rows are answered right by one of the two alone. With five or fewer no exact
   paired test can reach 5 % (2 · 0.5⁵ = 6.25 %), and the interval is too narrow to be believed.
3. **not better** if high < one point: a gain worth having is ruled out.
4. **cannot tell** otherwise: the interval holds both "nothing gained" and "a gain worth having". The report then says
   how many test rows would settle it.
"""

import math

from luthier.facts.artifact import ArtifactFacts
from luthier.facts.evaluation import LOWER_IS_BETTER, Comparison, Outcome, Scores
from luthier.facts.finding import Number, Verdicts
from luthier.stages.evaluate.compare import rows_to_settle

WORTH_HAVING = 0.01
"""The smallest gain that counts: one point of accuracy or F1, 0.01 nats of log loss. A smaller one does not pay for a
model that is a thousand times slower than TF-IDF; smaller differences are also within what another seed gives (Dodge et
al., arXiv 2002.06305)."""
FEWEST_DIFFERENT_ROWS = 6
LEVEL = 0.0005
"""Differences below this are printed as zero, and are told as such."""
NEAR_PERFECT = 0.95
"""From this score of the baseline on, the report says how little there is left to gain."""
JUDGED_HERE = frozenset({"not_better_than_baseline"})
"""Failures that restate this verdict; they do not turn it into "failed"."""

Reason = tuple[str, dict[str, Number]]


def decide(metric: str, test: Scores | None, verdicts: Verdicts, artifact: ArtifactFacts | None) -> Outcome:
    """Decide on a finished run.

    Args:
        metric: the plan's metric.
        test: scores on the test split; None when training did not come so far.
        verdicts: last word of every failure.
        artifact: the saved model loaded again; None when it was not looked at.

    Returns:
        The outcome. Its reasons are ids of `stages/report/words.py` with their numbers, the decisive ones first.
    """
    broken = _broken(test, verdicts)
    if broken or test is None:
        return Outcome("failed", metric, tuple(broken))
    beside = _beside(artifact, verdicts)
    if not test.comparisons:
        return Outcome("cannot_tell", metric, (("no_baseline", {}), *beside))
    outcome = _compared(metric, test, test.comparisons[0])
    return Outcome(outcome.kind, metric, (*outcome.reasons, *beside), outcome.rows_needed)


def exit_status(outcome: Outcome | None) -> int:
    """Exit status of a command: 1 for a failed run or a model that is not better than its baseline, else 0.

    "Cannot tell" is 0: nothing was found to be wrong, the test is too small to say more.
    """
    return int(outcome is not None and outcome.kind in ("failed", "not_better"))


def _broken(test: Scores | None, verdicts: Verdicts) -> list[Reason]:
    """What makes the scores useless. Any score that is not a number counts: a model that predicts NaN still has an
    accuracy, that of the first class."""
    reasons: list[Reason] = [
        ("error_finding", {"failure": finding.failure})
        for finding in verdicts.seen
        if finding.severity == "error" and finding.failure not in JUDGED_HERE
    ]
    if test is None:
        return [*reasons, ("no_scores", {})]
    broken = [name for name, score in test.model.scores.items() if math.isnan(score.value)]
    reasons += [("score_is_nan", {"metric": name}) for name in broken[:1]]
    failed = (one for one in test.self_tests if not one.passed)
    return reasons + [
        ("self_test_failed", {"metric": one.metric, "perfect": one.perfect, "shuffled": one.shuffled}) for one in failed
    ]


def _compared(metric: str, test: Scores, comparison: Comparison) -> Outcome:
    numbers = _numbers(metric, test, comparison)
    difference = comparison.difference
    differ = comparison.model_only + comparison.baseline_only
    extra = _near_perfect(metric, numbers)
    if difference.low > 0 and (metric in LOWER_IS_BETTER or differ >= FEWEST_DIFFERENT_ROWS):
        return Outcome("ready", metric, (("better", numbers),))
    if difference.high < 0:
        return Outcome("not_better", metric, (("worse", numbers),))
    if difference.high < WORTH_HAVING:
        return Outcome("not_better", metric, (("gain_too_small", numbers), *extra))
    needed = _rows_needed(test.model.rows, comparison)
    found = "too_few_rows" if difference.value > 0 else "too_few_rows_no_gain"
    if abs(difference.value) < LEVEL:
        found = "too_few_rows_level"
    return Outcome("cannot_tell", metric, ((found, numbers | {"rows_needed": needed}), *extra), needed)


def _rows_needed(rows: int, comparison: Comparison) -> int:
    """Rows to leave out 0, or to leave out a gain worth having, whichever the difference is further from.

    To leave out 0 also takes as many rows as hold `FEWEST_DIFFERENT_ROWS` at the share found here.
    """
    if comparison.difference.value < WORTH_HAVING / 2:
        return rows_to_settle(rows, comparison.difference, WORTH_HAVING)
    differ = max(comparison.model_only + comparison.baseline_only, 1)
    return max(rows_to_settle(rows, comparison.difference, 0.0), -(-rows * FEWEST_DIFFERENT_ROWS // differ))


def _numbers(metric: str, test: Scores, comparison: Comparison) -> dict[str, Number]:
    return {
        "metric": metric,
        "baseline": comparison.baseline,
        "model_score": test.model.score(metric),
        "baseline_score": test.baselines[0].score(metric),
        "difference": comparison.difference.value,
        "low": comparison.difference.low,
        "high": comparison.difference.high,
        "p_value": comparison.p_value,
        "model_only": comparison.model_only,
        "baseline_only": comparison.baseline_only,
        "rows": test.model.rows,
        "worth_having": WORTH_HAVING,
    }


def _near_perfect(metric: str, numbers: dict[str, Number]) -> tuple[Reason, ...]:
    score = float(numbers["baseline_score"])
    if metric in LOWER_IS_BETTER or score < NEAR_PERFECT:
        return ()
    kept = ("metric", "baseline", "baseline_score")
    return (("near_perfect_baseline", {key: numbers[key] for key in kept} | {"left": 1 - score}),)


def _beside(artifact: ArtifactFacts | None, verdicts: Verdicts) -> list[Reason]:
    """What stands beside the decision: the saved model, and warnings that did not stop it."""
    if artifact is None:
        reasons: list[Reason] = [("reload_not_checked", {})]
    else:
        reasons = [("reload_agrees", {"rows": artifact.rows, "largest_gap": artifact.largest_gap})]
    warnings = sum(finding.severity == "warning" for finding in verdicts.seen)
    return [*reasons, ("warnings_seen", {"count": warnings})] if warnings else reasons
