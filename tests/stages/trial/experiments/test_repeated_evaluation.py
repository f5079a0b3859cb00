"""Two evaluations."""

import torch

from tests.stages.trial.subjects import Reader, ask, subject


def test_healthy() -> None:
    """Equal, bit for bit."""
    one = ask("repeated_evaluation", subject())

    assert one.answer == "passed"
    assert one.numbers["difference"] == 0.0


def test_dropout_left_on() -> None:
    """Dropout that does not heed evaluation mode is seen."""
    one = ask("repeated_evaluation", subject(Reader(always_drops=True)))

    assert one.answer == "failed"
    assert float(one.numbers["difference"]) > 0.01


def test_not_finite() -> None:
    """Scores that are no numbers have no difference."""
    nothing = subject(scores=lambda batch: torch.full((len(batch["labels"]), 3), torch.nan))

    assert ask("repeated_evaluation", nothing).answer == "not run"
