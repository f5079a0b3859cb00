"""The metric that picks the best is not measured."""

import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Moment
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.scored_examples import scored

NAME = "score_key_missing"
TRIED = TrialFacts(
    {"evaluation_path": Experiment("evaluation_path", "passed", {"value eval_loss": 1.0, "value eval_accuracy": 0.5})}
)


def settings(**values: Plain) -> Arguments:
    """Settings of a Trainer."""
    return Arguments("TrainingArguments", "transformers", values)


@pytest.mark.parametrize("metric", ["f1", "eval_f1", "eval_acc"])
def test_before(metric: str) -> None:
    """Tried, and not among the scores."""
    found = seen(NAME, Moment.BEFORE, arguments=settings(metric_for_best_model=metric), trial=TRIED)

    assert (found.severity, found.numbers["count"]) == ("error", 2)
    assert found.numbers["names"] == "eval_loss, eval_accuracy"


@pytest.mark.parametrize("metric", ["accuracy", "eval_accuracy", "loss", None])
def test_before_clear(metric: str | None) -> None:
    """It is there, or none is asked for, or nothing was tried."""
    assert look(NAME, Moment.BEFORE, arguments=settings(metric_for_best_model=metric), trial=TRIED) is None
    assert look(NAME, Moment.BEFORE, arguments=settings(metric_for_best_model="f1"), trial=TrialFacts()) is None


def test_loss_is_the_default() -> None:
    """The best is picked by the loss where no metric is named."""
    bare = TrialFacts({"evaluation_path": Experiment("evaluation_path", "passed", {"value eval_exact_match": 1.0})})
    found = seen(NAME, Moment.BEFORE, arguments=settings(load_best_model_at_end=True), trial=bare)

    assert found.numbers["metric"] == "eval_loss"


def test_after() -> None:
    """The log has other scores; names that logs are read under count as well."""
    log = trace(noisy(0.4, 100), evaluations=((50, scored(accuracy=0.8).model),))

    found = seen(NAME, Moment.AFTER, arguments=settings(metric_for_best_model="eval_f1"), trace=log)
    assert found.numbers["names"] == "eval_accuracy, eval_loss"
    assert look(NAME, Moment.AFTER, arguments=settings(metric_for_best_model="acc"), trace=log) is None
    assert look(NAME, Moment.AFTER, arguments=settings(load_best_model_at_end=True), trace=log) is None


def test_found_elsewhere() -> None:
    """A best checkpoint is named, so that the score was there, though the log lacks it."""
    log = trace(noisy(0.4, 100), evaluations=((50, scored(accuracy=0.8).model),))
    parts = {"arguments": settings(metric_for_best_model="f1"), "trace": log}

    assert look(NAME, Moment.AFTER, checkpoints=CheckpointFacts((), "checkpoint-50"), **parts) is None
    assert seen(NAME, Moment.AFTER, checkpoints=CheckpointFacts(()), **parts)


def test_not_looked() -> None:
    """Without evaluations."""
    log = trace(noisy(0.4, 100))

    assert "no evaluation" in str(look(NAME, Moment.AFTER, arguments=settings(metric_for_best_model="f1"), trace=log))
