"""The direction of the metric that picks the checkpoint."""

import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.finding import Moment
from luthier.failures._engine import all_failures
from luthier.failures.config.best_metric_in_wrong_direction import direction
from tests.failures.examples import look, noisy, seen, trace

NAME = "best_metric_in_wrong_direction"


def settings(metric: str, greater: bool | None = None, **more: object) -> Arguments:
    """Settings that pick the best checkpoint by a metric."""
    values = {"metric_for_best_model": metric, "greater_is_better": greater, "load_best_model_at_end": True}
    return Arguments("TrainingArguments", "transformers", {**values, **more})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("metric", "more"),
    [
        ("eval_accuracy", True),
        ("f1_macro", True),
        ("rougeL", True),
        ("squad/exact_match", True),
        ("eval_valid_loss", False),
        ("wer_ortho", False),
        ("eval_rmse", False),
        ("perplexity", False),
        ("neg_mean_squared_error", None),
        ("negative_loss", None),
        ("loss_f1", None),
        ("my_score", None),
        ("", None),
    ],
)
def test_direction(metric: str, more: bool | None) -> None:
    """Words of the name say it; a name that says both, or neither, is not judged."""
    assert direction(metric) is more


@pytest.mark.parametrize(
    ("metric", "greater", "right"), [("wer", None, "False"), ("loss", True, "False"), ("accuracy", False, "True")]
)
def test_before(metric: str, greater: bool | None, right: str) -> None:
    """What is set, or Transformers' own rule, goes against the name."""
    found = seen(NAME, Moment.BEFORE, arguments=settings(metric, greater))

    assert (found.severity, found.numbers["right"]) == ("error", right)


@pytest.mark.parametrize(
    ("metric", "greater"), [("wer", False), ("eval_loss", None), ("f1", None), ("my_score", False)]
)
def test_clear(metric: str, greater: bool | None) -> None:
    """Right, or not to be judged."""
    assert look(NAME, Moment.BEFORE, arguments=settings(metric, greater)) is None


def test_less_grave_where_the_last_model_is_kept() -> None:
    """A warning: the name of the best is wrong, the model is not."""
    assert seen(NAME, Moment.BEFORE, arguments=settings("wer", load_best_model_at_end=False)).severity == "warning"


def test_after_tells_what_was_kept() -> None:
    """Both steps and both scores."""
    scored = [(50, 0.5), (100, 0.2), (150, 0.3)]
    evaluations = tuple(
        (step, Evaluation("model", "validation", 80, {"wer": Interval(value, value, value)})) for step, value in scored
    )
    found = seen(
        NAME,
        Moment.AFTER,
        arguments=settings("eval_wer", True),
        trace=trace(noisy(0.5, 150), evaluations=evaluations),
    )

    assert (found.numbers["kept_step"], found.numbers["best_step"]) == (50, 100)


def test_after_without_scores() -> None:
    """A log without the metric shows nothing."""
    answer = look(NAME, Moment.AFTER, arguments=settings("wer", True), trace=trace(noisy(0.5, 50)))

    assert answer == "the log holds fewer than two values of wer"


def test_fix() -> None:
    """Turns it round, and leaves what cannot be judged alone."""
    fix = all_failures()[NAME].fix_arguments
    assert fix is not None
    wrong = settings("wer", True)
    finding = seen(NAME, Moment.BEFORE, arguments=wrong)

    assert fix(wrong, finding).flag("greater_is_better") is False
    assert fix(settings("my_score", True), finding) == settings("my_score", True)
