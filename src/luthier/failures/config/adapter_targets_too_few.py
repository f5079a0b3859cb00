"""The adapter reaches only a few layers, because a pattern or a name holds the number of one.

Symptom
    Training runs, the loss falls slowly and stops early, and very few weights are trainable.

Why it is silent
    A pattern that fits one layer is a valid pattern, and a run that trains a few thousand weights looks like any other.
    "layers.[0-9]." means ten layers, not all.

Evidence
    Before and after: the low-rank pairs stand in one layer of several, which is not the last, or in exactly the first
    ten of more, and layers_to_transform, which chooses layers on purpose, is not set. How many layers there are is
    known from the model in memory or from the base at hand; without both, only pairs in the first layer are told.

Fix
    Advice only: target modules by their last name, which all layers share.

Source
    peft #1206 (https://github.com/huggingface/peft/issues/1206): a pattern for one layer. Our experiment with PEFT
    0.21.2: ".*layer\\.0\\..*query" on a BERT adapts one module and raises nothing.
"""

from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.model import ModelFacts
from luthier.facts.saved import AdapterFacts
from luthier.facts.scene import LiveScene
from luthier.failures._adapters import changed_modules, layer_of

MESSAGE = {
    "known": (
        "The adapter has parts in {count} of {total} layers (target_modules is {targets}): the others stay as they are."
    ),
    "alone": "All {modules} parts of the adapter stand in layer {layer} (target_modules is {targets}).",
}
WHY = "An adapter of so few layers can change little of what the model does."
NEXT_STEP = (
    'Set target_modules="all-linear" or the last names of the modules, such as ["q_proj", "v_proj"], and '
    "layers_to_transform where only some layers are meant."
)
DEGREE = Degree.ADVICE
SIGNS = ("loss floor above 0", "configuration")
ONE_DIGIT = frozenset(range(10))
SHARING = frozenset({"albert"})
"""Families whose layers share one set of weights."""

BAD = LiveScene("adapter", options={"lora_narrow": 1}, says="The pattern holds the number of the first layer.")
GOOD = LiveScene("adapter", says="The targets are named as in every layer.")


def before(adapter: AdapterFacts, model: ModelFacts | None = None) -> Finding | None:
    """Look at an adapter in memory."""
    return _look(Moment.BEFORE, adapter, model)


def after(adapter: AdapterFacts, model: ModelFacts | None = None) -> Finding | None:
    """Look at a saved adapter."""
    return _look(Moment.AFTER, adapter, model)


def _look(moment: Moment, adapter: AdapterFacts, model: ModelFacts | None) -> Finding | None:
    modules = changed_modules(adapter)
    reached = {layer for layer in map(layer_of, modules) if layer is not None}
    chosen = adapter.config.get("layers_to_transform") is not None
    if not reached or chosen or (model is not None and model.architecture in SHARING):
        return None
    if any("albert" in name for name in modules):
        return None
    every = {layer for layer in map(layer_of, adapter.base_modules) if layer is not None}
    total = max(model.layers if model is not None else 0, len(every))
    if not _few(reached, total):
        return None
    return Finding(
        failure="adapter_targets_too_few",
        moment=moment,
        severity="warning",
        confidence=0.9 if total else 0.8,
        numbers={
            "count": len(reached),
            "total": total,
            "modules": len(modules),
            "layer": min(reached),
            "targets": _told(adapter.config.get("target_modules")),
        },
        place=Place("setting", "target_modules"),
        variant="known" if total else "alone",
    )


def _few(reached: set[int], total: int) -> bool:
    """One layer that is not the last, which may be chosen on purpose; or all that one digit can name.

    Where nobody knows how many there are, only the first is surely not the last.
    """
    if len(reached) == 1:
        return max(reached) < total - 1 if total else reached == {0}
    return reached == ONE_DIGIT and total > len(ONE_DIGIT)


def _told(targets: object) -> str:
    names = [str(one) for one in targets] if isinstance(targets, tuple) else [str(targets)]
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
