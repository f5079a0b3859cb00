"""A trainer's model, saved as the trainer saves it and scored again in a fresh process."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import logging as transformers_logging

from luthier.errors import ModelError
from luthier.integrations.opened import base_of
from luthier.stages.trial.subject import Reloaded
from luthier.stages.trial.tensors import gap, spread

MOST_BYTES = 2**30
"""A larger model is not written out for a trial of ten seconds."""
_SECONDS = 300


def why_not(model: Any) -> str:
    """Empty where a fresh process can load this model; else the reason."""
    if not type(base_of(model)).__module__.startswith("transformers.models."):
        return f"{type(base_of(model)).__name__} is not a class of Transformers: a fresh process could not load it"
    if sum(p.numel() * p.element_size() for p in model.parameters()) > MOST_BYTES:
        return "the model is larger than 1 GB: writing it out would take longer than the trial"
    if hasattr(model, "peft_config") and not _base(model):
        return "the base model stands in no folder from which a fresh process could load it"
    return ""


def _base(model: Any) -> str:
    configs = list(getattr(model, "peft_config", {}).values())
    return str(configs[0].base_model_name_or_path or "") if configs else ""


def reloaded(trainer: Any, inputs: Mapping[str, Any], here: Tensor, folder: Path) -> Reloaded:
    """Save with the trainer's own `save_model`, load in a fresh process, and compare.

    Args:
        trainer: its model is saved below `folder`.
        inputs: a batch as the model gets it.
        here: the scores of this batch in evaluation mode.
        folder: exists and is empty.

    Raises:
        ModelError: the saved model does not load, or gives scores of another shape.
    """
    with _no_bars():
        trainer.save_model(str(folder / "model"))
    tensors = {n: value.detach().cpu().contiguous() for n, value in inputs.items() if isinstance(value, Tensor)}
    save_file(tensors, folder / "inputs.safetensors")
    request = {"class": type(base_of(trainer.model)).__name__, "base": _base(trainer.model)}
    return _compared(folder, request, here.detach().cpu())


@contextmanager
def _no_bars() -> Iterator[None]:
    """Transformers draws a bar while it writes."""
    drawn = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if drawn:
            transformers_logging.enable_progress_bar()


def _compared(folder: Path, request: dict[str, str], here: Tensor) -> Reloaded:
    done = subprocess.run(
        [sys.executable, "-m", "luthier.integrations.fresh", str(folder)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise ModelError(f"the saved model cannot be loaded again: {last[0]}", next_step="load what the trainer saves")
    there = load_file(folder / "scores.safetensors")["scores"]
    lost = tuple(json.loads(done.stdout)["lost"])
    if there.shape != here.shape:
        shapes = f"{tuple(here.shape)} come back as {tuple(there.shape)}"
        raise ModelError(f"scores of the shape {shapes}", next_step="look at what the trainer saves")
    return Reloaded(len(here), gap(here, there, spread(here)) if torch.isfinite(here).all() else 0.0, lost)
