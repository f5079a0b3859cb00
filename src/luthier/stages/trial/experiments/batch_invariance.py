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
from luthier.stages.trial.tensors import (
    IGNORED,
    coarse,
    count,
    cropped,
    gap,
    mask_of,
    padded,
    real_columns,
    spread,
    take,
)

ORDER = 50
SHARE = 0.5
ROWS = 8
ALONE = 4
TOLERANCE, COARSE_TOLERANCE = 0.01, 0.1


def run(subject: Subject, budget: Budget) -> Experiment:
    """Score a batch, the batch turned around, and some of its rows alone."""
    batch = max(subject.batches, key=lambda one: padded(one, subject))
    batch = take(batch, range(min(ROWS, count(batch))))
    if count(batch) < 2 and not padded(batch, subject):
        return not_run("a batch holds one row without padding: there is nothing to compare with")
    limit = COARSE_TOLERANCE if coarse(subject) else TOLERANCE
    subject.model.eval()
    with torch.no_grad():
        together, again = subject.scores(batch), subject.scores(batch)
        if not torch.isfinite(together).all():
            return not_run("the scores are not finite")
        if gap(together, again, spread(together)) > limit:
            return not_run("the same batch does not score the same twice: see repeated evaluation")
        order = _turned(subject, batch, together)
        alone, rows = 0.0, 0
        for row in _shortest(batch, subject):
            alone, rows = max(alone, _alone(subject, batch, row, together)), rows + 1
            if not budget.lasts():
                break
    padding = padded(batch, subject)
    return _judged(order, alone, {"rows": rows, "padding": padding, "tolerance": limit}, limit)


def _turned(subject: Subject, batch: Batch, together: Tensor) -> float:
    """Largest difference when the rows stand in the opposite order, in standard deviations."""
    backwards = list(reversed(range(count(batch))))
    turned = subject.scores(take(batch, backwards))[torch.tensor(backwards, device=together.device)]
    size = spread(together)
    return max(gap(*_real(batch, row, together[row], turned[row], subject), size) for row in range(count(batch)))


def _alone(subject: Subject, batch: Batch, row: int, together: Tensor) -> float:
    """Largest difference of a row's scores alone, without padding, in standard deviations of the batch's scores."""
    single = cropped(take(batch, [row]), subject)
    kept = _same_columns(together[row], batch, row, subject)
    return gap(*_real(single, 0, kept, subject.scores(single)[0], subject), spread(together))


def _judged(order: float, alone: float, numbers: Numbers, limit: float) -> Experiment:
    numbers = {"order": order, "alone": alone, **numbers}
    if order > limit:
        says = f"scores change by {order:.2g} standard deviations when the rows of the batch change places"
        return answered(False, says, numbers)
    if not alone <= limit:
        says = f"a row scores {alone:.2g} standard deviations differently alone than padded in a batch"
        return answered(False, says, numbers)
    says = f"a row scores the same alone and in a batch, within {max(order, alone):.1g} standard deviations"
    return answered(True, says, numbers)


def _shortest(batch: Batch, subject: Subject) -> list[int]:
    """The rows with the most padding first; any where there is no padding."""
    mask = mask_of(batch, subject)
    lengths = mask.sum(dim=1) if mask is not None else torch.zeros(count(batch))
    shortest: list[int] = torch.argsort(lengths, stable=True)[:ALONE].tolist()
    return shortest


def _same_columns(scores: Tensor, batch: Batch, row: int, subject: Subject) -> Tensor:
    """A row's scores at the columns that stay when it is alone."""
    mask = mask_of(batch, subject)
    if mask is None or not _per_token(scores, mask, subject):
        return scores
    return scores[real_columns(mask[row : row + 1])]


def _real(batch: Batch, row: int, one: Tensor, other: Tensor, subject: Subject) -> tuple[Tensor, Tensor]:
    """Both scores at the positions that hold real tokens; what stands under padding is nobody's business."""
    mask, labels = mask_of(batch, subject), batch.get("labels")
    if mask is not None and _per_token(one, mask, subject):
        return one[mask[row].bool()], other[mask[row].bool()]
    if subject.kind == "sequence_to_sequence" and labels is not None and one.ndim == 2:
        real = labels[row] != IGNORED
        return one[real], other[real]
    return one, other


def _per_token(scores: Tensor, mask: Tensor, subject: Subject) -> bool:
    """Whether a row's scores have one line per input token."""
    return scores.ndim == 2 and len(scores) == mask.shape[1] and subject.kind != "sequence_to_sequence"
