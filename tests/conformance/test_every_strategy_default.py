"""What a strategy wants of the plan is something that the plan can hold."""

import pytest

from luthier.registry import plug_ins
from luthier.stages.plan.settings import KINDS, value_of
from luthier.strategies._contract import load

STRATEGIES = plug_ins("luthier.strategies", load)


@pytest.mark.parametrize("name", STRATEGIES)
def test_defaults(name: str) -> None:
    """Each default is a setting, in range and of the right kind, has a reason, and touches only how it is trained."""
    for setting, (value, reason) in STRATEGIES[name].defaults.items():
        assert setting in KINDS
        assert value_of(setting, value, where=name) == value
        assert reason
        assert setting.startswith(("train.", "strategy.layers"))
