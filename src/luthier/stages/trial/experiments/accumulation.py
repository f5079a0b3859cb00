"""Accumulated gradients are those of the equal large batch.

Passed: the gradient summed over micro-batches, as the run weighs them, equals that of all their rows at once.
Failed: the gradient grows with the number of micro-batches (a loss that nobody divides), or short and long rows are
weighed differently (a mean of means). The rate that was chosen for the large batch is then the wrong one.

Rows are dealt out by the length of what is supervised, so that micro-batches differ as much as they can. Tolerance: 5 %
of the gradient's norm; rounding gives 0.01 % in fp32 and 1 % in bf16 (our run). Source: transformers PR #34191 and
#35203; in our run a custom loss that ignored the item count had 4.0 times the loss at 4 micro-batches.
"""

import torch

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.steps import gradient, norm
from luthier.stages.trial.subject import Batch, Subject
from luthier.stages.trial.tensors import count, joined, supervised, take

ORDER = 60
SHARE = 1.0
PIECES = 4
TOLERANCE = 0.05


def run(subject: Subject, budget: Budget) -> Experiment:
    """Two gradients of the same rows, dropout off."""
    if subject.accumulation < 2:
        return not_run("the run does not accumulate")
    pieces, whole = _dealt(subject)
    if whole is None or len(pieces) < 2:
        return not_run("the batches cannot be put together: rows of several lengths and no attention mask")
    subject.model.eval()
    one, other = gradient(subject, pieces), gradient(subject, [whole])
    size = norm(other)
    difference = {name: one[name] - other[name] if name in one else other[name] for name in other}
    apart = norm(difference) / size if size else 0.0
    ratio = norm(one) / size if size else 1.0
    numbers: Numbers = {"ratio": ratio, "difference": apart, "pieces": len(pieces)}
    numbers["accumulation"] = subject.accumulation
    if not apart <= TOLERANCE:
        says = f"the gradient of {len(pieces)} micro-batches is {ratio:.2f} times that of the equal large batch"
        return answered(False, f"{says}, and {100 * apart:.0f} % away from it", numbers)
    says = f"{len(pieces)} micro-batches give the gradient of one large batch: ratio of the norms {ratio:.3f}"
    return answered(True, says, numbers)


def _dealt(subject: Subject) -> tuple[list[Batch], Batch | None]:
    """Micro-batches, and all their rows together."""
    wanted = min(subject.accumulation, PIECES)
    batch = subject.batches[0]
    if count(batch) < wanted:
        several = list(subject.batches[:wanted])
        return several, joined(several)
    order = torch.argsort(supervised(batch), stable=True).tolist()
    size = len(order) // wanted
    order = order[: size * wanted]
    return [take(batch, order[start : start + size]) for start in range(0, len(order), size)], take(batch, order)
