"""What several failures read out of an adapter: which tensors are its own, which are whole, and what it changes."""

import re

from luthier.facts.saved import AdapterFacts, SavedConfig

ROOT = "base_model.model."
"""What PEFT writes before the name of every module (0.3 to 0.21)."""
TASKS = {
    "ForSequenceClassification": "SEQ_CLS",
    "ForMultipleChoice": "SEQ_CLS",
    "ForTokenClassification": "TOKEN_CLS",
    "ForQuestionAnswering": "QUESTION_ANS",
}
"""Ending of a class of Transformers whose head starts at random, to the task type with which PEFT saves that head."""
ADDED = {
    "SEQ_CLS": frozenset({"classifier", "score"}),
    "TOKEN_CLS": frozenset({"classifier", "score"}),
    "QUESTION_ANS": frozenset({"qa_outputs"}),
}
"""Names that PEFT puts into modules_to_save by itself, of which a model has one (PEFT 0.21, peft_model.py)."""
PART = 0.5
_OWN = (
    "lora_",
    "ia3_",
    "vera_lambda",
    "hada_",
    "lokr_",
    "oft_",
    "boft_",
    "trainable_tokens",
    "token_adapter",
    "prompt",
)
_NUMBER = re.compile(r"\.([0-9]{1,6})\.")


def whole(adapter: AdapterFacts) -> tuple[str, ...]:
    """Tensors that are stored whole beside those of the method, such as a head."""
    return tuple(name for name in adapter.tensors if not any(part.startswith(_OWN) for part in name.split(".")))


def changed_modules(adapter: AdapterFacts) -> tuple[str, ...]:
    """Modules that carry a low-rank pair, named as in the base model."""
    named = (name.partition(".lora_")[0].removeprefix(ROOT) for name in low_rank(adapter))
    return tuple(dict.fromkeys(named))


def low_rank(adapter: AdapterFacts) -> tuple[str, ...]:
    """Tensors of low-rank pairs."""
    return tuple(name for name in adapter.tensors if ".lora_" in name)


def mostly_untouched(adapter: AdapterFacts) -> bool:
    """Whether half of the low-rank pairs or more were never trained; fewer may stand in parts that a task does not use,
    such as experts.
    """
    return adapter.untouched >= max(1, PART * adapter.pairs)


def names_in(adapter: AdapterFacts, setting: str) -> tuple[str, ...]:
    """The names that a setting lists; empty where it is a pattern, or not set."""
    value = adapter.config.get(setting)
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()


def task_of(adapter: AdapterFacts, config: SavedConfig | None) -> str:
    """Task type that saves the head of this model; empty where its head is not a fresh one, or its class not known.

    The class stands in the config, or in the adapter's `auto_mapping`, which PEFT writes where no task type was given.
    """
    mapping = adapter.config.get("auto_mapping")
    named = mapping.get("base_model_class") if isinstance(mapping, dict) else None
    kind = str(named or (config.architecture if config is not None else ""))
    given = str(adapter.config.get("task_type") or "")
    if not kind:
        return given if given in ADDED else ""
    return next((task for ending, task in TASKS.items() if kind.endswith(ending)), "")


def layer_of(module: str) -> int | None:
    """Number of the layer that a module stands in; None outside of layers."""
    found = _NUMBER.search(f".{module}.")
    return int(found[1]) if found else None
