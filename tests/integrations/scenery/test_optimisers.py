"""Optimisers that scenes are given."""

from pathlib import Path

import pytest

from luthier.errors import PlanError
from luthier.facts.scene import LiveScene
from luthier.integrations.scenery.optimisers import OPTIMISERS
from luthier.integrations.stage import build


@pytest.mark.parametrize("name", OPTIMISERS)
def test_each(tmp_path: Path, name: str) -> None:
    """All weights, at the rate of the settings."""
    trainer = build(LiveScene(options={"optimiser": name}, arguments={"learning_rate": 0.25}), tmp_path)
    (group,) = trainer.optimizer.param_groups

    assert group["lr"] == 0.25
    assert len(group["params"]) == len(list(trainer.model.parameters()))


def test_unknown(tmp_path: Path) -> None:
    """The names that there are stand in the error."""
    with pytest.raises(PlanError, match="no optimiser is called lion") as caught:
        build(LiveScene(options={"optimiser": "lion"}), tmp_path)

    assert "sgd" in str(caught.value.next_step)
