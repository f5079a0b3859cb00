"""Facts to plan: every value that nobody asked for, derived, with its reason.

Each rule is a function from the plan so far and the facts to values with their reasons. `derive` runs the rules in
order and drops what a rule says about a value that was asked for. Rules hold no state and know no order but that of the
list at the end of this file.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from luthier.facts.data import DataFacts
from luthier.facts.model import ModelFacts
from luthier.facts.plan import Plan, Reason
from luthier.stages.plan.contradictions import contradictions
from luthier.stages.plan.settings import Value, with_value
from luthier.stages.plan.wishes import Wishes

Choices = Mapping[str, tuple[Value, str]]
Suggestions = Mapping[str, Mapping[str, tuple[float | int | str, str]]]

# Fewer optimiser steps than this leave a new head and a pretrained encoder half-way: Mosbach et al. 2021 and Zhang et
# al. 2021 trace failed runs on small sets to too few steps, and cure them with more epochs, up to 20.
ENOUGH_STEPS = 400
MOST_EPOCHS = 20

# Below this many rows per class, full tuning of an encoder falls behind a linear head on its frozen vectors (SetFit's
# published result files: at 8 rows per class 8 points behind, at 64 ahead).
FEW_ROWS_PER_CLASS = 32
FEW_ROWS_STRATEGY = "frozen_body"

# A class this many times as frequent as another makes accuracy blind to the rare one.
UNEVEN = 1.5

# Batches hold rows of like length, so only the long rows pay for their length: one per cent of the rows, at up to this
# many times the length of the 99th percentile, adds a few per cent of tokens. A single freak row sets no length.
LONG_ROWS = 4
LENGTH_STEP = 8
FALLBACK_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules read.

    Attributes:
        data, model: measured.
        suggestions: strategy to the plan values that it wants, each with its reason.
        unsuited: strategy to the reason why it does not suit these facts; strategies that suit are absent.
    """

    data: DataFacts
    model: ModelFacts
    suggestions: Suggestions
    unsuited: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Training rows, at least 1."""
        return max(1, self.data.rows.get("train", 0))


def derive(wishes: Wishes, facts: Facts) -> tuple[Plan, tuple[str, ...]]:
    """Fill in every value that was not asked for.

    Args:
        wishes: what was asked for; such a value is never changed.
        facts: data, model and strategies.

    Returns:
        The plan, and lines for people about wishes that sit badly with the facts.

    Raises:
        PlanError: a wish contradicts the facts, such as more tokens than the model has positions.
    """
    plan = wishes.plan
    for rule in RULES:
        for name, (value, why) in rule(plan, facts).items():
            if not wishes.fixed(name):
                plan = with_value(plan, name, value, Reason(why))
        plan = _in_our_units(plan, wishes, facts) if rule is _strategy_values else plan
    return plan, contradictions(plan, facts.data, facts.model, facts.suggestions, facts.unsuited)


def candidates(wishes: Wishes, facts: Facts) -> tuple[Plan, ...]:
    """Complete plans for `fit_budget` to choose from, one per strategy that suits.

    There is one only when the strategy was asked for, or when the rows are too few to tune an encoder on.
    """
    first, _ = derive(wishes, facts)
    if wishes.fixed("strategy.name") or first.strategy.name == FEW_ROWS_STRATEGY:
        return (first,)
    plans = []
    for name in facts.suggestions:
        if name not in facts.unsuited:
            draft = with_value(wishes.plan, "strategy.name", name, Reason("fits the budget"))
            plans.append(derive(replace(wishes, plan=draft), facts)[0])
    return tuple(plans)


def steps_per_epoch(plan: Plan, rows: int) -> int:
    """Optimiser steps in one pass over `rows` training rows, the last, smaller one counted."""
    return max(1, math.ceil(rows / (plan.train.batch_size * plan.train.accumulation)))


def _data(plan: Plan, facts: Facts) -> Choices:
    used = {column.used_as: column.name for column in facts.data.columns if column.used_as}
    found: dict[str, tuple[Value, str]] = {
        f"data.{role}": (used[role], f"found by its name or its look among {len(facts.data.columns)} columns")
        for role in ("text", "label", "group", "time")
        if role in used
    }
    given = facts.data.split_origin == "given"
    share = "the data came in splits; a missing one is cut from train" if given else "80 % train, 10 % each score"
    return {
        "data.path": (plan.data.path, "named on the command line"),
        "data.validation_share": (plan.data.validation_share, share),
        "data.test_share": (plan.data.test_share, share),
        "data.near_duplicates": (True, "a near copy across splits inflates the score like an exact one"),
        "data.clean": (plan.data.clean, "these steps repair damage and change no meaning"),
        "task": (plan.task, "each row is a text with one label"),
        "seed": (plan.seed, "the customary seed; another one gives another run"),
        **found,
    }


def _length(plan: Plan, facts: Facts) -> Choices:
    model = facts.model
    limit = min(model.usable_positions, model.trained_tokens or model.usable_positions)
    lengths = facts.data.lengths.get("train")
    if lengths is None:
        return {"model.max_tokens": (min(limit, FALLBACK_TOKENS), "the lengths of the rows were not measured")}
    usual, longest = lengths.quantiles[99], lengths.quantiles[100]
    wanted = math.ceil(min(longest, LONG_ROWS * usual) / LENGTH_STEP) * LENGTH_STEP
    if wanted <= limit:
        rest = "" if wanted >= longest else f", 99 % at most {usual}"
        return {"model.max_tokens": (max(LENGTH_STEP, wanted), f"the longest row has {longest} tokens{rest}")}
    bound = "positions" if limit == model.usable_positions else "tokens in its own training"
    return {"model.max_tokens": (limit, f"99 % of the rows have at most {usual} tokens; the model had {limit} {bound}")}


def _model(plan: Plan, facts: Facts) -> Choices:
    trained, kind = facts.model.trained_pooling, facts.model.architecture
    pooling = "the files of the checkpoint say so" if trained else f"usual for {kind}"
    if trained not in {None, facts.model.pooling}:
        pooling = f"the checkpoint was trained to average its tokens, which a plain {kind} classifier cannot do"
    native = facts.model.native_bf16
    precision: tuple[Value, str] = (
        ("bf16", "this processor multiplies bf16 in hardware; weights stay fp32")
        if native
        else ("fp32", "this processor has no bf16 arithmetic, where bf16 would be slower and no better")
    )
    return {
        "model.id": (plan.model.id, "small, quick on a CPU, and strong for its size"),
        "model.pooling": (facts.model.pooling, pooling),
        "train.precision": precision,
    }


def _batches(plan: Plan, facts: Facts) -> Choices:
    size = 32 if facts.rows > 20_000 else 16
    why = f"{math.ceil(facts.rows / size)} steps per epoch on {facts.rows:,} rows"
    return {
        "train.batch_size": (size, why),
        "train.accumulation": (1, f"batches of {size} rows fit in memory"),
        "train.workers": (0, "texts are tokenised once, before training"),
    }


def _strategy(plan: Plan, facts: Facts) -> Choices:
    classes = max(1, len(facts.data.classes))
    per_class = facts.rows / classes
    usable = FEW_ROWS_STRATEGY in facts.suggestions and FEW_ROWS_STRATEGY not in facts.unsuited
    if per_class < FEW_ROWS_PER_CLASS and usable:
        why = f"{per_class:.0f} rows per class are too few to tune an encoder on"
        return {"strategy.name": (FEW_ROWS_STRATEGY, why)}
    return {"strategy.name": ("full", f"{facts.rows:,} rows are enough to tune every weight")}


def _strategy_values(plan: Plan, facts: Facts) -> Choices:
    wanted = dict(facts.suggestions.get(plan.strategy.name, {}))
    epochs, why = wanted.pop("train.epochs", (3.0, "three passes, as in Devlin et al. 2019"))
    return {
        "strategy.layers": (None, "this strategy does not ask"),
        "train.rate": (0.0, "no pretrained weight learns"),
        "train.head_rate": (1e-3, "the head is new and starts at random"),
        "train.warmup": (0.1, "a tenth of the steps; Adam's first steps are too large without (Mosbach et al. 2021)"),
        **wanted,
        "train.epochs": _enough_epochs(float(epochs), why, steps_per_epoch(plan, facts.rows)),
    }


def _enough_epochs(usual: float, why: str, steps: int) -> tuple[float, str]:
    needed = math.ceil(ENOUGH_STEPS / steps)
    epochs = float(max(usual, min(needed, max(MOST_EPOCHS, 5 * usual))))
    if epochs == usual:
        return usual, why
    total = math.ceil(epochs * steps)
    return epochs, f"an epoch has only {steps} steps; {total} in all, where about {ENOUGH_STEPS} settle a run"


def _rest_of_training(plan: Plan, facts: Facts) -> Choices:
    long = steps_per_epoch(plan, facts.rows) > 1_000
    patient = plan.train.epochs > 5
    return {
        "train.schedule": ("linear", "falls to zero at the end of the run"),
        "train.weight_decay": (0.01, "as in BERT's own training; not on norms and biases"),
        "train.clip": (1.0, "one bad batch cannot undo the run"),
        "train.label_smoothing": (0.0, "not asked for"),
        "train.word_dropout": (0.0, "not asked for"),
        "train.evaluations_per_epoch": (1, "each epoch ends with a score on validation"),
        "train.save_every": (
            (500, "an epoch is long; at most 500 steps can be lost")
            if long
            else (0, "a checkpoint with every evaluation")
        ),
        "train.patience": (
            (5, "stops after 5 epochs without a better score; the best one is kept")
            if patient
            else (0, "the run is short; the best checkpoint is kept in any case")
        ),
    }


def _metric(plan: Plan, facts: Facts) -> Choices:
    counts = [rows for rows in facts.data.class_counts.get("train", {}).values() if rows]
    ratio = max(counts) / min(counts) if counts else 1.0
    weights: tuple[Value, str] = (False, "not asked for")
    if ratio < UNEVEN:
        return {
            "train.metric": ("accuracy", "the classes are about equally frequent"),
            "train.class_weights": weights,
        }
    return {
        "train.metric": ("macro_f1", f"the largest class has {ratio:.1f} times the rows of the smallest"),
        "train.class_weights": weights,
    }


def _in_our_units(plan: Plan, wishes: Wishes, facts: Facts) -> Plan:
    """Wishes that only facts can place: a number of optimiser steps, and a rate where nothing but the head learns."""
    steps = steps_per_epoch(plan, facts.rows)
    if number := wishes.in_steps.get("train.epochs"):
        why = f"{number:g} steps, {steps} to an epoch"
        plan = with_value(plan, "train.epochs", number / steps, Reason(why, "user"))
    if number := wishes.in_steps.get("train.evaluations_per_epoch"):
        why = f"every {number:g} of {steps} steps"
        plan = with_value(plan, "train.evaluations_per_epoch", max(1, round(steps / number)), Reason(why, "user"))
    if number := wishes.in_steps.get("train.warmup"):
        total = max(1, math.ceil(plan.train.epochs * steps))
        why = f"{number:g} steps of {total}"
        plan = with_value(plan, "train.warmup", min(1.0, number / total), Reason(why, "user"))
    wanted = facts.suggestions.get(plan.strategy.name, {})
    head_only = "train.head_rate" in wanted and "train.rate" not in wanted
    if head_only and plan.set_by_user("train.rate") and not wishes.fixed("train.head_rate"):
        why = "the rate that was asked for: only the head learns"
        plan = with_value(plan, "train.head_rate", plan.train.rate, Reason(why, "user"))
    return plan


Rule = Callable[[Plan, Facts], Choices]
RULES: tuple[Rule, ...] = (
    _data,
    _length,
    _model,
    _batches,
    _strategy,
    _strategy_values,
    _rest_of_training,
    _metric,
)
