"""The model is much surer than it is right, so that its probabilities cannot be used.

Symptom
    Accuracy holds or rises while the evaluation loss is high; wrong answers come with a probability of 0.99.

Why it is silent
    Accuracy asks which class is the most likely, not how likely. A model that is trained to certainty on hard labels
    goes on getting surer after it has stopped getting better.

Evidence
    After: a model whose probabilities are right and whose accuracy is a has a loss of h(a) + (1 - a) ln(C - 1) at most,
    where h is the entropy of a coin with share a and C the number of classes: the entropy of its answers, which is
    largest when all are alike. Seen where the last evaluation loss is twice that or more, at the best accuracy of
    the run, with ten wrong rows or more, while the training loss has fallen below half of it: then the model is not
    unsure, but wrongly sure. Not judged under label smoothing, which changes the loss, nor where the weights of an
    earlier evaluation were put back at the end. Where accuracy has fallen too, it is overfitting.

Fix
    Advice only: one temperature, fitted on the validation rows, or label smoothing in the next run.

Source
    Guo et al. 2017, https://arxiv.org/abs/1706.04599; Desai & Durrett 2020, https://arxiv.org/abs/2003.07892
    (fine-tuned encoders out of their domain). The bound is that of Fano for calibrated answers; the factors are
    ours.
"""

import math

from luthier.facts.arguments import Arguments
from luthier.facts.checkpoints import CheckpointFacts
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Place
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._scored import value
from luthier.failures._signals import at_the_end, classes_of

MESSAGE = (
    "With {accuracy:.1f} % right of {rows} rows the loss of honest probabilities is {allowed:.3f} at most; it is "
    "{loss:.3f} at step {step}, and {train:.3f} on training rows."
)
WHY = "A probability of 0.99 stands on wrong answers too: thresholds, rankings and hand-over to people do not work."
NEXT_STEP = (
    "Divide the logits by one temperature, fitted on the validation rows, before the softmax; or train again with "
    "label_smoothing_factor=0.1 and fewer epochs."
)
DEGREE = Degree.ADVICE
SIGNS = ("train falls, eval rises",)
EXPLAINED_BY = ("loss_not_finite", "labels_shuffled", "labels_permuted")
TIMES, SURE, WRONG = 2.0, 0.5, 10
SENTENCES = "ForSequenceClassification"

BAD = RunScene(
    log={"end": 0.01, "eval_start": 1.0, "eval_end": 0.8},
    says="Training rows are known by heart, and the wrong answers on others are given with certainty.",
)
GOOD = RunScene(says="The same accuracy, with probabilities that are about right.")


def after(
    trace: Trace,
    config: SavedConfig | None = None,
    plan: Plan | None = None,
    arguments: Arguments | None = None,
    checkpoints: CheckpointFacts | None = None,
) -> Finding | NotLooked | None:
    """Compare the loss with what honest probabilities would have."""
    if not trace.evaluations or not len(trace):
        return NotLooked("the log holds no evaluation")
    step, last = trace.evaluations[-1]
    classes = len(last.per_class) or _classes(config)
    accuracy, loss = value(last, "accuracy"), value(last, "log_loss")
    loss = last.loss if loss is None else loss
    if classes < 2:
        return None
    if accuracy is None or loss is None or not 0 < accuracy < 1 or not math.isfinite(loss):
        return NotLooked("the last evaluation has no accuracy and loss")
    best_step = checkpoints.best_step if checkpoints is not None else None
    if arguments is not None and arguments.flag("load_best_model_at_end") and best_step not in (None, step):
        return NotLooked("the weights of an earlier evaluation were kept")
    if plan is not None and plan.train.label_smoothing:
        return NotLooked("label smoothing changes the loss")
    allowed, train = honest(accuracy, classes), float(at_the_end(trace).mean())
    best = max(one for _, other in trace.evaluations if (one := value(other, "accuracy")) is not None)
    if loss < TIMES * allowed or train > SURE * allowed or accuracy < best or (1 - accuracy) * last.rows < WRONG:
        return None
    return Finding(
        failure="overconfident",
        moment=Moment.AFTER,
        severity="warning",
        confidence=0.9,
        numbers={
            "accuracy": 100 * accuracy,
            "rows": last.rows,
            "allowed": allowed,
            "loss": loss,
            "step": step,
            "train": train,
        },
        place=Place("split", last.split, step=step),
    )


def honest(accuracy: float, classes: int) -> float:
    """Largest loss, in nats, of a model with this accuracy whose probabilities are right."""
    wrong = 1 - accuracy
    return -accuracy * math.log(accuracy) - wrong * math.log(wrong) + wrong * math.log(max(1, classes - 1))


def _classes(config: SavedConfig | None) -> int:
    return classes_of(config) if config is not None and config.architecture.endswith(SENTENCES) else 0
