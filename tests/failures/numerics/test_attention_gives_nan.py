"""Attentions that give NaN."""

import math

from luthier.facts.finding import Moment, Number
from luthier.facts.trial import Experiment, TrialFacts
from tests.failures.examples import look, seen

NAME = "attention_gives_nan"


def trial(**numbers: Number) -> TrialFacts:
    """A first loss."""
    return TrialFacts({"start_loss": Experiment("start_loss", "failed", {"loss": math.nan, **numbers})})


def test_seen() -> None:
    """The name of the attention, and the loss without it."""
    found = seen(NAME, Moment.BEFORE, trial=trial(attention="flash_attention_2", eager=2.5))

    assert (found.severity, found.numbers["attention"], found.numbers["eager"]) == ("error", "flash_attention_2", 2.5)


def test_clear() -> None:
    """Another attention was not tried, or gives NaN as well."""
    assert look(NAME, Moment.BEFORE, trial=trial()) is None
    assert look(NAME, Moment.BEFORE, trial=trial(attention="sdpa", eager=math.nan)) is None


def test_not_looked() -> None:
    """No loss was computed."""
    assert look(NAME, Moment.BEFORE, trial=TrialFacts()) == "the first loss was not computed"
