"""The evaluation decodes -100, which is no token, and raises after hours of training.

Symptom
    OverflowError, or "piece id is out of range", at the first evaluation or the last prediction.

Why it is silent
    Labels, and texts of unequal length from several batches, are filled up with -100. Training never decodes them; the
    first evaluation does, after the first epoch, or at the very end.

Evidence
    Before: the run's own evaluation of two batches, or its metrics, raise this error in the tokenizer.
    After: a saved console output holds it.

Fix
    Advice only: put the padding token in place of -100.

Source
    transformers #22634 (https://github.com/huggingface/transformers/issues/22634), #24433, #27714; autotrain #830. Our
    experiment with Transformers 5.24: a fast tokenizer raises OverflowError "number too small to fit in target type".
"""

from luthier.facts.console import ConsoleFacts
from luthier.facts.finding import Degree, Finding, Moment, Number, Place
from luthier.facts.scene import LiveScene
from luthier.facts.trial import TrialFacts
from luthier.failures._scored import SELF_TEST

MESSAGE = {
    "tried": "The evaluation decodes the label -100 and raises {error}: {message}.",
    "printed": "The evaluation decoded the label -100 and raised (line {line} of {file}): {message}.",
}
WHY = "The run ends there, and what was not saved before is lost."
NEXT_STEP = (
    "In compute_metrics write predictions = np.where(predictions != -100, predictions, tokenizer.pad_token_id), and "
    "the same for labels, before batch_decode."
)
DEGREE = Degree.ADVICE
SIGNS = ("crash at first evaluation",)
SAID = ("out of range integral type conversion", "number too small to fit in target type", "piece id is out of range")
EXPERIMENTS = ("evaluation_path", SELF_TEST)

BAD = LiveScene(
    "sequence_to_sequence",
    options={"scored_by": "bleu of raw labels", "uneven_targets": 1},
    trial=True,
    says="Labels are decoded as they come, filled up with -100.",
)
GOOD = LiveScene(
    "sequence_to_sequence",
    options={"scored_by": "bleu", "uneven_targets": 1},
    trial=True,
    says="The padding token is put in place of -100 before labels are decoded.",
)


def before(trial: TrialFacts) -> Finding | None:
    """What the evaluation, or the metrics, raised."""
    failed = (experiment for name in EXPERIMENTS if (experiment := trial.failed(name)) is not None)
    for experiment in failed:
        message = str(experiment.numbers.get("message", ""))
        if any(words in message for words in SAID):
            error = str(experiment.numbers.get("error", ""))
            said = message.removeprefix(f"{error}: ").rstrip(".")
            return _finding(Moment.BEFORE, "tried", 0.95, {"error": error, "message": said})
    return None


def after(console: ConsoleFacts) -> Finding | None:
    """A line of the console."""
    for line in console.messages.get("ignored_label_decoded", ()):
        return _finding(
            Moment.AFTER, "printed", 0.9, {"message": line.text.rstrip("."), "line": line.number, "file": line.file}
        )
    return None


def _finding(moment: Moment, variant: str, confidence: float, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="ignored_labels_decoded",
        moment=moment,
        severity="error",
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "compute_metrics"),
        variant=variant,
    )
