"""Time: expected and kept."""

from dataclasses import replace

import pytest

from luthier.facts.data import DataFacts, Lengths
from luthier.facts.plan import DataPlan, ModelPlan, Plan, Reason, StrategyPlan, TrainPlan
from luthier.facts.speed import Speed
from luthier.stages.plan.budget import PADDING, expectation, expected_seconds, fit_budget, mean_tokens

# Every row has 100 tokens: 1,600 rows are 160,000 tokens and 100 steps of 16.
LENGTHS = Lengths(1_600, dict.fromkeys((0, 5, 25, 50, 75, 95, 99, 100), 100), 512, 0, 0.0, 1.0, 0.0)
DATA = DataFacts("a.csv", {"train": 1_600}, "made", ("a",), {}, lengths={"train": LENGTHS})
SPEED = Speed(
    forward_tokens_per_second=16_000 * PADDING, train_tokens_per_second=4_000 * PADDING, step_seconds=0.1, layers=6
)

FULL = Plan(DataPlan("a.csv"), ModelPlan("m"), train=TrainPlan(epochs=3))
TOP = replace(FULL, strategy=StrategyPlan("top_layers", 2), train=TrainPlan(epochs=5))
FROZEN = replace(FULL, strategy=StrategyPlan("frozen_body"), train=TrainPlan(epochs=20))
PLANS = (FROZEN, FULL, TOP)


def test_mean_tokens_follow_the_cut() -> None:
    """The mean comes from the quantiles after the cut; without lengths the cut itself is taken."""
    rising = replace(LENGTHS, quantiles={0: 0, 50: 100, 100: 200})
    data = replace(DATA, lengths={"train": rising})

    assert mean_tokens(FULL, data, "train") == pytest.approx(100 * 0.5 / 2 + (100 + 128) / 2 * 0.5)
    assert mean_tokens(FULL, replace(DATA, lengths={}), "train") == 128


def test_cost_of_each_strategy() -> None:
    """Worked out on paper: full 40 s + 10 s an epoch; two of six layers a third of it; frozen one forward pass."""
    assert expected_seconds(FULL, DATA, SPEED) == pytest.approx(3 * (40 + 10))
    assert expected_seconds(TOP, DATA, SPEED) == pytest.approx(10 * 4 / 6 + 5 * 50 / 3)
    assert expected_seconds(FROZEN, DATA, SPEED) == pytest.approx(10 + 20 * 100 * 5e-4)


def test_validation_costs_a_forward_pass() -> None:
    """Validation rows are counted per evaluation."""
    scored = replace(DATA, rows={"train": 1_600, "validation": 160})

    assert expected_seconds(FULL, scored, SPEED) == pytest.approx(3 * (50 + 1))


@pytest.mark.parametrize(
    ("seconds", "strategy", "epochs"),
    [
        (1_000, "full", 3),
        (151, "full", 3),
        (149, "full", 2),
        (51, "full", 1),
        (49, "top_layers", 2),
        (20, "frozen_body", 20),
    ],
)
def test_a_budget_chooses(seconds: float, strategy: str, epochs: float) -> None:
    """More layers first, then fewer epochs, then fewer layers; the expectation stays within the budget."""
    plan, notices = fit_budget(PLANS, DATA, SPEED, seconds)

    assert (plan.strategy.name, plan.train.epochs) == (strategy, epochs)
    assert expected_seconds(plan, DATA, SPEED) <= seconds
    assert notices[0].startswith("expected: about ")
    assert "the budget is" in plan.reasons["strategy.name"].text


def test_what_was_passed_over_is_said() -> None:
    """The reason tells what the better strategy would have cost."""
    plan, _ = fit_budget(PLANS, DATA, SPEED, 49)

    assert "a single epoch of full would take 50 s" in plan.reasons["strategy.name"].text
    assert "do not fit into" in plan.reasons["train.epochs"].text


def test_a_budget_that_nothing_fits() -> None:
    """The cheapest plan is taken, and people are told that it takes longer."""
    plan, notices = fit_budget(PLANS, DATA, SPEED, 5)

    assert plan.strategy.name == "frozen_body"
    assert "more than the budget of 5 s" in notices[0]


def test_wishes_outrank_the_budget() -> None:
    """Epochs and strategy that the user set stay, even when the time does not suffice."""
    wished = replace(FULL, reasons={"train.epochs": Reason("asked", "user"), "strategy.name": Reason("asked", "user")})

    plan, notices = fit_budget((wished,), DATA, SPEED, 60)

    assert plan == wished
    assert notices == ("expected: about 2 min 30 s for 3 epochs of full, which is more than the budget of 1 min",)


def test_wished_epochs_choose_another_strategy() -> None:
    """With three epochs asked for, the layers give way."""
    reasons = {"train.epochs": Reason("asked", "user")}
    plans = tuple(replace(plan, train=TrainPlan(epochs=3), reasons=reasons) for plan in PLANS)

    plan, _ = fit_budget(plans, DATA, SPEED, 60)

    assert (plan.strategy.name, plan.train.epochs) == ("top_layers", 3)


def test_expectation_in_words() -> None:
    """One line that says how long, for what."""
    assert expectation(FULL, DATA, SPEED) == "about 2 min 30 s for 3 epochs of full"
    assert (
        expectation(replace(TOP, train=TrainPlan(epochs=1)), DATA, SPEED)
        == "about 23 s for 1 epoch of top_layers (2 of 6)"
    )
