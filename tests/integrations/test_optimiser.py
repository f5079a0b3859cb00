"""The optimiser that a trainer was given."""

from pathlib import Path

from luthier.checking import check
from luthier.facts.scene import LiveScene
from luthier.integrations.optimiser import optimiser_of
from luthier.integrations.stage import build


def test_given(tmp_path: Path) -> None:
    """Class, settings and names."""
    trainer = build(LiveScene(options={"head_outside_optimiser": 1}), tmp_path)
    found = optimiser_of(trainer)

    assert found is not None
    assert (found.kind, found.setting("weight_decay")) == ("AdamW", (0.01,))
    assert found.groups[0].tensors == len(found.groups[0].names) > 10
    assert "bert.pooler.dense.bias" in found.groups[0].names
    assert check(trainer).evidence.optimiser == found


def test_not_given(tmp_path: Path) -> None:
    """One that the trainer will make follows from its settings."""
    trainer = build(LiveScene(), tmp_path)

    assert optimiser_of(trainer) is None
    assert "itself" in check(trainer).evidence.missing["optimiser"]
