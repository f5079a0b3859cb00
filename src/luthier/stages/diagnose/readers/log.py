"""The log of a run, from the best source that the folder has."""

from luthier.facts.arguments import Arguments
from luthier.facts.trace import Trace
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import csvlog, jsonl, printed, state, tensorboard

SOURCES = (state.read, jsonl.read, csvlog.read, tensorboard.read, printed.read)
"""From the most exact to the least: a console rounds, and tells no steps."""


def read(home: Home, arguments: Arguments | None) -> Trace | None:
    """The log as columns, from the first source that has training steps, else from the first that says anything.

    Rates and gradient norms stand under the one group "all". An entry is the mean over `interval` steps. Where
    Trainer wrote the log and its filter was not switched off, `filtered` is set and `logged_losses` are the losses.

    Args:
        home: the folder.
        arguments: settings of the run, where they were found.

    Returns:
        The columns, their steps climbing; None where there is no log.
    """
    spare = None
    for source in SOURCES:
        log = source(home, arguments)
        if log is not None and len(log):
            return log.trace(home, arguments)
        if spare is None and log is not None and not log.empty:
            spare = log
    return spare.trace(home, arguments) if spare is not None else None
