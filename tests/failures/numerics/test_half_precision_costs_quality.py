"""Steps that the scaler of float16 skips."""

import numpy as np
import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.trace import Trace
from tests.failures.examples import look, noisy, seen, trace

NAME = "half_precision_costs_quality"
RUNNING = pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])


def half(**values: Plain) -> Arguments:
    """Settings of float16."""
    return Arguments("TrainingArguments", "transformers", {"fp16": True, **values})


def skipping(infinite: slice, steps: int = 200) -> Trace:
    """A healthy loss beside infinite norms at these steps."""
    norms = np.ones(steps)
    norms[infinite] = np.inf
    return trace(noisy((0.7, 0.3), steps), grad_norms={"all": norms})


@RUNNING
@pytest.mark.parametrize(("every", "severity", "count"), [(10, "warning", 18), (2, "error", 90)])
def test_skipped(moment: Moment, every: int, severity: str, count: int) -> None:
    """By their share behind the first tenth."""
    found = seen(NAME, moment, trace=skipping(slice(0, None, every)), arguments=half())

    assert (found.variant, found.severity, found.numbers["count"], found.numbers["total"]) == (
        "skipped",
        severity,
        count,
        180,
    )


@RUNNING
def test_clear(moment: Moment) -> None:
    """The factor is found in the first steps; now and then a larger one is tried; other precision; no norms."""
    lost = trace([*noisy(0.7, 100), *[np.nan] * 100], grad_norms={"all": np.full(200, np.inf)})
    full = Arguments("", "transformers", {"bf16": True})

    assert look(NAME, moment, trace=skipping(slice(0, 18)), arguments=half()) is None
    assert look(NAME, moment, trace=skipping(slice(0, None, 100)), arguments=half()) is None
    assert look(NAME, moment, trace=skipping(slice(0, None, 2)), arguments=full) is None
    assert look(NAME, moment, trace=trace(noisy(0.5, 100), grad_norms={}), arguments=half()) is None
    assert look(NAME, moment, trace=trace([]), arguments=half()) is None
    assert look(NAME, moment, trace=lost, arguments=half()) is None


def test_console() -> None:
    """Counted, or at the end of what the scaler can do."""
    line = (Line("a.log", 5, ""),)
    counted = ConsoleFacts(("a.log",), 999, {"amp_overflow": line}, {"amp_overflow": 60})
    few = ConsoleFacts(("a.log",), 999, {"amp_overflow": line}, {"amp_overflow": 20})
    ended = ConsoleFacts(("a.log",), 999, {"loss_scale_exhausted": line})
    run = trace(noisy(0.5, 200), grad_norms={})

    assert seen(NAME, Moment.AFTER, console=counted, trace=run, arguments=half()).variant == "printed"
    assert seen(NAME, Moment.AFTER, console=ended, arguments=half()).variant == "exhausted"
    assert look(NAME, Moment.AFTER, console=few, trace=run, arguments=half()) is None
    assert look(NAME, Moment.AFTER, console=counted, arguments=half()) is None


def test_apex() -> None:
    """Weights in float16 of older runs; its mixed mode is another."""
    old = half(fp16_backend="apex", fp16_opt_level="O2")
    mixed = half(fp16_backend="apex", fp16_opt_level="O1")

    assert seen(NAME, Moment.AFTER, arguments=old).variant == "apex"
    assert look(NAME, Moment.AFTER, arguments=mixed, trace=trace(noisy(0.5, 50))) is None


def test_not_looked() -> None:
    """Nothing tells."""
    assert "neither" in str(look(NAME, Moment.AFTER, arguments=half()))
