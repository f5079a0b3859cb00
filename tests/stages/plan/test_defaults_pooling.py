"""The plan says why the model pools as it does, also where it cannot pool as it was trained."""

from dataclasses import replace
from typing import Literal

import pytest

from luthier.facts.model import ModelFacts
from luthier.stages.plan.defaults import Facts, _model
from tests.samples import sample_data, sample_plan

MPNET = ModelFacts("all-mpnet-base-v2", "mpnet", 109_000_000, 12, 768, 30_527, 512, 384, "cls")


@pytest.mark.parametrize(
    ("trained", "pooling", "why"),
    [
        ("mean", "cls", "the checkpoint was trained to average its tokens, which a plain mpnet classifier cannot do"),
        ("mean", "mean", "the files of the checkpoint say so"),
        ("cls", "cls", "the files of the checkpoint say so"),
        (None, "cls", "usual for mpnet"),
    ],
)
def test_reason(trained: Literal["cls", "mean"] | None, pooling: Literal["cls", "mean"], why: str) -> None:
    """What the files say, what is usual, or what the architecture rules out."""
    model = replace(MPNET, pooling=pooling, trained_pooling=trained)

    assert _model(sample_plan(), Facts(sample_data(), model, {}))["model.pooling"] == (pooling, why)
