"""Scores that do not fit into memory."""

import pytest

from luthier.facts.arguments import Arguments, Plain
from luthier.facts.census import RowCensus, Scoring
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig
from luthier.facts.trace import Trace
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.pair_examples import census

NAME = "logits_fill_memory"
WIDE = SavedConfig("", {"architectures": ("GPT2LMHeadModel",), "vocab_size": 50_257})
KILLED = ConsoleFacts(("train.log",), 90, {"cuda_oom": (Line("train.log", 88, "CUDA out of memory"),)})


@pytest.mark.parametrize(("memory", "severity"), [(130, "error"), (262, "warning")])
def test_before(memory: int, severity: str) -> None:
    """Two thousand rows of 512 tokens with 32,000 entries are 131 GB."""
    kept = Scoring(2000, 512, 2000 * 512 * 32_000, memory * 10**9)
    found = seen(NAME, Moment.BEFORE, census=census(RowCensus(20, 10), outputs=32_000, scoring=kept))

    assert found.severity == severity
    assert found.numbers["size"] == pytest.approx(131.072)


def test_before_clear() -> None:
    """Half of the memory is left, nothing is kept, or nothing is known."""
    kept = Scoring(2000, 512, 2000 * 512 * 32_000, 263 * 10**9)

    for scoring in (kept, Scoring(2000, 512, 0, 10**9), Scoring(2000, 512, 10**12, 0), None):
        assert look(NAME, Moment.BEFORE, census=census(RowCensus(20, 10), scoring=scoring)) is None


def broken(steps: int = 100, **changes: object) -> Trace:
    """A run of 500 steps, 100 an epoch, that broke off."""
    return trace(noisy(2.0, steps), total=500, **{"steps_per_epoch": 100, **changes})  # type: ignore[arg-type]


def settings(**values: Plain) -> Arguments:
    """Settings of a Trainer that scores after each epoch."""
    return Arguments("TrainingArguments", "transformers", {"eval_strategy": "epoch", **values})


@pytest.mark.parametrize("values", [{}, {"eval_strategy": "steps", "eval_steps": 100}])
def test_after(values: dict[str, Plain]) -> None:
    """Broke off when the first evaluation was due."""
    found = seen(NAME, Moment.AFTER, arguments=settings(**values), trace=broken(), config=WIDE, console=KILLED)

    assert (found.numbers["step"], found.numbers["outputs"], found.confidence) == (100, 50_257, 0.75)


def test_after_clear() -> None:
    """Broke off elsewhere, kept little, has few entries, or printed something else."""
    healthy = {"arguments": settings(), "trace": broken(), "config": WIDE, "console": KILLED}

    for name, value in {
        "trace": broken(40),
        "arguments": settings(prediction_loss_only=True),
        "config": SavedConfig("", {"architectures": ("BertForSequenceClassification",), "vocab_size": 30_522}),
        "console": ConsoleFacts(("train.log",), 90),
    }.items():
        assert look(NAME, Moment.AFTER, **{**healthy, name: value}) is None
