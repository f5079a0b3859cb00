"""What is saved is what is scored.

Passed: the model, saved and loaded in a fresh process with the plain library, gives the same scores.
Failed: weights are missing from the files and drawn at random on loading, were cast, or the files cannot be loaded. The
scores of the run would be those of a model that nobody has afterwards.

Tolerance: 1 % of the standard deviation of the scores, 10 % for weights kept in 16 bits. The other process takes half
of the battery's time, 4.5 s on MiniLM-L6, most of it for imports; started beside the other experiments it slows them by
more (our run on two cores: 9.4 to 14.3 s in all instead of 8.7 to 9.1). Source: peft #577, #876, #756 (a head that was
not saved scores near chance after loading).
"""

import tempfile
from pathlib import Path

from luthier.errors import LuthierError
from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Numbers, answered, not_run
from luthier.stages.trial.subject import Reloaded, Subject
from luthier.stages.trial.tensors import coarse

ORDER = 110
SHARE = 3.0
TOLERANCE, COARSE_TOLERANCE = 0.01, 0.1


def run(subject: Subject, budget: Budget) -> Experiment:
    """Save to a temporary folder, load in another process, score the same rows."""
    if subject.reload is None:
        return not_run(subject.why_not("reload"))
    subject.model.eval()
    with tempfile.TemporaryDirectory(prefix="luthier-trial-") as folder:
        try:
            answer = subject.reload(Path(folder))
        except LuthierError as error:
            return answered(False, error.what, {"error": type(error).__name__, "message": error.what})
    return _judged(answer, COARSE_TOLERANCE if coarse(subject) else TOLERANCE)


def _judged(answer: Reloaded, limit: float) -> Experiment:
    numbers: Numbers = {"rows": answer.rows, "lost": len(answer.lost), "difference": answer.difference}
    numbers["tolerance"] = limit
    if answer.lost:
        says = f"the saved files lack {len(answer.lost)} tensors, drawn at random on loading, first {answer.lost[0]}"
        return answered(False, says, numbers | {"first_lost": answer.lost[0]})
    if not answer.difference <= limit:
        says = f"the saved model scores {answer.difference:.2g} standard deviations differently"
        return answered(False, says, numbers)
    return answered(True, f"saved and loaded in a fresh process, it scores {answer.rows} rows the same", numbers)
