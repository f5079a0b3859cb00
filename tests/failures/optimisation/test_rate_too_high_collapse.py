"""A rate that destroys the encoder."""

import math
from dataclasses import replace

import numpy as np
import pytest

from luthier.facts.finding import Moment
from luthier.facts.saved import WeightFacts
from luthier.facts.trace import Trace
from luthier.failures.optimisation.rate_too_high_collapse import fix
from tests.failures.examples import MODEL, data, evaluation, look, noisy, plan, seen, trace

NAME = "rate_too_high_collapse"
FELL_AND_ROSE = np.concatenate([noisy((0.69, 0.2), 100), noisy(0.2, 100), noisy(0.7, 100)])


@pytest.mark.parametrize(("rate", "wanted"), [(5e-3, True), (3.1e-4, True), (3e-4, False), (5e-5, False)])
def test_before(rate: float, wanted: bool) -> None:
    """Above the highest rate that anybody has published for such encoders."""
    assert (look(NAME, Moment.BEFORE, plan=plan(rate=rate)) is not None) == wanted


def test_a_frozen_encoder_cannot_break() -> None:
    """The head alone may learn at any rate."""
    assert look(NAME, Moment.BEFORE, plan=plan("frozen_body", rate=1.0, head_rate=1e-2)) is None


def test_a_frozen_encoder_of_another_tool() -> None:
    """The plan of another tool's run does not say so; what learns in memory, or differs from the base, does."""
    names = {"bert.a": (4,), "classifier.weight": (2,)}
    live = WeightFacts((), names, head=("classifier.weight",), learning=("classifier.weight",))
    saved = WeightFacts(("model.safetensors",), names, head=("classifier.weight",), unchanged=("bert.a",))
    stuck = {"trace": trace(noisy(0.7, 200), rate=1e-3), "data": data()}

    for weights in (live, saved):
        assert look(NAME, Moment.BEFORE, plan=plan(rate=1e-3), weights=weights) is None
        assert look(NAME, Moment.AFTER, plan=plan(rate=1e-3), weights=weights, **stuck) is None
    tuned = replace(saved, unchanged=())
    assert seen(NAME, Moment.AFTER, plan=plan(rate=1e-3), weights=tuned, **stuck).variant == "run"


def test_weights_that_are_fresh_or_write() -> None:
    """Models from scratch, and those that write, are tuned at other rates: a note. A log says more than a plan."""
    live, nameless = WeightFacts((), {"a": (4,)}, learning=("a",)), replace(MODEL, id="")
    high, writes = plan(rate=3e-3), replace(plan(rate=3e-3), task="instruction")

    assert seen(NAME, Moment.BEFORE, plan=high, model=MODEL, weights=live).severity == "warning"
    assert seen(NAME, Moment.BEFORE, plan=high, model=nameless, weights=live).severity == "note"
    assert seen(NAME, Moment.BEFORE, plan=writes, model=MODEL).severity == "note"
    assert look(NAME, Moment.BEFORE, plan=high, trace=trace(noisy((0.7, 0.1), 100))) is None


def test_scores_that_never_move() -> None:
    """Three evaluations with one accuracy, under a rate above all published ones."""

    def run(*values: float, losses: tuple[float, ...] = (0.36, 0.34, 0.37)) -> Trace:
        pairs = enumerate(zip(values, losses, strict=False), 1)
        scored = tuple((50 * at, replace(evaluation(value), loss=loss)) for at, (value, loss) in pairs)
        return trace(noisy((0.9, 0.3), 200), evaluations=scored)

    found = seen(NAME, Moment.AFTER, plan=plan(rate=5e-3), trace=run(0.9, 0.9, 0.9))

    assert (found.variant, found.severity, found.numbers["value"]) == ("same", "warning", 0.9)
    assert look(NAME, Moment.AFTER, plan=plan(rate=5e-5), data=data(), trace=run(0.9, 0.9, 0.9)) is None
    rare = run(0.9, 0.9, 0.9, losses=(0.3, 0.25, 0.23))
    for healthy in (run(0.9, 0.9), run(1.0, 1.0, 1.0), run(0.9, 0.9, 0.91), rare):
        assert look(NAME, Moment.AFTER, plan=plan(rate=5e-3), data=data(), trace=healthy) is None


def test_a_model_that_writes() -> None:
    """Its loss rose far above that of guessing; a fresh model begins at guessing and falls."""
    writes = replace(plan(rate=3e-3), task="instruction")
    began = math.log(MODEL.vocabulary)
    risen, healthy = trace([began, 40.0, *noisy((9.0, 2.0), 60)]), trace(noisy((began, 2.0), 60))

    found = seen(NAME, Moment.AFTER, plan=writes, model=MODEL, trace=risen)

    assert (found.variant, found.severity, found.numbers["loss"]) == ("rose", "warning", 40.0)
    assert look(NAME, Moment.AFTER, plan=writes, model=MODEL, trace=healthy) is None
    assert look(NAME, Moment.AFTER, plan=writes, model=replace(MODEL, architecture="t5"), trace=risen) is None
    assert look(NAME, Moment.AFTER, plan=replace(writes, train=plan(rate=1e-4).train), model=MODEL, trace=risen) is None


@pytest.mark.parametrize(
    ("losses", "rate", "variant"),
    [(noisy(0.70, 200), 1e-3, "run"), (FELL_AND_ROSE, 5e-5, "lost"), (FELL_AND_ROSE, 1e-3, "lost")],
    ids=["never learned", "knew it once", "both"],
)
@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
def test_seen_in_the_run(moment: Moment, losses: np.ndarray, rate: float, variant: str) -> None:
    """At chance under a high rate, or at chance again after having known something."""
    found = seen(NAME, moment, trace=trace(losses, total=400, rate=rate), data=data(), plan=plan(rate=rate))

    assert (found.variant, found.severity) == (variant, "error")


@pytest.mark.parametrize(
    ("losses", "rate", "total"),
    [(noisy(0.70, 200), 5e-5, 400), (noisy((0.7, 0.2), 200), 1e-3, 400), (noisy(0.70, 40), 1e-3, 400)],
    ids=["stuck at a usual rate", "it learns", "still warming up"],
)
def test_clear_in_the_run(losses: np.ndarray, rate: float, total: int) -> None:
    """Another cause, or none, or too early to tell."""
    run = trace(losses, total=total, rate=rate)

    assert look(NAME, Moment.DURING, trace=run, data=data(), plan=plan(rate=rate)) is None


def test_fix() -> None:
    """A usual rate, warmup and clipping; the finding goes; a second time changes nothing."""
    high = plan(rate=5e-3, warmup=0.0, clip=0.0)

    once = fix(high, seen(NAME, Moment.BEFORE, plan=high))

    assert (once.train.rate, once.train.warmup, once.train.clip) == (5e-5, 0.1, 1.0)
    assert fix(once, seen(NAME, Moment.BEFORE, plan=high)) == once
    assert look(NAME, Moment.BEFORE, plan=once) is None


@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER])
def test_an_adapter_at_its_own_rate(moment: Moment) -> None:
    """5e-4 is usual for LoRA, and nothing under it breaks; what was learned and lost is told all the same."""
    settings = {"plan": plan("lora", rate=5e-4), "data": data(classes=4)}

    assert look(NAME, moment, trace=trace(noisy(1.4, 100)), **settings) is None
    assert seen(NAME, moment, trace=trace([*noisy(0.3, 50), *noisy(1.4, 50)]), **settings).variant == "lost"


@pytest.mark.parametrize(
    ("moved", "end", "told"), [(0.41, 0.66, True), (0.03, 0.66, False), (0.41, 0.05, False), (None, 0.66, False)]
)
def test_matrices_far_from_the_base(moved: float | None, end: float, told: bool) -> None:
    """Where the loss does not prove that the model knows something."""
    weights = WeightFacts(("model.safetensors",), {"bert.a": (4, 4)}, moved=moved)
    log = trace(noisy((0.69, end), 200, 0.1))
    found = look(NAME, Moment.AFTER, trace=log, plan=plan(rate=5e-3), data=data(), weights=weights)

    assert (getattr(found, "variant", "") == "moved") == told
