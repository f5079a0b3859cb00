"""The scores of a row do not depend on its padding or on its neighbours.

Passed: a row scores the same alone without padding, and in a batch whose rows stand in another order, up to rounding.
Failed: padding is read as text (no attention mask, positions counted from the wrong end), or something in the model
mixes the rows of a batch. The scores of such a model depend on what else happens to be in the batch, in evaluation and
in use.

Tolerance: 1 % of the standard deviation of the scores, 10 % for weights kept in 16 bits. Source: simpletransformers
#203 (the same text scores differently by batch).
"""

import torch
from torch import Tensor

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.subject import Batch, Subject
from luthier.stages.trial.tensors import IGNORED, coarse, count, cropped, gap, padded, real_columns, spread, take

ORDER = 50
SHARE = 0.5
ROWS = 8
ALONE = 4
TOLERANCE, COARSE_TOLERANCE = 0.01, 0.1


def run(subject: Subject, budget: Budget) -> Experiment:
    """Score a batch, the batch turned around, and some of its rows alone."""
    batch = max(subject.batches, key=padded)
    batch = take(batch, range(min(ROWS, count(batch))))
    if count(batch) < 2 and not padded(batch):
        return not_run("a batch holds one row without padding: there is nothing to compare with")
    subject.model.eval()
    with torch.no_grad():
        together = subject.scores(batch)
        size = spread(together)
        backwards = list(reversed(range(count(batch))))
        turned = subject.scores(take(batch, backwards))[torch.tensor(backwards, device=together.device)]
        order = max(gap(*_real(batch, row, together[row], turned[row], subject), size) for row in range(count(batch)))
        alone, rows = 0.0, 0
        for row in _shortest(batch):
            single = cropped(take(batch, [row]), subject)
            kept = _same_columns(together[row], batch, row, subject)
            alone = max(alone, gap(*_real(single, 0, kept, subject.scores(single)[0], subject), size))
            rows += 1
            if not budget.lasts():
                break
    return _judged(order, alone, rows, subject, batch)


def _judged(order: float, alone: float, rows: int, subject: Subject, batch: Batch) -> Experiment:
    limit = COARSE_TOLERANCE if coarse(subject) else TOLERANCE
    numbers: Numbers = {"order": order, "alone": alone, "rows": rows, "padding": padded(batch), "tolerance": limit}
    if order > limit:
        says = f"scores change by {order:.2g} standard deviations when the rows of the batch change places"
        return answered(False, says, numbers)
    if not alone <= limit:
        says = f"a row scores {alone:.2g} standard deviations differently alone than padded in a batch"
        return answered(False, says, numbers)
    says = f"a row scores the same alone and in a batch, within {max(order, alone):.1g} standard deviations"
    return answered(True, says, numbers)


def _shortest(batch: Batch) -> list[int]:
    """The rows with the most padding first; any where there is no mask."""
    mask = batch.get("attention_mask")
    lengths = mask.reshape(len(mask), -1).sum(dim=1) if mask is not None else torch.zeros(count(batch))
    return torch.argsort(lengths, stable=True)[:ALONE].tolist()


def _same_columns(scores: Tensor, batch: Batch, row: int, subject: Subject) -> Tensor:
    """A row's scores at the columns that stay when it is alone."""
    mask = batch.get("attention_mask")
    if not _per_token(scores, mask, subject) or mask is None:
        return scores
    return scores[real_columns({"attention_mask": mask[row : row + 1]})]


def _real(batch: Batch, row: int, one: Tensor, other: Tensor, subject: Subject) -> tuple[Tensor, Tensor]:
    """Both scores at the positions that hold real tokens; what stands under padding is nobody's business."""
    mask, labels = batch.get("attention_mask"), batch.get("labels")
    if mask is not None and _per_token(one, mask, subject):
        return one[mask[row].bool()], other[mask[row].bool()]
    if subject.kind == "sequence_to_sequence" and labels is not None and one.ndim == 2:
        real = labels[row] != IGNORED
        return one[real], other[real]
    return one, other


def _per_token(scores: Tensor, mask: Tensor | None, subject: Subject) -> bool:
    """Whether a row's scores have one line per input token."""
    if mask is None or mask.ndim != 2 or scores.ndim != 2 or subject.kind == "sequence_to_sequence":
        return False
    return len(scores) == mask.shape[1]
