"""Numbers of a subject that plans and trainers share."""

import numpy as np
import pytest

from luthier.stages.trial.subject import evenly, least_loss


def test_evenly() -> None:
    """All rows where they are few; else the first, the last and some between, none twice."""
    assert evenly(3, 5).tolist() == [0, 1, 2]
    assert evenly(0, 5).tolist() == []
    found = evenly(1_000, 7).tolist()
    assert len(set(found)) == 7
    assert found[0] == 0
    assert found[-1] == 999


def test_label_smoothing_has_aleast_loss() -> None:
    """The least loss is the entropy of the smoothed labels."""
    assert least_loss(0.0, 4) == 0.0
    assert least_loss(0.2, 2) == pytest.approx(-(0.9 * np.log(0.9) + 0.1 * np.log(0.1)))
