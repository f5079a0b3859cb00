"""Rows stand in the order of their labels, and training takes them as they stand.

Symptom
    The loss is near zero inside a block and jumps at each border. At the end the model answers mostly with the class
    of the last block.

Why it is silent
    The mean loss falls, because the model only has to know which block it is in. Trainer shuffles by default; a
    sampling strategy, a loader of one's own or a stream takes that away without a word.

Evidence
    Before: the training rows change their label far less often than shuffled rows would (at most a fifth as often:
    n - sum(n_i^2) / n + 1 runs are expected, Wald & Wolfowitz 1940), and the trainer's loader takes them in their
    order, or train_sampling_strategy is "sequential". An error where each class is one block, else a warning.
    Luthier's own fits always shuffle.
    After: the rows are sorted, and the training loss takes the same course in every epoch: curves of neighbouring
    epochs correlate by 0.8 or more and span half a nat.

Fix
    Sets train_sampling_strategy to "random" when asked. With a loader or stream of one's own: shuffle the rows once.

Source
    fastText #74 (https://github.com/facebookresearch/fastText/issues/74), fashion-mnist PR #5, minimind PR #503. Wald &
    Wolfowitz 1940, https://doi.org/10.1214/aoms/1177731909. Our experiment: the loss of a tiny BERT on
    our sorted scene climbs from 0.8 to 2.3 in each epoch, with correlations above 0.9; shuffled, it stays between 1.3
    and 1.6.
"""

from itertools import pairwise

import numpy as np

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.data import DataFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset

_ORDER = "The {rows} training rows change their label {changes} times where shuffled rows would {expected} times, "
MESSAGE = {
    "setting": _ORDER + "and training takes them in this order.",
    "loss": _ORDER + "and the loss takes the same course in each epoch, as it does where training follows this order.",
}
WHY = "Batches of one class pull the model to that class; after the last block it has turned to the last class."
NEXT_STEP = (
    'Set train_sampling_strategy="random" (the fix does that when asked). With a loader or a stream of your own, '
    "shuffle first: dataset.shuffle(seed=42)."
)
DEGREE = Degree.WHEN_ASKED
SIGNS = ("saw-tooth loss with a fixed period", "metric equals the majority share")
FEW, FEWEST = 0.2, 20
ENTRIES, EPOCHS, ALIKE, SPAN = 6, 3, 0.8, 0.5

BAD = LiveScene(
    arguments={"train_sampling_strategy": "sequential"},
    options={"train_rows": 160, "sorted": 1},
    says="Topic follows topic, and the rows are taken in order.",
)
GOOD = LiveScene(options={"train_rows": 160, "sorted": 1}, says="Topic follows topic, and Trainer shuffles them.")


def before(
    data: DataFacts | None = None, census: BatchCensus | None = None, arguments: Arguments | None = None
) -> Finding | NotLooked | None:
    """Compare the order of the labels with a shuffled one, where training follows it."""
    in_order = census.in_order if census is not None else None
    strategy = arguments.text("train_sampling_strategy") if arguments is not None else ""
    if in_order is None and not strategy:
        return NotLooked("it is not known whether training shuffles the rows", ("census", "arguments"))
    counts, runs = _of_rows(data) if data is not None else _of_trainer(census)
    if runs is None:
        return NotLooked("the order of the labels was not measured", ("data", "census"))
    follows = in_order if in_order is not None else strategy == "sequential"
    return _finding(Moment.BEFORE, "setting", 1.0, counts, runs) if follows else None


def after(data: DataFacts, trace: Trace) -> Finding | NotLooked | None:
    """Look whether the loss takes the same course in every epoch."""
    counts, runs = _of_rows(data)
    per_epoch = trace.steps_per_epoch // trace.interval
    epochs = len(trace) // per_epoch if per_epoch else 0
    if runs is None or per_epoch < ENTRIES or epochs < EPOCHS:
        return NotLooked(f"the log holds fewer than {EPOCHS} epochs of {ENTRIES} entries, or no labels are known")
    curves = trace.losses[: epochs * per_epoch].reshape(epochs, per_epoch)
    if not np.isfinite(curves).all() or not curves.std(axis=1).all():
        return None
    alike = float(np.mean([np.corrcoef(one, other)[0, 1] for one, other in pairwise(curves)]))
    course = curves.mean(axis=0)
    if alike < ALIKE or course.max() - course.min() < SPAN:
        return None
    return _finding(Moment.AFTER, "loss", 0.9, counts, runs)


def _of_rows(data: DataFacts) -> tuple[list[int], int | None]:
    """Rows of each class, and runs of equal labels."""
    return [count for count in data.class_counts.get("train", {}).values() if count], data.label_runs


def _of_trainer(census: BatchCensus | None) -> tuple[list[int], int | None]:
    """As `_of_rows`, of a trainer whose texts are gone."""
    if census is None or census.given is None:
        return [], None
    return list(census.given.train.values()), census.label_runs


def _finding(moment: Moment, variant: str, confidence: float, counts: list[int], runs: int) -> Finding | None:
    """The finding, where the labels change rarely enough."""
    rows = sum(counts)
    expected = 1 + rows - sum(count**2 for count in counts) / rows if rows else 0.0
    if expected < FEWEST or runs > FEW * expected:
        return None
    return Finding(
        failure="rows_sorted_by_label",
        moment=moment,
        severity="error" if runs <= len(counts) else "warning",
        confidence=confidence,
        numbers={"rows": rows, "changes": runs - 1, "expected": round(expected) - 1},
        place=Place("setting", "train_sampling_strategy"),
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Shuffle."""
    return reset(arguments, "train_sampling_strategy", "random")
