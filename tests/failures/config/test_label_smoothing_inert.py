"""Smoothing that is not done."""

import pytest

from luthier.facts.census import BatchCensus, RowCensus
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.pair_examples import arguments, census

NAME = "label_smoothing_inert"
SMOOTHED = arguments(label_smoothing_factor=0.1)
SPANS = census(RowCensus(40, 2), kind="span", columns=("input_ids", "start_positions", "end_positions"))
ANSWERER = SavedConfig("", {"architectures": ("BertForQuestionAnswering",)})
SEVERAL = SavedConfig(
    "", {"architectures": ("BertForSequenceClassification",), "problem_type": "multi_label_classification"}
)
CLASSES = SavedConfig("", {"architectures": ("BertForSequenceClassification",), "problem_type": None})


@pytest.mark.parametrize(
    ("batches", "config", "variant"), [(SPANS, None, "span"), (None, SEVERAL, "multilabel"), (SPANS, ANSWERER, "span")]
)
def test_before(batches: BatchCensus | None, config: SavedConfig | None, variant: str) -> None:
    """Spans in batches, or several labels a row."""
    assert seen(NAME, Moment.BEFORE, arguments=SMOOTHED, census=batches, config=config).variant == variant


@pytest.mark.parametrize(("config", "variant"), [(ANSWERER, "span"), (SEVERAL, "multilabel")])
def test_after(config: SavedConfig, variant: str) -> None:
    """By the saved model."""
    assert seen(NAME, Moment.AFTER, arguments=SMOOTHED, config=config).variant == variant


def test_clear() -> None:
    """No smoothing, classes, and spans of a model that gets labels too."""
    labelled = census(RowCensus(40, 2), kind="span", columns=("labels", "start_positions"))

    assert look(NAME, Moment.BEFORE, arguments=arguments(label_smoothing_factor=0.0), census=SPANS) is None
    assert look(NAME, Moment.BEFORE, arguments=arguments(), census=SPANS, config=SEVERAL) is None
    assert look(NAME, Moment.BEFORE, arguments=SMOOTHED, census=labelled) is None
    assert look(NAME, Moment.BEFORE, arguments=SMOOTHED) is None
    assert look(NAME, Moment.AFTER, arguments=SMOOTHED, config=CLASSES) is None


@pytest.mark.parametrize(("end", "told"), [(0.01, True), (0.25, False)])
def test_a_loss_that_cannot_be(end: float, told: bool) -> None:
    """Two classes smoothed by 0.1 leave 0.199 to a perfect model."""
    found = look(NAME, Moment.AFTER, arguments=SMOOTHED, config=CLASSES, trace=trace(noisy((0.7, end), 200, 0.001)))

    assert (found is not None) == told
    assert not told or found.numbers["floor"] == pytest.approx(0.1985, abs=1e-3)  # type: ignore[union-attr]
