"""The evaluation, from end to end."""

import math

from tests.stages.trial.subjects import Reader, ask, subject


def test_healthy() -> None:
    """Its numbers are told."""
    one = ask("evaluation_path", subject())

    assert one.answer == "passed"
    assert one.numbers["training_mode"] == 0
    assert 0 <= float(one.numbers["value accuracy"]) <= 1


def test_it_raises() -> None:
    """The error is the answer."""

    def evaluate() -> dict[str, float]:
        raise OverflowError("out of range integral type conversion attempted")

    one = ask("evaluation_path", subject(evaluate=evaluate))

    assert one.answer == "failed"
    assert one.numbers["error"] == "OverflowError"


def test_it_leaves_training_mode_on() -> None:
    """An evaluation that scores with dropout is seen."""
    model = Reader()
    tried = subject(model)

    def evaluate() -> dict[str, float]:
        return {"score": float(tried.scores(tried.batches[0]).detach().mean())}

    one = ask("evaluation_path", subject(model, evaluate=evaluate))

    assert one.answer == "failed"
    assert one.numbers["training_mode"] == 1


def test_not_finite() -> None:
    """A metric that is no number is named."""
    one = ask("evaluation_path", subject(evaluate=lambda: {"loss": math.nan}))

    assert one.answer == "failed"
    assert "loss" in one.says


def test_no_evaluation() -> None:
    """The reason of the subject is told."""
    one = ask("evaluation_path", subject(evaluate=None, missing={"evaluation_path": "no rows"}))

    assert (one.answer, one.says) == ("not run", "no rows")
