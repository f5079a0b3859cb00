"""Labels given to the wrong rows cannot be learned: the inputs do not hold them.

Passed: rows prepared with permuted labels give the model the same inputs.
Failed: what the model reads depends on the label: the label stands in the text, in the prompt or in a column that the
model takes. Scores will be splendid until the label is not known. Where inputs are drawn at random anyhow, a probe
decides: it fails where it tells more of the permuted labels than chance.

A linear probe (ridge regression, two folds) on the last states of the untrained model, with the labels as they are and
permuted. Source: C. Zhang et al., Understanding deep learning requires rethinking generalization, arXiv 1611.03530
(random labels as a control); J. Hewitt and P. Liang, Designing and Interpreting Probes with Control Tasks, arXiv
1909.03368.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.found import SEED, seed
from luthier.stages.trial.subject import Batch, Ints, Subject

ORDER = 120
SHARE = 1.0
_SAME = 1e-4
_STANDARD_ERRORS = 3.0

Floats = npt.NDArray[np.float64]


def run(subject: Subject, budget: Budget) -> Experiment:
    """Probe states under true and under permuted labels."""
    if subject.rows is None:
        return not_run(subject.why_not("permuted_labels"))
    labels = subject.rows.labels
    if (labels < 0).any():
        return not_run("some rows have no class")
    share = np.bincount(labels)[np.unique(labels)] / max(1, len(labels))
    if len(labels) < 8 or len(share) < 2:
        return not_run(f"{len(labels)} rows of {len(share)} classes are too few")
    permuted = np.random.default_rng(SEED).permutation(labels)
    subject.model.eval()
    true_states = _states(subject, _prepared(subject, labels))
    states = _states(subject, _prepared(subject, permuted))
    if true_states is None or states is None:
        return not_run("the model has no linear head whose input could be read")
    moved = _apart(states, true_states)
    again = _states(subject, _prepared(subject, labels)) if moved > _SAME else true_states
    chance = float((share**2).sum())
    limit = max(chance, float(share.max())) + _STANDARD_ERRORS * float(np.sqrt(chance * (1 - chance) / len(labels)))
    numbers: Numbers = {
        "rows": len(labels),
        "moved": moved,
        "moved_alone": _apart(again, true_states) if again is not None else 0.0,
        "true": probe(true_states, labels),
        "permuted": probe(states, permuted),
        "chance": chance,
        "limit": limit,
    }
    return _judged(numbers)


def _judged(numbers: Numbers) -> Experiment:
    permuted, true = (f"{100 * float(numbers[name]):.0f} %" for name in ("permuted", "true"))
    if float(numbers["moved"]) <= _SAME:
        says = f"the inputs do not depend on the labels; a linear probe tells {true} of the true ones from them"
        return answered(True, says, numbers)
    if float(numbers["moved_alone"]) <= _SAME:
        says = f"what the model reads changes with the labels; a linear probe tells {permuted} of permuted ones"
        return answered(False, says, numbers)
    if float(numbers["permuted"]) > float(numbers["limit"]):
        return answered(
            False, f"a linear probe tells {permuted} of permuted labels from inputs drawn at random", numbers
        )
    return answered(
        True, f"the inputs are drawn at random; a linear probe tells {permuted} of permuted labels", numbers
    )


def _prepared(subject: Subject, labels: Ints) -> Sequence[Batch]:
    """The rows with these labels, from the same random state each time."""
    seed()
    return subject.rows.batches(labels) if subject.rows is not None else ()


def _apart(one: Floats, other: Floats) -> float:
    """Largest difference in standard deviations."""
    return float(np.abs(one - other).max() / (other.std() or 1.0))


def probe(states: Floats, labels: Ints) -> float:
    """Accuracy of ridge regression on one-hot labels, each half predicted from the other; 0 to 1."""
    spread = states.std(axis=0)
    scaled = (states - states.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    targets = np.eye(int(labels.max()) + 1)[labels]
    halves = np.arange(len(labels)) % 2
    right = 0
    for half in (0, 1):
        seen, asked = halves != half, halves == half
        # Dual form: as many unknowns as rows, however wide the states are.
        kernel = scaled[seen] @ scaled[seen].T
        ridge = kernel.trace() / len(kernel) + 1e-9
        weights = np.linalg.solve(kernel + ridge * np.eye(len(kernel)), targets[seen] - targets[seen].mean(axis=0))
        predicted = scaled[asked] @ scaled[seen].T @ weights + targets[seen].mean(axis=0)
        right += int((predicted.argmax(axis=1) == labels[asked]).sum())
    return right / len(labels)


def _states(subject: Subject, batches: Sequence[Batch]) -> Floats | None:
    """What enters the last linear layer, averaged over tokens, (rows, width); None where there is none."""
    entered: list[Tensor] = []

    def keep(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        entered[:] = [inputs[0].detach()]

    linear = [module for module in subject.model.modules() if isinstance(module, nn.Linear)]
    handles = [module.register_forward_pre_hook(keep) for module in linear]
    found = []
    with torch.no_grad():
        for batch in batches:
            entered.clear()
            subject.scores(batch)
            if not entered:
                break
            found.append(_pooled(entered[0], batch))
    for handle in handles:
        handle.remove()
    return torch.cat(found).double().cpu().numpy() if len(found) == len(batches) and found else None


def _pooled(states: Tensor, batch: Batch) -> Tensor:
    """One vector a row: the mean over real tokens where there is one state a token."""
    mask = batch.get("attention_mask")
    if states.ndim < 3:
        return states.float()
    if mask is None or mask.shape != states.shape[:2]:
        return states.float().mean(dim=1)
    real = mask[:, :, None].to(states.dtype)
    return ((states * real).sum(dim=1) / real.sum(dim=1).clamp(min=1)).float()
