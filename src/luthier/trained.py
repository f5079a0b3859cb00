"""The second half of a run: train under guard, score once, save, and prove that what was saved is what was scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch

from luthier.facts.data import SplitName
from luthier.facts.evaluation import Evaluation, Scores
from luthier.facts.event import Event, Watch
from luthier.facts.report import Evidence
from luthier.files import make_folder, remove_folder, staged_folder
from luthier.folder import RunFolder
from luthier.known import Known
from luthier.models.save import save_classifier
from luthier.stages.evaluate.baselines import MOST_ROWS, FittedBaseline, Labelled, fit_baselines
from luthier.stages.evaluate.metrics import Floats
from luthier.stages.evaluate.predict import predict_logits
from luthier.stages.evaluate.predictions import write_predictions
from luthier.stages.evaluate.reload import ROWS, reload
from luthier.stages.evaluate.scoring import evaluate, evaluate_quickly
from luthier.stages.evaluate.scoring import score as beside_baselines
from luthier.stages.train.accelerator import own_accelerator
from luthier.stages.train.attempt import Attempted, attempt
from luthier.stages.train.guard import Guard
from luthier.stages.train.loop import Training
from luthier.stages.train.setup import SetUp, frozen_features, ready_to_train
from luthier.tasks._batches import Feed


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model beside its baselines.

    Attributes:
        setup: holds the model with the best weights.
        attempted: log and verdicts of the guard.
        baselines: fitted on the same rows.
        features: vectors of validation and test from the encoder before training, (rows, width) each.
    """

    setup: SetUp
    attempted: Attempted
    baselines: tuple[FittedBaseline, ...]
    features: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Scored:
    """A trained model with its scores.

    Attributes:
        trained: the model.
        validation, test: scores beside the baselines.
        probabilities: of the test rows, (rows, classes).
    """

    trained: Trained
    validation: Scores
    test: Scores
    probabilities: Floats


def train(
    known: Known,
    folder: RunFolder,
    guard: Guard,
    watch: Watch,
    training_type: type[Training] = Training,
    *,
    number: int = 1,
    beside: Trained | None = None,
) -> Trained:
    """Fit the baselines, unless that was done, then train under guard; goes on from the newest usable checkpoint.

    Args:
        known: plan, rows and model.
        folder: the run.
        guard: asked during training.
        watch: told of progress.
        training_type: the loop; scenes of failures put a sabotaged one in its place.
        number: of the attempt, from 1.
        beside: an attempt on the same rows with the same inputs, whose baselines serve again.
    """
    watch(Event("stage", "baselines", "fitting baselines"))
    setup = known.set_up()
    baselines, features = _baselines(known, setup) if beside is None else (beside.baselines, beside.features)
    watch(Event("stage", "train", f"training with the strategy {known.plan.strategy.name}"))
    home = folder.attempt(number)
    make_folder(home)
    counts = [known.data.class_counts["train"][name] for name in known.data.classes]
    with ready_to_train(setup, counts, home) as (job, feed), own_accelerator() as accelerator:
        training = training_type(job, accelerator)
        attempted = attempt(training, home, guard, known.evidence, _quick_look(known, setup, feed), watch)
    return Trained(setup, attempted, baselines, features)


def _baselines(known: Known, setup: SetUp) -> tuple[tuple[FittedBaseline, ...], dict[str, Floats]]:
    """Fit on at most `MOST_ROWS` training rows; beside the baselines, the frozen vectors of validation and test."""
    rows = _spread(len(setup.encoded["train"]), MOST_ROWS)
    encoded = setup.encoded["train"].take(rows)
    texts = known.splits.train["text"].take(rows).to_pylist()
    train = Labelled(texts, encoded.targets, frozen_features(setup, encoded).numpy())
    features = {name: frozen_features(setup, setup.encoded[name]).numpy() for name in ("validation", "test")}
    gold = setup.encoded["validation"].targets
    validation = Labelled(known.splits.validation["text"].to_pylist(), gold, features["validation"])
    return fit_baselines(train, validation, len(known.data.classes), seed=known.plan.seed), features


def _quick_look(known: Known, setup: SetUp, feed: Feed | None) -> Callable[[], Evaluation]:
    """Score validation with the model as it is now."""
    bf16 = known.plan.train.precision == "bf16"

    def look() -> Evaluation:
        encoded = setup.encoded["validation"]
        logits = predict_logits(setup.model, encoded, setup.pad_id, feed=feed, bf16=bf16)
        gold = torch.from_numpy(encoded.targets)
        probabilities = setup.task.decode(logits)
        scored = evaluate_quickly("model", "validation", probabilities, encoded.targets, known.data.classes)
        loss = float(setup.task.loss(logits, gold, known.plan, None))
        return replace(scored, loss=loss, logit_spread=float(logits.std(dim=-1).mean()))

    return look


def score(
    trained: Trained, known: Known, folder: RunFolder, watch: Watch, validated: Validated | None = None
) -> Scored:
    """Score validation, unless that was done, and test beside the baselines; write the predictions."""
    watch(Event("stage", "evaluate", "scoring validation and, once, the test"))
    validated = validated or validate(trained, known, "validation")
    tested = validate(trained, known, "test")
    parts: tuple[tuple[SplitName, Validated], ...] = (("validation", validated), ("test", tested))
    for name, (probabilities, _) in parts:
        write_predictions(folder.predictions(name), known.splits[name], probabilities, known.data.classes)
    return Scored(trained, validated[1], tested[1], tested[0])


Validated = tuple[Floats, Scores]
"""Probabilities of the rows of a split, (rows, classes), and the scores that follow from them."""


def validate(trained: Trained, known: Known, name: SplitName) -> Validated:
    """Score a split beside the baselines, in fp32 as users will load the model."""
    setup, plan, classes = trained.setup, known.plan, known.data.classes
    encoded = setup.encoded[name]
    logits = predict_logits(setup.model, encoded, setup.pad_id)
    probabilities = setup.task.decode(logits)
    texts = known.splits[name]["text"].to_pylist()
    theirs = {b.name: b.probabilities(texts, trained.features[name]) for b in trained.baselines}
    own = evaluate("model", name, probabilities, encoded.targets, classes, seed=plan.seed)
    loss = float(setup.task.loss(logits, torch.from_numpy(encoded.targets), plan, None))
    own = replace(own, loss=loss, logit_spread=float(logits.std(dim=-1).mean()))
    metric = plan.train.metric
    return probabilities, beside_baselines(
        own, probabilities, theirs, encoded.targets, classes, metric=metric, seed=plan.seed
    )


def save(scored: Scored, known: Known, folder: RunFolder, watch: Watch) -> None:
    """Write the model in Hugging Face layout; it appears whole or not at all."""
    watch(Event("stage", "save", "saving the model"))
    setup = scored.trained.setup
    if folder.model.exists():
        remove_folder(folder.model)
    with staged_folder(folder.model) as staging:
        save_classifier(setup.model, setup.vocabulary, known.tokenizer, known.plan.model.max_tokens, staging)


def verify(scored: Scored, known: Known, folder: RunFolder, watch: Watch) -> Evidence:
    """Load the saved model in a fresh process, compare its predictions, and gather everything that is known now."""
    watch(Event("stage", "verify", "loading the saved model in a fresh process"))
    rows = _spread(len(scored.probabilities), ROWS)
    texts = known.splits.test["text"].take(rows).to_pylist()
    length = known.plan.model.max_tokens
    artifact = reload(folder.model, texts, scored.probabilities[rows], known.data.classes, length)
    return replace(
        known.evidence,
        trace=scored.trained.attempted.trace,
        validation=scored.validation,
        test=scored.test,
        artifact=artifact,
    )


def _spread(rows: int, wanted: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Up to `wanted` evenly spaced row positions."""
    return np.unique(np.linspace(0, max(0, rows - 1), num=min(rows, wanted)).astype(np.int64))
