"""Classes with few training rows."""

import pytest

from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import data, look, noisy, seen, trace

NAME = "too_few_rows_per_class"


@pytest.mark.parametrize(
    ("counts", "severity", "rare"),
    [((100, 100, 7), "note", 1), ((100, 7, 2), "warning", 2), ((5, 5, 5), "warning", 3), ((90, 90, 0), "note", 1)],
)
def test_seen(counts: tuple[int, ...], severity: str, rare: int) -> None:
    """Rare classes beside others, and a set with few rows at all."""
    finding = seen(NAME, Moment.BEFORE, data=data(class_counts={"train": dict(zip("abc", counts, strict=True))}))

    assert (finding.severity, finding.numbers["count"], finding.numbers["rows"]) == (severity, rare, min(counts))


def test_numbers_are_no_classes() -> None:
    """Values of a regression repeat seldom."""
    values = data(class_counts={"train": {"0.5": 3, "1.25": 2}})
    head = {"id2label": {"0": "LABEL_0"}, "problem_type": "regression"}

    assert look(NAME, Moment.BEFORE, data=values, config=SavedConfig("", dict(head))) is None


def test_clear() -> None:
    """Eight rows are few, and enough; without training rows there is nothing to count."""
    assert look(NAME, Moment.BEFORE, data=data(class_counts={"train": {"a": 8, "b": 8}})) is None
    assert "no labelled" in str(look(NAME, Moment.BEFORE, data=data(class_counts={"train": {}})))


@pytest.mark.parametrize(("f1", "severity"), [(0.84, "note"), (0.47, "warning")])
def test_a_run_that_learned_them(f1: float, severity: str) -> None:
    """A mean F1 that is out of reach where one of two classes is never right."""
    scored = ((50, Evaluation("model", "validation", 80, {"f1": Interval(f1, f1, f1)})),)
    log = trace(noisy((0.7, 0.1), 50), evaluations=scored)
    rare = data(class_counts={"train": {"a": 56, "b": 4}})

    assert seen(NAME, Moment.BEFORE, data=rare, trace=log).severity == severity
