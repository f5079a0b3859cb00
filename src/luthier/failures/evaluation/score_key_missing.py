"""The score that is to pick the best checkpoint is not among those that the evaluation gives.

Symptom
    KeyError at the first evaluation: eval_loss, or the name of metric_for_best_model. Or early stopping that never
    stops and says once that it misses its metric.

Why it is silent
    The name is only looked up after the first evaluation, which may be hours away. eval_loss is missing where the model
    does not call its labels as Trainer expects, or where questions are scored by their texts.

Evidence
    Before: the run's own evaluation of two batches was tried, and gives no score of that name.
    After: the log holds evaluations, none of them has it, and no best checkpoint is named.

Fix
    Advice only: a name that the evaluation gives, or label_names.

Source
    transformers #29801 (https://github.com/huggingface/transformers/issues/29801), #5104, #19957, #23070; GLiNER #140.
    Our experiment with Transformers 5.24: the training stops at its first evaluation with a KeyError that lists the
    scores that there are.
"""

from collections.abc import Iterable

from luthier.facts.arguments import Arguments
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.facts.trial import TrialFacts

MESSAGE = {
    "tried": "The evaluation gives {count} scores ({names}), and none is called {metric}, by which the best is picked.",
    "logged": (
        "None of the {evaluations} evaluations in the log has a score called {metric}, by which the best is picked; "
        "they have {names}."
    ),
}
WHY = "Training stops with an error at its first evaluation, or keeps and waits for nothing."
NEXT_STEP = (
    "Set metric_for_best_model to one of {names}; where the loss is missing, set label_names to the label column."
)
DEGREE = Degree.ADVICE
SIGNS = ("crash at first evaluation", "best checkpoint is the first, or none")
ALSO = {"acc": "accuracy", "f1_macro": "macro_f1", "matthews_correlation": "mcc", "matthews_corrcoef": "mcc"}
"""Names that logs are read under, where a metric has another."""

BAD = LiveScene(
    arguments={"metric_for_best_model": "f1", "greater_is_better": True},
    trial=True,
    says="The best is to be picked by F1, and accuracy alone is measured.",
)
GOOD = LiveScene(
    arguments={"metric_for_best_model": "accuracy", "greater_is_better": True},
    trial=True,
    says="It is picked by the accuracy that is measured.",
)


def before(arguments: Arguments, trial: TrialFacts) -> Finding | None:
    """Look at what a first evaluation gave."""
    experiment, metric = trial.ran("evaluation_path"), _metric(arguments)
    values = experiment.numbers if experiment is not None else {}
    names = [name.removeprefix("value eval_") for name in values if name.startswith("value ")]
    if not metric or not names or metric in names:
        return None
    return _finding(Moment.BEFORE, "tried", metric, names, 0)


def after(arguments: Arguments, trace: Trace, checkpoints: CheckpointFacts | None = None) -> Finding | NotLooked | None:
    """Look at the evaluations in the log."""
    metric = _metric(arguments)
    if not metric:
        return None
    if not trace.evaluations:
        return NotLooked("the log holds no evaluation")
    names: set[str] = set()
    for _, one in trace.evaluations:
        names |= {*one.scores, *(["loss"] if one.loss is not None else [])}
    if {metric, ALSO.get(metric, metric)} & names or (checkpoints is not None and checkpoints.best_named):
        return None  # whoever named a best checkpoint had the score, wherever it was logged
    return _finding(Moment.AFTER, "logged", metric, sorted(names), len(trace.evaluations))


def _metric(arguments: Arguments) -> str:
    """Name of the score that picks the best, without "eval_"; empty where none does."""
    named = arguments.text("metric_for_best_model").removeprefix("eval_")
    return named or ("loss" if arguments.flag("load_best_model_at_end") else "")


def _finding(moment: Moment, variant: str, metric: str, names: Iterable[str], evaluations: int) -> Finding:
    listed = list(names)
    return Finding(
        failure="score_key_missing",
        moment=moment,
        severity="error",
        confidence=0.95,
        numbers={
            "metric": f"eval_{metric}",
            "names": ", ".join(f"eval_{name}" for name in listed[:6]),
            "count": len(listed),
            "evaluations": evaluations,
        },
        place=Place("setting", "metric_for_best_model"),
        variant=variant,
    )
