"""Better on old rows, worse on new ones."""

import pytest

from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Moment
from luthier.failures.optimisation.overfitting import fix
from tests.failures.examples import evaluation, look, noisy, plan, seen, trace

NAME = "overfitting"
FALLING = noisy((0.7, 0.01), 200)


def evaluations(
    *losses: tuple[float, float, float], accuracies: tuple[float, ...] = ()
) -> tuple[tuple[int, Evaluation], ...]:
    """One evaluation after each 50 steps, with the interval of its loss."""
    accuracies = accuracies or tuple(0.8 for _ in losses)
    pairs = zip(losses, accuracies, strict=True)
    return tuple((50 * (i + 1), evaluation(accuracy, log_loss=loss)) for i, (loss, accuracy) in enumerate(pairs))


LOW, HIGH = (0.5, 0.4, 0.6), (0.9, 0.7, 1.1)


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
@pytest.mark.parametrize(
    ("accuracies", "severity", "epochs"),
    [((0.8, 0.8), "warning", 1), ((0.8, 0.7), "warning", 1), ((0.8, 0.85), "note", 2)],
)
def test_seen(moment: Moment, accuracies: tuple[float, ...], severity: str, epochs: int) -> None:
    """The intervals of the validation loss do not meet; a better score makes it a note."""
    run = trace(FALLING, evaluations=evaluations(LOW, HIGH, accuracies=accuracies))

    found = seen(NAME, moment, trace=run, plan=plan())

    assert (found.severity, found.place.step, found.numbers["suggested"]) == (severity, 50, epochs)
    assert found.numbers["train_now"] < found.numbers["train_then"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("losses", "train"),
    [((LOW, (0.65, 0.55, 0.75)), FALLING), ((HIGH, LOW), FALLING), ((LOW, HIGH), noisy((0.3, 0.6), 200))],
    ids=["within noise", "getting better", "not learning by heart"],
)
def test_clear(losses: tuple[tuple[float, float, float], ...], train: object) -> None:
    """One of the three signs is missing."""
    run = trace(train, evaluations=evaluations(*losses))  # type: ignore[arg-type]

    assert look(NAME, Moment.AFTER, trace=run, plan=plan()) is None


@pytest.mark.parametrize(("rows", "wanted"), [(100, False), (1000, True)])
def test_without_intervals(rows: int, wanted: bool) -> None:
    """Evaluations without intervals are judged by the widest spread that their errors allow."""
    pair = tuple((50 * (i + 1), evaluation(0.8, rows, log_loss=loss)) for i, loss in enumerate((0.5, 0.7)))

    answer = look(NAME, Moment.AFTER, trace=trace(FALLING, evaluations=pair), plan=plan())

    assert (answer is not None) == wanted


def test_the_best_score_may_come_later() -> None:
    """The run ends at the epoch with the best score, not at that with the lowest loss, where the score came later."""
    losses = (LOW, (0.55, 0.45, 0.65), HIGH, HIGH)
    run = trace(FALLING, evaluations=evaluations(*losses, accuracies=(0.6, 0.7, 0.7, 0.65)))

    assert seen(NAME, Moment.AFTER, trace=run, plan=plan()).numbers["suggested"] == 2


def test_one_evaluation_is_not_enough() -> None:
    """There is nothing to compare with yet; at the end that is said."""
    run = trace(FALLING, evaluations=evaluations(LOW))

    assert look(NAME, Moment.DURING, trace=run) is None
    assert "fewer than two" in str(look(NAME, Moment.AFTER, trace=run))


def test_fix() -> None:
    """Ends at the best epoch; a second time changes nothing; never longer than planned."""
    run = trace(FALLING, evaluations=evaluations(HIGH, LOW, HIGH, HIGH))
    found = seen(NAME, Moment.AFTER, trace=run, plan=plan(epochs=4.0))

    once = fix(plan(epochs=4.0), found)

    assert once.train.epochs == 2
    assert fix(once, found) == once
    assert fix(plan(epochs=1.5), found).train.epochs == 1.5
