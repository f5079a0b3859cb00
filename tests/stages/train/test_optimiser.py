"""Rates, decay, and which weights learn."""

import math
from pathlib import Path

import pytest
import torch

from luthier.stages.train.optimiser import build_optimiser, class_weights, freeze_all_but, rate_factor, set_rates
from tests.stages.train.jobs import plan, setup_of, training_of, weights_of

STRATEGIES = ("full", "top_layers", "frozen_body")


def test_warmup_climbs_and_never_starts_at_zero() -> None:
    """Ten steps of warmup: an even climb whose next step is the peak."""
    climb = [rate_factor(step, 100, 10, "linear") for step in range(11)]

    assert climb == pytest.approx([(step + 1) / 11 for step in range(10)] + [1.0])


@pytest.mark.parametrize(
    ("schedule", "half", "last"),
    [("linear", 0.5, 0.01), ("cosine", 0.5, 0.5 * (1 + math.cos(math.pi * 0.99))), ("constant", 1.0, 1.0)],
)
def test_schedules(schedule: str, half: float, last: float) -> None:
    """Linear and cosine fall to zero just after the last step."""
    factors = [rate_factor(step, 100, 0, schedule) for step in range(100)]  # type: ignore[arg-type]

    assert factors[0] == 1.0
    assert factors[50] == pytest.approx(half)
    assert factors[99] == pytest.approx(last)
    assert factors == sorted(factors, reverse=True)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_norms_and_biases_do_not_decay(tiny_model: Path, strategy: str) -> None:
    """Matrices do; and each group has the plan's rate."""
    setup = setup_of(tiny_model, plan(strategy, weight_decay=0.1))
    freeze_all_but(setup.model, setup.prepared.groups)
    optimiser = build_optimiser(setup.prepared.groups, setup.plan.train)
    names = {id(parameter): name for name, parameter in setup.model.named_parameters()}

    for group in optimiser.param_groups:
        assert group["peak"] == (1e-2 if group["name"] == "head" else 1e-3)
        for parameter in group["params"]:
            name = names[id(parameter)]
            plain = name.endswith("bias") or "LayerNorm" in name
            assert group["weight_decay"] == (0.0 if plain else 0.1), name
    optimised = {id(p) for group in optimiser.param_groups for p in group["params"]}
    assert optimised == {id(p) for p in setup.model.parameters() if p.requires_grad}


def test_adam_corrects_its_bias() -> None:
    """The first step of a constant gradient has the length of the rate."""
    weight = torch.nn.Parameter(torch.zeros(3, 2))
    (group,) = setup_groups(weight)
    optimiser = build_optimiser((group,), plan(weight_decay=0.0).train)
    set_rates(optimiser, 1.0)
    weight.grad = torch.full((3, 2), 0.37)
    optimiser.step()

    torch.testing.assert_close(weight.detach(), torch.full((3, 2), -group.rate))


def setup_groups(weight: torch.nn.Parameter) -> tuple:  # type: ignore[type-arg]
    """One group of one weight."""
    from luthier.strategies._contract import Group

    return (Group("head", (weight,), 0.25),)


def test_rates_are_told_by_group(tiny_model: Path) -> None:
    """As the log shows them."""
    setup = setup_of(tiny_model, plan())
    freeze_all_but(setup.model, setup.prepared.groups)
    optimiser = build_optimiser(setup.prepared.groups, setup.plan.train)

    assert set_rates(optimiser, 0.5) == pytest.approx({"embeddings": 5e-4, "encoder": 5e-4, "head": 5e-3})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_frozen_weights_stay_bit_for_bit(tiny_model: Path, strategy: str) -> None:
    """What a strategy freezes does not move, what it trains does; decay and clipping included."""
    training = training_of(tiny_model, plan(strategy, weight_decay=0.1, clip=1.0))
    before = weights_of(training)
    list(training.steps())
    after = weights_of(training)

    learning = {name for name, weight in training.job.model.named_parameters() if weight.requires_grad}
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved <= learning
    still = {name for name in learning - moved if "position" not in name and "token_type" not in name}
    assert {name for name in still if not name.endswith("key.bias")} == set()
    expected = {"full": "embeddings", "top_layers": "encoder.layer.1.", "frozen_body": "classifier"}[strategy]
    assert any(expected in name for name in moved)
    assert any("classifier" in name for name in moved)
    frozen = {"full": [], "top_layers": ["embeddings", "layer.0."], "frozen_body": ["bert."]}[strategy]
    assert not [name for name in moved if any(part in name for part in frozen)]


def test_class_weights() -> None:
    """Rare classes weigh more; the mean over rows is one."""
    counts = [90, 10]
    weights = class_weights(counts)

    assert weights[1] / weights[0] == pytest.approx(9.0)
    assert float((weights * torch.tensor(counts)).sum()) / sum(counts) == pytest.approx(1.0)
