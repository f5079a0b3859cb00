"""The self-tests pass on sound metrics and catch broken ones."""

import numpy as np
import pytest

from luthier.stages.evaluate import metrics
from luthier.stages.evaluate.selftest import chance, self_tests


@pytest.mark.parametrize("shares", [[0.5, 0.5], [0.95, 0.05], [0.4, 0.3, 0.2, 0.1], [1.0, 0.0]])
@pytest.mark.parametrize("rows", [2, 12, 500])
def test_sound_metrics_pass(shares: list[float], rows: int) -> None:
    """On balanced, skewed and one-class splits, tiny and larger."""
    gold = np.random.default_rng(rows).choice(len(shares), rows, p=shares)

    assert [one.metric for one in self_tests(gold, len(shares), seed=0) if not one.passed] == []


def test_chance_on_paper() -> None:
    """Shares 3/4 and 1/4: a shuffle hits 10/16 of the rows, and F1 averages 1/2."""
    gold = np.array([0, 0, 0, 1])

    assert chance("accuracy", gold, 2) == pytest.approx(0.625)
    assert chance("macro_f1", gold, 2) == pytest.approx(0.5)
    assert chance("mcc", gold, 2) == 0.0


@pytest.mark.parametrize("broken", [lambda counted: 1.0, lambda counted: 0.97 * metrics.accuracy(counted)])
def test_broken_metric_is_caught(broken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A metric that always says 1, and one that never reaches it."""
    monkeypatch.setitem(metrics.COUNTED, "accuracy", broken)
    gold = np.arange(200) % 3
    found = {one.metric: one.passed for one in self_tests(gold, 3, seed=0)}

    assert found == {"accuracy": False, "macro_f1": True, "mcc": True, "log_loss": True}
