"""Label smoothing is set and never applied.

Symptom
    The loss is the same to the last digit with label_smoothing_factor and without.

Why it is silent
    Trainer smooths what it finds under the key "labels". Question answering has start_positions and end_positions, and
    the model computes its own loss of them. For several labels a row Trainer drops the smoothing with one warning.

Evidence
    Before: label_smoothing_factor above 0, and the labels of real batches are spans, or the model's problem_type is
    multi_label_classification.
    After: the same by the class and the problem_type of the saved config. Or the training loss of a classifier fell
    below nine tenths of what smoothing leaves to a perfect model, the entropy of its smoothed targets, as it does under
    a loss of one's own that takes no notice of the factor. A warning.

Fix
    Advice only: a loss of one's own, or no factor that promises what is not done.

Source
    transformers #13255 (https://github.com/huggingface/transformers/issues/13255). Our experiment with Transformers
    5.24: a factor of 0.5 changes the loss of tiny models for classes, tags, answers and summaries, and not a digit of
    the loss for spans (4.683 and 4.9618) and for several labels a row (0.707 and 0.8781).
"""

from luthier.facts.arguments import Arguments
from luthier.facts.census import BatchCensus
from luthier.facts.finding import Degree, Finding, Moment, Number, Place
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import LiveScene
from luthier.facts.trace import Trace
from luthier.failures._signals import at_the_end, classes_of, entropy

MESSAGE = {
    "span": (
        "label_smoothing_factor={factor:g} does nothing here: Trainer smooths only what is called labels, and these "
        "batches have start_positions and end_positions."
    ),
    "multilabel": (
        "label_smoothing_factor={factor:g} does nothing here: Trainer drops it for a model with "
        'problem_type="multi_label_classification".'
    ),
    "floor": (
        "label_smoothing_factor={factor:g} does nothing here: it leaves a loss of {floor:.3g} to a perfect model, and "
        "the training loss fell to {loss:.3g}."
    ),
}
WHY = "The run is one without label smoothing, and what was learned from comparing the two is nothing."
NEXT_STEP = {
    "span": (
        "Override compute_loss in a subclass of Trainer with F.cross_entropy(outputs.start_logits, "
        'inputs["start_positions"], label_smoothing={factor:g}) and the same for end_logits, or set '
        "label_smoothing_factor=0."
    ),
    "multilabel": (
        "Smooth the labels themselves, labels * (1 - {factor:g}) + {factor:g} / 2, or set label_smoothing_factor=0."
    ),
    "floor": (
        "In your compute_loss use F.cross_entropy(logits, labels, label_smoothing={factor:g}), or call "
        "super().compute_loss, or set label_smoothing_factor=0."
    ),
}
DEGREE = Degree.ADVICE
SIGNS = ("configuration",)
BELOW = 0.9

BAD = LiveScene("answerer", arguments={"label_smoothing_factor": 0.1}, says="Spans are to be smoothed.")
GOOD = LiveScene("tagger", arguments={"label_smoothing_factor": 0.1}, says="Tags are smoothed.")


def before(
    arguments: Arguments, census: BatchCensus | None = None, config: SavedConfig | None = None
) -> Finding | None:
    """Look at the labels of real batches, and at the model."""
    spans = census is not None and census.kind == "span" and "labels" not in census.columns
    return _look(Moment.BEFORE, arguments, spans, config)


def after(arguments: Arguments, config: SavedConfig, trace: Trace | None = None) -> Finding | None:
    """Look at the saved model, and at a loss that cannot be."""
    found = _look(Moment.AFTER, arguments, config.architecture.endswith("ForQuestionAnswering"), config)
    return found or (_below_floor(arguments, classes_of(config), trace) if trace is not None and len(trace) else None)


def _below_floor(arguments: Arguments, classes: int, trace: Trace) -> Finding | None:
    factor, loss = arguments.number("label_smoothing_factor") or 0.0, float(at_the_end(trace).mean())
    if classes < 2 or not 0 < factor < 1:
        return None
    floor = entropy((1 - factor + factor / classes, *[factor / classes] * (classes - 1)))
    if not loss < BELOW * floor:
        return None
    return _finding(Moment.AFTER, "floor", 0.95, {"factor": factor, "floor": floor, "loss": loss})


def _look(moment: Moment, arguments: Arguments, spans: bool, config: SavedConfig | None) -> Finding | None:
    factor = arguments.number("label_smoothing_factor") or 0.0
    several = config is not None and config.model.get("problem_type") == "multi_label_classification"
    if factor <= 0 or not (spans or several):
        return None
    variant = "span" if spans else "multilabel"
    return _finding(moment, variant, 1.0 if moment is Moment.BEFORE else 0.9, {"factor": factor})


def _finding(moment: Moment, variant: str, confidence: float, numbers: dict[str, Number]) -> Finding:
    return Finding(
        failure="label_smoothing_inert",
        moment=moment,
        severity="warning",
        confidence=confidence,
        numbers=numbers,
        place=Place("setting", "label_smoothing_factor"),
        variant=variant,
    )
