"""Adapters of few layers."""

import pytest

from luthier.facts.finding import Moment
from luthier.facts.model import ModelFacts
from tests.failures.adapter_examples import ROOT, adapter, pairs
from tests.failures.examples import look, seen

NAME = "adapter_targets_too_few"
MOMENTS = pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])


def model(layers: int, architecture: str = "bert") -> ModelFacts:
    """A model of so many layers."""
    return ModelFacts("", architecture, None, layers, 16, 100, 512, None, "cls")


@MOMENTS
def test_one_layer(moment: Moment) -> None:
    """Of twelve; of how many the base has; of an unknown number."""
    narrow = adapter(pairs(1), {"target_modules": ".*layer.0.*query"})
    base = adapter(pairs(1), base_modules=tuple(f"bert.encoder.layer.{n}.output.dense" for n in range(6)))

    assert seen(NAME, moment, adapter=narrow, model=model(12)).numbers["total"] == 12
    assert seen(NAME, moment, adapter=base).numbers["total"] == 6
    assert seen(NAME, moment, adapter=narrow).variant == "alone"


@MOMENTS
def test_one_digit(moment: Moment) -> None:
    """The first ten of twenty-four."""
    assert seen(NAME, moment, adapter=adapter(pairs(10)), model=model(24)).numbers["count"] == 10


@MOMENTS
def test_clear(moment: Moment) -> None:
    """All layers; some of them, as one may choose; chosen by the setting; shared by all; no layers at all."""
    last = {name.replace("layer.0", "layer.11"): shape for name, shape in pairs(2).items()}
    final = {name: shape for name, shape in last.items() if "layer.11" in name}
    shared = {f"{ROOT}albert.encoder.albert_layer_groups.0.albert_layers.0.query.lora_A.weight": (4, 16)}

    assert look(NAME, moment, adapter=adapter(pairs(12)), model=model(12)) is None
    assert look(NAME, moment, adapter=adapter(pairs(10)), model=model(10)) is None
    assert look(NAME, moment, adapter=adapter(last), model=model(12)) is None
    assert look(NAME, moment, adapter=adapter(pairs(1)), model=model(1)) is None
    assert look(NAME, moment, adapter=adapter(final), model=model(12)) is None
    assert look(NAME, moment, adapter=adapter(final)) is None
    assert look(NAME, moment, adapter=adapter(pairs(1), {"layers_to_transform": (0,)}), model=model(12)) is None
    assert look(NAME, moment, adapter=adapter(shared)) is None
    assert look(NAME, moment, adapter=adapter(shared), model=model(12, "albert")) is None
    assert look(NAME, moment, adapter=adapter({"prompt_embeddings": (8, 16)}), model=model(12)) is None
