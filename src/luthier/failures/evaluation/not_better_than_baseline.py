"""A cheap baseline does as well as the fine-tuned model, or better.

Symptom
    A good score that word counts with a logistic regression, or the frozen encoder, reach as well.

Why it is silent
    A score without a baseline says nothing. 96 % may be a triumph or what counting words gives.

Evidence
    After: the paired comparison with the best baseline on the same rows, test where there is one, else validation.
    An error when the model is worse (the whole 95 % interval of the difference lies below zero), a warning when the
    interval ends within one point above zero: then no rows of this kind would show a gain worth having. Where the
    interval is wider than that, the rows are too few to tell, and the answer is "not looked". Of a run that another
    tool made, where its validation rows are at hand: a warning when a baseline fitted on the training rows is more
    accurate by more than 1.96 times the standard error of the difference of two shares, and the log names as many rows.

Fix
    Advice only: use the baseline, or find out why the model does not get ahead.

Source
    Dror et al. 2018, https://aclanthology.org/P18-1128 (paired tests in NLP). Zhang et al. 2021,
    https://arxiv.org/abs/2006.05987. Our runs on Reuters R8 (official test): TF-IDF with logistic regression 0.973,
    frozen MiniLM-L6 0.964, full fine-tune 0.975.
"""

import math

from luthier.facts.evaluation import Comparison, Evaluation, Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import Scene
from luthier.failures._causes import NOT_LEARNED
from luthier.failures._signals import Z95

MESSAGE = {
    "worse": (
        "The model is {difference:.1f} points of {metric} behind the baseline {baseline} on {rows} {split} rows (95"
        " % interval {low:.1f} to {high:.1f})."
    ),
    "equal": (
        "The model is no better than the baseline {baseline}: {difference:+.1f} points of {metric} on {rows} "
        "{split} rows (95 % interval {low:.1f} to {high:.1f})."
    ),
    "foreign": (
        "The run has {model:.1f} % accuracy on {rows} {split} rows, and the baseline {baseline}, fitted on the same "
        "training rows in a second, has {other:.1f} %."
    ),
}
WHY = "The baseline costs seconds to train and next to nothing to run. What the fine-tune adds, it does not pay for."
NEXT_STEP = {
    "worse": (
        "Something holds the fine-tune back: look at the other findings first, then train longer or at twice the "
        "rate, or use {baseline}."
    ),
    "equal": "Use {baseline}, or try a larger model; more rows help a fine-tune more than they help a baseline.",
    "foreign": (
        "Something holds the fine-tune back: look at the other findings first, then train longer or at twice the "
        "rate, or use {baseline}."
    ),
}
DEGREE = Degree.ADVICE
SIGNS = ("no better than a baseline",)
EXPLAINED_BY = (
    *NOT_LEARNED,
    "labels_permuted",
    "multilabel_by_accident",
    "half_precision_costs_quality",
    "one_class_predicted",
    "stuck_at_chance",
    "stop_words_removed_before_encoder",
    "text_truncated_away",
    "overfitting",
)
WORTH = 0.01

BAD = Scene(
    rows=300,
    settings={
        "strategy.name": "full",
        "train.epochs": 4,
        "train.word_dropout": 0.75,
        "data.validation_share": 0.2,
        "data.test_share": 0.3,
    },
    says="Single words tell four topics apart; three of four words are masked in training.",
)
GOOD = Scene(
    corpus="reviews",
    rows=300,
    settings={"strategy.name": "full", "train.epochs": 4, "data.validation_share": 0.2, "data.test_share": 0.2},
    says="Negations, which counting words cannot read, and whole sentences in training.",
)


def after(validation: Scores, test: Scores | None = None) -> Finding | NotLooked | None:
    """Compare with the best baseline."""
    scores = test or validation
    if scores.best_baseline is None:
        return NotLooked("no baseline was scored")
    if not scores.comparisons:
        return _of_another_tool(scores, scores.best_baseline)
    best = scores.best_baseline.name
    against = next((c for c in scores.comparisons if c.baseline == best), scores.comparisons[0])
    gain = against.difference
    if gain.high < 0:
        return _finding(scores, against, "worse")
    if gain.value > 0 and gain.low > 0:
        return None
    if gain.high <= WORTH:
        return _finding(scores, against, "equal")
    return NotLooked(
        f"{scores.model.rows} {scores.model.split} rows are too few: the difference to {against.baseline} lies between "
        f"{100 * gain.low:.1f} and {100 * gain.high:.1f} points"
    )


def _of_another_tool(scores: Scores, best: Evaluation) -> Finding | NotLooked | None:
    own = scores.model.scores.get("accuracy")
    if own is None or scores.model.rows != best.rows or not 0 <= own.value <= 1:
        return NotLooked("the log has no accuracy on as many rows as were given")
    other = best.score("accuracy")
    noise = Z95 * math.sqrt((other * (1 - other) + own.value * (1 - own.value)) / best.rows)
    if other - own.value <= noise:
        return None
    return Finding(
        failure="not_better_than_baseline",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.9,
        numbers={
            "model": 100 * own.value,
            "other": 100 * other,
            "baseline": best.name,
            "rows": best.rows,
            "split": scores.model.split,
        },
        place=Place("split", scores.model.split),
        variant="foreign",
    )


def _finding(scores: Scores, against: Comparison, variant: str) -> Finding:
    gain = against.difference
    return Finding(
        failure="not_better_than_baseline",
        moment=Moment.AFTER,
        severity="error" if variant == "worse" else "warning",
        confidence=0.95,
        numbers={
            "difference": 100 * (abs(gain.value) if variant == "worse" else gain.value),
            "low": 100 * gain.low,
            "high": 100 * gain.high,
            "metric": against.metric,
            "baseline": against.baseline,
            "rows": scores.model.rows,
            "split": scores.model.split,
        },
        place=Place("split", scores.model.split),
        variant=variant,
    )
