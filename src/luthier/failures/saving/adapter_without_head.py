"""The head of a classifier with an adapter is drawn at random, and is neither trained as a whole nor saved.

Symptom
    Scores are good in the session, or a little low, and near chance after the adapter is loaded again.

Why it is silent
    PEFT trains and saves what its config names. Without a task type it does not know that a classifier has a new head:
    the head stays as it was drawn, and the adapter learns around it. Whoever loads the adapter draws another head.

Evidence
    Before: the model is a classifier, tagger or answerer with an adapter, its head's biases are still exactly zero as
    Transformers draws them, and no tensor of the head would be saved whole. Where the head has no bias, it may have
    been trained before, and this is less sure.
    After: the class of the model is known from adapter_config.json (auto_mapping or task_type), and the adapter's file
    holds no whole tensor outside of the adapter. Quiet where the base model is at hand and has the head already.

Fix
    Advice only: give the task type, or name the head in modules_to_save, and train again. A head that was not saved
    cannot be found again.

Source
    peft #577 (https://github.com/huggingface/peft/issues/577) and #876. Our experiment with PEFT 0.21.2: LoraConfig
    without task_type on a BertForSequenceClassification leaves 0 of 2 head tensors trainable and saves none; with the
    head among target_modules it saves two low-rank tensors, and the matrix under them is lost.
"""

from luthier.facts.finding import Degree, Finding, Moment, Number, Place
from luthier.facts.saved import AdapterFacts, SavedConfig, WeightFacts
from luthier.facts.scene import LiveScene
from luthier.failures._adapters import ADDED, ROOT, changed_modules, names_in, task_of, whole

MESSAGE = {
    "frozen": (
        "The head of this model was drawn at random, and none of its {count} tensors is saved with the adapter or "
        "learns: task_type is {task}, modules_to_save is {saved}."
    ),
    "adapted": (
        "The head of this model was drawn at random, and the adapter holds only a low-rank change of it, not its "
        "weights ({count} tensors): task_type is {task}, modules_to_save is {saved}."
    ),
    "lost": (
        "The adapter was trained on a model with a new head, and none of the {count} tensors in its file is that head: "
        "task_type is {task}, modules_to_save is {saved}."
    ),
}
WHY = "Loading the adapter draws another head at random, and the scores of the session are gone."
NEXT_STEP = {
    "frozen": (
        'Set LoraConfig(task_type="{wanted}", modules_to_save=["{head}"], ...) before get_peft_model, so that the head '
        "is trained and saved."
    ),
    "adapted": (
        'Set LoraConfig(task_type="{wanted}", modules_to_save=["{head}"], ...) and take {head} out of target_modules, '
        "so that it is trained whole and saved. A list's append() returns None: make the list first."
    ),
    "lost": 'Train again with LoraConfig(task_type="{wanted}", modules_to_save=["{head}"], ...).',
}
DEGREE = Degree.ADVICE
EXPLAINED_BY = ("modules_to_save_ignored",)
EXPERIMENT = (
    "Load the adapter twice in fresh processes and compare the scores of ten texts: if they differ, the head is drawn "
    "anew each time."
)
SIGNS = ("good in the session, bad after reload", "configuration")

BAD = LiveScene("adapter", options={"lora_without_head": 1}, says="The task type was left out of the LoraConfig.")
GOOD = LiveScene("adapter", says="The task type says that there is a new head.")


def before(adapter: AdapterFacts, config: SavedConfig, weights: WeightFacts) -> Finding | None:
    """Look at a model in memory. One that is read from files was not drawn here."""
    wanted = task_of(adapter, config)
    if not wanted or not weights.head or weights.learning is None or weights.fresh_head is False or _kept(adapter):
        return None
    adapted = [name for name in weights.head if ".lora_" in name]
    own = [name for name in weights.head if ".lora_" not in name]
    head = weights.head[0].removeprefix("model.").partition(".")[0]
    counted: dict[str, Number] = {"count": len(own), "wanted": wanted, "head": head}
    variant, sure = "adapted" if adapted else "frozen", 0.95 if weights.fresh_head else 0.75
    return _finding(Moment.BEFORE, variant, adapter, counted, sure)


def after(adapter: AdapterFacts, config: SavedConfig | None = None) -> Finding | None:
    """Look at a saved adapter."""
    wanted = task_of(adapter, config)
    if not wanted or not adapter.tensors or _kept(adapter) or _has_head(adapter):
        return None
    sure = 0.95 if adapter.base_modules else 0.8
    adapted = any(name.rpartition(".")[2] in ADDED[wanted] for name in changed_modules(adapter))
    counted: dict[str, Number] = {"count": len(adapter.tensors), "wanted": wanted, "head": min(ADDED[wanted])}
    return _finding(Moment.AFTER, "adapted" if adapted else "lost", adapter, counted, sure)


def _kept(adapter: AdapterFacts) -> bool:
    """Whether anything but embeddings is saved whole: it is the head, under whatever name."""
    return any(name not in adapter.embeddings for name in whole(adapter))


def _has_head(adapter: AdapterFacts) -> bool:
    """Whether the base model brings a head of its own."""
    heads = frozenset().union(*ADDED.values())
    return any(part in heads for name in adapter.base_modules for part in name.removeprefix(ROOT).split(".")[:2])


def _finding(moment: Moment, variant: str, adapter: AdapterFacts, counted: dict[str, Number], sure: float) -> Finding:
    saved = ", ".join(names_in(adapter, "modules_to_save")) or "not set"
    given = {"task": str(adapter.config.get("task_type") or "not set"), "saved": saved}
    return Finding(
        failure="adapter_without_head",
        moment=moment,
        severity="error",
        confidence=sure,
        numbers={**counted, **given},
        place=Place("setting", "task_type"),
        variant=variant,
    )
