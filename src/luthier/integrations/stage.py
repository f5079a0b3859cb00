"""Builds the trainer of a live scene: a tiny model, forty rows, nothing started.

What can be built otherwise stands in `OPTIONS` of each maker in `scenery/`, with its meaning; `scenery/weights.py` has
those of every scene, and `COMMON` a few more. TRL, PEFT and datasets are needed only by the scenes that use them.
"""

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from torch.optim import AdamW
from transformers import EarlyStoppingCallback

from luthier.errors import PlanError
from luthier.facts.scene import Live, LiveScene
from luthier.integrations.scenery import (
    adapter,
    answerer,
    causal,
    classifier,
    instruction,
    metrics,
    optimisers,
    sequence_to_sequence,
    tagger,
    weights,
)
from luthier.integrations.scenery.options import Wanted
from luthier.integrations.scenery.rows import Repeated

MAKERS: dict[Live, tuple[Callable[[Wanted], Any], frozenset[str]]] = {
    "classifier": (classifier.make, classifier.OPTIONS),
    "tagger": (tagger.make, tagger.OPTIONS),
    "answerer": (answerer.make, answerer.OPTIONS),
    "causal": (causal.make, causal.OPTIONS),
    "instruction": (instruction.make, instruction.OPTIONS),
    "sequence_to_sequence": (sequence_to_sequence.make, sequence_to_sequence.OPTIONS),
    "adapter": (adapter.make, adapter.OPTIONS),
}
COMMON = weights.OPTIONS | {
    "scored_by",
    "evaluation_rows",
    "no_processing_class",
    "head_outside_optimiser",
    "head_not_saved",
    "early_stopping",
    "plain_loss",
    "optimiser",
}
"""Options of every scene.

- `scored_by`: one of `METRICS` in `scenery/metrics.py`, as `compute_metrics`;
- `evaluation_rows`: rows that its evaluation set is said to have, all of them the first few again and again;
- `no_processing_class`: 1 gives the trainer no tokenizer;
- `head_outside_optimiser`: 1 hands the trainer an optimiser that holds the pretrained body alone;
- `head_not_saved`: 1 lets its `save_model` write the pretrained body alone;
- `early_stopping`: evaluations for which its EarlyStoppingCallback waits; 0 for none;
- `optimiser`: name in `scenery/optimisers.py` of one that the trainer is given;
- `plain_loss`: 1 gives it a `compute_loss` that hands on the model's own loss and knows nothing of accumulation.
"""


def build(scene: LiveScene, folder: Path) -> Any:
    """A trainer that nobody has started.

    Args:
        scene: what it is.
        folder: its output folder.

    Raises:
        PlanError: the scene has an option that this trainer does not know.
        RunError: a library that it needs is not installed.
    """
    make, known = MAKERS[scene.trainer]
    unknown = sorted(set(scene.options) - known - COMMON)
    if unknown:
        raise PlanError(
            f"the {scene.trainer} scene has no option {', '.join(unknown)}",
            next_step=f"it has: {', '.join(sorted(known | COMMON))}",
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # TRL and PEFT still use names that Transformers takes leave of
        trainer = make(Wanted(scene.options, scene.arguments, folder))
    if scored_by := scene.options.get("scored_by"):
        trainer.compute_metrics = metrics.named(str(scored_by), trainer)
    if count := int(scene.options.get("evaluation_rows", 0)):
        trainer.eval_dataset = Repeated(trainer.eval_dataset, count)
    if scene.options.get("no_processing_class"):
        trainer.processing_class = None
    if scene.options.get("head_outside_optimiser"):
        trainer.optimizer = AdamW(trainer.model.base_model.parameters(), lr=trainer.args.learning_rate)
    if scene.options.get("head_not_saved"):
        trainer.save_model = partial(_save_body, trainer)
    if scene.options.get("early_stopping"):
        trainer.add_callback(EarlyStoppingCallback(int(scene.options["early_stopping"])))
    if name := scene.options.get("optimiser"):
        trainer.optimizer = optimisers.made(str(name), trainer)
    if scene.options.get("plain_loss"):
        trainer.compute_loss = _plain_loss
    return trainer


def _save_body(trainer: Any, folder: str) -> None:
    """Files in which the head is missing."""
    body = f"{trainer.model.base_model_prefix}."
    kept = {name: weight for name, weight in trainer.model.state_dict().items() if name.startswith(body)}
    trainer.model.save_pretrained(folder, state_dict=kept)


def _plain_loss(model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
    """The loss as people write it who need one of their own."""
    outputs = model(**inputs)
    return (outputs.loss, outputs) if return_outputs else outputs.loss
