"""A rare class behind a good accuracy."""

import pytest

from luthier.facts.evaluation import Evaluation, Interval, Scores
from luthier.facts.finding import Moment
from luthier.failures._rare import upper as upper_end
from luthier.failures.data.class_imbalance_hidden import fix
from tests.failures.examples import data, evaluation, look, plan, scores, seen

NAME = "class_imbalance_hidden"


def uneven(*counts: int) -> dict[str, dict[str, int]]:
    """Class counts of the training rows."""
    return {"train": dict(zip("abcdefgh", counts, strict=False))}


@pytest.mark.parametrize(
    ("counts", "classes"),
    [((600, 400), 2), ((990, 10), 2), ((300, 300, 360, 40), 4)],
    ids=["six in ten", "one in a hundred", "a class under the noise"],
)
def test_seen_before(counts: tuple[int, ...], classes: int) -> None:
    """Accuracy picks the checkpoint and cannot see the rarest class."""
    facts = data(1000, classes, class_counts=uneven(*counts))

    found = seen(NAME, Moment.BEFORE, data=facts, plan=plan(metric="accuracy"))

    assert found.place.name == "train.metric"
    assert found.numbers["rare_rows"] == min(counts)


@pytest.mark.parametrize(
    ("counts", "metric"),
    [((590, 410), "accuracy"), ((990, 10), "macro_f1"), ((50,) * 8, "accuracy"), ((60, 40, 50, 45), "accuracy")],
    ids=["nearly even", "another metric", "many even classes", "several classes"],
)
def test_clear_before(counts: tuple[int, ...], metric: str) -> None:
    """Even classes, or a metric that weighs them alike."""
    facts = data(sum(counts), len(counts), class_counts=uneven(*counts))

    assert look(NAME, Moment.BEFORE, data=facts, plan=plan(metric=metric)) is None


@pytest.mark.parametrize(
    ("recall", "support", "hidden"), [(0.0, 6, True), (0.1, 10, True), (0.0, 5, False), (0.4, 10, False)]
)
def test_after(recall: float, support: int, hidden: bool) -> None:
    """The class is lost when even the upper end of the interval of its recall is below a half."""
    model = evaluation(0.95, recalls=(1.0, recall), supports=(100 - support, support))

    answer = look(NAME, Moment.AFTER, validation=scores(model))

    assert (answer is not None) == hidden


def test_a_frequent_class_is_not_hidden() -> None:
    """A class that holds its share of the rows shows in the accuracy."""
    model = evaluation(0.6, recalls=(1.0, 0.1), supports=(60, 40))

    assert look(NAME, Moment.AFTER, validation=scores(model)) is None


def test_the_test_split_speaks_last() -> None:
    """Where the test was scored, it is the one to tell."""
    lost = evaluation(0.95, split="test", recalls=(1.0, 0.0), supports=(90, 10))

    assert seen(NAME, Moment.AFTER, validation=scores(), test=scores(lost)).place.name == "test"


@pytest.mark.parametrize(("hits", "rows", "upper"), [(0, 10, 0.3085), (1, 10, 0.4450), (5, 20, 0.4910), (10, 10, 1.0)])
def test_interval(hits: int, rows: int, upper: float) -> None:
    """The upper end of the interval is that of Clopper and Pearson (values of scipy's beta distribution)."""
    assert upper_end(hits, rows) == pytest.approx(upper, abs=1e-4)


def test_fix() -> None:
    """Macro-F1 and class weights; a second time changes nothing."""
    facts = data(1000, class_counts=uneven(900, 100))
    finding = seen(NAME, Moment.BEFORE, data=facts, plan=plan(metric="accuracy"))

    once = fix(plan(metric="accuracy"), finding)

    assert (once.train.metric, once.train.class_weights) == ("macro_f1", True)
    assert fix(once, finding) == once
    assert look(NAME, Moment.BEFORE, data=facts, plan=once) is None


@pytest.mark.parametrize(
    ("counts", "accuracy", "extra", "told"),
    [
        ((970, 30), 0.97, {}, True),
        ((970, 30), 0.97, {"f1": 0.5}, False),
        ((700, 300), 0.9, {}, False),
        ((500, 500), 0.5, {}, False),
    ],
    ids=["alone", "beside another score", "far above", "even"],
)
def test_accuracy_alone(counts: tuple[int, ...], accuracy: float, extra: dict[str, float], told: bool) -> None:
    """A log of another tool that has accuracy and nothing else."""
    values = {name: Interval(value, value, value) for name, value in {"accuracy": accuracy, **extra}.items()}
    scored = Scores(Evaluation("model", "validation", 100, values))
    found = look(NAME, Moment.AFTER, validation=scored, data=data(1000, class_counts=uneven(*counts)))

    assert (getattr(found, "variant", "") == "alone") == told
