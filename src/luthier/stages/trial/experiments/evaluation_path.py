"""The evaluation runs from end to end, now instead of after the first epoch.

Passed: the run's own evaluation on two batches, generation and metrics included, gives finite numbers, with the model
in evaluation mode.
Failed: it raises (the error's class and last line are told), a metric is not finite, or the model is scored in training
mode. A run that fails here would have failed after hours, at its first evaluation.

Source: transformers #22634, #24433, #27714 (evaluations that raise after hours of training); the practice of
`num_sanity_val_steps` in PyTorch Lightning, https://lightning.ai/docs/pytorch/stable/common/trainer.html.
"""

import math

from torch import nn

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.raised import Raised
from luthier.stages.trial.subject import Subject

ORDER = 80
SHARE = 1.0


def run(subject: Subject, budget: Budget) -> Experiment:
    """Evaluate as the run would."""
    if subject.evaluate is None:
        return not_run(subject.why_not("evaluation_path"))
    modes: set[bool] = set()

    def note(module: nn.Module, _: object) -> None:
        modes.add(module.training)

    subject.training_mode()
    handle = subject.model.register_forward_pre_hook(note)
    with Raised() as raised:
        values = dict(subject.evaluate())
    handle.remove()
    if raised.error is not None:
        return answered(False, f"the evaluation raises {raised.says}", {"error": raised.kind, "message": raised.says})
    return _judged(values, training=True in modes)


def _judged(values: dict[str, float], *, training: bool) -> Experiment:
    broken = [name for name, value in values.items() if not math.isfinite(value)]
    numbers: Numbers = {"values": len(values), "not_finite": len(broken), "training_mode": int(training)}
    numbers |= {f"value {name}": value for name, value in values.items()}
    if training:
        return answered(False, "the evaluation scores the model in training mode, dropout on", numbers)
    if broken:
        return answered(False, f"the evaluation gives {broken[0]} = {values[broken[0]]}", numbers)
    return answered(True, f"the evaluation runs to its end and gives {len(values)} finite numbers", numbers)
