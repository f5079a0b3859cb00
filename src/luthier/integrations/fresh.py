"""Run in a process of its own: load a saved model with Transformers (and PEFT) alone and score a batch.

    python -m luthier.integrations.fresh FOLDER < request.json > answer.json

FOLDER holds `model/`, as the trainer saved it, and `inputs.safetensors`; the scores go to `scores.safetensors`. The
request is {"class": name of the model's class in Transformers, "base": folder or id of an adapter's base model, or ""};
the answer is {"lost": weights that were missing from the files}.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import logging as transformers_logging

from luthier.integrations.optional import need
from luthier.integrations.scores import scores_of


def answer(folder: Path, wanted: dict[str, str]) -> dict[str, object]:
    """Load and score."""
    model, lost = _loaded(folder / "model", wanted)
    model.eval()
    with torch.no_grad():
        scores = scores_of(model(**load_file(folder / "inputs.safetensors")))
    save_file({"scores": scores.contiguous()}, folder / "scores.safetensors")
    return {"lost": lost}


def _loaded(model: Path, wanted: dict[str, str]) -> tuple[Any, list[str]]:
    kind = getattr(transformers, wanted["class"])
    if wanted["base"]:
        base = kind.from_pretrained(wanted["base"])
        return need("peft").PeftModel.from_pretrained(base, model), []
    loaded, report = kind.from_pretrained(model, output_loading_info=True)
    return loaded, sorted(report["missing_keys"])


if __name__ == "__main__":
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    json.dump(answer(Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)
