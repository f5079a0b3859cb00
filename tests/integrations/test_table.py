"""Vectors of tokens."""

from pathlib import Path

from luthier.facts.scene import LiveScene
from luthier.integrations.census import census_of
from luthier.integrations.stage import build


def test_faint_and_frozen(tmp_path: Path) -> None:
    """Tokens of the template that were made small, under LoRA."""
    found = census_of(build(LiveScene("instruction", options={"lora": 1, "faint_turns": 1}), tmp_path))

    assert set(found.faint) == {"<|start|>", "<|end|>"}
    assert found.table_learns is False


def test_trained_in_full(tmp_path: Path) -> None:
    """All weights learn, and none of the vectors is faint."""
    found = census_of(build(LiveScene("instruction"), tmp_path))

    assert (found.faint, found.table_learns) == ((), True)
