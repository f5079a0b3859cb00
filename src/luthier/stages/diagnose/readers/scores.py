"""Scores of a run that another tool made: from its log, else from the files that example scripts write at the end."""

from luthier.facts.evaluation import Scores
from luthier.facts.trace import Trace
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers.evaluations import evaluation

SMALL = 2**20
"""Bytes of a file of scores; they have a few hundred."""


def read(home: Home, trace: Trace | None) -> Scores | None:
    """Validation scores of the last evaluation; those of every evaluation stand in the trace.

    Args:
        home: the folder.
        trace: the log, where one was read.
    """
    if trace is not None and trace.evaluations:
        return Scores(model=trace.evaluations[-1][1])
    return _from_files(home, ("eval_results.json", "all_results.json"), ("eval_",), "validation", "validation")


def test_read(home: Home) -> Scores | None:
    """Test scores, where a script saved them; a script of Transformers calls them "test_" or "predict_"."""
    files = ("test_results.json", "predict_results.json", "all_results.json")
    return _from_files(home, files, ("test_", "predict_"), "test", "test")


def _from_files(home: Home, files: tuple[str, ...], prefixes: tuple[str, ...], split: str, part: str) -> Scores | None:
    """The first file at the top of the folder with scores under one of the prefixes."""
    for file in home.named(*files):
        values = home.json(file, part, SMALL)
        for prefix in prefixes if values else ():
            scored = evaluation(values or {}, prefix, split)
            if scored is not None:
                return Scores(model=scored)
    return None
