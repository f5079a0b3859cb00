"""A test split that picks the checkpoint."""

from dataclasses import replace

import pytest

from luthier.facts.census import RowCensus
from luthier.facts.evaluation import Scores
from luthier.facts.finding import Moment
from luthier.facts.trace import Trace
from tests.failures.examples import evaluation, look, plan, seen, trace
from tests.failures.pair_examples import arguments, census

NAME = "test_used_for_selection"
BEST = arguments(load_best_model_at_end=True)
LAST = arguments(load_best_model_at_end=False)


def evaluated(*losses: float) -> Trace:
    """A run with evaluations."""
    scored = [replace(evaluation(), loss=loss) for loss in losses]
    return replace(trace([1.0, 0.5]), evaluations=tuple((10 * n, one) for n, one in enumerate(scored, 1)))


def scored(loss: float | None) -> Scores:
    """The scores of the test."""
    return Scores(replace(evaluation(split="test"), loss=loss))


def test_same_loss() -> None:
    """The test loss is that of an evaluation."""
    finding = seen(NAME, Moment.AFTER, trace=evaluated(0.5, 0.31234567), test=scored(0.31234567), arguments=BEST)

    assert (finding.variant, finding.numbers["step"], finding.numbers["count"]) == ("same", 20, 2)


@pytest.mark.parametrize("loss", [0.312346, 0.3124, None])
def test_other_loss(loss: float | None) -> None:
    """Another loss, one that was rounded, or none."""
    assert not hasattr(
        look(NAME, Moment.AFTER, trace=evaluated(0.5, 0.3124), test=scored(loss), arguments=BEST), "numbers"
    )


def test_nothing_was_picked() -> None:
    """The last checkpoint was kept, or there was one evaluation."""
    same = scored(0.31234567)
    assert look(NAME, Moment.AFTER, trace=evaluated(0.5, 0.31234567), test=same, arguments=LAST) is None
    assert look(NAME, Moment.AFTER, trace=evaluated(0.31234567), test=same, arguments=BEST) is None


def test_the_test_is_in_the_log() -> None:
    """Whoever scores the test without another prefix leaves it in the log, after the last evaluation."""
    run = evaluated(0.5, 0.4)
    late = replace(evaluation(), loss=0.31234567)
    run = replace(run, evaluations=(*run.evaluations, (20, late)))

    assert look(NAME, Moment.AFTER, trace=run, test=scored(0.31234567), arguments=BEST) is None


def test_named_test() -> None:
    """The evaluation rows carry the name of the test split."""
    rows = census(RowCensus(tokens=20, supervised=1), evaluated_on="test")
    patient = plan(patience=2)

    assert seen(NAME, Moment.BEFORE, census=rows, arguments=BEST, plan=plan(epochs=4)).numbers["count"] == 4
    assert seen(NAME, Moment.BEFORE, census=rows, arguments=LAST, plan=patient).variant == "name"
    assert look(NAME, Moment.BEFORE, census=rows, arguments=LAST) is None
    assert look(NAME, Moment.BEFORE, census=replace(rows, evaluated_on="validation"), arguments=BEST) is None
    assert "no name" in str(look(NAME, Moment.BEFORE, census=replace(rows, evaluated_on=""), arguments=BEST))
