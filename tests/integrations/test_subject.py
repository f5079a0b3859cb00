"""A trainer as the subject of the battery: tried as its run would, and left as it was."""

import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import Trainer, TrainerCallback

from luthier.errors import ModelError
from luthier.facts.arguments import Plain
from luthier.facts.event import unwatched
from luthier.facts.finding import Number
from luthier.facts.scene import Live, LiveScene
from luthier.facts.trial import TrialFacts
from luthier.integrations.stage import build
from luthier.integrations.subject import subject_of
from luthier.stages.trial.battery import run_battery

KINDS: tuple[Live, ...] = (
    "classifier",
    "tagger",
    "answerer",
    "causal",
    "instruction",
    "sequence_to_sequence",
    "adapter",
)


def made(
    folder: Path,
    trainer: Live = "classifier",
    options: Mapping[str, Number] | None = None,
    arguments: Mapping[str, Plain] | None = None,
) -> Any:
    """A tiny trainer."""
    torch.manual_seed(0)
    return build(LiveScene(trainer=trainer, options=dict(options or {}), arguments=dict(arguments or {})), folder)


def tried(trainer: Any, *, reload: bool = False) -> TrialFacts:
    """The battery's answers; the fresh process, which takes seconds, only where it is asked for."""
    subject = subject_of(trainer)
    return run_battery(subject if reload else replace(subject, reload=None), unwatched, 60)


def answers(facts: TrialFacts, answer: str) -> set[str]:
    """Names of the experiments with this answer."""
    return {name for name, one in facts.experiments.items() if one.answer == answer}


@pytest.mark.parametrize("kind", KINDS)
def test_healthy(kind: Live, tmp_path: Path) -> None:
    """No experiment fails on a healthy trainer of any kind, and those that can be run pass."""
    facts = tried(made(tmp_path, kind))

    assert answers(facts, "failed") == set()
    assert answers(facts, "passed") >= {
        "start_loss",
        "one_batch_overfit",
        "gradient_reach",
        "weights_move",
        "batch_invariance",
        "repeated_evaluation",
        "evaluation_path",
        "longest_batch",
    }
    assert all(one.says for one in facts.experiments.values())


def always_raises(_: Any) -> dict[str, float]:
    """A metric that nobody tried."""
    raise OverflowError("out of range integral type conversion attempted")


FAULTS: dict[str, tuple[Live, dict[str, Number], dict[str, Plain], set[str]]] = {
    "dropout in evaluation": ("classifier", {"dropout_in_eval": 1}, {}, {"repeated_evaluation"}),
    "weights in bf16": ("causal", {"bf16_weights": 1}, {"learning_rate": 2e-5}, {"weights_move"}),
    "labels from 1": (
        "classifier",
        {"labels_from": 1},
        {},
        {"start_loss", "evaluation_path", "metric_self_test", "longest_batch"},
    ),
    "labels all ignored": (
        "classifier",
        {"labels_all_ignored": 1},
        {},
        {"start_loss", "one_batch_overfit", "gradient_reach", "weights_move", "evaluation_path"},
    ),
    "a head too narrow": ("classifier", {"outputs": 1}, {}, {"metric_self_test"}),
    "all frozen": (
        "classifier",
        {"frozen": 2},
        {},
        {"one_batch_overfit", "gradient_reach", "weights_move", "longest_batch"},
    ),
    "a gradient that nobody divides": (
        "classifier",
        {},
        {"gradient_accumulation_steps": 4},
        {"accumulation"},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str, tmp_path: Path) -> None:
    """Each planted fault fails the experiments that it concerns, and no other."""
    kind, options, arguments, failed = FAULTS[name]

    assert answers(tried(made(tmp_path, kind, options, arguments)), "failed") == failed


def test_accumulation_of_stock_classifiers(tmp_path: Path) -> None:
    """Transformers hands BERT the count of items, BERT ignores it, and nobody divides: 4 times the gradient.

    A next-token model divides by that count, and passes.
    """
    accumulated = {"gradient_accumulation_steps": 4}
    classifier = tried(made(tmp_path, "classifier", arguments=accumulated)).experiments["accumulation"]
    causal = tried(made(tmp_path, "causal", arguments=accumulated)).experiments["accumulation"]

    assert classifier.numbers["ratio"] == pytest.approx(4.0, rel=0.01)
    assert causal.numbers["ratio"] == pytest.approx(1.0, rel=0.01)


def test_metrics_that_raise(tmp_path: Path) -> None:
    """The error of a user's metric is told, twice: in the evaluation and by itself."""
    trainer = made(tmp_path)
    trainer.compute_metrics = always_raises
    facts = tried(trainer)

    assert answers(facts, "failed") == {"evaluation_path", "metric_self_test"}
    assert facts.experiments["evaluation_path"].numbers["error"] == "OverflowError"


def test_an_optimiser_of_the_user(tmp_path: Path) -> None:
    """An optimiser that was passed is tried itself; it holds the head alone, and is put back with its state."""
    trainer = made(tmp_path)
    head = trainer.model.classifier.parameters()
    trainer.optimizer = torch.optim.SGD(head, lr=0.1, momentum=0.9)
    trainer.optimizer.state[trainer.model.classifier.bias] = {"momentum_buffer": torch.ones(4)}
    facts = tried(trainer)

    assert answers(facts, "failed") == {"weights_move"}
    assert facts.experiments["weights_move"].numbers["outside"] == 39
    state = trainer.optimizer.state[trainer.model.classifier.bias]
    assert list(trainer.optimizer.state) == [trainer.model.classifier.bias]
    assert torch.equal(state["momentum_buffer"], torch.ones(4))
    assert trainer.optimizer.param_groups[0]["lr"] == 0.1


class Counting(TrainerCallback):
    """Counts what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def on_log(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """A log."""
        self.told.append("log")

    def on_evaluate(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """An evaluation."""
        self.told.append("evaluate")


def around(trainer: Any) -> dict[str, Any]:
    """What stands around a model, as values."""
    accelerator, handler = trainer.accelerator, trainer.callback_handler
    return {
        "attributes": {name: id(value) for name, value in vars(trainer).items()},
        "model": {name: id(value) for name, value in vars(trainer.model).items() if not isinstance(value, dict)},
        "prepared": [len(one) for one in (accelerator._models, accelerator._optimizers, accelerator._dataloaders)],
        "callbacks": [id(one) for one in handler.callbacks],
        "handler": {name: id(value) for name, value in vars(handler).items()},
        "log": list(trainer.state.log_history),
        "arguments": {name: repr(value) for name, value in vars(trainer.args).items()},
        "config": repr(trainer.model.config),
        "generation": repr(getattr(trainer.model, "generation_config", None)),
        "metrics": repr(getattr(trainer, "_metrics", None)),
        "gradients": accelerator.gradient_state.sync_gradients,
        "modes": [module.training for module in trainer.model.modules()],
        "requires": [p.requires_grad for p in trainer.model.parameters()],
    }


def randomness() -> list[Any]:
    """The random states, as values."""
    return [random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()]


@pytest.mark.parametrize("kind", ["classifier", "instruction", "sequence_to_sequence", "adapter"])
def test_nothing_is_left_behind(kind: Live, tmp_path: Path) -> None:
    """Weights, modes, random states, counters, logs, callbacks, settings and what Accelerate prepared are as before."""
    trainer = made(tmp_path, kind)
    callback = Counting()
    trainer.add_callback(callback)
    weights = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    before, drawn = around(trainer), randomness()
    tried(trainer)

    assert all(torch.equal(value, weights[name]) for name, value in trainer.model.state_dict().items())
    assert around(trainer) == before
    assert randomness() == drawn
    assert callback.told == []
    assert trainer.optimizer is None
    assert all(p.grad is None for p in trainer.model.parameters())


@pytest.mark.parametrize("kind", ["classifier", "instruction"])
def test_training_goes_as_if_nobody_had_looked(kind: Live, tmp_path: Path) -> None:
    """After the battery `train` ends in the same weights, bit for bit, and logs the same losses."""
    ends = []
    for look in (False, True):
        trainer = made(tmp_path / str(look), kind, arguments={"max_steps": 4, "eval_strategy": "no"})
        torch.manual_seed(1)
        if look:
            tried(trainer)
        trainer.train()
        losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
        ends.append((losses, [p.detach().clone() for p in trainer.model.parameters()]))
    (losses, weights), (tried_losses, tried_weights) = ends

    assert tried_losses == losses
    assert all(torch.equal(a, b) for a, b in zip(weights, tried_weights, strict=True))


def test_saved_and_loaded_in_a_fresh_process(tmp_path: Path) -> None:
    """The scores come back; nothing is left on disk."""
    trainer = made(tmp_path / "out")
    facts = tried(trainer, reload=True)

    assert facts.experiments["reload"].answer == "passed"
    assert float(facts.experiments["reload"].numbers["difference"]) < 1e-4
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_a_head_that_is_not_saved(tmp_path: Path) -> None:
    """Weights that saving forgets are drawn at random on loading, and are named."""
    trainer = made(tmp_path)
    whole = trainer.save_model

    def without_head(folder: str) -> None:
        state = {name: w for name, w in trainer.model.state_dict().items() if not name.startswith("classifier")}
        trainer.model.save_pretrained(folder, state_dict=state)

    trainer.save_model = without_head
    one = tried(trainer, reload=True).experiments["reload"]

    assert whole is not None
    assert one.answer == "failed"
    assert one.numbers["first_lost"] == "classifier.bias"


def test_a_model_of_no_library(tmp_path: Path) -> None:
    """A class of the user's own cannot be loaded by a plain library, and that is said."""
    trainer = made(tmp_path)

    class Mine(type(trainer.model)):  # type: ignore[misc]
        pass

    trainer.model.__class__ = Mine

    assert "Mine is not a class of Transformers" in subject_of(trainer).missing["reload"]


def test_labels_in_the_inputs(tmp_path: Path) -> None:
    """A collator that writes the label into the text is found out by labels that are permuted before it."""
    trainer = made(tmp_path)
    collate = trainer.data_collator

    def leaking(rows: list[dict[str, Any]]) -> Any:
        batch = collate(rows)
        batch["input_ids"][:, 1] = 10 + batch["labels"]
        return batch

    trainer.data_collator = leaking

    assert tried(trainer).experiments["permuted_labels"].answer == "failed"


def test_a_loss_that_is_not_divided_for_accumulation(tmp_path: Path) -> None:
    """A `compute_loss` that returns the plain loss of a next-token model has as many times the gradient."""

    class Plainly(Trainer):
        def compute_loss(
            self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
        ) -> Any:
            outputs = model(**inputs)
            return (outputs.loss, outputs) if return_outputs else outputs.loss

    trainer = made(tmp_path, "causal", arguments={"gradient_accumulation_steps": 4})
    trainer.__class__ = Plainly

    assert answers(tried(trainer), "failed") == {"accumulation"}


def test_no_rows(tmp_path: Path) -> None:
    """Without training rows there is nothing to try."""
    trainer = made(tmp_path)
    trainer.train_dataset = None

    with pytest.raises(ModelError, match="no training rows"):
        subject_of(trainer)


def test_a_stream_without_evaluation(tmp_path: Path) -> None:
    """Rows of a stream have no longest and no first; each reason is told."""
    trainer = made(tmp_path)
    trainer.train_dataset = trainer.train_dataset.to_iterable_dataset()
    trainer.eval_dataset = None
    facts = tried(trainer)

    assert answers(facts, "failed") == set()
    assert facts.experiments["longest_batch"].says == "the rows come as a stream: their lengths are not known"
    assert facts.experiments["evaluation_path"].says == "the trainer has no evaluation set"
    assert facts.experiments["metric_self_test"].says == "the trainer has no evaluation set"
