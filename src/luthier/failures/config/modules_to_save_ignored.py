"""A name in modules_to_save fits no module of the model, so that what it meant is neither trained nor saved.

Symptom
    Training runs as if the setting were not there. A head, or a table of embeddings, stays as it was drawn, and is not
    in the adapter's file.

Why it is silent
    PEFT goes through the modules of the model and asks of each whether it is named; it never asks whether each name was
    found. A misspelt name, or one of another architecture, changes nothing.

Evidence
    Before and after: a name in modules_to_save that no tensor carries which the adapter saves whole. Names that PEFT
    adds by itself for its task type are not counted: a model has one of them.

Fix
    Advice only: names the modules as the model does.

Source
    peft #577 (https://github.com/huggingface/peft/issues/577): a head that was named and not trained. Our experiment
    with PEFT 0.21.2: modules_to_save=["classifer"] raises nothing, trains nothing and saves nothing.
"""

from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.saved import AdapterFacts
from luthier.facts.scene import LiveScene
from luthier.failures._adapters import ADDED, names_in, whole

MESSAGE = (
    "{count} of the {total} names in modules_to_save fit no module of the model: {names}. Nothing of that name is "
    "trained or saved."
)
WHY = "Whoever named a module there wants it trained as a whole; it stays as it was, and loading draws it anew."
NEXT_STEP = (
    "Take the names from the model: print([name for name, _ in model.named_modules()]), and give the last part of the "
    "wanted one, such as classifier, score, embed_tokens or lm_head."
)
DEGREE = Degree.ADVICE
SIGNS = ("good in the session, bad after reload", "configuration")

BAD = LiveScene(
    "adapter",
    options={"lora_without_head": 1, "lora_misspelt": 1},
    says="The head is named in modules_to_save, with a letter missing, and there is no task type.",
)
GOOD = LiveScene("adapter", says="The task type names the head.")


def before(adapter: AdapterFacts) -> Finding | None:
    """Look at an adapter in memory."""
    return _look(Moment.BEFORE, adapter)


def after(adapter: AdapterFacts) -> Finding | None:
    """Look at a saved adapter."""
    return _look(Moment.AFTER, adapter)


def _look(moment: Moment, adapter: AdapterFacts) -> Finding | None:
    added = ADDED.get(str(adapter.config.get("task_type")), frozenset())
    given = [name for name in names_in(adapter, "modules_to_save") if name not in added]
    saved = whole(adapter)
    lost = [name for name in given if not any(f"{name}." in tensor for tensor in saved)]
    if not lost or not adapter.tensors:
        return None
    return Finding(
        failure="modules_to_save_ignored",
        moment=moment,
        severity="error" if len(lost) == len(given) else "warning",
        confidence=0.9,
        numbers={"count": len(lost), "total": len(given), "names": ", ".join(lost)},
        place=Place("setting", "modules_to_save"),
    )
