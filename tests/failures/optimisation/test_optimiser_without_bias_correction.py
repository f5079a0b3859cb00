"""Optimisers that do not correct their bias."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.finding import Moment
from luthier.facts.optimiser import OptimiserFacts, OptimiserGroup
from tests.failures.examples import look, seen

NAME = "optimiser_without_bias_correction"


def optimiser(*groups: dict[str, Plain]) -> OptimiserFacts:
    """Groups with these settings."""
    return OptimiserFacts("optimizer.pt", groups=tuple(OptimiserGroup(one, 10) for one in groups))


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize("setting", [{"correct_bias": False}, {"bias_correction": 0}])
def test_seen(moment: Moment, setting: dict[str, Plain]) -> None:
    """The option of Transformers and that of Apex; the second group counts too."""
    found = seen(NAME, moment, optimiser=optimiser({"weight_decay": 0.1}, {**setting, "betas": (0.9, 0.999)}))

    assert found.numbers["factor"] == pytest.approx(3.16, abs=0.01)


@pytest.mark.parametrize(("betas", "factor"), [((0.9, 0.98), 0.71), ((0.9,), 3.16), ((1.0, 1.0), 3.16), (None, 3.16)])
def test_other_betas(betas: Plain, factor: float) -> None:
    """The factor is theirs; where they are not known or make no sense, the usual ones are taken."""
    found = seen(NAME, Moment.AFTER, optimiser=optimiser({"correct_bias": False, "betas": betas}))

    assert found.numbers["factor"] == pytest.approx(factor, abs=0.01)


@pytest.mark.parametrize("setting", [{"correct_bias": True}, {"bias_correction": 1}, {"betas": (0.9, 0.999)}])
def test_clear(setting: dict[str, Plain]) -> None:
    """Corrected, or without such an option."""
    assert look(NAME, Moment.AFTER, optimiser=optimiser(setting)) is None
