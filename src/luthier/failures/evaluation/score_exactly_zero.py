"""A score is exactly 0 because the metric cannot be right, not because the model is wrong.

Symptom
    Accuracy, ROUGE or BLEU is 0.0 in every evaluation, while the loss falls as it should.

Why it is silent
    Not one right row in hundreds is less than guessing gives. Something in between is broken: names compared with ids,
    another order of labels, a column that holds something else. The metric divides and answers 0.

Evidence
    Before: the run's own metrics are given right predictions and answer 0, in every score of a kind (F1, ROUGE, …):
    that of a single class is 0 where the few rows hold none of it.
    After: the score is exactly 0 in all of two or more evaluations of 20 rows or more, and the evaluation loss has
    fallen by a tenth or more. F1, recall and exact match, which a poor model can have at 0, are not judged.
    This is a symptom: where a cause was seen as well, that cause is told.

Fix
    Advice only: give the metric its own labels as predictions.

Source
    transformers #470 (https://github.com/huggingface/transformers/issues/470): 65 to 78 % on training rows, 0.0 % on
    test rows.
"""

from luthier.facts.evaluation import Scores
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.facts.trial import TrialFacts
from luthier.failures._scored import TESTED, asked, highest

MESSAGE = {
    "test": "{metric} is {value:g} for right predictions.",
    "log": (
        "{metric} is {value:g} in all of {count} evaluations of {rows} rows, while the evaluation loss fell from "
        "{first:.3f} to {last:.3f}."
    ),
}
WHY = "Guessing would score more. The metric compares things that can never be equal, and says nothing of the model."
NEXT_STEP = (
    "Call compute_metrics with the labels as predictions: {metric} must be 1. Then print ten predictions beside their "
    "labels: names against ids, another order of labels, or a position too far."
)
DEGREE = Degree.ADVICE
SIGNS = ("metric exactly 0 with a good loss",)
EXPLAINED_BY = (
    "target_empty",
    "multilabel_by_accident",
    "rouge_drops_script",
    "bleu_tokenizer_unfit",
    "references_misshaped",
    "token_accuracy_misaligned",
    "all_outside_entities",
    "loss_not_finite",
    "labels_permuted",
    "labels_start_at_one",
    "label_order_unstable",
    "labels_unlike_checkpoint",
)
JUDGED = ("accuracy", "rouge", "bleu", "chrf", "meteor")
ROWS, FALL = 20, 0.9

BAD = RunScene(
    folder="sequence_to_sequence",
    log={"first": 0, "last": 0},
    says="The metric compares texts with lists of token ids.",
)
GOOD = RunScene(folder="sequence_to_sequence", says="It compares texts with texts.")


def before(trial: TrialFacts) -> Finding | None:
    """Ask the metrics about right predictions."""
    kinds = (asked((word,), trial, best=True) for word in TESTED)
    score = next((one for one in kinds if one is not None and one.value == 0), None)
    if score is None:
        return None
    return _finding(Moment.BEFORE, "test", 0.9, {"metric": score.name, "value": score.value})


def after(trace: Trace) -> Finding | NotLooked | None:
    """Look at all evaluations."""
    scored = [one for _, one in trace.evaluations]
    best = [score for one in scored if (score := highest(JUDGED, Scores(one))) is not None]
    if len(best) < 2 or any(score.value != 0 for score in best):
        return None
    first, last = scored[0].loss, scored[-1].loss
    if first is None or last is None:
        return NotLooked(f"{best[-1].name} is 0, but the log holds no evaluation loss")
    if not last < FALL * first or scored[-1].rows < ROWS:
        return None
    numbers: dict[str, Number] = {"metric": best[-1].name, "value": 0.0, "count": len(best)}
    return _finding(Moment.AFTER, "log", 0.85, {**numbers, "rows": scored[-1].rows, "first": first, "last": last})


def _finding(moment: Moment, variant: str, confidence: float, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="score_exactly_zero",
        moment=moment,
        severity="error",
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "compute_metrics"),
        variant=variant,
    )
