"""An adapter was merged into weights of four or eight bits, and the rounded result was saved.

Symptom
    The merged model is worse than the same adapter beside its base model.

Why it is silent
    Merging adds small changes to weights that know few values, and rounds the sum again. The file is whole, loads, and
    writes sentences; only a warning of PEFT says that texts may differ.

Evidence
    After: the saved model is whole and its config holds weights of bitsandbytes in 4 or 8 bits, while the adapter lies
    in another folder of the same run. Trainer saves no such model by itself. More sure where a saved console holds
    PEFT's warning of merging into such weights.

Fix
    Advice only: load the base model in 16 bits, merge there, save, and quantise the result where that is needed.

Source
    peft #2321 (https://github.com/huggingface/peft/issues/2321), #1043 and #1836; transformers #31293. The warning is
    in PEFT 0.21.2, tuners/lora/bnb.py.
"""

from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, Place
from luthier.facts.saved import AdapterFacts, SavedConfig, WeightFacts
from luthier.facts.scene import RunScene

MESSAGE = (
    "The model in {folder} was merged from an adapter and is stored in {bits} bits: the merged weights were rounded "
    "once more."
)
WHY = "What the adapter learned is often smaller than the distance between two values that {bits} bits can hold."
NEXT_STEP = (
    "Load the base model without a quantization_config (dtype=torch.bfloat16), load the adapter from {adapter} on it, "
    "call merge_and_unload(), save, and compare the answers to twenty prompts with those of adapter and base."
)
DEGREE = Degree.ADVICE
EXPERIMENT = "Compare the scores of the merged model and of the adapter beside its base on twenty texts."
SIGNS = ("good in the session, bad after reload",)
MERGED = "adapter_merged_into_quantized"

_ADAPTER: dict[str, str | None] = {
    "lora/adapter_config.json": '{"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "../base"}'
}
BAD = RunScene(
    "causal",
    config={"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True, "load_in_8bit": False}},
    console="UserWarning: Merge lora module to 4-bit linear may get different generations due to rounding errors.",
    files=_ADAPTER,
    says="A LoRA was merged into the 4-bit model on which it was trained.",
)
GOOD = RunScene("causal", files=_ADAPTER, says="It was merged into the base model in full precision.")


def after(
    config: SavedConfig, weights: WeightFacts, adapter: AdapterFacts, console: ConsoleFacts | None = None
) -> Finding | None:
    """Look at the saved model, and at the adapter that lies elsewhere."""
    bits = _bits(config)
    if not bits or not weights.files or adapter.folder == config.folder:
        return None
    said = console is not None and bool(console.messages.get(MERGED))
    return Finding(
        failure="merged_into_quantized",
        moment=Moment.AFTER,
        severity="error" if bits == 4 else "warning",
        confidence=0.95 if said else 0.75,
        numbers={"bits": bits, "folder": config.folder or "the run's folder", "adapter": adapter.folder or "."},
        place=Place("file", f"{config.folder}/config.json".removeprefix("/")),
    )


def _bits(config: SavedConfig) -> int:
    """Bits of the weights of bitsandbytes; 0 where they are not of it."""
    stored = config.model.get("quantization_config")
    if not isinstance(stored, dict) or stored.get("quant_method") != "bitsandbytes":
        return 0
    return 4 if stored.get("load_in_4bit") is True else 8 if stored.get("load_in_8bit") is True else 0
