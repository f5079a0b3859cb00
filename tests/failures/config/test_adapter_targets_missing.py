"""Targets that the model does not have."""

import pytest

from luthier.facts.console import ConsoleFacts, Line
from luthier.facts.finding import Moment
from tests.failures.adapter_examples import adapter, pairs
from tests.failures.examples import look, seen

NAME = "adapter_targets_missing"


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize(
    ("targets", "severity", "count"),
    [(("query", "value", "q_proj"), "note", 1), (("query", "q_proj"), "warning", 1), (("uery", "query"), "warning", 1)],
)
def test_some(moment: Moment, targets: tuple[str, ...], severity: str, count: int) -> None:
    """By their share; the end of a name is no name."""
    found = seen(NAME, moment, adapter=adapter(changes={"target_modules": targets}))

    assert (found.severity, found.numbers["count"], found.variant) == (severity, count, "some")


def test_none() -> None:
    """Only the console is left of such a run."""
    console = ConsoleFacts(("train.log",), 9, {"adapter_target_unmatched": (Line("train.log", 7, ""),)})
    found = seen(NAME, Moment.AFTER, console=console)

    assert (found.severity, found.variant, found.numbers["line"]) == ("error", "none", 7)


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
def test_clear(moment: Moment) -> None:
    """All fit, by name or by whole path; a pattern, and adapters without pairs, are not compared."""
    whole = tuple(name.partition(".lora_")[0].removeprefix("base_model.model.") for name in pairs())

    for targets in (("query", "value"), whole, ".*query", None):
        assert look(NAME, moment, adapter=adapter(changes={"target_modules": targets})) is None
    beside = {"target_modules": ("query", "value", "classifier", "key"), "exclude_modules": ("key",)}
    assert look(NAME, moment, adapter=adapter(changes=beside, whole=("classifier",))) is None
    assert look(NAME, moment, adapter=adapter({}, {"target_modules": ("q_proj",)})) is None
    assert look(NAME, Moment.AFTER, console=ConsoleFacts(("train.log",), 9)) is None


def test_not_looked() -> None:
    """Nothing is there."""
    assert "neither" in str(look(NAME, Moment.AFTER))
