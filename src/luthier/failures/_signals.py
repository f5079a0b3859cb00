"""Quantities that several failures read out of facts: what chance looks like, and how sure a number is.

Everything here is arithmetic on facts and cheap enough for the training loop: windows of a trace, never the whole of
it.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from luthier.facts.arguments import Arguments
from luthier.facts.data import DataFacts
from luthier.facts.finding import Severity
from luthier.facts.plan import Plan
from luthier.facts.saved import SavedConfig
from luthier.facts.trace import Floats, Trace

Z95 = 1.96
"""Two-sided 95 % point of the normal distribution."""

STUDENT = (math.inf, 12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36)
"""Two-sided 95 % points of Student's t by degrees of freedom, where the normal point is off by more than a fifth: logs
of other tools may have few entries.
"""

WINDOW = 50
"""Steps that "recent" means. With 16 rows a step these are 800 rows, so a mean loss is known to a few percent."""

NO_CHANCE = "neither the labels nor the classes of the model are known, so that the loss of guessing is not"
"""Why nothing is said where `chance_loss` is 0."""

T5 = frozenset({"t5", "mt5", "umt5", "longt5"})
"""Families that are tuned at 1e-3 with Adafactor, and at up to 1e-3 with AdamW: Raffel et al. 2020,
https://arxiv.org/abs/1910.10683.
"""

WRITES = frozenset({"instruction", "translation"})
"""Tasks of models that write texts."""


def entropy(counts: Iterable[float]) -> float:
    """Entropy of a distribution given by counts, in nats; the loss of a model that knows the counts and nothing
    else.
    """
    positive = [count for count in counts if count > 0]
    total = sum(positive)
    return -sum(count / total * math.log(count / total) for count in positive) if total else 0.0


def chance_loss(data: DataFacts | None, plan: Plan | None, config: SavedConfig | None = None) -> float:
    """Smallest mean training loss that can be had without reading the text, in nats; 0 where it is not known.

    Without weights and smoothing this is the entropy of the training labels. Weights by inverse frequency make every
    class equally heavy, and label smoothing e mixes the shares with the uniform distribution: share*(1-e) + e/classes.

    Where the rows are not at hand, it is the logarithm of the number of classes that the saved model has. That is the
    largest value that the entropy can have, so that a loss which reaches it is at chance whatever the labels are.
    """
    if data is None:
        return math.log(classes_of(config)) if config is not None else 0.0
    counts = [count for count in data.class_counts.get("train", {}).values() if count > 0]
    if not counts:
        return math.log(len(data.classes)) if data.classes else 0.0
    if plan is not None and plan.train.class_weights:
        return math.log(len(counts))
    smoothing = plan.train.label_smoothing if plan is not None else 0.0
    total = sum(counts)
    return entropy(count / total * (1 - smoothing) + smoothing / len(counts) for count in counts)


def classes_of(config: SavedConfig) -> int:
    """Classes of a saved classifier; 1 where it is none, or where its loss is no cross-entropy over its classes.

    Transformers leaves its own default of two classes out of config.json.
    """
    classifies = config.architecture.endswith(("ForSequenceClassification", "ForTokenClassification"))
    crossed = config.model.get("problem_type") in (None, "single_label_classification")
    return (config.outputs or 2) if classifies and crossed else 1


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float


def mean_of(values: Floats) -> Mean:
    """Mean of independent values with its 95 % interval, by Student's t where they are few; infinitely wide where there
    are fewer than two.
    """
    finite = values[np.isfinite(values)]
    if len(finite) < 2:
        return Mean(float(finite[0]) if len(finite) else math.nan, -math.inf, math.inf)
    mean = float(finite.mean())
    point = STUDENT[len(finite) - 1] if len(finite) <= len(STUDENT) else Z95
    half = point * float(finite.std(ddof=1)) / math.sqrt(len(finite))
    return Mean(mean, mean - half, mean + half)


def learned(losses: Floats, chance: float) -> Mean:
    """Share of the label entropy that a model explains, from step losses: 1 - loss / chance, with its 95 % interval.

    0 is guessing by the class shares, 1 is certainty, below 0 is worse than guessing. Source: McFadden, Conditional
    logit analysis of qualitative choice behavior, 1974 (pseudo-R²).
    """
    loss = mean_of(losses)
    return Mean(1 - loss.value / chance, 1 - loss.high / chance, 1 - loss.low / chance)


NOTHING_LEARNED = 0.05
"""A model that explains less than this share of the label entropy has learned nothing of use.

In our runs of MiniLM-L6 (topics and reviews of the scenes, three rates each) a healthy fine-tune passes 0.05 within its
first quarter. Frozen vectors under a head at 2e-5 end below 0: on Reuters R8 at 1.63 nats, where the class shares have
1.35; the frozen BERT of the tutorials ends there at 2.05.
"""


def window(trace: Trace) -> int:
    """Entries of a trace that hold about WINDOW steps, at least two."""
    return max(2, math.ceil(WINDOW / trace.interval))


def recent(trace: Trace, entries: int | None = None) -> Floats:
    """Losses of the last entries; of about the last WINDOW steps where no number is given."""
    return trace.losses[-(window(trace) if entries is None else entries) :]


def at_the_end(trace: Trace) -> Floats:
    """Recent losses, but of a quarter of the run at most, so that a short run is not judged by its first steps."""
    return recent(trace, max(2, min(window(trace), len(trace) // 4)))


def warmup_steps(trace: Trace, plan: Plan | None) -> int:
    """Steps in which the rate climbs; a tenth of the run where no plan is known."""
    share = plan.train.warmup if plan is not None else 0.1
    return math.ceil(share * (trace.total_steps or len(trace)))


def had_its_time(trace: Trace, plan: Plan | None, share: float = 0.3) -> bool:
    """Whether a healthy run would have learned something by now.

    True at the end, and when the run is past its warmup by 30 steps and has used `share` of all its steps.
    """
    if not len(trace):
        return False
    step = float(trace.steps[-1])
    total = trace.total_steps or step
    if trace.finished or step >= total:
        return len(trace) >= 2
    return step >= warmup_steps(trace, plan) + 30 and step >= share * total


def at_chance(trace: Trace, chance: float) -> bool:
    """Whether the training loss at the end proves that nothing was learned: its 95 % interval lies under
    NOTHING_LEARNED.

    Args:
        trace: the run.
        chance: `chance_loss`; where it is 0, nothing is proved.
    """
    return chance > 0 and len(trace) > 0 and learned(at_the_end(trace), chance).high < NOTHING_LEARNED


Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


def gradient_norms(trace: Trace, size: int) -> list[Floats]:
    """Gradient norms of the last entries, of each group that the log has."""
    return [norms[-size:] for norms in trace.grad_norms.values() if len(norms)]


def not_finite(trace: Trace, size: int, *, scaled: bool = False) -> Mask:
    """Of the last entries those whose loss is not finite, or whose gradient norm says so.

    A norm counts only beside a loss that is zero or not finite where a log of another tool is read, whose entries may
    have no norm at all, and where a loss is scaled for float16: the scaler meets infinite norms when it looks for its
    scale, skips these steps, and all is well.

    Args:
        trace: the run.
        size: how many entries.
        scaled: whether the run scales its loss (fp16=True).
    """
    losses = trace.losses[-size:]
    broken = np.zeros(len(losses), dtype=np.bool_)
    for norms in gradient_norms(trace, size):
        broken |= ~np.isfinite(norms)
    lost = ~np.isfinite(losses)
    beside = lost | (losses == 0.0) if scaled or trace.filtered or trace.interval > 1 else np.ones_like(lost)
    return lost | (broken & beside)


def first_zero(losses: Floats) -> int | None:
    """Position of the first of two exact zeros in a row that follow a loss above 0.05."""
    zeros = losses == 0.0
    if not zeros.any():
        return None
    first = int(zeros.argmax())
    pair = first + 1 < len(losses) and bool(zeros[first + 1])
    return first if pair and first > 0 and float(losses[first - 1]) > 0.05 else None


def lost_from(trace: Trace, *, scaled: bool = False) -> int | None:
    """Step from which on the loss is lost: not finite, or written as zero by a log filter; None where it is not."""
    if not len(trace):
        return None
    broken = not_finite(trace, len(trace), scaled=scaled)
    zero = first_zero(trace.losses) if not gradient_norms(trace, len(trace)) else None
    first = int(broken.argmax()) if broken.any() else zero
    return None if first is None else int(trace.steps[first])


CREEPS = 0.8
"""A loss that is above this share of its first value after a whole run has crept; the limit is ours."""


def ends(trace: Trace) -> tuple[float, float] | None:
    """Mean losses of the first and of the last tenth of a run; None where it has fewer than ten."""
    size = len(trace) // 10
    return (float(trace.losses[:size].mean()), float(trace.losses[-size:].mean())) if size else None


def severity_of(share: float, warning: float, error: float = math.inf) -> Severity:
    """How heavy a share of rows weighs: a note below the first border, an error from the second on, if
    there is one.
    """
    return "error" if share >= error else "warning" if share >= warning else "note"


def score_noise(rows: int, score: float = 0.9) -> float:
    """Half width of the 95 % interval of a share, such as an accuracy, measured on so many rows: 1.96 * sqrt(p(1-p)/n).

    What moves a score by less than this cannot be seen in it. Default share 0.9, a usual accuracy.
    """
    return Z95 * math.sqrt(score * (1 - score) / rows) if rows else 1.0


def mcc_noise(rows: int) -> float:
    """Largest Matthews correlation that guessing reaches in 95 of 100 cases on so many rows: 1.96 / sqrt(n).

    For two classes n * MCC² is the chi-squared statistic of the confusion table, with one degree of freedom. Source:
    Chicco & Jurman, 2020, doi 10.1186/s12864-019-6413-7. More classes spread less, so that the bound is on the safe
    side.
    """
    return Z95 / math.sqrt(rows) if rows else 1.0


def planned_steps(data: DataFacts, plan: Plan) -> int:
    """Optimiser steps of a run."""
    rows = data.rows.get("train", 0)
    per_epoch = math.ceil(rows / (plan.train.batch_size * plan.train.accumulation))
    return math.ceil(per_epoch * plan.train.epochs)


def uses_adam(arguments: Arguments | None) -> bool:
    """Whether the optimiser is Adam or AdamW in one of their forms, as it is where nothing is said."""
    return arguments is None or "adam" in (arguments.text("optim") or "adamw")


def mean_rate_share(plan: Plan) -> float:
    """Mean rate over the run as a share of the peak: a half for a slope, all of it for a constant after warmup."""
    warmup = min(plan.train.warmup, 1.0)
    after = 1.0 if plan.train.schedule == "constant" else 0.5
    return 0.5 * warmup + after * (1 - warmup)


def majority(counts: Mapping[str, int]) -> tuple[str, float]:
    """The most frequent class and its share; ("", 0.0) where there are no rows."""
    total = sum(counts.values())
    if not total:
        return "", 0.0
    name = max(counts, key=lambda label: counts[label])
    return name, counts[name] / total
