"""The checkpoint with the worst score is kept as the best, because the direction of the metric is wrong.

Symptom
    After hours the model is worse than its log promised. best_model_checkpoint names the first evaluation, or one in
    the middle.

Why it is silent
    greater_is_better is True by default for every metric whose name does not end in "loss": for a word error rate or a
    perplexity too. The run ends normally and loads its "best" checkpoint, which is the one with the most errors.

Evidence
    Before: the words in the name of metric_for_best_model say whether more or less of it is better (error rates,
    distances, perplexities and losses against accuracies, F1, BLEU and correlations), and greater_is_better, as set or
    by Transformers' rule, says the opposite. A name that says both, or neither, is not judged. An error where the
    best checkpoint is loaded at the end, else a warning.
    After: the same, with the score that was kept and the best one in the log.

Fix
    Turns greater_is_better round, so that the best model is the one with the best score.

Source
    transformers #31142 (https://github.com/huggingface/transformers/pull/31142): a run of seven hours lost; #18274.
    Our experiment with Transformers 5.24: perplexity and wer get greater_is_better=True when nothing is said.
"""

import re

from luthier.facts.arguments import Arguments
from luthier.facts.evaluation import Evaluation
from luthier.facts.finding import Degree, Finding, Moment, NotLooked, Number, Place
from luthier.facts.scene import RunScene
from luthier.facts.trace import Trace
from luthier.failures._fixes import reset

MESSAGE = {
    "set": (
        "metric_for_best_model is {metric}, of which {wanted} is better, but greater_is_better={greater} takes the "
        "{extreme} value in {span} for the best."
    ),
    "kept": (
        "The checkpoint of step {kept_step} counts as best with {metric} {kept:.4g}, but step {best_step} had "
        "{best:.4g}: greater_is_better={greater} takes the {extreme} value for the best, and {wanted} is better."
    ),
}
WHY = "What is loaded at the end, kept on disk and waited for by early stopping is the worst model of the run."
NEXT_STEP = {
    "set": "Set greater_is_better={right} (the fix does that).",
    "kept": (
        "Set greater_is_better={right} (the fix does that), and take the checkpoint of step {best_step} where it is "
        "still there."
    ),
}
DEGREE = Degree.APPLIED
SIGNS = ("best checkpoint is the first, or none",)

LESS = frozenset(
    {
        "loss", "perplexity", "ppl", "wer", "cer", "ter", "mer", "wil", "mae", "mse", "rmse", "mape", "error", "errors",
        "err", "ece", "brier", "nll", "crossentropy", "bpc", "bpb", "distance", "hallucination", "toxicity",
    }
)  # fmt: skip
MORE = frozenset(
    {
        "accuracy", "acc", "f1", "precision", "recall", "mcc", "matthews", "auc", "auroc", "auprc", "bleu", "sacrebleu",
        "rouge", "rouge1", "rouge2", "rougel", "rougelsum", "meteor", "chrf", "chrf++", "bertscore", "comet", "em",
        "exact", "match", "r2", "pearson", "spearman", "spearmanr", "kappa", "ndcg", "mrr", "iou", "jaccard",
    }
)  # fmt: skip
TURNED = frozenset({"neg", "negative", "minus", "inverse", "inverted", "one", "1"})

BAD = RunScene(
    folder="sequence_to_sequence",
    arguments={"metric_for_best_model": "wer", "greater_is_better": True},
    log={"metric": "wer", "first": 0.62, "last": 0.21},
    says="The word error rate picks the checkpoint, and more of it counts as better.",
)
GOOD = RunScene(
    folder="sequence_to_sequence",
    arguments={"metric_for_best_model": "wer", "greater_is_better": False},
    log={"metric": "wer", "first": 0.62, "last": 0.21},
    says="The word error rate picks the checkpoint, and less of it counts as better.",
)


def before(arguments: Arguments) -> Finding | None:
    """Compare the direction of the name with the direction that is set."""
    right = direction(arguments.text("metric_for_best_model"))
    if right is None or _set(arguments) is right:
        return None
    return _finding(Moment.BEFORE, "set", arguments, {"span": _span(arguments)})


def after(arguments: Arguments, trace: Trace) -> Finding | NotLooked | None:
    """As before, with what the run kept."""
    name = arguments.text("metric_for_best_model").removeprefix("eval_")
    right = direction(name)
    if right is None or _set(arguments) is right:
        return None
    scored = [(step, value) for step, e in trace.evaluations if (value := _score(e, name)) is not None]
    if len(scored) < 2:
        return NotLooked(f"the log holds fewer than two values of {name}")
    ordered = sorted(scored, key=lambda item: item[1])
    lowest, highest = ordered[0], ordered[-1]
    best, kept = (highest, lowest) if right else (lowest, highest)
    return _finding(
        Moment.AFTER, "kept", arguments, {"kept_step": kept[0], "kept": kept[1], "best_step": best[0], "best": best[1]}
    )


def direction(metric: str) -> bool | None:
    """Whether more of a metric is better, by the words in its name; None where they say nothing, or both."""
    words = set(re.split(r"[^a-z0-9+]+", metric.lower().removeprefix("eval_")))
    more, less = bool(words & MORE), bool(words & LESS)
    return None if more == less or words & TURNED else more


def _set(arguments: Arguments) -> bool:
    """The direction that the run uses: as set, else by Transformers' rule."""
    stated = arguments.flag("greater_is_better")
    return stated if stated is not None else not arguments.text("metric_for_best_model").endswith("loss")


def _score(evaluation: Evaluation, name: str) -> float | None:
    if name in evaluation.scores:
        return evaluation.scores[name].value
    return evaluation.loss if name == "loss" else None


def _span(arguments: Arguments) -> str:
    steps = arguments.number("max_steps") or 0
    return f"{steps:.0f} steps" if steps > 0 else f"{arguments.number('num_train_epochs') or 3:g} epochs"


def _finding(moment: Moment, variant: str, arguments: Arguments, numbers: dict[str, Number]) -> Finding:
    greater = _set(arguments)
    return Finding(
        failure="best_metric_in_wrong_direction",
        moment=moment,
        severity="error" if arguments.flag("load_best_model_at_end") else "warning",
        confidence=0.95,
        numbers={
            **numbers,
            "metric": arguments.text("metric_for_best_model"),
            "greater": str(greater),
            "right": str(not greater),
            "wanted": "less" if greater else "more",
            "extreme": "largest" if greater else "smallest",
        },
        place=Place("setting", "greater_is_better"),
        variant=variant,
    )


def fix(arguments: Arguments, finding: Finding) -> Arguments:
    """Turn the direction round where it is wrong."""
    right = direction(arguments.text("metric_for_best_model"))
    return arguments if right is None else reset(arguments, "greater_is_better", right)
