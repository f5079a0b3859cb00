"""Adapters made by hand, as PEFT writes them."""

from luthier.facts.arguments import Plain
from luthier.facts.saved import AdapterFacts, SavedConfig

ROOT = "base_model.model."


def pairs(layers: int = 4, modules: tuple[str, ...] = ("query", "value")) -> dict[str, tuple[int, ...]]:
    """A low-rank pair for each module of each layer."""
    places = [f"{ROOT}bert.encoder.layer.{layer}.attention.{name}" for layer in range(layers) for name in modules]
    return {f"{place}.lora_{side}.weight": (4, 16) for place in places for side in "AB"}


def adapter(
    tensors: dict[str, tuple[int, ...]] | None = None,
    changes: dict[str, Plain] | None = None,
    whole: tuple[str, ...] = (),
    **facts: object,
) -> AdapterFacts:
    """A LoRA adapter of four layers, without a head.

    Args:
        tensors: other tensors than its usual pairs.
        changes: fields of its config that differ.
        whole: modules that are saved whole beside them.
        facts: other facts.
    """
    config: dict[str, Plain] = {
        "peft_type": "LORA",
        "task_type": "SEQ_CLS",
        "target_modules": ("query", "value"),
        "modules_to_save": None,
        **(changes or {}),
    }
    held = {**(pairs() if tensors is None else tensors), **{f"{ROOT}{name}.weight": (4, 16) for name in whole}}
    usual: dict[str, object] = {"pairs": sum(".lora_B" in name for name in held)}
    return AdapterFacts("", config, held, **{**usual, **facts})  # type: ignore[arg-type]


def classifier(kind: str = "BertForSequenceClassification", **model: Plain) -> SavedConfig:
    """The config of a model of a class."""
    return SavedConfig("", {"architectures": (kind,), "model_type": "bert", **model})
