"""The best checkpoint, and what is loaded in its place."""

import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.census import RowCensus
from luthier.facts.checkpoints import Checkpoint, CheckpointFacts
from luthier.facts.finding import Moment
from luthier.failures._engine import all_failures
from tests.failures.examples import evaluation, look, noisy, plan, seen, trace
from tests.failures.pair_examples import arguments, census

NAME = "best_model_not_loaded"
LOADS: dict[str, Plain] = {"load_best_model_at_end": True, "eval_strategy": "steps", "save_strategy": "steps"}
SCORED = trace(noisy((1.0, 0.2), 60), evaluations=tuple((step, evaluation()) for step in (20, 40, 60)))


def intervals(scored: float | None, saved: float | None, **more: Plain) -> Arguments:
    """Settings that score and save every so many steps."""
    values = {name: value for name, value in (("eval_steps", scored), ("save_steps", saved)) if value is not None}
    return arguments(**{**LOADS, **values, **more})


def checkpoints(named: str, best: int | None, *steps: int) -> CheckpointFacts:
    """Checkpoints at these steps."""
    kept = tuple(Checkpoint(f"checkpoint-{step}", step) for step in steps)
    return CheckpointFacts(kept, best_named=named, best_step=best, metric="accuracy")


@pytest.mark.parametrize(
    ("settings", "numbers"),
    [
        (intervals(20, 60), (20, 60)),
        (intervals(20, None), (20, 500)),
        (intervals(None, 60, logging_steps=10), (10, 60)),
        (intervals(0.1, 0.3, max_steps=100), (10, 30)),
    ],
)
def test_scores_between_checkpoints(settings: Arguments, numbers: tuple[int, int]) -> None:
    """Intervals as set, by default, and as shares of the run."""
    found = seen(NAME, Moment.BEFORE, arguments=settings, plan=plan())

    assert (found.variant, found.numbers["eval_steps"], found.numbers["save_steps"]) == ("between", *numbers)


@pytest.mark.parametrize(
    "settings",
    [
        intervals(20, 20),
        intervals(20, 60, load_best_model_at_end=False),
        intervals(20, 60, max_steps=20),
        intervals(0.1, 0.3),
        arguments(load_best_model_at_end=True, eval_strategy="epoch", save_strategy="epoch"),
        arguments(load_best_model_at_end=True, eval_strategy="epoch", save_strategy="best"),
    ],
)
def test_clear(settings: Arguments) -> None:
    """Every score has a checkpoint, or nothing is to be loaded, or one score is all there is."""
    assert look(NAME, Moment.BEFORE, arguments=settings, plan=plan()) is None


def test_length_of_the_run() -> None:
    """A run that is over before its second score, as its trainer counts."""
    settings = intervals(2, 6)

    for steps, wanted in ((2, False), (6, True)):
        counted = census(RowCensus(10, 10), steps=steps)
        found = look(NAME, Moment.BEFORE, arguments=settings, plan=plan(), census=counted)
        assert (found is not None) is wanted


def test_stopped() -> None:
    """An early stop that keeps its last weights, and one that does not."""
    found = seen(NAME, Moment.BEFORE, arguments=intervals(20, 20, load_best_model_at_end=False), plan=plan(patience=3))

    assert (found.variant, found.numbers["patience"]) == ("stopped", 3)
    assert look(NAME, Moment.BEFORE, arguments=intervals(20, 20), plan=plan(patience=3)) is None


@pytest.mark.parametrize(
    ("facts", "variant", "severity"),
    [
        (checkpoints("", 20, 60), "none", "error"),
        (checkpoints("out/checkpoint-60", 40, 60), "older", "warning"),
        (checkpoints("C:\\out\\checkpoint-20", 40, 60), "older", "warning"),
    ],
)
def test_over(facts: CheckpointFacts, variant: str, severity: str) -> None:
    """What a finished run loaded; before, it is no longer asked for."""
    settings = intervals(20, 60)
    found = seen(NAME, Moment.AFTER, arguments=settings, trace=SCORED, checkpoints=facts)

    assert (found.variant, found.severity, found.numbers["best_step"]) == (variant, severity, facts.best_step)
    assert look(NAME, Moment.BEFORE, arguments=settings, plan=plan(), trace=SCORED) is None


def test_never_scored() -> None:
    """Neither scores nor checkpoints, which Transformers accepts."""
    settings = arguments(load_best_model_at_end=True, eval_strategy="no", save_strategy="no")
    found = seen(NAME, Moment.AFTER, arguments=settings, trace=trace(noisy((1.0, 0.2), 60)))

    assert (found.variant, found.place.name) == ("unscored", "eval_strategy")


@pytest.mark.parametrize(
    "facts",
    [checkpoints("out/checkpoint-40", 40, 40, 60), checkpoints("", 60, 60), checkpoints("elsewhere", 40, 60)],
)
def test_over_and_clear(facts: CheckpointFacts) -> None:
    """The best was loaded, or it was the last, or the name says no step."""
    assert look(NAME, Moment.AFTER, arguments=intervals(20, 60), trace=SCORED, checkpoints=facts) is None


def test_not_looked() -> None:
    """A run that was cut off, or whose state is gone."""
    cut = trace(noisy((1.0, 0.2), 30), total=60)

    assert "its end" in str(look(NAME, Moment.AFTER, arguments=intervals(20, 60), trace=cut))
    assert "no checkpoint" in str(look(NAME, Moment.AFTER, arguments=intervals(20, 60), trace=SCORED))


def test_fix() -> None:
    """Saves when it scores; what a callback stops is loaded from its best."""
    fix = all_failures()[NAME].fix_arguments
    assert fix is not None
    between = seen(NAME, Moment.BEFORE, arguments=intervals(20, 60), plan=plan())
    last = intervals(20, 60, load_best_model_at_end=False, save_strategy="no")
    stopped = seen(NAME, Moment.BEFORE, arguments=last, plan=plan(patience=2))

    assert fix(intervals(20, 60), between) == intervals(20, 20)
    assert fix(last, stopped) == intervals(20, 60)
    assert fix(arguments(save_strategy="no"), between) == arguments(save_strategy="no")
