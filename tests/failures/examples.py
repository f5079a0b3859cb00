"""Facts made by hand: a healthy run, from which each test changes what it is about."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from luthier.facts.data import DataFacts, Lengths
from luthier.facts.evaluation import ClassScores, Comparison, Evaluation, Interval, Scores
from luthier.facts.finding import Finding, Moment
from luthier.facts.model import ModelFacts
from luthier.facts.places import RowPlace
from luthier.facts.plan import DataPlan, ModelPlan, Plan, StrategyPlan, TrainPlan
from luthier.facts.report import Evidence
from luthier.facts.rows import Splits
from luthier.facts.trace import Trace
from luthier.failures._engine import all_failures, ask
from luthier.stages.report.told import told

PLAN = Plan(DataPlan("rows.csv"), ModelPlan("minilm", max_tokens=64))
MODEL = ModelFacts("minilm", "bert", 22_700_000, 6, 384, 30_522, 512, 256, "mean")


def plan(strategy: str = "full", max_tokens: int = 64, clean: tuple[str, ...] = (), **train: object) -> Plan:
    """A plan whose training settings differ from the usual ones as named."""
    return Plan(
        DataPlan("rows.csv", clean=clean or PLAN.data.clean),
        ModelPlan("minilm", max_tokens=max_tokens),
        StrategyPlan(strategy),
        TrainPlan(**train),  # type: ignore[arg-type]
    )


def data(train: int = 800, classes: int = 2, **changes: object) -> DataFacts:
    """Even classes in splits of 80/10/10 with nothing wrong in them, changed as named."""
    names = tuple("abcdefghijklmnopqrst"[:classes])
    rows = {"train": train, "validation": train // 8, "test": train // 8}
    values: dict[str, object] = {
        "path": "rows.csv",
        "rows": rows,
        "split_origin": "made",
        "classes": names,
        "class_counts": {split: {name: count // classes for name in names} for split, count in rows.items()},
        "lengths": {"train": lengths(train)},
        "near_overlaps": (),
        "truncated_overlaps": (),
        "truncated_collisions": 0,
        "function_word_share": 0.4,
        "punctuation_share": 0.9,
        "scripts": {"Latin": 1.0},
    }
    return DataFacts(**{**values, **changes})  # type: ignore[arg-type]


def lengths(rows: int = 800, lost: float = 0.0, unknown: float = 0.0, p99: int = 40) -> Lengths:
    """Token lengths of a split."""
    quantiles = {0: 5, 5: 8, 25: 12, 50: 18, 75: 25, 95: 33, 99: p99, 100: 2 * p99}
    return Lengths(rows, quantiles, 64, round(rows * lost), lost, 1.2, unknown, round(rows * unknown))


def place(row: int) -> RowPlace:
    """A row of the user's file; a header and one line for each row."""
    return RowPlace("rows.csv", row + 1, row)


def trace(
    losses: npt.ArrayLike, total: int | None = None, rate: float = 5e-5, head: float = 1e-3, **changes: object
) -> Trace:
    """A run with these losses and a linear schedule; 50 steps to an epoch, over unless `total` says otherwise."""
    values = np.asarray(losses, np.float64)
    count = len(values)
    total = count if total is None else total
    share = np.minimum((np.arange(count) + 1) / (0.1 * total + 1), 1 - np.maximum(0, np.arange(count) / total - 0.1))
    made: dict[str, object] = {
        "steps": np.arange(1, count + 1, dtype=np.float64),
        "losses": values,
        "rates": {"encoder": share * rate, "head": share * head},
        "grad_norms": {"encoder": np.ones(count), "head": np.ones(count)},
        "total_steps": total,
        "steps_per_epoch": 50,
        "finished": count >= total,
    }
    return Trace(**{**made, **changes})  # type: ignore[arg-type]


def noisy(level: npt.ArrayLike, steps: int, spread: float = 0.05) -> npt.NDArray[np.float64]:
    """Losses around a level, or around a line from the first level to the second."""
    ends = np.atleast_1d(np.asarray(level, np.float64))
    return np.linspace(ends[0], ends[-1], steps) + spread * np.random.default_rng(0).standard_normal(steps)


def evaluation(
    accuracy: float = 0.9,
    rows: int = 100,
    *,
    name: str = "model",
    split: str = "validation",
    mcc: float | None = None,
    log_loss: float | tuple[float, float, float] = 0.3,
    recalls: tuple[float, ...] = (0.9, 0.9),
    supports: tuple[int, ...] | None = None,
    predicted: tuple[float, ...] = (0.5, 0.5),
) -> Evaluation:
    """Scores of a model with classes a, b, …"""
    supports = supports or tuple(rows // len(recalls) for _ in recalls)
    loss = Interval(*log_loss) if isinstance(log_loss, tuple) else Interval(log_loss, log_loss, log_loss)
    exact = {"accuracy": accuracy, "macro_f1": accuracy, "mcc": 2 * accuracy - 1 if mcc is None else mcc}
    scores = {metric: Interval(value, value, value) for metric, value in exact.items()}
    classes = zip("abcdefgh", recalls, supports, strict=False)
    return Evaluation(
        name,
        split,
        rows,
        {**scores, "log_loss": loss},
        {label: ClassScores(recall, recall, recall, support) for label, recall, support in classes},
        predicted_share=dict(zip("abcdefgh", predicted, strict=False)),
        loss=loss.value,
    )


def scores(
    model: Evaluation | None = None,
    baseline: Evaluation | None = None,
    difference: tuple[float, float, float] = (0.05, 0.02, 0.08),
) -> Scores:
    """A model beside one baseline, with the difference between them and its interval."""
    baseline = baseline or evaluation(0.85, name="tfidf")
    comparison = Comparison(baseline.name, "accuracy", Interval(*difference), 0.01, 8, 3)
    return Scores(model or evaluation(), (baseline,), (comparison,))


def splits(train: list[str], validation: list[str], test: list[str], **extra: list[list[str]]) -> Splits:
    """Splits of texts that all carry label a; `extra` columns hold one list for each split."""
    names: tuple[list[str], ...] = (train, validation, test)
    tables = []
    for i, texts in enumerate(names):
        columns = {f"extra:{name}": values[i] for name, values in extra.items()}
        count = len(texts)
        fixed = {"row": list(range(1, count + 1)), "line": list(range(2, count + 2)), "file": ["rows.csv"] * count}
        tables.append(pa.table({**fixed, "text": texts, "label": ["a"] * count, **columns}))
    return Splits(*tables, origin="given")


def look(name: str, moment: Moment, **parts: object) -> Finding | str | None:
    """What a failure answers: its finding, the reason why it did not look, or None when all is clear.

    A finding is told as well, so that a number that a template asks for and the finding lacks is an error here.
    """
    (verdict,) = ask([all_failures()[name]], moment, Evidence(**parts)).all  # type: ignore[arg-type]
    if verdict.finding is None:
        return verdict.reason or None
    words = told(verdict.finding)
    assert all((words.message, words.why, words.next_step))
    return verdict.finding


def seen(name: str, moment: Moment, **parts: object) -> Finding:
    """The finding of a failure that must be seen."""
    answer = look(name, moment, **parts)
    assert isinstance(answer, Finding), f"{name} was not seen: {answer}"
    return answer
