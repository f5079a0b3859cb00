"""Runs of several seeds below one folder, and the scores that stand above them."""

import re

from luthier.facts.siblings import Sibling, SiblingFacts
from luthier.stages.diagnose.home import Home
from luthier.stages.diagnose.readers import card
from luthier.stages.diagnose.readers.evaluations import evaluation
from luthier.stages.diagnose.readers.scores import SMALL

PART = "siblings"
MOST = 1_000
FILES = ("eval_results.json", "all_results.json")
_NUMBERED = re.compile(r"(?:.{0,80}[^a-z])?(?:seed|run|trial)[-_=]?([0-9]{1,9})")


def read(home: Home) -> SiblingFacts:
    """Folders directly below, named by a seed or a number ("seed-13", "run_2"), with the scores that scripts save there
    at the end; and the scores at the top, from such a file, else from the model card.
    """
    numbered = sorted((int(found[1]), name) for name in home.folders if (found := _number(name)) is not None)
    runs = [Sibling(name, scores) for _, name in numbered[:MOST] if (scores := _scores(home, name))]
    if len(runs) < 2:
        return SiblingFacts()
    for file in FILES:
        if file in home.files and (reported := _of_file(home, file)):
            return SiblingFacts(tuple(runs), reported, file)
    reported = card.reported(home)
    return SiblingFacts(tuple(runs), reported, card.FILE if reported else "")


def _number(name: str) -> re.Match[str] | None:
    return _NUMBERED.fullmatch(name.lower()) if "/" not in name else None


def _scores(home: Home, folder: str) -> dict[str, float]:
    found = (_of_file(home, f"{folder}/{file}") for file in FILES if f"{folder}/{file}" in home.files)
    return next((scores for scores in found if scores), {})


def _of_file(home: Home, file: str) -> dict[str, float]:
    scored = evaluation(home.json(file, PART, SMALL) or {}, "eval_", "validation")
    return {name: one.value for name, one in scored.scores.items()} if scored is not None else {}
