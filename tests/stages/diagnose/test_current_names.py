"""Settings under old names, and under those of other tools."""

import pytest

from luthier.facts.arguments import Plain
from luthier.stages.diagnose.current_names import current, of_any_tool, tool_of


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ({"evaluation_strategy": "steps"}, {"eval_strategy": "steps"}),
        ({"evaluation_strategy": None, "eval_strategy": "epoch"}, {"eval_strategy": "epoch"}),
        ({"evaluation_strategy": "steps", "eval_strategy": None}, {"eval_strategy": "steps"}),
        ({"per_gpu_train_batch_size": None, "per_device_train_batch_size": 4}, {"per_device_train_batch_size": 4}),
        ({"per_gpu_train_batch_size": 4}, {"per_device_train_batch_size": 4}),
        ({"max_seq_length": 512}, {"max_length": 512}),
        ({"warmup_ratio": 0.1, "warmup_steps": 0}, {"warmup_steps": 0.1}),
        ({"warmup_ratio": 0.1, "warmup_steps": 500}, {"warmup_steps": 500}),
        ({"warmup_ratio": 0.0, "warmup_steps": 0}, {"warmup_steps": 0.0}),
        ({"warmup_ratio": 0.1}, {"warmup_steps": 0.1}),
        ({"warmup_ratio": 1.0, "warmup_steps": 0}, {"warmup_ratio": 1.0, "warmup_steps": 0}),
        ({"group_by_length": True}, {"train_sampling_strategy": "group_by_length"}),
        ({"group_by_length": False}, {}),
        ({"adafactor": True, "optim": "adamw_torch"}, {"optim": "adafactor"}),
        ({"gradient_checkpointing": True}, {"gradient_checkpointing": True, "activation_checkpointing": True}),
        ({"eval_strategy": False}, {"eval_strategy": "no"}),
        ({"learning_rate": 1e-4, "mine": [1]}, {"learning_rate": 1e-4, "mine": [1]}),
    ],
)
def test_current(old: dict[str, Plain], now: dict[str, Plain]) -> None:
    """Each old name, and names that stay."""
    assert current(old) == now
    assert current(now) == now


def test_axolotl() -> None:
    """Axolotl's words become those of Transformers; whose they are is kept."""
    config: dict[str, Plain] = {
        "base_model": "some/model",
        "micro_batch_size": 2,
        "num_epochs": 4,
        "sequence_len": 4096,
        "optimizer": "adamw_bnb_8bit",
        "learning_rate": 2e-4,
    }

    assert of_any_tool(config) == (
        {
            "model_name_or_path": "some/model",
            "per_device_train_batch_size": 2,
            "num_train_epochs": 4,
            "max_length": 4096,
            "optim": "adamw_bnb_8bit",
            "learning_rate": 2e-4,
        },
        "Axolotl config",
        "unknown",
    )


def test_llama_factory() -> None:
    """LLaMA-Factory uses Transformers' names, but for the length."""
    found = of_any_tool({"stage": "sft", "finetuning_type": "lora", "cutoff_len": 2048, "num_train_epochs": 3.0})

    assert found is not None
    assert (found[0]["max_length"], found[1], found[2]) == (2048, "LLaMA-Factory config", "unknown")


def test_loose_names() -> None:
    """Names that scripts of one's own use."""
    found = of_any_tool({"lr": 1e-3, "batch_size": 64, "max_epochs": 5, "seed": 1})

    assert found is not None
    assert found[0] == {
        "learning_rate": 1e-3,
        "per_device_train_batch_size": 64,
        "num_train_epochs": 5,
        "seed": 1,
    }
    assert found[2] == "unknown"


def test_what_is_no_training() -> None:
    """Other files of YAML are left alone."""
    assert of_any_tool({"services": {"web": 1}}) is None
    assert of_any_tool({}) is None


@pytest.mark.parametrize(
    ("name", "values", "tool"),
    [
        ("trl.trainer.sft_config.SFTConfig", {}, "trl"),
        ("transformers.training_args.TrainingArguments", {}, "transformers"),
        ("argparse.Namespace", {"num_train_epochs": 3}, "transformers"),
        ("__main__.Arguments", {"per_device_train_batch_size": 3, "dataset_text_field": "text"}, "trl"),
        ("", {"lr": 0.1}, "unknown"),
    ],
)
def test_tool(name: str, values: dict[str, Plain], tool: str) -> None:
    """By the class, else by the names."""
    assert tool_of(name, values) == tool
