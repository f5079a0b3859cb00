"""Every metric equals scikit-learn's on random tables, single and many at once."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss, matthews_corrcoef

from luthier.stages.evaluate import metrics

IDS = st.integers(2, 6).flatmap(
    lambda classes: st.tuples(
        st.just(classes),
        st.lists(st.tuples(st.integers(0, classes - 1), st.integers(0, classes - 1)), min_size=1, max_size=60),
    )
)


@settings(deadline=None)
@given(IDS)
def test_counted(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    """Accuracy, F1 of each class, macro-F1, Matthews' coefficient and confusion."""
    classes, pairs = drawn
    gold, predicted = np.array(pairs).T
    counted = metrics.counts(gold, predicted, classes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = matthews_corrcoef(gold, predicted)

    assert metrics.accuracy(counted) == pytest.approx(accuracy_score(gold, predicted))
    assert metrics.macro_f1(counted) == pytest.approx(f1_score(gold, predicted, average="macro", zero_division=0))
    by_class = f1_score(gold, predicted, labels=range(classes), average=None, zero_division=0)
    assert metrics.f1(counted) == pytest.approx(by_class)
    assert metrics.mcc(counted) == pytest.approx(expected, abs=1e-12)
    assert (
        metrics.confusion(gold, predicted, classes) == confusion_matrix(gold, predicted, labels=range(classes))
    ).all()


@settings(deadline=None)
@given(st.integers(2, 5), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_log_loss(classes: int, rows: int, seed: int) -> None:
    """Mean of the rows' losses."""
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(classes), rows)
    gold = random.integers(0, classes, rows)

    ours = metrics.row_log_loss(probabilities, gold).mean()
    assert ours == pytest.approx(log_loss(gold, probabilities, labels=range(classes)), rel=1e-9)


@settings(deadline=None)
@given(st.integers(2, 5), st.integers(1, 30), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_many_tables_at_once(classes: int, rows: int, tables: int, seed: int) -> None:
    """A stack of counts gives what each table gives alone."""
    random = np.random.default_rng(seed)
    gold, predicted = random.integers(0, classes, (2, tables, rows))
    alone = [metrics.counts(g, p, classes) for g, p in zip(gold, predicted, strict=True)]
    stacked = metrics.Counts(
        *(np.stack([getattr(one, part) for one in alone]) for part in ("right", "gold", "predicted"))
    )

    for metric in metrics.COUNTED.values():
        assert metric(stacked) == pytest.approx([float(metric(one)) for one in alone])


@settings(deadline=None)
@given(st.integers(2, 4), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_ranges(classes: int, rows: int, seed: int) -> None:
    """Scores stay within their ranges, whatever the rows."""
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.full(classes, 0.3), rows)
    gold = random.integers(0, classes, rows)
    counted = metrics.counts(gold, metrics.predictions(probabilities), classes)

    assert 0 <= metrics.calibration_error(probabilities, gold) <= 1
    assert 0 <= metrics.macro_f1(counted) <= 1
    assert -1 - 1e-12 <= metrics.mcc(counted) <= 1 + 1e-12
