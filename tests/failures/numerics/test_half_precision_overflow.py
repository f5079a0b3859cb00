"""Models of bfloat16 in float16."""

import numpy as np
import pytest

from luthier.facts.arguments import Arguments
from luthier.facts.finding import Moment
from luthier.facts.model import ModelFacts
from luthier.facts.report import Evidence
from luthier.facts.saved import SavedConfig, WeightFacts
from luthier.failures._engine import all_failures, ask
from tests.failures.adapter_examples import adapter
from tests.failures.examples import look, noisy, seen, trace

NAME = "half_precision_overflow"
HALF = Arguments("Seq2SeqTrainingArguments", "transformers", {"fp16": True, "bf16": False})
T5 = ModelFacts("t5-large", "t5", None, 24, 1024, 32_128, 512, None, "cls")
BERT = ModelFacts("bert-base-uncased", "bert", None, 12, 768, 30_522, 512, None, "cls")
LOST = trace([*noisy(2.0, 40), *[np.nan] * 20])


@pytest.mark.parametrize(
    "facts",
    [
        {"model": T5},
        {"model": BERT, "config": SavedConfig("", {"dtype": "bfloat16"})},
        {"config": SavedConfig("", {"dtype": "float32"}, base={"torch_dtype": "bfloat16"})},
        {"model": BERT, "weights": WeightFacts((), {}, {"BF16": 900, "F32": 100})},
        {"adapter": adapter(changes={"base_model_name_or_path": "google/flan-t5-base"})},
    ],
    ids=["family", "config", "base", "weights", "adapter"],
)
def test_seen(facts: dict[str, object]) -> None:
    """A warning before, an error with a step when it has happened."""
    planned = seen(NAME, Moment.BEFORE, arguments=HALF, **facts)

    assert (planned.severity, planned.variant, planned.confidence) == ("warning", "planned", 0.6)
    for moment in Moment:
        lost = seen(NAME, moment, arguments=HALF, trace=LOST, **facts)
        assert (lost.severity, lost.variant, lost.place.step) == ("error", "lost", 41)


def test_weights_that_learn_in_bfloat16() -> None:
    """One next step for both: float16 would overflow, and bfloat16 would round updates away."""
    held = WeightFacts((), {}, {"BF16": 100}, learning=("a.weight",), learning_types={"BF16": 100})
    settings = Arguments("", "transformers", {"fp16": True, "learning_rate": 2e-5})
    parts = {"arguments": settings, "weights": held, "config": SavedConfig("", {})}
    names = (NAME, "updates_lost_in_low_precision")
    answers = ask([all_failures()[name] for name in names], Moment.BEFORE, Evidence(**parts))  # type: ignore[arg-type]

    assert [one.explained_by for one in answers.all] == ["", NAME]
    assert "float32" in str(seen(NAME, Moment.BEFORE, **parts).numbers["load"])
    assert not seen(NAME, Moment.BEFORE, arguments=HALF, model=T5).numbers["load"]


def test_zero_beside_a_broken_norm() -> None:
    """The filter of a log writes zero."""
    written = trace([2.0] * 20 + [0.0] * 20, grad_norms={"all": np.array([1.0] * 20 + [np.nan] * 20)}, filtered=True)

    assert seen(NAME, Moment.AFTER, arguments=HALF, model=T5, trace=written).place.step == 21


def test_clear() -> None:
    """Other precision, other models, a run that went well, and steps that the scaler skipped."""
    full = Arguments("", "transformers", {"fp16": False, "bf16": True})
    skipped = trace([2.0] * 40, grad_norms={"all": np.array([np.inf] * 4 + [1.0] * 36)})

    assert look(NAME, Moment.BEFORE, arguments=full, model=T5) is None
    assert look(NAME, Moment.BEFORE, arguments=HALF, model=BERT, config=SavedConfig("", {"dtype": "float32"})) is None
    assert look(NAME, Moment.AFTER, arguments=HALF, model=BERT, trace=LOST) is None
    for moment in Moment:
        assert look(NAME, moment, arguments=HALF, model=T5, trace=skipped) is None


def test_not_looked() -> None:
    """Nothing is known of the model."""
    other = adapter(changes={"base_model_name_or_path": "meta/llama-t50"})

    assert "pretrained in" in str(look(NAME, Moment.BEFORE, arguments=HALF))
    assert "pretrained in" in str(look(NAME, Moment.BEFORE, arguments=HALF, adapter=other))
