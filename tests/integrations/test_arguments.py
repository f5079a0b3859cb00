"""Settings in memory as plain values."""

from pathlib import Path

import pytest
import trl
from transformers import TrainingArguments

from luthier.integrations.arguments import arguments_of


def test_training_arguments(tmp_path: Path) -> None:
    """Fields have their own names, enumerations are their values, and the tool is known."""
    args = TrainingArguments(
        str(tmp_path), learning_rate=3e-4, lr_scheduler_type="cosine", eval_strategy="steps", eval_steps=5, use_cpu=True
    )

    found = arguments_of(args)

    assert found.kind == "TrainingArguments"
    assert found.tool == "transformers"
    assert found.source == "the trainer"
    assert found.number("learning_rate") == 3e-4
    assert found.text("lr_scheduler_type") == "cosine"
    assert found.text("eval_strategy") == "steps"
    assert found.flag("use_cpu") is True
    assert found.number("n_gpu") is not None
    assert found.number("world_size") == 1
    assert all(
        value is None or isinstance(value, bool | int | float | str | tuple | dict) for value in found.values.values()
    )


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_trl(tmp_path: Path) -> None:
    """Settings of TRL are told from those of Transformers, and its own are there."""
    found = arguments_of(trl.SFTConfig(str(tmp_path), max_length=77, packing=False, use_cpu=True, bf16=False))

    assert found.tool == "trl"
    assert found.number("max_length") == 77
    assert found.flag("packing") is False


def test_no_secrets(tmp_path: Path) -> None:
    """Access tokens are left out."""
    found = arguments_of(TrainingArguments(str(tmp_path), hub_token="hf_secret", use_cpu=True))

    assert "hub_token" not in found
    assert "hf_secret" not in str(found)


def test_a_mapping() -> None:
    """A mapping of settings has no class to name; what has no plain value is left out, at any depth."""
    found = arguments_of({"a": 1, "b": object(), "c": {"d": (1, 2), "e": object()}, "f": [object()]})

    assert found.kind == "dict"
    assert found.tool == "unknown"
    assert found.values == {"a": 1, "c": {"d": (1, 2)}}
