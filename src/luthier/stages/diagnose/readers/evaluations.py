"""Scores of one evaluation, from the flat names under which Trainer and others write them."""

from collections.abc import Mapping

from luthier.facts.evaluation import Evaluation, Interval, SetLoss

SPEED = ("runtime", "samples_per_second", "steps_per_second", "tokens_per_second", "preparation_time")
"""Endings of names that tell how long the evaluation took and not how good the model is."""
ASIDE = frozenset({"loss", "samples", "epoch", "step", "global_step"})
"""Names that are not scores, or have a field of their own."""
SAME = {
    "acc": "accuracy",
    "f1_macro": "macro_f1",
    "matthews_correlation": "mcc",
    "matthews_corrcoef": "mcc",
}
"""Names of others for scores that Luthier computes too."""


def number(value: object) -> float | None:
    """A value of a log as a number; NaN and infinity stay, also where they are spelled out. None where it is none."""
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int) or (isinstance(value, str) and 0 < len(value) <= 40):
        try:
            return float(value)
        except ValueError:
            return None
        except OverflowError:
            return float("inf")
    return None


def evaluation(entry: Mapping[str, object], prefix: str, split: str) -> Evaluation | None:
    """The numbers of an entry whose names begin with a prefix.

    Rows are what the entry says ("samples"), else time times speed, rounded, else 0 for "not known".

    Args:
        entry: name to value.
        prefix: "eval_", "test_" or "predict_".
        split: "validation" or "test".

    Returns:
        The evaluation, its intervals being points; None where the entry has neither a loss nor a score.
    """
    found = {name.removeprefix(prefix): number(value) for name, value in entry.items() if name.startswith(prefix)}
    values = {name: value for name, value in found.items() if value is not None}
    scores: dict[str, Interval] = {}
    for name, value in values.items():
        if name not in ASIDE and not name.endswith(SPEED) and not name.startswith("mem_"):
            scores.setdefault(SAME.get(name, name), Interval(value, value, value))
    if not scores and "loss" not in values:
        return None
    return Evaluation(
        name="model",
        split=split,
        rows=_rows(values),
        scores=scores,
        loss=values.get("loss"),
        seconds=max(0.0, values.get("runtime", 0.0)),
        sets=_sets(values),
    )


def _sets(values: Mapping[str, float]) -> dict[str, SetLoss]:
    """Losses on named sets: Trainer puts a set's name before all that it measures, so that its loss stands beside a
    runtime of the same name, and a metric that is called a loss does not.
    """
    names = [name.removesuffix("_loss") for name in values if name.endswith("_loss")]
    timed = [name for name in names if f"{name}_runtime" in values]
    return {name: SetLoss(values[f"{name}_loss"], _rows(values, f"{name}_")) for name in timed}


def _rows(values: Mapping[str, float], of: str = "") -> int:
    """Rows scored, 0 where they are not known; of a set where its name is given."""
    rows = values.get(f"{of}samples", values.get(f"{of}runtime", 0.0) * values.get(f"{of}samples_per_second", 0.0))
    return round(rows) if 0 <= rows < 1e12 else 0
