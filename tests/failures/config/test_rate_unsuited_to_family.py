"""Rates of encoders for what is none."""

from dataclasses import replace

import pytest

from luthier.facts.finding import Moment
from luthier.facts.plan import Plan, Reason
from luthier.failures._engine import all_failures
from tests.failures.examples import MODEL, look, noisy, plan, seen, trace
from tests.failures.pair_examples import arguments

NAME = "rate_unsuited_to_family"
ADAMW = arguments(optim="adamw_torch_fused")
MT5 = replace(MODEL, architecture="mt5")


def run(strategy: str = "lora", rate: float = 1e-5) -> Plan:
    """A plan whose rate was read."""
    return replace(plan(strategy, rate=rate), reasons={"train.rate": Reason("training_args.bin", "user")})


@pytest.mark.parametrize(
    ("strategy", "model", "usual"), [("lora", MODEL, 2e-4), ("lora", None, 2e-4), ("full", MT5, 1e-4)]
)
def test_plan(strategy: str, model: object, usual: float) -> None:
    """An adapter of any model, and all weights of a T5."""
    found = seen(NAME, Moment.BEFORE, plan=run(strategy), arguments=ADAMW, model=model)

    assert (found.variant, found.numbers["usual"]) == ("plan", usual)


@pytest.mark.parametrize(
    ("then", "optim"),
    [
        (run("full"), "adamw_torch"),
        (run(rate=5e-5), "adamw_torch"),
        (run(rate=0.0), "adamw_torch"),
        (run(), "adafactor"),
        (run("prompt_tuning"), "adamw_torch"),
        (plan("lora", rate=1e-5), "adamw_torch"),
    ],
)
def test_clear(then: Plan, optim: str) -> None:
    """An encoder, a higher rate, another optimiser, another kind of adapter, a rate that nobody stated."""
    assert look(NAME, Moment.BEFORE, plan=then, arguments=arguments(optim=optim), model=MODEL) is None


@pytest.mark.parametrize(("kind", "told"), [("SFTConfig", True), ("DPOConfig", False), ("GRPOConfig", False)])
def test_preferences(kind: str, told: bool) -> None:
    """Adapters that learn from preferences or rewards do so at lower rates."""
    found = look(NAME, Moment.BEFORE, plan=run(), arguments=replace(ADAMW, kind=kind), model=MODEL)

    assert (found is not None) == told


def test_run() -> None:
    """A loss that crept; one that fell is left alone, before and after."""
    crept, fell = trace(noisy((3.3, 3.0), 200)), trace(noisy((3.3, 1.2), 200))
    found = seen(NAME, Moment.AFTER, plan=run(), arguments=ADAMW, trace=crept)

    assert (found.variant, found.numbers["steps"]) == ("run", 200)
    assert look(NAME, Moment.AFTER, plan=run(), arguments=ADAMW, trace=fell) is None
    assert look(NAME, Moment.BEFORE, plan=run(), arguments=ADAMW, trace=fell) is None
    assert look(NAME, Moment.AFTER, plan=run(rate=1e-4), arguments=ADAMW, trace=crept) is None
    assert "fewer than ten" in str(look(NAME, Moment.AFTER, plan=run(), arguments=ADAMW, trace=trace([3.0] * 9)))


def test_fix() -> None:
    """Raised, never lowered."""
    fix = all_failures()[NAME].fix_plan
    assert fix is not None
    found = seen(NAME, Moment.BEFORE, plan=run(), arguments=ADAMW)

    assert fix(run(), found).train.rate == 2e-4
    assert fix(run(rate=1e-3), found).train.rate == 1e-3


@pytest.mark.parametrize(
    ("rate", "task", "told"),
    [(1e-7, "text_classification", True), (2e-6, "text_classification", False), (1e-7, "instruction", False)],
)
def test_encoder(rate: float, task: str, told: bool) -> None:
    """All weights of an encoder below every published rate; models that write are aligned at such rates."""
    tiny = replace(run("full", rate), task=task)
    found = look(NAME, Moment.BEFORE, plan=tiny, arguments=ADAMW, model=MODEL)
    crept = look(NAME, Moment.AFTER, plan=tiny, arguments=ADAMW, model=MODEL, trace=trace(noisy(0.69, 100)))

    assert (found is not None, crept is not None) == (told, told)
    assert not told or found.numbers["usual"] == 2e-5  # type: ignore[union-attr]
