"""The best of several seeds is reported as the score of the recipe.

Symptom
    Nobody can repeat the number: a new run of the same recipe is a point or two lower.

Why it is silent
    Runs that differ in their seed alone differ in their score, by order of rows and by how the head begins. The best of
    them is the recipe plus luck, and looks like any other score.

Evidence
    After: three runs or more stand in folders that are named by a seed or a number, and the score above them, in
    eval_results.json, all_results.json or README.md, is to four digits that of the best run and not that of any other.
    A warning where the folders are named by seeds, else a note: numbered runs may differ in more than that.
    Folders without a score above them are not judged: the mean may well be reported elsewhere.

Fix
    Advice only: mean, spread, and number of runs.

Source
    Mosbach et al. 2021, https://arxiv.org/abs/2006.04884 (scores of fine-tuned encoders vary with the seed). Of five
    equal runs the best lies 1.16 standard deviations above the mean (expected largest of five normal values).
"""

import math

from luthier.facts.finding import Degree, Finding, Moment, Place, Severity
from luthier.facts.scene import RunScene
from luthier.facts.siblings import SiblingFacts

MESSAGE = (
    "{source} reports {metric} {best:.4f}, the best of {count} runs that lie between {worst:.4f} and {best:.4f} (mean "
    "{mean:.4f}, standard deviation {spread:.4f})."
)
WHY = "The recipe scores {mean:.4f}; the rest is luck of the seed, and is gone on other rows and in the next run."
NEXT_STEP = (
    "Report {mean:.4f} with the spread {spread:.4f} over {count} seeds; choose a run to ship by validation rows and "
    "score that one once on test rows."
)
DEGREE = Degree.ADVICE
SIGNS = ("score looks too good",)
FEWEST, ROUNDED = 3, 5.1e-5

_SEEDS = {
    f"seed-{seed}/eval_results.json": f'{{"eval_accuracy": {accuracy}}}'
    for seed, accuracy in ((13, 0.871), (21, 0.902), (42, 0.914), (87, 0.888), (100, 0.89))
}

BAD = RunScene(
    files={**_SEEDS, "eval_results.json": '{"eval_accuracy": 0.914}'}, says="Five seeds, of which the best is reported."
)
GOOD = RunScene(
    files={**_SEEDS, "eval_results.json": '{"eval_accuracy": 0.893}'}, says="Five seeds, and their mean is reported."
)


def after(siblings: SiblingFacts) -> Finding | None:
    """Compare what is reported with the runs below it."""
    for metric, reported in siblings.reported.items():
        values = sorted(run.scores[metric] for run in siblings.runs if metric in run.scores)
        if len(values) >= FEWEST and values[-1] - values[-2] > ROUNDED and abs(reported - values[-1]) <= ROUNDED:
            seeds = all("seed" in run.name.lower() for run in siblings.runs)
            return _finding(siblings.source, metric, values, "warning" if seeds else "note")
    return None


def _finding(source: str, metric: str, values: list[float], severity: Severity) -> Finding:
    mean = sum(values) / len(values)
    return Finding(
        failure="best_of_many_seeds",
        moment=Moment.AFTER,
        severity=severity,
        confidence=0.85,
        numbers={
            "source": source,
            "metric": metric,
            "count": len(values),
            "best": values[-1],
            "worst": values[0],
            "mean": mean,
            "spread": math.sqrt(sum((one - mean) ** 2 for one in values) / (len(values) - 1)),
        },
        place=Place("file", source),
    )
