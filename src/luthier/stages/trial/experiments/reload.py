"""What is saved is what is scored.

Passed: the model, saved and loaded in a fresh process with the plain library, gives the same scores.
Failed: weights are missing from the files and drawn at random on loading, were cast, or the files cannot be loaded. The
scores of the run would be those of a model that nobody has afterwards.

The other process starts while the other experiments run. Tolerance: 1 % of the standard deviation of the scores, 10 %
for weights kept in 16 bits. Source: peft #577, #876, #756 (a head that was not saved scores near chance after loading).
"""

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from luthier.errors import LuthierError
from luthier.facts.trial import Experiment
from luthier.stages.trial.budget import Budget
from luthier.stages.trial.experiments._contract import Later, Numbers, answered, not_run
from luthier.stages.trial.subject import Reloaded, Subject
from luthier.stages.trial.tensors import coarse

ORDER = 0
SHARE = 1.0
TOLERANCE, COARSE_TOLERANCE = 0.01, 0.1


def run(subject: Subject, budget: Budget) -> Experiment | Later:
    """Save to a temporary folder, load in another process, score the same rows."""
    if subject.reload is None:
        return not_run(subject.why_not("reload"))
    subject.model.eval()
    limit = COARSE_TOLERANCE if coarse(subject) else TOLERANCE
    folder = tempfile.TemporaryDirectory(prefix="luthier-trial-")
    load = subject.reload(Path(folder.name))
    waiting = ThreadPoolExecutor(max_workers=1)
    answer = waiting.submit(_within, folder, load)
    waiting.shutdown(wait=False)
    return lambda: _judged(answer.result, limit)


def _within(folder: "tempfile.TemporaryDirectory[str]", load: Callable[[], Reloaded]) -> Reloaded:
    """The folder goes when the other process has read it, whether anybody still waits or not."""
    with folder:
        return load()


def _judged(wait: Callable[[], Reloaded], limit: float) -> Experiment:
    try:
        answer = wait()
    except LuthierError as error:
        return answered(False, error.what, {"error": type(error).__name__, "message": error.what})
    numbers: Numbers = {"rows": answer.rows, "lost": len(answer.lost), "difference": answer.difference}
    numbers["tolerance"] = limit
    if answer.lost:
        says = f"the saved files lack {len(answer.lost)} tensors, drawn at random on loading, first {answer.lost[0]}"
        return answered(False, says, numbers | {"first_lost": answer.lost[0]})
    if not answer.difference <= limit:
        return answered(
            False, f"the saved model scores {answer.difference:.2g} standard deviations differently", numbers
        )
    return answered(True, f"saved and loaded in a fresh process, it scores {answer.rows} rows the same", numbers)
