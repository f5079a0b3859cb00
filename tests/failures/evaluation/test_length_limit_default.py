"""Generated texts whose length nobody has set."""

import pytest

from luthier.facts.arguments import Plain
from luthier.facts.census import RowCensus
from luthier.facts.evaluation import Evaluation, Interval
from luthier.facts.finding import Moment
from luthier.facts.generations import GenerationFacts
from luthier.failures.evaluation.length_limit_default import fix
from tests.failures.examples import look, noisy, seen, trace
from tests.failures.pair_examples import arguments, census, pairs, sizes
from tests.failures.saved_examples import config

NAME = "length_limit_default"
ASKED = arguments(predict_with_generate=True)
SAVED = config(generation={"max_length": 20})
LONG = census(RowCensus(50, 60), kind="sequence_to_sequence")


def test_batches() -> None:
    """All targets are longer; the fix makes room, and a second time changes nothing."""
    found = seen(NAME, Moment.BEFORE, arguments=ASKED, config=config(generation={}), census=LONG)

    assert (found.variant, found.severity, found.numbers["percent"], found.numbers["suggested"]) == (
        "targets",
        "error",
        100,
        64,
    )
    once = fix(ASKED, found)
    assert once.number("generation_max_length") == 64
    assert fix(once, found) == once


@pytest.mark.parametrize(("length", "severity"), [(40, "error"), (21, "error")])
def test_rows(length: int, severity: str) -> None:
    """Targets of the given rows, in tokens."""
    target = sizes(100, quantiles={5: 9, 50: length, 95: 50, 100: 60})
    found = seen(NAME, Moment.AFTER, arguments=ASKED, config=SAVED, pairs=pairs(target=target))

    assert (found.severity, found.numbers["percent"], found.numbers["longest"]) == (severity, 50, 60)


def test_predictions() -> None:
    """Wanted texts beside saved predictions, in words."""
    wrote = GenerationFacts("predictions.jsonl", 100, reference_quantiles={50: 15, 95: 30, 100: 41})
    found = seen(NAME, Moment.AFTER, arguments=ASKED, config=SAVED, generations=wrote)

    assert (found.severity, found.numbers["suggested"]) == ("warning", 48)


@pytest.mark.parametrize(("length", "told"), [(18.5, True), (20.0, True), (18.4, False)])
def test_log(length: float, told: bool) -> None:
    """The mean length that the summarization example logs stands at the limit."""
    scored = Evaluation("model", "validation", 100, {"gen_len": Interval(length, length, length)})
    log = trace(noisy(1.0, 50), evaluations=((50, scored),))
    found = look(NAME, Moment.AFTER, arguments=ASKED, config=SAVED, trace=log)

    assert (getattr(found, "variant", "") == "pinned") is told


def test_short_targets_and_a_log() -> None:
    """Texts run into the limit that the targets do not need: it is not the limit."""
    scored = Evaluation("model", "validation", 100, {"gen_len": Interval(20, 20, 20)})
    log = trace(noisy(1.0, 50), evaluations=((50, scored),))
    short = pairs(target=sizes(12, quantiles={50: 7, 100: 12}))

    assert look(NAME, Moment.AFTER, arguments=ASKED, config=SAVED, pairs=short, trace=log) is None


@pytest.mark.parametrize(
    ("settings", "generation"),
    [
        ({"predict_with_generate": False}, {}),
        ({"predict_with_generate": True, "generation_max_length": 64}, {}),
        ({"predict_with_generate": True, "generation_config": "other"}, {}),
        ({"predict_with_generate": True}, {"max_length": 142}),
        ({"predict_with_generate": True}, {"max_length": 20, "max_new_tokens": 60}),
    ],
)
def test_clear(settings: dict[str, Plain], generation: dict[str, Plain]) -> None:
    """Nothing is generated, or something sets the length."""
    saved = config(generation=generation)

    assert look(NAME, Moment.BEFORE, arguments=arguments(**settings), config=saved, census=LONG) is None


def test_short_targets() -> None:
    """Labels in words fit."""
    short = census(RowCensus(50, 4), kind="sequence_to_sequence")

    assert look(NAME, Moment.BEFORE, arguments=ASKED, config=SAVED, census=short) is None


def test_not_looked() -> None:
    """Lengths in characters say nothing of tokens."""
    letters = pairs(target=sizes(100), unit="characters")

    assert "length of the targets" in str(look(NAME, Moment.AFTER, arguments=ASKED, config=SAVED, pairs=letters))
