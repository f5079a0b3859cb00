"""Names under which tools write the same quantity of a log.

Transformers writes "loss" into its state and "train/loss" to TensorBoard and W&B; Lightning writes "train_loss" and
"lr-AdamW"; a W&B export puts the run before the name ("run-7 - train/loss"); a table of a notebook says "Training
Loss"; LLaMA-Factory says "current_steps" and "lr".
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from luthier.stages.diagnose.readers.evaluations import number

KNOWN = {
    "step": ("global_step", "trainer_global_step", "current_steps", "step", "steps", "iteration", "iter"),
    "loss": ("loss", "training_loss", "train_loss", "train_loss_step"),
    "learning_rate": ("learning_rate", "lr", "train_lr"),
    "grad_norm": ("grad_norm", "gradient_norm", "grad_2_0_norm_total"),
    "epoch": ("epoch",),
    "train_runtime": ("train_runtime",),
    "total_steps": ("total_steps", "max_steps"),
}
"""Our name to theirs. Where an entry has several, the first of the row counts: W&B's own step counts calls."""
EVALUATION = ("eval_", "val_", "valid_", "validation_", "dev_")
RANKS = {theirs: (ours, rank) for ours, row in KNOWN.items() for rank, theirs in enumerate(row)}
MEAN_OF_THE_RUN = "train/train_loss"
"""Trainer's mean over the whole run, in TensorBoard and W&B: no loss of a step."""


@lru_cache(maxsize=4096)
def known(name: str) -> tuple[str, int]:
    """Our name for a quantity and how far back it stands among its spellings; ("", 0) for what we do not read."""
    plain = name.rpartition(" - ")[2].strip().lower()
    if plain == MEAN_OF_THE_RUN or plain.endswith(("__min", "__max")):
        return "", 0
    plain = re.sub(r"[^a-z0-9]+", "_", plain.removeprefix("train/")).strip("_")
    if plain in RANKS:
        return RANKS[plain]
    if plain.startswith("lr_"):
        return "learning_rate", len(KNOWN["learning_rate"])
    prefix = next((one for one in EVALUATION if plain.startswith(one)), "")
    return (f"eval_{plain.removeprefix(prefix)}", 0) if prefix else ("", 0)


def renamed(entry: Mapping[str, object]) -> dict[str, float]:
    """An entry under our names, numbers only.

    Beside "train_runtime", a bare "train_loss" is Trainer's mean over the whole run too.
    """
    values: dict[str, float] = {}
    ranks: dict[str, int] = {}
    for name, raw in entry.items():
        ours, rank = known(name)
        value = number(raw) if ours else None
        if value is not None and rank < ranks.get(ours, len(RANKS)):
            values[ours], ranks[ours] = value, rank
    if "train_runtime" in values and ranks.get("loss") == RANKS["train_loss"][1]:
        del values["loss"]
    return values
