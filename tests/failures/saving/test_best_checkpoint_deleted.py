"""Best checkpoints that were deleted."""

from dataclasses import replace

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.checkpoints import Checkpoint, CheckpointFacts
from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.finding import Moment
from luthier.facts.trace import Trace
from luthier.failures.saving.best_checkpoint_deleted import fix
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.pair_examples import arguments

NAME = "best_checkpoint_deleted"
LEFT = CheckpointFacts((Checkpoint("checkpoint-150", 150),))
SETTINGS: dict[str, Plain] = {"save_total_limit": 1, "save_strategy": "steps", "save_steps": 50}


def run(*values: float, metric: str = "accuracy", rows: int = 400) -> Trace:
    """A run of three evaluations, fifty steps apart."""
    scored = []
    for number, value in enumerate(values):
        scores = {} if metric == "loss" else {metric: Interval(value, value, value)}
        loss = value if metric == "loss" else 0.5
        scored.append((50 * (number + 1), Evaluation("model", "validation", rows, scores, loss=loss)))
    return trace(noisy((1.0, 0.1), 150), evaluations=tuple(scored))


@pytest.mark.parametrize(
    ("values", "metric", "step"),
    [((0.8, 0.92, 0.8), "accuracy", 100), ((0.5, 0.2, 0.1), "rougeL", 50), ((0.9, 0.5, 0.6), "loss", 100)],
)
def test_seen(values: tuple[float, ...], metric: str, step: int) -> None:
    """The score, the step whose checkpoint is gone, and what is left; the fix keeps count of the best."""
    settings = arguments(**SETTINGS)
    found = seen(NAME, Moment.AFTER, arguments=settings, checkpoints=LEFT, trace=run(*values, metric=metric))

    assert (found.numbers["metric"], found.numbers["step"], found.numbers["kept_step"]) == (metric, step, 150)
    once = fix(settings, found)
    assert (once.flag("load_best_model_at_end"), once.text("metric_for_best_model")) == (True, metric)
    assert fix(once, found) == once


def test_epochs() -> None:
    """Saved at the end of each epoch."""
    settings = arguments(save_total_limit=2, save_strategy="epoch")

    assert seen(NAME, Moment.AFTER, arguments=settings, checkpoints=LEFT, trace=run(0.9, 0.8, 0.7))


@pytest.mark.parametrize(
    "settings",
    [
        {"save_total_limit": None},
        {"load_best_model_at_end": True},
        {"save_steps": 75},
        {"save_strategy": "no"},
    ],
)
def test_clear_settings(settings: dict[str, Plain]) -> None:
    """Nothing is deleted, the best is loaded, or it was never saved."""
    parts = {"checkpoints": LEFT, "trace": run(0.8, 0.92, 0.8)}

    assert look(NAME, Moment.AFTER, arguments=arguments(**{**SETTINGS, **settings}), **parts) is None


@pytest.mark.parametrize(
    ("values", "metric"),
    [((0.8, 0.85, 0.9), "accuracy"), ((0.8, 0.9, 0.88), "accuracy"), ((0.6, 0.5, 0.52), "loss"), ((20, 40, 30), "f1")],
)
def test_clear_scores(values: tuple[float, ...], metric: str) -> None:
    """The last is best, or no worse than chance allows; percentages have no known noise."""
    found = look(
        NAME, Moment.AFTER, arguments=arguments(**SETTINGS), checkpoints=LEFT, trace=run(*values, metric=metric)
    )

    assert found is None


def test_clear_where_it_is_left() -> None:
    """The folder is there, or what was saved at the top equals it."""
    parts = {"arguments": arguments(**SETTINGS), "trace": run(0.8, 0.92, 0.8)}
    both = CheckpointFacts((Checkpoint("checkpoint-100", 100), *LEFT.all))

    assert look(NAME, Moment.AFTER, checkpoints=both, **parts) is None
    assert look(NAME, Moment.AFTER, checkpoints=replace(LEFT, final_is_best=True), **parts) is None


def test_not_looked() -> None:
    """One evaluation is no comparison."""
    parts = {"arguments": arguments(**SETTINGS), "checkpoints": LEFT}

    assert "fewer than two" in str(look(NAME, Moment.AFTER, trace=run(0.8), **parts))
