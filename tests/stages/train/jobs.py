"""Small jobs on a tiny model, for the tests of training."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from accelerate import Accelerator
from torch import Tensor

from luthier.facts.data import DataFacts
from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.plan import DataPlan, ModelPlan, Plan, StrategyPlan, TrainPlan
from luthier.facts.report import Evidence
from luthier.facts.rows import Splits
from luthier.failures import _corpora
from luthier.known import strategies, tasks
from luthier.models.tokenizer import TextTokenizer
from luthier.stages.train.loop import Job, Training
from luthier.stages.train.setup import SetUp, set_up

CLASSES = ("bad", "good")
NO_FACTS: DataFacts | None = None


def plan(strategy: str = "full", **train: object) -> Plan:
    """A plan for the tiny model; batches of 8 rows, and no clipping, so that gradients can be compared."""
    values = {"batch_size": 8, "epochs": 2.0, "rate": 1e-3, "head_rate": 1e-2, "clip": 0.0, **train}
    layers = 1 if strategy == "top_layers" else None
    return Plan(
        data=DataPlan("made up"),
        model=ModelPlan("tiny", 32, "cls"),
        strategy=StrategyPlan(strategy, layers),
        train=replace(TrainPlan(), **values),  # type: ignore[arg-type]
    )


def rows(count: int = 42) -> Splits:
    """Made-up reviews; validation and test hold half as many."""
    table = _corpora.make("reviews", 2 * count, {}, 0).select(["text", "label"])
    half = count // 2
    return Splits(table.slice(0, count), table.slice(count, half), table.slice(count + half, half), "made")


def setup_of(folder: Path, wanted: Plan, count: int = 42) -> SetUp:
    """A model and encoded rows."""
    task, strategy = tasks()[wanted.task], strategies()[wanted.strategy.name]
    return set_up(wanted, task, strategy, folder, TextTokenizer.load(folder), rows(count), CLASSES)


def job_of(setup: SetUp) -> Job:
    """The whole model, nothing kept."""
    return Job(
        setup.plan,
        setup.task,
        setup.model,
        setup.prepared,
        setup.encoded["train"],
        setup.pad_id,
        word_dropout=setup.word_dropout,
    )


def training_of(folder: Path, wanted: Plan, count: int = 42) -> Training:
    """Ready for its first step."""
    return Training(job_of(setup_of(folder, wanted, count)), Accelerator(cpu=True))


def weights_of(training: Training) -> dict[str, Tensor]:
    """A copy of every weight."""
    return {name: weight.detach().clone() for name, weight in training.job.model.named_parameters()}


def evidence_of(wanted: Plan) -> Evidence:
    """Nothing but the plan is known."""
    return Evidence(plan=wanted)


def scored(metric: str, value: float) -> Evaluation:
    """An evaluation with one score."""
    return Evaluation("model", "validation", 9, {metric: Interval(value, value, value)})


def same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    """Bit for bit."""
    return first.keys() == second.keys() and all(
        np.array_equal(first[name].numpy(), second[name].numpy()) for name in first
    )
