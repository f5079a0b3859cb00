"""Two evaluations of the same rows are equal.

Passed: in evaluation mode the same batch scores the same twice, whatever the random state.
Failed: something still draws random numbers: dropout that does not heed evaluation mode (`functional.dropout` without
`training=`), noise, sampling. Scores of such a model are lower than they should be, and change between calls.

Tolerance: a thousandth of the standard deviation of the scores. Source: transformers #432, #679, #695 (scores that
change between calls, dropout left on).
"""

import torch

from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.found import SEED, seed
from luthier.stages.trial.subject import Subject
from luthier.stages.trial.tensors import gap, spread

ORDER = 70
SHARE = 0.3
TOLERANCE = 1e-3


def run(subject: Subject, budget: Budget) -> Experiment:
    """Score one batch from two random states."""
    subject.model.eval()
    batch = subject.batches[0]
    with torch.no_grad():
        seed(SEED)
        one = subject.scores(batch)
        seed(SEED + 1)
        other = subject.scores(batch)
    if not torch.isfinite(one).all():
        return not_run("the scores are not finite")
    between = gap(one, other, spread(one))
    numbers: Numbers = {"difference": between, "rows": len(one), "tolerance": TOLERANCE}
    if between > TOLERANCE:
        says = f"two evaluations of the same {len(one)} rows differ by {between:.2g} standard deviations of the scores"
        return answered(False, says, numbers)
    return answered(True, f"two evaluations of {len(one)} rows are equal", numbers)
