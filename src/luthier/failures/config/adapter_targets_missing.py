"""Names in target_modules fit no module of the model, so that the adapter has no part in what they meant.

Symptom
    get_peft_model stops with an error that no module was matched; or training runs, and the tuned model is weaker than
    with the same settings on another model.

Why it is silent
    Names of modules differ from family to family: q_proj, query, c_attn, Wqkv. PEFT stops where no name fits, and says
    nothing as long as one of them does.

Evidence
    Before and after: names that target_modules lists and no low-rank pair stands in. A warning where half of the names
    or more fit nothing, below that a note: lists that are meant for many models are in use. After, also: a saved
    console holds PEFT's error.

Fix
    Advice only: names the modules as this model does, or "all-linear".

Source
    LLaMA-Factory #181 (https://github.com/hiyouga/LLaMA-Factory/issues/181), peft #1206, qlora #166. Our experiment
    with PEFT 0.21.2: target_modules=["query", "q_proj", "v_proj"] on a BERT adapts its queries alone and says nothing.
"""

from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import AdapterFacts
from luthier.facts.scene import LiveScene
from luthier.failures._adapters import changed_modules, names_in, whole
from luthier.failures._signals import severity_of

MESSAGE = {
    "some": "{count} of the {total} names in target_modules fit no module of this model: {names}.",
    "none": "PEFT found no module for target_modules (line {line} of {file}): nothing was trained.",
}
WHY = {
    "some": "The parts of the model that these names mean have no adapter and stay as they were pretrained.",
    "none": "The run ended there.",
}
NEXT_STEP = (
    'Set target_modules="all-linear" in the LoraConfig, or take the names from '
    "print([name for name, _ in model.named_modules()])."
)
DEGREE = Degree.ADVICE
SIGNS = ("loss floor above 0", "configuration")
MANY = 0.5

BAD = LiveScene(
    "adapter",
    options={"lora_absent": 1},
    says="Three of the five targets are names of another architecture.",
)
GOOD = LiveScene("adapter", says="All targets are modules of this model.")


def before(adapter: AdapterFacts) -> Finding | None:
    """Look at an adapter in memory."""
    return _look(Moment.BEFORE, adapter)


def after(adapter: AdapterFacts | None = None, console: ConsoleFacts | None = None) -> Finding | NotLooked | None:
    """Look at a saved adapter, or at what was printed where there is none."""
    if adapter is not None:
        return _look(Moment.AFTER, adapter)
    if console is None:
        return NotLooked("neither an adapter nor console output was found", ("adapter", "console"))
    lines = console.messages.get("adapter_target_unmatched", ())
    if not lines:
        return None
    numbers: dict[str, Number] = {"line": lines[0].number, "file": lines[0].file}
    return _finding(Moment.AFTER, "none", numbers, 1.0)


def _look(moment: Moment, adapter: AdapterFacts) -> Finding | None:
    """A name fits a module that is called so or ends in a dot and the name, as PEFT compares them.

    What is trained whole, or excluded by name, has no pair for a good reason.
    """
    modules, names = changed_modules(adapter), names_in(adapter, "target_modules")
    kept = [name.rpartition(".")[0] for name in whole(adapter)] + list(names_in(adapter, "exclude_modules"))
    absent = [name for name in names if not any(f".{one}".endswith(f".{name}") for one in (*modules, *kept))]
    if not modules or not absent:
        return None
    numbers: dict[str, Number] = {"count": len(absent), "total": len(names), "names": ", ".join(sorted(absent))}
    return _finding(moment, "some", numbers, len(absent) / len(names))


def _finding(moment: Moment, variant: str, numbers: dict[str, Number], share: float) -> Finding:
    return Finding(
        failure="adapter_targets_missing",
        moment=moment,
        severity="error" if variant == "none" else severity_of(share, MANY),
        confidence=0.95,
        numbers=numbers,
        place=Place("setting", "target_modules"),
        variant=variant,
    )
