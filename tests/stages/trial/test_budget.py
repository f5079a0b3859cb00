"""How long an experiment may take."""

from luthier.stages.trial.budget import Budget


def test_counts_down() -> None:
    """What is left shrinks with the clock and stops at zero."""
    now = [0.0]
    budget = Budget(2.0, lambda: now[0])

    assert budget.lasts()
    assert budget.left == 2.0
    now[0] = 1.5
    assert budget.left == 0.5
    now[0] = 3.0
    assert not budget.lasts()
    assert budget.left == 0.0
