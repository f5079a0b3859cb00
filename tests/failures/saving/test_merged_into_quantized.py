"""Adapters merged into few bits."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from luthier.facts.saved import SavedConfig, WeightFacts
from tests.failures.adapter_examples import adapter
from tests.failures.examples import look, seen

NAME = "merged_into_quantized"
WEIGHTS = WeightFacts(("merged/model.safetensors",), {"a": (2, 2)})


def quantized(method: str = "bitsandbytes", four: bool = True, folder: str = "merged") -> SavedConfig:
    """A saved model of few bits."""
    stored: dict[str, Plain] = {"quant_method": method, "load_in_4bit": four, "load_in_8bit": not four}
    return SavedConfig(folder, {"quantization_config": stored})


@pytest.mark.parametrize(("four", "severity", "bits"), [(True, "error", 4), (False, "warning", 8)])
def test_seen(four: bool, severity: str, bits: int) -> None:
    """Four bits or eight; more sure where PEFT said it."""
    facts = {"config": quantized(four=four), "weights": WEIGHTS, "adapter": adapter()}
    console = ConsoleFacts(("a",), 3, {"adapter_merged_into_quantized": (Line("a", 1, ""),)})
    found, told = seen(NAME, Moment.AFTER, **facts), seen(NAME, Moment.AFTER, console=console, **facts)

    assert (found.severity, found.numbers["bits"], found.place.name) == (severity, bits, "merged/config.json")
    assert found.confidence < told.confidence


def test_clear() -> None:
    """Full precision, another method that comes after merging, an adapter beside the config of its base, no weights."""
    plain = SavedConfig("merged", {})
    beside = quantized(folder="")

    assert look(NAME, Moment.AFTER, config=plain, weights=WEIGHTS, adapter=adapter()) is None
    assert look(NAME, Moment.AFTER, config=quantized("gptq"), weights=WEIGHTS, adapter=adapter()) is None
    assert look(NAME, Moment.AFTER, config=beside, weights=WEIGHTS, adapter=adapter()) is None
    assert look(NAME, Moment.AFTER, config=quantized(), weights=WeightFacts((), {}), adapter=adapter()) is None
