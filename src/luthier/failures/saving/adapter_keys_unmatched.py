"""The names of an adapter's tensors fit no module, so that loading it leaves the base model as it is.

Symptom
    The tuned model answers exactly as the base model does.

Why it is silent
    Loading an adapter makes a fresh one, whose second matrices are zero, and copies what it finds by name. What it does
    not find stays zero and changes nothing; there is a warning and no error.

Evidence
    After: tensors of low-rank pairs are named otherwise than PEFT names them: with what a wrapper puts in (_orig_mod.
    of torch.compile, module. of data parallel training, _fsdp_wrapped_module.), without base_model.model., or with it
    twice. Or no pair fits a module of the base model that is at hand. Or a saved console holds PEFT's warning.

Fix
    Advice only: rename the tensors in the file, or save again from the model without its wrapper.

Source
    transformers #34068 (https://github.com/huggingface/transformers/pull/34068): the loader says which keys it missed.
    LLaMA-Factory #10294 (https://github.com/hiyouga/LLaMA-Factory/issues/10294). Our experiment with PEFT 0.21.2: with
    any of the names above PeftModel.from_pretrained warns of missing keys, raises nothing, and loads no tensor.
"""

from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.saved import AdapterFacts
from luthier.facts.scene import RunScene
from luthier.failures._adapters import ROOT, low_rank

MESSAGE = {
    "named": "{count} of {total} tensors of the adapter are not named as PEFT names them: {first} {why}.",
    "base": "None of the {total} tensors of the adapter fits a module of the base model, {first} first.",
    "console": "PEFT warned {count} times that it missed keys while it loaded an adapter: line {line} of {file}.",
}
WHY = "What is not found by name is left at zero: the model that is used is the base model."
NEXT_STEP = {
    "named": (
        'Rename the tensors with safetensors so that each begins with "base_model.model." and the module\'s own name, '
        "or save again from the bare model: accelerator.unwrap_model(model).save_pretrained(...)."
    ),
    "base": (
        "Compare the names with model.named_modules() of the base model in the class that you load; take the base and "
        "the class that it was trained with."
    ),
    "console": (
        "Load the adapter on the base model and class that it was trained with, and stop where "
        "model.load_adapter(...) returns missing_keys."
    ),
}
DEGREE = Degree.ADVICE
EXPERIMENT = (
    "Generate ten texts greedily with the adapter and inside model.disable_adapter(): if all are the same, it is not "
    "loaded."
)
SIGNS = ("tuned output equals the base", "good in the session, bad after reload")
WRAPPERS = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")
RENAMED = ("experts", "language_model", "vision")
"""Parts of models whose modules Transformers 5 names otherwise than their files do."""

BAD = RunScene("adapter", weights={"": "wrapped"}, says="The adapter was saved from a compiled model.")
GOOD = RunScene("adapter", says="It was saved from the model itself.")


def after(adapter: AdapterFacts | None = None, console: ConsoleFacts | None = None) -> Finding | NotLooked | None:
    """Look at names, then at the base, then at what was printed."""
    if adapter is None and console is None:
        return NotLooked("neither an adapter nor console output was found", ("adapter", "console"))
    if adapter is not None:
        pairs = low_rank(adapter)
        odd = [name for name in pairs if _why(name)]
        where = f"{adapter.folder}/adapter_model.safetensors".removeprefix("/")
        if odd:
            numbers: dict[str, Number] = {"count": len(odd), "first": odd[0], "why": _why(odd[0])}
            return _finding("named", {**numbers, "total": len(pairs)}, Place("file", where), 0.95)
        if pairs and adapter.matched == 0 and not _renamed(adapter):
            return _finding("base", {"total": len(pairs), "first": pairs[0]}, Place("file", where), 0.75)
    lines = console.messages.get("adapter_keys_missing", ()) if console is not None else ()
    if console is None or not lines:
        return None
    count = console.counts.get("adapter_keys_missing", len(lines))
    place = Place("file", lines[0].file, lines=(lines[0].number,))
    return _finding("console", {"count": count, "line": lines[0].number, "file": lines[0].file}, place, 0.8)


def _why(name: str) -> str:
    """What is wrong with a name; empty where nothing is."""
    parts = name.split(".")
    wrapper = next((part for part in parts if part in WRAPPERS), "module" if parts[0] == "module" else "")
    if wrapper:
        return f"holds {wrapper}, which a wrapper puts in"
    if not name.startswith(ROOT):
        return f"does not begin with {ROOT}"
    return f"begins with {ROOT} twice" if name.startswith(2 * ROOT) else ""


def _renamed(adapter: AdapterFacts) -> bool:
    """Whether names in files and in memory may differ for good reasons."""
    return any(part in name for name in (*adapter.base_modules, *adapter.tensors) for part in RENAMED)


def _finding(variant: str, numbers: dict[str, Number], place: Place, confidence: float) -> Finding:
    return Finding(
        failure="adapter_keys_unmatched",
        moment=Moment.AFTER,
        severity="error",
        confidence=confidence,
        numbers=numbers,
        place=place,
        variant=variant,
    )
