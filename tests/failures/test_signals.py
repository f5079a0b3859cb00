"""Chance, and how sure a number is."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from luthier.facts.arguments import Arguments
from luthier.facts.saved import SavedConfig
from luthier.failures import _signals
from tests.failures.examples import data, noisy, plan, trace


@pytest.mark.parametrize(
    ("counts", "nats"), [((1, 1), math.log(2)), ((1,) * 8, math.log(8)), ((9, 1), 0.3251), ((5, 0), 0.0), ((), 0.0)]
)
def test_entropy(counts: tuple[int, ...], nats: float) -> None:
    """Entropy of class counts in nats."""
    assert _signals.entropy(counts) == pytest.approx(nats, abs=1e-4)


def test_chance_loss() -> None:
    """What guessing has: class shares, all classes alike under weights, mixed with the uniform under smoothing."""
    facts = data(class_counts={"train": {"a": 720, "b": 80}})

    assert _signals.chance_loss(facts, plan()) == pytest.approx(0.3251, abs=1e-4)
    assert _signals.chance_loss(facts, plan(class_weights=True)) == pytest.approx(math.log(2))
    assert _signals.chance_loss(facts, plan(label_smoothing=0.2)) == pytest.approx(_signals.entropy((0.82, 0.18)))
    assert _signals.chance_loss(data(classes=4, class_counts={}), None) == pytest.approx(math.log(4))


def test_chance_loss_is_the_best_constant() -> None:
    """No constant prediction has a smaller smoothed cross-entropy than `chance_loss` says."""
    facts = data(class_counts={"train": {"a": 720, "b": 80}})
    shares = np.linspace(0.01, 0.99, 981)
    target_a = 0.9 * 0.9 + 0.05
    losses = -(target_a * np.log(shares) + (1 - target_a) * np.log(1 - shares))

    assert _signals.chance_loss(facts, plan(label_smoothing=0.1)) == pytest.approx(losses.min(), abs=1e-5)


def test_learned_covers_the_truth() -> None:
    """The 95 % interval of what was learned holds the true value in about 95 of 100 draws."""
    chance = np.random.default_rng(3)
    hits = 0
    for _ in range(400):
        share = _signals.learned(0.5 + 0.2 * chance.standard_normal(50), 0.693)
        hits += share.low <= 1 - 0.5 / 0.693 <= share.high

    assert 0.92 < hits / 400 < 0.98


@pytest.mark.parametrize(("values", "low"), [([], -math.inf), ([0.5], -math.inf), ([0.5, math.nan], -math.inf)])
def test_mean_of_few(values: list[float], low: float) -> None:
    """Fewer than two finite values prove nothing."""
    assert _signals.mean_of(np.asarray(values)).low == low


def test_noise() -> None:
    """Half width of a share's interval, and the largest correlation of guessing."""
    assert _signals.score_noise(100) == pytest.approx(norm.ppf(0.975) * 0.03, abs=1e-4)
    assert _signals.score_noise(0) == 1.0
    assert _signals.mcc_noise(400) == pytest.approx(0.098)


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.8, 0.2)])
def test_guessing_stays_under_the_noise(shares: tuple[float, float]) -> None:
    """Matthews' correlation of independent labels and predictions exceeds the bound in about 2.5 of 100 draws."""
    chance = np.random.default_rng(4)
    above = 0
    for _ in range(2000):
        gold, predicted = chance.choice(2, (2, 200), p=shares)
        above += np.corrcoef(gold, predicted)[0, 1] > _signals.mcc_noise(200)

    assert 0.012 < above / 2000 < 0.04


@pytest.mark.parametrize(
    ("steps", "total", "finished", "wanted"),
    [
        (0, 100, False, False),
        (69, 400, False, False),
        (120, 400, False, True),
        (99, 100, False, True),
        (100, 100, False, True),
        (5, 100, True, True),
        (1, 1, True, False),
    ],
)
def test_had_its_time(steps: int, total: int, finished: bool, wanted: bool) -> None:
    """Past the warmup by 30 steps and 30 % into the run, or at its end."""
    run = trace(noisy(0.69, steps) if steps else [], total=total, finished=finished)

    assert _signals.had_its_time(run, plan()) == wanted


def saved(**values: object) -> SavedConfig:
    """A saved config with these values."""
    return SavedConfig("", {"architectures": ("BertForSequenceClassification",), **values})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("values", "nats"),
    [
        ({"id2label": {"0": "a", "1": "b", "2": "c"}}, math.log(3)),
        ({}, math.log(2)),
        ({"problem_type": "multi_label_classification"}, 0.0),
        ({"problem_type": "regression", "id2label": {"0": "LABEL_0"}}, 0.0),
        ({"architectures": ("GPT2LMHeadModel",)}, 0.0),
    ],
)
def test_chance_without_rows(values: dict[str, object], nats: float) -> None:
    """The classes of the saved model bound it; where they do not, nothing is known."""
    assert _signals.chance_loss(None, None, saved(**values)) == pytest.approx(nats)
    assert _signals.chance_loss(None, None) == 0.0


def test_recent_entries_of_other_logs() -> None:
    """Entries that are means over ten steps are five where single steps are fifty."""
    losses = noisy(0.69, 100)

    assert len(_signals.recent(trace(losses))) == 50
    assert len(_signals.recent(trace(losses, interval=10))) == 5
    assert len(_signals.recent(trace(losses, interval=500))) == 2
    assert len(_signals.at_the_end(trace(losses[:12], interval=10))) == 3


def test_few_entries_prove_little() -> None:
    """Two values that are equal by luck have a wide interval."""
    assert _signals.mean_of(np.array([0.69, 0.70])).high > 0.75


def test_steps() -> None:
    """Rows, batches and epochs to optimiser steps; the last, smaller batch counts."""
    assert _signals.planned_steps(data(101), plan(epochs=2.0)) == 14
    assert _signals.planned_steps(data(101), plan(epochs=2.0, accumulation=2)) == 8


@pytest.mark.parametrize(("settings", "share"), [({}, 0.5), ({"schedule": "constant"}, 0.95), ({"warmup": 1.0}, 0.5)])
def test_mean_rate(settings: dict[str, object], share: float) -> None:
    """Mean rate of a run as a share of its peak."""
    assert _signals.mean_rate_share(plan(**settings)) == pytest.approx(share)


def test_majority() -> None:
    """The most frequent class and its share."""
    assert _signals.majority({"a": 3, "b": 1}) == ("a", 0.75)
    assert _signals.majority({}) == ("", 0.0)


@pytest.mark.parametrize(("share", "wanted"), [(0.045, True), (0.055, False)])
def test_at_chance(share: float, wanted: bool) -> None:
    """A twentieth of the entropy is the line between nothing and something."""
    losses = noisy((1 - share) * math.log(2), 200, spread=0.001)

    assert _signals.at_chance(trace(losses), _signals.chance_loss(data(), plan())) == wanted


def test_warmup_steps() -> None:
    """A share of the planned steps, of the steps so far where no plan is known, and a tenth by default."""
    run = trace(noisy(0.69, 50), total=400)

    assert _signals.warmup_steps(run, plan(warmup=0.2)) == 80
    assert _signals.warmup_steps(run, None) == 40
    assert _signals.warmup_steps(trace(noisy(0.69, 50), total_steps=0), None) == 5


@pytest.mark.parametrize(("share", "severity"), [(0.009, "note"), (0.01, "warning"), (0.49, "warning"), (0.5, "error")])
def test_severity_of(share: float, severity: str) -> None:
    """Borders belong to what lies above them."""
    assert _signals.severity_of(share, 0.01, 0.5) == severity
    assert _signals.severity_of(share, 0.01) == ("note" if severity == "note" else "warning")


def test_uses_adam() -> None:
    """Every form of Adam, and silence, which is AdamW."""
    for name, wanted in (("adamw_8bit", True), ("adam_mini", True), ("", True), ("adafactor", False), ("sgd", False)):
        assert _signals.uses_adam(Arguments("", "transformers", {"optim": name})) is wanted
    assert _signals.uses_adam(None)


def test_lost_from() -> None:
    """The first step without a loss; of a run that scales its loss, an infinite norm alone is none."""
    norms = {"all": np.array([np.inf, 1.0, 1.0, np.nan])}
    raw = trace([2.0, 1.9, 1.8, np.nan], grad_norms=norms)

    assert _signals.lost_from(raw) == 1
    assert _signals.lost_from(raw, scaled=True) == 4
    assert _signals.lost_from(trace([2.0, 0.0, 0.0, 0.0], grad_norms={})) == 2
    assert _signals.lost_from(trace([2.0, 1.0])) is None
    assert _signals.lost_from(trace([])) is None


def test_ends() -> None:
    """Means of the first and of the last tenth; too short a run has none."""
    assert _signals.ends(trace(np.arange(40))) == (1.5, 37.5)
    assert _signals.ends(trace(np.arange(9))) is None
