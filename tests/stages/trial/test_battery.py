"""The battery: order, time, answers, and that nothing is left behind."""

import random
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from luthier.facts.event import Event, unwatched
from luthier.facts.trial import Experiment
from luthier.stages.trial import battery
from luthier.stages.trial.battery import line, run_battery
from luthier.stages.trial.experiments import repeated_evaluation
from luthier.stages.trial.experiments._contract import Trial, all_trials, answered
from luthier.stages.trial.subject import Subject
from tests.stages.trial.subjects import Reader, subject

NAMES = (
    "start_loss",
    "one_batch_overfit",
    "gradient_reach",
    "weights_move",
    "batch_invariance",
    "accumulation",
    "repeated_evaluation",
    "evaluation_path",
    "metric_self_test",
    "longest_batch",
    "reload",
    "permuted_labels",
)


def found(model: nn.Module) -> dict[str, Any]:
    """Everything that must be the same afterwards, as values."""
    return {
        "weights": {name: value.clone() for name, value in model.state_dict().items()},
        "identities": [id(p) for p in model.parameters()],
        "grads": {name: None if p.grad is None else p.grad.clone() for name, p in model.named_parameters()},
        "requires": [p.requires_grad for p in model.parameters()],
        "modes": [module.training for module in model.modules()],
        "hooks": [len(module._forward_pre_hooks) + len(module._forward_hooks) for module in model.modules()],
        "attributes": [sorted(vars(module)) for module in model.modules()],
        "random": (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()),
    }


def same(one: Any, other: Any) -> bool:
    """Equality that knows tensors."""
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def used() -> Reader:
    """A model in the middle of something: a gradient, a frozen weight, a hook, one part in evaluation mode."""
    model = Reader()
    model.embedding.weight.requires_grad_(False)
    model.hidden.eval()
    model.head.register_forward_hook(lambda *_: None)
    model(torch.ones(1, 2, dtype=torch.int64), torch.ones(1, 2)).sum().backward()
    return model


def only(monkeypatch: pytest.MonkeyPatch, run: Callable[..., Any]) -> None:
    """Let the battery consist of one experiment."""
    monkeypatch.setattr(battery, "all_trials", lambda: (Trial("planted", 1, 1.0, run),))


def spoil(tried: Subject) -> None:
    """Change all that can be changed."""
    model = tried.model
    assert isinstance(model, Reader)
    tried.training_mode()
    optimiser = tried.optimiser()
    tried.loss(tried.batches[0], tried.batches[:1]).backward()
    optimiser.step()
    model.seen.fill_(7.0)
    model.hidden.bias.data = torch.ones(16)
    model.hidden.weight = nn.Parameter(torch.zeros(16, 16))
    model.embedding.weight.requires_grad_(True)
    model.head.register_forward_hook(lambda *_: None)
    model.note = "planted"
    random.random()
    np.random.rand()
    torch.rand(1)


def test_every_experiment_passes_on_a_healthy_model() -> None:
    """Each one runs, in order, and says so."""
    told: list[Event] = []
    facts = run_battery(subject(), told.append, 60)

    assert list(facts.experiments) == list(NAMES)
    assert facts.failed("start_loss") is None
    assert {one.answer for name, one in facts.experiments.items() if name != "reload"} == {"passed"}
    assert [event.kind for event in told] == ["stage", *["notice"] * len(NAMES)]
    assert all(one.says for one in facts.experiments.values())
    assert facts.seconds >= sum(one.seconds for one in facts.experiments.values()) * 0.99


def test_order() -> None:
    """The registry finds every file, in the order that the files state."""
    assert tuple(trial.name for trial in all_trials()) == NAMES


def test_nothing_is_left_behind() -> None:
    """Weights, gradients, modes, hooks, attributes and random states are bit for bit what they were."""
    model = used()
    before = found(model)
    run_battery(subject(model), unwatched, 60)

    assert same(before, found(model))


@pytest.mark.parametrize("error", [ValueError("planted"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_nothing_is_left_behind_when_it_breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Also when an experiment raises in the middle, or the user interrupts."""

    def run(tried: Subject, _: object) -> Experiment:
        spoil(tried)
        raise error

    only(monkeypatch, run)
    model = used()
    before = found(model)
    if isinstance(error, Exception):
        facts = run_battery(subject(model), unwatched)
        assert facts.experiments["planted"] == Experiment(
            "planted", "not run", {}, "it raised ValueError: planted", facts.experiments["planted"].seconds
        )
    else:
        with pytest.raises(type(error)):
            run_battery(subject(model), unwatched)

    assert same(before, found(model))


def test_the_comparison_sees() -> None:
    """What `spoil` does is noticed where nobody puts it back."""
    model = used()
    before = found(model)
    spoil(subject(model))

    after = found(model)
    assert [name for name in before if not same(before[name], after[name])] == list(before)


def test_each_experiment_starts_from_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one experiment does to the model, the next one does not see."""
    sums: list[float] = []

    def run(tried: Subject, _: object) -> Experiment:
        sums.append(float(sum(p.double().sum() for p in tried.model.parameters())))
        spoil(tried)
        return answered(True, "spoiled", {})

    monkeypatch.setattr(battery, "all_trials", lambda: tuple(Trial(f"t{n}", n, 1.0, run) for n in range(3)))
    run_battery(subject(Reader()), unwatched)

    assert len(set(sums)) == 1


def test_time_that_is_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After four times the time the rest is not run, and says why."""
    clock = iter(float(second) for second in range(0, 10_000, 25))
    monkeypatch.setattr(battery.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(battery, "all_trials", lambda: tuple(t for t in all_trials() if t.order in (10, 70, 80)))

    facts = run_battery(subject(), unwatched, 10)

    assert [one.answer for one in facts.experiments.values()] == ["passed", "not run", "not run"]
    assert facts.experiments["evaluation_path"].says == "the time was used up"


def test_what_stands_around_is_held() -> None:
    """The subject's own context is open while experiments run, and closed after."""
    steps: list[str] = []

    @contextmanager
    def held() -> Any:
        steps.append("open")
        yield
        steps.append("closed")

    run_battery(subject(held=held), lambda event: steps.append(event.kind), 60)

    assert steps[:2] == ["stage", "open"]
    assert steps[-1] == "closed"


def test_line() -> None:
    """One line a person can read, with the time where there is one."""
    assert line(Experiment("start_loss", "failed", {}, "too high", 0.126)) == "start loss failed in 0.13 s: too high"
    assert line(Experiment("reload", "not run", {}, "why not")) == "reload not run: why not"


def test_every_experiment_explains_itself() -> None:
    """The page of an experiment says what passing and failing mean, and where it is from."""
    import importlib

    for trial in all_trials():
        text = importlib.import_module(f"{repeated_evaluation.__package__}.{trial.name}").__doc__ or ""
        assert all(word in text for word in ("Passed:", "Failed:")), trial.name
        assert "Source" in text or "arXiv" in text, trial.name
