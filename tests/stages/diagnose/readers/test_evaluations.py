"""Scores of one evaluation."""

import math

import pytest

from luthier.facts.evaluation import SetLoss
from luthier.stages.diagnose.readers.evaluations import evaluation, number


def test_several_data_sets() -> None:
    """Scores of a named data set keep its name; speed is no score."""
    entry = {"eval_easy_loss": 0.5, "eval_easy_acc": 0.9, "eval_easy_runtime": 2.0, "eval_mem_cpu_delta": 5, "epoch": 1}
    scored = evaluation(entry, "eval_", "validation")

    assert scored is not None
    assert set(scored.scores) == {"easy_loss", "easy_acc"}
    assert (scored.loss, scored.rows) == (None, 0)


def test_losses_of_several_data_sets() -> None:
    """Each under its name, with its rows; a metric that is called a loss is none, and one set alone has no name."""
    speed = {"runtime": 2.0, "samples_per_second": 50.0}
    named = {f"eval_{name}_{what}": value for name in ("easy", "hard") for what, value in speed.items()}
    several = evaluation({"eval_easy_loss": 0.5, "eval_hard_loss": 2.0, **named}, "eval_", "validation")
    one = evaluation({"eval_loss": 0.4, "eval_hamming_loss": 0.1, "eval_runtime": 2.0}, "eval_", "validation")

    assert several is not None
    assert several.sets == {"easy": SetLoss(0.5, 100), "hard": SetLoss(2.0, 100)}
    assert one is not None
    assert one.sets == {}


def test_names_of_others() -> None:
    """Scores that Luthier computes too carry its names; a value that is not finite stays."""
    scored = evaluation({"eval_matthews_correlation": 0.5, "eval_loss": "nan"}, "eval_", "validation")

    assert scored is not None
    assert scored.score("mcc") == 0.5
    assert scored.loss is not None
    assert math.isnan(scored.loss)


@pytest.mark.parametrize("rows", [-5, math.nan, 1e300, "many"])
def test_rows_that_cannot_be(rows: object) -> None:
    """Rows that cannot be are not known."""
    scored = evaluation({"eval_loss": 1.0, "eval_samples": rows}, "eval_", "validation")

    assert scored is not None
    assert scored.rows == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1.0),
        ("2.5", 2.5),
        ("-inf", -math.inf),
        (10**400, math.inf),
        (True, None),
        ("", None),
        ("No log", None),
        ({}, None),
    ],
)
def test_number(value: object, expected: float | None) -> None:
    """Numbers, spelled out or not; truth values and words are none."""
    assert number(value) == expected
